"""The words of a text in many languages, and those of a query."""

import sys
import unicodedata

import pytest

from flaskr.text.query import MAX_SINGLE
from flaskr.text.query import MAX_TOKENS
from flaskr.text.query import parse
from flaskr.text.tokens import fold
from flaskr.text.tokens import tokenize

from .children import IS_LONG


def words(text):
    return [token.text for token in tokenize(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kettles, and TEA!", ["kettles", "and", "tea"]),
        ("l'été don’t", ["l", "ete", "don", "t"]),
        ("3.11 snake_case e-mail", ["3", "11", "snake", "case", "e", "mail"]),
        ("C++ C# node.js", ["c", "++", "c", "#", "node", "js"]),
        ("Tiếng Việt: đường phố", ["tieng", "viet", "duong", "pho"]),
        (unicodedata.normalize("NFD", "Việt đường"), ["viet", "duong"]),
        ("İstanbul ISPARTA ısı", ["istanbul", "isparta", "isi"]),
        ("Straße Œuvre Ærø łódź", ["strasse", "oeuvre", "aero", "lodz"]),
        ("Ὀδυσσεύς ΟΔΥΣΣΕΎΣ", ["οδυσσευσ", "οδυσσευσ"]),
        ("ёлка Йод", ["елка", "иод"]),
        ("שָׁלוֹם", ["שלום"]),
        ("كِتَابٌ كتـــاب أحمد", ["كتاب", "كتاب", "احمد"]),
        ("الكتاب والكتاب", ["كتاب", "كتاب"]),
        ("हिन्दी क्‍ष क्ष", ["हिन्दी", "क्ष", "क्ष"]),
        ("தமிழ் বাংলা", ["தமிழ்", "বাংলা"]),
        ("٢٠٢٤ २०२४ ２０２４", ["2024", "2024", "2024"]),
        ("Ａｌｉｃｅ 𝐁𝐨𝐛", ["alice", "bob"]),
        ("so\u00adft zero\u200bwidth", ["soft", "zerowidth"]),
        ("天气好", ["天气", "气好", "好"]),
        ("茶，水", ["茶", "水"]),
        ("我爱Python编程", ["我爱", "爱", "python", "编程", "程"]),
        ("人々〇", ["人々", "々〇", "〇"]),
        ("コーヒー", ["コー", "ーヒ", "ヒー", "ー"]),
        ("ｶﾞｷ", ["ガキ", "キ"]),
        (unicodedata.normalize("NFD", "がぎ"), ["がぎ", "ぎ"]),
        ("검색을", ["검색", "색을", "을"]),
        (unicodedata.normalize("NFD", "검색"), ["검색", "색"]),
        ("น้ำใจ", ["น้" + "ํา", "ํา" + "ใ", "ใจ", "จ"]),
        ("𠀀𠮷", ["𠀀𠮷", "𠮷"]),
        ("👍🏽 ❤️ 👩‍👧", ["👍", "❤", "👩", "👧"]),
        ("…!?、。\x00\ud800", []),
    ],
)
def test_tokens_are_found_in_every_script(text, expected):
    assert words(text) == expected


def test_a_token_knows_where_it_stands():
    text = "Où “天气” ｶﾞｷ?"

    assert [text[token.start : token.end] for token in tokenize(text)] == [
        "Où",
        "天气",
        "气",
        "ｶﾞｷ",
        "ｷ",
    ]


def test_a_very_long_word_is_found_by_its_beginning():
    assert words("A" * 100_000) == ["a" * 64]


def characters(*categories):
    """All characters whose category begins with one of some letters."""
    everything = map(chr, range(sys.maxunicode + 1))
    return [c for c in everything if unicodedata.category(c).startswith(categories)]


def test_no_letter_or_digit_is_lost():
    for character in characters("L", "N")[:: 1 if IS_LONG else 8]:
        # Tatweel is no letter, and jamo fillers are nothing to see.
        assert words(character) or not fold(character), hex(ord(character))


def test_no_character_is_an_error():
    words(" ".join(characters("")[:: 1 if IS_LONG else 8]))


def test_no_mark_divides_a_word_or_a_run():
    for character in characters("M"):
        assert len(words(f"a{character}b")) == 1, hex(ord(character))


def shown(query):
    return [
        " ".join(phrase.tokens) + "*" * (phrase.is_character or phrase.is_prefix)
        for phrase in parse(query).phrases
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("red kettles", ["red*", "kettles*"]),
        ('"red kettles" on', ["red kettles", "on"]),
        ("“red kettles” “a”", ["red kettles", "a"]),
        ("「天气好」『茶』", ["天气 气好", "茶*"]),
        ('"red kettles', ["red kettles"]),
        ('red"blue"green', ["red*", "blue", "green*"]),
        ("天气好 茶", ["天气 气好", "茶*"]),
        ("Python编程", ["python*", "编程"]),
        ('"爱Python编程"', ["爱 python 编程"]),
        ("node.js don't 3.11 a_b", ["node js", "don t", "3 11", "a b"]),
        ("l’été c++ C#", ["l ete", "c ++", "c #"]),
        ("茶，水 red,blue", ["茶*", "水*", "red*", "blue*"]),
        ("น้ำ", ["น้ํา"]),
        ("น้", ["น้*"]),
        ("བོད་སྐད", ["བོད སྐད"]),
        ("!!! \"\" '' ：", []),
        ("AND OR NOT NEAR(a b) x* ^y {z}", "and* or not* near* a b x y z".split()),
    ],
)
def test_a_query_is_words_and_phrases(query, expected):
    assert shown(query) == expected


@pytest.mark.parametrize(
    ("query", "tags", "authors"),
    [
        ("tag:x author:y", ["x"], ["y"]),
        ("TAG:x Author: y", ["x"], ["y"]),
        ('tag:"two words" author:“a b”', ["two words"], ["a b"]),
        ("tag：天气", ["天气"], []),
        ("tag:c++ tag:a/b", ["c++", "a/b"], []),
        ('tag: "" tag:', [], []),
    ],
)
def test_a_query_has_tags_and_authors(query, tags, authors):
    assert parse(query).tags == tags
    assert parse(query).authors == authors


def test_tokens_that_look_like_a_field_are_words():
    assert shown("hashtag:x tags:y") == ["hashtag*", "x", "tags*", "y"]
    assert shown("tag:") == ["tag*"]


def test_a_query_has_an_end():
    words = " ".join(f"w{number}" for number in range(1000))
    assert len(parse(words).phrases) == MAX_TOKENS
    assert len(parse("a " * 1000).phrases) == 1
    assert len(parse("天，地，玄，黄，宇，宙").phrases) == MAX_SINGLE
    assert len(parse("a" * 1_000_000).phrases) == 1
    (sentence,) = parse("天气" * 100).phrases
    assert len(sentence.tokens) == MAX_TOKENS

"""The words of a text in many languages, and those of a query."""

import sys
import unicodedata

import pytest

from flaskr.text.compounds import find_compounds
from flaskr.text.query import join_words
from flaskr.text.query import MAX_SINGLE
from flaskr.text.query import MAX_TOKENS
from flaskr.text.query import parse
from flaskr.text.tokens import APOSTROPHES
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
        ("v7.8.9 7.8.9rc1", ["v", "7", "8", "9", "7", "8", "9", "rc1"]),
        ("Python3.11 3.5kg ７．８", ["python", "3", "11", "3", "5", "kg", "7", "8"]),
        ("utf8 1a141c4 1.Intro", ["utf8", "1a141c4", "1", "intro"]),
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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("don't DON’T it's", ["dont", "dont", "its"]),
        ("itʼs it‘s it`s it´s it＇s", ["its"] * 5),
        ("зʼїзд Hawaiʻi", ["зізд", "hawaii"]),
        (
            "rock’n’roll O’Neill’s",
            [*["rockn", "rocknroll"], *["oneill", "neills", "oneills"]],
        ),
        ("python3.12 v10.0.0-rc1 3.5kg 第3.5章", ["python3", "v10", "0rc1"]),
        ("e-mail Wi‐Fi covid‑19", ["email", "wifi", "covid19"]),
        ("U.S.A. e.g. node.js O'Brien", ["usa", "eg", "nodejs", "obrien"]),
        ("Б-52 м'ясо", ["б52", "мясо"]),
        ("state-of-the-art", ["stateof", "ofthe", "theart"]),
        ("l'été qu'elle c’est", []),
        ("2026-11-27 3.5 1-2-3 1.Intro", []),
        ("a_b a/b a - b a-- -b 'a' 天-气 A-股 C++-x 🫖-b", []),
    ],
)
def test_words_in_parts_are_written_as_one_too(text, expected):
    assert [word.text for word in find_compounds(text, tokenize(text))] == expected


def test_a_compound_is_no_longer_than_a_word():
    for text in ("a." * 100_000, "a" * 64 + "-" + "a" * 64):
        tokens = list(tokenize(text))
        assert [len(word.text) for word in find_compounds(text, tokens)] == [64]


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
        is_letter = fold(character) and character not in APOSTROPHES
        assert words(character) or not is_letter, hex(ord(character))


def test_no_character_is_an_error():
    words(" ".join(characters("")[:: 1 if IS_LONG else 8]))


def test_no_mark_divides_a_word_or_a_run():
    for character in characters("M"):
        assert len(words(f"a{character}b")) == 1, hex(ord(character))


def shown(query):
    return [
        " ".join(phrase.tokens) + "*" * (phrase.is_character or phrase.is_prefix)
        for phrase in parse(query).wanted.phrases
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
        ("v7.8.9 7.8.9 v2 v2.0-rc1", ["7 8 9", "v2", "2 0 rc1"]),
        ("v++ v.7", ["v ++", "v 7"]),
        ('"v7.8.9" Python3.11', ["v 7 8 9", "python 3 11"]),
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
    assert parse(query).wanted.tags == tags
    assert parse(query).wanted.authors == authors


def left_out(query):
    terms = parse(query).unwanted
    return [" ".join(phrase.tokens) for phrase in terms.phrases], terms[1:]


@pytest.mark.parametrize(
    ("query", "wanted", "unwanted"),
    [
        ("red -kettles", ["red*"], ["kettles"]),
        ('-"red kettles" on -“a b”', ["on"], ["red kettles", "a b"]),
        ("天气 -公园 －标签 −茶", ["天气"], ["公园", "标签", "茶"]),
        ("-e-mail -node.js -v7.8", [], ["e mail", "node js", "7 8"]),
        ("5 -5", ["5"], ["5"]),
        ("well-known a- - b", ["well known", "a", "b"], []),
        ("--no-cache", ["no cache"], []),
        ('red"blue"-green', ["red*", "blue", "green*"], []),
        ('- -" -"" -!', [], []),
    ],
)
def test_a_minus_before_a_word_leaves_it_out(query, wanted, unwanted):
    assert shown(query) == wanted
    assert left_out(query) == (unwanted, ([], []))


def test_tags_and_authors_are_left_out():
    query = 'tag:a -tag:b －author："c d" -TAG:e'
    assert left_out(query) == ([], (["b", "e"], ["c d"]))
    assert parse(query).wanted == ([], ["a"], [])


@pytest.mark.parametrize(
    ("query", "others"),
    [
        ("don't", ("dont",)),
        ("e-mail", ("email",)),
        ("U.S.A.", ("usa",)),
        ("v7.8.9", ()),
        ("l'été", ()),
        ("state-of-the-art", ()),
        ('"e-mail"', ()),
        ("email", ()),
    ],
)
def test_words_in_parts_are_looked_for_as_one_too(query, others):
    (phrase,) = parse(query).wanted.phrases
    assert phrase.others == others


def test_names_are_words_that_follow_each_other():
    query = parse('Alice Liddell -x tag:y "小明"')
    assert [name for name, _ in join_words(query)] == [
        *["Alice", "Alice Liddell", "Alice Liddell 小明"],
        *["Liddell", "Liddell 小明", "小明"],
    ]
    assert len(list(join_words(parse("a b c d " * 100)))) == 136


def test_tokens_that_look_like_a_field_are_words():
    assert shown("hashtag:x tags:y") == ["hashtag*", "x", "tags*", "y"]
    assert shown("tag:") == ["tag*"]


def test_a_query_has_an_end():
    words = " ".join(f"w{number}" for number in range(1000))
    assert len(parse(words).wanted.phrases) == MAX_TOKENS
    query = parse(" ".join(f"-w{number} v{number}" for number in range(1000)))
    assert len(query.wanted.phrases) + len(query.unwanted.phrases) == MAX_TOKENS
    assert len(parse("a " * 1000).wanted.phrases) == 1
    assert len(parse("天，地，玄，黄，宇，宙").wanted.phrases) == MAX_SINGLE
    assert len(parse("a" * 1_000_000).wanted.phrases) == 1
    (sentence,) = parse("天气" * 100).wanted.phrases
    assert len(sentence.tokens) == MAX_TOKENS

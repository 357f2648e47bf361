"""Three versions of a text in one, and what differs between two."""

import random
import shutil
import subprocess

import pytest

from flaskr.text import differences
from flaskr.text.differences import ADDED
from flaskr.text.differences import compare
from flaskr.text.differences import compare_words
from flaskr.text.differences import count_changed
from flaskr.text.differences import REMOVED
from flaskr.text.merge import merge
from flaskr.text.merge import merge_line
from flaskr.text.merge import merge_tags

from .children import LIMIT

BASE = "one\n\ntwo\n\nthree\n"


@pytest.mark.parametrize(
    ("mine", "theirs", "merged"),
    [
        (BASE, BASE, BASE),
        ("ONE\n\ntwo\n\nthree\n", BASE, "ONE\n\ntwo\n\nthree\n"),
        (BASE, "one\n\ntwo\n\nTHREE\n", "one\n\ntwo\n\nTHREE\n"),
        ("ONE\n\ntwo\n\nthree\n", "one\n\ntwo\n\nTHREE\n", "ONE\n\ntwo\n\nTHREE\n"),
        # The same change of both.
        ("ONE\n\ntwo\n\nthree\n", "ONE\n\ntwo\n\nthree\n", "ONE\n\ntwo\n\nthree\n"),
        ("ONE\n\ntwo\n\n3\n", "ONE\n\nzwei\n\nthree\n", "ONE\n\nzwei\n\n3\n"),
        # Put in at the beginning and at the end, and taken out.
        ("zero\n" + BASE, BASE + "four\n", "zero\n" + BASE + "four\n"),
        ("two\n\nthree\n", BASE + "four\n", "two\n\nthree\nfour\n"),
        ("", BASE, ""),
        # The same line in other ways, put in at the same place, taken out and changed.
        ("ONE\n\ntwo\n\nthree\n", "One\n\ntwo\n\nthree\n", None),
        (BASE + "mine\n", BASE + "theirs\n", None),
        ("", "ONE\n\ntwo\n\nthree\n", None),
        # Lines that follow each other.
        ("ONE\n\ntwo\n\nthree\n", "one\n-\ntwo\n\nthree\n", None),
    ],
)
def test_changes_of_two_people_are_merged_by_lines(mine, theirs, merged):
    assert merge(BASE, mine, theirs) == merged
    assert merge(BASE, theirs, mine) == merged


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "merged"),
    [
        ("a\nb\nc", "a\nb\nc\nd", "A\nb\nc", "A\nb\nc\nd"),
        ("a\nb\nc\n", "a\nb\nc", "A\nb\nc\n", "A\nb\nc"),
        ("a\nb", "a\nb\nc", "a\nb\nd", None),
        ("", "", "new", "new"),
    ],
)
def test_a_last_line_without_a_line_break_is_never_glued(base, mine, theirs, merged):
    assert merge(base, mine, theirs) == merged
    assert merge(base, theirs, mine) == merged


@pytest.mark.parametrize(
    ("mine", "theirs", "merged"),
    [("b", "b", "b"), ("m", "b", "m"), ("b", "t", "t"), ("m", "m", "m")],
)
def test_a_title_is_that_of_whoever_changed_it(mine, theirs, merged):
    assert merge_line("b", mine, theirs) == merged


def test_two_other_titles_are_a_conflict():
    assert merge_line("b", "m", "t") is None


@pytest.mark.parametrize(
    ("mine", "theirs", "merged"),
    [
        ("a b", "a b", "a b"),
        ("a b", "b a", "b a"),
        ("b a", "a b", "b a"),
        ("a b m", "a b t", "a b t m"),
        ("b", "a b t", "b t"),
        ("a b m", "a", "a m"),
        ("", "a b t", "t"),
        ("A b m", "a b M t", "a b M t"),
        ("b a m", "t a b", "t a b m"),
    ],
)
def test_tags_are_merged_as_sets_in_their_order(mine, theirs, merged):
    lists = [text.split() for text in ("a b", mine, theirs)]
    assert merge_tags(*lists) == merged.split()


# As git does it

REPEATED = [
    *("Nobody was there.\n", "- one\n", "- two\n", "```\n"),
    *("水开了。\n", "今天没有人来。\n"),
]


def make_line(draw, is_repeated):
    kind = draw.random()

    if is_repeated and kind < 0.25:
        return "\n"
    elif is_repeated and kind < 0.4:
        return draw.choice(REPEATED)
    elif kind < 0.7:
        return f"Line {draw.randrange(10**9)} of the text.\n"
    else:
        return f"第{draw.randrange(10**9)}行文字。\n"


def change(draw, lines, is_repeated):
    lines = list(lines)

    for _ in range(draw.randint(1, 4)):
        at, kind = draw.randint(0, len(lines)), draw.random()
        new = [make_line(draw, is_repeated) for _ in range(draw.randint(1, 3))]

        if kind < 0.4:
            lines[at:at] = new
        elif kind < 0.65:
            del lines[at : at + len(new)]
        else:
            lines[at : at + 1] = new[:1]

    return lines


def make_texts(seed, is_repeated):
    """A base and two versions of it; some have no line break at the end."""
    draw = random.Random(seed)
    base = [make_line(draw, is_repeated) for _ in range(draw.randint(0, 30))]
    versions = (base, *(change(draw, base, is_repeated) for _ in range(2)))
    texts = ["".join(lines) for lines in versions]
    return [text[:-1] if draw.random() < 0.25 else text for text in texts]


def merge_with_git(folder, *texts):
    for name, text in zip(("base", "mine", "theirs"), texts, strict=True):
        (folder / name).write_bytes(text.encode())

    found = subprocess.run(
        ["git", "merge-file", "-p", "mine", "base", "theirs"],
        cwd=folder,
        capture_output=True,
        timeout=LIMIT,
    )
    return found.stdout.decode() if found.returncode == 0 else None


@pytest.mark.skipif(not shutil.which("git"), reason="needs git")
@pytest.mark.parametrize(("is_repeated", "most"), [(False, 0), (True, 15)])
def test_pairs_are_merged_as_git_merges_them(tmp_path, is_repeated, most):
    """Where a line stands more than once, it is a matter of taste which of two equal
    lines was put in or taken out, and so whether a change is next to another one: one
    of us may see a conflict there. Never do both merge, and differ."""
    different = []

    for seed in range(500):
        texts = make_texts(seed, is_repeated)
        ours, gits = merge(*texts), merge_with_git(tmp_path, *texts)

        if ours != gits:
            assert ours is None or gits is None, seed
            different.append(seed)

    assert len(different) <= most


# What differs


def join(pieces, without):
    return "".join(piece.text for piece in pieces if piece.kind != without)


def mark(pieces):
    marks = {"=": "{}", "-": "[-{}-]", "+": "[+{}+]"}
    return "".join(marks[piece.kind].format(piece.text) for piece in pieces)


@pytest.mark.parametrize(
    ("old", "new", "marked"),
    [
        ("", "", ""),
        ("a", "a", "a"),
        ("", "a", "[+a+]"),
        ("a", "", "[-a-]"),
        ("the cat sat", "the dog sat", "the [-cat-][+dog+] sat"),
        ("a red fox ran", "a blue hen ran", "a [-red fox-][+blue hen+] ran"),
        ("don’t, he said", "don’t, she said", "don’t, [-he-][+she+] said"),
        ("今天来了", "昨天来了", "[-今-][+昨+]天来了"),
        ("用Flask写", "用Django写", "用[-Flask-][+Django+]写"),
    ],
)
def test_words_that_differ_are_marked(old, new, marked):
    assert mark(compare_words(old, new)) == marked


def test_characters_that_changed_are_counted():
    assert count_changed("one\ntwo\nthree", "one\n2\nthree\nfour") == (6, 3)
    assert count_changed("", "今天") == (2, 0)
    assert count_changed("same", "same") == (0, 0)


def hostile_texts():
    draw = random.Random(5)
    letters = "".join(draw.choice("ab") + "\n" for _ in range(100_000))
    lines = [f"{n:x}\n" for n in range(35_000)]
    yield "\n" * 200_000, "\n" * 199_000
    yield letters, letters[::-1]
    yield letters.replace("\n", " "), letters[::-1].replace("\n", " ")
    yield "".join(lines), "".join(reversed(lines))
    yield "".join(lines), "".join(draw.sample(lines, len(lines)))
    yield "".join(lines), "".join(line.replace("1", "x") for line in lines)
    words = [line.strip() for line in lines]
    yield " ".join(words), " ".join(word.replace("1", "x") for word in words)
    yield "的一" * 33_000, "一的一" * 22_000


def test_hostile_texts_are_compared_in_bounded_steps(monkeypatch):
    spent = []

    class Budget(differences.Budget):
        def allows(self, steps):
            allowed = super().allows(steps)
            spent.append(steps * allowed)
            return allowed

    monkeypatch.setattr(differences, "Budget", Budget)

    for old, new in hostile_texts():
        spent.clear()
        blocks = compare(old, new)
        assert sum(spent) <= differences.MAX_STEPS
        assert sum(len(block.pieces) for block in blocks) <= 5 * differences.MAX_HUNKS
        pieces = compare_words(old, new)
        assert join(pieces, without=ADDED) == old
        assert join(pieces, without=REMOVED) == new
        # In time, too: it would take hours.
        merge(old, new, f"{old}z")


def test_differences_have_all_of_both_texts_but_lines_that_are_left_out():
    for seed in range(50):
        old, new, _ = make_texts(seed, is_repeated=True)
        blocks = compare(old, new)
        assert (blocks == []) == (old == new)
        skipped = sum(block.skipped for block in blocks)
        pieces = [piece for block in blocks for piece in block.pieces]

        for text, without in ((old, ADDED), (new, REMOVED)):
            shown = differences.split_lines(join(pieces, without))
            lines = differences.split_lines(text)
            assert len(shown) + skipped == len(lines) or not blocks
            assert set(shown) <= set(lines)

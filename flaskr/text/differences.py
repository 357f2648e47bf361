"""What differs between two texts: by lines first, and within those that differ by
words, or by characters where there are no spaces between words.

However a text is made, the time is bounded: what would take longer counts as replaced.
"""

import re
import typing as t
from bisect import bisect_left
from collections import Counter
from difflib import SequenceMatcher

# Steps of comparing that take a tenth of a second at most.
MAX_STEPS = 2_000_000

# Hunks that are shown one by one: nobody reads more, and a page would be large.
MAX_HUNKS = 1000

# Lines that are shown around a change.
CONTEXT = 3

# Scripts without spaces between words.
UNSPACED = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff\u0e00-\u0eff"
WORD = re.compile(f"[{UNSPACED}]|[^\\W{UNSPACED}]+|\\s|[^\\w\\s]")

SAME, REMOVED, ADDED = "=", "-", "+"


class Hunk(t.NamedTuple):
    """Where two lists differ: the items from ``a_start`` to ``a_end`` of the first
    became those from ``b_start`` to ``b_end`` of the second."""

    a_start: int
    a_end: int
    b_start: int
    b_end: int


class Budget:
    """Steps that are left for comparing."""

    def __init__(self, steps: int = MAX_STEPS) -> None:
        self.steps = steps

    def allows(self, steps: int) -> bool:
        """Whether there are so many left, which are used up then."""
        if steps > self.steps:
            return False

        self.steps -= steps
        return True


class Piece(t.NamedTuple):
    """A part of a line: ``=`` in both texts, ``-`` removed, or ``+`` added."""

    kind: str
    text: str


class Block(t.NamedTuple):
    """Some lines; for the unchanged ones that are left out, ``pieces`` is empty and
    ``skipped`` is their number."""

    pieces: list[Piece]
    skipped: int = 0


def split_lines(text: str) -> list[str]:
    """The lines of a text, each with its LF; the last one may have none."""
    *lines, last = text.split("\n")
    return [f"{line}\n" for line in lines] + ([last] if last else [])


def split_words(text: str) -> list[str]:
    """Words, spaces and marks; characters where words have no spaces between them."""
    return WORD.findall(text)


def find_hunks(a: list[str], b: list[str], budget: Budget) -> list[Hunk]:
    """Where two lists differ, in their order. Between two hunks there is something
    that both have."""
    matches: list[tuple[int, int]] = []
    ahead = [Hunk(0, len(a), 0, len(b))]

    while ahead:
        part = trim(a, b, ahead.pop(), matches)
        size = part.a_end - part.a_start + part.b_end - part.b_start

        if part.a_start < part.a_end and part.b_start < part.b_end:
            if budget.allows(size):
                ahead += split(a, b, part, matches, budget)

    matches.sort()
    return list(join_matches(matches, len(a), len(b)))


def join_matches(
    matches: list[tuple[int, int]], a_end: int, b_end: int
) -> t.Iterator[Hunk]:
    """What is between pairs of positions that match."""
    a_at = b_at = 0

    for i, j in [*matches, (a_end, b_end)]:
        if (a_at, b_at) != (i, j):
            yield Hunk(a_at, i, b_at, j)

        a_at, b_at = i + 1, j + 1


def trim(
    a: list[str], b: list[str], part: Hunk, matches: list[tuple[int, int]]
) -> Hunk:
    """A part without what both have at its beginning and at its end, which is noted."""
    i, i_end, j, j_end = part

    while i < i_end and j < j_end and a[i] == b[j]:
        matches.append((i, j))
        i, j = i + 1, j + 1

    while i < i_end and j < j_end and a[i_end - 1] == b[j_end - 1]:
        i_end, j_end = i_end - 1, j_end - 1
        matches.append((i_end, j_end))

    return Hunk(i, i_end, j, j_end)


def split(
    a: list[str],
    b: list[str],
    part: Hunk,
    matches: list[tuple[int, int]],
    budget: Budget,
) -> list[Hunk]:
    """The parts between what stands once in both, which is noted; where nothing does,
    none is left: what difflib finds is noted, if it finds it in time."""
    i, i_end, j, j_end = part
    counts = Counter(a[i:i_end]), Counter(b[j:j_end])
    anchors = find_anchors(a, b, part, counts)

    if not anchors:
        pairs = sum(n * counts[1][item] for item, n in counts[0].items())

        if pairs and budget.allows(pairs * min(i_end - i, j_end - j)):
            matcher = SequenceMatcher(None, a[i:i_end], b[j:j_end], autojunk=False)
            matches += [
                (i + block.a + n, j + block.b + n)
                for block in matcher.get_matching_blocks()
                for n in range(block.size)
            ]

        return []

    matches += anchors
    starts = [(i - 1, j - 1), *anchors]
    return [
        Hunk(start[0] + 1, end[0], start[1] + 1, end[1])
        for start, end in zip(starts, [*anchors, (i_end, j_end)], strict=True)
    ]


def find_anchors(
    a: list[str], b: list[str], part: Hunk, counts: tuple[Counter[str], Counter[str]]
) -> list[tuple[int, int]]:
    """Positions of what stands once in both parts, as many as come in one order."""
    i, i_end, j, j_end = part
    places = {item: n for n, item in enumerate(b[j:j_end], j) if counts[1][item] == 1}
    pairs = [
        (n, places[item])
        for n, item in enumerate(a[i:i_end], i)
        if counts[0][item] == 1 and item in places
    ]
    # The longest increasing subsequence, by patience sorting.
    tops: list[int] = []
    piles: list[tuple[int, int]] = []
    before: list[int] = []
    last: list[int] = []

    for number, pair in enumerate(pairs):
        pile = bisect_left(tops, pair[1])
        before.append(last[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [pair[1]]
        last[pile : pile + 1] = [number]

    number = last[-1] if last else -1

    while number >= 0:
        piles.append(pairs[number])
        number = before[number]

    return piles[::-1]


def count_changed(old: str, new: str) -> tuple[int, int]:
    """Characters that were added to a text, and that were removed from it."""
    added = removed = 0

    for block in compare(old, new):
        for piece in block.pieces:
            added += len(piece.text) * (piece.kind == ADDED)
            removed += len(piece.text) * (piece.kind == REMOVED)

    return added, removed


def compare(old: str, new: str) -> list[Block]:
    """The lines that differ, in pieces, with some lines around them."""
    budget = Budget()
    a, b = split_lines(old), split_lines(new)
    blocks: list[Block] = []
    at = 0

    for hunk in limit_hunks(find_hunks(a, b, budget)):
        blocks += show_unchanged(a[at : hunk.a_start], is_first=at == 0)
        before, after = a[hunk.a_start : hunk.a_end], b[hunk.b_start : hunk.b_end]
        blocks.append(Block(compare_words("".join(before), "".join(after), budget)))
        at = hunk.a_end

    return blocks + (show_unchanged(a[at:], is_last=True) if blocks else [])


def limit_hunks(hunks: list[Hunk]) -> list[Hunk]:
    """The hunks, or all in one if there are many."""
    if len(hunks) <= MAX_HUNKS:
        return hunks

    first, last = hunks[0], hunks[-1]
    return [Hunk(first.a_start, last.a_end, first.b_start, last.b_end)]


def show_unchanged(
    lines: list[str], is_first: bool = False, is_last: bool = False
) -> list[Block]:
    """Lines that both texts have: those next to a change, and how many there are
    besides."""
    head = 0 if is_first else CONTEXT
    tail = 0 if is_last else CONTEXT

    if len(lines) <= head + tail + 1:
        return [Block([Piece(SAME, "".join(lines))])] if lines else []

    blocks = [
        Block([Piece(SAME, "".join(lines[:head]))]),
        Block([], len(lines) - head - tail),
        Block([Piece(SAME, "".join(lines[len(lines) - tail :]))]),
    ]
    return [block for block in blocks if block.skipped or block.pieces[0].text]


def compare_words(old: str, new: str, budget: Budget | None = None) -> list[Piece]:
    """All of two texts, in pieces: what was removed comes before what was added."""
    a, b = split_words(old), split_words(new)
    pieces: list[Piece] = []
    at = 0

    hunks = join_near(a, find_hunks(a, b, budget or Budget()))

    for hunk in limit_hunks(hunks):
        pieces.append(Piece(SAME, "".join(a[at : hunk.a_start])))
        pieces.append(Piece(REMOVED, "".join(a[hunk.a_start : hunk.a_end])))
        pieces.append(Piece(ADDED, "".join(b[hunk.b_start : hunk.b_end])))
        at = hunk.a_end

    pieces.append(Piece(SAME, "".join(a[at:])))
    return [piece for piece in pieces if piece.text]


def join_near(a: list[str], hunks: list[Hunk]) -> list[Hunk]:
    """Hunks without those between which there is but space: words that follow each
    other are read together."""
    joined: list[Hunk] = []

    for hunk in hunks:
        last = joined[-1] if joined else None
        between = "".join(a[last.a_end : hunk.a_start]) if last else ""

        if last and between.isspace() and "\n" not in between:
            joined[-1] = Hunk(last.a_start, hunk.a_end, last.b_start, hunk.b_end)
        else:
            joined.append(hunk)

    return joined

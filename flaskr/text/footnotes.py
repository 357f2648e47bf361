"""The labels of footnotes that are numbers, ``[^1]``. Whatever is done with them, the
same is shown."""

import re
import typing as t
from collections import Counter
from itertools import count
from xml.etree import ElementTree

from .commonmark import MAX_FOOTNOTES
from .commonmark import MAX_TEXT
from .commonmark import parse
from .commonmark import write_html
from .markdown import clean

LABEL = re.compile(r"\[\^([0-9]+)\]")
ANY = re.compile(r"\[\^[^\[\]\s\\`]+\]")
LABEL_IN_BYTES = re.compile(LABEL.pattern.encode())

# A reference and the number that is shown for it, and a note, as comrak writes them.
REFERENCE = re.compile(
    r'<sup data-sourcepos="([0-9]+):([0-9]+)-[^"]*" class="footnote-ref">'
    r'<a href="#fn-([0-9]+)"[^>]*>([0-9]+)</a>'
)
NOTE = re.compile(r'<li data-sourcepos="([0-9]+):([0-9]+)-[^"]*" id="fn-[0-9]+">')

# What hides places: the words for an image are shown without what is in them, and the
# backslash before a line between cells is not counted.
HIDING = re.compile(r"(\\\\)|\\\||!(?=\[)")


class Mark(t.NamedTuple):
    """A label and where it is in a text: before a note, or in a reference to one."""

    start: int
    end: int
    label: str
    is_note: bool


def number(text: str) -> str:
    """A text whose footnotes are numbered as it refers to them, and after those the
    ones that it does not refer to. Beyond a bound of the parser, or of a post, or if
    anything else would be shown then, it stays as it is."""
    marks = find_marks(text)

    if not marks:
        return text

    notes = {mark.label: None for mark in marks if mark.is_note}
    # What is no reference must not become one.
    missing = {mark.label for mark in marks} - notes.keys()
    numbers = (str(n) for n in count(1) if str(n) not in missing)
    order = [label for label in find_order(text) if label in notes]
    names = {label: next(numbers) for label in dict.fromkeys([*order, *notes])}
    return relabel(text, marks, names)


def differ_in_numbers(text: str, other: str) -> bool:
    """Whether texts are the same, but perhaps for the numbers of footnotes, which
    :func:`number` gives."""
    without = [LABEL.sub("[^]", one) for one in (text, other)]
    return text == other or without[0] == without[1] and number(text) == number(other)


def align(text: str, base: str, other: str) -> str:
    """A text whose footnotes have the labels that they had in the one that it was made
    of, so that the two can be compared by lines.

    :param other: what else was made of that; what was new in both has two labels
    """
    marks = find_marks(text)

    if not marks:
        return text

    before = find_contents(base, find_marks(base))
    labels = {content: label for label, content in before.items()}
    contents = find_contents(text, marks)
    names = {
        label: labels[content]
        for label, content in contents.items()
        if content in labels
    }
    taken = set(names.values()) | set(LABEL.findall(other)) - before.keys()
    used = taken | before.keys() | {mark.label for mark in marks}
    unused = (str(n) for n in count(1) if str(n) not in used)

    for label in contents:
        if label not in names and label in taken:
            names[label] = next(unused)

    return relabel(text, marks, names)


def find_marks(text: str) -> list[Mark]:
    """The labels that comrak takes for such, once there are a note and a reference for
    each: none in code."""
    found = list(LABEL.finditer(text))

    if not found:
        return []

    shown = clean(text)
    labels = [match[1] for match in found]

    # A character that is not shown may be within one.
    if labels != LABEL.findall(shown) or parse(shown) is None:
        return []

    notes = "".join(f"[^{label}]: x\n" for label in dict.fromkeys(labels))
    references = " ".join(dict.fromkeys(match[0] for match in ANY.finditer(shown)))
    before = f"{notes}\n{references}\n\n"
    shown = HIDING.sub(lambda match: match[1] or "?" * len(match[0]), shown)
    html = write_html(before + shown, True, 3 * MAX_FOOTNOTES)
    first = before.count("\n") + 1
    rows = enumerate(shown.encode().split(b"\n"), first)
    here = [
        (row, match.start() + 1)
        for row, line in rows
        for match in LABEL_IN_BYTES.finditer(line)
    ]
    places = {read_place(match): True for match in NOTE.finditer(html)}
    by_label = dict(zip(here, (match[1] for match in found), strict=True))

    for match in REFERENCE.finditer(html):
        if (place := read_place(match)) >= (first, 0):
            places[find_place(place, match[3], by_label)] = False

    return [
        Mark(*match.span(1), match[1], places[place])
        for match, place in zip(found, here, strict=True)
        if place in places
    ]


def read_place(match: re.Match[str]) -> tuple[int, int]:
    """The line of an element, and the byte in that, from 1."""
    return int(match[1]), int(match[2])


def find_place(
    place: tuple[int, int], label: str, labels: dict[tuple[int, int], str]
) -> tuple[int, int]:
    """Where a reference is. In a paragraph that begins with the addresses of links,
    comrak does not count their lines."""
    later = (other for other in labels if other > place and labels[other] == label)
    return place if place in labels else next(later, place)


def find_order(text: str) -> list[str]:
    """The labels that a text refers to, by the numbers that are shown for them."""
    shown = REFERENCE.finditer(write_html(clean(text), with_lines=True))
    return [match[3] for match in sorted(shown, key=lambda match: int(match[4]))]


def find_contents(text: str, marks: list[Mark]) -> dict[str, tuple[str, int]]:
    """The first line of each note, by its label, and which one of those alike it is."""
    times: Counter[str] = Counter()
    contents = {}

    for mark in marks:
        if mark.is_note and mark.label not in contents:
            end = text.find("\n", mark.end)
            line = text[mark.end : end if end >= 0 else None]
            times[line] += 1
            contents[mark.label] = line, times[line]

    return contents


def relabel(text: str, marks: list[Mark], names: dict[str, str]) -> str:
    """A text with other labels, by those that it has, unless that would change what is
    shown."""
    parts: list[str] = []
    at = 0

    for mark in marks:
        parts += text[at : mark.start], names.get(mark.label, mark.label)
        at = mark.end

    fresh = "".join([*parts, text[at:]])
    is_short = len(fresh.encode()) <= max(MAX_TEXT, len(text.encode()))
    is_kept = fresh == text or is_short and show(fresh) == show(text)
    return fresh if is_kept else text


def show(text: str) -> bytes | None:
    """What is shown of a text, to compare it."""
    tree = parse(clean(text))
    return None if tree is None else ElementTree.tostring(tree, "utf-8")

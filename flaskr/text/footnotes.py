"""The numbers of footnotes, as they are typed: in the order in which a text refers to
them. Where they are, the parser says."""

import re
import typing as t
from itertools import count
from xml.etree.ElementTree import tostring

from .commonmark import hide_lone_tilde
from .commonmark import LONE_TILDE
from .commonmark import parse
from .commonmark import TILDES
from .commonmark import write_html
from .lines import FORBIDDEN

NUMBER = re.compile(r"\[\^([0-9]{1,9})\]")

# What comrak writes for a reference, and for a definition that something refers to.
REFERENCE = re.compile(
    r'<sup data-sourcepos="(\d+):(\d+)-[^"]*" class="footnote-ref">'
    r'<a href="#fn-([0-9]{1,9})" [^>]*>(\d+)</a>'
)
DEFINITION = re.compile(
    r'<li data-sourcepos="(\d+):(\d+)-[^"]*" id="fn-([0-9]{1,9})">()'
)
CODE = re.compile(r"<code\b[^>]*>[^<]*</code>")


class Place(t.NamedTuple):
    """Where a number is typed: its line, and its column in bytes, both from 1; and
    where among all footnotes that one comes, or nothing for a definition."""

    line: int
    column: int
    label: str
    order: str


def number_footnotes(text: str) -> str:
    """A text whose lines end alike, with its numeric footnotes as 1, 2 and so on, and
    shown as before."""
    labels = list(dict.fromkeys(NUMBER.findall(text)))

    if not labels or LONE_TILDE in text or FORBIDDEN.search(text):
        return text

    hidden = TILDES.sub(hide_lone_tilde, text)
    html = write_html(hidden, with_lines=True)
    places = find_places(html)
    known = {place.label for place in places}

    if unknown := [f"[^{label}]" for label in labels if label not in known]:
        # Nothing refers to them, and so nothing is shown of them.
        known_lines = hidden.count("\n") + 1
        more = write_html(f"{hidden}\n\n{' '.join(unknown)}\n", with_lines=True)
        places = [place for place in find_places(more) if place.line <= known_lines]

    # What has no definition is text, and would get one.
    taken = set(NUMBER.findall(CODE.sub("", html))) - {place.label for place in places}
    numbered = replace_labels(hidden, places, choose_numbers(places, taken))
    numbered = numbered.replace(LONE_TILDE, "~")
    return numbered if numbered != text and is_alike(text, numbered) else text


def find_places(html: str) -> list[Place]:
    """The places of numbers in a text that comrak has rendered, the references first,
    in their order."""
    found = [*REFERENCE.findall(html), *DEFINITION.findall(html)]
    return [
        Place(int(line), int(column), label, order)
        for line, column, label, order in found
    ]


def choose_numbers(places: list[Place], taken: t.Container[str]) -> dict[str, str]:
    """The new labels by the old ones: in the order of the references, and then those of
    definitions without one."""
    references = sorted((p for p in places if p.order), key=lambda p: int(p.order))
    others = sorted(place for place in places if not place.order)
    labels = dict.fromkeys(place.label for place in [*references, *others])
    free = (str(n) for n in count(1) if str(n) not in taken)
    return dict(zip(labels, free, strict=False))


def replace_labels(text: str, places: list[Place], numbers: dict[str, str]) -> str:
    """A text with other labels at these places."""
    lines = text.split("\n")

    # From the end, so that the columns stay right.
    for line, column, label, _order in sorted(set(places), reverse=True):
        row = lines[line - 1].encode()
        old = f"[^{label}]".encode()
        # In a table, comrak counts an escaped bar as one character.
        start = row.find(old, column - 1, column + row.count(rb"\|") + len(old))

        if start >= 0:
            new = f"[^{numbers[label]}]".encode()
            lines[line - 1] = (row[:start] + new + row[start + len(old) :]).decode()

    return "\n".join(lines)


def is_alike(text: str, other: str) -> bool:
    """Whether two texts are shown alike, as Markdown."""
    tree, numbered = parse(text), parse(other)
    return (
        tree is not None
        and numbered is not None
        and tostring(tree) == tostring(numbered)
    )


def differ_in_numbers(text: str, other: str) -> bool:
    """Whether texts may be the same but for the numbers of their footnotes."""
    return text != other and NUMBER.sub("", text) == NUMBER.sub("", other)

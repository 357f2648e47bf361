"""What a writer may want to look at before a text is published."""

import re
import typing as t
from collections import Counter
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from .extract import extract_text
from .headings import Outline
from .headings import TAGS as HEADINGS
from .tags import has_content

# Of each kind; more would be no list that somebody reads.
MAX_PROBLEMS = 20

# What comrak leaves of a reference to a footnote that is not defined.
UNDEFINED = re.compile(r"\[\^([^\]\s]{1,80})\]")

# What a link to a post begins with, below the root.
POST = re.compile(r"/(\d{1,18})(?:[-/?#]|\Z)")


class Problem(t.NamedTuple):
    """Something that is probably not meant: its kind, the number of the line where it
    is, from 1, and the words that tell which one is meant."""

    kind: t.Literal["alt", "heading", "fragment", "note", "post"]
    line: int
    what: str


class Link(t.NamedTuple):
    """A link in a text: the number of its line, and its URL."""

    line: int
    url: str


def find_problems(tree: Element) -> list[Problem]:
    """Images without alternative text, headings that skip a level, links to headings
    that are not there, and footnotes without a text, in the order of the text.

    :param tree: with lines, and as it was read
    """
    found = [*find_blank_images(tree), *find_jumps(tree), *find_dead_fragments(tree)]
    return sort([*found, *find_undefined_notes(tree)])


def sort(problems: t.Iterable[Problem]) -> list[Problem]:
    """Problems in the order of the text, and of each kind the first ones."""
    counts: Counter[str] = Counter()
    first = []

    for problem in sorted(problems, key=lambda problem: problem.line):
        counts[problem.kind] += 1

        if counts[problem.kind] <= MAX_PROBLEMS:
            first.append(problem)

    return first


def walk(tree: Element, line: int = 1) -> t.Iterator[tuple[int, Element]]:
    """Yield the elements of a tree, each with the line where it begins, or else where
    what it is in does."""
    for element in tree:
        here = int(element.get("line", line))
        yield here, element
        yield from walk(element, here)


def find_links(tree: Element) -> t.Iterator[Link]:
    """Yield the links in a tree."""
    for line, element in walk(tree):
        if element.tag == "a" and element.get("class") != "footnote-backref":
            yield Link(line, element.get("href", ""))


def find_blank_images(tree: Element) -> t.Iterator[Problem]:
    """Yield the images that have no alternative text."""
    for line, element in walk(tree):
        if element.tag == "img" and not element.get("alt", "").strip():
            yield Problem("alt", line, element.get("src", ""))


def find_headings(tree: Element) -> t.Iterator[tuple[int, str, str]]:
    """Yield the lines, the tags and the texts of the headings that are not empty."""
    for line, element in walk(tree):
        if element.tag in HEADINGS and has_content(element):
            yield line, element.tag, " ".join(extract_text(element).split())


def find_jumps(tree: Element) -> t.Iterator[Problem]:
    """Yield the headings that are more than one level below the one before."""
    before = 6

    for line, tag, text in find_headings(tree):
        level = int(tag[1])

        if level > before + 1:
            yield Problem("heading", line, text)

        before = level


def find_dead_fragments(tree: Element) -> t.Iterator[Problem]:
    """Yield the links to a place in the text that is not there."""
    outline = Outline(2)

    for _line, tag, text in find_headings(tree):
        outline.add(tag, text)

    notes = {f"fn-{n}" for n in range(1, len(tree.findall("section/ol/li")) + 1)}

    for line, url in find_links(tree):
        fragment = unquote(url[1:])
        is_known = fragment in notes or outline.find_id(fragment)

        # "#" and "#top" lead to the top of any page.
        if url.startswith("#") and fragment.lower() not in ("", "top") and not is_known:
            yield Problem("fragment", line, f"#{fragment}")


def find_undefined_notes(tree: Element) -> t.Iterator[Problem]:
    """Yield the references to footnotes that have no text."""
    parents = {child: parent for parent in tree.iter() for child in parent}

    for line, element in walk(tree):
        texts = [] if element.tag in ("code", "pre") else [element.text]

        if parents[element].tag not in ("code", "pre"):
            texts.append(element.tail)

        for text in filter(None, texts):
            for match in UNDEFINED.finditer(text):
                yield Problem(
                    "note", line + text.count("\n", 0, match.start()), match[1]
                )


def find_post_id(path: str) -> int | None:
    """The id of the post that a path below the root leads to, if it leads to one."""
    match = POST.match(path)
    return int(match[1]) if match else None

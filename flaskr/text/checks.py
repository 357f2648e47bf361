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

# The label of a footnote, which comrak leaves where it is not defined.
LABEL = re.compile(r"\[\^([^\]\s]{1,80})\]")

# What a footnote begins with.
DEFINITION = re.compile(rf"[ >]{{0,9}}{LABEL.pattern}:")

# The fragments of what a post's page has around its text, and what browsers look for.
AROUND = re.compile(r"(?i:top)?|content|comments|comment-\d+|.*:~:.*", re.DOTALL)

Kind = t.Literal[
    "alt", "heading", "fragment", "note", "unused", "post", "image", "place", "page"
]

# Lines and labels, by the labels in one case.
Definitions = dict[str, tuple[int, str]]


class Problem(t.NamedTuple):
    """Something that is probably not meant: its kind, the number of the line where it
    is, from 1, and the words that tell which one is meant."""

    kind: Kind
    line: int
    what: str


class Link(t.NamedTuple):
    """A link in a text, or an image: the number of its line, and its URL."""

    line: int
    url: str
    is_image: bool = False


def find_problems(tree: Element, text: str) -> list[Problem]:
    """Images without alternative text, headings that skip a level, links to headings
    that are not there, and footnotes without a text or a place that refers to them, in
    the order of the text.

    :param tree: with lines, and as it was read
    """
    found = [*find_blank_images(tree), *find_jumps(tree), *find_dead_fragments(tree)]
    defined = find_definitions(tree, text)
    # A label in code alone may be among them.
    times = Counter(map(str.casefold, LABEL.findall(text)))
    notes = [*find_undefined_notes(tree), *find_blank_notes(tree, defined, times)]
    return sort([*found, *notes, *find_unused_notes(defined, times)])


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


class Places(t.NamedTuple):
    """What fragments lead to in a text: its headings and its footnotes."""

    outline: Outline
    notes: set[str]

    def has(self, fragment: str) -> bool:
        """Whether a fragment leads to something on the page of the text."""
        is_known = fragment in self.notes or self.outline.find_id(fragment)
        return bool(is_known or AROUND.fullmatch(fragment))


def find_places(tree: Element) -> Places:
    """What fragments lead to in a tree, as it was read."""
    outline = Outline(2)

    for _line, tag, text in find_headings(tree):
        outline.add(tag, text)

    numbers = range(1, len(tree.findall("section/ol/li")) + 1)
    return Places(outline, {f"{fn}-{n}" for n in numbers for fn in ("fn", "fnref")})


def find_links(tree: Element, with_images: bool = False) -> t.Iterator[Link]:
    """Yield the links in a tree, and the addresses of its images."""
    for line, element in walk(tree):
        if element.tag == "a" and element.get("class") != "footnote-backref":
            yield Link(line, element.get("href", ""))
        elif element.tag == "img" and with_images:
            yield Link(line, element.get("src", ""), True)


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
    places = find_places(tree)

    for line, url, _is_image in find_links(tree):
        fragment = unquote(url[1:])

        if url.startswith("#") and not places.has(fragment):
            yield Problem("fragment", line, f"#{fragment}")


def find_undefined_notes(tree: Element) -> t.Iterator[Problem]:
    """Yield the references to footnotes that have no text."""
    parents = {child: parent for parent in tree.iter() for child in parent}

    for line, element in walk(tree):
        texts = [] if element.tag in ("code", "pre") else [element.text]

        if parents[element].tag not in ("code", "pre"):
            texts.append(element.tail)

        for text in filter(None, texts):
            for match in LABEL.finditer(text):
                yield Problem(
                    "note", line + text.count("\n", 0, match.start()), match[1]
                )


def find_blank_notes(
    tree: Element, defined: Definitions, times: Counter[str]
) -> t.Iterator[Problem]:
    """Yield the footnotes that say nothing, where something refers to them.

    :param defined: as :func:`find_definitions`
    :param times: how often each label stands in the text, in the order of the text
    """
    notes = tree.findall("section/ol/li")
    # As they are numbered.
    labels = [label for label in times if label in defined and times[label] > 1]
    is_known = len(labels) == len(notes)

    for number, note in enumerate(notes, 1):
        if not says_something(note):
            where = defined[labels[number - 1]] if is_known else None
            yield Problem("note", *(where or find_reference(tree, number)))


def find_reference(tree: Element, number: int) -> tuple[int, str]:
    """The line of the first reference to a footnote, and its number as it is shown."""
    lines = (
        line
        for line, element in walk(tree)
        if element.get("class") == "footnote-ref" and element.text == str(number)
    )
    return next(lines, 1), str(number)


def find_definitions(tree: Element, text: str) -> Definitions:
    """The lines and the labels of the footnotes in a text, by their labels in one
    case."""
    code = {
        line
        for start, element in walk(tree)
        if element.tag == "pre"
        for line in range(start, start + "".join(element.itertext()).count("\n") + 2)
    }
    found: Definitions = {}

    for number, line in enumerate(text.split("\n"), 1):
        match = DEFINITION.match(line)

        if match and number not in code:
            found.setdefault(match[1].casefold(), (number, match[1]))

    return found


def says_something(note: Element) -> bool:
    """Whether there is more in a footnote than the ways back."""
    said = "".join(note.itertext())

    for link in note.iter("a"):
        if link.get("class") == "footnote-backref":
            said = said.replace("".join(link.itertext()), "", 1)

    return bool(said.strip()) or note.find(".//img") is not None


def find_unused_notes(defined: Definitions, times: Counter[str]) -> t.Iterator[Problem]:
    """Yield the footnotes that nothing refers to, which are not shown; as
    :func:`find_blank_notes`."""
    for label, (line, name) in defined.items():
        if times[label] == 1:
            yield Problem("unused", line, name)

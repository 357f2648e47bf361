"""What a tree of :mod:`.commonmark` says, as plain text; for markdown.py."""

import typing as t
from itertools import count
from unicodedata import east_asian_width
from xml.etree.ElementTree import Element

from .commonmark import BLOCKS
from .graphemes import is_joined
from .headings import TAGS as HEADINGS
from .links import match_own_image

# Columns of an excerpt, about three lines of a list of posts: a Chinese character
# takes two; and of the description that search engines show.
EXCERPT_WIDTH = 220
DESCRIPTION_WIDTH = 160

# Lines of an excerpt of code, or of headings.
MAX_LINES = 3

# What says nothing out of its place.
NO_PROSE = frozenset((*HEADINGS, "hr", "pre", "section", "table"))
LISTS = frozenset(("ol", "ul"))


class Image(t.NamedTuple):
    """The first of our own images in a text: its address below the root, its size in
    pixels, and what it shows in words."""

    address: str
    width: int
    height: int
    alt: str


def extract_text(tree: Element) -> str:
    """What a reader sees, without URLs: a line a block, with the alternative texts of
    images, and without the ways back from footnotes."""
    lines = [line.rstrip() for line in "".join(walk(tree)).split("\n")]
    return "\n".join(line for line in lines if line)


def walk(element: Element) -> t.Iterator[str]:
    """Yield the pieces of :func:`extract_text`."""
    yield element.get("alt", "") if element.tag == "img" else element.text or ""

    for child in element:
        is_line = child.tag in BLOCKS or child.tag in ("br", "tr")

        if is_line:
            yield "\n"

        if not is_reference(child):
            yield from walk(child)

        if is_line:
            yield "\n"

        # Between two blocks or cells, what the parser put there.
        tail = child.tail or ""
        yield " " if child.tag in ("td", "th") else tail


def is_reference(element: Element) -> bool:
    """Whether an element is the number of a footnote, or a way back from one."""
    return element.get("class") in ("footnote-ref", "footnote-backref")


class ExcerptWriter:
    """Reads the paragraphs of a text from its beginning, without headings, code,
    tables and notes, until there are enough."""

    def __init__(self, width: int, with_lists: bool) -> None:
        self.width = width
        self.skipped = NO_PROSE if with_lists else NO_PROSE | LISTS
        self.text = ""

    def read(self, tree: Element) -> str:
        """The excerpt of a tree; for one call."""
        self.read_blocks(tree, "\n", "")
        return cut(self.text.strip("\n"), self.width)

    def read_blocks(self, element: Element, gap: str, mark: str) -> None:
        """Add what is in a block: between two of its blocks is a gap, and before the
        first one a mark."""
        pieces = [element.text or ""]

        for child in [*element, None]:  # pragma: no branch
            is_inline = child is not None and child.tag not in BLOCKS

            if child is not None and is_inline:
                pieces += [self.read_line(child), child.tail or ""]
                continue

            # Others than ASCII's indent paragraphs in Chinese.
            if text := "".join(pieces).strip(" \n"):
                self.text += f"{gap}{mark}{text}"
                mark = ""

            if child is None or len(self.text) > self.width:
                return

            self.read_block(child, gap, mark)
            mark = "" if self.text else mark
            pieces = [child.tail or ""]

    def read_block(self, block: Element, gap: str, mark: str) -> None:
        """Add a block that is within another one."""
        if block.tag in self.skipped:
            return
        elif block.tag in LISTS:
            numbers = count(int(block.get("start", "1")))

            for item in block:
                bullet = f"{next(numbers)}. " if block.tag == "ol" else "• "
                is_task = item.get("class") == "task-list-item"
                self.read_blocks(item, "\n", "" if is_task else bullet)
        else:
            self.read_blocks(block, gap, mark)

    def read_line(self, element: Element) -> str:
        """What is in a line; without images, which say nothing in a sentence."""
        if element.tag in ("img", "br") or is_reference(element):
            return ""

        pieces = [element.text or ""]

        for child in element:
            pieces += [self.read_line(child), child.tail or ""]

        return "".join(pieces)


def extract_excerpt(tree: Element, width: int = EXCERPT_WIDTH) -> str:
    """The beginning of a text without markup: of its paragraphs; if it has none, of
    its lists, or else of what it says."""
    for with_lists in (False, True):
        if text := ExcerptWriter(width, with_lists).read(tree):
            return text

    lines = [] if is_image(tree) else extract_text(tree).split("\n")[:MAX_LINES]
    return cut("\n".join(lines), width)


def is_image(tree: Element) -> bool:
    """Whether a text says nothing but what images show."""
    return not "".join(tree.itertext()).strip()


def cut(text: str, width: int) -> str:
    """The beginning of a text, so many columns wide, cut between words where there
    are any."""
    length = find_length(text, width)

    if length == len(text):
        return text

    while length and is_joined(text[length - 1 : length + 1]):
        length -= 1

    text = text[:length]
    end = max(text.rfind(" "), text.rfind("\n"))

    # Not every script has spaces.
    if end > length * 0.8:
        text = text[:end]

    text = text.rstrip()
    return text + ("…" if is_wide(text[-1:]) else " …")


def is_wide(character: str) -> bool:
    """Whether a character takes two columns, as those of Chinese do."""
    return bool(character) and east_asian_width(character) in "WF"


def find_length(text: str, width: int) -> int:
    """How many characters of a text are so many columns wide."""
    if text[: width + 1].isascii():
        return min(len(text), width)

    columns = 0

    for length, character in enumerate(text):
        columns += 2 if is_wide(character) else 1

        if columns > width:
            return length

    return len(text)


def describe(text: str) -> str:
    """A line about a text, for search engines and for those it is sent to."""
    return cut(" ".join(text.split()), DESCRIPTION_WIDTH)


def find_image(tree: Element) -> Image | None:
    """The first of our own images that a text shows."""
    for element in tree.iter("img"):
        if match := match_own_image(element.get("src", "")):
            width, height = int(match["width"]), int(match["height"])
            return Image(match[0], width, height, element.get("alt", ""))

    return None

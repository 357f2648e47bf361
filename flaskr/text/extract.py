"""What a tree of :mod:`.commonmark` says, as plain text; for markdown.py."""

import typing as t
from itertools import count
from unicodedata import category
from xml.etree.ElementTree import Element

from .commonmark import BLOCKS
from .headings import TAGS as HEADINGS
from .links import OWN_IMAGE
from .links import says_address

# Characters of an excerpt, and of the description that search engines show.
EXCERPT_LENGTH = 400
DESCRIPTION_LENGTH = 160

# Lines of an excerpt of code, or of headings.
MAX_LINES = 3

# What says nothing out of its place.
NO_PROSE = frozenset((*HEADINGS, "hr", "pre", "section", "table"))


class Excerpt(t.NamedTuple):
    """The beginning of a text, and whether the text has more than that."""

    text: str
    has_more: bool


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

    def __init__(self, length: int) -> None:
        self.length = length
        self.text = ""
        self.has_more = False

    def read(self, tree: Element) -> Excerpt:
        """The excerpt of a tree; for one call."""
        self.read_blocks(tree, "\n\n", "")
        text = self.text.strip("\n")
        short = cut(text, self.length)
        return Excerpt(short, self.has_more or short != text)

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

            if child is None:
                return

            if len(self.text) > self.length:
                self.has_more = True
                return

            self.read_block(child, gap, mark)
            mark = "" if self.text else mark
            pieces = [child.tail or ""]

    def read_block(self, block: Element, gap: str, mark: str) -> None:
        """Add a block that is within another one."""
        if block.tag in NO_PROSE:
            self.has_more = self.has_more or block.tag != "hr"
        elif block.tag in ("ul", "ol"):
            numbers = count(int(block.get("start", "1")))
            # What is between two blocks and not between two items.
            self.text += gap[1:]

            for item in block:
                bullet = f"{next(numbers)}. " if block.tag == "ol" else "• "
                is_task = item.get("class") == "task-list-item"
                self.read_blocks(item, "\n", "" if is_task else bullet)
        else:
            self.read_blocks(block, gap, mark)

    def read_line(self, element: Element) -> str:
        """What is in a line; without images, which say nothing in a sentence."""
        if element.tag == "img":
            self.has_more = True
            return ""
        elif is_reference(element):
            self.has_more = True
            return ""
        elif element.tag == "br":
            return ""
        elif element.tag == "a" and not says_address(element):
            self.has_more = True

        pieces = [element.text or ""]

        for child in element:
            pieces += [self.read_line(child), child.tail or ""]

        return "".join(pieces)


def extract_excerpt(tree: Element, length: int = EXCERPT_LENGTH) -> Excerpt:
    """The beginning of a text without markup; of one without paragraphs, what else it
    says."""
    found = ExcerptWriter(length).read(tree)

    if found.text:
        return found

    lines = [] if is_image(tree) else extract_text(tree).split("\n")[:MAX_LINES]
    return Excerpt(cut("\n".join(lines), length), True) if len(tree) else found


def is_image(tree: Element) -> bool:
    """Whether a text says nothing but what images show."""
    return not "".join(tree.itertext()).strip()


def cut(text: str, length: int) -> str:
    """The beginning of a text, cut between words where there are any."""
    if len(text) <= length:
        return text

    while length and is_joined(text[length - 1 : length + 1]):
        length -= 1

    text = text[:length]
    end = max(text.rfind(" "), text.rfind("\n"))

    # Not every script has spaces.
    if end > length * 0.8:
        text = text[:end]

    return text.rstrip() + " …"


def is_joined(pair: str) -> bool:
    """Whether two characters are one to a reader, as an "e" and its accent, or the
    people of a family in emoji."""
    return (
        category(pair[1])[0] == "M"
        or "\u200d" in pair
        or "\U0001f3fb" <= pair[1] <= "\U0001f3ff"
    )


def describe(text: str) -> str:
    """A line about a text, for search engines and for those it is sent to."""
    return cut(" ".join(text.split()), DESCRIPTION_LENGTH)


def find_image(tree: Element) -> Image | None:
    """The first of our own images that a text shows."""
    for element in tree.iter("img"):
        if match := OWN_IMAGE.fullmatch(element.get("src", "")):
            width, height = int(match["width"]), int(match["height"])
            return Image(match[0], width, height, element.get("alt", ""))

    return None

"""The direction of each block of a text, as the attribute ``dir``; for markdown.py."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from .headings import TAGS as HEADINGS
from .links import says_address
from .reading import find_direction
from .reading import RIGHT_TO_LEFT

DIRECTED = frozenset(
    (*HEADINGS, "blockquote", "li", "ol", "p", "table", "td", "th", "ul")
)


def set_directions(tree: Element) -> None:
    """Give each block of a text its direction, if any letter goes from right to
    left."""
    if RIGHT_TO_LEFT.search("".join(tree.itertext())):
        set_direction(tree, find_direction(read_words(tree)) or "ltr")


def set_direction(element: Element, around: str) -> None:
    """Give an element and what is in it their directions: that of their words, or else
    that of what they are in."""
    if is_code(element):
        element.set("dir", "ltr")
        return

    if element.tag in DIRECTED:
        around = find_direction(read_words(element)) or around
        element.set("dir", around)

    for child in element:
        set_direction(child, around)


def read_words(element: Element) -> Iterator[str]:
    """Yield the text in an element but code and addresses, which say nothing about the
    language of a sentence that begins with them."""
    yield element.text or ""

    for child in element:
        if not is_code(child):
            yield from read_words(child)

        yield child.tail or ""


def is_code(element: Element) -> bool:
    """Whether something goes from left to right in any language."""
    return element.tag in ("code", "pre") or (
        element.tag == "a" and says_address(element)
    )

"""The direction of each block of a text, as the attribute ``dir``; for markdown.py."""

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
        found: dict[Element, str | None] = {}
        find_directions(tree, found)
        set_direction(tree, found, "ltr")


def find_directions(element: Element, found: dict[Element, str | None]) -> None:
    """Find the direction of the words in an element, and in each one in it; those of
    code and addresses say nothing about a sentence that begins with them."""
    direction = find_direction(element.text or "")

    for child in element:
        if not is_code(child):
            find_directions(child, found)
            direction = direction or found[child]

        direction = direction or find_direction(child.tail or "")

    found[element] = direction


def set_direction(
    element: Element, found: dict[Element, str | None], around: str
) -> None:
    """Give an element and what is in it their directions: that of their words, or else
    that of what they are in."""
    if is_code(element):
        element.set("dir", "ltr")
        return

    if element.tag in DIRECTED or element.tag == "div":
        around = found[element] or around

    if element.tag in DIRECTED:
        element.set("dir", around)

    for child in element:
        set_direction(child, found, around)


def is_code(element: Element) -> bool:
    """Whether something goes from left to right in any language."""
    return element.tag in ("code", "pre") or (
        element.tag == "a" and says_address(element)
    )

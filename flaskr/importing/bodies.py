"""The HTML of posts as a tree, to take out what is no text."""

import re
import typing as t
import warnings

from bs4 import BeautifulSoup
from bs4 import MarkupResemblesLocatorWarning
from bs4 import Tag

# The name of a class or an element.
WORD = re.compile(r"[\w-]+")


def parse(html: str) -> BeautifulSoup:
    """The tree of HTML, whatever is wrong with it."""
    with warnings.catch_warnings():
        # A text of one line may look like the name of a file.
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        return BeautifulSoup(html, "html.parser")


def find_all(tree: Tag, selector: str, html: str) -> list[Tag]:
    """The elements of a selector that are still in a tree, one after the other.

    :param html: that the tree is of; what its text does not have is not looked for,
        which takes most of the time
    """
    parts = [part for part in selector.split(",") if WORD.findall(part)[-1] in html]

    if not parts:
        return []

    return [found for found in tree.select(",".join(parts)) if not found.decomposed]


def make_element(soup: BeautifulSoup, name: str, text: str = "") -> Tag:
    """A new element with a text."""
    element = soup.new_tag(name)

    if text:
        element.string = text

    return element


def make_link(soup: BeautifulSoup, url: str, text: str = "") -> Tag:
    """A paragraph with a link; without an address, with the text."""
    paragraph = make_element(soup, "p", "" if url else text)

    if url:
        link = make_element(soup, "a", text or url)
        link["href"] = url
        paragraph.append(link)

    return paragraph


def get(element: Tag | None, name: str) -> str:
    """An attribute of an element, or the empty string."""
    value: t.Any = element.get(name) if element else None
    return " ".join(value) if isinstance(value, list) else str(value or "")

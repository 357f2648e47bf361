"""The HTML of posts as a tree, to take out what is no text."""

import typing as t
import warnings

from bs4 import BeautifulSoup
from bs4 import MarkupResemblesLocatorWarning
from bs4 import Tag


def parse(html: str) -> BeautifulSoup:
    """The tree of HTML, whatever is wrong with it."""
    with warnings.catch_warnings():
        # A text of one line may look like the name of a file.
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        return BeautifulSoup(html, "html.parser")


def find_all(tree: Tag, selector: str) -> list[Tag]:
    """The elements of a selector that are still in a tree, one after the other."""
    return [found for found in tree.select(selector) if not found.decomposed]


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

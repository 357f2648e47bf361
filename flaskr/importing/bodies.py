"""The HTML of posts as a tree, to take out what is no text."""

import re
import typing as t
import warnings
from collections import Counter
from html import escape

from bs4 import BeautifulSoup
from bs4 import MarkupResemblesLocatorWarning
from bs4 import Tag

from ..text.pasted.elements import VOID
from ..text.pasted.tags import ATTRIBUTES as OF_ALL
from ..text.pasted.tags import End
from ..text.pasted.tags import Start
from ..text.pasted.tags import tokenize

# Elements within each other; the tags of those that are deeper are left out.
MAX_DEPTH = 200
ATTRIBUTES = OF_ALL | {"data-attrs", "data-code-block-lang", "data-field", "datetime"}
NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")

# The name of a class or an element.
WORD = re.compile(r"[\w-]+")


def parse(html: str) -> BeautifulSoup:
    """The tree of HTML, whatever is wrong with it."""
    with warnings.catch_warnings():
        # A text of one line may look like the name of a file.
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        return BeautifulSoup("".join(tidy(html)), "html.parser")


def tidy(html: str) -> t.Iterator[str]:
    """HTML in parts, in which each element has an end, none is too deep in others, and
    there are no comments: the standard library's parser and the tree take the square of
    the time for some that are not so."""
    opened: list[str] = []
    counts: Counter[str] = Counter()
    dropped: Counter[str] = Counter()

    def close(name: str) -> t.Iterator[str]:
        while counts[name]:
            last = opened.pop()
            counts[last] -= 1
            yield f"</{last}>"

            if last == name:
                break

    for token in tokenize(html, ATTRIBUTES):
        if isinstance(token, str):
            yield escape(token, quote=False)
        elif isinstance(token, End) and dropped[token.name]:
            dropped[token.name] -= 1
        elif isinstance(token, End):
            yield from close(token.name)
        elif isinstance(token, Start) and NAME.fullmatch(token.name):
            if opened[-1:] == [token.name] and token.name in ("p", "li"):
                yield from close(token.name)

            if token.name in VOID:
                yield write_start(token)
            elif len(opened) < MAX_DEPTH:
                opened.append(token.name)
                counts[token.name] += 1
                yield write_start(token)
            else:
                dropped[token.name] += 1

    yield from (f"</{name}>" for name in reversed(opened))


def write_start(token: Start) -> str:
    """A start tag."""
    attributes = token.attributes.items()
    written = "".join(f' {name}="{escape(value)}"' for name, value in attributes)
    return f"<{token.name}{written}>"


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

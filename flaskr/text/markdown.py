"""Markdown in, safe HTML out, and what else is to be known of a text."""

import typing as t
from importlib.metadata import version
from xml.etree.ElementTree import Element
from xml.etree.ElementTree import SubElement

from markupsafe import Markup

from . import extract
from .commonmark import make_paragraph
from .commonmark import parse
from .directions import set_directions
from .headings import Heading
from .highlight import Highlighter
from .html import Writer
from .lines import clean_lines
from .lines import FORBIDDEN
from .marks import place_in_feed
from .marks import place_on_page
from .reading import guess_language
from .reading import reading_minutes
from .sanitize import sanitize

# Lines of a paragraph.
MAX_LINES = 20_000

# The level of the highest heading of a post, below its title.
HIGHEST = 2

# Of what makes the HTML, and of what makes it safe: a text that another version
# rendered is rendered anew.
VERSION = " ".join(["4", *(version(name) for name in ("comrak", "nh3", "pygments"))])


class Facts(t.NamedTuple):
    """What lists, search engines and those it is sent to show of a text."""

    excerpt: str
    description: str  # a line
    language: str  # of BCP 47, or the empty string
    minutes: int  # to read
    headings: list[Heading]
    image: extract.Image | None


class Rendering(t.NamedTuple):
    """The HTML of a text, sanitized, and facts about it. In the HTML, what differs from
    place to place is marked: html.py."""

    html: str
    facts: Facts

    def on_page(self, root: str, prefix: str = "", is_listed: bool = False) -> Markup:
        """As :func:`.marks.place_on_page`."""
        return place_on_page(self.html, root, prefix, is_listed)

    def in_feed(self, url: str, root: str, prefix: str = "") -> Markup:
        """As :func:`.marks.place_in_feed`."""
        return place_in_feed(self.html, url, root, prefix)


def render(
    text: str,
    highest: int = HIGHEST,
    highlighter: Highlighter | None = None,
) -> Rendering:
    """Read and render Markdown.

    :param highest: the level of the highest heading, from 1 to 6; 0: headings are
        paragraphs and images are links, as in a comment
    :param highlighter: one that may take longer, or that several texts share
    """
    return render_tree(read(text), highest, highlighter or Highlighter())


def render_tree(
    tree: Element, highest: int, highlighter: Highlighter, between: str = ""
) -> Rendering:
    """Render a tree, once: it changes.

    :param highest, highlighter: as for :func:`render`
    :param between: what is put between the HTML of its children
    """
    facts = find_facts(tree)
    set_directions(tree)
    writer = Writer(tree, highest, highlighter)
    html = sanitize(between.join(writer.write_blocks()).lstrip("\n"))
    # One of an image without words has none for the table of contents.
    headings = [heading for heading in writer.outline.headings if heading.text]
    return Rendering(html, facts._replace(headings=headings))


def read_facts(text: str) -> Facts:
    """The facts about Markdown, of which no HTML is needed."""
    return find_facts(read(text))


def read(text: str, with_lines: bool = False) -> Element:
    """The tree of a text; beyond a bound, of what was typed."""
    text = clean(text)
    tree = parse(text, with_lines)
    return as_typed(text) if tree is None else tree


def find_facts(tree: Element) -> Facts:
    """The facts about a text, without its headings."""
    excerpt = extract.extract_excerpt(tree)
    text = extract.extract_text(tree)
    return Facts(
        excerpt,
        extract.describe(excerpt or text),
        guess_language(text),
        reading_minutes(text),
        [],
        extract.find_image(tree),
    )


def plain(text: str) -> str:
    """What a reader of Markdown sees, without URLs: a line a block."""
    text = clean(text)
    tree = parse(text)
    return text.strip("\n") if tree is None else extract.extract_text(tree)


def clean(text: str) -> str:
    """Text that UTF-8 can hold, with lines that end alike."""
    return FORBIDDEN.sub("", clean_lines(text))


def as_typed(text: str) -> Element:
    """The tree of a text that is no Markdown: a paragraph; with very many lines, as
    code is shown."""
    tree = Element("div")

    if text.count("\n") <= MAX_LINES:
        tree.append(make_paragraph(text))
    else:
        pre = SubElement(tree, "pre")
        SubElement(pre, "code").text = text

    return tree

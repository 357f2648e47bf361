"""The HTML of a text that somebody writes, in pieces."""

import typing as t
from xml.etree.ElementTree import Element

from markupsafe import Markup

from .highlight import Highlighter
from .markdown import HIGHEST
from .markdown import render_tree
from .marks import BLOCK


class Block(t.NamedTuple):
    """A piece of the HTML of a text, and the number of the line where it begins, from
    1, or 0 if that is not known."""

    line: int
    html: Markup


class Preview(t.NamedTuple):
    """The HTML of a text, as on its page, and what lists say of it."""

    blocks: list[Block]
    language: str  # of BCP 47, or the empty string
    minutes: int  # to read


def render_blocks(tree: Element, root: str, prefix: str) -> Preview:
    """Render a tree that has lines, once: it changes.

    :param root, prefix: as for :func:`.marks.place_on_page`
    """
    lines = [find_line(block) for block in tree]
    rendering = render_tree(tree, HIGHEST, Highlighter(), BLOCK)
    pieces = rendering.on_page(root, prefix).split(BLOCK)
    blocks = [Block(*block) for block in zip(lines, pieces, strict=bool(lines))]
    return Preview(blocks, rendering.facts.language, rendering.facts.minutes)


def find_line(block: Element) -> int:
    """The line where a block begins; of footnotes, the first one."""
    return next((int(e.get("line", 0)) for e in block.iter() if e.get("line")), 0)

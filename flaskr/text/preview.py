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
    1, or 0 if that is not known; and those of the items and rows in it."""

    line: int
    html: Markup
    parts: list[int]


class Preview(t.NamedTuple):
    """The HTML of a text, as on its page, and what lists say of it."""

    blocks: list[Block]
    language: str  # of BCP 47, or the empty string
    minutes: int  # to read


def render_blocks(tree: Element, root: str, prefix: str) -> Preview:
    """Render a tree that has lines, once: it changes.

    :param root, prefix: as for :func:`.marks.place_on_page`
    """
    lines = [(find_line(block), find_parts(block)) for block in tree]
    rendering = render_tree(tree, HIGHEST, Highlighter(), BLOCK)
    pieces = rendering.on_page(root, prefix).split(BLOCK)
    blocks = [
        Block(line, piece, parts)
        for (line, parts), piece in zip(lines, pieces, strict=bool(lines))
    ]
    return Preview(blocks, rendering.facts.language, rendering.facts.minutes)


def find_line(block: Element) -> int:
    """The line where a block begins; of footnotes, the first one."""
    return next((int(e.get("line", 0)) for e in block.iter() if e.get("line")), 0)


def find_parts(block: Element) -> list[int]:
    """The lines where the items and rows in a block begin."""
    return [find_line(part) for part in block.iter() if part.tag in ("li", "tr")]

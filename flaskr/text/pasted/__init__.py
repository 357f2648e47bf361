"""Markdown of what other programs put on the clipboard as HTML.

In one pass, which neither depth nor mistakes slow down, HTML is read as blocks of text
(:mod:`.reader`), which say no more than Markdown can (:mod:`.shape`); they become a
little HTML (:mod:`.html`), which is sanitized, and then Markdown (:mod:`.markdown`).
"""

import typing as t

from ..lines import clean_lines
from ..lines import FORBIDDEN
from .blocks import Block
from .blocks import Document
from .blocks import TooMuch as TooMuch
from .code import is_markup
from .code import is_prose
from .escapes import write_block
from .html import Writer
from .reader import Reader
from .shape import is_plain
from .shape import shape

# What code editors call files of text.
TEXTS = ("markdown", "plaintext", "restructuredtext", "latex")


class Pasted(t.NamedTuple):
    """Markdown, and how many images are left out of it, as they are not on the web."""

    markdown: str
    left_out: int = 0


def convert(html: str, plain: str, language: str = "") -> Pasted:
    """Markdown of what was copied.

    :param plain: the same as text, which is taken where the HTML says no more
    :param language: of code, if the program says it
    :raise TooMuch: if there is more than anybody pastes into a post
    """
    document = Reader().read(FORBIDDEN.sub("", clean_lines(html)))
    blocks = shape(document)
    plain = clean_lines(plain)

    if not blocks or language in TEXTS:
        return Pasted(plain, document.left_out)
    elif is_plain(document, blocks):
        return Pasted(separate(plain, len(blocks)))
    elif [block.tag for block in blocks] == ["pre"] and not blocks[0].path:
        return Pasted(
            convert_code(plain or blocks[0].text, language or blocks[0].language)
        )

    return write(document, blocks)


def convert_page(html: str) -> Pasted:
    """Markdown of what stands in a page, where the HTML is all that there is.

    :raise TooMuch: if there is more than a post can have
    """
    document = Reader().read(FORBIDDEN.sub("", clean_lines(html)))
    return write(document, shape(document))


def write(document: Document, blocks: list[Block]) -> Pasted:
    """Markdown of blocks of text."""
    # Loaded by the first one: it takes longer than most pages.
    from .markdown import to_markdown

    markdown = FORBIDDEN.sub("", to_markdown(Writer(document, blocks).write()))
    return Pasted(markdown, document.left_out)


def separate(plain: str, paragraphs: int) -> str:
    """Plain text; if its lines are paragraphs, with blank lines between them."""
    lines = [line for line in plain.split("\n") if line.strip()]
    is_dense = "\n\n" not in plain.strip() and 1 < len(lines) == paragraphs
    has_markup = any(is_markup(line) for line in lines)
    return "\n\n".join(lines) if is_dense and not has_markup else plain


def convert_code(plain: str, language: str) -> str:
    """What was copied from code: in a fence, but for a line or what is no code."""
    is_text = "\n" not in plain.strip("\n") or (not language and is_prose(plain))
    return plain if is_text else write_block(plain.strip("\n"), language)

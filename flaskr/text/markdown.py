"""Markdown in, safe HTML out."""

import re
from html import unescape

import comrak
from markupsafe import escape
from markupsafe import Markup

from .highlight import Highlighter
from .lines import clean_lines
from .links import is_slow_to_autolink
from .postprocess import BACKREF
from .postprocess import IMAGE
from .postprocess import Postprocessor
from .postprocess import REFERENCE
from .postprocess import replace_checkbox
from .postprocess import TAG
from .postprocess import TASK
from .sanitize import sanitize

# What no post needs and hostile ones live on. Emphasis and "[^" in "[^" take the
# square of their number, sanitizing that of the depth; each row of a table is filled
# up to the width of its head. Beyond a bound, what it bounds is shown as typed.
MAX_TAGS = 25_000  # and entities
MAX_TEXT = 200_000  # characters; other programs may write more
MAX_HTML = 1_000_000  # characters
MAX_DEPTH = 60
MAX_STARS = 20_000
MAX_CELLS = 60_000
MAX_FOOTNOTES = 1000

# What HTML must not have: controls, halves of characters, and none at all.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
DELIMITER_ROW = re.compile(r"^[ \t>]*[-:|][-:| \t]*$", re.M)

# comrak closes each of these before it opens the next of its kind.
NO_PROSE = re.compile(r"<(h[1-6]|pre|table|section)\b.*?</\1>\n?", re.S)


def render(
    text: str,
    *,
    heading_level: int = 2,
    prefix: str = "",
    base: str = "",
    root: str = "",
    highlighter: Highlighter | None = None,
) -> Markup:
    """HTML of Markdown.

    :param heading_level: that of ``#``, from 1 to 6; 0: headings are paragraphs and
        images are links, as in a comment
    :param prefix: begins each id, which texts on one page must not share
    :param base: an absolute URL, for feeds: no URL is relative to the page, and line
        breaks need no style sheet
    :param root: the path, quoted, below which our own images are
    :param highlighter: that of a page whose texts share :data:`.highlight.MAX_TOKENS`
    """
    text = clean(text)
    html = parse_markdown(text, hard_breaks=bool(base))

    if html is None:
        lines = escape(text)
        return Markup("<p>%s</p>\n") % (
            lines.replace("\n", Markup("<br>\n")) if base else lines
        )

    postprocessor = Postprocessor(
        prefix, heading_level, bool(base), root, highlighter or Highlighter()
    )
    return sanitize(postprocessor.rewrite(html), base)


def plain(text: str) -> str:
    """What a reader of Markdown sees, without URLs: a line a block."""
    text = clean(text)
    html = parse_markdown(text)

    if html is None:
        return text.strip("\n")

    html = BACKREF.sub("", html)
    html = REFERENCE.sub("", html)
    html = TASK.sub(replace_checkbox, html)
    html = IMAGE.sub(r"\2", html)
    html = re.sub(r"</t[hd]>\n<t[hd]", " <", html)
    return re.sub(r"\n+", "\n", unescape(TAG.sub("", html))).strip("\n")


def prose(text: str) -> str:
    """:func:`plain` without headings, code, tables and notes, which say nothing out
    of their place: paragraphs, with a blank line between them."""
    text = clean(text)
    html = parse_markdown(text)

    if html is None:
        return text.strip("\n")

    html = NO_PROSE.sub("", REFERENCE.sub("", html))
    html = IMAGE.sub(r"\2", TASK.sub(replace_checkbox, html))
    html = re.sub(r"(<li[^>]*>)\n", r"\1", html.replace("</p>\n</li>", "</li>"))
    html = html.replace("</p>\n", "\n\n")
    paragraphs = re.sub(r"\n{3,}", "\n\n", unescape(TAG.sub("", html))).strip("\n")
    return paragraphs or plain(text)


def clean(text: str) -> str:
    """Text that UTF-8 can hold, with lines that end alike."""
    return FORBIDDEN.sub("", clean_lines(text))


def parse_markdown(text: str, hard_breaks: bool = False) -> str | None:
    """What comrak makes of clean Markdown, or ``None`` if a bound is exceeded."""
    if len(text) > MAX_TEXT or sum(map(text.count, "*_~")) > MAX_STARS:
        return None

    columns = max((row.count("|") for row in DELIMITER_ROW.findall(text)), default=0)

    extensions = comrak.ExtensionOptions()
    extensions.autolink = not is_slow_to_autolink(text)
    extensions.cjk_friendly_emphasis = True
    extensions.footnotes = text.count("[^") <= MAX_FOOTNOTES
    extensions.strikethrough = True
    extensions.table = (columns + 1) * text.count("\n") <= MAX_CELLS
    extensions.tasklist = True
    options = comrak.RenderOptions()
    options.escape = True
    options.hardbreaks = hard_breaks
    options.tasklist_classes = True
    html = comrak.render_markdown(text, extensions, comrak.ParseOptions(), options)

    return html if is_bounded(html) else None


def is_bounded(html: str) -> bool:
    """Whether HTML keeps within :data:`MAX_HTML`, :data:`MAX_TAGS` and
    :data:`MAX_DEPTH`."""
    if len(html) > MAX_HTML or html.count("<") + html.count("&") > MAX_TAGS:
        return False

    depth = deepest = 0

    for closing, void in TAG.findall(html):
        depth += -1 if closing else 0 if void else 1
        deepest = max(depth, deepest)

    return deepest <= MAX_DEPTH

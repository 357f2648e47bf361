"""Markdown in, safe HTML out; knows nothing of Flask."""

import re
from collections import Counter
from html import unescape
from urllib.parse import unquote

import comrak
from markupsafe import escape
from markupsafe import Markup

from .addresses import autolink
from .addresses import is_address
from .addresses import takes_long
from .highlighting import Highlighter
from .highlighting import LANGUAGES
from .sanitizing import sanitize

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
MAX_SLUG = 80  # characters

# What HTML must not have: controls, halves of characters, and none at all.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
DELIMITER_ROW = re.compile(r"^[ \t>]*[-:|][-:| \t]*$", re.M)

# Tags as comrak writes them: what people wrote has no "<" or ">" left.
TAG = re.compile(r"<(/?)[^>]*?(/?)>")
HEADING = re.compile(r"<h([1-6])>(.*?)</h[1-6]>\n?", re.S)
CODE = re.compile(r'<pre><code class="language-([^"]*)">([^<]*)</code>')
LINK = re.compile(r'<a href="([^"]*)"((?: title="[^"]*")?)>(.*?)</a>', re.S)
IMAGE = re.compile(r'<img src="([^"]*)" alt="([^"]*)"([^>]*)>')
TASK = re.compile(r'<input type="checkbox" class="[^"]*"( checked="")?[^>]*>( \n<p>)?')
REFERENCE = re.compile(
    r'<sup class="footnote-ref"><a href="#fn-[^"]*" id="[^"]*" data-footnote-ref>'
    r"(\d+)</a></sup>"
)
NOTE = re.compile(r'<li id="fn-[^"]*">')
BACK = re.compile(
    r' <a href="[^"]*" class="footnote-backref" data-footnote-backref'
    r' data-footnote-backref-idx="([\d-]+)"[^>]*>(.*?)</a>'
)
# Lines of HTML that somebody typed, escaped, are in no paragraph.
BARE = re.compile(
    r"(\A|(?:</(?:p|h[1-6]|pre|[uo]l|blockquote|table|li)>|<blockquote>|<li>|<hr />)\n)"
    r"( {0,3}&lt;[^<]*)"
)

# comrak closes each of these before it opens the next of its kind.
NO_PROSE = re.compile(r"<(h[1-6]|pre|table|section)\b.*?</\1>\n?", re.S)


def render(text: str, *, top: int = 2, prefix: str = "", base: str = "") -> Markup:
    """HTML of Markdown.

    :param top: the level of ``#``, from 1 to 6
    :param prefix: begins each id, which texts on one page must not share
    :param base: an absolute URL, for readers elsewhere: no address is relative to
        the page, and line breaks need no style sheet
    """
    text = clean(text)
    html = to_html(text, hard_breaks=bool(base))

    if html is None:
        lines = escape(text)
        return Markup("<p>%s</p>\n") % (
            lines.replace("\n", Markup("<br>\n")) if base else lines
        )

    return sanitize(Rewriter(prefix, top, bool(base)).rewrite(html), base)


def plain(text: str) -> str:
    """What a reader of Markdown sees, without addresses: a line a block."""
    text = clean(text)
    html = to_html(text)

    if html is None:
        return text.strip("\n")

    html = BACK.sub("", html)
    html = REFERENCE.sub("", html)
    html = TASK.sub(task, html)
    html = IMAGE.sub(r"\2", html)
    html = re.sub(r"</t[hd]>\n<t[hd]", " <", html)
    return re.sub(r"\n+", "\n", unescape(TAG.sub("", html))).strip("\n")


def prose(text: str) -> str:
    """:func:`plain` without headings, code, tables and notes, which say nothing out
    of their place: paragraphs, with a blank line between them."""
    text = clean(text)
    html = to_html(text)

    if html is None:
        return text.strip("\n")

    html = NO_PROSE.sub("", REFERENCE.sub("", html))
    html = IMAGE.sub(r"\2", TASK.sub(task, html))
    html = re.sub(r"(<li[^>]*>)\n", r"\1", html.replace("</p>\n</li>", "</li>"))
    html = html.replace("</p>\n", "\n\n")
    words = re.sub(r"\n{3,}", "\n\n", unescape(TAG.sub("", html))).strip("\n")
    return words or plain(text)


def clean(text: str) -> str:
    """Text that UTF-8 can hold, with lines that end alike."""
    text = FORBIDDEN.sub("", text)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def to_html(text: str, hard_breaks: bool = False) -> str | None:
    """What comrak makes of clean Markdown, or ``None`` if that is beyond a bound."""
    if len(text) > MAX_TEXT or sum(map(text.count, "*_~")) > MAX_STARS:
        return None

    columns = max((row.count("|") for row in DELIMITER_ROW.findall(text)), default=0)

    extensions = comrak.ExtensionOptions()
    extensions.autolink = not takes_long(text)
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
    if len(html) > MAX_HTML or html.count("<") + html.count("&") > MAX_TAGS:
        return False

    depth = deepest = 0

    for closing, void in TAG.findall(html):
        depth += -1 if closing else 0 if void else 1
        deepest = max(depth, deepest)

    return deepest <= MAX_DEPTH


class Rewriter:
    """Makes our HTML of comrak's, for one text. An ``a`` of ours never begins with
    its ``href``, so that it is not taken for one that somebody wrote."""

    def __init__(self, prefix: str, top: int, elsewhere: bool) -> None:
        self.prefix = prefix
        self.top = top
        self.elsewhere = elsewhere
        self.ids: dict[str, str] = {}  # by the fragments that lead there
        self.references: Counter[str] = Counter()
        self.slugs: Counter[str] = Counter()
        self.notes = 0
        self.highlighter = Highlighter()

    def rewrite(self, html: str) -> str:
        html = BARE.sub(self.bare, html)
        html = HEADING.sub(self.heading, html)
        html = REFERENCE.sub(self.reference, html)
        html = NOTE.sub(self.note, html)
        html = BACK.sub(self.back, html)
        html = html.replace(" data-footnotes>", ' role="doc-endnotes">')
        html = LINK.sub(self.link, html)
        html = IMAGE.sub(self.image, html)
        html = CODE.sub(self.code, html)
        html = TASK.sub(task, html)
        html = re.sub('<(t[hd]) align="', r'<\1 class="', html)
        # What scrolls sideways can be reached with the keyboard.
        html = html.replace("<pre>", '<pre tabindex="0">')
        html = html.replace("<table>", '<div class="wide" tabindex="0"><table>')
        return html.replace("</table>", "</table></div>")

    def bare(self, match: re.Match[str]) -> str:
        lines = match[2].strip()
        if self.elsewhere:
            lines = lines.replace("\n", "<br>\n")
        return f"{match[1]}<p>{lines}</p>\n"

    def heading(self, match: re.Match[str]) -> str:
        if not has_content(match[2]):
            return ""

        id = f"{self.prefix}h-{self.slug(match[2])}"
        level = min(int(match[1]) + self.top - 1, 6)
        anchor = f'<a class="anchor" href="#{id}" aria-hidden="true" tabindex="-1"></a>'
        return (
            f'<h{level} id="{id}">{match[2]}'
            f"{'' if self.elsewhere else anchor}</h{level}>\n"
        )

    def slug(self, html: str) -> str:
        text = unescape(TAG.sub("", html)).lower()
        words = re.sub(r"[^\w\s-]", "", text).split()
        first = slug = "-".join(words)[:MAX_SLUG]

        while not slug or slug in self.ids:
            self.slugs[first] += 1
            slug = f"{first}-{self.slugs[first]}".strip("-")

        self.ids[slug] = self.ids[f"h-{slug}"] = f"h-{slug}"
        return slug

    def reference(self, match: re.Match[str]) -> str:
        number = match[1]
        self.references[number] += 1
        times = self.references[number]
        id = f"{self.prefix}fnref-{number}" + (f"-{times}" if times > 1 else "")
        return (
            f'<sup class="footnote-ref" id="{id}">'
            f'<a role="doc-noteref" href="#{self.prefix}fn-{number}">{number}</a></sup>'
        )

    def note(self, match: re.Match[str]) -> str:
        self.notes += 1
        id = f"fn-{self.notes}"
        self.ids.setdefault(id, id)
        return f'<li id="{self.prefix}{id}">'

    def back(self, match: re.Match[str]) -> str:
        return (
            f' <a class="footnote-backref" role="doc-backlink"'
            f' href="#{self.prefix}fnref-{match[1]}">{match[2]}</a>'
        )

    def link(self, match: re.Match[str]) -> str:
        address = unescape(match[1])
        fragment = self.ids.get(unquote(address[1:])) if address[:1] == "#" else None

        if not has_content(match[3]):
            return ""
        elif fragment:
            return f'<a href="#{self.prefix}{fragment}"{match[2]}>{match[3]}</a>'
        else:
            return autolink(match) if is_address(address) else match[3]

    def image(self, match: re.Match[str]) -> str:
        if not is_address(unescape(match[1])):
            return match[2]

        return f'{match[0][:-2]}loading="lazy" referrerpolicy="no-referrer">'

    def code(self, match: re.Match[str]) -> str:
        name = LANGUAGES.get(match[1].lower())
        code = name and self.highlighter.highlight(unescape(match[2]), name)

        if code is None:
            return f"<pre><code>{match[2]}</code>"

        return f'<pre><code class="language-{name}">{code}</code>'


def has_content(html: str) -> bool:
    return "<img" in html or bool(TAG.sub("", html).strip())


def task(match: re.Match[str]) -> str:
    box = f'<span class="task">{"☑" if match[1] else "☐"}</span>'
    return f"<p>{box} " if match[2] else box

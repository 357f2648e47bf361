"""Our HTML of comrak's; for markdown.py."""

import re
from collections import Counter
from html import unescape
from urllib.parse import unquote

from .highlight import Highlighter
from .highlight import LANGUAGES
from .links import autolink
from .links import is_address
from .links import OWN_IMAGE

MAX_SLUG = 80  # characters

# Characters of HTML that a page shows without scrolling, about: images beyond wait
# until somebody scrolls there.
ABOVE_FOLD = 1500

# The narrower files of our own images, and how wide a page shows one: style.css.
WIDTHS = (640, 1280)
SIZES = "(max-width: 744px) 92vw, 680px"

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


class Postprocessor:
    """Makes our HTML of comrak's, for one text. An ``a`` of ours never begins with
    its ``href``, so that it is not taken for one that somebody wrote."""

    def __init__(
        self, prefix: str, top: int, for_feed: bool, highlighter: Highlighter
    ) -> None:
        self.prefix = prefix
        self.top = top
        self.for_feed = for_feed
        self.ids: dict[str, str] = {}  # by the fragments that lead there
        self.references: Counter[str] = Counter()
        self.slugs: Counter[str] = Counter()
        self.notes = 0
        self.highlighter = highlighter

    def rewrite(self, html: str) -> str:
        html = BARE.sub(self.bare, html)
        html = HEADING.sub(self.heading, html)
        html = REFERENCE.sub(self.reference, html)
        html = NOTE.sub(self.note, html)
        html = BACK.sub(self.back, html)
        html = html.replace(" data-footnotes>", ' role="doc-endnotes">')
        html = LINK.sub(self.link, html)
        html = IMAGE.sub(self.image if self.top else image_link, html)
        html = CODE.sub(self.code, html)
        html = TASK.sub(task, html)
        html = re.sub('<(t[hd]) align="', r'<\1 class="', html)
        # What scrolls sideways can be reached with the keyboard.
        html = html.replace("<pre>", '<pre tabindex="0">')
        html = html.replace("<table>", '<div class="wide" tabindex="0"><table>')
        return html.replace("</table>", "</table></div>")

    def bare(self, match: re.Match[str]) -> str:
        lines = match[2].strip()
        if self.for_feed:
            lines = lines.replace("\n", "<br>\n")
        return f"{match[1]}<p>{lines}</p>\n"

    def heading(self, match: re.Match[str]) -> str:
        if not has_content(match[2]):
            return ""

        if not self.top:
            return f"<p><strong>{match[2]}</strong></p>\n"

        id = f"{self.prefix}h-{self.slug(match[2])}"
        level = min(int(match[1]) + self.top - 1, 6)
        anchor = f'<a class="anchor" href="#{id}" aria-hidden="true" tabindex="-1"></a>'
        return (
            f'<h{level} id="{id}">{match[2]}'
            f"{'' if self.for_feed else anchor}</h{level}>\n"
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
        # Without images: a link in a link would be two.
        text = match[3] if self.top else IMAGE.sub(image_label, match[3])
        fragment = self.ids.get(unquote(address[1:])) if address[:1] == "#" else None

        if not has_content(text):
            return ""
        elif fragment:
            return f'<a href="#{self.prefix}{fragment}"{match[2]}>{text}</a>'
        elif not is_address(address):
            return text
        elif text != match[3]:
            return f'<a href="{match[1]}"{match[2]}>{text}</a>'
        else:
            return autolink(match)

    def image(self, match: re.Match[str]) -> str:
        if not is_address(unescape(match[1])):
            return match[2]
        elif own := OWN_IMAGE.fullmatch(match[1]):
            return f"{match[0][:-2]}{self.own_image(own, match.start())}>"

        return f'{match[0][:-2]}loading="lazy" referrerpolicy="no-referrer">'

    def own_image(self, match: re.Match[str], position: int) -> str:
        """The attributes that let a browser leave room for an image, and take the
        file that fits."""
        size = f'width="{match["width"]}" height="{match["height"]}"'
        lazy = "" if position < ABOVE_FOLD else ' loading="lazy"'
        name, _, extension = match[0].rpartition(".")
        widths = [w for w in WIDTHS if w < int(match["width"])]

        if self.for_feed or not widths or match["narrow"]:
            return size + lazy

        files = [f"{name}-{w}w.{extension} {w}w" for w in widths]
        files.append(f"{match[0]} {match['width']}w")
        return f'{size}{lazy} srcset="{", ".join(files)}" sizes="{SIZES}"'

    def code(self, match: re.Match[str]) -> str:
        name = LANGUAGES.get(match[1].lower())
        code = name and self.highlighter.highlight(unescape(match[2]), name)

        if code is None:
            return f"<pre><code>{match[2]}</code>"

        return f'<pre><code class="language-{name}">{code}</code>'


def image_link(match: re.Match[str]) -> str:
    if not is_address(unescape(match[1])):
        return match[2]

    return f'<a href="{match[1]}">{image_label(match)}</a>'


def image_label(match: re.Match[str]) -> str:
    return match[2] if match[2].strip() else match[1]


def has_content(html: str) -> bool:
    return "<img" in html or bool(TAG.sub("", html).strip())


def task(match: re.Match[str]) -> str:
    box = f'<span class="task">{"☑" if match[1] else "☐"}</span>'
    return f"<p>{box} " if match[2] else box

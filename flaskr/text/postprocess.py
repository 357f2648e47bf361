"""Our HTML of comrak's; for markdown.py."""

import re
from collections import Counter
from html import unescape
from urllib.parse import unquote

from .highlight import Highlighter
from .highlight import LANGUAGES
from .links import autolink
from .links import is_allowed_url
from .links import OWN_IMAGE

MAX_SLUG = 80  # characters

# Characters of HTML that a page shows without scrolling, about: images further down
# wait until somebody scrolls there.
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
FOOTNOTE = re.compile(r'<li id="fn-[^"]*">')
BACKREF = re.compile(
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
        self,
        prefix: str,
        heading_level: int,
        for_feed: bool,
        root: str,
        highlighter: Highlighter,
    ) -> None:
        self.prefix = prefix
        self.heading_level = heading_level
        self.for_feed = for_feed
        self.root = root
        self.ids: dict[str, str] = {}  # by the fragments that lead there
        self.reference_counts: Counter[str] = Counter()
        self.slug_counts: Counter[str] = Counter()
        self.footnotes = 0
        self.highlighter = highlighter

    def rewrite(self, html: str) -> str:
        """Our HTML of comrak's, not yet sanitized. An instance is for one call, since
        it counts ids and footnotes."""
        html = BARE.sub(self.wrap_bare_lines, html)
        html = HEADING.sub(self.rewrite_heading, html)
        html = REFERENCE.sub(self.rewrite_reference, html)
        html = FOOTNOTE.sub(self.rewrite_footnote, html)
        html = BACKREF.sub(self.rewrite_backref, html)
        html = html.replace(" data-footnotes>", ' role="doc-endnotes">')
        html = LINK.sub(self.rewrite_link, html)
        html = IMAGE.sub(
            self.rewrite_image if self.heading_level else self.replace_image, html
        )
        html = CODE.sub(self.highlight_code, html)
        html = TASK.sub(replace_checkbox, html)
        html = re.sub('<(t[hd]) align="', r'<\1 class="', html)
        # What scrolls sideways can be reached with the keyboard.
        html = html.replace("<pre>", '<pre tabindex="0">')
        html = html.replace("<table>", '<div class="wide" tabindex="0"><table>')
        return html.replace("</table>", "</table></div>")

    def wrap_bare_lines(self, match: re.Match[str]) -> str:
        """A paragraph of the lines of a :data:`BARE` match."""
        lines = match[2].strip()
        if self.for_feed:
            lines = lines.replace("\n", "<br>\n")
        return f"{match[1]}<p>{lines}</p>\n"

    def rewrite_heading(self, match: re.Match[str]) -> str:
        """A heading at its level with an id and, but for feeds, an anchor; bold text if
        there are no levels, nothing if it is empty."""
        if not has_content(match[2]):
            return ""

        if not self.heading_level:
            return f"<p><strong>{match[2]}</strong></p>\n"

        id = f"{self.prefix}h-{self.make_slug(match[2])}"
        level = min(int(match[1]) + self.heading_level - 1, 6)
        anchor = f'<a class="anchor" href="#{id}" aria-hidden="true" tabindex="-1"></a>'
        return (
            f'<h{level} id="{id}">{match[2]}'
            f"{'' if self.for_feed else anchor}</h{level}>\n"
        )

    def make_slug(self, html: str) -> str:
        """A slug of a heading's HTML that is unique in the text; from now on, ``#slug``
        and ``#h-slug`` lead to the heading."""
        text = unescape(TAG.sub("", html)).lower()
        words = re.sub(r"[^\w\s-]", "", text).split()
        first = slug = "-".join(words)[:MAX_SLUG]

        while not slug or slug in self.ids:
            self.slug_counts[first] += 1
            slug = f"{first}-{self.slug_counts[first]}".strip("-")

        self.ids[slug] = self.ids[f"h-{slug}"] = f"h-{slug}"
        return slug

    def rewrite_reference(self, match: re.Match[str]) -> str:
        """A footnote reference with an id: ``fnref-1`` for the first one to footnote 1,
        ``fnref-1-2`` for the second one."""
        number = match[1]
        self.reference_counts[number] += 1
        times = self.reference_counts[number]
        id = f"{self.prefix}fnref-{number}" + (f"-{times}" if times > 1 else "")
        return (
            f'<sup class="footnote-ref" id="{id}">'
            f'<a role="doc-noteref" href="#{self.prefix}fn-{number}">{number}</a></sup>'
        )

    def rewrite_footnote(self, match: re.Match[str]) -> str:
        """The start tag of a footnote's list item, with the id ``fn-1`` and so on."""
        self.footnotes += 1
        id = f"fn-{self.footnotes}"
        self.ids.setdefault(id, id)
        return f'<li id="{self.prefix}{id}">'

    def rewrite_backref(self, match: re.Match[str]) -> str:
        """The link from a footnote back to one of its references."""
        return (
            f' <a class="footnote-backref" role="doc-backlink"'
            f' href="#{self.prefix}fnref-{match[1]}">{match[2]}</a>'
        )

    def rewrite_link(self, match: re.Match[str]) -> str:
        """A link, to the prefixed id if its URL is a fragment of this text; only its
        text if the URL is not allowed, nothing if there is no text."""
        url = unescape(match[1])
        # Without images: a link in a link would be two.
        text = match[3] if self.heading_level else IMAGE.sub(image_label, match[3])
        fragment = self.ids.get(unquote(url[1:])) if url[:1] == "#" else None

        if not has_content(text):
            return ""
        elif fragment:
            return f'<a href="#{self.prefix}{fragment}"{match[2]}>{text}</a>'
        elif not is_allowed_url(url):
            return text
        elif text != match[3]:
            return f'<a href="{match[1]}"{match[2]}>{text}</a>'
        else:
            return autolink(match)

    def rewrite_image(self, match: re.Match[str]) -> str:
        """An image: of ours, with its size and narrower files; of another site, loaded
        late and without referrer; the alternative text if the URL is not allowed."""
        if not is_allowed_url(unescape(match[1])):
            return match[2]
        elif own := OWN_IMAGE.fullmatch(match[1]):
            image = f'<img src="{self.root}{match[1]}" alt="{match[2]}"{match[3][:-1]}'
            return f"{image}{self.own_image_attributes(own, match.start())}>"

        return f'{match[0][:-2]}loading="lazy" referrerpolicy="no-referrer">'

    def replace_image(self, match: re.Match[str]) -> str:
        """A link to an image, for comments; the alternative text if the URL is not
        allowed."""
        if not is_allowed_url(unescape(match[1])):
            return match[2]

        root = self.root if OWN_IMAGE.fullmatch(match[1]) else ""
        return f'<a href="{root}{match[1]}">{image_label(match)}</a>'

    def own_image_attributes(self, match: re.Match[str], position: int) -> str:
        """The attributes that let a browser leave room for an image, and take the
        file that fits."""
        size = f'width="{match["width"]}" height="{match["height"]}"'
        lazy = "" if position < ABOVE_FOLD else ' loading="lazy"'
        name, _, extension = match[0].rpartition(".")
        widths = [w for w in WIDTHS if w < int(match["width"])]

        if self.for_feed or not widths or match["narrow"]:
            return size + lazy

        files = [f"{self.root}{name}-{w}w.{extension} {w}w" for w in widths]
        files.append(f"{self.root}{match[0]} {match['width']}w")
        return f'{size}{lazy} srcset="{", ".join(files)}" sizes="{SIZES}"'

    def highlight_code(self, match: re.Match[str]) -> str:
        """The start of a code block, highlighted if its language is one of
        :data:`LANGUAGES` and the highlighter has not spent its tokens."""
        name = LANGUAGES.get(match[1].lower())
        code = name and self.highlighter.highlight(unescape(match[2]), name)

        if code is None:
            return f"<pre><code>{match[2]}</code>"

        return f'<pre><code class="language-{name}">{code}</code>'


def image_label(match: re.Match[str]) -> str:
    """The alternative text of an :data:`IMAGE` match, or its URL if that is blank."""
    return match[2] if match[2].strip() else match[1]


def has_content(html: str) -> bool:
    """Whether HTML has an image, or text that is not blank."""
    return "<img" in html or bool(TAG.sub("", html).strip())


def replace_checkbox(match: re.Match[str]) -> str:
    """A ballot box character for the ``<input>`` of a :data:`TASK` match, so that the
    page has no form control."""
    box = f'<span class="task">{"☑" if match[1] else "☐"}</span>'
    return f"<p>{box} " if match[2] else box

"""The HTML that people type into Markdown, as Markdown, outside of code: here, it would
be shown as typed."""

import re
import typing as t
from html import unescape

from ...text.pasted import convert
from ...text.pasted import TooMuch
from ...text.pasted.escapes import write_address
from .links_in_markdown import write_image

TAG = re.compile(
    r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9]{0,15})"
    r"(?P<attributes>(?:\s[^<>]{0,2000})?)/?>|<!--"
)
ATTRIBUTE = re.compile(
    r"(?P<key>[\w:-]+)\s*=\s*(?:\"(?P<a>[^\"]*)\"|'(?P<b>[^']*)'|(?P<c>[^\s\"'>]+))"
)

MARKS = {
    **dict.fromkeys(("b", "strong"), "**"),
    **dict.fromkeys(("i", "em", "cite", "dfn", "var"), "*"),
    **dict.fromkeys(("s", "del", "strike"), "~~"),
    **dict.fromkeys(("code", "tt", "samp"), "`"),
}
BREAKS = frozenset(
    "p div section article aside header footer nav main figure figcaption center"
    " details summary address picture noscript form fieldset hr".split()
)
# What only looks different.
PLAIN = frozenset(
    "span font u ins sup sub small big mark abbr kbd time label button bdi bdo wbr q"
    " source track param thead tbody object".split()
)
CONVERTED = frozenset("table pre ul ol dl blockquote h1 h2 h3 h4 h5 h6".split())
# So is a figure without Markdown in it: its caption is the title of its image.
FIGURE = "figure"
SCRIPTS = frozenset(("script", "style", "template"))
EMBEDDED = frozenset(("iframe", "video", "audio", "embed"))

# Before the addresses within the archive while what is around them is converted, which
# takes images of the web only: those from its top, and those from where the text is.
PLACES = {"https://archive.invalid/top/": "/", "https://archive.invalid/here/": ""}
TOP, HERE = PLACES
# What is copied is a text unless it has more: this, before what is converted.
BEFORE = "# A"
LOCAL = re.compile(
    r"(<(?:img|a)\s[^<>]{0,500}?(?:src|href)\s*=\s*[\"'])(?!\w+:|//|#)(/?)",
    re.IGNORECASE,
)


class Written(t.NamedTuple):
    """Markdown, and what could not be taken of it, as sentences."""

    text: str
    warnings: tuple[str, ...] = ()


class HtmlReplacer:
    """Replaces the HTML of one part of a text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.written: list[str] = []
        self.warnings: list[str] = []
        # The addresses of the links that are open.
        self.links: list[str] = []
        # The end tags that are known to come no more.
        self.missing: set[str] = set()

    def replace(self) -> Written:
        """The text without its HTML; for one call."""
        at = 0

        while match := TAG.search(self.text, at):
            self.written.append(self.text[at : match.start()])
            at = self.replace_tag(match)

        self.written.append(self.text[at:])
        self.written += [f"]({write_address(url)})" for url in reversed(self.links)]
        return Written("".join(self.written), tuple(dict.fromkeys(self.warnings)))

    def replace_tag(self, match: re.Match[str]) -> int:
        """Write what a tag, or all until it ends, is in Markdown; return where the rest
        begins."""
        name = (match["name"] or "").lower()

        if not name:
            if not (end := self.find_after("-->", match.end())):
                self.written.append(match[0])

            return end or match.end()
        elif match["end"]:
            self.write_end(name, match[0])
        elif name in SCRIPTS and (end := self.find_after(f"</{name}>", match.end())):
            self.warnings.append(f"It has a {name}, which is left out.")
            return end
        elif name in {*CONVERTED, FIGURE} and (
            (end := self.find_close(name, match))
            and (name != FIGURE or "](" not in self.text[match.end() : end])
        ):
            self.written.append(self.convert(self.text[match.start() : end]))
            return end
        else:
            self.write_start(name, match)

        return match.end()

    def write_start(self, name: str, match: re.Match[str]) -> None:
        """Write what a tag is in Markdown."""
        attributes = read_attributes(match["attributes"] or "")

        if name == "img":
            source = attributes.get("src", "")
            self.written.append(write_image(source, attributes.get("alt", "")))
        elif name == "br":
            rest = self.text[match.end() : match.end() + 1]
            self.written.append("" if rest == "\n" else "\n")
        elif name == "hr":
            self.written.append("\n\n---\n\n")
        elif name == "a":
            self.write_link(attributes.get("href", ""))
        elif name in EMBEDDED:
            if source := attributes.get("src", ""):
                self.written.append(f"\n\n<{write_address(source).strip('<>')}>\n\n")
        else:
            self.write_end(name, match[0])

    def write_link(self, url: str) -> None:
        """Begin a link; one that leads nowhere is none."""
        self.links.append(url)
        self.written.append("[" if url else "")

    def write_end(self, name: str, tag: str) -> None:
        """Write what an end tag, or one that only marks, is in Markdown."""
        if name == "a":
            url = self.links.pop() if self.links else ""
            self.written.append(f"]({write_address(url)})" if url else "")
        elif name in MARKS:
            self.written.append(MARKS[name])
        elif name in BREAKS:
            self.written.append("\n\n")
        elif name not in PLAIN | EMBEDDED | SCRIPTS:
            self.written.append(tag)

    def find_after(self, end: str, at: int) -> int:
        """Where what ends the next time has ended; 0: nowhere."""
        if end in self.missing:
            return 0

        match = re.compile(re.escape(end), re.IGNORECASE).search(self.text, at)

        if match is None:
            self.missing.add(end)

        return match.end() if match else 0

    def find_close(self, name: str, match: re.Match[str]) -> int:
        """Where an element has ended, with all that is in it; 0: nowhere."""
        depth = 1

        if name in self.missing:
            return 0

        for tag in re.compile(rf"<(/?){name}\b", re.IGNORECASE).finditer(
            self.text, match.end()
        ):
            depth += -1 if tag[1] else 1

            if not depth:
                end = self.text.find(">", tag.end())
                return end + 1

        self.missing.add(name)
        return 0

    def convert(self, html: str) -> str:
        """An element as Markdown."""
        try:
            html = LOCAL.sub(hide_place, html)
            text = convert(f"<h1>A</h1>{html}", "").markdown.removeprefix(BEFORE)
        except TooMuch:
            self.warnings.append("It has more HTML than becomes Markdown.")
            return html

        for place, path in PLACES.items():
            text = text.replace(place, path)

        return f"\n\n{text.strip()}\n\n"


def hide_place(match: re.Match[str]) -> str:
    """What stands before an address within the archive, and a place of the web."""
    return f"{match[1]}{TOP if match[2] else HERE}"


def read_attributes(text: str) -> dict[str, str]:
    """The attributes of a tag."""
    return {
        match["key"].lower(): unescape(match["a"] or match["b"] or match["c"] or "")
        for match in ATTRIBUTE.finditer(text)
    }


def replace_html(text: str) -> Written:
    """Replace the HTML in Markdown."""
    if "<" not in text:
        return Written(text)

    written = HtmlReplacer(text).replace()
    return written._replace(text=re.sub(r"\n{3,}", "\n\n", written.text))

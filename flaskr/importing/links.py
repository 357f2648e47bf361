"""Addresses in Markdown, and others in their place."""

import html
import re
import typing as t
from urllib.parse import urljoin

# For what is relative to a blog that nobody knows; no host can have this name
# (RFC 2606).
NOWHERE = "https://old-blog.invalid"

FENCE = re.compile(r"(?m)^[ \t>]{0,20}(`{3,}|~{3,}).*$")
TOKEN = re.compile(
    r"\\."
    r"|(?P<ticks>`+)"
    r"|(?P<open>!?\[)"
    r"|\](?:\(\s{0,9}(?:<(?P<angle>[^<>\n]*)>"
    r"|(?P<bare>[^\s<>()]+(?:\([^\s()]*\)[^\s()<>]*)*)))?"
    r"|(?P<auto><https?://[^<>\s]+>)"
    r"|(?P<url>https?://[^\s<>()\[\]\\`*\"']+)",
    re.DOTALL,
)
# Of a link whose address stands elsewhere; what begins with "^" is a footnote.
DEFINITION = re.compile(r"(?m)^( {0,3}\[(?!\^)[^\[\]\n]{1,200}\]:[ \t]*)<?([^\s<>]+)>?")
ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
# How far from its begin code in a line may end.
MAX_CODE = 1000

# A function that gives the new address for an old one, which may be the same.
Replace = t.Callable[[str, bool], str]


def resolve(address: str, base: str, originals: dict[str, str]) -> str:
    """An address as it is on a page; what is none stays as it is."""
    address = address.strip()

    if not address or address.startswith(("#", "data:", "mailto:", "javascript:")):
        return address

    try:
        absolute = urljoin(base, address)
    except ValueError:
        return address

    originals.setdefault(absolute, address)
    return absolute


def rewrite(markdown: str, replace: Replace) -> str:
    """Markdown with other addresses in its links and images; code stays as it is."""
    rewriter = Rewriter(replace)
    parts = []
    start = 0
    fence = ""

    for match in FENCE.finditer(markdown):
        if not fence:
            parts.append(rewriter.rewrite(markdown[start : match.start()]))
            start, fence = match.start(), match[1]
        elif match[1].startswith(fence) and match[0].strip(" \t>") == match[1]:
            parts.append(markdown[start : match.end()])
            start, fence = match.end(), ""

    rest = markdown[start:]
    parts.append(rest if fence else rewriter.rewrite(rest))
    return "".join(parts)


class Rewriter:
    """Replaces the addresses in texts that have no blocks of code."""

    def __init__(self, replace: Replace) -> None:
        self.replace = replace

    def rewrite(self, text: str) -> str:
        """A text with other addresses."""
        text = DEFINITION.sub(self.define, text)
        parts = []
        brackets: list[bool] = []
        position = 0

        while match := TOKEN.search(text, position):
            parts.append(text[position : match.start()])
            position = match.end()

            if match["ticks"]:
                position = find_end_of_code(text, match)
                parts.append(text[match.start() : position])
            elif match["open"]:
                brackets.append(match["open"] == "![")
                parts.append(match[0])
            elif match[0].startswith("]"):
                is_image = brackets.pop() if brackets else False
                parts.append(self.aim(match, is_image))
            elif not brackets and (match["auto"] or match["url"]):
                parts.append(self.link(match[0]))
            else:
                parts.append(match[0])

        return "".join([*parts, text[position:]])

    def define(self, match: re.Match[str]) -> str:
        """The address of a link that stands elsewhere."""
        return match[1] + write_address(self.replace(unescape(match[2]), False))

    def aim(self, match: re.Match[str], is_image: bool) -> str:
        """The end of a link or an image, with what it leads to."""
        old = match["bare"] if match["angle"] is None else match["angle"]

        if not old:
            return match[0]

        address = unescape(old)
        new = self.replace(address, is_image)
        # What leads where it did stays as it was written.
        target = match[0][2:] if new == address else write_address(new)
        return f"]({target}"

    def link(self, text: str) -> str:
        """A URL that stands in a text for itself; as a link, if it leads elsewhere."""
        url = text.strip("<>").rstrip(".,:;!?")
        rest = text.strip("<>")[len(url) :]
        new = self.replace(url, False)
        return text if new == url else f"[{url}]({write_address(new)}){rest}"


def find_end_of_code(text: str, match: re.Match[str]) -> int:
    """Where code in a line ends that begins with some backticks."""
    ticks = re.compile(rf"(?<!`){match[0]}(?!`)")
    end = ticks.search(text, match.end(), match.end() + MAX_CODE)
    return end.end() if end else match.end()


def unescape(address: str) -> str:
    """An address in Markdown as it is meant."""
    return html.unescape(ESCAPE.sub(r"\1", address))


def write_address(address: str) -> str:
    """An address as Markdown has it."""
    is_plain = re.fullmatch(r"[^\s<>()\\]+", address)
    return address if is_plain else "<" + re.sub(r"[<>\s\\]", encode, address) + ">"


def encode(match: re.Match[str]) -> str:
    """A character as URLs have it."""
    return f"%{ord(match[0]):02X}"

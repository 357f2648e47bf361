"""The domains that a text names, in links or not, as they are compared."""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import unquote
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from .checks import find_links
from .confusables import read_prototypes
from .tokens import INVISIBLE

# NFKC has made full stops of their wide forms; browsers take this one for one, too.
DOTS = str.maketrans("。", ".")
HIDDEN = re.compile(f"[{INVISIBLE}]")
PUNYCODE = re.compile(r"xn--[a-z0-9-]{1,59}")
BARE_HOST = re.compile(
    r"(?<![a-z0-9_.-])(?:[a-z0-9-]{1,63}\.){1,9}[a-z]{2,24}(?![a-z0-9_-]|\.[a-z0-9])"
)

# Characters of a host.
MAX_HOST = 253


def fold_host(text: str) -> str:
    """What hosts share that a browser takes for one, or a reader does: width, case,
    Punycode, letters that look like ASCII's, and what nobody sees."""
    text = unicodedata.normalize("NFKC", HIDDEN.sub("", text))
    return PUNYCODE.sub(decode_label, show_plain(text.casefold().translate(DOTS)))


def decode_label(match: re.Match[str]) -> str:
    """A label in Punycode as people read it; itself, if it is none."""
    with suppress(UnicodeError):
        return show_plain(match[0][4:].encode("ascii").decode("punycode").casefold())

    return match[0]


def show_plain(text: str) -> str:
    """A text with letters and digits of ASCII for those that look like them."""
    if text.isascii():
        return text

    prototypes = read_prototypes()
    return "".join(
        look.casefold()
        if not character.isascii()
        and (look := prototypes.get(ord(character), "")).isascii()
        and look.isalnum()
        else character
        for character in text
    )


def find_targets(tree: Element) -> list[str]:
    """Where the links of a text lead, with a host."""
    urls = [link.url for link in find_links(tree)]
    return [url for url in urls if "//" in url[:20] or url.startswith("mailto:")]


def find_hosts(targets: list[str], shown: str) -> Iterator[str]:
    """Yield the hosts of links, and of what looks like an address in a text."""
    for url in targets:
        yield from filter(None, [find_host(url)])

    for match in BARE_HOST.finditer(fold_host(shown)):
        yield match[0].removeprefix("www.")


def find_host(url: str) -> str:
    """The host of a URL, folded, without ``www.``; the empty string without one."""
    with suppress(ValueError):
        parts = urlsplit(url)
        name = parts.path.rpartition("@")[2] if parts.scheme == "mailto" else ""
        host = fold_host(unquote(parts.hostname or name))
        return host.strip(".")[:MAX_HOST].removeprefix("www.")

    return ""

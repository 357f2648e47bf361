"""The links that people give of themselves: one on each line, with what to call it."""

import re
import typing as t
from urllib.parse import urlsplit

from .links import is_allowed_url
from .names import clean
from .names import is_visible

# A scheme is left out as in "example.org/about".
WITHOUT_SCHEME = re.compile(r"(?:[\w-]+\.)+[^\W\d_][\w-]+(?::\d+)?(?:[/?#].*)?")

# What addresses are cut to where they are shown as they are.
MAX_SHOWN = 40


class Link(t.NamedTuple):
    """An address of http or https, and what to call it, or nothing."""

    url: str
    label: str


def parse(text: str) -> list[Link]:
    """The links in clean lines, whatever stands for an address in them."""
    links = []

    for line in text.splitlines():
        url, _, label = line.strip().partition(" ")

        if url and WITHOUT_SCHEME.fullmatch(url):
            url = f"https://{url}"

        if url:
            links.append(Link(url, clean(label)))

    return links


def is_safe(url: str) -> bool:
    """Whether an address is of http or https, and leads where it seems to: not to what
    stands behind an ``@`` or a ``\\``, which browsers take for ``/``."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False

    return (
        parts.scheme in ("http", "https")
        and bool(parts.hostname)
        and "@" not in parts.netloc
        and "\\" not in url
        and all(map(is_visible, url))
        and is_allowed_url(url)
    )


def shorten(url: str) -> str:
    """An address as people say it."""
    shown = re.sub(r"^https?://(?:www\.)?", "", url, flags=re.I).rstrip("/")
    return shown if len(shown) <= MAX_SHOWN else f"{shown[: MAX_SHOWN - 1]}…"


def format_links(links: list[Link]) -> str:
    """Links as somebody typed them."""
    return "\n".join(f"{link.url} {link.label}".strip() for link in links)

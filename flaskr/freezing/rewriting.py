"""Pages and feeds with links to files in the place of those to pages."""

import html
import json
import re
import typing as t
from collections.abc import Callable
from collections.abc import Iterable

from jinja2.utils import htmlsafe_json_dumps

# A start tag of those that lead somewhere, and its attributes that do. All of ours,
# and those of texts, are quoted so.
TAG = re.compile(r"<(a|link|img|script|meta|input)(\s[^\"<>]*(?:\"[^\"]*\"[^\"<>]*)*)>")
LEADING = re.compile(r'\s(href|src|srcset|content|value)="([^"]*)"')
JSON_LD = re.compile(r'(<script type="application/ld\+json">)([^<]*)(</script>)')
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
# What no address has.
NO_URL = re.compile(r"[\s<>]")

# What a link has that must not be without one.
OF_LINKS = re.compile(r'\s(?:href|rel|hreflang|target|type|download)(?:="[^"]*")?')
ALT = re.compile(r'\salt="([^"]*)"')

# All files of an image in a feed, escaped once or not at all.
SRCSET = re.compile(r"\ssrcset=(\\\"|&#34;|&quot;|\")[^\"&\\]*\1")

# What ends an address in a text that is escaped once or twice.
NO_END = r"(?:(?!&(?:amp;)?(?:#34|#39|quot|lt|gt);)[^\s\"'<>\\])*"

MOVED_PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>{title}</title>
<meta name="robots" content="noindex">
<meta http-equiv="refresh" content="0; url={link}">
<link rel="canonical" href="{url}">
<p><a href="{link}">{title}</a></p>
"""


class Links(t.Protocol):
    """What becomes of links on a page."""

    def link(self, link: str) -> str | None:
        """A link as the file has it; ``None`` if it leads nowhere."""

    def url(self, url: str) -> str:
        """A whole address, as others get it; what is elsewhere stays."""


def rewrite_page(text: str, links: Links) -> str:
    """A page as a file."""
    text = JSON_LD.sub(lambda found: rewrite_json_ld(found, links.url), text)
    return TAG.sub(lambda found: rewrite_tag(found, links), text)


def rewrite_tag(found: re.Match[str], links: Links) -> str:
    """A start tag; without its link, if that leads nowhere."""
    name, attributes = found.groups()
    is_whole = name in ("meta", "input") or 'rel="canonical"' in attributes
    is_dead = False

    def rewrite(attribute: re.Match[str]) -> str:
        nonlocal is_dead
        key, value = attribute[1], html.unescape(attribute[2])

        if is_whole:
            new: str | None = links.url(value)
        elif key == "srcset":
            new = rewrite_srcset(value, links)
        else:
            new = links.link(value)

        if new == value:
            return attribute[0]

        is_dead |= new is None
        return f' {key}="{html.escape(new or "")}"'

    rewritten = LEADING.sub(rewrite, attributes)

    if not is_dead:
        return f"<{name}{rewritten}>"
    elif name == "a":
        return f"<a{OF_LINKS.sub('', attributes)}>"

    # Of an image that is missing, browsers show these words.
    alt = ALT.search(attributes)
    return alt[1] if alt else ""


def rewrite_srcset(value: str, links: Links) -> str | None:
    """The files of an image, and how wide they are; ``None`` if one is missing."""
    parts = []

    for part in value.split(", "):
        url, _, width = part.strip().partition(" ")
        new = links.link(url)

        if new is None:
            return None

        parts.append(f"{new} {width}".strip())

    return ", ".join(parts)


def rewrite_json_ld(found: re.Match[str], url: Callable[[str], str]) -> str:
    """What search engines read, with whole addresses."""

    def rewrite(string: re.Match[str]) -> str:
        before = json.loads(string[0])
        after = before if NO_URL.search(before) else url(before)
        return string[0] if after == before else str(htmlsafe_json_dumps(after))

    return found[1] + STRING.sub(rewrite, found[2]) + found[3]


def rewrite_urls(
    text: str, bases: Iterable[str], url: Callable[[str], str | None]
) -> str:
    """A feed, or another text for programs, with other whole addresses below some
    bases; links to what is not there are taken away."""
    base = "|".join(map(re.escape, bases))
    own = re.compile(
        rf"(?P<link>\s(?:href|src)=(?:\\\"|&#34;|&quot;|\"))?(?:(?<=[\"';>\s]))"
        rf"(?P<url>(?:{base})(?=[/?#\"'<&\\\s]|\Z){NO_END})"
        r"(?P<end>\\\"|&#34;|&quot;|\")?"
    )

    def rewrite(found: re.Match[str]) -> str:
        before = html.unescape(html.unescape(found["url"]))
        after = url(before)
        start, end = found["link"] or "", found["end"] or ""

        if after is None:
            return "" if start and end else found[0]

        return start + (found["url"] if after == before else html.escape(after)) + end

    def rewrite_all(found: re.Match[str]) -> str:
        urls = [html.unescape(html.unescape(m["url"])) for m in own.finditer(found[0])]
        return "" if None in map(url, urls) else found[0]

    return own.sub(rewrite, SRCSET.sub(rewrite_all, text))


def rewrite_manifest(text: str, link: Callable[[str], str]) -> str:
    """The manifest of an installed blog, whose addresses are paths."""
    manifest = json.loads(text)

    for name in ("id", "start_url", "scope"):
        manifest[name] = link(manifest[name])

    for icon in manifest["icons"]:
        icon["src"] = link(icon["src"])

    return json.dumps(manifest)


def make_moved_page(url: str, link: str) -> str:
    """A page that leads on without a server.

    :param url: the whole address, for search engines
    :param link: the same from the page
    """
    return MOVED_PAGE.format(
        title=html.escape(url), url=html.escape(url), link=html.escape(link)
    )

"""The links in a text, marked as such or not; for commonmark.py."""

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import quote
from urllib.parse import unquote
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from .reading import HAN
from .reading import HANGUL
from .reading import KANA
from .reading import LIKE_THAI

# Each "@" is one more call on comrak's stack, whose end is that of the process.
MAX_AT = 100
# To find the ends of URLs that nobody marked, comrak goes from the beginning of each to
# the next space, and from each bracket in it: less than 0.05 s.
MAX_STEPS = 50_000_000
# Characters of a URL that comrak left to us.
MAX_URL = 2000

# The first part of a URL up to a colon is its scheme.
ALLOWED_URL = re.compile(r"https?://[^/?#]|mailto:.|(?![^/?#]*:)(?!$)", re.I)

# One that does not depend on the page that it is on.
ABSOLUTE = re.compile(r"[^/?#]*:")

# What a URL within a sentence begins with.
URL = re.compile(r"(?<![0-9A-Za-z@/:.])(?:https?://|www\.)", re.I)
WHOLE = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#]|www\.[^.]", re.I)
START = re.compile(r"[a-z][a-z0-9+.-]*://|www(?:\.|$)", re.I)

# Scripts without spaces, and symbols, go on right after a host, and everybody's
# punctuation after what it follows; not what joins words and is in addresses.
UNSPACED = f"{HAN}{KANA}{HANGUL}{LIKE_THAI}"
# Letters with cases alone ignore them: to compile that for sets of many others takes
# 14 ms of each start.
HOST = re.compile(
    r"(?:[^/?#\s@]*@)?(?i:(?:[\w-]+\.)+[a-z]{2,}|localhost|[0-9.]+)(?::[0-9]+)?"
    rf"(?=[{UNSPACED}]|[^\x00-\x7f\w\u0300-\u036f])"
)
# The second URL of two with a word between them.
NEXT = rf"(?<![{UNSPACED}])[{UNSPACED}]{{1,9}}(?=(?i:https?://|www\.))"
CANDIDATE = re.compile(rf"[\s<>]|[^\x00-\x7f\w]|{NEXT}")
JOINING = "¡¿§·׳״‧′″’・･／％＃＆＠\u200c\u200d"
STOPS = "～＜＞｜—"
BRACKETS = dict(zip("（【《「『〈〔｛［〖", "）】》」』〉〕｝］〗", strict=True))
# Punctuation but dashes, separators, and controls that nobody sees.
STOPPING = ("Ps", "Pe", "Pi", "Pf", "Po", "Zs", "Zl", "Zp", "Cf")
MAX_IN_BRACKETS = 100
END = f"?!.,:;*_~'\"{JOINING}‐‑–־"

# Of an image that somebody uploaded: the hash, or the beginning of it, and pixels. With
# "-640w", that of a narrower file of it.
OWN_IMAGE = re.compile(
    r"/image/(?P<hash>[0-9a-f]{12}|[0-9a-f]{40})"
    r"-(?P<width>[1-9]\d{0,4})x(?P<height>[1-9]\d{0,4})"
    r"(?:-(?P<narrow>640|1280)w)?\.(?P<extension>avif|gif|jpg|png|webp)"
)


def match_own_image(url: str) -> re.Match[str] | None:
    """The address of one of our own images in a URL of a text, which may have a
    fragment."""
    return OWN_IMAGE.fullmatch(url.partition("#")[0])


def is_slow_to_autolink(text: str) -> bool:
    """Whether comrak would need too long, or too much stack, to find the URLs and mail
    addresses in a text that nobody marked as links."""
    steps = sum(
        len(run) * (12 * (run.count("://") + run.count("www.")) + run.count(")"))
        for run in text.split()
        if "://" in run or "www." in run
    )
    return steps > MAX_STEPS or text.count("@") > MAX_AT


def is_allowed_url(url: str) -> bool:
    """Whether a link or an image may have a URL: relative, or of http, https or mailto,
    with a host and a port that browsers can read."""
    try:
        parts = urlsplit(url)
        has_space = re.search(r"[\s<>]", unquote(parts.netloc))
        return bool(ALLOWED_URL.match(url)) and not has_space and parts.port != 0
    except ValueError:
        # No port is so, or no host.
        return False


def correct_links(element: Element) -> None:
    """End the links in a tree that nobody marked where their URLs end in any script,
    and add those that comrak does not know."""
    if element.tag in ("a", "code", "pre"):
        return

    element.text, children = split_urls(element.text or "")

    for child in element:
        if child.tag == "a" and is_autolink(child):
            correct_end(child)

        correct_links(child)
        child.tail, links = split_urls(child.tail or "")
        children += [child, *links]

    if len(children) > len(element):
        element[:] = children


def correct_end(link: Element) -> None:
    """End a link where its URL ends."""
    text = link.text or ""
    end = find_end(text)
    link.tail = text[end:] + (link.tail or "")

    if WHOLE.match(text[:end]):
        set_url(link, text[:end])
    else:
        # What is left is no URL; without an address, it is no link.
        link.text = text[:end]
        link.attrib = {"href": ""}


def is_autolink(link: Element) -> bool:
    """Whether what a link leads to is its text."""
    text = link.text or ""
    url = unquote(link.get("href", ""))
    return (
        not len(link)
        and link.get("title") is None
        and bool(START.match(text))
        and url in (unquote(text), f"http://{unquote(text)}")
    )


def says_address(link: Element) -> bool:
    """Whether the text of a link is where it leads."""
    mail = f"mailto:{''.join(link.itertext())}"
    return is_autolink(link) or link.get("href") in (mail, "")


def split_urls(text: str) -> tuple[str, list[Element]]:
    """A text up to its first URL, and links for all of them, each with the text after
    it as its tail."""
    links: list[Element] = []
    before = text
    done = 0

    for start, end in find_urls(text):
        if links:
            links[-1].tail = text[done:start]
        else:
            before = text[:start]

        links.append(Element("a"))
        set_url(links[-1], text[start:end])
        done = end

    if links:
        links[-1].tail = text[done:]

    return before, links


def find_urls(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the URLs in a text begin and end."""
    at = 0

    while match := URL.search(text, at):
        start = match.start()
        at = start + max(find_end(text[start : start + MAX_URL]), 1)

        if at < start + MAX_URL and WHOLE.match(text[start:at]):
            yield start, at


def set_url(link: Element, text: str) -> None:
    """Let a link lead to what is its text."""
    link.text = text
    scheme = "" if "://" in text[:30] else "http://"
    link.set("href", scheme + quote(text, safe="!#$%&'()*+,/:;=?@[]~"))


def find_end(text: str) -> int:
    """Where a URL at the beginning of a text ends, as its readers understand it."""
    beginning = START.match(text)
    start = beginning.end() if beginning else 0

    if host := HOST.match(text, start):
        return host.end()

    end = start

    while (stop := find_stop(text, end, len(text))) >= 0:
        end = stop
        closing = BRACKETS.get(text[stop])
        close = closing and text.find(closing, end, end + MAX_IN_BRACKETS)

        # What is opened and closed within a URL belongs to it, as in "X（Y）".
        if not close or close < 0 or find_stop(text, end + 1, close) >= 0:
            break

        end = close + 1

        if not text[end : end + 1].isascii():
            break
    else:
        end = len(text)

    return len(trim(text[:end]))


def find_stop(text: str, start: int, end: int) -> int:
    """Where the first character in a part of a text is that ends a URL, or -1."""
    return next(
        (
            match.start()
            for match in CANDIDATE.finditer(text, start, end)
            if is_stop(match[0])
        ),
        -1,
    )


def is_stop(text: str) -> bool:
    """Whether something that no word is made of ends a URL: a space, brackets, quotes
    and other punctuation of any script, and controls that nobody sees."""
    return (
        text.isascii()
        or text.isalnum()
        or text in STOPS
        or (unicodedata.category(text) in STOPPING and text not in JOINING)
    )


def trim(url: str) -> str:
    """A URL without the punctuation of the sentence that it ends."""
    unopened = url.count(")") - url.count("(")
    end = len(url)

    while end and (url[end - 1] in END or (url[end - 1] == ")" and unopened > 0)):
        end -= 1
        unopened -= url[end] == ")"

    return url[:end]

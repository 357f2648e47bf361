"""The links in a text, marked as such or not; for markdown.py."""

import re
from urllib.parse import quote
from urllib.parse import unquote
from urllib.parse import urlsplit

# Each "@" is one more call on comrak's stack, whose end is that of the process.
MAX_AT = 100
# To find the ends of URLs that nobody marked, comrak goes from the beginning of each to
# the next space, and from each bracket in it: less than 0.05 s.
MAX_STEPS = 50_000_000

# The first part of a URL up to a colon is its scheme.
ALLOWED_URL = re.compile(r"https?://[^/?#]|mailto:.|(?![^/?#]*:)(?!$)", re.I)

# To comrak, a URL in a Chinese sentence goes on after the punctuation.
CJK_AUTOLINK = re.compile(
    r"((?:https?://|www\.)[^<]*?)([，。！？；：、）】》」』”…])[^<]*$"
)

# Of an image that somebody uploaded; the numbers are pixels. With "-640w", that of a
# narrower file of it.
OWN_IMAGE = re.compile(
    r"/image/(?P<hash>[0-9a-f]{40})-(?P<width>[1-9]\d{0,4})x(?P<height>[1-9]\d{0,4})"
    r"(?:-(?P<narrow>640|1280)w)?\.(?P<extension>avif|gif|jpg|png|webp)"
)


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


def autolink(match: re.Match[str]) -> str:
    """An autolink of comrak's, without the Chinese punctuation and text after its URL;
    a match of :data:`.postprocess.LINK`."""
    text = CJK_AUTOLINK.match(match[3])

    if text is None or (end := quote(text[2])) not in match[1]:
        return match[0]

    rest = match[3][text.end(1) :]
    return f'<a href="{match[1].partition(end)[0]}">{text[1]}</a>{rest}'

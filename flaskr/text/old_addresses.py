"""Addresses that posts had elsewhere, as they are compared."""

import re
import unicodedata
from urllib.parse import parse_qsl
from urllib.parse import unquote

# Characters of one that is kept.
MAX_LENGTH = 1000

# What is added to addresses to see where readers come from, and what shows the same.
TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|mc_[ce]id|amp|replytocom|cpage|preview(?:_id|_nonce)?"
)
# What shows a part of a post, its comments, or the same in another form.
PART = re.compile(r"/(?:comment-page-\d{1,5}|[2-9]|[1-9]\d|amp|embed)/*\Z")
# A later page of a list.
PAGE = re.compile(r"/page/\d{1,6}/*\Z")
INDEX = re.compile(r"/index\.(?:html?|php)\Z")


def make_key(path: str, query: str = "") -> str:
    """What addresses of one post have in common: ``/2019/hello``, or ``/?p=12``; the
    empty string for that of a whole blog, or one that is too long to be kept.

    :param path: as it is in an address, or decoded
    """
    if len(path) + len(query) > 9 * MAX_LENGTH:
        return ""

    text = unicodedata.normalize("NFC", unquote(path, errors="replace"))
    text = INDEX.sub("", "/" + re.sub("/+", "/", text).strip("/"))
    pairs = sorted(
        (name, value)
        for name, value in parse_qsl(query, errors="replace", max_num_fields=None)
        if not TRACKING.fullmatch(name)
    )
    asked = "&".join(f"{name}={value}" for name, value in pairs)
    key = f"{text or '/'}?{asked}" if asked else text.rstrip("/")
    return key.replace("\x00", "") if len(key) <= MAX_LENGTH else ""


def find_keys(path: str, query: str) -> list[str]:
    """The keys of what somebody may mean who asks for an address: with the query, which
    may say which post it is, and without; last, of the whole of what is in parts."""
    keys = (make_key(path, query), make_key(path), make_key(PART.sub("", path)))
    return [key for key in dict.fromkeys(keys) if key]

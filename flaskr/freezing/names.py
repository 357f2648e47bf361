"""The file that an address becomes: one each, whatever people call their tags."""

import re
from functools import lru_cache
from hashlib import sha256
from urllib.parse import unquote

from flask import Flask
from werkzeug.exceptions import HTTPException

INDEX = "index.html"

# The blueprints whose addresses are names of files already; all others are pages.
FILES = {"feeds", "comment_feeds", "feed_pages", "images", "pictures", "sitemap"}
FILES |= {"browsers"}

# The folder of what is asked for with a query; no page of a blog begins so.
QUERIES = "page"

# The places in lists, as addresses have them.
CURSOR = re.compile(
    r"(older|newer|before|after)=(\d{4}-\d\d-\d\d)(?:\+|%20)(\d\d):(\d\d):(\d\d"
    r"(?:\.\d+)?_\d{1,19})",
    re.ASCII,
)
PLAIN = re.compile(r"[a-z]{1,20}=[\w.-]{0,40}", re.ASCII)

# What file systems refuse, and what the names made here begin with.
UNSAFE = re.compile(r'[\0-\x1f\x7f<>:"|?*\\]|~(?=[xh])|\.$')

# Bytes: file systems take 255 in a name; and in a path, where Windows is strictest.
MAX_NAME = 200
MAX_PATH = 1000


class Names:
    """The names of the files of an app."""

    def __init__(self, app: Flask) -> None:
        self.urls = app.url_map.bind("")
        self.find = lru_cache(10_000)(self.make)

    def make(self, address: str) -> str:
        """The path of a file, with slashes, for an address below the root of the blog,
        quoted, perhaps with a query."""
        path, _, query = address.partition("?")
        # With a slash at its end, it is the same page.
        parts = unquote(path).removeprefix("/").removesuffix("/").split("/")
        segments = [escape(part) for part in parts] if parts != [""] else []

        if not self.is_file(unquote(path)):
            segments.append(INDEX)

        if query:
            segments = [QUERIES, name_query(query), *segments]

        name = "/".join(segments)

        if len(name.encode()) > MAX_PATH:
            return f"{QUERIES}/{shorten(name)}/{segments[-1]}"

        return name

    def is_file(self, path: str) -> bool:
        """Whether a path is that of a file, and not of a page."""
        try:
            endpoint, _ = self.urls.match(path, "GET")
        except HTTPException:
            return False

        return endpoint == "static" or endpoint.partition(".")[0] in FILES


def escape(part: str) -> str:
    """A part of a path as the name of a file."""
    if not part:
        return "~x"

    name = UNSAFE.sub(lambda found: f"~x{ord(found[0]):02x}", part)

    if name.lower() == INDEX:
        # A tag may be called so, and have a folder of this name.
        return name[:-5] + "~x2ehtml"

    return shorten(name) if len(name.encode()) > MAX_NAME else name


def shorten(name: str) -> str:
    """The beginning of a name that is too long, and what tells it from others."""
    start = name.replace("/", "-").encode()[:MAX_NAME].decode(errors="ignore")
    return f"{start}~h{hash_text(name)}"


def name_query(query: str) -> str:
    """A query as the name of a folder."""
    if match := CURSOR.fullmatch(query.replace("%3A", ":")):
        return "-".join(match.groups())

    return query if PLAIN.fullmatch(query) else f"~h{hash_text(query)}"


def hash_text(text: str) -> str:
    """What tells a text from others."""
    return sha256(text.encode()).hexdigest()[:16]

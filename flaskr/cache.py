"""Whole pages for readers without a session, kept until something is committed."""

import gzip
import re
import sys
import threading
import time
import typing as t
from collections.abc import Callable
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from wsgiref.types import StartResponse
from wsgiref.types import WSGIApplication
from wsgiref.types import WSGIEnvironment

import brotli
from flask import Flask
from werkzeug.http import is_resource_modified
from werkzeug.http import parse_accept_header
from werkzeug.wrappers import Request
from werkzeug.wrappers import Response

from .languages import choose
from .security import PRIVATE

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

# The best first, for browsers that take any. Higher levels take ten times as long to
# save a tenth, and each commit makes the pages anew.
ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, quality=5),
    "zstd": lambda body: zstd.compress(body, 9),
    "gzip": lambda body: gzip.compress(body, 6, mtime=0),
}
TEXT = re.compile(r"text/|application/.*(xml|json)|image/svg\+xml")

# Characters of the headers that decide which page somebody gets.
MAX_HEADERS = 4000

# Bytes that a page takes beside its body.
OVERHEAD = 3000

# The headers that decide on the language, and on whether there is a session.
DECIDING = ("HTTP_COOKIE", "HTTP_ACCEPT_LANGUAGE")

# Those that ask for less than the whole page.
CONDITIONS = {
    "HTTP_IF_MATCH",
    "HTTP_IF_MODIFIED_SINCE",
    "HTTP_IF_NONE_MATCH",
    "HTTP_IF_RANGE",
    "HTTP_IF_UNMODIFIED_SINCE",
    "HTTP_RANGE",
}

# Where a page is, but for its path.
WHERE = ("wsgi.url_scheme", "HTTP_HOST", "SCRIPT_NAME", "QUERY_STRING")

Key = tuple[str | None, ...]


def is_for_everybody(response: Response) -> bool:
    """Whether what a reader without a session got is good for all who ask with the
    same :meth:`Cache.key`."""
    return (
        response.status_code == 200
        and "Set-Cookie" not in response.headers
        and not response.cache_control.no_store
        # Each browser asks for an image once, and images are large.
        and TEXT.match(response.content_type or "") is not None
    )


class Encoded(t.NamedTuple):
    """A page as it is sent to those who take one encoding."""

    etag: str
    headers: list[tuple[str, str]]
    not_modified: list[tuple[str, str]]
    body: bytes


class Page:
    """A response for everybody, in each encoding once: when it is first wanted."""

    def __init__(self, response: Response) -> None:
        self.body = response.get_data()
        self.hash = sha256(self.body).hexdigest()[:32]
        self.headers = response.headers
        self.last_modified = response.last_modified
        # What depends on the time says so as HTTP does.
        self.expires = response.expires.timestamp() if response.expires else None
        self.encoded: dict[str, Encoded] = {}
        response.vary.add("Accept-Encoding")

    def is_good(self) -> bool:
        return self.expires is None or time.time() < self.expires

    def encode(self, accepted: str) -> int:
        """Make what those get who take an encoding; return the bytes it takes."""
        body = ENCODERS[accepted](self.body) if accepted else self.body
        # A few words only get longer.
        encoding = accepted if len(body) < len(self.body) else ""
        headers = self.headers.copy()
        headers["ETag"] = f'"{self.hash}-{encoding}"' if encoding else f'"{self.hash}"'
        del headers["Content-Length"]
        not_modified = headers.to_wsgi_list()

        if encoding:
            headers["Content-Encoding"] = encoding
        else:
            body = self.body

        headers["Content-Length"] = str(len(body))
        self.encoded[accepted] = Encoded(
            headers["ETag"], headers.to_wsgi_list(), not_modified, body
        )
        return len(body) + OVERHEAD

    def answer(
        self, environ: WSGIEnvironment, accepted: str, start_response: StartResponse
    ) -> list[bytes]:
        etag, headers, not_modified, body = self.encoded[accepted]

        # Copies: a server may change the list that it gets.
        if self.is_known(environ, etag):
            start_response("304 NOT MODIFIED", not_modified[:])
            return []

        start_response("200 OK", headers[:])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def is_known(self, environ: WSGIEnvironment, etag: str) -> bool:
        """Whether the client says that it has this page."""
        known = environ.get("HTTP_IF_NONE_MATCH")

        if known is None and "HTTP_IF_MODIFIED_SINCE" not in environ:
            return False

        return known == etag or not is_resource_modified(
            environ, etag, last_modified=self.last_modified
        )


class Slot:
    """The place of a page, and the lock of whoever makes it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.page: Page | None = None
        self.is_refused = False


class Pages:
    """What was made of one version of the database, in a bounded number of bytes."""

    def __init__(self, limit: int, version: object = None) -> None:
        self.limit = limit
        self.version = version
        self.slots: dict[Key, Slot] = {}
        self.size = 0

    def slot(self, key: Key) -> Slot:
        return self.slots.get(key) or self.slots.setdefault(key, Slot())

    def grow(self, size: int) -> None:
        self.size += size

        if self.size > self.limit:
            # What is read often comes back at once.
            self.slots.clear()
            self.size = 0


class Cache:
    """Stands in front of Flask, and answers without it when it can."""

    def __init__(self, app: Flask) -> None:
        self.wsgi_app: WSGIApplication = app.wsgi_app
        self.version: Callable[[], object] = app.extensions["flaskr.db"].version
        self.session_cookie: str = app.config["SESSION_COOKIE_NAME"]
        self.languages: tuple[str, ...] = app.config["LANGUAGES"]
        age = app.config["SHARED_MAX_AGE"]
        self.cache_control = (
            f"public, max-age=0, s-maxage={age}" if age else "public, no-cache"
        )
        self.static = f"{app.static_url_path}/"
        self.lock = threading.Lock()
        self.pages = Pages(app.config["CACHE_SIZE"])
        # What is under "static" changes with a new Flaskr only.
        self.files = Pages(app.config["CACHE_SIZE"])
        # Browsers send few different headers.
        self.language_for = lru_cache(500)(self.find_language)
        self.encoding_for = lru_cache(500)(find_encoding)

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        key = self.key(environ)
        pages = self.pages_for(key) if key else None

        if key is None or pages is None:
            return self.wsgi_app(environ, start_response)

        accepted = self.encoding_for(environ.get("HTTP_ACCEPT_ENCODING", ""))
        slot = pages.slot(key)
        page = slot.page

        if page is None or accepted not in page.encoded or not page.is_good():
            # Whoever wants the same meanwhile waits for it.
            with slot.lock:
                response = self.fill(slot, environ)

                if (page := slot.page) is None:
                    slot.is_refused = True
                    pages.slots.pop(key, None)
                elif accepted not in page.encoded:
                    pages.grow(page.encode(accepted))

            if page is None:
                return (response or self.wsgi_app)(environ, start_response)

        return page.answer(environ, accepted, start_response)

    def key(self, environ: WSGIEnvironment) -> Key | None:
        """Everything but the database that a page is made of; ``None`` if it may be
        made for one person."""
        path = environ["PATH_INFO"]
        headers = [environ.get(name, "") for name in DECIDING]

        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return None
        elif path.startswith(self.static):
            return (path,)
        elif "HTTP_AUTHORIZATION" in environ or sum(map(len, headers)) > MAX_HEADERS:
            return None

        if (language := self.language_for(*headers)) is None:
            return None

        return tuple(environ.get(name) for name in WHERE) + (path, language)

    def find_language(self, cookie: str, accept_language: str) -> str | None:
        """The reader's language; ``None`` for somebody with a session."""
        reader = Request(
            {"HTTP_COOKIE": cookie, "HTTP_ACCEPT_LANGUAGE": accept_language}
        )

        if self.session_cookie in reader.cookies:
            return None

        return choose(self.languages, reader)

    def pages_for(self, key: Key) -> Pages | None:
        """The pages among which one with this key is not stale, or ``None``."""
        if len(key) == 1:
            return self.files

        version = self.version()
        pages = self.pages

        if pages.version == version:
            # Also if both are None: there is no database.
            return pages if version else None

        with self.lock:
            if self.pages.version != version:
                self.pages = Pages(self.pages.limit, version)

            return self.pages if version else None

    def fill(self, slot: Slot, environ: WSGIEnvironment) -> Response | None:
        """Have Flask make a page, unless somebody just did; return what is not to be
        kept."""
        if slot.is_refused or slot.page and slot.page.is_good():
            return None

        # The whole page, which answers conditions and HEAD, too.
        asked = {k: v for k, v in environ.items() if k not in CONDITIONS}
        asked["REQUEST_METHOD"] = "GET"
        slot.page = None
        response = Response.from_app(self.wsgi_app, asked, buffered=True)

        if not is_for_everybody(response):
            return response

        if response.headers["Cache-Control"] == PRIVATE:
            response.headers["Cache-Control"] = self.cache_control

        slot.page = Page(response)
        return None


def find_encoding(accepted: str) -> str:
    """The best encoding that a client takes; ``""`` for none."""
    qualities = parse_accept_header(accepted)
    best = max(ENCODERS, key=lambda encoding: qualities.quality(encoding))
    return best if qualities.quality(best) else ""


def init_app(app: Flask) -> None:
    """Keep pages, but while somebody edits the templates."""
    if not app.debug:
        app.wsgi_app = Cache(app)  # type: ignore[method-assign]

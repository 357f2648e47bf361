"""Whole pages for readers without a session, kept until the public version changes."""

import threading
import typing as t
from collections.abc import Callable
from collections.abc import Iterable
from functools import cache
from functools import lru_cache
from functools import partial
from wsgiref.types import StartResponse
from wsgiref.types import WSGIApplication
from wsgiref.types import WSGIEnvironment

from flask import Flask
from werkzeug.wrappers import Request

from ..db import get_pool
from .database import READER
from .features import find_paths_without_database
from .i18n import negotiate
from .one_at_a_time import OneAtATime
from .opened_feeds import opens_feed
from .representations import BUDGETS
from .representations import find_encoding
from .representations import Page
from .schedule import Schedule
from .whole_response import call_flask
from .whole_response import WholeResponse

Key = tuple[str | None, ...]

READ_METHODS = ("GET", "HEAD")

# Characters of the headers that tell the language and the session: more are not
# worth remembering.
MAX_HEADERS = 4000

# Seconds to wait for somebody who makes the same page.
MAX_WAIT = 2

# Characters of the path, the query and the host: those of our own links are fewer.
MAX_KEY = 2000


class Slot:
    """The place of a page, and the lock of whoever makes it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.page: Page | None = None
        self.is_refused = False

    def fresh_page(self) -> Page | None:
        """The page, unless its time is over."""
        page = self.page
        return page if page and page.is_fresh() else None


class Pages:
    """What was made of one version of the database, in a bounded number of bytes."""

    def __init__(self, limit: float, version: object = None) -> None:
        self.limit = limit
        self.version = version
        self.slots: dict[Key, Slot] = {}
        self.size = 0

    def slot(self, key: Key) -> Slot:
        """The place of a page, made now if there is none."""
        return self.slots.get(key) or self.slots.setdefault(key, Slot())

    def grow(self, size: int) -> None:
        """Count bytes, and begin again beyond the limit."""
        self.size += size

        if self.size > self.limit:
            # What is read often comes back at once.
            self.slots.clear()
            self.size = 0


class Cache:
    """Stands in front of Flask, and answers without it when it can."""

    def __init__(self, app: Flask) -> None:
        self.wsgi_app: WSGIApplication = app.wsgi_app
        self.find_reader: Callable[[], t.Any] = get_pool(app).find_reader
        self.schedule: Schedule = app.extensions["flaskr.schedule"]
        self.session_cookie: str = app.config["SESSION_COOKIE_NAME"]
        self.languages: tuple[str, ...] = app.config["LANGUAGES"]
        self.static = f"{app.static_url_path}/"
        age = app.config["SHARED_MAX_AGE"]
        self.cache_control = (
            f"public, max-age=0, s-maxage={age}" if age else "public, no-cache"
        )
        self.pages = Pages(app.config["CACHE_SIZE"] * BUDGETS["pages"])
        # What is under "static" changes with a new Flaskr only.
        self.files = Pages(app.config["CACHE_SIZE"] * BUDGETS["files"])
        # So does what else is answered while there is no database.
        self.constant = Pages(app.config["CACHE_SIZE"] * BUDGETS["constant"])
        # All views are registered when it is first asked.
        self.find_constant = cache(partial(find_paths_without_database, app))
        self.lock = threading.Lock()
        self.one_at_a_time = OneAtATime()
        # Browsers send few different headers.
        self.language_for = lru_cache(500)(self.find_language)
        self.encoding_for = lru_cache(500)(find_encoding)

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        key = self.key(environ)
        pages = self.pages_for(key, environ) if key else None

        if key is None or pages is None:
            if environ["REQUEST_METHOD"] in READ_METHODS:
                return self.one_at_a_time.answer(self.wsgi_app, environ, start_response)

            return self.wsgi_app(environ, start_response)

        accepted = self.encoding_for(environ.get("HTTP_ACCEPT_ENCODING", "")[:200])
        page = pages.slot(key).fresh_page()

        if page is None or accepted not in page.encoded:
            answer_miss = partial(self.answer_miss, pages, key, accepted)
            return self.one_at_a_time.answer(answer_miss, environ, start_response)

        return page.answer(environ, accepted, start_response)

    def answer_miss(
        self,
        pages: Pages,
        key: Key,
        accepted: str,
        environ: WSGIEnvironment,
        start_response: StartResponse,
    ) -> Iterable[bytes]:
        """Answer with a page that is not kept yet, and keep it if that may be."""
        slot = pages.slot(key)

        page = made = None

        # Whoever wants the same meanwhile waits for it, unless a database holds it up.
        if slot.lock.acquire(timeout=MAX_WAIT):
            try:
                made = self.fill(slot, key, environ)
                page = slot.page

                if page is None:
                    slot.is_refused = True
                    pages.slots.pop(key, None)
                elif accepted not in page.encoded:
                    pages.grow(page.encode(accepted) + sum(map(len, filter(None, key))))
            finally:
                slot.lock.release()

        if page is not None:
            return page.answer(environ, accepted, start_response)

        made = made or call_flask(self.wsgi_app, environ, key[1])
        return made.answer(environ, start_response)

    def key(self, environ: WSGIEnvironment) -> Key | None:
        """All that a page is made of, but for the database; ``None`` if it may be
        made for one person."""
        path = environ["PATH_INFO"]
        query = environ.get("QUERY_STRING", "")
        host = environ.get("HTTP_HOST", "")

        if environ["REQUEST_METHOD"] not in READ_METHODS:
            return None
        elif not host or len(path) + len(query) + len(host) > MAX_KEY:
            return None
        elif path.startswith(self.static):
            return (path, None)
        elif opens_feed(environ):
            return None

        cookie = environ.get("HTTP_COOKIE", "")
        accepted = environ.get("HTTP_ACCEPT_LANGUAGE", "")

        if "HTTP_AUTHORIZATION" in environ or len(cookie + accepted) > MAX_HEADERS:
            return None
        elif (language := self.language_for(cookie, accepted)) is None:
            return None

        return (
            path,
            language,
            environ["wsgi.url_scheme"],
            host,
            environ.get("SCRIPT_NAME"),
            query,
        )

    def find_language(self, cookie: str, accept_language: str) -> str | None:
        """The reader's language; ``None`` for somebody with a session."""
        reader = Request(
            {"HTTP_COOKIE": cookie, "HTTP_ACCEPT_LANGUAGE": accept_language}
        )

        if self.session_cookie in reader.cookies:
            return None

        return negotiate(self.languages, reader)

    def pages_for(self, key: Key, environ: WSGIEnvironment) -> Pages | None:
        """Where a page is that is not stale; ``None`` if there is no telling."""
        if key[1] is None:
            return self.files
        elif self.is_constant(environ["PATH_INFO"]):
            return self.constant

        # What is made for this version is read from the server that told it.
        reader = environ[READER] = self.find_reader()
        version = reader.version()

        if version is not None and self.schedule.run(version):
            # Another one, if what was due is public now.
            version = reader.version()

        if version is None:
            return None

        pages = self.pages

        if pages.version != version:
            with self.lock:
                if self.pages.version != version:
                    self.pages = Pages(pages.limit, version)

                pages = self.pages

        return pages

    def is_constant(self, path: str) -> bool:
        """Whether what is at a path needs no database."""
        paths, beginnings = self.find_constant()
        return path in paths or path.startswith(beginnings)

    def fill(
        self, slot: Slot, key: Key, environ: WSGIEnvironment
    ) -> WholeResponse | None:
        """Have Flask make a page, unless somebody just did; return what is not to be
        kept."""
        if slot.is_refused or slot.fresh_page():
            return None

        slot.page = None

        made = call_flask(self.wsgi_app, environ, key[1])

        if not made.is_cacheable():
            return made

        slot.page = Page(made.headers, made.body, self.cache_control)
        return None


def init_app(app: Flask) -> None:
    """Keep pages, unless somebody is editing the templates."""
    if not app.debug:
        app.wsgi_app = Cache(app)  # type: ignore[method-assign]

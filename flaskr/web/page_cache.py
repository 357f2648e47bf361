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

from ..data import site_settings
from ..db import get_pool
from ..freezing.mode import FROZEN
from . import static_files
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
    """What was made of one version of the database, in a bounded number of bytes, for
    readers of some languages."""

    def __init__(
        self, limit: float, version: object = None, languages: tuple[str, ...] = ()
    ) -> None:
        self.limit = limit
        self.version = version
        self.languages = languages
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
        self.is_changing = lru_cache(500)(partial(static_files.is_changing, app))
        self.find_languages = partial(find_languages, app)
        # The app may get another database.
        self.find_reader: Callable[[], t.Any] = lambda: get_pool(app).find_reader()
        self.schedule: Schedule = app.extensions["flaskr.schedule"]
        self.cookies: set[str] = app.extensions["flaskr.cookies"]
        self.static = f"{app.static_url_path}/"
        age = app.config["SHARED_MAX_AGE"]
        self.cache_control = (
            f"public, max-age=0, s-maxage={age}" if age else "public, no-cache"
        )
        self.pages = Pages(app.config["CACHE_SIZE"] * BUDGETS["pages"])
        # What is under "static" changes with a new Flaskr only.
        self.files = Pages(app.config["CACHE_SIZE"] * BUDGETS["files"])
        # So does what else is answered while there is no database: in no language.
        self.constant = Pages(
            app.config["CACHE_SIZE"] * BUDGETS["constant"],
            languages=app.config["LANGUAGES"],
        )
        # All views are registered when it is first asked.
        self.find_constant = cache(partial(find_paths_without_database, app))
        self.lock = threading.Lock()
        self.one_at_a_time = OneAtATime()
        # Browsers send few different headers.
        self.has_session = lru_cache(500)(self.find_session)
        self.language_for = lru_cache(500)(self.find_language)
        self.encoding_for = lru_cache(500)(find_encoding)

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        pages = self.pages_for(environ) if self.is_shared(environ) else None
        key = self.key(pages, environ) if pages else None

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

    def is_shared(self, environ: WSGIEnvironment) -> bool:
        """Whether the answer may be for all readers without a session."""
        path = environ["PATH_INFO"]
        query = environ.get("QUERY_STRING", "")
        host = environ.get("HTTP_HOST", "")

        if environ["REQUEST_METHOD"] not in READ_METHODS or FROZEN in environ:
            return False
        elif not host or len(path) + len(query) + len(host) > MAX_KEY:
            return False
        elif path.startswith(self.static):
            return True
        elif opens_feed(environ) or "HTTP_AUTHORIZATION" in environ:
            return False

        cookie = environ.get("HTTP_COOKIE", "")
        accepted = environ.get("HTTP_ACCEPT_LANGUAGE", "")
        is_short = len(cookie + accepted) <= MAX_HEADERS
        return is_short and not self.has_session(cookie)

    def key(self, pages: Pages, environ: WSGIEnvironment) -> Key:
        """All that a page is made of, but for the database."""
        path = environ["PATH_INFO"]

        if path.startswith(self.static):
            return (path, None)

        return (
            path,
            self.language_for(
                pages.languages,
                environ.get("HTTP_COOKIE", ""),
                environ.get("HTTP_ACCEPT_LANGUAGE", ""),
            ),
            environ["wsgi.url_scheme"],
            environ.get("HTTP_HOST", ""),
            environ.get("SCRIPT_NAME"),
            environ.get("QUERY_STRING", ""),
        )

    def find_session(self, cookie: str) -> bool:
        """Whether somebody has a session, or what is like one for some pages."""
        return not self.cookies.isdisjoint(Request({"HTTP_COOKIE": cookie}).cookies)

    def find_language(
        self, offered: tuple[str, ...], cookie: str, accept_language: str
    ) -> str:
        """The reader's language."""
        reader = Request(
            {"HTTP_COOKIE": cookie, "HTTP_ACCEPT_LANGUAGE": accept_language}
        )
        return negotiate(offered, reader)

    def pages_for(self, environ: WSGIEnvironment) -> Pages | None:
        """Where a page is that is not stale; ``None`` if there is no telling."""
        path = environ["PATH_INFO"]

        if path.startswith(self.static):
            if not self.is_changing(path[len(self.static) :]):
                return self.files
        elif self.is_constant(path):
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
        return pages if pages.version == version else self.begin(version)

    def begin(self, version: object) -> Pages | None:
        """Where the pages of a version are, of those before none is left; ``None`` if
        nobody knows their languages."""
        # Not newer than the pages, and asked for without the lock, which others want.
        languages = self.find_languages()

        with self.lock:
            if self.pages.version != version and languages:
                self.pages = Pages(self.pages.limit, version, languages)

            return self.pages if self.pages.version == version else None

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


def find_languages(app: Flask) -> tuple[str, ...]:
    """The languages that the blog has now; none if the database does not say."""
    with app.app_context():
        languages: tuple[str, ...] = site_settings.get("LANGUAGES")
        return () if site_settings.is_outdated() else languages


def init_app(app: Flask) -> None:
    """Keep pages, unless somebody is editing the templates."""
    if not app.debug:
        cache = app.extensions["flaskr.page_cache"] = Cache(app)
        app.wsgi_app = cache  # type: ignore[method-assign]

"""Lists as one person gets them who is logged in, kept until the public version
changes. That the session has not ended is asked before, each time."""

import functools
import typing as t

from flask import current_app
from flask import Flask
from flask import g
from flask import request
from flask import session
from flask.typing import ResponseReturnValue

from ..data.site_settings import find_site_version
from .fragments import Fragments
from .fragments import site
from .i18n import language
from .notice_sentences import count_new
from .representations import BUDGETS

View = t.TypeVar("View", bound=t.Callable[..., ResponseReturnValue])

# Characters of the path and the query: those of our own links are fewer.
MAX_KEY = 2000


class PersonalPages:
    """What was made of one public version, in a bounded number of bytes."""

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self.current: tuple[object, Fragments] = None, Fragments(limit)

    def of_version(self, version: object) -> Fragments:
        """The pages of a version; those of any other are forgotten."""
        # Read, and changed, as one: another thread may be at the next version.
        at, pages = self.current

        if at != version:
            pages = Fragments(self.limit)
            self.current = version, pages

        return pages


def kept_per_person(view: View) -> View:
    """Mark a view whose page shows what the public sees, and beside that only who is
    logged in, and what of it is theirs: it is made once for each person and version."""

    @functools.wraps(view)
    def find_or_make(**kwargs: t.Any) -> ResponseReturnValue:
        key = find_key()
        # The first thing that was read of the database: never newer than the page.
        version = key and find_site_version()

        if version is None:
            return view(**kwargs)

        kept: PersonalPages = current_app.extensions["flaskr.personal_pages"]
        pages = kept.of_version(version)
        page: ResponseReturnValue | None = pages.made.get(key)

        if page is None:
            page = view(**kwargs)

            # What leads elsewhere is no page.
            if isinstance(page, str):
                pages.keep(key, page)

        return page

    return t.cast(View, find_or_make)


def find_key() -> tuple[object, ...] | None:
    """All that such a page is made of, but for the database; ``None`` if it may be made
    for this request only."""
    path = request.environ["PATH_INFO"]
    query = request.environ.get("QUERY_STRING", "")

    if g.user is None or current_app.debug or len(path) + len(query) > MAX_KEY:
        return None
    elif "_flashes" in session:
        # They are shown once.
        return None

    person = g.user["id"], g.user["username"], g.user["role"], count_new()
    return *person, path, query, language(), site()


def init_app(app: Flask) -> None:
    """Let views mark their pages."""
    size = app.config["CACHE_SIZE"] * BUDGETS["personal pages"]
    app.extensions["flaskr.personal_pages"] = PersonalPages(size)

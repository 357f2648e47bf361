"""Parts of pages, kept as long as what they show stays the same. A commit changes
one post, and ten are on a page."""

import typing as t

from flask import current_app
from flask import Flask
from flask import request
from markupsafe import Markup

from ..data import site_settings
from ..db import RowType
from ..freezing.mode import FROZEN
from .i18n import language
from .representations import BUDGETS

T = t.TypeVar("T")

# Bytes that a fragment takes beside its text.
OVERHEAD = 1000

# What addresses begin with, and whether they are those of files.
SITE = ("wsgi.url_scheme", "HTTP_HOST", "SCRIPT_NAME", FROZEN)


class Fragments:
    """What was made, by what it was made of, in a bounded number of bytes."""

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self.size = 0
        self.made: dict[object, t.Any] = {}

    def get(self, key: object, make: t.Callable[[], T]) -> T:
        """What was made for a key, or is made now."""
        made: T | None = self.made.get(key)

        if made is None:
            made = make()
            self.keep(key, made)

        return made

    def keep(self, key: object, made: object) -> None:
        """Keep what was made for a key, and begin again beyond the limit."""
        self.size += OVERHEAD + 2 * (len(repr(key)) + len(repr(made)))

        if self.size > self.limit:
            # What is shown often comes back at once.
            self.made.clear()
            self.size = 0

        self.made[key] = made


def fragments() -> Fragments:
    """Those of the current app."""
    found: Fragments = current_app.extensions["flaskr.fragments"]
    return found


def site() -> tuple[object, ...]:
    """What the addresses of this request begin with."""
    environ = request.environ
    return tuple([environ.get(name) for name in SITE])


def make_memoizer() -> t.Callable[[tuple[object, ...], t.Callable[[], T]], T]:
    """A function that gives what another one makes, on this site, of the values in a
    key: ``make_memoizer()(key, make)``."""
    get = fragments().get
    here = site()
    return lambda key, make: get((here, key), make)


def for_templates() -> dict[str, object]:
    """``cached``, for ``{% call cached('name', post, g.user['id']) %}…{% endcall %}``:
    the block, made once for the same values, in the same language, on the same site."""
    get = fragments().get
    # Another title, or time zone, makes another block.
    here = (site(), language(), site_settings.find_site())

    def cached(*parts: object, caller: t.Callable[[], Markup]) -> Markup:
        return get((here, *[cache_key(part) for part in parts]), caller)

    return {"cached": cached}


def cache_key(part: object) -> object:
    """A value to compare by: rows, and lists of them, by what is in them."""
    if isinstance(part, RowType):
        return tuple(part)
    elif isinstance(part, list):
        return tuple(map(cache_key, part))
    else:
        return part


def init_app(app: Flask) -> None:
    """Let templates keep parts of a page."""
    size = app.config["CACHE_SIZE"] * BUDGETS["fragments"]
    app.extensions["flaskr.fragments"] = Fragments(size)
    app.context_processor(for_templates)

"""Parts of pages, kept as long as what they show stays the same. A commit changes
one post, and ten are on a page."""

import sqlite3
import typing as t

from flask import current_app
from flask import Flask
from flask import request
from markupsafe import Markup

from .languages import language

# Of the memory for pages, the part that is for these.
SHARE = 0.25

# Bytes that a fragment takes beside its text.
OVERHEAD = 1000


# What addresses begin with.
SITE = ("wsgi.url_scheme", "HTTP_HOST", "SCRIPT_NAME")


class Fragments:
    """Texts by what they were made of, in a bounded number of bytes."""

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self.size = 0
        self.texts: dict[object, Markup] = {}

    def add(self, key: object, text: Markup) -> None:
        self.size += OVERHEAD + 2 * (len(repr(key)) + len(text))

        if self.size > self.limit:
            # What is shown often comes back at once.
            self.texts.clear()
            self.size = 0

        self.texts[key] = text


def for_templates() -> dict[str, object]:
    """``kept``, for ``{% call kept('name', post, g.user['id']) %}…{% endcall %}``: the
    block, made once for the same values, the same language and the same site."""
    fragments: Fragments = current_app.extensions["flaskr.fragments"]
    texts = fragments.texts
    here = (language(), *[request.environ.get(name) for name in SITE])

    def kept(*parts: object, caller: t.Callable[[], Markup]) -> Markup:
        key = (here, *[frozen(part) for part in parts])
        text = texts.get(key)

        if text is None:
            text = caller()
            fragments.add(key, text)

        return text

    return {"kept": kept}


def frozen(part: object) -> object:
    """A value to compare by: rows, and lists of them, by what is in them."""
    if isinstance(part, sqlite3.Row):
        return tuple(part)
    elif isinstance(part, list):
        return tuple(map(tuple, part))
    else:
        return part


def init_app(app: Flask) -> None:
    """Let templates keep parts of a page."""
    app.extensions["flaskr.fragments"] = Fragments(app.config["CACHE_SIZE"] * SHARE)
    app.context_processor(for_templates)

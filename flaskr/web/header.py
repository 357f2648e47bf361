"""The pages in the header, which nearly all pages show."""

import typing as t

from flask import current_app
from flask import Flask
from flask import g

from ..data import pages
from ..data.site_settings import find_site_version
from ..db import get_db
from ..db import has_saved
from ..db import Row


class Kept(t.NamedTuple):
    """The public version at which the pages were read, and they."""

    version: object
    pages: list[Row]


def find_header() -> list[Row]:
    """The pages in the header, where there is a database. They are read again when the
    public version changes: so a page that shows no post does not wait for a locked
    table of posts."""
    if "db" not in g:
        return []

    kept: Kept = current_app.extensions["flaskr.header"]
    # First, so that it is never newer than what is read.
    version = None if has_saved() or get_db().in_transaction else find_site_version()

    if version is not None and version == kept.version:
        return kept.pages

    found = pages.find_header()

    if version is not None:
        current_app.extensions["flaskr.header"] = Kept(version, found)

    return found


def init_app(app: Flask) -> None:
    """Let templates show them."""
    # No version is equal to this one.
    app.extensions["flaskr.header"] = Kept(object(), [])
    app.add_template_global(find_header)

"""A feed that somebody opens in a browser, which shows its XML: they get a page
instead."""

from urllib.parse import quote
from wsgiref.types import WSGIEnvironment

from flask import redirect
from flask import request
from werkzeug.wrappers import Response

from .frozen import is_frozen
from .urls import find_path

SUFFIXES = ("/feed.atom", "/feed.rss", "/feed.json")


def opens_feed(environ: WSGIEnvironment) -> bool:
    """Whether a person goes to a feed. ``Accept`` does not tell: readers ask for HTML,
    too, to find feeds in it. But only what browsers show says that it is a
    document, and no script can."""
    is_document = environ.get("HTTP_SEC_FETCH_DEST") == "document"
    return is_document and str(environ["PATH_INFO"]).endswith(SUFFIXES)


def lead_people(feed: str) -> str:
    """The link of people to a feed; to its page, where no server leads them there."""
    return f"{feed.rpartition('.')[0]}.html" if is_frozen() else feed


def lead_to_page() -> Response | None:
    """Before a feed: lead whoever opens it to its page, and nobody else."""
    if not opens_feed(request.environ):
        return None

    page = quote(find_path()).rpartition(".")[0] + ".html"
    query = request.query_string.decode("latin-1")
    response = redirect(f"{page}?{query}" if query else page)
    # A cache that knows no Vary must not give it to readers.
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Sec-Fetch-Dest"
    return response

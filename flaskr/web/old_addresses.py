"""Where posts were in another blog: who asks for that is led to where they are."""

from contextlib import suppress

from flask import Flask
from flask import redirect
from flask import request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from ..data import old_addresses
from ..db import Error
from ..text.old_addresses import find_keys
from .urls import find_path
from .urls import permalink

# What says on the front page which post is meant: the short addresses of WordPress.
OF_FRONT_PAGE = ("p", "page_id", "attachment_id")


def find_redirect() -> Response | None:
    """The way to the post that was under the address of this request, if the public
    sees it, and the database answers."""
    if request.method not in ("GET", "HEAD"):
        return None

    query = request.query_string.decode("utf-8", "replace")
    paths = (find_path(), request.path)
    keys = [key for path in paths for key in find_keys(path, query)]

    with suppress(HTTPException, *Error):
        if keys and (post := old_addresses.find_post(dict.fromkeys(keys))):
            # What was asked for of its old address says nothing here.
            return redirect(permalink(post["id"], post["title"]), 301)

    return None


def answer_on_front_page() -> Response | None:
    """Lead on from the front page of a blog to which ``/?p=12`` was a post."""
    if request.path == "/" and any(name in request.args for name in OF_FRONT_PAGE):
        return find_redirect()

    return None


def init_app(app: Flask) -> None:
    """Look at what is asked of the front page; :mod:`.error_pages` does so where
    nothing is found."""
    app.before_request(answer_on_front_page)

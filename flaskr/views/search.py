"""The page that finds posts."""

from flask import Blueprint
from flask import make_response
from flask import render_template
from flask import request
from flask.typing import ResponseReturnValue

from ..data import posts
from ..data import search
from ..data import suggestions
from ..data.cursor import Cursor
from ..text import matches
from ..text.query import parse
from ..text.query import want_everything
from ..web import pagination
from ..web.database import if_available
from ..web.frozen import needs_server
from ..writers import SHORT_WAIT

bp = Blueprint("search", __name__)
bp.record_once(needs_server("/search"))

bp.add_app_template_filter(matches.highlight)

bp.add_app_template_filter(matches.excerpt, "found_in")


@bp.get("/search")
def index() -> ResponseReturnValue:
    """Show the form, and what was found with it."""
    query = request.args.get("q", "").strip()

    if not query:
        return render_template("search/index.html", query="")

    # A full disk is no reason not to find what is indexed, nor is another writer.
    with if_available():
        search.index_pending(seconds=SHORT_WAIT)

    is_complete = not search.has_pending()
    cursor = pagination.cursor_from_request(float)
    response = make_response(show(query, cursor, is_complete))

    if not is_complete:
        # The next search goes on with it.
        response.cache_control.no_store = True

    return response


def show(query: str, cursor: Cursor | None, is_complete: bool) -> ResponseReturnValue:
    """Show what a query finds, or what others would find."""
    parsed = parse(query)
    scores = search.find(parsed, cursor)

    if not scores and cursor is None:
        return render_template(
            "search/nothing.html",
            query=query,
            wanted=want_everything(parsed),
            suggestions=suggestions.suggest(parsed),
            is_complete=is_complete,
        )

    return pagination.render_list(
        "search/results.html",
        search.list_best(scores, cursor),
        float,
        posts.SEARCHED,
        keep=("q",),
        query=query,
        authors=search.find_named(parsed),
        is_complete=is_complete,
    )

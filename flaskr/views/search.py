"""The page that finds posts."""

from flask import Blueprint
from flask import make_response
from flask import render_template
from flask import request
from flask.typing import ResponseReturnValue

from ..data import posts
from ..data import search
from ..text import matches
from ..web import pagination
from ..web.database import if_available
from ..web.features import hides_from_robots
from ..writers import SHORT_WAIT

bp = Blueprint("search", __name__)
bp.record_once(hides_from_robots("/search"))

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
    response = make_response(
        pagination.render_list(
            "search/results.html",
            search.matching(query, pagination.cursor_from_request(float)),
            float,
            posts.SEARCHED,
            keep=("q",),
            query=query,
            is_complete=is_complete,
        )
    )

    if not is_complete:
        # The next search goes on with it.
        response.cache_control.no_store = True

    return response

from flask import Blueprint
from flask import make_response
from flask import render_template
from flask import request
from flask.typing import ResponseReturnValue

from . import listings
from . import posts
from . import search_index
from .db import if_available

bp = Blueprint("search", __name__)
bp.add_app_template_filter(search_index.highlight)
bp.add_app_template_filter(search_index.excerpt, "found_in")

# Characters of each post in which the words are shown; they are found in all of it.
SHOWN = 50_000


def matching(query: str) -> posts.Filter:
    """The posts that match what somebody typed, the best first."""
    join, parameters = search_index.matching(query, listings.asked_place(float))
    return posts.Filter(join, parameters=parameters, sort=("s.score", "s.id"))


@bp.get("/search")
def index() -> ResponseReturnValue:
    """Show the form, and what was found with it."""
    query = request.args.get("q", "").strip()

    if not query:
        return render_template("search/index.html", query="")

    # A full disk is no reason not to find what is indexed.
    with if_available():
        search_index.drain()

    is_complete = not search_index.is_waiting()
    response = make_response(
        listings.show(
            "search/results.html",
            matching(query),
            float,
            SHOWN,
            query=query,
            is_complete=is_complete,
        )
    )

    if not is_complete:
        # The next search goes on with it.
        response.cache_control.no_store = True

    return response

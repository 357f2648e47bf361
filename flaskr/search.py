from flask import Blueprint
from flask import render_template
from flask import request
from flask.typing import ResponseReturnValue

from . import listings
from . import posts
from . import search_index
from .db import get_db
from .db import is_unavailable
from .errors import DatabaseUnavailable
from .errors import log
from .sqlite_search import Turn

bp = Blueprint("search", __name__)
bp.add_app_template_filter(search_index.highlight)
bp.add_app_template_filter(search_index.excerpt, "found_in")

# Characters of each post in which the words are shown; they are found in all of it.
SHOWN = 20_000


def matching(query: str) -> posts.Filter:
    """The posts that match what somebody typed, the best first."""
    turn = None

    for name in ("older", "newer"):
        if key := listings.asked_key(float, name):
            turn = Turn(float(key[0]), key[1], back=name == "newer")

    join, parameters = search_index.matching(query, turn)
    return posts.Filter(
        join, parameters=parameters, sort=("s.score", "s.id"), read_key=float
    )


def catch_up() -> bool:
    """Index what was written since the last search; return whether that is all."""
    try:
        return search_index.drain() == 0
    except get_db().Error as e:
        # A full disk is no reason not to find what is indexed.
        if not is_unavailable(e):
            raise

        log(DatabaseUnavailable(e))
        return False


@bp.get("/search")
def index() -> ResponseReturnValue:
    """Show the form, and what was found with it."""
    query = request.args.get("q", "").strip()

    if not query:
        return render_template("search/index.html", query="")

    is_complete = catch_up()
    return listings.show(
        "search/results.html",
        matching(query),
        length=SHOWN,
        query=query,
        is_complete=is_complete,
    )

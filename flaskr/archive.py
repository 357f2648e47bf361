import re
from collections import defaultdict

from flask import Blueprint
from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import abort

from . import listings
from . import posts
from . import times
from .db import get_db

bp = Blueprint("archive", __name__, url_prefix="/archive")

MONTH = re.compile(r"(?P<month>(?P<year>\d{4})-(0[1-9]|1[0-2]))-")


def months() -> dict[str, list[str]]:
    """The months of each year in which there are posts, the newest first, as
    ``{"2018": ["2018-02", "2018-01"]}``.

    Jumps from month to month in the index, so that it costs the same whatever
    the number of posts.
    """
    found: dict[str, list[str]] = defaultdict(list)
    created = newest()

    # Numbers, which plain SQL can write, come after all text.
    while isinstance(created, str):
        before = created

        # Something else than a time may stand there, too.
        if match := MONTH.match(created):
            found[match["year"]].append(match["month"])
            before = f"{match['month']}-01 00:00:00"

        created = newest(before)

    return found


def newest(before: str | None = None) -> object:
    """When the newest post, or the newest before a time, was written."""
    condition = " WHERE p.created < ?" if before is not None else ""
    row = (
        get_db()
        .execute(
            f"SELECT p.created FROM {posts.PUBLIC}{condition}"
            " ORDER BY p.created DESC LIMIT 1",
            () if before is None else (before,),
        )
        .fetchone()
    )
    return row and row["created"]


@bp.get("")
def index() -> ResponseReturnValue:
    """Show the months in which something was written."""
    return render_template("archive/index.html", years=months())


@bp.get("/<int(fixed_digits=4):year>")
def year(year: int) -> ResponseReturnValue:
    """Show the posts of a year."""
    return listings.show(
        "archive/show.html",
        posts.written_in(year),
        name=_("%(year)s", year=f"{year:04}"),
    )


@bp.get("/<int(fixed_digits=4):year>/<int(fixed_digits=2):month>")
def month(year: int, month: int) -> ResponseReturnValue:
    """Show the posts of a month."""
    if not 1 <= month <= 12:
        abort(404, _("A year has twelve months."))

    return listings.show(
        "archive/show.html",
        posts.written_in(year, month),
        name=times.month(f"{year:04}-{month:02}"),
    )

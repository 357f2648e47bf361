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
from .posts import PUBLIC

bp = Blueprint("archive", __name__, url_prefix="/archive")

MONTH = re.compile(r"(?P<month>(?P<year>\d{4})-(0[1-9]|1[0-2]))-")


def months() -> dict[str, list[str]]:
    """The months of each year in which there are posts, the newest first, as
    ``{"2018": ["2018-02", "2018-01"]}``.

    Jumps from month to month in the index, so that it costs the same whatever
    the number of posts.
    """
    found: dict[str, list[str]] = defaultdict(list)
    before: object = "9999-13"

    while created := latest(before):
        before = created

        # Something else than a time may stand there, whoever wrote it.
        if match := MONTH.match(str(created)):
            found[match["year"]].append(match["month"])
            before = match["month"]

    return found


def latest(before: object) -> object:
    """When the newest post before a time was written; ``None`` if there is none."""
    row = (
        get_db()
        .execute(
            f"SELECT p.created FROM {PUBLIC} WHERE p.created < ?"
            " ORDER BY p.created DESC LIMIT 1",
            (before,),
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
        "archive/show.html", posts.written_in(f"{year:04}"), name=str(year)
    )


@bp.get("/<int(fixed_digits=4):year>/<int(fixed_digits=2):month>")
def month(year: int, month: int) -> ResponseReturnValue:
    """Show the posts of a month."""
    if not 1 <= month <= 12:
        abort(404, _("A year has twelve months."))

    period = f"{year:04}-{month:02}"
    return listings.show(
        "archive/show.html", posts.written_in(period), name=times.month(period)
    )

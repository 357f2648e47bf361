"""Posts by year and month."""

from flask import Blueprint
from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import abort

from ..data import posts
from ..data.archive import find_months
from ..data.linked_posts import find_times
from ..web import dates
from ..web import pagination
from ..web.features import checks_links
from ..web.features import lets_prefetch
from ..web.personal_pages import kept_per_person

bp = Blueprint("archive", __name__, url_prefix="/archive")
bp.record_once(
    checks_links("/archive/<int(fixed_digits=4):year>", find_times, "year", "month")
)
bp.record_once(lets_prefetch("/archive", "/archive/*"))


@bp.get("")
@kept_per_person
def index() -> ResponseReturnValue:
    """Show the months in which something was written."""
    return render_template("archive/index.html", years=find_months())


@bp.get("/<int(fixed_digits=4):year>")
@kept_per_person
def year(year: int) -> ResponseReturnValue:
    """Show the posts of a year."""
    return pagination.render_list(
        "archive/show.html",
        posts.written_in(year),
        if_empty=_("There are no posts from that time."),
        name=_("%(year)s", year=f"{year:04}"),
    )


@bp.get("/<int(fixed_digits=4):year>/<int(fixed_digits=2):month>")
@kept_per_person
def month(year: int, month: int) -> ResponseReturnValue:
    """Show the posts of a month."""
    if not 1 <= month <= 12:
        abort(404, _("Months go from 1 to 12. Check the address."))

    return pagination.render_list(
        "archive/show.html",
        posts.written_in(year, month),
        if_empty=_("There are no posts from that time."),
        name=dates.month(f"{year:04}-{month:02}"),
    )

"""How much was written on the blog, and how many people came, for owners and editors.
It is counted from what is there: readers are not."""

from flask import Blueprint
from flask import render_template
from flask.typing import ResponseReturnValue

from ..data import activity
from ..web.permissions import requires
from .admin import keep_nothing
from .auth import login_required

bp = Blueprint("admin_numbers", __name__, url_prefix="/admin/numbers")
bp.after_request(keep_nothing)


@bp.get("")
@login_required
@requires("numbers.read")
def index() -> ResponseReturnValue:
    """Show the numbers of the last days."""
    return render_template(
        "admin/numbers.html", activity=activity.find_activity(), number=activity.DAYS
    )

"""Where it stands, for people who asked to join."""

from flask import Blueprint
from flask import flash
from flask import redirect
from flask import render_template
from flask import session
from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..data import applications
from ..data import suspensions
from ..db import Row
from ..web import rate_rules
from ..web.frozen import needs_server
from ..web.registration import APPLICANT
from ..web.registration import find_reason_problem
from ..web.registration import read_reason
from .admin import keep_nothing

bp = Blueprint("applications", __name__, url_prefix="/auth/waiting")
bp.record_once(needs_server("/auth/"))
bp.after_request(keep_nothing)


def find_own() -> Row | None:
    """What somebody asked last who has shown a right password in this browser."""
    user_id = session.get(APPLICANT)

    if user_id is None or suspensions.find(user_id):
        return None

    return applications.find_newest(user_id)


@bp.get("")
def show() -> ResponseReturnValue:
    """Show where it stands."""
    found = find_own()

    if found is None:
        session.pop(APPLICANT, None)
        return redirect(url_for("auth.login"))

    return render_template("auth/waiting.html", application=found)


@bp.post("")
def ask_again() -> ResponseReturnValue:
    """Ask once more after a refusal."""
    found = find_own()

    if found is None:
        return redirect(url_for("auth.login"))

    reason = read_reason() or ""

    if error := find_reason_problem(reason):
        flash(error, "error")
        return render_template("auth/waiting.html", application=found), 422

    rate_rules.refuse_registration()

    if applications.apply(found["user_id"], reason):
        flash(_("Sent."))

    return redirect(url_for("applications.show"))

"""Telling moderators what is wrong with a post, a comment or a person."""

import typing as t

from flask import Blueprint
from flask import flash
from flask import g
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import abort

from ..data import reasons
from ..data import reports
from ..db import Row
from ..errors import lazy_gettext
from ..web import rate_rules
from ..web.features import hides_from_robots
from ..web.permissions import get_comment
from ..web.permissions import get_post
from ..web.permissions import may
from ..web.permissions import requires
from ..web.urls import permalink
from .admin import get_person
from .admin import LAST
from .admin import NO_PERSON
from .auth import login_required

bp = Blueprint("reports", __name__)
bp.record_once(hides_from_robots("/report/"))


class Reported(t.NamedTuple):
    """What is reported, its heading, and the page that has it."""

    kind: reports.Kind
    id: int
    heading: str
    page: str


def find_post(id: int) -> Reported:
    """A post that the public sees, and somebody else wrote."""
    post = get_post(id, action=None)
    refuse_own(post)
    return Reported("post", id, post["title"], permalink(id, post["title"]))


def find_comment(id: int) -> Reported:
    """A comment that somebody else wrote."""
    comment = get_comment(id)
    refuse_own(comment)
    heading = _("A comment by %(name)s", name=comment["display_name"])
    return Reported("comment", id, heading, url_for("comments.show", id=id))


def find_person(id: int) -> Reported:
    """Somebody else, whom readers know."""
    person = get_person(min(id, LAST))

    if person["wait"]:
        abort(404, NO_PERSON)

    refuse_own({"author_id": person["id"]})
    page = url_for("authors.show", name=person["username"])
    return Reported("person", person["id"], person["display_name"], page)


def refuse_own(text: Row | dict[str, int]) -> None:
    """Refuse to report what the current user wrote or is.

    :raise 403: then
    """
    if not may("report.create", t.cast(Row, text)):
        abort(403, lazy_gettext("This is your own. You can change or remove it."))


FINDERS: dict[str, t.Callable[[int], Reported]] = {
    "post": find_post,
    "comment": find_comment,
    "person": find_person,
}
ADDRESS = f"/report/<any({', '.join(FINDERS)}):kind>/<int:id>"


@bp.get(ADDRESS)
@login_required
@requires("report.create")
def write(kind: str, id: int) -> ResponseReturnValue:
    """Show the form for a report."""
    return render(FINDERS[kind](id))


@bp.post(ADDRESS)
@login_required
@requires("report.create")
def write_submit(kind: str, id: int) -> ResponseReturnValue:
    """Report something."""
    return save(FINDERS[kind](id))


def render(reported: Reported) -> str:
    return render_template("reports/write.html", reported=reported)


def save(reported: Reported) -> ResponseReturnValue:
    """Send what came with the form to the moderators."""
    reason = reasons.clean(request.form["reason"])
    error = reasons.find_problem(reason, _("Say what is wrong, in a sentence."))

    if error:
        flash(error, "error")
        return render(reported), 422

    if seconds := rate_rules.spend("REPORTS"):
        flash(str(rate_rules.describe_wait(seconds)), "error")
        return render(reported), 429, {"Retry-After": str(seconds)}

    reports.add(reported.kind, reported.id, g.user["id"], reason)
    flash(_("Thank you. An editor will look at it."))
    return redirect(reported.page)

"""What owners and editors do: say who may do what, and let people in."""

from datetime import timedelta

from flask import Blueprint
from flask import flash
from flask import g
from flask import redirect
from flask import render_template
from flask import request
from flask import Response
from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import abort

from ..data import moderation
from ..data import one_time_links
from ..data import reasons
from ..data import roles
from ..data import suspensions
from ..data.roles import LastOwner
from ..data.roles import Role
from ..db import Row
from ..db import transaction
from ..errors import lazy_gettext
from ..web import suspending
from ..web.features import hides_from_robots
from ..web.permissions import LAST_OWNER
from ..web.permissions import refuse_demoted
from ..web.permissions import refuse_greater
from ..web.permissions import refuse_to_overrule
from ..web.permissions import requires
from ..web.rate_rules import refuse_too_many
from ..web.urls import absolute
from .auth import login_required

bp = Blueprint("admin", __name__, url_prefix="/admin")
bp.record_once(hides_from_robots("/admin/"))

ROLE_NAMES = {
    Role.OWNER: lazy_gettext("Owner"),
    Role.EDITOR: lazy_gettext("Editor"),
    Role.AUTHOR: lazy_gettext("Author"),
    Role.READER: lazy_gettext("Reader"),
}

# The greatest id of a database.
LAST = 2**63 - 1

# People on a page.
PAGE_SIZE = 50

# Days for which a link can be used: the choices, the first of them by default.
LIFETIMES = (7, 1, 30)

NO_PERSON = lazy_gettext("There is nobody with this number.")


@bp.after_request
def keep_nothing(response: Response) -> Response:
    """Leave nothing in the browser for whoever sits there next."""
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.app_template_filter()
def role_name(role: str) -> str:
    """What people call a role."""
    return str(ROLE_NAMES[roles.read(role)])


@bp.app_template_global()
def find_invitable() -> tuple[Role, ...]:
    """The roles to which the current user may invite."""
    return one_time_links.makeable_roles(g.user["role"])


@bp.get("/")
@login_required
@requires("person.list")
def index() -> ResponseReturnValue:
    """Lead to the first of the pages."""
    return redirect(url_for("queue.index"))


@bp.get("/people")
@login_required
@requires("person.list")
def people() -> ResponseReturnValue:
    """Show everybody who has an account."""
    is_newest = "newest" in request.args
    after = request.args.get("after", LAST if is_newest else 0, type=int)
    return render_people(min(max(after, 0), LAST), is_newest=is_newest)


def render_people(
    start: int, fresh: str | None = None, name: str = "", is_newest: bool = False
) -> str:
    """The list.

    :param start: the id after which it begins, in its order
    :param fresh: a link for a new password that was just made, for somebody
    """
    found = roles.find_people(start, PAGE_SIZE + 1, is_newest)
    return render_template(
        "admin/people.html",
        people=found[:PAGE_SIZE],
        after=found[PAGE_SIZE - 1]["id"] if len(found) > PAGE_SIZE else None,
        roles=list(Role),
        fresh=fresh,
        name=name,
        is_newest=is_newest,
        start=start if 0 < start < LAST else None,
        has_all="all" in request.args,
    )


def get_person(id: int) -> Row:
    """Somebody whose account is not closed.

    :raise 404: for all else
    """
    found = roles.find_people(id - 1, 1)
    return found[0] if found and found[0]["id"] == id else abort(404, NO_PERSON)


@bp.post("/people/<int:id>/role")
@login_required
@requires("person.role")
def change_role(id: int) -> ResponseReturnValue:
    """Give somebody another role."""
    person = get_person(id)
    role = request.form["role"]

    if role not in roles.ALL:
        abort(400)

    try:
        with transaction():
            refuse_demoted("person.role")
            roles.change(id, Role(role), g.user["id"])
    except LastOwner:
        return refuse_last_owner(id)

    flash(_("%(name)s: %(role)s.", name=person["username"], role=role_name(role)))
    return redirect(find_page(id))


def refuse_last_owner(id: int) -> ResponseReturnValue:
    """The list, with why the blog must keep somebody."""
    flash(str(LAST_OWNER), "error")
    return render_people(find_start(id)), 409


def find_start(id: int) -> int:
    """The id after which the page of the list begins that has somebody."""
    first = roles.find_people(0, PAGE_SIZE)
    return 0 if any(person["id"] == id for person in first) else id - 1


def find_page(id: int) -> str:
    """The address of the page of the list that has somebody."""
    return url_for("admin.people", after=find_start(id) or None)


@bp.post("/people/<int:id>/reset")
@login_required
@requires("link.create")
def reset(id: int) -> ResponseReturnValue:
    """Make a link with which somebody sets a new password."""
    person = get_person(id)
    refuse_greater(roles.read(person["role"]))
    refuse_too_many("EDITS")

    try:
        with transaction():
            refuse_demoted("link.create")
            lifetime = timedelta(days=LIFETIMES[1])
            token = one_time_links.let_reset(id, lifetime, g.user["id"])
            moderation.log("link.create", g.user["id"], person_id=id)
    except one_time_links.TooMany:
        flash(describe_too_many(), "error")
        return render_people(find_start(id)), 409

    return render_people(find_start(id), find_address(token), person["username"]), 201


@bp.post("/people/<int:id>/suspend")
@login_required
@requires("person.suspend")
def suspend(id: int) -> ResponseReturnValue:
    """Suspend somebody, with a reason."""
    person = get_person(id)

    try:
        message = suspending.suspend(person, reasons.clean(request.form["reason"]))
    except suspending.NoReason as e:
        flash(str(e), "error")
        return render_people(find_start(id)), 422
    except LastOwner:
        return refuse_last_owner(id)

    flash(message)
    return redirect(find_page(id))


@bp.post("/people/<int:id>/restore")
@login_required
@requires("person.suspend")
def restore(id: int) -> ResponseReturnValue:
    """Let somebody who is suspended in again."""
    person = get_person(id)
    refuse_greater(roles.read(person["role"]))

    with transaction():
        refuse_demoted("person.suspend")
        refuse_to_overrule(id)
        suspensions.restore(id, g.user["id"])

    flash(_("%(name)s can log in again.", name=person["username"]))
    return redirect(find_page(id))


def find_address(token: str) -> str:
    """The whole address of a link."""
    return absolute(url_for("one_time_links.show", token=token))


def describe_too_many() -> str:
    """Why somebody can make no link."""
    return _(
        "You have %(most)d open links. Revoke one first.", most=one_time_links.MAX_OPEN
    )

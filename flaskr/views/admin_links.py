"""The links with which owners and editors let people in."""

from datetime import timedelta

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

from ..data import moderation
from ..data import one_time_links
from ..data import roles
from ..data.roles import Role
from ..data.times import now
from ..db import transaction
from ..errors import lazy_gettext
from ..web.permissions import refuse_demoted
from ..web.permissions import refuse_greater
from ..web.permissions import requires
from ..web.rate_rules import refuse_too_many
from .admin import describe_too_many
from .admin import find_address
from .admin import keep_nothing
from .admin import LIFETIMES
from .auth import login_required

bp = Blueprint("admin_links", __name__, url_prefix="/admin/links")
bp.after_request(keep_nothing)

NO_LINK = lazy_gettext("This link isn’t open any more.")


@bp.get("")
@login_required
@requires("link.create")
def index() -> ResponseReturnValue:
    """Show the links that can be used once, and the form for another."""
    return render_links()


def render_links(fresh: str | None = None) -> str:
    """The list.

    :param fresh: a link that was just made
    """
    return render_template(
        "admin/links.html",
        links=one_time_links.find_all(),
        now=now(),
        lifetimes=LIFETIMES,
        fresh=fresh,
    )


@bp.post("")
@login_required
@requires("link.create")
def invite() -> ResponseReturnValue:
    """Make a link with which somebody joins, or takes a role."""
    role = request.form.get("role", Role.AUTHOR.value)
    days = request.form.get("days", type=int)

    if role not in roles.ALL:
        abort(400)

    refuse_greater(Role(role))
    refuse_too_many("EDITS")

    try:
        with transaction():
            refuse_demoted("link.create")
            lifetime = timedelta(days=days if days in LIFETIMES else LIFETIMES[0])
            token = one_time_links.invite(Role(role), lifetime, g.user["id"])
            moderation.log("link.create", g.user["id"], reason=role)
    except one_time_links.TooMany:
        flash(describe_too_many(), "error")
        return render_links(), 409

    return render_links(find_address(token)), 201


@bp.post("/<int:id>/revoke")
@login_required
@requires("link.create")
def revoke(id: int) -> ResponseReturnValue:
    """Have a link lead nowhere."""
    link = one_time_links.find_by_id(id) or abort(404, NO_LINK)

    if not link["post_id"]:
        refuse_greater(one_time_links.find_role(link))

    person_id = link["user_id"] or link["author_id"]

    with transaction():
        if not one_time_links.revoke(id):
            abort(404, NO_LINK)

        moderation.log("link.revoke", g.user["id"], person_id=person_id)

    flash(_("Revoked."))
    return redirect(url_for("admin_links.index"))

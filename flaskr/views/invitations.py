"""The invitations that somebody who writes may give, where that is how people join."""

from datetime import timedelta

from flask import Blueprint
from flask import current_app
from flask import flash
from flask import g
from flask import redirect
from flask import render_template
from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.exceptions import abort

from ..data import one_time_links
from ..data import site_settings
from ..data.roles import Role
from ..data.times import now
from ..db import transaction
from ..web.permissions import requires
from ..web.rate_rules import refuse_too_many
from .admin import find_address
from .admin import keep_nothing
from .admin_links import NO_LINK
from .auth import login_required

bp = Blueprint("invitations", __name__)
bp.after_request(keep_nothing)

LIFETIME = timedelta(days=7)


@bp.app_template_global()
def lets_invite() -> bool:
    """Whether the current user has invitations to give, beside those of editors."""
    return one_time_links.lets_authors_invite() and g.user["role"] == Role.AUTHOR


def check_mode() -> None:
    """Refuse where people join in another way.

    :raise 404: then
    """
    if not one_time_links.lets_authors_invite():
        abort(404)


@bp.get("/account/invitations")
@login_required
@requires("invitation.create")
def index() -> ResponseReturnValue:
    """Show somebody the invitations that they gave."""
    check_mode()
    return render()


def render(fresh: str | None = None) -> str:
    """The list.

    :param fresh: a link that was just made
    """
    most = current_app.config["INVITATIONS_PER_AUTHOR"]
    return render_template(
        "invitations/index.html",
        links=one_time_links.find_given(g.user["id"]),
        left=max(0, most - one_time_links.count_given(g.user["id"])),
        now=now(),
        fresh=fresh,
    )


@bp.post("/account/invitations")
@login_required
@requires("invitation.create")
def create() -> ResponseReturnValue:
    """Make an invitation."""
    check_mode()
    refuse_too_many("EDITS")
    most = current_app.config["INVITATIONS_PER_AUTHOR"]
    role = Role(site_settings.get("NEWCOMER_ROLE"))

    with transaction():
        has_more = one_time_links.count_given(g.user["id"]) < most
        token = has_more and one_time_links.invite(role, LIFETIME, g.user["id"])

    if not token:
        flash(
            ngettext(
                "You can give %(num)d invitation a month. Revoke one that isn’t used.",
                "You can give %(num)d invitations a month. Revoke one that isn’t used.",
                most,
            ),
            "error",
        )
        return render(), 409

    return render(find_address(token)), 201


@bp.post("/account/invitations/<int:id>/revoke")
@login_required
@requires("invitation.create")
def revoke(id: int) -> ResponseReturnValue:
    """Have an invitation lead nowhere."""
    link = one_time_links.find_by_id(id)

    if link is None or link["made_by"] != g.user["id"] or not one_time_links.revoke(id):
        abort(404, NO_LINK)

    flash(_("Revoked."))
    return redirect(url_for("invitations.index"))

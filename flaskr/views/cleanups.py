"""Taking back everything of spammers, and undoing that."""

from flask import Blueprint
from flask import flash
from flask import g
from flask import redirect
from flask import request
from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from ..data import cleanups
from ..data import roles
from ..db import transaction
from ..web.flashes import flash_with_button
from ..web.permissions import refuse_all_but_owners
from ..web.permissions import refuse_demoted
from ..web.permissions import requires
from .admin import keep_nothing
from .auth import login_required

bp = Blueprint("cleanups", __name__, url_prefix="/admin/cleanups")
bp.after_request(keep_nothing)


class Refused(Exception):
    """Why nobody's texts are taken back."""


@bp.post("")
@login_required
@requires("person.cleanup")
def create() -> ResponseReturnValue:
    """Take back everything of the people who were selected."""
    ids = [id for id in request.form.getlist("person", type=int) if 0 < id < 2**63]

    try:
        clean_up(ids)
    except Refused as e:
        flash(str(e), "error")

    return redirect(url_for("admin.people", newest=1))


def clean_up(user_ids: list[int]) -> None:
    """Take back everything of people, suspend them, and offer to undo it.

    :raise Refused:
    """
    people = cleanups.find_existing(user_ids)

    if not people:
        raise Refused(_("Select somebody first."))

    with transaction():
        refuse_demoted("person.cleanup")

        if any(roles.find_role(id) in roles.EDITORS for id in people):
            raise Refused(
                _(
                    "Nothing was done: one of them is an editor or an owner. Suspend"
                    " them on the page of people, if you may."
                )
            )

        id = cleanups.take_back(people, _("Spam"), g.user["id"])

    flash_with_button(
        ngettext(
            "%(num)d person is suspended, and everything they wrote is taken back.",
            "%(num)d people are suspended, and everything they wrote is taken back.",
            len(people),
        ),
        _("Undo"),
        url_for("cleanups.undo", id=id),
    )


@bp.post("/<int:id>/undo")
@login_required
@requires("person.cleanup")
def undo(id: int) -> ResponseReturnValue:
    """Bring everything back that was taken back at once."""
    with transaction():
        refuse_demoted("person.cleanup")

        if cleanups.find_role_of_moderator(id) is roles.Role.OWNER:
            refuse_all_but_owners()

        left = cleanups.undo(id, g.user["id"])

    if left is None:
        flash(_("This can’t be undone any more."), "error")
    elif left:
        titles = ", ".join(f"“{title}”" for title in left)
        flash(
            _(
                "Everything is back but for %(titles)s: others have their numbers. They"
                " are still in the bin.",
                titles=titles,
            ),
            "error",
        )
    else:
        flash(_("Everything is back."))

    return redirect(url_for("moderation_log.index"))

"""Edit comments, while there is time."""

from flask import Blueprint
from flask import flash
from flask import g
from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..data import comments
from ..data import notices
from ..data import sent_forms
from ..data.opened import Changed
from ..db import transaction
from ..text.fingerprints import make_fingerprint
from ..web import rate_rules
from ..web.approval import find_reason
from ..web.moderation_notes import note
from ..web.permissions import find_written
from ..web.permissions import get_editable_comment
from ..web.permissions import requires
from ..web.sending import note_sent
from .auth import login_required
from .comments import redirect_to_saved
from .comments import render_update

bp = Blueprint("comment_edits", __name__)


@bp.get("/comment/<int:id>/update")
@login_required
@requires("comment.update")
def update(id: int) -> ResponseReturnValue:
    """Show the form with a comment, if the current user just wrote it."""
    body = get_editable_comment(id)["body"]
    return render_update(id, body, make_fingerprint(body))


@bp.post("/comment/<int:id>/update")
@login_required
@requires("comment.update")
def update_submit(id: int) -> ResponseReturnValue:
    """Save a comment, if the current user just wrote it."""
    comment = get_editable_comment(id)
    written = find_written(comment)
    text = comments.clean(request.form["comment"])
    version = request.form.get("version")

    if "preview" in request.form:
        return render_update(id, text, version)

    if error := comments.find_problem(text) or find_edit_problem(text):
        flash(error, "error")
        return render_update(id, text, version), 422

    try:
        with transaction():
            seconds = rate_rules.spend("EDITS")
            is_saved = not seconds and comments.update(id, text, written, version)

            if is_saved and text != comment["body"]:
                notices.add_to_writer(comment, "edited", g.user["id"])

            if is_saved:
                note_sent("comment_id", id, sent_forms.hash_texts(text))
                note("comment.update", comment, comment["post_id"], id)
    except Changed as e:
        return refuse_changed(id, text, *e.newest)

    if seconds:
        flash(str(rate_rules.describe_wait(seconds)), "error")
        page = render_update(id, text, version)
        return page, 429, {"Retry-After": str(seconds)}

    if not is_saved:
        # Meanwhile the time is over, or the comment gone: say so.
        return update(id=id)

    return redirect_to_saved(id)


def refuse_changed(id: int, text: str, newest: str) -> ResponseReturnValue:
    """Both texts, for somebody who changed the comment elsewhere."""
    flash(_("Nothing was saved yet: this was changed in another browser."), "error")
    return render_update(id, text, make_fingerprint(newest), newest), 409


def find_edit_problem(text: str) -> str | None:
    """Why a comment that is public can't become what would have to wait for an editor,
    as a sentence."""
    if not find_reason(text):
        return None

    return _(
        "An editor would have to read this before others can, so a comment that is"
        " public can’t be changed to it. Write it as another comment."
    )

"""Texts that their authors have not published: shown, discarded, brought back."""

from contextlib import suppress

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
from werkzeug.exceptions import NotFound

from ..data import discarded_copies
from ..data import edits
from ..data import posts
from ..data import tags
from ..data import working_copies
from ..data.revisions import Content
from ..data.working_copies import Form
from ..db import Row
from ..web.database import clean_up
from ..web.features import hides_from_robots
from ..web.flashes import flash_with_button
from ..web.forms import find_form_id
from ..web.permissions import get_post
from ..web.permissions import is_own
from ..web.working_copies import get_copy
from ..web.working_copies import NOT_KEPT
from .auth import login_required

bp = Blueprint("working_copies", __name__)
bp.record_once(hides_from_robots("/working-copies/"))


@bp.after_request
def keep_private(response: Response) -> Response:
    """Leave nothing in the browser for whoever sits there next."""
    response.headers["Cache-Control"] = "no-store"
    return response


def find_post(copy: Row) -> Row | None:
    """The post that a working copy is of; ``None`` for a new one.

    :raise 404: if it is in the bin, or somebody else's by now
    """
    id = copy["post_id"]

    if id is None:
        return None

    # One's own stays readable for whoever may write no more.
    post = posts.find(id)
    return post if post and is_own(post) else get_post(id)


@bp.get("/working-copies/<form_id>")
@login_required
def show(form_id: str) -> ResponseReturnValue:
    """Show a working copy, and how it differs from what is published."""
    copy = get_copy(form_id)
    post = find_post(copy)
    title, body = posts.clean(copy["title"], copy["body"])
    return render_template(
        "working_copies/show.html",
        copy=copy,
        post=post,
        content=Content(title, body, tags.parse(copy["tags"])),
        before=edits.read_post(post) if post else None,
    )


@bp.app_template_global("working_copy_editor")
def find_editor(copy: Row) -> str:
    """The address of the editor with a working copy."""
    id, form_id = copy["post_id"], copy["form_id"]

    if id is None:
        return url_for("blog.create", copy=form_id)

    return url_for("blog.update", id=id, copy=form_id)


@bp.post("/working-copies/<form_id>/discard")
@login_required
def discard(form_id: str) -> ResponseReturnValue:
    """Put a working copy away: the one of the page, where the script has saved that
    since under the form's own id."""
    copy = find_shown(form_id)
    post = find_post(copy)
    page_id = find_form_id()
    page = Form(g.user["id"], page_id, copy["post_id"]) if page_id else None
    discarded_copies.discard(g.user["id"], copy["form_id"], page)
    undo = url_for("working_copies.restore", form_id=copy["form_id"])
    flash_with_button(_("Discarded."), _("Undo"), undo)

    if "list" not in request.form:
        endpoint = "blog.update" if post else "blog.create"
    else:
        endpoint = "history.index" if post else "drafts.index"

    return redirect(url_for(endpoint, id=post["id"] if post else None))


def find_shown(form_id: str) -> Row:
    """The working copy that somebody discards, perhaps with a second click.

    :raise 404: if it is gone
    """
    page_id = find_form_id() or form_id

    for id, is_discarded in (
        *((page_id, False), (form_id, False)),
        *((form_id, True), (page_id, True)),
    ):
        with suppress(NotFound):
            return get_copy(id, is_discarded)

    abort(404, NOT_KEPT)


@bp.post("/working-copies/<form_id>/restore")
@login_required
def restore(form_id: str) -> ResponseReturnValue:
    """Bring back a working copy that was discarded."""
    copy = get_copy(form_id, is_discarded=True)
    find_post(copy)

    if not discarded_copies.restore(g.user["id"], form_id):
        abort(404, NOT_KEPT)

    flash(_("Restored."))
    return redirect(find_editor(copy))


@bp.after_app_request
def remove_expired(response: Response) -> Response:
    """Delete old ones."""
    return clean_up(response, working_copies.remove_expired)

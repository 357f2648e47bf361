"""Write, reply to, edit and remove comments."""

from urllib.parse import urlencode

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

from ..data import comments
from ..data import notices
from ..db import Row
from ..db import transaction
from ..errors import lazy_gettext
from ..text.fingerprints import make_fingerprint
from ..web import pagination
from ..web import rate_rules
from ..web.approval import describe_waiting
from ..web.database import if_available
from ..web.features import gives_back
from ..web.features import hides_from_robots
from ..web.forms import find_form_id
from ..web.moderation_notes import note
from ..web.permissions import get_comment
from ..web.permissions import get_open_post
from ..web.permissions import get_post
from ..web.permissions import get_removable_comment
from ..web.permissions import is_editable
from ..web.permissions import is_own
from ..web.permissions import requires
from ..web.sending import send_comment
from ..web.urls import permalink
from .auth import login_required

bp = Blueprint("comments", __name__)
bp.record_once(
    gives_back("comments/field.html", "version", comment=lazy_gettext("Your comment"))
)
bp.record_once(hides_from_robots("/comment/"))
bp.add_app_template_test(is_editable, "editable")


@bp.app_context_processor
def give_limits() -> dict[str, int]:
    """How long a comment may be, for the pages that have it in a form."""
    return {"max_comment": comments.MAX_BODY}


def parse_row_id(text: str) -> int:
    if (number := int(text)) >= 2**63:
        raise ValueError(text)

    return number


def find_requested_page(post_id: int) -> comments.Page:
    """The page of a post's comments that ``?after=`` or ``?before=`` names, or the
    first."""
    cursor = pagination.cursor_from_request(parse_row_id, back="before", on="after")
    return comments.find_page(post_id, cursor)


def make_comments_url(post: Row) -> str:
    return permalink(post["id"], post["title"]) + "#comments"


def make_comment_url(comment: Row, **query: int) -> str:
    """Where a comment is, on the right page of a long discussion."""
    post = permalink(comment["post_id"], comment["title"])
    start = comments.find_page_start(comment)
    after = {"after": f"{start[0]}_{start[1]}"} if start else {}
    page = urlencode({**after, **query})
    return f"{post}{page and '?'}{page}#comment-{comment['id']}"


@bp.get("/comment/<int:id>")
def show(id: int) -> ResponseReturnValue:
    """Lead to a comment; with ``within``, to what a fragment names in its text."""
    parts = make_comment_url(get_comment(id)).partition("#")
    return redirect(parts[0] if "within" in request.args else "".join(parts))


def render_form(post: Row, text: str = "", parent: Row | None = None) -> str:
    values = {"post": post, "comment": text, "parent": parent}
    return render_template(
        "comments/write.html", preview="preview" in request.form, **values
    )


@bp.get("/<int:id>/comment")
@login_required
@requires("comment.create")
def write(id: int) -> ResponseReturnValue:
    """Show the form for a comment on a post."""
    return render_form(get_open_post(id))


@bp.post("/<int:id>/comment")
@login_required
@requires("comment.create")
def write_submit(id: int) -> ResponseReturnValue:
    """Comment on a post."""
    return save_new(get_open_post(id), None)


@bp.get("/comment/<int:id>/reply")
@login_required
@requires("comment.create")
def reply(id: int) -> ResponseReturnValue:
    """Show the form for a reply to a comment."""
    comment = get_comment(id)
    return render_form(get_open_post(comment["post_id"]), parent=comment)


@bp.post("/comment/<int:id>/reply")
@login_required
@requires("comment.create")
def reply_submit(id: int) -> ResponseReturnValue:
    """Reply to a comment."""
    comment = get_comment(id)
    return save_new(get_open_post(comment["post_id"]), comment)


# What became of a form was changed by another, and is not overwritten.
OUTDATED = lazy_gettext(
    "This was changed since you sent it the first time, so nothing was saved. Compare"
    " it with what is there now before you save."
)


def save_new(post: Row, parent: Row | None) -> ResponseReturnValue:
    """Save what came with the form, or show the form again and say why not."""
    text = comments.clean(request.form["comment"])

    if "preview" in request.form:
        return render_form(post, text, parent)

    if error := comments.find_problem(text):
        flash(error, "error")
        return render_form(post, text, parent), 422

    answered = parent["id"] if parent else 0
    thread_id = parent["thread_id"] if parent else 0
    sent = send_comment(post["id"], thread_id, text, answered)

    if sent.seconds:
        return refuse_for_now(sent.seconds, post, text, parent)

    if sent.is_waiting:
        flash(describe_waiting())
        return redirect(url_for("drafts.index") + "#waiting")

    if not sent.id:
        abort(404, _("This post or comment was just removed or closed."))

    if sent.is_outdated:
        flash(str(OUTDATED), "error")
        newest = get_comment(sent.id)["body"]
        return render_update(sent.id, text, make_fingerprint(newest), newest), 409

    if sent.has_changed:
        flash(_("The comment you already sent was updated."))

    # Not the address of the page with the form: a browser would load it anew for Back,
    # and a comment that is corrected there would be a second one.
    return redirect_to_saved(sent.id, **({"sent": sent.id} if find_form_id() else {}))


def redirect_to_saved(id: int, **query: int) -> ResponseReturnValue:
    """Lead to a comment; while the database is away, by :func:`show`, which looks for
    its page."""
    with if_available():
        return redirect(make_comment_url(get_comment(id), **query))

    return redirect(url_for("comments.show", id=id))


def refuse_for_now(
    seconds: int, post: Row, text: str, parent: Row | None
) -> ResponseReturnValue:
    flash(str(rate_rules.describe_wait(seconds)), "error")
    return render_form(post, text, parent), 429, {"Retry-After": str(seconds)}


def render_update(
    id: int, text: str, version: str | None, newest: str | None = None
) -> str:
    """The form with a comment; with what it is now, if that is another one."""
    return render_template(
        "comments/update.html",
        id=id,
        comment=text,
        version=version,
        newest=newest,
        preview="preview" in request.form,
    )


@bp.get("/comment/<int:id>/remove")
@login_required
@requires("comment.remove")
def remove(id: int) -> ResponseReturnValue:
    """Ask again before a comment is removed."""
    return render_template("comments/remove.html", comment=get_removable_comment(id))


@bp.post("/comment/<int:id>/remove")
@login_required
@requires("comment.remove")
def remove_submit(id: int) -> ResponseReturnValue:
    """Remove a comment; while replies hang on it, its place stays."""
    comment = get_removable_comment(id)
    is_moderated = not is_own(comment) and comment["post_author_id"] != g.user["id"]

    with transaction():
        notices.add_to_writer(comment, "removed", g.user["id"])
        comments.remove(id, g.user["id"], is_moderated)

        if is_moderated:
            note("comment.remove", comment, post_id=comment["post_id"])

    flash(_("Removed."))
    return redirect(permalink(comment["post_id"], comment["title"]) + "#comments")


ONLY_AUTHOR_CLOSES = lazy_gettext("Only the post’s author can open or close comments.")


@bp.post("/<int:id>/comments/close")
@login_required
@requires("post.update")
def close(id: int) -> ResponseReturnValue:
    """Let nobody comment on a post any more; what is there stays."""
    post = get_post(id, lazy_refusal=ONLY_AUTHOR_CLOSES)
    rate_rules.refuse_too_many("EDITS")

    with transaction():
        comments.set_closed(id, True)
        note("post.comments", post, post_id=id)

    return redirect(make_comments_url(post))


@bp.post("/<int:id>/comments/open")
@login_required
@requires("post.update")
def open_again(id: int) -> ResponseReturnValue:
    """Let people comment on a post again."""
    post = get_post(id, lazy_refusal=ONLY_AUTHOR_CLOSES)
    rate_rules.refuse_too_many("EDITS")

    with transaction():
        comments.set_closed(id, False)
        note("post.comments", post, post_id=id)

    return redirect(make_comments_url(post))

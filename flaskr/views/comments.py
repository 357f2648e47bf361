"""Write, reply to, edit and remove comments."""

from flask import Blueprint
from flask import current_app
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
from ..data.times import format_ago
from ..db import Row
from ..db import transaction
from ..errors import lazy_gettext
from ..web import pagination
from ..web import rate_rules
from ..web.database import if_available
from ..web.features import gives_back
from ..web.features import hides_from_robots
from ..web.permissions import get_post
from ..web.urls import permalink
from .auth import login_required

bp = Blueprint("comments", __name__)
bp.record_once(gives_back("comments/field.html", comment=lazy_gettext("Your comment")))
bp.record_once(hides_from_robots("/comment/"))


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


def get_comment(id: int) -> Row:
    """A comment that the public sees.

    :raise 404: if there is none, or no more
    """
    comment = comments.find_public(id)

    if comment is None or comment["removed"]:
        abort(404, _("This comment doesn’t exist. It may have been removed."))

    return comment


@bp.app_template_test("editable")
def is_editable(comment: Row) -> bool:
    """Whether the current user wrote a comment, and may still change it."""
    within = current_app.config["COMMENT_EDIT_TIME"]
    return is_own(comment) and str(comment["created"]) > format_ago(within)


def is_own(comment: Row) -> bool:
    return g.user is not None and comment["author_id"] == g.user["id"]


def get_editable_comment(id: int) -> Row:
    """A comment that the current user may change.

    :raise 403: if somebody else wrote it, or long ago
    """
    comment = get_comment(id)

    if not is_own(comment):
        abort(403, lazy_gettext("You can only edit your own comments."))
    elif not is_editable(comment):
        abort(
            403,
            lazy_gettext(
                "It’s too late to edit this comment. Write another one, or remove it."
            ),
        )

    return comment


def get_removable_comment(id: int) -> Row:
    """A comment that the current user may remove.

    :raise 403: if the current user wrote neither the comment nor the post
    """
    comment = get_comment(id)

    if not is_own(comment) and comment["post_author_id"] != g.user["id"]:
        abort(
            403,
            lazy_gettext("Only the commenter or the post’s author can remove this."),
        )

    return comment


def get_open_post(id: int) -> Row:
    """A post that can be commented on.

    :raise 403: if its author closed the comments
    """
    post = get_post(id, check_author=False)

    if post["comments_closed"]:
        abort(403, lazy_gettext("The author has closed comments on this post."))

    return post


def make_comments_url(post: Row) -> str:
    return permalink(post["id"], post["title"]) + "#comments"


def make_comment_url(comment: Row) -> str:
    """Where a comment is, on the right page of a long discussion."""
    post = permalink(comment["post_id"], comment["title"])
    start = comments.find_page_start(comment)
    page = f"?after={start[0]}_{start[1]}" if start else ""
    return f"{post}{page}#comment-{comment['id']}"


@bp.get("/comment/<int:id>")
def show(id: int) -> ResponseReturnValue:
    """Lead to a comment; with ``within``, to what a fragment names in its text."""
    parts = make_comment_url(get_comment(id)).partition("#")
    return redirect(parts[0] if "within" in request.args else "".join(parts))


def render_form(post: Row, text: str = "", parent: Row | None = None) -> str:
    values = {"post": post, "comment": text, "parent": parent}
    return render_template("comments/write.html", **values)


@bp.get("/<int:id>/comment")
@login_required
def write(id: int) -> ResponseReturnValue:
    """Show the form for a comment on a post."""
    return render_form(get_open_post(id))


@bp.post("/<int:id>/comment")
@login_required
def write_submit(id: int) -> ResponseReturnValue:
    """Comment on a post."""
    return save_new(get_open_post(id), None)


@bp.get("/comment/<int:id>/reply")
@login_required
def reply(id: int) -> ResponseReturnValue:
    """Show the form for a reply to a comment."""
    comment = get_comment(id)
    return render_form(get_open_post(comment["post_id"]), parent=comment)


@bp.post("/comment/<int:id>/reply")
@login_required
def reply_submit(id: int) -> ResponseReturnValue:
    """Reply to a comment."""
    comment = get_comment(id)
    return save_new(get_open_post(comment["post_id"]), comment)


def save_new(post: Row, parent: Row | None) -> ResponseReturnValue:
    """Save what came with the form, or show the form again and say why not."""
    text = comments.clean(request.form["comment"])

    if error := comments.find_problem(text):
        flash(error, "error")
        return render_form(post, text, parent), 422

    where = (post["id"], parent["thread_id"] if parent else 0, g.user["id"])
    id = comments.find_same(*where, text)

    if not id:
        with transaction():
            seconds = rate_rules.spend("COMMENTS")
            id = 0 if seconds else comments.create(*where, text)

        if seconds:
            return refuse_for_now(seconds, post, text, parent)

    if not id:
        abort(404, _("This post or comment was just removed or closed."))

    return redirect_to_saved(id)


def redirect_to_saved(id: int) -> ResponseReturnValue:
    """Lead to a comment; while the database is away, by :func:`show`, which looks for
    its page."""
    with if_available():
        return redirect(make_comment_url(get_comment(id)))

    return redirect(url_for("comments.show", id=id))


def refuse_for_now(
    seconds: int, post: Row, text: str, parent: Row | None
) -> ResponseReturnValue:
    flash(str(rate_rules.describe_wait(seconds)), "error")
    return render_form(post, text, parent), 429, {"Retry-After": str(seconds)}


@bp.get("/comment/<int:id>/remove")
@login_required
def remove(id: int) -> ResponseReturnValue:
    """Ask again before a comment is removed."""
    return render_template("comments/remove.html", comment=get_removable_comment(id))


@bp.post("/comment/<int:id>/remove")
@login_required
def remove_submit(id: int) -> ResponseReturnValue:
    """Remove a comment; while replies hang on it, its place stays."""
    comment = get_removable_comment(id)
    comments.remove(id, g.user["id"])
    flash(_("Removed."))
    return redirect(permalink(comment["post_id"], comment["title"]) + "#comments")


ONLY_AUTHOR_CLOSES = lazy_gettext("Only the post’s author can open or close comments.")


@bp.post("/<int:id>/comments/close")
@login_required
def close(id: int) -> ResponseReturnValue:
    """Let nobody comment on a post any more; what is there stays."""
    post = get_post(id, lazy_refusal=ONLY_AUTHOR_CLOSES)
    rate_rules.refuse_too_many("EDITS")
    comments.set_closed(id, True)
    return redirect(make_comments_url(post))


@bp.post("/<int:id>/comments/open")
@login_required
def open_again(id: int) -> ResponseReturnValue:
    """Let people comment on a post again."""
    post = get_post(id, lazy_refusal=ONLY_AUTHOR_CLOSES)
    rate_rules.refuse_too_many("EDITS")
    comments.set_closed(id, False)
    return redirect(make_comments_url(post))

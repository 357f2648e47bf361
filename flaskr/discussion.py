import math
import sqlite3

from flask import Blueprint
from flask import current_app
from flask import flash
from flask import g
from flask import make_response
from flask import redirect
from flask import render_template
from flask import request
from flask import Response
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.exceptions import abort

from . import comments
from . import limits
from . import listings
from . import posts
from .auth import login_required
from .errors import lazy_gettext
from .permalinks import permalink
from .times import ago

bp = Blueprint("discussion", __name__)


def row_id(text: str) -> int:
    if (number := int(text)) >= 2**63:
        raise ValueError(text)

    return number


def asked_page(post_id: int) -> comments.Page:
    """The page of a post's comments that ``?after=`` or ``?before=`` names, or the
    first."""
    place = listings.asked_place(row_id, back="before", on="after")
    return comments.page(post_id, place)


def get_comment(id: int) -> sqlite3.Row:
    """
    :raise 404: if there is no such comment, or no more
    """
    comment = comments.find(id)

    if comment is None or comment["removed"]:
        abort(404, _("This comment doesn’t exist. It may have been removed."))

    return comment


@bp.app_template_test("editable")
def is_editable(comment: sqlite3.Row) -> bool:
    """Whether the current user wrote a comment, and may still change it."""
    within = current_app.config["COMMENT_EDIT_TIME"]
    return is_own(comment) and str(comment["created"]) > ago(within)


def is_own(comment: sqlite3.Row) -> bool:
    return g.user is not None and comment["author_id"] == g.user["id"]


def get_editable_comment(id: int) -> sqlite3.Row:
    """
    :raise 403: if the current user did not write it, or long ago
    """
    comment = get_comment(id)

    if not is_own(comment):
        abort(403, lazy_gettext("Only its writer may change a comment."))
    elif not is_editable(comment):
        abort(
            403,
            lazy_gettext(
                "The time to change this comment is over. Write another one, or remove"
                " it."
            ),
        )

    return comment


def get_removable_comment(id: int) -> sqlite3.Row:
    """
    :raise 403: if the current user wrote neither the comment nor the post
    """
    comment = get_comment(id)

    if not is_own(comment) and comment["post_author_id"] != g.user["id"]:
        abort(
            403,
            lazy_gettext("Only its writer and the post’s author may remove a comment."),
        )

    return comment


def get_post(id: int) -> sqlite3.Row:
    """A post that can be commented on.

    :raise 403: if its author closed the comments
    """
    post = posts.find(id) or abort(404)

    if post["comments_closed"]:
        abort(403, lazy_gettext("The author closed the comments of this post."))

    return post


def comments_url(post: sqlite3.Row) -> str:
    return permalink(post["id"], post["title"]) + "#comments"


def comment_url(comment: sqlite3.Row) -> str:
    """Where a comment is, on the right page of a long discussion."""
    after = comments.page_of(comment)
    page = f"?after={after[0]}_{after[1]}" if after else ""
    post = permalink(comment["post_id"], comment["title"])
    return f"{post}{page}#comment-{comment['id']}"


@bp.get("/comment/<int:id>")
def show(id: int) -> ResponseReturnValue:
    """Lead to a comment, at its permalink."""
    return redirect(comment_url(get_comment(id)))


def form(post: sqlite3.Row, text: str = "", above: sqlite3.Row | None = None) -> str:
    return render_template("discussion/write.html", post=post, text=text, above=above)


@bp.get("/<int:id>/comment")
@login_required
def write(id: int) -> ResponseReturnValue:
    """Show the form for a comment on a post."""
    return form(get_post(id))


@bp.post("/<int:id>/comment")
@login_required
def write_submit(id: int) -> ResponseReturnValue:
    """Comment on a post."""
    return add(get_post(id), None)


@bp.get("/comment/<int:id>/reply")
@login_required
def reply(id: int) -> ResponseReturnValue:
    """Show the form for a reply to a comment."""
    comment = get_comment(id)
    return form(get_post(comment["post_id"]), above=comment)


@bp.post("/comment/<int:id>/reply")
@login_required
def reply_submit(id: int) -> ResponseReturnValue:
    """Reply to a comment."""
    comment = get_comment(id)
    return add(get_post(comment["post_id"]), comment)


def add(post: sqlite3.Row, above: sqlite3.Row | None) -> ResponseReturnValue:
    """Save what came with the form, or show the form again and say why not."""
    text = comments.clean(request.form["comment"])

    if error := comments.problem_with(text):
        flash(error, "error")
        return form(post, text, above), 422

    where = (post["id"], above["thread_id"] if above else 0, g.user["id"])
    id = comments.find_same(*where, text)

    if not id:
        if seconds := limits.take(*limits.of_writer("COMMENTS", g.user["id"])):
            return wait(math.ceil(seconds), post, text, above)

        id = comments.create(*where, text)

    comment = comments.find(id)

    if comment is None:
        abort(404, _("The post or the comment was just removed or closed."))

    return redirect(comment_url(comment))


def wait(
    seconds: int, post: sqlite3.Row, text: str, above: sqlite3.Row | None
) -> Response:
    flash(
        ngettext(
            "These are many comments in a short time. Wait %(num)d second, then send"
            " it again.",
            "These are many comments in a short time. Wait %(num)d seconds, then send"
            " it again.",
            seconds,
        ),
        "error",
    )
    response = make_response(form(post, text, above), 429)
    response.retry_after = seconds
    return response


@bp.get("/comment/<int:id>/update")
@login_required
def update(id: int) -> ResponseReturnValue:
    """Show the form with a comment, if the current user just wrote it."""
    comment = get_editable_comment(id)
    return render_template(
        "discussion/update.html", comment=comment, text=comment["body"]
    )


@bp.post("/comment/<int:id>/update")
@login_required
def update_submit(id: int) -> ResponseReturnValue:
    """Save a comment, if the current user just wrote it."""
    comment = get_editable_comment(id)
    text = comments.clean(request.form["comment"])

    if error := comments.problem_with(text):
        flash(error, "error")
        page = render_template("discussion/update.html", comment=comment, text=text)
        return page, 422

    within = current_app.config["COMMENT_EDIT_TIME"]

    if not comments.update(id, g.user["id"], text, within):
        # Meanwhile the time is over, or the comment gone: say so.
        return update(id=id)

    return redirect(comment_url(comment))


@bp.get("/comment/<int:id>/remove")
@login_required
def remove(id: int) -> ResponseReturnValue:
    """Ask again before a comment is removed."""
    return render_template("discussion/remove.html", comment=get_removable_comment(id))


@bp.post("/comment/<int:id>/remove")
@login_required
def remove_submit(id: int) -> ResponseReturnValue:
    """Remove a comment; while replies hang on it, its place stays."""
    comment = get_removable_comment(id)
    comments.remove(id, g.user["id"])
    flash(_("Removed."))
    return redirect(permalink(comment["post_id"], comment["title"]) + "#comments")


def get_own_post(id: int) -> sqlite3.Row:
    """
    :raise 403: if the current user isn't the author
    """
    post = posts.find(id) or abort(404)

    if post["author_id"] != g.user["id"]:
        abort(403, lazy_gettext("Only its author may close or open a discussion."))

    return post


@bp.post("/<int:id>/comments/close")
@login_required
def close(id: int) -> ResponseReturnValue:
    """Let nobody comment on a post any more; what is there stays."""
    post = get_own_post(id)
    comments.set_closed(id, True)
    return redirect(comments_url(post))


@bp.post("/<int:id>/comments/open")
@login_required
def open_again(id: int) -> ResponseReturnValue:
    """Let people comment on a post again."""
    post = get_own_post(id)
    comments.set_closed(id, False)
    return redirect(comments_url(post))

"""What somebody wrote, public or not."""

from flask import Blueprint
from flask import flash
from flask import g
from flask import redirect
from flask import render_template
from flask import Response
from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import abort

from ..data import drafts
from ..data import edits
from ..data import notices
from ..data import one_time_links
from ..data import pages
from ..data import posts
from ..data import waiting
from ..data import working_copies
from ..data.revisions import Content
from ..db import Row
from ..db import transaction
from ..errors import lazy_gettext
from ..web import pagination
from ..web.approval import describe_waiting
from ..web.approval import find_hold
from ..web.approval import save_or_hold
from ..web.flashes import SAVED
from ..web.moderation_notes import note
from ..web.permissions import get_post
from ..web.permissions import requires
from ..web.post_buttons import Pressed
from ..web.rate_rules import refuse_too_many
from ..web.urls import permalink
from ..web.working_copies import find_base
from ..web.working_copies import find_unsaved
from .auth import login_required
from .history import read_opened

bp = Blueprint("drafts", __name__)

# Posts that the public sees, of those that somebody wrote.
NEWEST = 10

# For how many days a link leads to a draft: the choices, the first of them by default.
LIFETIMES = (7, 1, 30)


class AlreadyPublic(Exception):
    """What was to be saved as a draft is public."""


@bp.get("/account/texts")
@login_required
def index() -> ResponseReturnValue:
    """Show a person what they wrote: drafts, scheduled and public posts."""
    read = pagination.cursor_from_request
    user_id = g.user["id"]
    return render_template(
        "drafts/index.html",
        copies=working_copies.find_all(user_id, None),
        waiting=waiting.find_posts_by(user_id),
        waiting_comments=waiting.find_comments_by(user_id),
        drafts=drafts.find_page(user_id, False, read()),
        scheduled=drafts.find_page(user_id, True, read(back="later", on="sooner")),
        published=posts.find_page(posts.by_author(user_id), NEWEST),
        pages=pages.find_public_by(user_id),
        page_url=pagination.page_url,
    )


@bp.post("/account/texts/comments/<int:id>/remove")
@login_required
def remove_comment(id: int) -> ResponseReturnValue:
    """Delete a comment of the current user's that waits, or was not approved."""
    if not waiting.remove_comment(id, g.user["id"]):
        abort(404, lazy_gettext("This comment doesn’t wait any more."))

    flash(_("Removed."))
    return redirect(url_for("drafts.index"))


def save(
    id: int, content: Content, pressed: Pressed
) -> edits.Saved | edits.Conflict | None:
    """Save a post, and have it be what a button says, in the transaction of the caller;
    the rest as of :func:`.edits.save`.

    :raise AlreadyPublic: if it is public by now, and a draft was to be saved
    """
    post = posts.find(id, posts.NO_TEXT) if pressed.is_for_draft else None

    if post and not drafts.read_state(post).is_draft:
        raise AlreadyPublic

    return save_or_hold(id, content, pressed.state, read_opened(), find_base(id))


def render(post: Row, fresh: str | None = None) -> str:
    """A draft as it will be.

    :param fresh: a link to it that was just made
    """
    return render_template(
        "drafts/show.html",
        post=post,
        links=one_time_links.find_of_draft(post["id"]),
        fresh=fresh,
        waiting=waiting.find_post(post["id"]),
        unsaved=find_unsaved(post),
        lifetimes=LIFETIMES,
    )


@bp.post("/<int:id>/withdraw")
@login_required
@requires("post.update")
def withdraw(id: int) -> ResponseReturnValue:
    """Turn a post of the current user's back into a draft."""
    post = get_post(id)
    refuse_too_many("EDITS")

    with transaction():
        drafts.withdraw(id)
        note("post.withdraw", post, post_id=id)
        notices.add(post["author_id"], "unpublished", post_id=id, by=g.user["id"])

    flash(
        _("Readers can’t see this post now. Its address, comments and likes are kept."),
        SAVED,
    )
    return redirect(permalink(id, post["title"]))


@bp.post("/<int:id>/publish")
@login_required
@requires("post.update")
def publish(id: int) -> ResponseReturnValue:
    """Publish a draft of the current user's as it is."""
    post = get_post(id)

    if problem := posts.find_problem(post["title"], post["body"]):
        flash(problem, "error")
        return redirect(url_for("blog.update", id=id))

    refuse_too_many("EDITS")

    with transaction():
        # It may just have been changed in another browser.
        post = get_post(id)
        hold = find_hold(drafts.PUBLIC, edits.read_post(post))
        drafts.set_state(id, drafts.DRAFT if hold else drafts.PUBLIC)
        waiting.set_post(id, hold)
        note("post.publish", post, post_id=id)

    flash(describe_waiting() if hold else _("Published."), SAVED)
    return redirect(permalink(id, post["title"]))


@bp.after_request
def keep_nothing(response: Response) -> Response:
    """Keep no page, here or in a search engine."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response

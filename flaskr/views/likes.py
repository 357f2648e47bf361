"""The like button, and the posts that somebody likes."""

from flask import Blueprint
from flask import g
from flask import redirect
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import abort

from ..data import likes
from ..db import Row
from ..db import transaction
from ..errors import lazy_gettext
from ..web import pagination
from ..web.features import waits_for_login
from ..web.permissions import get_post
from ..web.permissions import requires
from ..web.rate_rules import refuse_too_many
from ..web.urls import permalink
from .auth import login_required

bp = Blueprint("likes", __name__)


@bp.app_template_test("liked")
def is_liked(post: Row) -> bool:
    """Whether the current user likes a post."""
    return g.user is not None and likes.has_liked(g.user["id"], post["id"])


def make_like_url(post: Row) -> str:
    """The button of a post."""
    return permalink(post["id"], post["title"]) + "#like"


@bp.get("/<int:id>/like")
@bp.get("/<int:id>/unlike", endpoint="unlike")
@login_required
@requires("post.likes")
def like(id: int) -> ResponseReturnValue:
    """Lead back to the button, after the login that it needed."""
    return redirect(make_like_url(get_post(id, action=None)))


@bp.post("/<int:id>/like")
@waits_for_login
@login_required
@requires("post.likes")
def like_submit(id: int) -> ResponseReturnValue:
    """Like a post."""
    post = get_post(id, action=None)

    if post["page"]:
        abort(403, lazy_gettext("Pages can’t be liked. Posts can."))

    with transaction():
        refuse_too_many("LIKES")
        likes.add(g.user["id"], id)

    return redirect(make_like_url(post))


@bp.post("/<int:id>/unlike")
@waits_for_login
@login_required
@requires("post.likes")
def unlike_submit(id: int) -> ResponseReturnValue:
    """Take a like back."""
    post = get_post(id, action=None)

    with transaction():
        refuse_too_many("LIKES")
        likes.remove(g.user["id"], id)

    return redirect(make_like_url(post))


@bp.get("/account/likes")
@login_required
def index() -> ResponseReturnValue:
    """Show the posts that the current user likes, the last liked first."""
    return pagination.render_list("likes/index.html", likes.liked_by(g.user["id"]))

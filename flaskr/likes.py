import sqlite3

from flask import Blueprint
from flask import g
from flask import redirect
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import abort

from . import listings
from . import posts
from .auth import login_required
from .db import get_db
from .db import transaction
from .permalinks import permalink

bp = Blueprint("likes", __name__)


def has_liked(user_id: int, post_id: int) -> bool:
    liked = get_db().execute(
        "SELECT 1 FROM post_like WHERE user_id = ? AND post_id = ?", (user_id, post_id)
    )
    return liked.fetchone() is not None


def add(user_id: int, post_id: int) -> None:
    """Like a post: once, however often this is asked for."""
    with transaction() as db:
        db.execute(
            "INSERT INTO post_like (post_id, user_id)"
            f' SELECT p.id, w.id FROM {posts.PUBLIC} JOIN "user" w'
            " ON w.id = ? AND w.closed IS NULL WHERE p.id = ?"
            " ON CONFLICT (post_id, user_id) DO NOTHING",
            (user_id, post_id),
        )


def take_back(user_id: int, post_id: int) -> None:
    with transaction() as db:
        db.execute(
            "DELETE FROM post_like WHERE user_id = ? AND post_id = ?",
            (user_id, post_id),
        )


def get_post(id: int) -> sqlite3.Row:
    return posts.find(id) or abort(404)


def like_url(post: sqlite3.Row) -> str:
    """The button of a post."""
    return permalink(post["id"], post["title"]) + "#like"


@bp.get("/<int:id>/like")
@bp.get("/<int:id>/unlike", endpoint="unlike")
@login_required
def like(id: int) -> ResponseReturnValue:
    """Lead back to the button, after the login that it needed."""
    return redirect(like_url(get_post(id)))


@bp.post("/<int:id>/like")
@login_required
def like_submit(id: int) -> ResponseReturnValue:
    """Like a post."""
    post = get_post(id)
    add(g.user["id"], id)
    return redirect(like_url(post))


@bp.post("/<int:id>/unlike")
@login_required
def unlike_submit(id: int) -> ResponseReturnValue:
    """Take a like back."""
    post = get_post(id)
    take_back(g.user["id"], id)
    return redirect(like_url(post))


@bp.get("/account/likes")
@login_required
def index() -> ResponseReturnValue:
    """Show the posts that the current user likes, the last liked first."""
    return listings.show("likes/index.html", posts.liked_by(g.user["id"]))

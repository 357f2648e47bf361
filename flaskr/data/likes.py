"""Who likes which post."""

from ..db import get_db
from ..db import transaction
from . import posts


def liked_by(user_id: int) -> posts.Filter:
    """The posts that somebody likes, the last liked first."""
    return posts.Filter(
        "JOIN post_like l ON l.post_id = p.id",
        "l.user_id = ?",
        (user_id,),
        ("l.created", "l.post_id"),
    )


def has_liked(user_id: int, post_id: int) -> bool:
    """Whether a user likes a post; ``False``, too, if there is no such post."""
    liked = get_db().execute(
        "SELECT 1 FROM post_like WHERE user_id = ? AND post_id = ?", (user_id, post_id)
    )
    return liked.fetchone() is not None


def add(user_id: int, post_id: int) -> None:
    """Like a post: once, however often this is asked for."""
    with transaction() as db:
        db.execute(
            "INSERT INTO post_like (post_id, user_id)"
            f' SELECT p.id, w.id FROM {posts.LISTED} JOIN "user" w'
            " ON w.id = ? AND w.closed IS NULL WHERE p.id = ?"
            " ON CONFLICT (post_id, user_id) DO NOTHING",
            (user_id, post_id),
        )


def remove(user_id: int, post_id: int) -> None:
    """Take a like back: once, however often this is asked for."""
    with transaction() as db:
        db.execute(
            "DELETE FROM post_like WHERE user_id = ? AND post_id = ?",
            (user_id, post_id),
        )

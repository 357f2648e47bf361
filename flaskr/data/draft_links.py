"""Links with which somebody who has no account reads a draft."""

from datetime import timedelta

from ..db import get_db
from ..db import Row
from ..db import transaction
from .times import format_ago
from .times import now

# Of one post; a person knows whom the links are for.
MAX_LINKS = 10


def create(post_id: int, lifetime: timedelta) -> bool:
    """Make a link to a draft; ``False`` if it has enough of them."""
    with transaction() as db:
        if len(find_all(post_id)) >= MAX_LINKS:
            return False

        db.execute(
            "DELETE FROM draft_link WHERE post_id = ? AND expires <= ?",
            (post_id, now()),
        )
        db.execute(
            "INSERT INTO draft_link (post_id, expires) VALUES (?, ?)",
            (post_id, format_ago(-lifetime)),
        )

    return True


def find_all(post_id: int) -> list[Row]:
    """The links to a draft that have not expired, the oldest first."""
    return (
        get_db()
        .execute(
            "SELECT id, CAST(created AS TEXT) AS created,"
            " CAST(expires AS TEXT) AS expires FROM draft_link"
            " WHERE post_id = ? AND expires > ? ORDER BY id",
            (post_id, now()),
        )
        .fetchall()
    )


def find(link_id: int) -> Row | None:
    """A link that has not expired, with its ``post_id``."""
    row: Row | None = (
        get_db()
        .execute(
            "SELECT id, post_id, CAST(expires AS TEXT) AS expires FROM draft_link"
            " WHERE id = ? AND expires > ?",
            (link_id, now()),
        )
        .fetchone()
    )
    return row


def remove(link_id: int, post_id: int) -> None:
    """Have a link to a post lead nowhere."""
    with transaction() as db:
        db.execute(
            "DELETE FROM draft_link WHERE id = ? AND post_id = ?", (link_id, post_id)
        )

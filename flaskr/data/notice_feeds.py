"""Addresses at which somebody's notices are read without a session: one each, and the
row is what it was made of, so that there is nothing to open it with in the database."""

from ..db import get_db
from ..db import Row
from ..db import transaction


def replace(user_id: int) -> None:
    """Give somebody an address; the one before leads nowhere."""
    with transaction() as db:
        remove(user_id)
        db.execute("INSERT INTO notice_feed (user_id) VALUES (?)", (user_id,))


def remove(user_id: int) -> None:
    """Have somebody's address lead nowhere."""
    with transaction() as db:
        db.execute("DELETE FROM notice_feed WHERE user_id = ?", (user_id,))


def find(user_id: int) -> Row | None:
    """Somebody's address, if there is one: its ``id``, ``user_id`` and ``created``,
    unless the account is closed or suspended."""
    row: Row | None = (
        get_db()
        .execute(
            "SELECT f.id, f.user_id, CAST(f.created AS TEXT) AS created"
            ' FROM notice_feed f JOIN "user" u ON u.id = f.user_id'
            " WHERE f.user_id = ? AND u.closed IS NULL AND NOT EXISTS"
            " (SELECT 1 FROM suspension x WHERE x.user_id = u.id)",
            (user_id,),
        )
        .fetchone()
    )
    return row

"""Whose posts and comments need no look of a moderator any more."""

from datetime import timedelta

from ..db import get_db
from ..db import transaction
from .times import format_ago

# Who has had something public for so long is no newcomer.
NEW_FOR = timedelta(days=30)


# Of an approval a: it is not one of a spammer, unless that is undone.
COUNTS = (
    "NOT EXISTS (SELECT 1 FROM cleanup_person x JOIN cleanup k ON k.id = x.cleanup_id"
    " WHERE x.user_id = a.user_id AND k.created >= a.approved)"
)


def is_newcomer(user_id: int) -> bool:
    """Whether nothing of somebody was approved, and nothing has been public for
    :data:`NEW_FOR`."""
    old = format_ago(NEW_FOR)
    known = get_db().execute(
        f"SELECT 1 FROM approval a WHERE a.user_id = ? AND {COUNTS}"
        " UNION ALL SELECT 1 FROM post WHERE author_id = ? AND drafted IS NULL"
        " AND created < ?"
        " UNION ALL SELECT 1 FROM comment WHERE author_id = ? AND removed IS NULL"
        " AND created < ? LIMIT 1",
        (user_id, user_id, old, user_id, old),
    )
    return known.fetchone() is None


def approve(user_id: int, by: int | None = None) -> None:
    """Have nothing of somebody wait for being new any more, in the transaction of the
    caller.

    :param by: the id of who approves, or ``None`` on the command line
    """
    with transaction() as db:
        db.execute(
            "INSERT INTO approval (user_id, approved_by) VALUES (?, ?)"
            " ON CONFLICT (user_id) DO UPDATE SET approved = excluded.approved,"
            " approved_by = excluded.approved_by",
            (user_id, by),
        )


def remove_withdrawn(cutoff: str) -> None:
    """Delete the approvals of spammers whose cleanup can't be undone any more, up to a
    time, in the transaction of the caller."""
    get_db().execute(
        "DELETE FROM approval WHERE user_id IN"
        " (SELECT a.user_id FROM approval a"
        " JOIN cleanup_person x ON x.user_id = a.user_id"
        " JOIN cleanup k ON k.id = x.cleanup_id"
        " WHERE k.created <= ? AND k.created >= a.approved)",
        (cutoff,),
    )

"""Who is suspended: out of all sessions, and let in again by a moderator alone."""

from ..db import get_db
from ..db import Row
from ..db import transaction
from . import drafts
from . import moderation
from . import posts
from . import roles


def suspend(user_id: int, reason: str, by: int | None = None) -> None:
    """Suspend somebody, and note it in the log; as :func:`add`."""
    with transaction():
        add(user_id, reason, by)
        moderation.log("person.suspend", by, person_id=user_id, reason=reason)


def add(user_id: int, reason: str, by: int | None) -> None:
    """Suspend somebody: all sessions end, nobody can use their open invitations, and
    nothing of theirs becomes public later.

    :param reason: clean, for the person to see
    :param by: the id of who does it, whom the person does not see
    :raise LastOwner: if it is the only owner
    """
    with transaction() as db:
        roles.keep_an_owner(user_id)
        db.execute("DELETE FROM suspension WHERE user_id = ?", (user_id,))
        db.execute(
            "INSERT INTO suspension (user_id, suspended_by, reason) VALUES (?, ?, ?)",
            (user_id, by, reason),
        )
        drafts.hold_back(user_id)


def restore(user_id: int, by: int | None = None) -> bool:
    """Let somebody in again; ``False`` if they were not suspended."""
    with transaction() as db:
        restored = db.execute("DELETE FROM suspension WHERE user_id = ?", (user_id,))

        if restored.rowcount < 1:
            return False

        moderation.log("person.restore", by, person_id=user_id)

    return True


def hides_profile(user_id: int) -> bool:
    """Whether somebody is suspended of whom readers see no text, so that they don't see
    the profile either: it may be all that a spammer wrote."""
    hidden = get_db().execute(
        "SELECT 1 FROM suspension x WHERE x.user_id = ?"
        f" AND NOT EXISTS (SELECT 1 FROM {posts.PUBLIC} WHERE p.author_id = x.user_id)"
        " AND NOT EXISTS (SELECT 1 FROM comment c WHERE c.author_id = x.user_id"
        " AND c.removed IS NULL)",
        (user_id,),
    )
    return hidden.fetchone() is not None


def find(user_id: int) -> Row | None:
    """Since when somebody is suspended, and why: ``suspended`` and ``reason``; and the
    ``by_role`` of who did it, ``None`` for the command line."""
    row: Row | None = (
        get_db()
        .execute(
            "SELECT CAST(suspended AS TEXT) AS suspended,"
            " CAST(reason AS TEXT) AS reason, CAST(b.role AS TEXT) AS by_role"
            ' FROM suspension x LEFT JOIN "user" b ON b.id = x.suspended_by'
            " WHERE x.user_id = ?",
            (user_id,),
        )
        .fetchone()
    )
    return row

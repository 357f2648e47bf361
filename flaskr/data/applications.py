"""Who asks to join, where somebody decides, and what they were told."""

from ..db import get_db
from ..db import Row
from ..db import transaction
from . import moderation
from .times import now

# Requests of one person that moderators are shown, the newest.
MAX_SHOWN = 5

# Of a user u: whether nobody has let them in who asked for it.
WAITS = (
    "(EXISTS (SELECT 1 FROM application a WHERE a.user_id = u.id) AND NOT EXISTS"
    " (SELECT 1 FROM application a WHERE a.user_id = u.id AND a.accepted = 1))"
)

COLUMNS = (
    "a.id, a.user_id, CAST(a.created AS TEXT) AS created,"
    " CAST(a.reason AS TEXT) AS reason, CAST(a.why AS TEXT) AS why,"
    " CAST(a.answered AS TEXT) AS answered,"
    " a.accepted, CAST(a.answer AS TEXT) AS answer"
)


def apply(user_id: int, reason: str, why: str = "") -> bool:
    """Ask to join; ``False`` if that waits for an answer already, or was accepted.

    :param reason: clean
    :param why: words of what makes it doubtful, as of :func:`.waiting.add_comment`
    """
    with transaction() as db:
        newest = find_newest(user_id)

        if newest and (newest["answered"] is None or newest["accepted"]):
            return False

        db.execute(
            "INSERT INTO application (user_id, reason, why) VALUES (?, ?, ?)",
            (user_id, reason, why),
        )

    return True


def waits(user_id: int) -> bool:
    """Whether somebody has asked to join, and was not let in."""
    row = get_db().execute(
        f'SELECT 1 FROM "user" u WHERE u.id = ? AND {WAITS}', (user_id,)
    )
    return row.fetchone() is not None


def find_all(user_id: int) -> list[Row]:
    """What somebody asked and was told, the newest first: ``id``, ``created``,
    ``reason``, ``why`` it is doubtful, and, once there is an answer, when it was
    ``answered``, whether it was ``accepted`` and the ``answer``."""
    return (
        get_db()
        .execute(
            f"SELECT {COLUMNS} FROM application a WHERE a.user_id = ?"
            " ORDER BY a.id DESC LIMIT ?",
            (user_id, MAX_SHOWN),
        )
        .fetchall()
    )


def find_newest(user_id: int) -> Row | None:
    """The first of :func:`find_all`, if there is one."""
    return next(iter(find_all(user_id)), None)


def answer(user_id: int, is_accepted: bool, words: str, by: int | None = None) -> bool:
    """Let somebody in who asked for it, or not; ``False`` if nobody waits for that any
    more.

    :param words: a clean reason, for the person to see
    :param by: the id of who decides, or ``None`` on the command line
    """
    with transaction() as db:
        answered = db.execute(
            "UPDATE application SET answered = ?, answered_by = ?, accepted = ?,"
            " answer = ? WHERE user_id = ? AND answered IS NULL",
            (now(), by, int(is_accepted), words, user_id),
        )

        if answered.rowcount < 1:
            return False

        action: moderation.Action = (
            "application.accept" if is_accepted else "application.refuse"
        )
        moderation.log(action, by, person_id=user_id, reason=words)

    return True

"""Taking back everything of spammers at once, and undoing that."""

from collections.abc import Iterable

from ..db import get_db
from ..db import Row
from ..db import transaction
from . import approvals
from . import bin_moves
from . import cleanup_decisions
from . import cleanup_rows
from . import comments
from . import drafts
from . import moderation
from . import reports
from . import roles
from . import suspensions
from .bin import find_expiry_cutoff
from .times import now

# People whose texts are taken back in one go.
MAX_PEOPLE = 100

# Those that can be undone, on one page.
MAX_LISTED = 20

# Of who is suspended already, that stays when a cleanup is undone.
NOTE_PERSON = (
    "INSERT INTO cleanup_person (cleanup_id, user_id, was_suspended)"
    " SELECT ?, id, (SELECT count(*) FROM suspension x WHERE x.user_id = u.id)"
    ' FROM "user" u WHERE id = ?'
)
KEEP_COMMENTS = (
    "INSERT INTO cleanup_comment"
    " (cleanup_id, id, post_id, parent_id, author_id, created, updated, body)"
    " SELECT ?, id, post_id, parent_id, author_id, created, updated, body"
    " FROM comment WHERE author_id = ? AND removed IS NULL"
)
KEEP_LIKES = (
    "INSERT INTO cleanup_like (cleanup_id, post_id, user_id, created)"
    " SELECT ?, post_id, user_id, created FROM post_like WHERE user_id = ?"
)
KEEP_WAITING = (
    "UPDATE waiting_comment SET cleanup_id = ?"
    " WHERE author_id = ? AND refused IS NULL AND cleanup_id IS NULL"
)

# A comment on which replies hung has kept its place.
BRING_BACK_IN_PLACE = (
    "UPDATE comment SET author_id = ?, body = ?, updated = ?, removed = NULL,"
    " removed_by = NULL, moderated = NULL"
    " WHERE id = ? AND post_id = ? AND removed IS NOT NULL"
)
BRING_BACK = (
    "INSERT INTO comment (id, post_id, parent_id, author_id, created, updated, body)"
    " SELECT ?, p.id, (SELECT c.id FROM comment c WHERE c.id = ? AND c.post_id = p.id),"
    " ?, ?, ?, ? FROM post p WHERE p.id = ?"
    " AND NOT EXISTS (SELECT 1 FROM comment c WHERE c.id = ?)"
)

# Unless somebody suspended them anew.
LIFT_SUSPENSION = (
    "DELETE FROM suspension WHERE user_id = ? AND EXISTS (SELECT 1 FROM cleanup k"
    " JOIN cleanup_person x ON x.cleanup_id = k.id AND x.was_suspended = 0"
    " WHERE k.id = ? AND x.user_id = suspension.user_id"
    " AND CAST(k.created AS TEXT) = CAST(suspension.suspended AS TEXT)"
    " AND coalesce(k.moderator_id, 0) = coalesce(suspension.suspended_by, 0))"
)
SUSPENDED_SINCE = (
    "SELECT s.user_id FROM suspension s"
    " JOIN cleanup_person x ON x.user_id = s.user_id AND x.was_suspended = 0"
    " WHERE x.cleanup_id = ? ORDER BY s.user_id"
)
BRING_LIKES_BACK = (
    "INSERT INTO post_like (post_id, user_id, created)"
    " SELECT l.post_id, l.user_id, l.created FROM cleanup_like l"
    " JOIN post p ON p.id = l.post_id WHERE l.cleanup_id = ?"
    " ON CONFLICT (post_id, user_id) DO NOTHING"
)


def find_existing(user_ids: Iterable[int]) -> list[int]:
    """Which of some people have accounts that are not closed, in the order of their
    ids, :data:`MAX_PEOPLE` at most."""
    some = list(dict.fromkeys(user_ids))[:MAX_PEOPLE]
    marks = ", ".join("?" * len(some))
    found = get_db().execute(
        'SELECT id FROM "user" WHERE closed IS NULL'
        f" AND id IN ({marks or 'NULL'}) ORDER BY id",
        some,
    )
    return [row["id"] for row in found]


def take_back(user_ids: Iterable[int], reason: str, by: int) -> int:
    """Suspend people, and take back all that they wrote or liked; return the number
    with which :func:`undo` brings it back.

    :param reason: clean, for the people to see
    :raise LastOwner: if one of them is the only owner
    """
    taken_back, people = now(), list(user_ids)

    with transaction() as db:
        row = db.execute(
            "INSERT INTO cleanup (created, moderator_id) VALUES (?, ?) RETURNING id",
            (taken_back, by),
        ).fetchone()
        cleanup_id: int = row["id"]

        # All are kept before any goes: spammers write to, and report, one another.
        for user_id in people:
            cleanup_decisions.learn(cleanup_id, user_id)
            db.execute(NOTE_PERSON, (cleanup_id, user_id))
            cleanup_rows.keep_all(cleanup_id, user_id)

        for user_id in people:
            for binned_id in bin_moves.put_all_by(user_id, taken_back):
                db.execute(
                    "UPDATE binned_post SET cleanup_id = ? WHERE id = ?",
                    (cleanup_id, binned_id),
                )

            for statement in (KEEP_COMMENTS, KEEP_LIKES, KEEP_WAITING):
                db.execute(statement, (cleanup_id, user_id))

            comments.remove_all_by(user_id, is_moderated=True)
            db.execute("DELETE FROM post_like WHERE user_id = ?", (user_id,))
            reports.close("person", user_id, by)
            reports.close_all_by(user_id, taken_back, by)
            suspend(user_id, reason, by, taken_back)
            moderation.log("person.cleanup", by, person_id=user_id, reason=reason)

    return cleanup_id


def suspend(user_id: int, reason: str, by: int, time: str) -> None:
    """Suspend somebody as of the time of a cleanup, in the transaction of the caller.
    Who is suspended already stays so as it is: another moderator may have done it, and
    for another reason."""
    if suspensions.find(user_id) is None:
        suspensions.add(user_id, reason, by)
        get_db().execute(
            "UPDATE suspension SET suspended = ? WHERE user_id = ?", (time, user_id)
        )


def find_all() -> list[Row]:
    """What can be undone, the newest first: ``id``, ``created``, and the number of
    ``people`` and the name of ``one`` of them."""
    return (
        get_db()
        .execute(
            "SELECT k.id, CAST(k.created AS TEXT) AS created,"
            " count(x.user_id) AS people, min(CAST(u.username AS TEXT)) AS one"
            " FROM cleanup k LEFT JOIN cleanup_person x ON x.cleanup_id = k.id"
            ' LEFT JOIN "user" u ON u.id = x.user_id WHERE k.created > ?'
            " GROUP BY k.id, k.created ORDER BY k.created DESC, k.id DESC LIMIT ?",
            (find_expiry_cutoff(), MAX_LISTED),
        )
        .fetchall()
    )


def find_people(cleanup_id: int) -> list[int]:
    """The ids of the people whose texts a cleanup took back."""
    found = get_db().execute(
        "SELECT user_id FROM cleanup_person WHERE cleanup_id = ? ORDER BY user_id",
        (cleanup_id,),
    )
    return [row["user_id"] for row in found]


def find_role_of_moderator(cleanup_id: int) -> roles.Role | None:
    """The role of who took something back; ``None`` if that is not known any more, or
    there is no such cleanup."""
    row = (
        get_db()
        .execute("SELECT moderator_id FROM cleanup WHERE id = ?", (cleanup_id,))
        .fetchone()
    )
    return roles.find_role(row["moderator_id"]) if row and row["moderator_id"] else None


def undo(cleanup_id: int, by: int) -> list[str] | None:
    """Bring back all that was taken back at once, and the people; return the titles of
    posts that stay in the bin, since others have their numbers; ``None`` if it can't be
    undone any more."""
    with transaction() as db:
        found = db.execute(
            "SELECT CAST(created AS TEXT) AS created, moderator_id FROM cleanup"
            " WHERE id = ? AND created > ?",
            (cleanup_id, find_expiry_cutoff()),
        ).fetchone()

        if found is None:
            return None

        cleanup_decisions.forget(cleanup_id)
        left = bring_posts_back(cleanup_id)
        cleanup_rows.put_back(cleanup_id, cleanup_rows.PLACES)
        bring_comments_back(cleanup_id)
        db.execute(BRING_LIKES_BACK, (cleanup_id,))
        reports.open_again(found["created"], found["moderator_id"])
        db.execute(
            "UPDATE waiting_comment SET cleanup_id = NULL WHERE cleanup_id = ?",
            (cleanup_id,),
        )

        for user_id in find_people(cleanup_id):
            db.execute(LIFT_SUSPENSION, (user_id, cleanup_id))
            moderation.log("person.undo", by, person_id=user_id)

        cleanup_rows.put_back(cleanup_id, *cleanup_rows.REST)

        for row in db.execute(SUSPENDED_SINCE, (cleanup_id,)).fetchall():
            drafts.hold_back(row["user_id"])

        db.execute("DELETE FROM cleanup WHERE id = ?", (cleanup_id,))

    return left


def bring_posts_back(cleanup_id: int) -> list[str]:
    """Restore posts as if they were never taken back; return the titles of those that
    can't be."""
    left: list[str] = []
    posts = get_db().execute(
        "SELECT id, CAST(title AS TEXT) AS title FROM binned_post"
        " WHERE cleanup_id = ? ORDER BY id",
        (cleanup_id,),
    )

    for post in posts.fetchall():
        try:
            bin_moves.restore(post["id"], is_undone=True)
        except bin_moves.IdTaken:
            left.append(post["title"])

    return left


def bring_comments_back(cleanup_id: int) -> None:
    """Write comments again that were taken back, where their posts are still there."""
    db = get_db()
    kept = db.execute(
        "SELECT id, post_id, parent_id, author_id, created, updated,"
        " CAST(body AS TEXT) AS body FROM cleanup_comment WHERE cleanup_id = ?"
        # First what others reply to.
        " ORDER BY id",
        (cleanup_id,),
    ).fetchall()

    for c in kept:
        there = db.execute(
            BRING_BACK_IN_PLACE,
            (c["author_id"], c["body"], c["updated"], c["id"], c["post_id"]),
        )

        if there.rowcount < 1:
            words = (c["author_id"], c["created"], c["updated"], c["body"])
            db.execute(
                BRING_BACK, (c["id"], c["parent_id"], *words, c["post_id"], c["id"])
            )


def remove_expired() -> int:
    """Delete for good what can't be undone any more; return how much."""
    cutoff = find_expiry_cutoff()
    expired = "FROM cleanup WHERE created <= ?"

    # Most often there is none, and nobody has to wait for a turn to write.
    if get_db().execute(f"SELECT 1 {expired} LIMIT 1", (cutoff,)).fetchone():
        with transaction(is_aside=True) as db:
            approvals.remove_withdrawn(cutoff)
            return db.execute(f"DELETE {expired}", (cutoff,)).rowcount

    return 0

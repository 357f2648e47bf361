"""Notices: what happened to what somebody wrote, for them to see. A row says of which
post, comment or person: what is in that is read where it is, as it is now."""

import typing as t
from datetime import timedelta

from ..db import get_db
from ..db import Row
from ..db import transaction
from ..text.markdown import VERSION
from . import people
from . import renderings
from .cursor import Cursor
from .cursor import cut_page
from .cursor import Key
from .roles import PERMISSIONS
from .times import format_ago
from .times import now

# Somebody wrote; an answer to what waited; something for those to look at who edit what
# others write; and what somebody else did to what is one's own.
Kind = t.Literal[
    "comment",
    "reply",
    "approved",
    "refused",
    "refused_comment",
    "report",
    "edited",
    "unpublished",
    "binned",
    "removed",
]

KEPT_FOR = timedelta(days=90)

# Of one person, the newest; and of those that are too old, what goes with a new one.
MAX_KEPT = 500
MAX_EXPIRED = 100

PAGE_SIZE = 20

# Owners and editors who are told of one report.
MAX_TOLD = 20

# Beyond it, there are "99+".
MAX_COUNTED = 99

TABLES = (
    "notice n LEFT JOIN post p ON p.id = n.post_id"
    " LEFT JOIN comment c ON c.id = n.comment_id AND c.post_id = n.post_id"
    ' LEFT JOIN "user" w ON w.id = coalesce(n.person_id, c.author_id)'
)

# The title of one's own post that is in the bin.
BINNED = (
    "(SELECT max(CAST(b.title AS TEXT)) FROM binned_post b"
    " WHERE b.author_id = n.user_id AND b.post_id = n.post_id)"
)

# What everybody sees, and what is one's own, too; a comment that stands; and a writer
# who is still there.
IS_PUBLIC = "p.id IS NOT NULL AND p.drafted IS NULL"
IS_OPEN = "p.id IS NOT NULL AND (p.drafted IS NULL OR p.author_id = n.user_id)"
STANDS = "c.id IS NOT NULL AND c.removed IS NULL"
IS_WRITER = (
    "w.id IS NOT NULL AND w.closed IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM suspension x WHERE x.user_id = w.id)"
)
EDITORS = ", ".join(f"'{role}'" for role in PERMISSIONS["queue.decide"].own)
IS_EDITOR = (
    'EXISTS (SELECT 1 FROM "user" me WHERE me.id = n.user_id'
    f" AND me.role IN ({EDITORS}))"
)

# A notice of what is gone, or was taken from the public, is not shown until it is back.
IS_SHOWN = (
    "CASE"
    f" WHEN n.kind IN ('comment', 'reply') THEN {IS_PUBLIC} AND {STANDS}"
    f" AND {IS_WRITER}"
    f" WHEN n.kind = 'report' THEN {IS_EDITOR} AND (n.person_id IS NOT NULL"
    f" OR {IS_PUBLIC} AND (n.comment_id IS NULL OR {STANDS}))"
    # A post that was approved may be due later.
    f" WHEN n.kind = 'approved' THEN {IS_OPEN}"
    f" AND (n.comment_id IS NULL OR p.drafted IS NULL AND {STANDS})"
    f" WHEN n.kind = 'binned' THEN p.id IS NULL AND {BINNED} IS NOT NULL"
    f" WHEN n.kind = 'edited' THEN {IS_OPEN} AND (n.comment_id IS NULL OR {STANDS})"
    f" ELSE {IS_OPEN} END"
)

MINE = f"n.user_id = ? AND n.created > ? AND {IS_SHOWN}"


class Page(t.NamedTuple):
    """Notices, the newest first, and the key of the next page, or ``None``."""

    notices: list[Row]
    older: Key | None


def add(
    user_id: int,
    kind: Kind,
    *,
    post_id: int = 0,
    comment_id: int | None = None,
    person_id: int | None = None,
    by: int | None = None,
    text: str = "",
) -> None:
    """Notify somebody, in the transaction of the caller if there is one. Whoever does
    something is not told of it, and one notice of the same that was not seen yet is
    enough.

    :param person_id: whom it is about, if not a post or a comment
    :param by: the id of who does it, whom the notice does not name
    :param text: what is said to them, such as a reason: clean, and short
    """
    if user_id == by:
        return

    with transaction() as db:
        db.execute(
            "DELETE FROM notice WHERE user_id = ? AND seen IS NULL AND kind = ?"
            " AND post_id = ? AND coalesce(comment_id, 0) = ?"
            " AND coalesce(person_id, 0) = ?",
            (user_id, kind, post_id, comment_id or 0, person_id or 0),
        )
        db.execute(
            "INSERT INTO notice (user_id, kind, post_id, comment_id, person_id, text)"
            ' SELECT id, ?, ?, nullif(?, 0), nullif(?, 0), ? FROM "user"'
            " WHERE id = ? AND closed IS NULL",
            (kind, post_id, comment_id or 0, person_id or 0, text, user_id),
        )
        remove_some(user_id)


def add_to_writer(comment: Row, kind: Kind, by: int) -> None:
    """As :func:`add`, for who wrote a comment that somebody did something to."""
    add(
        comment["author_id"],
        kind,
        post_id=comment["post_id"],
        comment_id=comment["id"],
        by=by,
    )


def add_for_comment(comment_id: int, answered: int = 0) -> None:
    """Notify of a comment that the public sees from now on: whoever wrote the post, the
    thread and the comment that it answers, each once.

    :param answered: the id of that comment, if it does not begin the thread
    """
    row = (
        get_db()
        .execute(
            "SELECT c.post_id, c.author_id AS writer, p.author_id AS author,"
            " (SELECT author_id FROM comment WHERE id = c.parent_id) AS beginner,"
            " (SELECT author_id FROM comment WHERE id = ?) AS answered"
            " FROM comment c JOIN post p ON p.id = c.post_id WHERE c.id = ?",
            (answered, comment_id),
        )
        .fetchone()
    )
    kinds: dict[int, Kind] = {row["author"]: "comment"}
    kinds |= dict.fromkeys((row["beginner"], row["answered"]), "reply")

    for user_id, kind in kinds.items():
        # A comment that was removed is nobody's.
        if user_id is not None:
            add(
                user_id,
                kind,
                post_id=row["post_id"],
                comment_id=comment_id,
                by=row["writer"],
            )


def add_for_report(column: str, id: int, reporter_id: int) -> None:
    """Notify those who see the queue of something that somebody reported, in the
    transaction of the caller.

    :param column: ``post_id``, ``comment_id`` or ``person_id``
    """
    post_id, comment_id, person_id = (
        id if column == name else 0 for name in ("post_id", "comment_id", "person_id")
    )

    if comment_id:
        row = get_db().execute("SELECT post_id FROM comment WHERE id = ?", (id,))
        post_id = row.fetchone()["post_id"]

    editors = get_db().execute(
        f'SELECT id FROM "user" WHERE role IN ({EDITORS}) AND closed IS NULL'
        # Whom it is about has other things to read.
        " AND id <> ? ORDER BY id LIMIT ?",
        (person_id, MAX_TOLD),
    )

    for row in editors.fetchall():
        add(
            row["id"],
            "report",
            post_id=post_id,
            comment_id=comment_id,
            person_id=person_id,
            by=reporter_id,
        )


def remove_some(user_id: int) -> None:
    """Delete what somebody has too many of, and some of what is too old, in the
    transaction of the caller."""
    db = get_db()
    db.execute(
        "DELETE FROM notice WHERE user_id = ? AND id <= (SELECT id FROM notice"
        " WHERE user_id = ? ORDER BY id DESC LIMIT 1 OFFSET ?)",
        (user_id, user_id, MAX_KEPT),
    )
    db.execute(
        "DELETE FROM notice WHERE id IN (SELECT id FROM notice WHERE created <= ?"
        " ORDER BY created LIMIT ?)",
        (format_ago(KEPT_FOR), MAX_EXPIRED),
    )


def count_unseen(user_id: int) -> int:
    """How many notices somebody has not seen; one more than :data:`MAX_COUNTED` stands
    for any more."""
    row = (
        get_db()
        .execute(
            f"SELECT count(*) AS number FROM (SELECT n.id FROM {TABLES}"
            f" WHERE n.seen IS NULL AND {MINE} LIMIT ?) AS found",
            (user_id, format_ago(KEPT_FOR), MAX_COUNTED + 1),
        )
        .fetchone()
    )
    number: int = row["number"]
    return number


def find_page(
    user_id: int, cursor: Cursor | None = None, size: int = PAGE_SIZE
) -> Page:
    """The newest notices of somebody, or those after a cursor: ``kind``, ``text``,
    ``created``, ``seen`` or ``NULL``, the ``title`` of the post, and of a comment that
    stands, who wrote it and what a rendering is made of; or whom it is about."""
    after_cursor = " AND n.id < ?" if cursor else ""
    found = (
        get_db()
        .execute(
            "SELECT n.id, CAST(n.kind AS TEXT) AS kind, n.post_id, n.comment_id,"
            " n.person_id,"
            " CAST(n.text AS TEXT) AS text, CAST(n.created AS TEXT) AS created,"
            " CAST(n.seen AS TEXT) AS seen,"
            f" CAST(coalesce(p.title, {BINNED}) AS TEXT) AS title,"
            f" coalesce(CAST(c.body AS TEXT), '') AS body,"
            " CAST(r.html AS TEXT) AS html, r.facts,"
            f" {people.columns('w')}"
            f" FROM {TABLES} {people.join('w')} {renderings.JOIN_COMMENT}"
            f" WHERE {MINE}{after_cursor} ORDER BY n.id DESC LIMIT ?",
            (
                VERSION,
                user_id,
                format_ago(KEPT_FOR),
                *((cursor.key[1],) if cursor else ()),
                size + 1,
            ),
        )
        .fetchall()
    )
    rows, _, older = cut_page(found, size, cursor, get_cursor_key)
    return Page(rows, older)


def get_cursor_key(notice: Row) -> Key:
    """When it was, and its id, by which notices are sorted."""
    return notice["created"], notice["id"]


def mark_seen(user_id: int, newest: int) -> None:
    """Note that somebody saw their notices, up to the one with an id: what came
    meanwhile is new."""
    with transaction() as db:
        db.execute(
            "UPDATE notice SET seen = ? WHERE user_id = ? AND id <= ? AND seen IS NULL",
            (now(), user_id, newest),
        )

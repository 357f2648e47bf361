"""What readers say is wrong with a post, a comment or a person."""

import typing as t

from ..db import get_db
from ..db import Row
from ..db import transaction
from . import notices
from . import people
from .times import now

# Reports of the same thing that moderators are shown, the oldest.
MAX_SHOWN = 10

Kind = t.Literal["post", "comment", "person"]

# Which column says what a report is of.
COLUMNS: dict[Kind, str] = {
    "post": "post_id",
    "comment": "comment_id",
    "person": "person_id",
}


def add(kind: Kind, id: int, reporter_id: int | None, reason: str) -> None:
    """Report something; another time, the reason takes the place of the first. Those
    who see the queue are notified once of what they find there.

    :param reporter_id: ``None`` for the blog itself
    :param reason: clean; of the blog itself, words of ``WHY`` in web/approval.py
    """
    column = COLUMNS[kind]

    with transaction() as db:
        changed = db.execute(
            f"UPDATE report SET reason = ? WHERE {column} = ? AND closed IS NULL"
            " AND coalesce(reporter_id, 0) = ?",
            (reason, id, reporter_id or 0),
        )

        if changed.rowcount < 1:
            is_new = not find_open(kind, id)
            db.execute(
                f"INSERT INTO report (reporter_id, {column}, reason) VALUES (?, ?, ?)",
                (reporter_id, id, reason),
            )

            if is_new and reporter_id:
                notices.add_for_report(column, id, reporter_id)


def find(report_id: int) -> Row | None:
    """A report that is open: ``post_id``, ``comment_id`` or ``person_id``, or none of
    them if whom it is about is gone."""
    row: Row | None = (
        get_db()
        .execute(
            "SELECT id, post_id, comment_id,"
            ' (SELECT u.id FROM "user" u WHERE u.id = person_id) AS person_id'
            " FROM report WHERE id = ? AND closed IS NULL",
            (report_id,),
        )
        .fetchone()
    )
    return row


def find_open(kind: Kind, id: int) -> list[Row]:
    """What people said of something, the oldest first: ``reason``, ``created`` and the
    ``username`` of who did, ``None`` for the blog itself."""
    return (
        get_db()
        .execute(
            f"SELECT r.id, {people.columns('u')}, CAST(r.reason AS TEXT) AS reason,"
            " CAST(r.created AS TEXT) AS created FROM report r"
            f' LEFT JOIN "user" u ON u.id = r.reporter_id {people.join("u")}'
            f" WHERE r.{COLUMNS[kind]} = ? AND r.closed IS NULL"
            " ORDER BY r.created, r.id LIMIT ?",
            (id, MAX_SHOWN),
        )
        .fetchall()
    )


def close_all_by(reporter_id: int, time: str, by: int) -> None:
    """Close what somebody reported, in the transaction of the caller.

    :param time: by which :func:`open_again` finds it
    """
    get_db().execute(
        "UPDATE report SET closed = ?, closed_by = ?"
        " WHERE reporter_id = ? AND closed IS NULL",
        (time, by, reporter_id),
    )


def open_again(time: str, by: int | None) -> None:
    """Open what was closed at a time by somebody, in the transaction of the caller."""
    get_db().execute(
        "UPDATE report SET closed = NULL, closed_by = NULL"
        " WHERE closed = ? AND coalesce(closed_by, 0) = coalesce(?, 0)",
        (time, by),
    )


def close(kind: Kind, id: int, by: int | None) -> bool:
    """Close all reports of something; ``False`` if none is open."""
    with transaction() as db:
        closed = db.execute(
            "UPDATE report SET closed = ?, closed_by = ?"
            f" WHERE {COLUMNS[kind]} = ? AND closed IS NULL",
            (now(), by, id),
        )

    return closed.rowcount > 0

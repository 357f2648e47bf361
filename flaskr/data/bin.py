"""The bin: posts that were deleted, each with what belonged to it, for as long as their
authors can bring them back."""

import typing as t
from datetime import timedelta

from flask import current_app

from ..db import get_db
from ..db import Row
from ..db import transaction
from ..writers import SHORT_WAIT
from .cursor import Cursor
from .cursor import cut_page
from .cursor import Key
from .times import format_ago
from .times import format_utc
from .times import now
from .times import parse

# Posts on one page of somebody's bin.
PAGE_SIZE = 20

# Posts that are deleted for good in one go, once their time is over.
MAX_EXPIRED = 20


class Page(t.NamedTuple):
    """Posts in somebody's bin, the last deleted first, and the key of the next page."""

    posts: list[Row]
    older: Key | None


def find(binned_id: int) -> Row | None:
    """A post in its author's bin, unless its time is over: the id that it had, its
    title, its author's id, and ``created`` and ``drafted``."""
    row: Row | None = (
        get_db()
        .execute(
            "SELECT id, post_id, CAST(title AS TEXT) AS title, author_id, created,"
            " drafted FROM binned_post WHERE id = ? AND deleted > ?",
            (binned_id, find_expiry_cutoff()),
        )
        .fetchone()
    )
    return row


def find_page(author_id: int, cursor: Cursor | None = None) -> Page:
    """The first page of somebody's bin, or the one at a cursor, each post with the
    number of its ``comments``."""
    after_cursor = " AND (deleted, id) < (?, ?)" if cursor else ""
    found = (
        get_db()
        .execute(
            "SELECT id, CAST(title AS TEXT) AS title,"
            " CAST(deleted AS TEXT) AS deleted,"
            " (SELECT count(*) FROM binned_comment c"
            " WHERE c.binned_id = b.id AND c.removed IS NULL) AS comments"
            f" FROM binned_post b WHERE author_id = ? AND deleted > ?{after_cursor}"
            " ORDER BY b.deleted DESC, id DESC LIMIT ?",
            (
                author_id,
                find_expiry_cutoff(),
                *(cursor.key if cursor else ()),
                PAGE_SIZE + 1,
            ),
        )
        .fetchall()
    )
    rows, _, older = cut_page(found, PAGE_SIZE, cursor, get_cursor_key)
    return Page(rows, older)


def get_cursor_key(post: Row) -> Key:
    """When it was deleted, and its id in the bin, by which a bin is sorted."""
    return post["deleted"], post["id"]


def count(author_id: int) -> int:
    """How many posts are in somebody's bin."""
    row = (
        get_db()
        .execute(
            "SELECT count(*) AS number FROM binned_post"
            " WHERE author_id = ? AND deleted > ?",
            (author_id, find_expiry_cutoff()),
        )
        .fetchone()
    )
    number: int = row["number"]
    return number


def find_deleted_since(author_id: int, time: str) -> list[Row]:
    """The posts in somebody's bin that were deleted at a time or later, as
    :func:`find`, in the order of their ids."""
    return (
        get_db()
        .execute(
            "SELECT id, post_id, CAST(title AS TEXT) AS title FROM binned_post"
            " WHERE author_id = ? AND deleted >= ? AND deleted > ? ORDER BY id",
            (author_id, time, find_expiry_cutoff()),
        )
        .fetchall()
    )


def remove(binned_id: int, author_id: int) -> bool:
    """Delete a post in its author's bin for good; ``False`` if it is not there."""
    with transaction() as db:
        removed = db.execute(
            "DELETE FROM binned_post WHERE id = ? AND author_id = ?",
            (binned_id, author_id),
        )

    return removed.rowcount == 1


def remove_comments_by(author_id: int) -> None:
    """Remove what somebody wrote below posts that are in the bin, in the transaction
    of who closes the account."""
    db = get_db()
    # As comments.remove_all_by() does with those that are not.
    db.execute(
        "DELETE FROM binned_comment WHERE author_id = ? AND parent_id IS NOT NULL",
        (author_id,),
    )
    db.execute(
        "DELETE FROM binned_comment WHERE author_id = ? AND NOT EXISTS"
        " (SELECT 1 FROM binned_comment a WHERE a.binned_id = binned_comment.binned_id"
        " AND a.parent_id = binned_comment.id)",
        (author_id,),
    )
    db.execute(
        "UPDATE binned_comment SET removed = ?, author_id = NULL, body = ''"
        " WHERE author_id = ?",
        (now(), author_id),
    )


def remove_expired() -> int:
    """Delete for good what is in the bin for too long, some of it at a time; return how
    many posts."""
    cutoff = find_expiry_cutoff()
    expired = "SELECT id FROM binned_post WHERE deleted <= ?"

    # Most often there is nothing, and nobody has to wait for a turn to write.
    if get_db().execute(f"{expired} LIMIT 1", (cutoff,)).fetchone():
        with transaction(is_aside=True, seconds=SHORT_WAIT) as db:
            return db.execute(
                "DELETE FROM binned_post WHERE id IN"
                f" ({expired} ORDER BY deleted, id LIMIT ?)",
                (cutoff, MAX_EXPIRED),
            ).rowcount

    return 0


def find_expiry_cutoff() -> str:
    """The time of deletion up to which a post is gone, as the database writes it."""
    return format_ago(get_time())


def find_expiry(deleted: str) -> str:
    """Until when a post can be brought back that was deleted at a time; ``""`` where
    another program wrote no time."""
    time = parse(deleted)

    try:
        return format_utc(time + get_time()) if time else ""
    except OverflowError:
        return ""


def get_time() -> timedelta:
    """How long posts stay in the bin."""
    time: timedelta = current_app.config["BIN_TIME"]
    return time

"""The log of moderation: who did what to what, when and why."""

import typing as t

from ..db import get_db
from ..db import Row
from ..db import transaction
from . import people
from . import posts
from .cursor import Cursor
from .cursor import cut_page
from .cursor import Key

# Entries on one page.
PAGE_SIZE = 50

Action = t.Literal[
    "application.accept",
    "application.refuse",
    "post.approve",
    "post.refuse",
    "post.update",
    "post.withdraw",
    "post.publish",
    "post.delete",
    "post.restore",
    "post.comments",
    "page.update",
    "comment.approve",
    "comment.refuse",
    "comment.update",
    "comment.remove",
    "report.dismiss",
    "person.role",
    "person.suspend",
    "person.restore",
    "person.remove",
    "person.rename",
    "person.cleanup",
    "person.undo",
    "link.create",
    "link.revoke",
    "site.update",
]


# What the public log has not: it is not about what the public sees, and says who forgot
# a password, or asked to join in vain.
PRIVATE: tuple[Action, ...] = (
    *("application.accept", "application.refuse"),
    *("link.create", "link.revoke", "site.update"),
)


# Of a user u: how many posts and comments of theirs the public sees.
WRITTEN = (
    "(SELECT count(*) FROM post p WHERE p.author_id = u.id"
    " AND p.drafted IS NULL AND p.page IS NULL) AS posts,"
    " (SELECT count(*) FROM comment c WHERE c.author_id = u.id"
    " AND c.removed IS NULL) AS comments"
)


class Page(t.NamedTuple):
    """Entries, the newest first, and the key of the next page, or ``None``."""

    entries: list[Row]
    older: Key | None


def log(
    action: Action,
    by: int | None,
    *,
    person_id: int | None = None,
    post_id: int | None = None,
    comment_id: int | None = None,
    reason: str = "",
) -> None:
    """Note what was done, in the transaction of who does it.

    :param by: the id of who does, or ``None`` on the command line
    :param person_id: to whom, or whose text it is
    :param reason: clean
    """
    with transaction() as db:
        db.execute(
            "INSERT INTO moderation"
            " (moderator_id, action, person_id, post_id, comment_id, reason)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (by, action, person_id, post_id, comment_id, reason),
        )


def find_page(cursor: Cursor | None = None, is_public: bool = False) -> Page:
    """The newest entries, or those at a cursor, for the public without those of
    :data:`PRIVATE`: ``id``, ``created``, ``action``, ``reason``; the ``moderator``'s
    and the ``person``'s names, ``None`` where there is none; and ``post_id``, ``title``
    and ``comment_id``, of what the public sees."""
    after_cursor = " AND (m.created, m.id) < (?, ?)" if cursor else ""
    left_out = PRIVATE if is_public else ()
    marks = ", ".join("?" * len(left_out)) or "''"
    found = (
        get_db()
        .execute(
            "SELECT m.id, CAST(m.created AS TEXT) AS created,"
            " CAST(m.action AS TEXT) AS action, CAST(m.reason AS TEXT) AS reason,"
            " CAST(w.username AS TEXT) AS moderator,"
            " CAST(u2.username AS TEXT) AS person, u2.closed AS person_closed,"
            " (SELECT CAST(p.title AS TEXT)"
            f" FROM {posts.PUBLIC} WHERE p.id = m.post_id) AS title,"
            " CAST(m.post_id AS BIGINT) AS post_id,"
            " (SELECT c.id FROM comment c WHERE c.id = m.comment_id"
            " AND c.removed IS NULL) AS comment_id"
            ' FROM moderation m LEFT JOIN "user" w ON w.id = m.moderator_id'
            ' LEFT JOIN "user" u2 ON u2.id = m.person_id'
            f" WHERE m.action NOT IN ({marks}){after_cursor}"
            " ORDER BY m.created DESC, m.id DESC LIMIT ?",
            (*left_out, *(cursor.key if cursor else ()), PAGE_SIZE + 1),
        )
        .fetchall()
    )
    rows, _, older = cut_page(found, PAGE_SIZE, cursor, get_cursor_key)
    return Page(rows, older)


def get_cursor_key(entry: Row) -> Key:
    """When, and the id, by which the log is sorted."""
    return entry["created"], entry["id"]


def count_by_person(user_id: int) -> Row:
    """What a moderator wants to know of somebody: ``username``, ``joined``, how many
    ``posts`` and ``comments`` of theirs the public sees, and how many times something
    of theirs was ``refused`` or taken back."""
    row: Row = (
        get_db()
        .execute(
            f"SELECT u.id, {people.columns('u')}, CAST(u.joined AS TEXT) AS joined,"
            " CAST(u.role AS TEXT) AS role,"
            f" {WRITTEN},"
            " (SELECT count(*) FROM moderation m WHERE m.person_id = u.id"
            " AND m.action IN ('post.refuse', 'comment.refuse', 'post.delete',"
            " 'post.withdraw', 'comment.remove', 'person.cleanup'))"
            # What was undone never was.
            " - (SELECT count(*) FROM moderation m WHERE m.person_id = u.id"
            " AND m.action = 'person.undo') AS refused"
            f' FROM "user" u {people.join("u")} WHERE u.id = ?',
            (user_id,),
        )
        .fetchone()
    )
    return row

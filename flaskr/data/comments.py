"""Comments and replies."""

import typing as t
from datetime import timedelta

from flask_babel import gettext as _

from ..db import get_db
from ..db import Row
from ..db import transaction
from ..text.lines import clean_lines
from ..text.markdown import VERSION
from ..text.names import is_visible
from . import notices
from . import people
from . import posts
from . import renderings
from .cursor import Cursor
from .cursor import cut_page
from .cursor import Key
from .opened import refuse_changed
from .times import format_ago
from .times import now

MAX_BODY = 5000  # characters
PAGE_SIZE = 50  # comments on one page of a post

# How long the same words again are a second click, and not something to say.
SENT_TWICE = timedelta(hours=1)

# A comment that lost its writer, as no foreign key lets one, counts as removed.
COLUMNS = (
    "c.id, c.post_id, c.parent_id, c.thread_id, c.author_id, c.created,"
    " coalesce(c.updated, c.created) AS updated, CAST(c.body AS TEXT) AS body,"
    " CAST(r.html AS TEXT) AS html, r.facts,"
    " coalesce(c.removed, CASE WHEN w.id IS NULL THEN c.created END) AS removed,"
    f" c.removed_by, c.moderated, {people.columns('w')}"
)

JOINS = f"{people.join('w')} {renderings.JOIN_COMMENT}"

# What lists comments leaves out replies to what is no comment, which neither have a
# place in a thread nor, if that is no number, in the order of threads.
IN_THREAD = "EXISTS (SELECT 1 FROM comment t WHERE t.id = c.thread_id)"


class Page(t.NamedTuple):
    """Comments in the order of their threads. ``before`` and ``after`` are the keys
    of the pages next to it, or ``None``."""

    comments: list[Row]
    before: Key | None
    after: Key | None


def find_page(post_id: int, cursor: Cursor | None = None) -> Page:
    """The first page of a post's comments, the oldest thread first, or the one at
    a cursor. A comment's key is ``(thread_id, id)``."""
    compare, order = ("<", "DESC") if cursor and cursor.back else (">", "ASC")
    after_cursor = f" AND (c.thread_id, c.id) {compare} (?, ?)" if cursor else ""
    found = (
        get_db()
        .execute(
            f'SELECT {COLUMNS} FROM comment c LEFT JOIN "user" w ON w.id = c.author_id'
            f" {JOINS}"
            f" WHERE c.post_id = ? AND {IN_THREAD}{after_cursor}"
            f" ORDER BY c.thread_id {order}, c.id {order} LIMIT ?",
            (VERSION, post_id, *(cursor.key if cursor else ()), PAGE_SIZE + 1),
        )
        .fetchall()
    )
    return Page(*cut_page(found, PAGE_SIZE, cursor, get_cursor_key))


def get_cursor_key(comment: Row) -> Key:
    """``(thread_id, id)``, by which the comments of a post are sorted."""
    return comment["thread_id"], comment["id"]


def find_page_start(comment: Row) -> Key | None:
    """The key after which the page with a comment begins; ``None`` for the first."""
    position = (
        get_db()
        .execute(
            "SELECT count(*) AS earlier FROM comment c"
            f" WHERE post_id = ? AND {IN_THREAD} AND (thread_id, id) < (?, ?)",
            (comment["post_id"], *get_cursor_key(comment)),
        )
        .fetchone()
    )
    start = position["earlier"] // PAGE_SIZE * PAGE_SIZE

    if start == 0:
        return None

    last = (
        get_db()
        .execute(
            f"SELECT thread_id, id FROM comment c WHERE post_id = ? AND {IN_THREAD}"
            " ORDER BY thread_id, id LIMIT 1 OFFSET ?",
            (comment["post_id"], start - 1),
        )
        .fetchone()
    )
    return get_cursor_key(last)


def find_newest(post_id: int | None, cursor: Cursor | None, limit: int) -> list[Row]:
    """Comments that the public sees, of a post or of all, the newest first, with
    their post's title."""
    of_post = " AND c.post_id = ?" if post_id else ""
    after_cursor = " AND (c.created, c.id) < (?, ?)" if cursor else ""
    return (
        get_db()
        .execute(
            f"SELECT {COLUMNS}, CAST(p.title AS TEXT) AS title, c.created AS sort"
            f" FROM {posts.PUBLIC} JOIN comment c ON c.post_id = p.id"
            f' JOIN "user" w ON w.id = c.author_id {JOINS}'
            f" WHERE c.removed IS NULL AND {IN_THREAD}{of_post}{after_cursor}"
            " ORDER BY c.created DESC, c.id DESC LIMIT ?",
            (
                VERSION,
                *((post_id,) if post_id else ()),
                *(cursor.key if cursor else ()),
                limit,
            ),
        )
        .fetchall()
    )


def find_public(comment_id: int) -> Row | None:
    """A comment on a post that the public sees, with the post's ``title``, its
    ``post_author_id`` and ``comments_closed``."""
    row: Row | None = (
        get_db()
        .execute(
            f"SELECT {COLUMNS}, CAST(p.title AS TEXT) AS title, p.comments_closed,"
            " p.author_id AS post_author_id"
            f" FROM {posts.PUBLIC} JOIN comment c ON c.post_id = p.id"
            f' LEFT JOIN "user" w ON w.id = c.author_id {JOINS}'
            f" WHERE c.id = ? AND {IN_THREAD}",
            (VERSION, comment_id),
        )
        .fetchone()
    )
    return row


def clean(body: str) -> str:
    """A comment as it is stored."""
    body = clean_lines(body)
    return body.strip("\n").rstrip()


def find_problem(body: str) -> str | None:
    """Why a clean comment can't be saved, as a sentence."""
    if not any(map(is_visible, body)):
        return _("Write something first.")
    elif len(body) > MAX_BODY:
        return _(
            "Your comment has %(number)d characters. Shorten it to %(most)d at most.",
            most=MAX_BODY,
            number=len(body),
        )
    else:
        return None


def find_same(post_id: int, thread_id: int, author_id: int, body: str) -> int:
    """The id of the comment that somebody just wrote in the same words under the same
    parent, or 0: a form that is sent twice says something once."""
    row = (
        get_db()
        .execute(
            "SELECT id FROM comment WHERE author_id = ? AND post_id = ? AND body = ?"
            " AND coalesce(parent_id, 0) = ? AND created > ?",
            (author_id, post_id, body, thread_id, format_ago(SENT_TWICE)),
        )
        .fetchone()
    )
    return row["id"] if row else 0


def create(
    post_id: int, thread_id: int, author_id: int, body: str, answered: int = 0
) -> int:
    """Add a comment, and return its id.

    :param thread_id, answered: the parent comment, and what it answers below it, or 0
    :return: 0 if the post, the parent or the account is gone, or the comments closed
    """
    rendering = renderings.make(renderings.COMMENT, body)

    with transaction() as db:
        added = db.execute(
            "INSERT INTO comment (post_id, parent_id, author_id, body)"
            f" SELECT p.id, nullif(?, 0), w.id, ? FROM {posts.PUBLIC}"
            ' JOIN "user" w ON w.id = ? AND w.closed IS NULL'
            " WHERE p.id = ? AND p.comments_closed IS NULL AND (? = 0 OR EXISTS"
            " (SELECT 1 FROM comment WHERE id = ? AND post_id = p.id)) RETURNING id",
            (thread_id, body, author_id, post_id, thread_id, thread_id),
        ).fetchone()

        if added:
            renderings.save(renderings.COMMENT, added["id"], body, rendering)
            notices.add_for_comment(added["id"], answered)

    return added["id"] if added else 0


def update(
    comment_id: int,
    body: str,
    written: tuple[int, timedelta] | None,
    opened: str | None = None,
) -> bool:
    """Save a comment; ``False`` if it is not, or no more, by who wrote it then, or
    removed.

    :param written: by whom, and not longer ago than what; ``None`` for those who may
        change what anybody wrote
    :param opened: as of :func:`.opened.refuse_changed`
    :raise Changed:
    """
    rendering = renderings.make(renderings.COMMENT, body)
    only = " AND author_id = ? AND created > ?" if written else ""
    parameters = (written[0], format_ago(written[1])) if written else ()

    with transaction() as db:
        if newest := find_public(comment_id):
            refuse_changed(opened, (body,), (newest["body"],))

        updated = db.execute(
            "UPDATE comment SET body = ?, updated = CASE body WHEN ? THEN updated"
            " ELSE ? END"
            f" WHERE id = ? AND removed IS NULL{only}",
            (body, body, now(), comment_id, *parameters),
        )

        if updated.rowcount == 1:
            renderings.save(renderings.COMMENT, comment_id, body, rendering)

    return updated.rowcount == 1


def remove(comment_id: int, by: int, is_moderated: bool = False) -> None:
    """Remove a comment; while replies hang on it, its place stays.

    :param is_moderated: whether whoever removes it wrote neither it nor the post
    """
    removed = now()

    with transaction() as db:
        db.execute(
            "UPDATE comment SET removed = ?, removed_by = ?, moderated = ?,"
            " author_id = NULL, body = '' WHERE id = ? AND removed IS NULL"
            " AND EXISTS (SELECT 1 FROM comment a WHERE a.parent_id = comment.id)",
            (removed, by, removed if is_moderated else None, comment_id),
        )
        db.execute(
            "DELETE FROM comment WHERE id = ? AND removed IS NULL", (comment_id,)
        )


def remove_all_by(author_id: int, is_moderated: bool = False) -> None:
    """Remove what somebody wrote, in the transaction of the caller, who closes the
    account or, if it is moderated, suspends it."""
    db = get_db()
    removed = now()
    # The replies first: then fewer comments have any.
    db.execute(
        "DELETE FROM comment WHERE author_id = ? AND parent_id IS NOT NULL",
        (author_id,),
    )
    db.execute(
        "DELETE FROM comment WHERE author_id = ? AND NOT EXISTS"
        " (SELECT 1 FROM comment a WHERE a.parent_id = comment.id)",
        (author_id,),
    )
    db.execute(
        "UPDATE comment SET removed = ?, moderated = ?, author_id = NULL, body = ''"
        " WHERE author_id = ?",
        (removed, removed if is_moderated else None, author_id),
    )


def set_closed(post_id: int, closed: bool) -> None:
    """Close the comments of a post, or open them again."""
    with transaction() as db:
        if closed:
            db.execute(
                "UPDATE post SET comments_closed = ?"
                " WHERE id = ? AND comments_closed IS NULL",
                (now(), post_id),
            )
        else:
            db.execute(
                "UPDATE post SET comments_closed = NULL WHERE id = ?", (post_id,)
            )

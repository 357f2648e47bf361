"""What came from other blogs: which texts and people they are here."""

import typing as t
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import ExitStack

from flask import current_app

from ..db import get_db
from ..db import get_engine
from ..db import Row
from ..db import transaction
from ..errors import DatabaseUnavailable
from ..text.markdown import Rendering
from ..writers import TurnTaken
from . import old_addresses
from . import posts
from . import renderings
from . import roles
from . import users
from .times import now

# Digests that are looked up in one statement.
BATCH = 500

# Seconds to wait for another import.
IMPORT_WAIT = 60


class Comment(t.NamedTuple):
    """A comment as it is written: its own digest, that of the thread's first one or the
    empty string, who wrote it, when, in UTC, and its text."""

    digest: str
    thread: str
    author_id: int
    created: str
    body: str
    rendering: Rendering


class Post(t.NamedTuple):
    """A post or page as it is written; times are in UTC."""

    id: int
    digest: str
    author_id: int
    title: str
    body: str
    rendering: Rendering
    tags: list[str]
    created: str
    updated: str | None
    drafted: str | None
    due: str | None
    is_page: bool
    addresses: list[str]
    #: By what it is known again as of a blog elsewhere; empty for nothing.
    fingerprint: str = ""


class ImportRunning(DatabaseUnavailable):
    """Another import writes to this blog for long."""

    def __init__(self) -> None:
        super().__init__("another import is running")
        self.reason = (
            "Another import is running. Run this again when it has ended: what it took"
            " is not taken twice."
        )


class Known(t.NamedTuple):
    """A text that came before: the number of its post, and whether it was written, or
    the number is kept for it."""

    post_id: int
    is_written: bool


@contextmanager
def only_import() -> Iterator[None]:
    """Be the only import into this blog, once another one has ended: of two that take
    the same, each would be told half of it, and what one writes, the other waits for.

    :raise ImportRunning: if that takes long
    """
    database = current_app.config["DATABASE"]

    with ExitStack() as stack:
        try:
            turn = get_engine().hold_turn(database, "import", IMPORT_WAIT)
            stack.enter_context(turn)
        except TurnTaken as e:
            raise ImportRunning from e

        yield


def find_texts(digests: Collection[str]) -> dict[str, Known]:
    """Those of some texts that came before."""
    query = (
        "SELECT CAST(digest AS TEXT) AS digest, post_id, written FROM imported_text"
        " WHERE digest"
    )
    return {
        row["digest"]: Known(row["post_id"], row["written"] is not None)
        for row in find_rows(query, digests)
    }


def find_originals(fingerprints: Iterable[str]) -> dict[str, str]:
    """The digests of posts that came before, by those of some fingerprints that they
    came with."""
    query = (
        "SELECT CAST(f.digest AS TEXT) AS fingerprint,"
        " CAST(o.digest AS TEXT) AS digest FROM imported_text f"
        " JOIN imported_text o ON o.post_id = f.post_id"
        " AND o.comment_id IS NULL AND o.digest <> f.digest WHERE f.digest"
    )
    return {row["fingerprint"]: row["digest"] for row in find_rows(query, fingerprints)}


def find_rows(query: str, digests: Iterable[str]) -> Iterator[Row]:
    """What a query finds, which ends with the column that has one of the digests."""
    left = list(digests)

    while left:
        some, left = left[:BATCH], left[BATCH:]
        marks = ", ".join("?" * len(some))
        yield from get_db().execute(f"{query} IN ({marks})", tuple(some)).fetchall()


def keep_numbers(digests: Iterable[str], author_id: int) -> None:
    """Keep a number for each of some posts that are to come, unless they have one."""
    drafted = now()

    with transaction() as db:
        for digest in digests:
            # No number is given twice, also of a post that went.
            row = db.execute(
                "INSERT INTO post (author_id, title, body, created, drafted)"
                " VALUES (?, '', '', ?, ?) RETURNING id",
                (author_id, drafted, drafted),
            ).fetchone()
            db.execute("DELETE FROM post WHERE id = ?", (row["id"],))
            db.execute(
                "INSERT INTO imported_text (digest, post_id) VALUES (?, ?)"
                " ON CONFLICT (digest) DO NOTHING",
                (digest, row["id"]),
            )


def write_post(post: Post) -> bool:
    """Write a post under the number that is kept for it, in the transaction of the
    caller; ``False`` if it is written."""
    db = get_db()
    made = now()
    claimed = db.execute(
        "UPDATE imported_text SET written = ? WHERE digest = ? AND written IS NULL",
        (made, post.digest),
    )

    if claimed.rowcount != 1:
        return False

    if post.fingerprint:
        db.execute(
            "INSERT INTO imported_text (digest, post_id, written) VALUES (?, ?, ?)"
            " ON CONFLICT (digest) DO NOTHING",
            (post.fingerprint, post.id, made),
        )

    page = made if post.is_page else None
    db.execute(
        "INSERT INTO post (id, author_id, title, body, created, updated, drafted, due,"
        " page, comments_closed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(post.id, post.author_id, post.title, post.body, post.created),
            *(post.updated, post.drafted, post.due, page, page),
        ),
    )
    posts.set_tags(post.id, post.tags)
    renderings.save(renderings.POST, post.id, post.body, post.rendering)
    old_addresses.add(post.id, post.addresses)
    return True


def write_comments(post_id: int, comments: Iterable[Comment]) -> int:
    """Write those comments of a post that did not come before, in this order, in the
    transaction of the caller; return how many."""
    db = get_db()

    if not has_post(post_id):
        return 0

    rows = db.execute(
        "SELECT CAST(i.digest AS TEXT) AS digest, c.id, c.parent_id"
        " FROM imported_text i LEFT JOIN comment c ON c.id = i.comment_id"
        " WHERE i.post_id = ? AND i.comment_id IS NOT NULL",
        (post_id,),
    )
    threads = {row["digest"]: row["parent_id"] or row["id"] for row in rows.fetchall()}
    written = 0

    for comment in comments:
        if comment.digest in threads:
            continue

        thread_id = threads.get(comment.thread)
        row = db.execute(
            "INSERT INTO comment (post_id, parent_id, author_id, created, body)"
            " VALUES (?, ?, ?, ?, ?) RETURNING id",
            (post_id, thread_id, comment.author_id, comment.created, comment.body),
        ).fetchone()
        threads[comment.digest] = thread_id or row["id"]
        db.execute(
            "INSERT INTO imported_text (digest, post_id, comment_id, written)"
            " VALUES (?, ?, ?, ?)",
            (comment.digest, post_id, row["id"], now()),
        )
        renderings.save(renderings.COMMENT, row["id"], comment.body, comment.rendering)
        written += 1

    return written


def has_post(post_id: int) -> bool:
    """Whether a post is there, and neither in the bin nor gone."""
    row = get_db().execute("SELECT 1 FROM post WHERE id = ?", (post_id,))
    return row.fetchone() is not None


def find_person(digest: str) -> int | None:
    """The id of whom somebody of another blog is here, if anybody."""
    row = (
        get_db()
        .execute("SELECT user_id FROM imported_person WHERE digest = ?", (digest,))
        .fetchone()
    )
    return row["user_id"] if row else None


def add_person(digest: str, name: str, role: roles.Role) -> int | None:
    """An account without a password for somebody of another blog, or the one of before;
    ``None`` if the name is taken."""
    with transaction() as db:
        if known := find_person(digest):
            return known

        if users.find_taken(name) or not users.create(name, "", role):
            return None

        user = t.cast(Row, users.find(name))
        db.execute(
            "INSERT INTO imported_person (digest, user_id) VALUES (?, ?)",
            (digest, user["id"]),
        )

    id: int = user["id"]
    return id


def find_owner() -> Row | None:
    """Who owned the blog first: ``id`` and ``username``."""
    row: Row | None = (
        get_db()
        .execute(
            'SELECT id, CAST(username AS TEXT) AS username FROM "user" o'
            f" WHERE {roles.OWNS} ORDER BY id LIMIT 1"
        )
        .fetchone()
    )
    return row

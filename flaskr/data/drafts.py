"""Posts that the public does not see yet, or not any more: drafts, of which some are
scheduled. As long as one has never been public, ``created`` and ``drafted`` are the
same."""

import typing as t

from ..db import get_db
from ..db import Row
from ..db import transaction
from ..writers import SHORT_WAIT
from . import posts
from .cursor import Cursor
from .cursor import cut_page
from .times import now

# Posts on one page of somebody's drafts.
PAGE_SIZE = 20

# Scheduled posts that are published in one go, once they are due.
MAX_DUE = 50


class State(t.NamedTuple):
    """What a post is to be: public, or a draft, which becomes public at a time in UTC
    or, with ``None``, when somebody publishes it."""

    is_draft: bool
    due: str | None = None


PUBLIC = State(is_draft=False)
DRAFT = State(is_draft=True)


def read_state(post: Row) -> State:
    """What a post of :func:`.posts.find` is."""
    is_draft = post["drafted"] is not None
    return State(is_draft, post["due"] if is_draft else None)


def was_public(text: Row) -> bool:
    """Whether the public ever saw a post, in the bin or not; or a comment, which it
    always did."""
    is_draft = "drafted" in text.keys() and text["drafted"] is not None
    return not is_draft or text["created"] != text["drafted"]


def set_state(post_id: int, state: State) -> None:
    """Have a draft be public, or go on as one. What is public stays so:
    :func:`withdraw` takes it back."""
    with transaction() as db:
        if not state.is_draft:
            publish(post_id)
            return

        saved = now()
        db.execute(
            "UPDATE post SET due = ?, drafted = ?,"
            " created = CASE WHEN created = drafted THEN ? ELSE created END"
            " WHERE id = ? AND drafted IS NOT NULL",
            (state.due, saved, saved, post_id),
        )


def publish(post_id: int) -> None:
    """Publish a draft, in the transaction of the caller. What was public before keeps
    its date."""
    db = get_db()
    db.execute(
        "UPDATE post SET created = CASE WHEN created = drafted THEN ? ELSE created END,"
        " updated = CASE WHEN created = drafted THEN NULL ELSE updated END,"
        " drafted = NULL, due = NULL WHERE id = ? AND drafted IS NOT NULL",
        (now(), post_id),
    )
    show_version(post_id)


def show_version(post_id: int) -> None:
    """Have the newest version of a post be one that the public has seen."""
    get_db().execute(
        "UPDATE revision SET drafted = NULL WHERE post_id = ?"
        " AND version = (SELECT version FROM post WHERE id = ?)",
        (post_id, post_id),
    )


def hide_version(post_id: int) -> None:
    """Have the newest version of a post be one that the public has not seen."""
    get_db().execute(
        "UPDATE revision SET drafted = ? WHERE post_id = ?"
        " AND version = (SELECT version FROM post WHERE id = ?)",
        (now(), post_id, post_id),
    )


def hold_back(author_id: int) -> None:
    """Have nothing of somebody become public later, or be read by a link before."""
    with transaction() as db:
        db.execute(
            "UPDATE post SET due = NULL"
            " WHERE author_id = ? AND due IS NOT NULL AND drafted IS NOT NULL",
            (author_id,),
        )
        db.execute(
            "DELETE FROM one_time_link WHERE post_id IN"
            " (SELECT id FROM post WHERE author_id = ? AND drafted IS NOT NULL)",
            (author_id,),
        )


def withdraw(post_id: int) -> None:
    """Take back the publication of a post, and keep all that belongs to it."""
    with transaction() as db:
        db.execute(
            "UPDATE post SET drafted = ?, due = NULL WHERE id = ? AND drafted IS NULL",
            (now(), post_id),
        )


def find_next_due() -> object:
    """When the next scheduled post is due, as the database has it; ``None`` if there is
    none."""
    row = (
        get_db()
        .execute(
            "SELECT min(due) AS due FROM post"
            " WHERE due IS NOT NULL AND drafted IS NOT NULL"
        )
        .fetchone()
    )
    return row["due"]


def publish_due() -> None:
    """Publish the scheduled posts that are due, once: whichever process is first."""
    # Most often there is none, and nobody has to wait for a turn to write.
    if not is_due(find_next_due()):
        return

    with transaction(is_aside=True, seconds=SHORT_WAIT) as db:
        due = db.execute(
            "SELECT id FROM post WHERE due <= ? AND drafted IS NOT NULL"
            " ORDER BY due, id LIMIT ?",
            (now(), MAX_DUE),
        ).fetchall()

        for post in due:
            db.execute(
                "UPDATE post SET created = due, updated = NULL, drafted = NULL,"
                " due = NULL WHERE id = ?",
                (post["id"],),
            )
            show_version(post["id"])


def is_due(time: object) -> bool:
    """Whether a time of :func:`find_next_due` has come."""
    return isinstance(time, str) and time <= now()


def find_page(
    author_id: int, is_scheduled: bool, cursor: Cursor | None = None
) -> posts.Page:
    """The drafts of somebody, those saved last first, or the scheduled posts, those
    that are due last first: the first page, or the one at a cursor."""
    which = posts.Filter(
        where=f"p.author_id = ? AND p.drafted IS NOT NULL AND p.due IS"
        f"{' NOT' * is_scheduled} NULL",
        parameters=(author_id,),
        sort=("p.due" if is_scheduled else "p.drafted", "p.number"),
        source=posts.ALL,
    )
    found = posts.select_posts(which, cursor, posts.FACTS, PAGE_SIZE + 1)
    rows, newer, older = cut_page(found, PAGE_SIZE, cursor, posts.get_cursor_key)
    return posts.Page(rows, older, newer)


def count(author_id: int) -> int:
    """How many drafts somebody has, with those that are scheduled."""
    row = (
        get_db()
        .execute(
            "SELECT count(*) AS number FROM post"
            " WHERE author_id = ? AND drafted IS NOT NULL",
            (author_id,),
        )
        .fetchone()
    )
    number: int = row["number"]
    return number

"""Posts, no routes: blog.py has the pages."""

import re
import sqlite3
from typing import NamedTuple

from .db import get_db
from .db import transaction
from .names import is_visible

MAX_TITLE = 200  # characters
MAX_BODY = 200_000  # bytes of UTF-8

# Characters of a body in a list of posts, so that ten long posts are not
# megabytes.
EXCERPT = 1000

EXCERPTS = (
    "SELECT p.id, title, substr(body, 1, ?) AS body, created, author_id, username"
    ' FROM post p JOIN "user" u ON p.author_id = u.id'
)

# Controls, and the directions that would run on into the text around a title.
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

Key = tuple[str, int]

# Greater than every key. Text that is a number, like "9999", would be less.
AFTER_ALL = ("\U0010ffff", 0)


class Page(NamedTuple):
    """Posts, newest first. ``older`` and ``newer`` are the keys of the pages next
    to it, the ``(created, id)`` of a post, or ``None``."""

    posts: list[sqlite3.Row]
    older: Key | None
    newer: Key | None


def newest(size: int, older_than: Key | None = None) -> Page:
    """The first page of posts, or the one that follows a key."""
    # One more than the page has, to know whether another one follows.
    rows = (
        get_db()
        .execute(
            f"{EXCERPTS} WHERE (created, p.id) < (?, ?)"
            " ORDER BY created DESC, p.id DESC LIMIT ?",
            (EXCERPT + 1, *(older_than or AFTER_ALL), size + 1),
        )
        .fetchall()
    )
    posts = rows[:size]
    return Page(
        posts,
        older=key(posts[-1]) if len(rows) > size else None,
        newer=key(posts[0]) if older_than and posts else None,
    )


def newer_than(size: int, than: Key) -> Page:
    """The page of posts before the one that starts with a key."""
    rows = (
        get_db()
        .execute(
            f"{EXCERPTS} WHERE (created, p.id) > (?, ?) ORDER BY created, p.id LIMIT ?",
            (EXCERPT + 1, *than, size + 1),
        )
        .fetchall()
    )
    posts = rows[:size][::-1]
    return Page(
        posts,
        older=key(posts[-1]) if posts else None,
        newer=key(posts[0]) if len(rows) > size else None,
    )


def key(post: sqlite3.Row) -> Key:
    return post["created"], post["id"]


def excerpt(body: str) -> str:
    """The beginning of a body, cut between words."""
    if len(body) <= EXCERPT:
        return body

    text = body[:EXCERPT]
    end = max(text.rfind(" "), text.rfind("\n"))

    # Not every script has spaces.
    if end > EXCERPT * 0.8:
        text = text[:end]

    return text.rstrip() + " …"


def find(post_id: int) -> sqlite3.Row | None:
    """A post with its author's name."""
    row: sqlite3.Row | None = (
        get_db()
        .execute(
            "SELECT p.id, title, body, created, author_id, username"
            ' FROM post p JOIN "user" u ON p.author_id = u.id'
            " WHERE p.id = ?",
            (post_id,),
        )
        .fetchone()
    )
    return row


def clean(title: str, body: str) -> tuple[str, str]:
    """A title and a body as they are stored: one line, and lines that end alike."""
    one_line = " ".join(title.split())
    title = " ".join(CONTROLS.sub("", one_line).split())
    body = body.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    return title, body


def problem_with(title: str, body: str) -> str | None:
    """Why a clean title and body can't be saved, as a sentence."""
    if not any(map(is_visible, title)):
        return "Title is required."
    elif len(title) > MAX_TITLE:
        return f"Use at most {MAX_TITLE} characters for a title; this has {len(title)}."
    elif (size := len(body.encode())) > MAX_BODY:
        return (
            f"Use at most {MAX_BODY // 1000} kB of text; this has {size / 1000:.1f} kB."
            " Make two posts of it."
        )
    else:
        return None


def create(author_id: int, title: str, body: str) -> int | None:
    """Publish a post and return its id; ``None`` if the account is closed."""
    with transaction() as db:
        row = db.execute(
            "INSERT INTO post (title, body, author_id)"
            ' SELECT ?, ?, id FROM "user" WHERE id = ? AND closed IS NULL'
            " RETURNING id",
            (title, body, author_id),
        ).fetchone()

    if row is None:
        return None

    post_id: int = row["id"]
    return post_id


def update(post_id: int, title: str, body: str) -> bool:
    """Save a post; ``False`` if it is gone."""
    with transaction() as db:
        updated = db.execute(
            "UPDATE post SET title = ?, body = ? WHERE id = ?", (title, body, post_id)
        )

    return updated.rowcount == 1


def delete(post_id: int) -> None:
    with transaction() as db:
        db.execute("DELETE FROM post WHERE id = ?", (post_id,))

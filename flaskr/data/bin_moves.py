"""Moving posts into the bin, each with what belongs to it, and back."""

import typing as t

from ..db import get_db
from ..db import transaction
from . import bin
from . import pages
from . import renderings
from .times import now

# Comments of a post that are rendered as it comes back: the rest when they are shown,
# or by init-db.
MAX_RENDERED = 500


class Rows(t.NamedTuple):
    """What moves with a post: a table with a ``post_id``, its twin in the bin with a
    ``binned_id`` instead, and the columns that both have."""

    table: str
    binned: str
    columns: tuple[str, ...]


# What a post has, and the tables of what belongs to it: a new column has its twin in
# binned_post, and is named here; so is a new table. What is made of others by triggers,
# as counts are, is made again.
POST = (
    "author_id, created, title, body, updated, comments_closed, version, drafted, due,"
    " page, header_position"
)
ROWS = (
    Rows(
        "comment",
        "binned_comment",
        (
            *("id", "parent_id", "author_id", "created", "updated", "body"),
            *("removed", "removed_by", "moderated"),
        ),
    ),
    Rows("post_like", "binned_like", ("user_id", "created")),
    Rows(
        "revision",
        "binned_revision",
        (
            *("version", "author_id", "created", "title", "tags"),
            *("added", "removed", "position", "base", "content", "drafted"),
        ),
    ),
)

# Rows that refer to other tables, which may change meanwhile.
TAGS = (
    "INSERT INTO binned_tag (binned_id, position, key, name)"
    " SELECT b.id, x.id, tag.key, tag.name FROM binned_post b"
    " JOIN post_tag x ON x.post_id = b.post_id JOIN tag ON tag.id = x.tag_id"
)
IMAGES = (
    "INSERT INTO image_use (binned_id, hash) SELECT b.id, x.hash"
    " FROM binned_post b JOIN image_use x ON x.post_id = b.post_id"
)

# What the tables of posts let nobody refer to, where another program wrote it: people
# and comments that there are not.
MENDED = (
    "UPDATE binned_comment SET removed = coalesce(removed, created), author_id = NULL,"
    " body = '' WHERE binned_id = ? AND NOT EXISTS (SELECT 1 FROM \"user\" u"
    " WHERE u.id = author_id)",
    "UPDATE binned_comment SET removed_by = NULL WHERE binned_id = ?"
    ' AND NOT EXISTS (SELECT 1 FROM "user" u WHERE u.id = removed_by)',
    "DELETE FROM binned_comment WHERE binned_id = ? AND parent_id IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM binned_comment a WHERE a.id ="
    " binned_comment.parent_id AND a.binned_id = binned_comment.binned_id)",
    "UPDATE binned_revision SET author_id = NULL WHERE binned_id = ?"
    ' AND NOT EXISTS (SELECT 1 FROM "user" u WHERE u.id = author_id)',
    "DELETE FROM binned_like WHERE binned_id = ?"
    ' AND NOT EXISTS (SELECT 1 FROM "user" u WHERE u.id = user_id)',
)


class IdTaken(Exception):
    """Plain SQL gave the id of a post in the bin, or of a comment on it, to another."""


def put(post_id: int) -> int | None:
    """Move a post into the bin and return its id there; ``None`` if it is gone."""
    ids = move("id = ?", post_id, now())
    return ids[0] if ids else None


def put_all_by(author_id: int, deleted: str) -> list[int]:
    """Move all posts of somebody into the bin, in the transaction of the caller; return
    their ids there."""
    return move("author_id = ?", author_id, deleted)


def move(which: str, parameter: int, deleted: str) -> list[int]:
    """Move posts, with all that belongs to them, into the bin; return their ids
    there."""
    with transaction() as db:
        added = db.execute(
            f"INSERT INTO binned_post (post_id, {POST}, deleted)"
            f" SELECT id, {POST}, ? FROM post WHERE {which} ORDER BY id RETURNING id",
            (deleted, parameter),
        ).fetchall()
        ids = sorted(row["id"] for row in added)

        if ids:
            # Nobody else writes meanwhile.
            new = " WHERE b.id BETWEEN ? AND ?"

            for rows in ROWS:
                names = ", ".join(rows.columns)
                values = ", ".join(f"x.{name}" for name in rows.columns)
                db.execute(
                    f"INSERT INTO {rows.binned} (binned_id, {names})"
                    f" SELECT b.id, {values} FROM binned_post b"
                    f" JOIN {rows.table} x ON x.post_id = b.post_id{new}",
                    (ids[0], ids[-1]),
                )

            db.execute(TAGS + new, (ids[0], ids[-1]))
            db.execute(IMAGES + new, (ids[0], ids[-1]))
            db.execute(f"DELETE FROM post WHERE {which}", (parameter,))

    return ids


def restore(binned_id: int, is_undone: bool = False) -> int | None:
    """Bring a post back as it was and return its id; ``None`` if it is not in the bin
    any more, or its time is over. What was due meanwhile is a draft again: nobody
    expects it to be public at once.

    :param is_undone: as if it had never been in the bin: then it is still due
    :raise IdTaken: if another one has its id by now; then it stays
    """
    texts = find_texts(binned_id)
    made = [(kind, id, text, renderings.make(kind, text)) for kind, id, text in texts]

    with transaction() as db:
        binned = bin.find(binned_id)

        if binned is None:
            return None

        if has_taken_id(binned_id):
            raise IdTaken

        for statement in MENDED:
            db.execute(statement, (binned_id,))

        put_back(binned_id, binned["post_id"], "" if is_undone else now())
        db.execute("DELETE FROM binned_post WHERE id = ?", (binned_id,))

        for kind, id, text, rendering in made:
            renderings.save(kind, id, text, rendering)

    post_id: int = binned["post_id"]
    return post_id


def put_back(binned_id: int, post_id: int, due_after: str) -> None:
    """Copy what is in the bin to where it was, and have it due only if that is after a
    time, in the transaction of the caller."""
    db = get_db()
    db.execute(
        f"INSERT INTO post (id, {POST}) SELECT post_id, {POST} FROM binned_post"
        " WHERE id = ?",
        (binned_id,),
    )

    for rows in ROWS:
        names = ", ".join(rows.columns)
        db.execute(
            f"INSERT INTO {rows.table} (post_id, {names})"
            f" SELECT ?, {names} FROM {rows.binned} WHERE binned_id = ?",
            (post_id, binned_id),
        )

    # One that others use keeps the name that it has there.
    db.execute(
        "INSERT INTO tag (key, name) SELECT key, name FROM binned_tag"
        " WHERE binned_id = ? ORDER BY position ON CONFLICT (key) DO NOTHING",
        (binned_id,),
    )
    db.execute(
        "INSERT INTO post_tag (post_id, tag_id, created)"
        " SELECT b.post_id, tag.id,"
        " CASE WHEN b.drafted IS NULL AND b.page IS NULL THEN b.created ELSE '' END"
        " FROM binned_post b"
        " JOIN binned_tag x ON x.binned_id = b.id JOIN tag ON tag.key = x.key"
        " WHERE b.id = ? ORDER BY x.position",
        (binned_id,),
    )
    # Its tags have raised the number, as if they were new.
    db.execute(
        "UPDATE post SET due = CASE WHEN due > ? THEN due END, version ="
        " (SELECT version FROM binned_post WHERE binned_post.id = ?) WHERE id = ?",
        (due_after, binned_id, post_id),
    )
    pages.make_room(post_id)


def has_taken_id(binned_id: int) -> bool:
    """Whether another post has the id of one in the bin, or another comment that of
    one on it."""
    taken = get_db().execute(
        "SELECT 1 FROM binned_post b JOIN post p ON p.id = b.post_id WHERE b.id = ?"
        " UNION ALL"
        " SELECT 1 FROM binned_comment x JOIN comment c ON c.id = x.id"
        " WHERE x.binned_id = ?",
        (binned_id, binned_id),
    )
    return taken.fetchone() is not None


def find_texts(binned_id: int) -> list[tuple[renderings.Kind, int, str]]:
    """The texts of a post in the bin and of its comments, with their ids outside."""
    db = get_db()
    posts = db.execute(
        "SELECT post_id AS id, coalesce(CAST(body AS TEXT), '') AS body"
        " FROM binned_post WHERE id = ?",
        (binned_id,),
    ).fetchall()
    comments = db.execute(
        "SELECT id, coalesce(CAST(body AS TEXT), '') AS body FROM binned_comment"
        " WHERE binned_id = ? AND removed IS NULL ORDER BY id LIMIT ?",
        (binned_id, MAX_RENDERED),
    ).fetchall()
    return [
        *((renderings.POST, row["id"], row["body"]) for row in posts),
        *((renderings.COMMENT, row["id"], row["body"]) for row in comments),
    ]

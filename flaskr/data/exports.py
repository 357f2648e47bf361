"""All that somebody wrote, public or not, to take it elsewhere."""

import typing as t
from collections.abc import Iterator

from ..db import get_db

# Texts that are read at once: what is in memory does not grow with their number.
BATCH = 20


class Kind(t.NamedTuple):
    """Texts of one kind: their columns, numbers and texts, where they are, and how the
    tags of one are found by its id there, if it has some."""

    numbers: tuple[str, ...]
    texts: tuple[str, ...]
    table: str
    tags: str | None = None


OF_POST = ("created", "updated", "drafted", "due", "title", "body")
OF_COMMENT = ("created", "body")

# By their names in the file. What was taken back as spam is in the last ones.
KINDS = {
    "posts": Kind(
        ("id",),
        OF_POST,
        "post",
        "SELECT CAST(g.name AS TEXT) AS name FROM post_tag x"
        " JOIN tag g ON g.id = x.tag_id WHERE x.post_id = ? ORDER BY x.id",
    ),
    "deleted_posts": Kind(
        ("post_id",),
        ("deleted", *OF_POST),
        "binned_post",
        "SELECT CAST(name AS TEXT) AS name FROM binned_tag WHERE binned_id = ?"
        " ORDER BY position",
    ),
    "comments": Kind(("post_id", "parent_id"), OF_COMMENT, "comment"),
    "waiting_comments": Kind(("post_id", "parent_id"), OF_COMMENT, "waiting_comment"),
    "deleted_comments": Kind(("post_id", "parent_id"), OF_COMMENT, "cleanup_comment"),
}


def find_texts(user_id: int, kind: Kind) -> Iterator[dict[str, object]]:
    """What somebody wrote of a kind, the oldest first: all columns that are not
    ``NULL``, and the ``tags``."""
    columns = ", ".join(
        (*kind.numbers, *(f"CAST({name} AS TEXT) AS {name}" for name in kind.texts))
    )
    last = 0

    while rows := (
        get_db()
        .execute(
            f"SELECT id AS place, {columns} FROM {kind.table}"
            " WHERE author_id = ? AND id > ? ORDER BY id LIMIT ?",
            (user_id, last, BATCH),
        )
        .fetchall()
    ):
        for row in rows:
            last = row["place"]
            found = {name: row[name] for name in kind.numbers + kind.texts}
            text = {name: value for name, value in found.items() if value is not None}
            yield text | find_tags(kind, last)


def find_tags(kind: Kind, id: int) -> dict[str, object]:
    """The tags of a text, where texts of that kind have some."""
    if kind.tags is None:
        return {}

    found = get_db().execute(kind.tags, (id,))
    return {"tags": [row["name"] for row in found.fetchall()]}

"""The numbers that lists show: comments and likes of each post."""

from collections.abc import Iterator

from ...db import get_db
from ...db import Row
from ...db import transaction
from ...findings import broken
from ...findings import Finding
from ...findings import name_some
from ...findings import ok
from ...findings import untidy
from .batches import count

# All posts whose numbers are not what the rows say, and what those say.
WRONG = (
    "SELECT p.id, coalesce(c.number, 0) AS comments, coalesce(l.number, 0) AS likes"
    " FROM post p"
    " LEFT JOIN (SELECT post_id, count(*) AS number FROM comment"
    " WHERE removed IS NULL GROUP BY post_id) c ON c.post_id = p.id"
    " LEFT JOIN (SELECT post_id, count(*) AS number FROM post_like"
    " GROUP BY post_id) l ON l.post_id = p.id"
    " LEFT JOIN post_count n ON n.post_id = p.id"
    " WHERE coalesce(n.comments, 0) <> coalesce(c.number, 0)"
    " OR coalesce(n.likes, 0) <> coalesce(l.number, 0) ORDER BY p.id"
)

# Those of no post: the rows of one that comes next would begin with them.
OF_NOTHING = (
    "SELECT post_id AS id FROM post_count"
    " WHERE post_id NOT IN (SELECT id FROM post) ORDER BY post_id"
)

# What a tag's list takes for the time of a post, and is another one.
OTHER_TIMES = (
    "SELECT t.id FROM post_tag t JOIN post p ON p.id = t.post_id WHERE t.created <>"
    " CASE WHEN p.drafted IS NULL THEN p.created ELSE '' END ORDER BY t.id"
)


def find(sql: str) -> list[Row]:
    """The rows of one of these."""
    return get_db().execute(sql).fetchall()


def check() -> Iterator[Finding]:
    """Count comments and likes again, and compare the times of tags."""
    found = [
        ("post", WRONG, "Counted wrongly"),
        ("post", OF_NOTHING, "Counted, and gone"),
    ]
    is_wrong = False

    for table, sql, what in found:
        if ids := [row["id"] for row in find(sql)]:
            is_wrong = True
            yield broken(f"{what}: {len(ids):,}. {name_some(table, ids)}.")

    if ids := [row["id"] for row in find(OTHER_TIMES)]:
        yield untidy(
            f"Listed under another time than their post: {len(ids):,}."
            f" {name_some('post_tag', ids)}."
        )

    if not is_wrong:
        yield ok(f"Comments and likes of {count('post'):,} posts, counted again.")


def repair() -> None:
    """Write what the rows say."""
    with transaction() as db:
        db.execute("DELETE FROM post_count WHERE post_id NOT IN (SELECT id FROM post)")

        for row in find(WRONG):
            db.execute(
                "INSERT INTO post_count (post_id, comments, likes) VALUES (?, ?, ?)"
                " ON CONFLICT (post_id) DO UPDATE"
                " SET comments = excluded.comments, likes = excluded.likes",
                (row["id"], row["comments"], row["likes"]),
            )

        for row in find(OTHER_TIMES):
            db.execute(
                "UPDATE post_tag SET created = (SELECT CASE WHEN drafted IS NULL"
                " THEN created ELSE '' END FROM post WHERE id = post_tag.post_id)"
                " WHERE id = ?",
                (row["id"],),
            )

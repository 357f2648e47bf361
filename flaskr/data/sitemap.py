"""Posts in parts that stay as they are, for search engines."""

from ..db import get_db
from ..db import Row
from . import posts

# Posts in one file. sitemaps.org allows 50,000, which would keep a thread for more
# than a second.
PART_SIZE = 10_000
MAX_ID = 2**63 - 1


def find_parts() -> list[int]:
    """The numbers of the parts that have posts, by a jump from each to the next."""
    found = []
    last = 0

    while post_id := find_next_id(last):
        found.append(-(-post_id // PART_SIZE))
        last = min(found[-1] * PART_SIZE, MAX_ID)

    return found


def find_next_id(after: int) -> int:
    """The smallest id of a public post that is greater than ``after``, or 0."""
    row = (
        get_db()
        .execute(
            f"SELECT p.id FROM {posts.PUBLIC} WHERE p.id > ? ORDER BY p.id LIMIT 1",
            (after,),
        )
        .fetchone()
    )
    return row["id"] if row else 0


def find_part(number: int) -> list[Row]:
    """The posts of one part: by their numbers, so that a part stays as it is when
    somebody writes."""
    return (
        get_db()
        .execute(
            "SELECT p.id, CAST(title AS TEXT) AS title,"
            " coalesce(p.updated, p.created) AS updated"
            f" FROM {posts.PUBLIC} WHERE p.id > ? AND p.id <= ? ORDER BY p.id",
            tuple(min(n * PART_SIZE, MAX_ID) for n in (number - 1, number)),
        )
        .fetchall()
    )

"""What a backup is asked, and what must not come back with it."""

import re
import typing as t

from ..db import get_db
from ..db import transaction
from . import one_time_links
from . import posts

# What people wrote, by what it is called if it is one, and if there are more: what no
# two of them have, and when they were made.
WRITTEN = {
    ("post", "posts"): 'SELECT id AS "key", created FROM post',
    ("comment", "comments"): 'SELECT id AS "key", created FROM comment',
    ("edited post", "edited posts"): (
        "SELECT CAST(id AS TEXT) || ' ' || CAST(version AS TEXT) AS \"key\","
        " updated AS created FROM post WHERE updated IS NOT NULL"
    ),
    ("person", "people"): 'SELECT id AS "key", joined AS created FROM "user"',
    ("image", "images"): (
        'SELECT hash AS "key", CAST(NULL AS TEXT) AS created FROM image'
    ),
}

MINUTE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d", re.ASCII)

Names = tuple[str, str]
Written = dict[Names, set[tuple[object, object]]]


class Newest(t.NamedTuple):
    """A public post: its id and title."""

    id: int
    title: str


def find_newest(number: int) -> list[Newest]:
    """The newest public posts, at most so many."""
    rows = get_db().execute(
        f"SELECT p.id, CAST(p.title AS TEXT) AS title FROM {posts.PUBLIC}"
        " ORDER BY p.created DESC, p.id DESC LIMIT CAST(? AS INTEGER)",
        (number,),
    )
    return [Newest(row["id"], row["title"]) for row in rows]


def read_written() -> Written:
    """What people wrote, and when, as far as it can be told apart."""
    db = get_db()
    return {
        names: {(row["key"], row["created"]) for row in db.execute(query)}
        for names, query in WRITTEN.items()
    }


def describe_lost(live: Written, copy: Written) -> str:
    """What one database has and another one does not: ``3 posts and 1 comment since
    2026-11-28 12:04 UTC``; ``3 posts, the newest of …`` if some are older than what the
    other one has, as those that were imported; empty if that is nothing."""
    lost = {names: found - copy[names] for names, found in live.items()}
    parts = [
        f"{len(rows):,} {names[len(rows) != 1]}" for names, rows in lost.items() if rows
    ]

    if not parts:
        return ""

    *others, last = parts
    sentence = f"{', '.join(others)} and {last}" if others else last
    times, known = find_times(lost), find_times(copy)

    if not times:
        return sentence
    elif known and min(times) >= max(known):
        return f"{sentence} since {min(times)} UTC"

    return f"{sentence}, the newest of {max(times)} UTC"


def find_times(written: Written) -> list[str]:
    """When something was written, to the minute, as far as that makes sense: other
    programs write into a file, too."""
    times = (str(at) for rows in written.values() for _key, at in rows)
    return [match[0] for match in map(MINUTE.match, times) if match]


def end_what_was_open() -> None:
    """End all sessions, and revoke each link that nobody used or by which a draft is
    read: what was taken from somebody since must not come back."""
    with transaction() as db:
        db.execute("DELETE FROM session")
        db.execute(f"DELETE FROM one_time_link WHERE {one_time_links.CAN_END}")

"""Where posts were before they came from other blogs."""

from collections.abc import Collection
from collections.abc import Iterable

from ..db import get_db
from ..db import Row
from . import posts


def add(post_id: int, addresses: Iterable[str]) -> None:
    """Have old addresses lead to a post, in the transaction of the caller, unless they
    lead to another one that is there."""
    for path in addresses:
        get_db().execute(
            "INSERT INTO old_address (path, post_id) VALUES (?, ?)"
            " ON CONFLICT (path) DO UPDATE SET post_id = excluded.post_id"
            " WHERE NOT EXISTS"
            " (SELECT 1 FROM post WHERE id = old_address.post_id)",
            (path, post_id),
        )


def find_page(after: str, number: int) -> list[str]:
    """Up to so many old addresses, as :func:`.text.old_addresses.make_key` has them,
    sorted, of those after one."""
    rows = get_db().execute(
        "SELECT CAST(path AS TEXT) AS path FROM old_address WHERE path > ?"
        " ORDER BY path LIMIT ?",
        (after, number),
    )
    return [row["path"] for row in rows.fetchall()]


def find_post(keys: Collection[str]) -> Row | None:
    """The public post, ``id`` and ``title``, that had one of some old addresses, as
    :func:`.text.old_addresses.find_keys` has them; the longest of these first."""
    marks = ", ".join("?" * len(keys))
    row: Row | None = (
        get_db()
        .execute(
            f"SELECT p.id, CAST(p.title AS TEXT) AS title FROM {posts.PUBLIC}"
            " JOIN old_address a ON a.post_id = p.id"
            f" WHERE a.path IN ({marks}) ORDER BY length(a.path) DESC LIMIT 1",
            tuple(keys),
        )
        .fetchone()
    )
    return row

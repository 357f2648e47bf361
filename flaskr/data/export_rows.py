"""Rows of a database as it is at one moment, in an order that is the same each time."""

import typing as t
from collections.abc import Collection
from collections.abc import Iterator
from collections.abc import Sequence

from ..db import Connection
from ..db import Row

# Rows that are read at once: what is in memory does not grow with their number.
BATCH = 50


class Image(t.NamedTuple):
    """An image: its row, and what somebody said that it shows."""

    id: int
    hash: str
    extension: str
    width: int
    height: int
    alt: str
    widest: int


def quote(names: Collection[str]) -> str:
    """The names of columns, in SQL."""
    return ", ".join(f'"{name}"' for name in names)


def read_rows(
    db: Connection,
    table: str,
    columns: Collection[str],
    key: Sequence[str],
    whose: tuple[str, int] | None = None,
    batch: int = BATCH,
) -> Iterator[Row]:
    """The rows of a table, sorted by their key.

    :param whose: a condition, and the id of the account for which it is
    """
    condition, of = (f"({whose[0]})", [whose[1]]) if whose else ("TRUE", [])
    first = f'SELECT {quote(columns)} FROM "{table}" WHERE {condition}'
    order = f"ORDER BY {quote(key)} LIMIT CAST(? AS INTEGER)"
    marks = ", ".join("?" * len(key))
    after: list[object] = []

    while True:
        following = f"AND ({quote(key)}) > ({marks}) " if after else ""
        rows = db.execute(f"{first} {following}{order}", (*of, *after, batch))
        found = rows.fetchall()
        yield from found

        if len(found) < batch:
            return

        after = [found[-1][name] for name in key]


def find_row(
    db: Connection,
    table: str,
    columns: Collection[str],
    key: Sequence[str],
    values: Sequence[object],
) -> Row | None:
    """The row that has a key, if there is one."""
    same = " AND ".join(f'"{name}" = ?' for name in key)
    row: Row | None = db.execute(
        f'SELECT {quote(columns)} FROM "{table}" WHERE {same}', tuple(values)
    ).fetchone()
    return row


def read_blog(db: Connection) -> dict[str, t.Any]:
    """What the blog is, whatever it is called."""
    row = db.execute("SELECT uuid, changed, discussed FROM blog").fetchone()
    return {name: row[name] for name in ("uuid", "changed", "discussed")}


def find_tags(db: Connection, post_id: int) -> list[str]:
    """The tags of a post, as they were put."""
    rows = db.execute(
        "SELECT CAST(g.name AS TEXT) AS name FROM post_tag x"
        " JOIN tag g ON g.id = x.tag_id WHERE x.post_id = ? ORDER BY x.id",
        (post_id,),
    )
    return [row["name"] for row in rows.fetchall()]


def find_image(db: Connection, column: str, value: object) -> Image | None:
    """The image with an id or a hash."""
    row = db.execute(
        "SELECT i.id, CAST(i.hash AS TEXT) AS hash,"
        " CAST(i.extension AS TEXT) AS extension,"
        " CAST(i.width AS INTEGER) AS width, CAST(i.height AS INTEGER) AS height,"
        " coalesce((SELECT CAST(u.alt AS TEXT) FROM image_upload u"
        " WHERE u.image_id = i.id ORDER BY u.id LIMIT 1), '') AS alt,"
        " coalesce((SELECT max(f.width) FROM image_file f WHERE f.image_id = i.id), 0)"
        f" AS widest FROM image i WHERE i.{column} = ?",
        (value,),
    ).fetchone()
    return Image(*row) if row else None

"""Reading all rows of a table, some at a time."""

from collections.abc import Iterator

from ...db import get_db
from ...db import Row

# Rows that are in memory at once.
SIZE = 500

# Before all ids, and after them.
FIRST = -(2**63)
LAST = 2**63 - 1


def walk(select: str, *parameters: object) -> Iterator[Row]:
    """Yield the rows of a query, in the order of their ``id``.

    :param select: ends with a condition, or with ``WHERE``, to which one is added
    """
    last = FIRST

    while rows := (
        get_db()
        .execute(f"{select} t.id > ? ORDER BY t.id LIMIT ?", (*parameters, last, SIZE))
        .fetchall()
    ):
        yield from rows
        last = rows[-1]["id"]


def count(table: str) -> int:
    """How many rows a table has."""
    row = get_db().execute(f"SELECT count(*) AS number FROM {table}").fetchone()
    number: int = row["number"]
    return number

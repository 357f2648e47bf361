"""The months in which there are posts."""

import re
from collections import defaultdict

from ..db import get_db
from . import posts
from .times import find_month_start
from .times import Start

# Of a time, in UTC. The month before it has an address, too, but none before 0000.
MONTH = re.compile(r"((?!0000)\d{4})-(0[1-9]|1[0-2])-", re.ASCII)

# After all times.
END = Start("\U0010ffff", "\U0010ffff", "\U0010ffff")


def find_months() -> dict[str, list[str]]:
    """The months of each year in which there are posts, the newest first, as
    ``{"2018": ["2018-02", "2018-01"]}``.

    Jumps from month to month in the index, so that it costs the same whatever
    the number of posts.
    """
    found: dict[str, list[str]] = defaultdict(list)
    created = find_newest(END)

    # Numbers, which plain SQL can write, come after all text.
    while isinstance(created, str):
        before = Start(created, created, created)

        # Something else than a time may stand there, too.
        if match := MONTH.match(created):
            before, year, month = find_month(created, int(match[1]), int(match[2]))
            found[f"{year:04}"].append(f"{year:04}-{month:02}")

        created = find_newest(before)

    return found


def find_month(created: str, year: int, month: int) -> tuple[Start, int, int]:
    """The start, the year and the number of the month, where the blog is, of a time in
    a month of UTC. :func:`posts.written_in` finds it there, whatever follows in it."""
    # The month before has begun.
    for near in (1, 0, -1):  # pragma: no branch
        found_year, index = divmod(12 * year + month - 1 + near, 12)
        start = find_month_start(found_year, index + 1)

        if start.is_before(created):
            break

    return start, found_year, index + 1


def find_newest(end: Start) -> object:
    """When the newest post before the start of a month was written."""
    row = (
        get_db()
        .execute(
            f"SELECT p.created FROM {posts.LISTED} WHERE {posts.BEFORE}"
            " ORDER BY p.created DESC LIMIT 1",
            end.before,
        )
        .fetchone()
    )
    return row and row["created"]

"""The months in which there are posts."""

import re
from collections import defaultdict

from ..db import get_db
from . import posts

MONTH = re.compile(r"(?P<month>(?P<year>\d{4})-(0[1-9]|1[0-2]))-")


def find_months() -> dict[str, list[str]]:
    """The months of each year in which there are posts, the newest first, as
    ``{"2018": ["2018-02", "2018-01"]}``.

    Jumps from month to month in the index, so that it costs the same whatever
    the number of posts.
    """
    found: dict[str, list[str]] = defaultdict(list)
    created = find_newest()

    # Numbers, which plain SQL can write, come after all text.
    while isinstance(created, str):
        before = created

        # Something else than a time may stand there, too.
        if match := MONTH.match(created):
            found[match["year"]].append(match["month"])
            before = f"{match['month']}-01 00:00:00"

        created = find_newest(before)

    return found


def find_newest(before: str | None = None) -> object:
    """When the newest post, or the newest before a time, was written."""
    condition = " WHERE p.created < ?" if before is not None else ""
    row = (
        get_db()
        .execute(
            f"SELECT p.created FROM {posts.PUBLIC}{condition}"
            " ORDER BY p.created DESC LIMIT 1",
            () if before is None else (before,),
        )
        .fetchone()
    )
    return row and row["created"]

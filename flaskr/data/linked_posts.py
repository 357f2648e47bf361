"""Which posts the links in a text lead to."""

from collections.abc import Collection
from collections.abc import Iterator

from ..db import get_db
from .posts import PUBLIC
from .posts import written_in

# Posts whose texts are read for their headings, and characters of them all.
MAX_TEXTS = 20
MAX_READ = 300_000


def find_public_ids(ids: Collection[int]) -> set[int]:
    """Those of some ids whose post the public sees."""
    marks = ", ".join("?" * len(ids))
    rows = get_db().execute(
        f"SELECT p.id FROM {PUBLIC} WHERE p.id IN ({marks})", tuple(ids)
    )
    return {row["id"] for row in rows}


def find_public_texts(ids: Collection[int]) -> Iterator[tuple[int, str]]:
    """Yield the ids and the texts of posts that the public sees, the shortest first, as
    many as a check has time for."""
    marks = ", ".join("?" * len(ids))
    rows = get_db().execute(
        "SELECT id, body FROM (SELECT p.id, coalesce(CAST(body AS TEXT), '') AS body,"
        " sum(coalesce(length(CAST(body AS TEXT)), 0))"
        " OVER (ORDER BY length(CAST(body AS TEXT)), p.id) AS characters"
        f" FROM {PUBLIC} WHERE p.id IN ({marks})) texts WHERE characters <= ?"
        " LIMIT ?",
        (*ids, MAX_READ, MAX_TEXTS),
    )
    return ((row["id"], row["body"]) for row in rows)


def find_times(
    times: Collection[tuple[int, int | None]],
) -> set[tuple[int, int | None]]:
    """Those of some years, or months of years, in which the public sees a post."""
    known = [time for time in times if time[1] is None or 1 <= time[1] <= 12]
    filters = [written_in(*time) for time in known]

    if not filters:
        return set()

    rows = get_db().execute(
        " UNION ALL ".join(
            f"SELECT {number} AS number WHERE EXISTS"
            f" (SELECT 1 FROM {PUBLIC} WHERE {which.where})"
            for number, which in enumerate(filters)
        ),
        tuple(value for which in filters for value in which.parameters),
    )
    return {known[row["number"]] for row in rows}

"""How much was written, and how many people came, in the last days."""

import typing as t
from datetime import date
from datetime import datetime
from datetime import timedelta

from ..db import get_db
from . import applications
from . import times

# Days that are shown, and as many before them in one sum.
DAYS = 30

# A time within the day of a row of "day".
WITHIN = (
    "{0} >= d.plain AND NOT ({0} >= d.first_t AND {0} < d.with_t)"
    " AND {0} < d.end_t AND NOT ({0} >= d.end_plain AND {0} < d.end_first_t)"
)

# By what is counted. Drafts, pages, removed comments, and who left or was not let in
# are not; each is a range of an index.
COUNTS = {
    "posts": (
        "SELECT count(*) FROM post p WHERE p.drafted IS NULL AND p.page IS NULL"
        f" AND {WITHIN.format('p.created')}"
    ),
    "comments": (
        "SELECT count(*) FROM comment c WHERE c.removed IS NULL"
        f" AND {WITHIN.format('c.created')}"
    ),
    "people": (
        'SELECT count(*) FROM "user" u WHERE u.closed IS NULL'
        f" AND NOT {applications.WAITS} AND {WITHIN.format('u.joined')}"
    ),
}


class Numbers(t.NamedTuple):
    """What came in a time that began at ``start``, a time of the database."""

    start: str
    posts: int
    comments: int
    people: int


class Activity(t.NamedTuple):
    """The last :data:`DAYS` days, today last, and as many days before them."""

    days: list[Numbers]
    before: Numbers

    def sum(self, name: str) -> int:
        """How many of something, as ``posts``, came in the days."""
        return sum(getattr(day, name) for day in self.days)

    def highest(self, name: str) -> int:
        """How many of something came on the day with the most."""
        highest: int = max(getattr(day, name) for day in self.days)
        return highest


def find_today() -> date:
    """The day that it is where the blog is."""
    return datetime.now(times.find_zone()).date()


def find_activity() -> Activity:
    """The numbers of today, by the calendar where the blog is, and of the days before
    it."""
    today = find_today()
    days = [today - timedelta(days=ago) for ago in range(DAYS - 1, -2, -1)]
    starts = [times.find_day_start(day) for day in days]
    first = times.find_day_start(days[0] - timedelta(days=DAYS))
    spans = [(first, starts[0]), *zip(starts, starts[1:], strict=False)]
    rows = ", ".join(["(?, ?, ?, ?, ?, ?)"] * len(spans))
    counts = ", ".join(f"({query}) AS {name}" for name, query in COUNTS.items())
    found = get_db().execute(
        "WITH day (plain, first_t, with_t, end_t, end_plain, end_first_t) AS"
        f" (VALUES {rows}) SELECT d.plain AS start, {counts} FROM day d"
        " ORDER BY d.plain",
        [text for start, end in spans for text in (*start.since, *end.before)],
    )
    before, *counted = [Numbers(*row) for row in found]
    return Activity(counted, before)

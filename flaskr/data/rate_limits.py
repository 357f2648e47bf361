"""How often something may be done, counted in the database: the same for every
process, and after a restart."""

import hashlib
import time
from collections.abc import Iterable
from collections.abc import Sequence
from collections.abc import Sized
from datetime import timedelta
from operator import add
from operator import sub
from typing import NamedTuple

from ..db import get_db
from ..db import transaction


class RateLimit(NamedTuple):
    """What may be done ``times`` times at once; one comes back every
    ``window / times``.

    The generic cell rate algorithm (GCRA): a row holds nothing but the theoretical
    arrival time, the Unix time at which the limit is unused again.
    """

    what: str
    times: int
    window: timedelta

    @property
    def key(self) -> str:
        """The SHA-256 of ``what``, which may have an IP address, in hexadecimal."""
        return hashlib.sha256(self.what.encode()).hexdigest()

    @property
    def interval(self) -> float:
        """Seconds after which one more is allowed."""
        return self.window.total_seconds() / self.times


def seconds_to_wait(*limits: RateLimit, cost: int = 1) -> float:
    """Seconds until each limit allows one more, or as many as it costs."""
    return find_wait(limits, find_used(limits), cost)


def seconds_used(limit: RateLimit) -> float:
    """Seconds until a limit is unused."""
    [used] = find_used([limit])
    return used


def is_unused(limit: RateLimit) -> bool:
    """Whether all of a limit's ``times`` are left."""
    return seconds_used(limit) == 0


def spend(*limits: RateLimit, cost: int = 1) -> float:
    """Use each limit once, or as often as it costs, and return 0; or use none and
    return the seconds to wait."""
    with transaction(is_aside=True):
        used = find_used(limits)
        seconds = find_wait(limits, used, cost)

        if seconds == 0:
            save(limits, map(add, used, find_costs(limits, cost)))

    return seconds


def refund(*limits: RateLimit) -> None:
    """Undo one :func:`spend` of each limit."""
    with transaction(is_aside=True):
        save(limits, map(sub, find_used(limits), find_costs(limits, 1)))


def find_costs(limits: Sequence[RateLimit], cost: int) -> list[float]:
    """Seconds that each limit is used for by what costs so much, or by all that it
    allows at once."""
    return [min(cost, limit.times) * limit.interval for limit in limits]


def find_wait(limits: Sequence[RateLimit], used: list[float], cost: int) -> float:
    """Seconds until limits that are used for so many allow what costs so much."""
    costs = find_costs(limits, cost)
    waits = [
        seconds + more - limit.window.total_seconds()
        for limit, seconds, more in zip(limits, used, costs, strict=True)
    ]
    return max([0.0, *waits])


def find_used(limits: Sequence[RateLimit]) -> list[float]:
    """Seconds until each limit is unused."""
    keys = [limit.key for limit in limits]
    rows = get_db().execute(
        "SELECT key, CAST(tat AS DOUBLE PRECISION) AS tat FROM rate_limit"
        f" WHERE key IN ({join_marks('?', keys)})",
        keys,
    )
    tats = {row["key"]: row["tat"] for row in rows}
    now = time.time()
    left = [tats.get(key, now) - now for key in keys]
    # No limit is used for longer than its window, with a second for rounding: the
    # clock was set back, or the window is shorter now. What was counted is then void,
    # or nobody could do anything until that time has come again.
    return [
        seconds if 0 < seconds <= limit.window.total_seconds() + 1 else 0.0
        for limit, seconds in zip(limits, left, strict=True)
    ]


def save(limits: Sequence[RateLimit], used: Iterable[float]) -> None:
    """Have limits be used for so many seconds, and forget those that are unused, in the
    transaction of the caller. With other threads at work, each statement may wait for
    its turn: there is one for all."""
    now = time.time()
    rows = [
        (limit.key, now + seconds) for limit, seconds in zip(limits, used, strict=True)
    ]
    remove_unused()
    get_db().execute(
        f"INSERT INTO rate_limit (key, tat) VALUES {join_marks('(?, ?)', rows)}"
        " ON CONFLICT (key) DO UPDATE SET tat = excluded.tat",
        [value for row in rows for value in row],
    )


def remove_unused() -> int:
    """Forget the limits of which all is left; return how many."""
    with transaction(is_aside=True) as db:
        return db.execute(
            "DELETE FROM rate_limit WHERE tat <= ?", (time.time(),)
        ).rowcount


def join_marks(mark: str, values: Sized) -> str:
    """The places of values in a statement."""
    return ", ".join([mark] * len(values))

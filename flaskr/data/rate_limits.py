"""How often something may be done, counted in the database: the same for every
process, and after a restart."""

import hashlib
import time
from datetime import timedelta
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
    return max(
        0.0,
        *(
            seconds_used(limit)
            + min(cost, limit.times) * limit.interval
            - limit.window.total_seconds()
            for limit in limits
        ),
    )


def is_unused(limit: RateLimit) -> bool:
    """Whether all of a limit's ``times`` are left."""
    return seconds_used(limit) == 0


def spend(*limits: RateLimit, cost: int = 1) -> float:
    """Use each limit once, or as often as it costs, and return 0; or use none and
    return the seconds to wait."""
    with transaction(is_aside=True):
        seconds = seconds_to_wait(*limits, cost=cost)

        if seconds == 0:
            for limit in limits:
                advance(limit, min(cost, limit.times) * limit.interval)

    return seconds


def refund(*limits: RateLimit) -> None:
    """Undo one :func:`spend` of each limit."""
    with transaction(is_aside=True):
        for limit in limits:
            advance(limit, -limit.interval)


def advance(limit: RateLimit, seconds: float) -> None:
    """Move the theoretical arrival time of a limit by ``seconds``, in the transaction
    of the caller."""
    now = time.time()
    db = get_db()
    db.execute("DELETE FROM rate_limit WHERE tat <= ?", (now,))
    db.execute(
        "INSERT INTO rate_limit (key, tat) VALUES (?, ?)"
        " ON CONFLICT (key) DO UPDATE SET tat = excluded.tat",
        (limit.key, now + seconds_used(limit) + seconds),
    )


def seconds_used(limit: RateLimit) -> float:
    """Seconds until a limit is unused."""
    row = (
        get_db()
        .execute("SELECT tat FROM rate_limit WHERE key = ?", (limit.key,))
        .fetchone()
    )
    left = row["tat"] - time.time() if row else 0.0
    # No limit is used for longer than its window, with a second for rounding: the
    # clock was set back, or the window is shorter now. What was counted is then void,
    # or nobody could do anything until that time has come again.
    return left if 0 < left <= limit.window.total_seconds() + 1 else 0.0

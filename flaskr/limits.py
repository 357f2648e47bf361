"""How often something may be done, counted in the database: the same for every
process, and after a restart."""

import hashlib
import time
from datetime import timedelta
from typing import NamedTuple

from flask import current_app

from .db import get_db
from .db import transaction
from .proxies import client_network


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
        return hashlib.sha256(self.what.encode()).hexdigest()

    @property
    def interval(self) -> float:
        return self.window.total_seconds() / self.times


def of_writer(what: str, user_id: int) -> tuple[RateLimit, RateLimit]:
    """How often a person may do something, and all at the person's address: the
    settings ``<what>_PER_PERSON``, ``<what>_PER_ADDRESS``, ``<what>_WINDOW``."""
    config = current_app.config
    window = config[f"{what}_WINDOW"]
    return (
        RateLimit(f"{what} by {user_id}", config[f"{what}_PER_PERSON"], window),
        RateLimit(
            f"{what} from {client_network()}", config[f"{what}_PER_ADDRESS"], window
        ),
    )


def wait(*limits: RateLimit) -> float:
    """Seconds until each limit allows one more."""
    return max(
        0.0,
        *(
            used_for(limit) + limit.interval - limit.window.total_seconds()
            for limit in limits
        ),
    )


def is_unused(limit: RateLimit) -> bool:
    return used_for(limit) == 0


def take(*limits: RateLimit) -> float:
    """Use each limit once and return 0, or none and return the seconds to wait."""
    with transaction():
        seconds = wait(*limits)

        if seconds == 0:
            for limit in limits:
                move(limit, limit.interval)

    return seconds


def give_back(*limits: RateLimit) -> None:
    """Undo one :func:`take` of each limit."""
    with transaction():
        for limit in limits:
            move(limit, -limit.interval)


def move(limit: RateLimit, seconds: float) -> None:
    now = time.time()
    db = get_db()
    db.execute("DELETE FROM rate_limit WHERE tat <= ?", (now,))
    db.execute(
        "INSERT INTO rate_limit (key, tat) VALUES (?, ?)"
        " ON CONFLICT (key) DO UPDATE SET tat = excluded.tat",
        (limit.key, now + used_for(limit) + seconds),
    )


def used_for(limit: RateLimit) -> float:
    """Seconds until a limit is unused."""
    row = (
        get_db()
        .execute("SELECT tat FROM rate_limit WHERE key = ?", (limit.key,))
        .fetchone()
    )
    left = row["tat"] - time.time() if row else 0.0
    # Never more than the window, should the clock have been set back.
    return min(max(left, 0.0), limit.window.total_seconds())

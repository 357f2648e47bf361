"""How often something may be done, counted in the database: the same for every
process, and after a restart."""

import hashlib
import time
from datetime import timedelta
from typing import NamedTuple

from .db import get_db
from .db import transaction


class Allowance(NamedTuple):
    """Something that may be done so many times at once; each time comes back
    after ``window / times``.

    The generic cell rate algorithm: all that a row holds is the time, in Unix
    seconds, at which nothing will be spent any more.
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


def wait(*allowances: Allowance) -> float:
    """Seconds until each is allowed once more."""
    return max(
        0.0,
        *(
            seconds_spent(allowance)
            + allowance.interval
            - allowance.window.total_seconds()
            for allowance in allowances
        ),
    )


def is_full(allowance: Allowance) -> bool:
    """Whether nothing of it is spent."""
    return seconds_spent(allowance) == 0


def take(*allowances: Allowance) -> float:
    """Take each once and return 0, or take none and return the seconds to wait."""
    with transaction():
        seconds = wait(*allowances)

        if seconds == 0:
            for allowance in allowances:
                spend(allowance, allowance.interval)

    return seconds


def give_back(*allowances: Allowance) -> None:
    """Undo one :func:`take` of each."""
    with transaction():
        for allowance in allowances:
            spend(allowance, -allowance.interval)


def spend(allowance: Allowance, seconds: float) -> None:
    now = time.time()
    db = get_db()
    db.execute("DELETE FROM allowance WHERE full_at <= ?", (now,))
    db.execute(
        "INSERT INTO allowance (key, full_at) VALUES (?, ?)"
        " ON CONFLICT (key) DO UPDATE SET full_at = excluded.full_at",
        (allowance.key, now + seconds_spent(allowance) + seconds),
    )


def seconds_spent(allowance: Allowance) -> float:
    row = (
        get_db()
        .execute("SELECT full_at FROM allowance WHERE key = ?", (allowance.key,))
        .fetchone()
    )
    left = row["full_at"] - time.time() if row else 0.0
    # Never more than the window, should the clock have been set back.
    return min(max(left, 0.0), allowance.window.total_seconds())

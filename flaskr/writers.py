"""The threads of a process that write to its database."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from .errors import DatabaseUnavailable

# Threads that write or wait for that, which may take five seconds: half of those that a
# server has by default. Others wait for so many seconds to be one of them.
MAX_WRITERS = 2
TURN_WAIT = 1
WRITE_WAIT = 5

# Seconds to wait with what can be written another time, and nobody waits for.
SHORT_WAIT = 0.5


class TurnTaken(DatabaseUnavailable):
    """Others write for long."""


class Writers:
    """Has few threads wait to write, and one write at a time: the rest is for
    readers."""

    def __init__(self, database: str) -> None:
        self.database = database
        self.turns = threading.BoundedSemaphore(MAX_WRITERS)
        self.writing = threading.Lock()
        # Whether a writer was sent away since the last commit.
        self.is_stuck = False

    @contextmanager
    def wait(self, seconds: float) -> Iterator[None]:
        """Be the one thread of this process that writes.

        :raise DatabaseUnavailable: if that takes longer than so many seconds
        """
        # Somebody has waited in vain since the last commit: whoever waited, too, would
        # hold up readers, one after the other.
        wait = 0 if self.is_stuck else min(seconds, TURN_WAIT)

        try:
            with self.hold(self.turns, wait), self.hold(self.writing, seconds):
                yield
        except TurnTaken:
            self.note_vain_wait(seconds)
            raise

        self.is_stuck = False

    def note_vain_wait(self, seconds: float) -> None:
        """Remember that somebody waited in vain, if that was for long."""
        if seconds >= WRITE_WAIT:
            self.is_stuck = True

    @contextmanager
    def hold(
        self, lock: "threading.Lock | threading.Semaphore", seconds: float
    ) -> Iterator[None]:
        """Hold a lock, unless others do for longer than so many seconds.

        :raise TurnTaken: if they do
        """
        if not lock.acquire(timeout=seconds):
            raise TurnTaken(f"{self.database} is busy with other writes")

        try:
            yield
        finally:
            lock.release()

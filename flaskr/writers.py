"""The threads of a process that write to its database."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter_ns

from .errors import DatabaseUnavailable

# Threads that write or wait for that, which may take five seconds: half of those that a
# server has by default. Others wait for so many seconds to be one of them.
MAX_WRITERS = 2
TURN_WAIT = 1
WRITE_WAIT = 5

# Seconds to wait with what can be written another time, and nobody waits for.
SHORT_WAIT = 0.5


# Nanoseconds from which somebody waited, and was not just served: a millisecond.
SHORTEST_WAIT = 1_000_000


class TurnTaken(DatabaseUnavailable):
    """Others write for long."""


class Waits:
    """How often, and how long, threads of a process waited for something."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.number = 0
        self.nanoseconds = 0

    @contextmanager
    def note(self) -> Iterator[None]:
        """Count what the block takes, however it ends, if that is a wait."""
        began = perf_counter_ns()

        try:
            yield
        finally:
            took = perf_counter_ns() - began

            if took >= SHORTEST_WAIT:
                with self.lock:
                    self.number += 1
                    self.nanoseconds += took

    def take(self) -> tuple[int, int]:
        """How often, and for how many nanoseconds, since this was asked last."""
        with self.lock:
            taken = self.number, self.nanoseconds
            self.number = self.nanoseconds = 0

        return taken


class Places(threading.BoundedSemaphore):
    """A semaphore that says how many have it."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.lock = threading.Lock()
        self.taken = 0

    def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
        """As threading's."""
        has_one = super().acquire(blocking, timeout)

        with self.lock:
            self.taken += has_one

        return has_one

    def release(self, n: int = 1) -> None:
        """As threading's."""
        with self.lock:
            self.taken -= n

        super().release(n)


class Writers:
    """Has few threads wait to write, and one write at a time: the rest is for
    readers."""

    def __init__(self, database: str) -> None:
        self.database = database
        self.turns = Places(MAX_WRITERS)
        self.writing = threading.Lock()
        self.waits = Waits()
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
        # Most often nobody has it, which this tells in no time.
        if not (lock.acquire(blocking=False) or self.wait_for(lock, seconds)):
            raise TurnTaken(f"{self.database} is busy with other writes")

        try:
            yield
        finally:
            lock.release()

    def wait_for(
        self, lock: "threading.Lock | threading.Semaphore", seconds: float
    ) -> bool:
        """Whether a lock that others hold is free within so many seconds, and held."""
        with self.waits.note():
            return lock.acquire(timeout=seconds)

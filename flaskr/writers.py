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
    def wait(self) -> Iterator[None]:
        """Be the one thread of this process that writes.

        :raise DatabaseUnavailable: if that takes long
        """
        # Somebody has waited in vain since the last commit: whoever waited, too, would
        # hold up readers, one after the other.
        wait = 0 if self.is_stuck else TURN_WAIT

        with self.hold(self.turns, wait), self.hold(self.writing, WRITE_WAIT):
            yield

        self.is_stuck = False

    @contextmanager
    def hold(
        self, lock: "threading.Lock | threading.Semaphore", seconds: float
    ) -> Iterator[None]:
        """Hold a lock, unless others do for longer than so many seconds.

        :raise DatabaseUnavailable: if they do
        """
        if not lock.acquire(timeout=seconds):
            self.is_stuck = True
            raise DatabaseUnavailable(
                f"{self.database} is being written by others for long"
            )

        try:
            yield
        finally:
            lock.release()

"""The threads of a process that wait for the answer to what they read."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import DatabaseUnavailable

# Seconds that a statement may take, and that it may take when another one just took too
# long. Those that take longer do so one at a time: of the four threads that a server
# has by default, two may wait to write, and one is left for whom no lock concerns.
PATIENCE = 2
SHORT_PATIENCE = 0.5

# Seconds for which that is remembered.
STUCK_FOR = 2


class Readers:
    """Has one thread wait long for an answer: the rest is for other readers."""

    def __init__(self, database: str) -> None:
        self.database = database
        self.turn = threading.Lock()
        self.stuck_until = 0.0

    def find_patience(self) -> float:
        """Seconds that a statement may take now, unless it has the turn."""
        is_stuck = time.monotonic() < self.stuck_until
        return SHORT_PATIENCE if is_stuck else PATIENCE

    @contextmanager
    def hold_turn(self) -> Iterator[None]:
        """Be the one who waits long.

        :raise DatabaseUnavailable: if another thread does
        """
        if not self.turn.acquire(blocking=False):
            self.stuck_until = time.monotonic() + STUCK_FOR
            raise DatabaseUnavailable(f"{self.database} is slow to answer others")

        try:
            yield
        finally:
            self.turn.release()

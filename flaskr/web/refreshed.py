"""What takes a while to find out, found out now and then, whoever asks."""

import threading
import time
import typing as t
from collections.abc import Callable

T = t.TypeVar("T")


class Refreshed(t.Generic[T]):
    """A value that a thread finds, of which there is one at a time: what does not
    answer, as a disk over a network, holds up nobody who asks for long.

    :param find: finds the value; what it raises is not caught
    :param seconds: for which a value is good
    :param patience: seconds to wait for one
    :param rest: how many times as long as it took it is good, at least
    """

    def __init__(
        self, find: Callable[[], T], seconds: float, patience: float, rest: int = 0
    ) -> None:
        self.find = find
        self.seconds = seconds
        self.patience = patience
        self.rest = rest
        self.lock = threading.Lock()
        self.found: T | None = None
        self.good_until = 0.0
        self.began = 0.0
        self.thread: threading.Thread | None = None

    def get(self) -> T | None:
        """The value; ``None`` if finding it takes too long."""
        with self.lock:
            now = time.monotonic()
            is_found = self.found is not None and now < self.good_until
            is_new = not is_found and not (self.thread and self.thread.is_alive())

            if is_new:
                self.began = now
                self.thread = threading.Thread(target=self.run, daemon=True)
                self.thread.start()

            thread, found, began = self.thread, self.found, self.began

        if is_found or thread is None:
            return found

        left = began + self.patience - time.monotonic()

        # One waits, and the others get what was true a moment ago.
        if left > 0 and (is_new or found is None):
            thread.join(left)

        is_late = thread.is_alive() and time.monotonic() >= began + self.patience
        return None if is_late else self.found

    def run(self) -> None:
        """Find the value."""
        began = time.monotonic()
        found = self.find()
        took = time.monotonic() - began

        with self.lock:
            self.found = found
            self.good_until = began + took + max(self.seconds, self.rest * took)

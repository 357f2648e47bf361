"""Answers that take long, one after the other, while others go past."""

import threading
import typing as t
from collections import deque
from collections.abc import Callable

T = t.TypeVar("T")


class Turns(t.Generic[T]):
    """Whose turn it is, of connections that ask for what takes long. The others wait
    without a thread.

    :param serve: called with the next one, to be served when a thread is free
    """

    def __init__(self, serve: Callable[[T], object]) -> None:
        self.serve = serve
        self.lock = threading.Lock()
        self.waiting: deque[T] = deque()
        self.holder: T | None = None

    def has(self, connection: T) -> bool:
        """Whether it is a connection's turn."""
        return self.holder is connection

    def take(self, connection: T) -> bool:
        """Whether it is a connection's turn now; if not, it is served later."""
        with self.lock:
            if self.holder is None:
                self.holder = connection
            elif self.holder is not connection:
                self.waiting.append(connection)

            return self.holder is connection

    def pass_on(self, connection: T) -> None:
        """End a connection's turn, if it is its."""
        if not self.has(connection):
            return

        with self.lock:
            self.holder = self.waiting.popleft() if self.waiting else None
            following = self.holder

        if following is not None:
            self.serve(following)

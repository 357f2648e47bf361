"""A queue in front of what takes seconds."""

import typing as t
from collections.abc import Callable
from contextlib import contextmanager
from threading import BoundedSemaphore

from ..writers import Places


class ShortQueue:
    """One thread at a time does it, and one may wait: the others are for readers.

    :param refuse: makes what is raised if one waits already
    """

    def __init__(self, refuse: Callable[[], Exception]) -> None:
        self.refuse = refuse
        self.places = Places(2)
        self.turn = BoundedSemaphore(1)

    @contextmanager
    def wait(self) -> t.Iterator[None]:
        """Wait for the one before."""
        if not self.places.acquire(blocking=False):
            raise self.refuse()

        try:
            with self.turn:
                yield
        finally:
            self.places.release()

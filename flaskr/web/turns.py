"""Answers that take long, one after the other, while others go past."""

import threading
import typing as t
from collections import deque
from collections.abc import Callable
from functools import partial

from ..text.links import OWN_IMAGE

T = t.TypeVar("T")


def asks_for_image(request: t.Any) -> bool:
    """Whether the answer to a request, as waitress has it, is an image."""
    return (
        not request.error
        # Most are not, which this tells in no time.
        and "/image/" in request.path
        and request.command in ("GET", "HEAD")
        and OWN_IMAGE.search(request.path) is not None
    )


class Turns(t.Generic[T]):
    """Whose turn it is, of connections that ask for what takes long. The others wait
    without a thread.

    :param serve: called with the next one, which a thread then serves
    """

    def __init__(self, serve: Callable[[T], object]) -> None:
        self.serve = serve
        self.lock = threading.Lock()
        self.waiting: deque[T] = deque()
        self.holder: T | None = None

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
        with self.lock:
            if self.holder is not connection:
                return

            following = self.waiting.popleft() if self.waiting else None
            self.holder = following

        if following is not None:
            self.serve(following)


def find_turns(dispatcher: t.Any) -> Turns[t.Any]:
    """Those of all connections that the threads of a dispatcher of waitress serve."""
    known = vars(dispatcher)

    if "image_turns" not in known:
        # Only the thread that has the connections opens one.
        known["image_turns"] = Turns(partial(add_first, dispatcher))

    turns: Turns[t.Any] = known["image_turns"]
    return turns


def add_first(dispatcher: t.Any, channel: object) -> None:
    """Have the next free thread serve a connection, which has waited already."""
    with dispatcher.lock:
        dispatcher.queue.appendleft(channel)
        dispatcher.queue_cv.notify()

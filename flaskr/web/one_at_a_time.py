"""One answer after the other: threads that share the interpreter take longer for the
same answers."""

import threading
import typing as t
from collections.abc import Iterator
from wsgiref.types import StartResponse
from wsgiref.types import WSGIApplication
from wsgiref.types import WSGIEnvironment

# Seconds to wait for the answer that is being made and sent.
MAX_WAIT = 0.05


class OneAtATime:
    """A lock for whoever makes and sends an answer."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.holder = 0

    def answer(
        self, app: WSGIApplication, environ: WSGIEnvironment, start: StartResponse
    ) -> Iterator[bytes]:
        """The answer of a WSGI application, whose turn ends with it."""
        lock, thread = self.lock, threading.get_ident()
        # A test that has not read its last answer would wait for itself.
        longest = 0 if self.holder == thread else MAX_WAIT

        if not lock.acquire(timeout=longest):
            # That answer takes long, or nobody reads it. It keeps others once.
            lock = self.lock = threading.Lock()
            lock.acquire()

        self.holder = thread
        body: t.Any = ()

        try:
            body = app(environ, start)
            yield from body
        finally:
            # Before another thread goes on, which can be long after it got the lock.
            if lock is self.lock:
                self.holder = 0

            lock.release()

            if hasattr(body, "close"):
                body.close()

"""One answer after the other: threads that share the interpreter take longer for the
same answers."""

import threading
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from functools import partial
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
    ) -> Iterable[bytes]:
        """The answer of a WSGI application, whose turn ends with it. It has begun when
        this returns: granian sends the status that it knows then."""
        lock = self.wait()

        try:
            body = app(environ, start)
        except BaseException:
            self.release(lock)
            raise

        if type(body) is environ.get("wsgi.file_wrapper"):
            # The server sends a file without a thread, if it gets it as it is.
            self.release(lock)
            return body

        return Answer(body, partial(self.release, lock))

    def wait(self) -> threading.Lock:
        """Wait for a turn, though not for long; return the lock that is held then."""
        lock, thread = self.lock, threading.get_ident()
        # A test that has not read its last answer would wait for itself.
        longest = 0 if self.holder == thread else MAX_WAIT

        if not lock.acquire(timeout=longest):
            # That answer takes long, or nobody reads it. It keeps others once.
            lock = self.lock = threading.Lock()
            lock.acquire()

        self.holder = thread
        return lock

    def release(self, lock: threading.Lock) -> None:
        """End the turn of who got this lock."""
        # Before another thread goes on, which can be long after it got the lock.
        if lock is self.lock:
            self.holder = 0

        lock.release()


class Answer:
    """What is sent, and then a call: when all of it was read, or when it is closed."""

    def __init__(self, body: Iterable[bytes], end: Callable[[], None]) -> None:
        self.body = body
        self.parts = iter(body)
        self.end: Callable[[], None] | None = end

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self.parts)
        except BaseException:
            self.finish()
            raise

    def finish(self) -> None:
        """Make the call, once."""
        end, self.end = self.end, None

        if end is not None:
            end()

    def close(self) -> None:
        """As WSGI has it."""
        self.finish()

        if hasattr(self.body, "close"):
            self.body.close()

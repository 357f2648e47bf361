"""Turns at what one process does at a time, and what takes minutes, unlike a write."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import suppress

from ..writers import TurnTaken

try:
    import fcntl
except ImportError:  # pragma: no cover  # Windows
    fcntl = None  # type: ignore[assignment]

# Seconds until who waits looks again.
INTERVAL = 0.1


@contextmanager
def hold_turn(path: str, name: str, seconds: float) -> Iterator[None]:
    """Be the only process that does what has a name, on a database that is there.

    :raise TurnTaken: if another one does it for longer than so many seconds
    """
    if fcntl is None:  # pragma: no cover  # Windows
        yield
        return

    file = f"{os.path.realpath(path)}-{name}.lock"
    until = time.monotonic() + seconds

    while (descriptor := lock(file)) is None:
        if time.monotonic() > until:
            raise TurnTaken(f"another process does the same ({file})")

        time.sleep(INTERVAL)

    try:
        yield
    finally:
        # While it is locked: who locks it next looks whether it still has its name.
        with suppress(FileNotFoundError):
            os.unlink(file)

        os.close(descriptor)


def lock(file: str) -> int | None:
    """A file that was locked now, and has its name; ``None`` if another process has
    it. One that was killed leaves the file, and no lock."""
    # To read, so that one that another user left will do.
    descriptor = os.open(file, os.O_CREAT | os.O_RDONLY | os.O_NOFOLLOW, 0o644)

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

        if os.path.samestat(os.fstat(descriptor), os.stat(file)):
            return descriptor
    except (BlockingIOError, FileNotFoundError):
        pass

    os.close(descriptor)
    return None

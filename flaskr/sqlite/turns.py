"""Turns at what one process does at a time, and what takes minutes, unlike a write."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import suppress

from ..writers import TurnTaken
from .files import unavailable

try:
    import fcntl
except ImportError:  # pragma: no cover  # Windows
    fcntl = None  # type: ignore[assignment]

# Seconds until who waits looks again.
INTERVAL = 0.1

# Seconds to wait for another process that brings the database up to date.
LOCK_WAIT = 600

# The database for which each thread has locked a folder.
LOCKED = threading.local()


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

    with suppress(FileNotFoundError):
        if has_locked(descriptor):
            if os.path.samestat(os.fstat(descriptor), os.stat(file)):
                return descriptor

    os.close(descriptor)
    return None


@contextmanager
def folder_lock(path: str, seconds: float | None = None) -> Iterator[None]:
    """Be the only process that puts files beside a database or away from it.

    :param seconds: to wait for another one; without, as long as an upgrade may take
    :raise DatabaseUnavailable: if another one is at it for longer
    """
    if fcntl is None:  # pragma: no cover  # Windows, where open files keep names
        yield
        return

    parent, name = os.path.split(os.path.realpath(path))
    locked = vars(LOCKED)

    if parent in locked:
        # A finalizer, which can't wait for what it interrupts.
        if locked[parent] == name:
            raise unavailable("is being changed by this process", path)

        yield
        return

    folder = os.open(parent, os.O_RDONLY)
    until = time.monotonic() + (LOCK_WAIT if seconds is None else seconds)

    try:
        while not has_locked(folder):
            if time.monotonic() > until:
                raise unavailable("is being changed by another process", path)

            time.sleep(0.01)

        locked[parent] = name
        yield
    finally:
        locked.pop(parent, None)
        os.close(folder)


def has_locked(descriptor: int) -> bool:
    """Whether an open file or folder was free, and is locked now."""
    with suppress(BlockingIOError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True

    return False

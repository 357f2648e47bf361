"""Where a backup is while it is made, and how it gets its name."""

import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import ExitStack
from contextlib import suppress
from datetime import datetime
from pathlib import Path

try:
    import fcntl
except ImportError:  # pragma: no cover  # Windows
    fcntl = None  # type: ignore[assignment]

# What the names of folders begin with that are used while a file is not complete.
PARTIAL = ".flaskr-backup.partial-"
# What tempfile adds.
RANDOM = "?" * 8

# What it is locked by.
LOCK = "lock"

# Seconds after which such a folder is taken for left where none can be locked.
LEFT_AFTER = 24 * 60 * 60

# What the names of those have that --keep counts, before the ending: a moment in UTC.
STAMP = "%Y%m%dT%H%M%SZ"
STAMPED = re.compile(r"-\d{8}T\d{6}Z", re.ASCII)


@contextmanager
def work_folder(folder: Path, source: Path | None = None) -> Iterator[Path]:
    """A folder that only this user can read, for files that are not complete yet. It
    is gone after the block, or, if the process is killed, when the next one is made.

    :param source: what is read, which may be in such a folder of this process
    """
    remove_left(folder, source)

    with ExitStack() as stack:
        work = make_locked(folder, stack)

        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)


def make_locked(folder: Path, stack: ExitStack) -> Path:
    """Make a folder, and lock it. Before that is done, another process may have taken
    it for left."""
    while True:
        work = Path(tempfile.mkdtemp(prefix=PARTIAL, dir=folder))

        with suppress(BlockingIOError, FileNotFoundError):
            stack.enter_context(locked(work))

            if work.exists():
                return work


def remove_left(folder: Path, source: Path | None = None) -> None:
    """Remove what processes that were killed left in a folder: all of a blog, three
    times."""
    # Some disks let a process have a lock of its own twice.
    used = source.resolve().parents if source else ()

    for left in folder.resolve().glob(PARTIAL + RANDOM):
        if left not in used:
            with suppress(OSError):
                remove_unused(left)


def remove_unused(left: Path) -> None:
    """Remove a folder of :func:`work_folder`, unless a process works with it.

    :raise OSError: if another process has locked it, or it has something else in it
    """
    if left.is_symlink():
        return

    age = time.time() - left.stat().st_mtime

    try:
        with locked(left, os.O_RDWR) as is_known:
            if is_known or age > LEFT_AFTER:
                shutil.rmtree(left)
    except FileNotFoundError:
        # It was not locked yet, so that nothing is in it: make_locked() makes another.
        left.rmdir()


@contextmanager
def locked(folder: Path, flags: int = os.O_RDWR | os.O_CREAT) -> Iterator[bool]:
    """Lock a folder while the process lives; say whether that can be done here.

    :raise OSError: if another process has locked it
    """
    if fcntl is None:  # pragma: no cover  # Windows, where open files can't be removed
        yield False
        return

    # The folder itself is locked by whoever opens a database in it.
    descriptor = os.open(folder / LOCK, flags | os.O_NOFOLLOW, 0o600)

    try:
        yield lock(descriptor)
    finally:
        os.close(descriptor)


def lock(descriptor: int) -> bool:
    """Lock a file; return whether its disk can do that.

    :raise BlockingIOError: if another process has locked it
    """
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:
        # A disk of another machine, say.
        return False

    return True


def publish(partial: Path, path: Path) -> None:
    """Give a complete file on the same disk its name, once the disk has all of it.

    :raise FileExistsError: if there is a file of this name
    """
    os.chmod(partial, 0o600)
    sync(partial)

    try:
        # Unlike renaming, this never replaces a file.
        os.link(partial, path)
    except OSError:
        if path.exists():
            raise

        # A file system without links.
        os.rename(partial, path)

    sync(path.parent)


def sync(path: Path) -> None:
    """Wait until the disk has a file, or the names in a folder."""
    descriptor = os.open(path, os.O_RDONLY)

    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def add_stamp(path: Path, moment: datetime) -> Path:
    """The name of a backup of a moment in UTC: ``blog-20261128T171500Z.sqlite``."""
    return path.with_name(f"{path.stem}-{moment.strftime(STAMP)}{path.suffix}")


def remove_older(path: Path, number: int) -> list[Path]:
    """Keep the newest backups whose names :func:`add_stamp` made of a path, so many;
    return those that are gone."""
    stamped = [
        other
        for other in path.parent.iterdir()
        if other.suffix == path.suffix
        and other.stem.startswith(path.stem)
        and STAMPED.fullmatch(other.stem[len(path.stem) :])
    ]
    older = sorted(stamped, key=lambda other: other.name)[:-number]

    for other in older:
        other.unlink()

    return older


def require_room(folder: Path, number: int) -> None:
    """Do nothing if a folder has room for so many bytes.

    :raise OSError: with a sentence otherwise
    """
    free = shutil.disk_usage(folder).free

    if free < number:
        raise OSError(
            f"{folder} has {describe_size(free)} free, and this needs"
            f" {describe_size(number)}. Make room, or choose another folder"
        )


def describe_size(number: int) -> str:
    """Bytes, for people."""
    return f"{number / 1_000_000:,.1f} MB"

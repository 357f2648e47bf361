"""The folder of a blog's states: what it has beside them, and who may write there."""

import json
import os
import typing as t
from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import ExitStack
from contextlib import suppress
from pathlib import Path

import click

from .chunks import Chunks
from .chunks import read_file
from .failures import require_parent
from .failures import told
from .files import LOCK
from .files import locked
from .files import PARTIAL
from .files import publish
from .files import work_folder
from .states import FORMAT
from .states import States

# Says what the folder is; its bytes, at most.
MARKER = "flaskr-backup.json"
MAX_MARKER = 1000

# What an empty folder may have: a disk of its own has the second.
NOTHING = {LOCK, "lost+found"}


class NotHeld(OSError):
    """A path leads to another folder than the one that was locked, or to none."""


class Folder(t.NamedTuple):
    """Where states are, and their chunks; and the file that this process has locked, if
    it writes there."""

    path: Path
    chunks: Chunks
    states: States
    lock: os.stat_result | None = None

    def is_held(self) -> bool:
        """Whether the path still leads to what is locked."""
        with suppress(OSError):
            found = os.stat(self.path / LOCK)
            return self.lock is not None and os.path.samestat(found, self.lock)

        return False

    def require_held(self) -> None:
        """Do nothing if the path still leads to what is locked.

        :raise NotHeld: otherwise: it may be another process's by now
        """
        if not self.is_held():
            raise NotHeld(
                f"{self.path} is no longer the folder that this process has locked: it"
                " was moved, removed, replaced or unmounted. Put it back, or end this"
                " and begin again"
            )


def make_folder(path: Path, lock: os.stat_result | None = None) -> Folder:
    """What a path leads to."""
    return Folder(path, Chunks(path / "chunks"), States(path / "states"), lock)


def is_folder(path: Path) -> bool:
    """Whether somebody keeps states there."""
    return (path / MARKER).is_file()


def open_folder(path: Path) -> Folder:
    """A folder with states, to be read.

    :raise click.ClickException: if it is none
    """
    if not is_folder(path):
        raise click.ClickException(
            f"{path} is no folder of backup --every: it has no {MARKER}."
        )

    check_marker(path)
    return make_folder(path)


def check_marker(path: Path) -> None:
    """Do nothing if this version can read a folder.

    :raise click.ClickException: otherwise
    """
    try:
        found = json.loads(read_file(path / MARKER, MAX_MARKER))
        is_ours = found["format"] == FORMAT
    except (KeyError, OSError, RecursionError, TypeError, ValueError):
        is_ours = False

    if not is_ours:
        raise click.ClickException(
            f"{path / MARKER} is damaged, or of a newer version of Flaskr."
        )


@contextmanager
def hold_folder(path: Path) -> Iterator[Folder]:
    """A folder into which this process alone writes states; it is made.

    :raise click.ClickException: if that is not possible
    """
    require_parent(path)

    if path.exists() and not path.is_dir():
        raise click.ClickException(
            f"{path} is no folder. Choose another name, or leave out --every."
        )

    with told(f"{path} was not changed."):
        path.mkdir(mode=0o700, exist_ok=True)

        if not is_folder(path):
            require_empty(path)

    with held(path):
        prepare(path)
        yield make_folder(path, os.stat(path / LOCK))


def require_empty(path: Path) -> None:
    """Do nothing if a folder has nothing in it.

    :raise click.ClickException: if it has
    """
    names = {name for name in os.listdir(path) if not name.startswith(PARTIAL)}

    if names - NOTHING:
        raise click.ClickException(
            f"{path} has other files in it, and was not changed. Choose an empty"
            " folder, or a new one."
        )


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Lock a folder while the process lives.

    :raise click.ClickException: if another process has it
    """
    with ExitStack() as stack:
        try:
            can_lock = stack.enter_context(locked(path))
        except BlockingIOError as e:
            raise click.ClickException(
                f"Another process writes to {path}. One is enough: end it, or choose"
                " another folder."
            ) from e
        except OSError as e:
            raise click.ClickException(f"{path} was not changed: {e.strerror}.") from e

        if not can_lock:
            raise click.ClickException(
                f"{path} can't be locked, so that two processes might remove what the"
                " other one needs. Choose a folder on a disk of this machine."
            )

        yield


def prepare(path: Path) -> None:
    """Have a folder have what it needs.

    :raise click.ClickException: if it is of a newer version
    """
    if is_folder(path):
        check_marker(path)
    else:
        # First, so that who is killed here leaves what is known to be ours.
        with work_folder(path) as work:
            (work / MARKER).write_text(json.dumps({"format": FORMAT}) + "\n")
            publish(work / MARKER, path / MARKER)

    for name in ("chunks", "states"):
        (path / name).mkdir(mode=0o700, exist_ok=True)

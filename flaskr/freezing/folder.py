"""The folder of a frozen blog: what was written, what has changed, what is to go."""

import os
import re
import typing as t
from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from ..backup.files import locked

# The folder that makes a folder that of a frozen blog, and what is in it: a line for
# each file, as of sha256sum; the lines of a run that has not ended; the file that is
# being written; and the addresses that links lead to and nothing is at.
STATE = ".flaskr-freeze"
MANIFEST = "manifest"
JOURNAL = "journal"
PARTIAL = "partial"
DEAD = "dead"

LINE = re.compile(r"([0-9a-f]{64})  ([^/\0\n][^\0\n]*)\n?", re.ASCII)


class NotOurs(Exception):
    """What is in the folder was not written by this command: a sentence."""


class Folder:
    """What is in a folder, and what was done to it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.state = path / STATE
        # Hashes by the names of files: of those before, and of those now.
        self.before = {
            **self.read_lines(MANIFEST),
            **self.read_lines(JOURNAL),
        }
        self.now: dict[str, str] = {}
        self.written: set[str] = set()
        self.removed = 0
        # Files that are no longer part of it, and that somebody has changed.
        self.left: list[str] = []
        self.folders: set[Path] = {path}
        self.journal: t.TextIO | None = None

    def read_lines(self, filename: str) -> dict[str, str]:
        """The hashes in a list of files, by their names, as far as it was written."""
        try:
            with open(self.state / filename, encoding="utf-8", newline="\n") as file:
                matches = map(LINE.fullmatch, file)
                return {m[2]: m[1] for m in matches if m and is_inside(m[2])}
        except FileNotFoundError:
            return {}

    def read_dead(self) -> list[str]:
        """The addresses that nothing was at when it was last written."""
        try:
            return (self.state / DEAD).read_text("utf-8").splitlines()
        except FileNotFoundError:
            return []

    def write(self, name: str, content: bytes) -> None:
        """Have a file, whose name is a path with slashes, have some content.

        :raise NotOurs: if there is another one in its place
        """
        hash = sha256(content).hexdigest()
        path = self.path / name
        self.now[name] = hash

        if has_content(path, content) and not path.is_symlink():
            self.before.setdefault(name, hash)
            return

        is_ours = name in self.before or name in self.written

        if os.path.lexists(path) and not is_ours:
            raise NotOurs(f"{path} was not written by this command")

        # First: a run that is killed after it leaves nothing that is nobody's.
        assert self.journal is not None
        self.journal.write(f"{hash}  {name}\n")
        self.journal.flush()
        self.make_folder(path.parent)
        partial = self.state / PARTIAL
        partial.write_bytes(content)
        os.replace(partial, path)
        self.written.add(name)

    def make_folder(self, path: Path) -> None:
        """Make a folder in this one, and those above it.

        :raise NotOurs: if one is elsewhere, or a file
        """
        if path in self.folders:
            return

        self.make_folder(path.parent)

        if path.is_symlink() or (path.exists() and not path.is_dir()):
            raise NotOurs(f"{path} is no folder of this command's")

        path.mkdir(exist_ok=True)
        self.folders.add(path)

    def remove_rest(self) -> None:
        """Remove the files that are no longer part of it, unless somebody has changed
        them, and folders that have nothing else."""
        for name in self.before.keys() - self.now.keys():
            path = self.path / name

            if not path.is_file() or self.is_elsewhere(path):
                continue
            elif sha256(path.read_bytes()).hexdigest() != self.before[name]:
                self.left.append(name)
                continue

            path.unlink()
            self.removed += 1
            self.remove_empty(path.parent)

    def is_elsewhere(self, path: Path) -> bool:
        """Whether somebody made a link of a file, or of a folder that it is in."""
        return any(
            part.is_symlink()
            for part in (path, *path.parents)
            if self.path in part.parents
        )

    def remove_empty(self, path: Path) -> None:
        """Remove a folder, and those above it, as far as they are empty."""
        with suppress(OSError):
            while path != self.path:
                path.rmdir()
                path = path.parent

    def publish(self, dead: list[str]) -> None:
        """Note what is there now, for the next run."""
        lines = (f"{hash}  {name}\n" for name, hash in sorted(self.now.items()))
        self.replace(MANIFEST, "".join(lines))
        self.replace(DEAD, "".join(f"{address}\n" for address in dead))

    def replace(self, filename: str, text: str) -> None:
        """Have a list have some text, and stay as it is if it has."""
        content = text.encode()

        if not has_content(self.state / filename, content):
            partial = self.state / PARTIAL
            partial.write_bytes(content)
            os.replace(partial, self.state / filename)


def is_inside(name: str) -> bool:
    """Whether the name of a file is that of one in the folder."""
    parts = name.split("/")
    is_own = parts[0] == STATE
    return "\\" not in name and not is_own and not {"", ".", ".."} & set(parts)


def has_content(path: Path, content: bytes) -> bool:
    """Whether a file is there already."""
    with suppress(OSError):
        return path.stat().st_size == len(content) and path.read_bytes() == content

    return False


@contextmanager
def opened(path: Path) -> Iterator[Folder]:
    """The folder of a frozen blog, made now if need be; nobody else has it open.

    :raise NotOurs: if there is something else in it, or somebody has
    """
    if path.is_dir():
        if not (path / STATE).is_dir() and any(path.iterdir()):
            raise NotOurs(f"{path} has other files. Choose a new or an empty folder")
    else:
        path.mkdir()

    (path / STATE).mkdir(exist_ok=True)

    try:
        with locked(path / STATE):
            # What a run that was killed was writing.
            (path / STATE / PARTIAL).unlink(missing_ok=True)
            folder = Folder(path)

            with open(
                path / STATE / JOURNAL, "a", encoding="utf-8", newline="\n"
            ) as folder.journal:
                yield folder

            # All of it is in the manifest.
            os.unlink(path / STATE / JOURNAL)
    except BlockingIOError as e:
        raise NotOurs(f"Another one is writing {path} now") from e

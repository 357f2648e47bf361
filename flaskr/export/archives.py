"""An export that is read: a folder or a ZIP file, whoever wrote it."""

import itertools
import os
import stat
import typing as t
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..zips import BROKEN
from ..zips import compose
from ..zips import find_top
from ..zips import is_link
from ..zips import is_of_people
from ..zips import list_members
from ..zips import open_zip
from .errors import at
from .errors import NotReadable
from .names import FACTS
from .values import read_json
from .values import WrongValue

# Bytes of a line of JSON, or of the file of a post, which are in memory at once; of the
# file of an image; and of the list of files in a ZIP.
MAX_LINE = 32_000_000
MAX_IMAGE = 64_000_000
MAX_LIST = 64_000_000

# Folders with files of posts.
FOLDERS = ("posts", "pages", "drafts")

# Folders, each within another one, in which programs that pack, and people who unpack,
# put all of it.
MAX_TOPS = 4


class Archive(t.Protocol):
    """The files of an export, by names that export gives."""

    def has(self, name: str) -> bool:
        """Whether there is something of that name."""

    def list_names(self) -> list[str]:
        """The names of the files of posts, always in the same order."""

    def open(self, name: str) -> t.ContextManager[t.IO[bytes]]:
        """A file.

        :raise NotReadable: if there is none
        """


class FolderArchive:
    """A folder, from which no link leads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def has(self, name: str) -> bool:
        """Whether there is something of that name."""
        return os.path.lexists(self.folder / name)

    def list_names(self) -> list[str]:
        """The names of the files of posts."""
        return [
            f"{folder}/{name}"
            for folder in FOLDERS
            if os.path.lexists(self.folder / folder)
            for name in sorted(os.listdir(self.find_place(folder, stat.S_ISDIR)))
            if name.endswith(".md")
        ]

    def find_place(self, name: str, is_right: t.Callable[[int], bool]) -> Path:
        """The path of a file or a folder.

        :raise NotReadable: if it is something else, or a link leads there
        """
        path = self.folder

        for part in name.split("/"):
            path = path / part

            if path.is_symlink():
                raise NotReadable(f"{name} is a link. Put the file itself there.")

        try:
            is_there = is_right(path.lstat().st_mode)
        except FileNotFoundError:
            raise NotReadable(f"{name} is missing.") from None

        if not is_there:
            what = "folder" if is_right is stat.S_ISDIR else "file"
            raise NotReadable(f"{name} is no {what}.")

        return path

    @contextmanager
    def open(self, name: str) -> Iterator[t.IO[bytes]]:
        """A file."""
        with open(self.find_place(name, stat.S_ISREG), "rb") as file:
            yield file


class ZipArchive:
    """A ZIP file, of which nothing is unpacked but what is read."""

    def __init__(self, path: Path, zip: zipfile.ZipFile) -> None:
        self.zip = zip
        listed = list_members(path, zip)
        top = find_last_top([name for name, _ in listed])
        # Some programs take names apart that others put together.
        self.members = {compose(name.removeprefix(top)): info for name, info in listed}
        self.has_twins = len(self.members) < len(listed)

    def has(self, name: str) -> bool:
        """Whether there is something of that name."""
        return compose(name) in self.members

    def list_names(self) -> list[str]:
        """The names of the files of posts.

        :raise NotReadable: if two of the ZIP have the same
        """
        if self.has_twins:
            raise NotReadable("It has two files of the same name.")

        return sorted(
            name
            for name in self.members
            if name.partition("/")[0] in FOLDERS
            and name.endswith(".md")
            and name.count("/") == 1
        )

    @contextmanager
    def open(self, name: str) -> Iterator[t.IO[bytes]]:
        """A file."""
        info = self.members.get(compose(name))

        if info is None:
            raise NotReadable(f"{name} is missing.")
        elif is_link(info):
            raise NotReadable(f"{name} is a link. Put the file itself there.")

        try:
            with self.zip.open(info) as file:
                yield file
        except BROKEN as e:
            raise NotReadable(f"{name} is broken: {e}.") from None


def find_last_top(names: list[str]) -> str:
    """The folders that all files of an export are in, with slashes."""
    top = ""

    for _ in range(MAX_TOPS):
        if FACTS in names or not (more := find_top(names)):
            break

        top += more
        names = [name.removeprefix(more) for name in names]

    return top


def find_last_folder(folder: Path) -> Path:
    """The folder that an export is in: that, or the only thing that is in it."""
    for _ in range(MAX_TOPS):
        found = list(itertools.islice(filter(is_of_people, os.listdir(folder)), 2))
        only = folder / found[0] if len(found) == 1 else folder

        if only.is_symlink() or not only.is_dir() or only == folder:
            break

        folder = only

    return folder


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """An export.

    :raise NotReadable: if it is none
    """
    if path.is_dir():
        yield FolderArchive(find_last_folder(path))
        return

    # A pipe would have nobody who writes.
    if not stat.S_ISREG(path.stat().st_mode):
        raise NotReadable(f"{path} is neither a file nor a folder.")

    with open_zip(path, MAX_LIST) as opened:
        yield ZipArchive(path, opened)


def read_whole(archive: Archive, name: str, most: int) -> bytes:
    """All of a file of at most so many bytes.

    :raise NotReadable: if it is longer, or not there
    """
    with archive.open(name) as file:
        content = file.read(most + 1)

    if len(content) > most:
        raise NotReadable(f"{name} has more than {most / 1e6:g} MB.")

    return content


def read_lines(
    archive: Archive, name: str, most: int | None = None
) -> Iterator[tuple[int, dict[str, t.Any]]]:
    """The objects in a file of lines of JSON, each with its number.

    :param most: bytes of a line, if fewer than :data:`MAX_LINE`
    :raise NotReadable: if something is none
    """
    number = 0
    most = most or MAX_LINE

    with archive.open(name) as file:
        while line := file.readline(most + 1):
            number += 1

            if len(line) > most:
                raise at(name, number, f"It has more than {most / 1e6:g} MB.")

            try:
                value = read_json(line)
            except WrongValue as e:
                raise at(name, number, f"It {e}.") from None

            if not isinstance(value, dict):
                raise at(name, number, "It should be in braces.")

            yield number, value

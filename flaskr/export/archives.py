"""An export that is read: a folder or a ZIP file, whoever wrote it."""

import os
import stat
import struct
import typing as t
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import at
from .errors import NotReadable
from .values import read_json
from .values import WrongValue

# Bytes of a line of JSON, or of the file of a post, which are in memory at once; of the
# file of an image; and of the list of files in a ZIP, of which Python makes ten times
# as many.
MAX_LINE = 32_000_000
MAX_IMAGE = 64_000_000
MAX_LIST = 64_000_000

# Folders with files of posts.
FOLDERS = ("posts", "pages", "drafts")

# The end of a ZIP: what it begins with, and its bytes with the longest comment; and of
# ZIP64, what is right before it.
END = b"PK\5\6"
END_64 = b"PK\6\6"
BEFORE_64 = 56 + 20
MAX_END = BEFORE_64 + 22 + 65_535

# What zipfile raises for files that are broken, or made to be.
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError),
    *(struct.error, ValueError, OverflowError),
)


class Archive(t.Protocol):
    """The files of an export, by names that export gives."""

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

    def __init__(self, zip: zipfile.ZipFile) -> None:
        self.zip = zip
        names = zip.namelist()

        if len(set(names)) < len(names):
            raise NotReadable("It has two files of the same name.")

    def list_names(self) -> list[str]:
        """The names of the files of posts."""
        return [
            name
            for name in self.zip.namelist()
            if name.partition("/")[0] in FOLDERS
            and name.endswith(".md")
            and name.count("/") == 1
        ]

    @contextmanager
    def open(self, name: str) -> Iterator[t.IO[bytes]]:
        """A file."""
        try:
            with self.zip.open(name) as file:
                yield file
        except KeyError:
            raise NotReadable(f"{name} is missing.") from None
        except BROKEN as e:
            raise NotReadable(f"{name} is broken: {e}.") from None


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """An export.

    :raise NotReadable: if it is none
    """
    if path.is_dir():
        yield FolderArchive(path)
        return

    # A pipe would have nobody who writes.
    if not stat.S_ISREG(path.stat().st_mode):
        raise NotReadable(f"{path} is neither a file nor a folder.")

    with open(path, "rb") as file:
        check_list(file)

        try:
            opened = zipfile.ZipFile(file)
        except BROKEN as e:
            raise NotReadable(f"{path} is no ZIP file that can be read: {e}.") from None

        with opened:
            yield ZipArchive(opened)


def check_list(file: t.IO[bytes]) -> None:
    """Do nothing if the list of the files of a ZIP is not too long for the memory.

    :raise NotReadable: otherwise
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - MAX_END))
    end = file.read()
    place = end.rfind(END)
    file.seek(0)

    if place < 0 or len(end) < place + 22:
        return

    [length] = struct.unpack_from("<I", end, place + 12)

    if place >= BEFORE_64 and end[place - BEFORE_64 :].startswith(END_64):
        [length] = struct.unpack_from("<Q", end, place - BEFORE_64 + 40)

    if length > MAX_LIST:
        raise NotReadable(
            "It has too many files for one ZIP. Unpack it, and take that."
        )


def read_whole(archive: Archive, name: str, most: int) -> bytes:
    """All of a file of at most so many bytes.

    :raise NotReadable: if it is longer, or not there
    """
    with archive.open(name) as file:
        content = file.read(most + 1)

    if len(content) > most:
        raise NotReadable(f"{name} has more than {most // 1_000_000} MB.")

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

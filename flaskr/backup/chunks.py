"""Pieces of databases by what is in them: each state of the blog is a list of them."""

import hashlib
import os
import stat
import typing as t
from collections.abc import Iterable
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from ..text.compression import zstd
from .files import sync

# Bytes of a chunk: half as many take twice as long a list of them, which each state
# has, and twice as many have more in them that did not change.
SIZE = 32_768

# Bytes of the file of one, which is compressed.
MAX_STORED = SIZE + 1024

# The file of each ends with it; "zstd -d" reads it.
ENDING = ".zst"


class Damaged(Exception):
    """Some chunks are not what they were; the files, by their SHA-256."""

    def __init__(self, found: dict[bytes, Path]) -> None:
        names = sorted(str(path) for path in found.values())
        more = f" and {len(names) - 1:,} more" if names[1:] else ""
        are = "are" if more else "is"
        super().__init__(f"{names[0]}{more} {are} damaged or missing")
        self.found = found


def cut(path: Path) -> Iterator[bytes]:
    """The contents of the chunks of a file."""
    with open(path, "rb") as file:
        while content := file.read(SIZE):
            yield content


def find_digest(content: bytes) -> bytes:
    """By what a chunk is known."""
    return hashlib.sha256(content).digest()


def read_file(path: Path, most: int) -> bytes:
    """A file of at most so many bytes, which may be anybody's.

    :raise OSError: if it is not there, no file, or longer
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(path, flags | getattr(os, "O_BINARY", 0))

    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(f"{path} is no file")

        content = file.read(most + 1)

    if len(content) > most:
        raise OSError(f"{path} is too long")

    return content


def decompress(content: bytes, most: int) -> bytes:
    """What was compressed, of at most so many bytes.

    :raise ValueError: if it is damaged, or more
    """
    try:
        decompressor = zstd.ZstdDecompressor()
        found: bytes = decompressor.decompress(content, max_length=most + 1)
    except (zstd.ZstdError, EOFError) as e:
        raise ValueError(str(e)) from e

    if len(found) > most or not decompressor.eof:
        raise ValueError("It is cut off, or too long")

    return found


class Chunks:
    """The chunks in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # Bytes of the files that this process has written or read.
        self.lengths: dict[bytes, int] = {}

    def find_path(self, digest: bytes) -> Path:
        """Where a chunk is."""
        name = digest.hex()
        return self.folder / name[:2] / f"{name}{ENDING}"

    def has(self, digest: bytes) -> bool:
        """Whether there is a chunk, as long as it was."""
        try:
            length = os.stat(self.find_path(digest)).st_size
        except OSError:
            return False

        return 0 < length == self.lengths.get(digest, length)

    def read(self, digest: bytes) -> bytes:
        """What is in a chunk.

        :raise OSError, ValueError: if it is missing or damaged
        """
        stored = read_file(self.find_path(digest), MAX_STORED)
        content = decompress(stored, SIZE)

        if find_digest(content) != digest:
            raise ValueError(f"{self.find_path(digest)} is damaged")

        self.lengths[digest] = len(stored)
        return content

    def add_all(self, contents: dict[bytes, bytes]) -> None:
        """Write chunks, which are compressed, and have the disk have them. What is
        there is replaced."""
        folders = {self.find_path(digest).parent for digest in contents}

        for folder in folders:
            folder.mkdir(mode=0o700, exist_ok=True)

        for digest, stored in contents.items():
            self.write(digest, stored)

        for folder in (*folders, self.folder):
            sync(folder)

    def write(self, digest: bytes, stored: bytes) -> None:
        """Write a chunk: its file has its name only when the disk has all of it."""
        path = self.find_path(digest)
        partial = path.with_suffix(".partial")

        with suppress(FileNotFoundError):
            partial.unlink()

        descriptor = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)

        with open(descriptor, "wb") as file:
            file.write(stored)
            file.flush()
            os.fsync(descriptor)

        os.replace(partial, path)
        self.lengths[digest] = len(stored)

    def put_together(self, digests: Iterable[bytes], path: Path) -> int:
        """Write what is in some chunks, one after the other, into a new file; return
        its bytes.

        :raise Damaged: naming all that are
        """
        damaged = {}
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)

        with open(descriptor, "wb") as file:
            for digest in digests:
                try:
                    content = self.read(digest)
                except (OSError, ValueError):
                    damaged[digest] = self.find_path(digest)
                else:
                    file.write(content)

            if damaged:
                raise Damaged(damaged)

            return file.tell()

    def find_damaged(self, digests: Iterable[bytes]) -> dict[bytes, Path]:
        """Those of some chunks that can't be read, and their files."""
        found = {}

        for digest in digests:
            try:
                self.read(digest)
            except (OSError, ValueError):
                found[digest] = self.find_path(digest)

        return found

    def remove(self, digests: Iterable[bytes]) -> None:
        """Remove chunks, as far as they are there."""
        for digest in digests:
            self.find_path(digest).unlink(missing_ok=True)
            self.lengths.pop(digest, None)

    def remove_others(self, known: t.Container[bytes]) -> None:
        """Remove what a process that was killed left: chunks that are not known."""
        for path in self.folder.glob("??/*"):
            try:
                digest = bytes.fromhex(path.name.removesuffix(ENDING))
            except ValueError:
                digest = b""

            if path != self.find_path(digest) or digest not in known:
                path.unlink(missing_ok=True)


def compress(content: bytes) -> bytes:
    """A chunk as its file has it."""
    return zstd.compress(content)

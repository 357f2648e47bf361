"""Files by their names, wherever they are: read within bounds, and where they are."""

import io
import typing as t
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from .. import zips
from .records import Left
from .records import NotReadable

# Bytes of a file of text, such as one post.
MAX_TEXT = 10_000_000

# What reading raises, for people.
BROKEN = (*zips.BROKEN, OSError)

Opener = Callable[[], t.IO[bytes]]


class Found(t.NamedTuple):
    """A file: when it was changed, which is no more than a guess, what opens it, and
    its bytes."""

    modified: datetime
    open: Opener
    size: int


class Files:
    """Files by their names, such as ``posts/a.md``."""

    def __init__(self, path: Path, found: dict[str, Found], left: list[Left]) -> None:
        self.path = path
        self.found = found
        #: What is in no place that can be read.
        self.left = left
        self.names = sorted(found)
        # One program composes "é", and another one does not.
        self.composed = {zips.compose(name): name for name in self.names}

    def find(self, name: str) -> str:
        """The name of a file as it is written here, or the empty string."""
        return self.composed.get(zips.compose(name), "")

    def describe(self, name: str) -> str:
        """A file, for people."""
        return f"{name} in {self.path}"

    def open(self, name: str) -> t.BinaryIO:
        """A file to read, whose errors are sentences.

        :raise NotReadable: if it can't be opened, or, while it is read, is broken
        """
        try:
            source = self.found[name].open()
        except BROKEN as e:
            raise NotReadable(f"{self.describe(name)} can't be read: {e}.") from e

        return io.BufferedReader(Member(source, self.describe(name)))

    def read(self, name: str, most: int = MAX_TEXT) -> bytes:
        """All of a file.

        :raise NotReadable: if it has more bytes than ``most``, or is broken
        """
        with self.open(name) as file:
            data = file.read(most + 1)

        if len(data) > most:
            raise NotReadable(
                f"{self.describe(name)} is larger than {most // 1_000_000} MB, which no"
                " text of a blog is."
            )

        return data

    def read_text(self, name: str, most: int = MAX_TEXT) -> str:
        """A text in UTF-8, whose lines end in LF.

        :raise NotReadable: if it is none, with the line
        """
        data = self.read(name, most)

        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as e:
            line = data.count(b"\n", 0, e.start) + 1
            raise NotReadable(
                f"{self.describe(name)}, line {line}: this is not UTF-8. Save the file"
                " in UTF-8 first."
            ) from e

        return text.replace("\r\n", "\n").replace("\r", "\n")


class Member(io.RawIOBase):
    """A file whose errors are sentences."""

    def __init__(self, source: t.IO[bytes], description: str) -> None:
        self.source = source
        self.description = description

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: t.Any) -> int:
        """Read up to so many bytes.

        :raise NotReadable: if the file is broken
        """
        try:
            data = self.source.read(len(buffer))
        except BROKEN as e:
            raise NotReadable(f"{self.description} is broken: {e}.") from e

        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close the file."""
        self.source.close()
        super().close()

"""Exports of several files: in a folder, or in a ZIP."""

import typing as t
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..zips import is_zip
from .archives import open_files
from .files import Files
from .records import NotReadable

# Files of a ZIP, and bytes of all of them together.
MAX_FILES = 200
MAX_BYTES = 4_000_000_000


class Member(t.NamedTuple):
    """A file of a ZIP that is open."""

    files: Files
    place: str

    @property
    def name(self) -> str:
        """What it is called."""
        return self.place.rpartition("/")[2]

    def open(self, mode: str) -> t.BinaryIO:
        """A file to read, as a path gives one.

        :raise NotReadable: if the ZIP is broken
        """
        return self.files.open(self.place)


Part = Path | Member


@contextmanager
def open_parts(path: Path) -> Iterator[list[Part]]:
    """The XML of what is one file, a folder or a ZIP, by the names.

    :raise NotReadable: if it is a ZIP that is broken, or has too much
    """
    if path.is_dir():
        yield list(sorted(path.glob("*.xml")))
    elif not is_zip(path):
        yield [path]
    else:
        with open_files(path) as files:
            yield find_members(files)


def find_members(files: Files) -> list[Part]:
    """The XML of a ZIP.

    :raise NotReadable: if it has too much
    """
    places = [place for place in files.names if place.endswith(".xml")]
    size = sum(files.found[place].size for place in places)

    if len(places) > MAX_FILES or size > MAX_BYTES:
        raise NotReadable(
            f"{files.path.name} has more in it than an export: {MAX_FILES} files and"
            f" {MAX_BYTES // 1_000_000_000} GB at most."
        )

    return [Member(files, place) for place in places]

"""Exports of several files: in a folder, or in a ZIP."""

import typing as t
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..zips import is_zip
from .archives import open_files
from .records import NotReadable

# Files of a ZIP, and bytes of all of them together.
MAX_FILES = 200
MAX_BYTES = 4_000_000_000


class Member(t.NamedTuple):
    """A file of a ZIP."""

    zip: Path
    place: str

    @property
    def name(self) -> str:
        """What it is called."""
        return self.place.rpartition("/")[2]

    @contextmanager
    def open(self, mode: str) -> Iterator[t.BinaryIO]:
        """Read it.

        :raise NotReadable: if the ZIP is broken
        """
        with open_files(self.zip) as files, files.open(self.place) as file:
            yield file


Part = Path | Member


def find_parts(path: Path) -> list[Part]:
    """The XML of what is one file, a folder or a ZIP, by the names.

    :raise NotReadable: if it is a ZIP that is broken, or has too much
    """
    if path.is_dir():
        return list(sorted(path.glob("*.xml")))
    elif not is_zip(path):
        return [path]

    with open_files(path) as files:
        places = [place for place in files.names if place.endswith(".xml")]
        size = sum(files.found[place].size for place in places)

    if len(places) > MAX_FILES or size > MAX_BYTES:
        raise NotReadable(
            f"{path.name} has more in it than an export: {MAX_FILES} files and"
            f" {MAX_BYTES // 1_000_000_000} GB at most."
        )

    return [Member(path, place) for place in places]

"""Which reader reads what somebody gives."""

import typing as t
from contextlib import AbstractContextManager
from datetime import tzinfo
from datetime import UTC
from pathlib import Path

from . import blogger
from . import feeds
from . import ghost
from . import markdown
from . import medium
from . import substack
from . import wordpress
from .archives import open_files
from .records import Archive
from .records import NotReadable


class Reader(t.Protocol):
    """A module that reads what one sort of blog leaves."""

    #: What the command line calls it.
    NAME: str

    def matches(self, path: Path) -> bool:
        """Whether what is there looks as if it were of this sort; cheap, and ``False``
        for what can't be read."""

    def open_archive(
        self, path: Path, zone: tzinfo = UTC, address: str = ""
    ) -> AbstractContextManager[Archive]:
        """Open it, for as long as the block lasts.

        :param zone: of dates that don't say theirs
        :param address: of the old blog, if it is not said there
        :raise NotReadable: if it is not of this sort, or broken
        """


# The more special ones first: the export of WordPress is a feed, too, and any folder
# may be one of texts.
READERS: tuple[Reader, ...] = (
    wordpress,
    blogger,
    feeds,
    ghost,
    medium,
    substack,
    markdown,
)

# What files of SQLite's begin with.
OF_SQLITE = b"SQLite format 3\0"

NAMES = tuple(reader.NAME for reader in READERS)


def find_reader(path: Path, name: str | None) -> Reader:
    """The reader of a name, or the first one that knows what is at a path.

    :raise NotReadable: if none does
    """
    for reader in READERS:
        if reader.NAME == name or name is None and reader.matches(path):
            return reader

    if is_database(path):
        raise NotReadable(f"{path} is a database. To have it be the blog: restore.")

    # What is wrong with it, if it can't be read at all.
    with open_files(path):
        raise NotReadable(
            f"{path} is nothing that this command knows. It reads what these leave:"
            f" {', '.join(NAMES)}. If it is one of them, say which: --from {NAMES[0]}."
        )


def is_database(path: Path) -> bool:
    """Whether a file is one of SQLite's, as a backup is."""
    if path.is_dir():
        return False

    with open(path, "rb") as file:
        return file.read(len(OF_SQLITE)) == OF_SQLITE

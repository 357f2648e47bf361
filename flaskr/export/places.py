"""Where an export is written to: a folder, or a ZIP file."""

import os
import stat
import typing as t
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..backup.files import sync

# Of all files in a ZIP: two exports of the same are the same. It knows no earlier year.
NO_TIME = (1980, 1, 1, 0, 0, 0)

# Files that only their owner reads; the drafts and the bin are among them.
MODE = 0o600
UNIX = 3


class Place(t.Protocol):
    """What files are written to, one after the other; complete after its block."""

    def open(self, name: str, is_packed: bool = False) -> t.ContextManager[t.IO[bytes]]:
        """A new file, whose folders are made.

        :param is_packed: whether it is in few bytes already
        """


class FolderPlace:
    """A new folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folders = {folder}

    @contextmanager
    def open(self, name: str, is_packed: bool = False) -> Iterator[t.IO[bytes]]:
        """A new file."""
        path = self.folder / name
        self.make(path.parent)
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)

        with open(os.open(path, flags, MODE), "wb") as file:
            yield file

    def make(self, folder: Path) -> None:
        """Make a folder, unless it is there."""
        if folder not in self.folders:
            self.make(folder.parent)
            folder.mkdir(0o700)
            self.folders.add(folder)

    def __enter__(self) -> t.Self:
        return self

    def __exit__(self, type: object, *rest: object) -> None:
        """Wait until the disk has all of it."""
        if type is not None:
            return

        # All at once, where that can be done. Then, one says if it failed.
        getattr(os, "sync", int)()

        for path in self.folder.rglob("*"):
            sync(path)

        sync(self.folder)


class ZipPlace:
    """A ZIP file; with ZIP64, of any size."""

    def __init__(self, file: t.IO[bytes]) -> None:
        self.zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)

    @contextmanager
    def open(self, name: str, is_packed: bool = False) -> Iterator[t.IO[bytes]]:
        """A new file."""
        info = zipfile.ZipInfo(name, NO_TIME)
        info.create_system = UNIX
        info.external_attr = (stat.S_IFREG | MODE) << 16
        info.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED

        with self.zip.open(info, "w", force_zip64=True) as file:
            yield file

    def __enter__(self) -> t.Self:
        return self

    def __exit__(self, type: object, *rest: object) -> None:
        """Write what is in it."""
        if type is not None:
            # Nothing more is written, now or when it is collected.
            self.zip.fp = None

        self.zip.close()

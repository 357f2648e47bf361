"""Exports of several files: in a folder, or in a ZIP."""

import typing as t
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .records import NotReadable

# Files of a ZIP, and bytes of all of them together.
MAX_FILES = 200
MAX_BYTES = 4_000_000_000

Part = Path | zipfile.Path

# What zipfile raises for what is broken, encrypted, or made by a method it lacks.
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


def find_parts(path: Path) -> list[Part]:
    """The XML of what is one file, a folder or a ZIP, by the names.

    :raise NotReadable: if it is a ZIP that is broken, or has too much
    """
    if path.is_dir():
        return list(sorted(path.glob("*.xml")))
    elif not zipfile.is_zipfile(path):
        return [path]

    try:
        with zipfile.ZipFile(path) as archive:
            found = [i for i in archive.infolist() if i.filename.endswith(".xml")]
    except BROKEN as e:
        raise NotReadable(f"{path.name} is a ZIP that is broken.") from e

    if len(found) > MAX_FILES or sum(info.file_size for info in found) > MAX_BYTES:
        raise NotReadable(
            f"{path.name} has more in it than an export: {MAX_FILES} files and"
            f" {MAX_BYTES // 1_000_000_000} GB at most."
        )

    names = sorted(info.filename for info in found)
    return [zipfile.Path(path, name) for name in names]


@contextmanager
def open_part(path: Part) -> Iterator[t.BinaryIO]:
    """Read a file, wherever it is.

    :raise NotReadable: if the ZIP that it is in is broken
    """
    try:
        with path.open("rb") as file:
            yield t.cast(t.BinaryIO, file)
    except BROKEN as e:
        raise NotReadable(f"{path.name} can’t be read: its ZIP is broken ({e}).") from e

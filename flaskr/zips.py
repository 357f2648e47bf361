"""ZIP files that somebody else made: what could do harm is refused before any of it is
read, and nothing of them is ever unpacked to the disk."""

import io
import re
import stat
import struct
import typing as t
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import NotReadable

MAX_NAME = 1000

# What systems and programs put beside the files of people.
NOT_OF_PEOPLE = ("__MACOSX", "node_modules", "Thumbs.db", "desktop.ini")

UNSAFE = re.compile(r"^/|^[A-Za-z]:|(^|/)\.\.(/|$)|[\x00-\x1f]")
# Of others, a few bytes become any number at once, whatever is asked for.
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

# What zipfile raises for files that are broken, or made to be.
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError),
    *(struct.error, ValueError, OverflowError),
)

Members = list[tuple[str, zipfile.ZipInfo]]


class Bounded(io.BufferedReader):
    """The file of a ZIP, of which no more is read at once than its list may have."""

    most: int | None = None

    def read(self, size: int | None = -1) -> bytes:
        """Read so many bytes.

        :raise NotReadable: if those are too many
        """
        if self.most is None:
            return super().read(size)

        most = self.most + 1
        is_all = size is None or size < 0
        data = super().read(most if is_all else min(size or 0, most))

        if len(data) > self.most:
            raise NotReadable("its list of files is too long. Unpack it, and give that")

        return data


def is_zip(path: Path) -> bool:
    """Whether a file begins as ZIPs do.

    :raise NotReadable: if it can't be read
    """
    try:
        with path.open("rb") as file:
            return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")
    except OSError as e:
        raise NotReadable(f"{path} can't be read: {e}.") from e


@contextmanager
def open_zip(path: Path, max_list: int) -> Iterator[zipfile.ZipFile]:
    """A ZIP; what is wrong with it is a sentence.

    :param max_list: bytes of its list of files, which Python reads at once, and of
        which it makes ten times as many
    :raise NotReadable: if it is broken
    """
    with Bounded(io.FileIO(path)) as file:
        file.most = max_list

        try:
            archive = zipfile.ZipFile(file)
        except (*BROKEN, OSError, NotReadable) as e:
            raise NotReadable(f"{path} can't be read as a zip: {e}.") from e

        # Files are read in the pieces that somebody asks for.
        file.most = None

        with archive:
            yield archive


def list_members(path: Path, archive: zipfile.ZipFile) -> Members:
    """The files of a ZIP that people put there, by their names.

    :raise NotReadable: if one could do harm
    """
    size = path.stat().st_size
    members = []

    for info in archive.infolist():
        name = find_name(info)

        if wrong := find_wrong(name, info, size):
            raise NotReadable(
                f"{path}: {name[:100]!r} {wrong}. Nothing of it was read."
            )

        if not info.is_dir() and all(map(is_of_people, name.split("/"))):
            members.append((name, info))

    return members


def find_name(info: zipfile.ZipInfo) -> str:
    """The name of a file of a ZIP, in UTF-8 even if it does not say so, and with the
    slashes of the web."""
    name = info.orig_filename

    if not info.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode()
        except UnicodeError:
            pass

    return name.replace("\\", "/")


def find_wrong(name: str, info: zipfile.ZipInfo, size: int) -> str:
    """Why a file of a ZIP may not be read, or the empty string.

    :param size: bytes of the ZIP
    """
    if UNSAFE.search(name) or len(name) > MAX_NAME:
        return "has a name that leads out of it"
    elif info.flag_bits & 0x1:
        return "is encrypted. Unpack it with its password, and give the folder"
    elif info.compress_type not in PACKINGS:
        return "is packed in a way that exports are not. Unpack it, and give the folder"

    return "is broken" if info.compress_size > size else ""


def compose(name: str) -> str:
    """A name as most programs write it; some take letters apart."""
    return unicodedata.normalize("NFC", name)


def is_link(info: zipfile.ZipInfo) -> bool:
    """Whether a file of a ZIP only says where another one is."""
    return stat.S_ISLNK(info.external_attr >> 16)


def is_of_people(name: str) -> bool:
    """Whether a person rather than a system put a file or a folder there."""
    return not name.startswith(".") and name not in NOT_OF_PEOPLE


def find_top(names: t.Collection[str]) -> str:
    """The folder that all files are in, with its slash, or the empty string."""
    tops = {name.partition("/")[0] for name in names}
    is_alone = len(tops) == 1 and all("/" in name for name in names)
    return f"{tops.pop()}/" if is_alone else ""

"""Opens what people give: a zip, a folder, or one file. Nothing is written to the disk,
and what could do harm is refused before any of it is read."""

import io
import os
import re
import stat
import typing as t
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from datetime import UTC
from pathlib import Path

from .files import BROKEN
from .files import Files
from .files import Found
from .files import Opener
from .records import Left
from .records import NotReadable

MAX_FILES = 200_000
# Bytes of a zip's list of what is in it, which Python reads at once.
MAX_DIRECTORY = 24_000_000
MAX_NAME = 1000
# What is packed so small is no text and no image: of 10 GB of zeros, a thousandth is
# left. So is what is there many times, in all files of a zip.
MAX_RATIO = 200
RATIO_FROM = 10_000_000
TOTAL_FROM = 1_000_000_000

# What systems and programs put beside the files of people.
NOT_OF_PEOPLE = ("__MACOSX", "node_modules", "Thumbs.db", "desktop.ini")
# Folders at the top of a blog: a zip with another one alone has all within that.
PLACES = frozenset(
    ("content", "posts", "_posts", "_drafts", "source", "data", "images", "pages")
)

UNSAFE = re.compile(r"^/|^[A-Za-z]:|(^|/)\.\.(/|$)|[\x00-\x1f]")
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


@contextmanager
def open_files(path: Path) -> Iterator[Files]:
    """The files of a zip or of a folder; or one file, by its name.

    :raise NotReadable: if it can't be read, or could do harm
    """
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as e:
        raise NotReadable(f"{path} can't be read: {e}.") from e

    if stat.S_ISDIR(mode):
        yield list_folder(path)
    elif not stat.S_ISREG(mode):
        raise NotReadable(f"{path} is neither a file nor a folder.")
    elif not is_zip(path):
        yield Files(path, {path.name: make_found(path)}, [])
    else:
        with open_zip(path) as archive:
            yield list_zip(path, archive)


def is_zip(path: Path) -> bool:
    """Whether a file begins as zips do."""
    try:
        with path.open("rb") as file:
            return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")
    except OSError as e:
        raise NotReadable(f"{path} can't be read: {e}.") from e


def is_of_people(name: str) -> bool:
    """Whether a person rather than a system put a file or a folder there."""
    return not name.startswith(".") and name not in NOT_OF_PEOPLE


# Folders


def list_folder(root: Path) -> Files:
    """The files of a folder and of those in it.

    :raise NotReadable: if they are too many
    """
    found: dict[str, Found] = {}
    left: list[Left] = []
    real = root.resolve()

    for place, folders, names in os.walk(root):
        folders[:] = sorted(filter(is_of_people, folders))

        for name in [*names, *folders]:
            path = Path(place, name)
            key = path.relative_to(root).as_posix()

            if not is_of_people(name) or (name in folders and not path.is_symlink()):
                continue
            elif reason := find_reason(path, real):
                left.append(Left("file", key, reason))
            else:
                found[key] = make_found(path)

        require_few(root, len(found))

    return Files(root, found, left)


def find_reason(path: Path, root: Path) -> str:
    """Why a file of a folder is not read, or the empty string."""
    try:
        real = path.resolve(strict=True)
        is_file = stat.S_ISREG(real.stat().st_mode)
    except (OSError, RuntimeError):
        return "it is a link that leads nowhere"

    if not real.is_relative_to(root):
        return "it is a link that leads out of the folder"

    return "" if is_file else "it is no file"


def make_found(path: Path) -> Found:
    """A file of the disk."""
    modified = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return Found(modified, lambda: path.open("rb"))


def require_few(path: Path, number: int) -> None:
    """Do nothing unless there are too many files.

    :raise NotReadable: if there are
    """
    if number > MAX_FILES:
        raise NotReadable(
            f"{path} has more than {MAX_FILES:,} files, which are too many for a blog."
            " Give the folder that has the posts."
        )


# Zips


@contextmanager
def open_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    """A zip; what is wrong with it is a sentence.

    :raise NotReadable: if it is broken
    """
    with Bounded(io.FileIO(path)) as file:
        try:
            archive = zipfile.ZipFile(file)
        except (*BROKEN, NotReadable) as e:
            raise NotReadable(f"{path} can't be read as a zip: {e}.") from e

        with archive:
            yield archive


def list_zip(path: Path, archive: zipfile.ZipFile) -> Files:
    """The files of a zip, without the folder that all of them are in.

    :raise NotReadable: if it could do harm
    """
    members = {}
    left = []
    require_few(path, len(archive.infolist()))

    for info in archive.infolist():
        name = find_name(info)
        check_member(path, name, info)

        if info.is_dir() or not all(map(is_of_people, name.split("/"))):
            continue
        elif stat.S_ISLNK(info.external_attr >> 16):
            left.append(Left("file", name, "it is a link"))
        else:
            members[name] = info

    check_total(path, sum(info.file_size for info in members.values()))
    root = find_root(members)
    found = {
        name[len(root) :]: Found(find_time(info), make_unpacker(archive, info))
        for name, info in members.items()
    }
    return Files(path, found, left)


def make_unpacker(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Opener:
    """What opens a file of a zip; no more of it is ever read than its size says, which
    :func:`check_member` has seen."""
    return lambda: archive.open(info)


def find_time(info: zipfile.ZipInfo) -> datetime:
    """When a file of a zip was changed, in no zone that anybody knows."""
    try:
        return datetime(*info.date_time, tzinfo=UTC)
    except ValueError:
        return datetime(1980, 1, 1, tzinfo=UTC)


def find_name(info: zipfile.ZipInfo) -> str:
    """The name of a file of a zip, in UTF-8 even if it does not say so, and with the
    slashes of the web."""
    name = info.orig_filename

    if not info.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode()
        except UnicodeError:
            pass

    return name.replace("\\", "/")


def check_member(path: Path, name: str, info: zipfile.ZipInfo) -> None:
    """Do nothing if a file of a zip may be read.

    :raise NotReadable: if it could do harm
    """
    wrong = ""

    if UNSAFE.search(name) or len(name) > MAX_NAME:
        wrong = "has a name that leads out of it"
    elif info.flag_bits & 0x1:
        wrong = "is encrypted. Unpack it with its password, and give the folder"
    elif info.compress_type not in PACKINGS:
        wrong = (
            "is packed in a way that exports are not. Unpack it, and give the folder"
        )
    elif info.compress_size > path.stat().st_size:
        wrong = "is broken"
    elif info.file_size > max(RATIO_FROM, MAX_RATIO * info.compress_size):
        wrong = (
            f"would grow from {info.compress_size:,} to {info.file_size:,} bytes, as no"
            " text or image does"
        )

    if wrong:
        raise NotReadable(f"{path}: {name[:100]!r} {wrong}. Nothing of it was read.")


def check_total(path: Path, total: int) -> None:
    """Do nothing if a zip may have so many bytes in all its files.

    :raise NotReadable: if it could do harm
    """
    if total > max(TOTAL_FROM, MAX_RATIO * path.stat().st_size):
        raise NotReadable(
            f"{path} would grow to {total:,} bytes, as no blog does. Nothing of it was"
            " read."
        )


def find_root(names: t.Collection[str]) -> str:
    """The folder that all files are in, with its slash, unless it is a blog's own."""
    tops = {name.partition("/")[0] for name in names if "/" in name}
    is_alone = len(tops) == 1 and all("/" in name for name in names)
    return f"{tops.pop()}/" if is_alone and tops.isdisjoint(PLACES) else ""


class Bounded(io.BufferedReader):
    """The file of a zip, of which no more is read at once than its list may have."""

    def read(self, size: int | None = -1) -> bytes:
        """Read so many bytes.

        :raise NotReadable: if those are too many
        """
        most = MAX_DIRECTORY + 1
        is_all = size is None or size < 0
        data = super().read(most if is_all else min(size or 0, most))

        if len(data) > MAX_DIRECTORY:
            raise NotReadable("its list of files is too long for an export")

        return data

"""Opens what people give: a zip, a folder, or one file. Nothing is written to the disk,
and what could do harm is refused before any of it is read."""

import os
import stat
import typing as t
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from datetime import UTC
from pathlib import Path

from ..zips import find_top
from ..zips import is_link
from ..zips import is_of_people
from ..zips import is_zip
from ..zips import list_members
from ..zips import open_zip
from .files import Files
from .files import Found
from .files import Opener
from .records import Left
from .records import NotReadable

MAX_FILES = 200_000
# Bytes of a zip's list of what is in it.
MAX_LIST = 24_000_000
# What is packed so small is no text and no image: of 10 GB of zeros, a thousandth is
# left. So is what is there many times, in all files of a zip.
MAX_RATIO = 200
RATIO_FROM = 10_000_000
TOTAL_FROM = 1_000_000_000

# Folders at the top of a blog: a zip with another one alone has all within that.
PLACES = frozenset(
    ("content", "posts", "_posts", "_drafts", "source", "data", "images", "pages")
)


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
        with open_zip(path, MAX_LIST) as archive:
            yield list_zip(path, archive)


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
    status = path.stat()
    modified = datetime.fromtimestamp(status.st_mtime, UTC)
    return Found(modified, lambda: path.open("rb"), status.st_size)


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


def list_zip(path: Path, archive: zipfile.ZipFile) -> Files:
    """The files of a zip, without the folder that all of them are in.

    :raise NotReadable: if it could do harm
    """
    require_few(path, len(archive.infolist()))
    listed = list_members(path, archive)
    left = [Left("file", name, "it is a link") for name, i in listed if is_link(i)]
    members = {name: info for name, info in listed if not is_link(info)}

    for name, info in members.items():
        check_growth(path, name, info)

    check_total(path, sum(info.file_size for info in members.values()))
    root = find_root(members)
    found = {
        name[len(root) :]: Found(
            find_time(info), make_unpacker(archive, info), info.file_size
        )
        for name, info in members.items()
    }
    return Files(path, found, left)


def make_unpacker(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Opener:
    """What opens a file of a zip; no more of it is ever read than its size says, which
    :func:`check_growth` has seen."""
    return lambda: archive.open(info)


def find_time(info: zipfile.ZipInfo) -> datetime:
    """When a file of a zip was changed, in no zone that anybody knows."""
    try:
        return datetime(*info.date_time, tzinfo=UTC)
    except ValueError:
        return datetime(1980, 1, 1, tzinfo=UTC)


def check_growth(path: Path, name: str, info: zipfile.ZipInfo) -> None:
    """Do nothing if a file of a zip becomes no longer than texts and images do.

    :raise NotReadable: if it does
    """
    if info.file_size > max(RATIO_FROM, MAX_RATIO * info.compress_size):
        raise NotReadable(
            f"{path}: {name[:100]!r} would grow from {info.compress_size:,} to"
            f" {info.file_size:,} bytes, as no text or image does. Nothing of it was"
            " read."
        )


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
    top = find_top(names)
    return "" if top.rstrip("/") in PLACES else top

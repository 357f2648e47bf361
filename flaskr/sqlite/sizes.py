"""How large a database is, what room its disk has left, and what runs it."""

import os
import shutil
import sqlite3
import typing as t
from contextlib import suppress

from .files import is_on_read_only_disk

# What SQLite calls the files, by what they are.
FILES = {"database": "", "log": "-wal"}


def find_free_space(path: str) -> int | None:
    """The bytes that are free where a database is; ``None`` if it only is to be read
    there, as on a DVD, which has none.

    :raise OSError: if its folder is gone
    """
    path = os.path.realpath(path)

    if is_on_read_only_disk(path):
        return None

    return shutil.disk_usage(os.path.dirname(path)).free


def find_sizes(connection: t.Any, path: str) -> dict[str, int]:
    """The bytes of a database and of its log, which is gone when nobody has it open."""
    sizes = dict.fromkeys(FILES, 0)

    for name, ending in FILES.items():
        with suppress(FileNotFoundError):
            sizes[name] = os.stat(f"{os.path.realpath(path)}{ending}").st_size

    return sizes


def find_version(connection: t.Any) -> str:
    """What runs a database, as ``SQLite 3.46.1``."""
    return f"SQLite {sqlite3.sqlite_version}"

"""Whether an SQLite database has changed, by any process."""

import ctypes
import mmap
import os
import sqlite3
import struct
import threading
import typing as t

# Of the header, as sqlite.org/walformat.html describes it (section 2.1): iChange,
# which each commit raises, and the checksum of the last commit's last frame, which
# tells apart what a crash could have counted twice. A checkpoint changes neither.
HEADER = struct.Struct("=8x I 12x Q")


Header: t.TypeAlias = "ctypes.Array[ctypes.c_char]"


class Counter(t.Protocol):
    """What each commit of any process changes."""

    def read(self) -> object:
        """A value to compare with an earlier one of the same counter."""


class CommitCounter:
    """The counter in the header of the ``-shm`` file, which all processes of a
    database share. Reading it is no system call and does not give the interpreter to
    another thread.

    Closing a descriptor of that file, whichever it is, drops every lock that SQLite
    has on it for this process (fcntl(2), sqlite.org/howtocorrupt.html 2.2.1), and
    another process may then write into a log that is being moved. So the descriptor
    is never closed and the file never unmapped. ``mmap.mmap`` does both when it is
    collected, an exiting interpreter's too.

    Needs a connection that has joined the log, as long as it is read: then nobody
    truncates the file.

    :raise OSError: if the file can't be mapped
    """

    # The process's, since that is what descriptors and locks belong to. While one is
    # open, no other file gets its number.
    mapped: t.ClassVar[dict[tuple[int, int], Header]] = {}
    lock = threading.Lock()

    def __init__(self, path: str) -> None:
        stat = os.stat(path)
        file_id = stat.st_dev, stat.st_ino

        with self.lock:
            if file_id not in self.mapped:
                if stat.st_size < HEADER.size:
                    raise OSError(f"{path} has no header")

                file = os.open(path, os.O_RDONLY)
                self.mapped[file_id] = map_forever(file, HEADER.size)

            self.header = self.mapped[file_id]

    def read(self) -> object:
        """As :meth:`Counter.read`."""
        return HEADER.unpack_from(self.header)


def map_forever(file: int, size: int) -> Header:
    """The first bytes of a file, which stay mapped as long as the process lives."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = (
        ctypes.c_void_p,
        ctypes.c_size_t,
        *[ctypes.c_int] * 3,
        ctypes.c_long,
    )
    address = libc.mmap(None, size, mmap.PROT_READ, mmap.MAP_SHARED, file, 0)

    if address == ctypes.c_void_p(-1).value:
        raise OSError(ctypes.get_errno(), "mmap")

    return (ctypes.c_char * size).from_address(address)


class DataVersion:
    """The same where libc has no ``mmap``, as on Windows: ``PRAGMA data_version`` of
    a connection that writes nothing. A checkpoint raises it, too."""

    def __init__(self, watcher: sqlite3.Connection) -> None:
        self.watcher = watcher
        self.lock = threading.Lock()

    def read(self) -> object:
        """As :meth:`Counter.read`."""
        with self.lock:
            return self.watcher.execute("PRAGMA data_version").fetchone()[0]


def open_counter(path: str, watcher: sqlite3.Connection) -> Counter:
    """The counter of a database whose log a connection has joined."""
    try:
        return CommitCounter(f"{path}-shm")
    except (OSError, AttributeError, TypeError):
        # Windows has no mmap.PROT_READ, and no library of that name.
        return DataVersion(watcher)

"""Whether an SQLite database has changed, without asking SQLite."""

import mmap
import os
import struct
import threading
import typing as t
from weakref import finalize
from weakref import WeakValueDictionary

# Of the header, as sqlite.org/walformat.html describes it (section 2.1): iChange,
# which each commit raises, and the checksum of the last commit's last frame, which
# tells apart what a crash could have counted twice. A checkpoint changes neither.
HEADER = struct.Struct("=8x I 12x Q")


class WalIndex:
    """The beginning of the ``-shm`` file that the processes of a database share.

    ``PRAGMA data_version`` says the same, but each call into SQLite hands the
    interpreter to another thread.
    """

    # Closing a file drops every lock that the process has on it (fcntl(2)), those
    # of SQLite too. So a process opens each once, and lets it go with the last
    # user, when no connection is left.
    opened: t.ClassVar[WeakValueDictionary[object, "WalIndex"]] = WeakValueDictionary()
    lock = threading.Lock()

    def __init__(self, path: str) -> None:
        file = os.open(path, os.O_RDONLY)
        finalize(self, os.close, file)
        self.map = mmap.mmap(file, HEADER.size, access=mmap.ACCESS_READ)

    @classmethod
    def of(cls, path: str) -> "WalIndex | None":
        """That of a database which the process has open; ``None`` without a
        write-ahead log."""
        with cls.lock:
            try:
                stat = os.stat(f"{path}-shm")
            except OSError:
                return None

            identity = stat.st_dev, stat.st_ino

            if (index := cls.opened.get(identity)) is None:
                index = cls.opened[identity] = cls(f"{path}-shm")

            return index

    def version(self) -> tuple[object, ...]:
        """What each commit changes, and no other database has."""
        return self, HEADER.unpack_from(self.map)

"""What processes count, each in a file of its own, which are added up.

A process that ends leaves its file, so that no number ever gets smaller, and the next
one that begins goes on with it: there are never more files than there were processes at
once. Whether a process has a file still is told by the lock that ends with it: a number
of a process may be another one's by now, and in a container it is always the same.

A file is one record after the other: a key, padded, and its numbers. It is written
through, and not mapped into memory: there, a full disk would end the process.
"""

import logging
import os
import secrets
import socket
import sys
import threading
import typing as t
from array import array
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

if sys.platform == "win32":  # pragma: no cover
    import msvcrt
else:
    import fcntl

logger = logging.getLogger(__name__)

Key = tuple[str, ...]
Numbers: t.TypeAlias = "array[int]"

# Of a record: bytes of its key, and numbers of eight bytes each.
KEY = 128
WIDTH = 16
RECORD = KEY + 8 * WIDTH

NOTHING = array("Q", [0] * WIDTH)

# Records of a process. Beyond, which no blog has, what is new is counted together.
MAX_RECORDS = 4096
OTHER = ("other",)

# What is counted as it is now: it ends with its process.
GAUGE = ("gauge",)

# The first record of a file, which says whose it is; other versions have another name.
SUFFIX = ".counts1"

# Windows would write each line feed as two characters.
BINARY = getattr(os, "O_BINARY", 0)

# Where Windows locks, beyond all records.
LOCKED = 1 << 30


def lock(file: int) -> bool:
    """Whether nobody else had locked a file, and this process has now."""
    try:
        if sys.platform == "win32":  # pragma: no cover
            os.lseek(file, LOCKED, os.SEEK_SET)
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False

    return True


def write_at(file: int, content: bytes, offset: int) -> None:
    """Write to a place of a file."""
    if hasattr(os, "pwrite"):
        os.pwrite(file, content, offset)
    else:  # pragma: no cover  # Windows
        os.lseek(file, offset, os.SEEK_SET)
        os.write(file, content)


def name_process() -> bytes:
    """Which process this is, among those of all containers."""
    name = f"{socket.gethostname()}:{os.getpid()}".encode()
    return sha256(name).hexdigest()[:32].encode()


def encode(key: Key) -> bytes:
    """A key as a record has it."""
    return "\t".join(key).encode("utf-8", "replace")


def decode(content: bytes) -> tuple[bytes, list[tuple[Key, Numbers]]]:
    """The process that a file is of, and its records; the key of one that the disk had
    no room for is empty."""
    records = []

    for start in range(RECORD, len(content) - RECORD + 1, RECORD):
        key = content[start : start + KEY].rstrip(b"\0").decode("utf-8", "replace")
        numbers = array("Q", content[start + KEY : start + RECORD])
        records.append((tuple(key.split("\t")) if key else (), numbers))

    return content[:KEY].rstrip(b"\0"), records


class Counts:
    """What an app counts, with what those of its other processes do.

    :param folder: where their files are
    :param begun: called once in each process that counts
    """

    def __init__(self, folder: Path, begun: Callable[[], object]) -> None:
        self.folder = folder
        self.begun = begun
        self.lock = threading.Lock()
        self.begin()

    def begin(self) -> None:
        """Have counted nothing, as at the beginning of a process."""
        self.pid = 0
        self.file: int | None = None
        self.path: Path | None = None
        self.starts: dict[Key, int] = {}
        self.numbers = array("Q")

    def open(self) -> None:
        """Begin with a file that a process has left, or with a new one, unless another
        thread just did."""
        if self.pid not in (0, os.getpid()):
            # The child of a fork: the file is the parent's, and somebody may have had
            # the lock.
            self.lock = threading.Lock()

        with self.lock:
            if self.pid == os.getpid():
                return

            self.leave()
            self.pid = os.getpid()

            try:
                self.folder.mkdir(mode=0o700, exist_ok=True)
                self.adopt() or self.create()
            except OSError as e:
                self.leave()
                self.pid = os.getpid()
                logger.error("Each process counts its own requests alone: %s.", e)

        self.begun()

    def adopt(self) -> bool:
        """Go on with the file of a process that has ended, if there is one."""
        for path in sorted(self.folder.glob(f"*{SUFFIX}")):
            file = os.open(path, os.O_RDWR | BINARY)

            # One without a record is just being made.
            if os.fstat(file).st_size < RECORD or not lock(file):
                os.close(file)
                continue

            self.take(file, path)

            for key, numbers in decode(path.read_bytes())[1]:
                self.starts[key] = len(self.numbers)
                self.numbers.extend(NOTHING if key[:1] == GAUGE else numbers)

            return True

        return False

    def create(self) -> bool:
        """Begin a file."""
        path = self.folder / f"{secrets.token_hex(8)}{SUFFIX}"
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | BINARY, 0o600)

        if not lock(file):
            os.close(file)
            raise OSError("the disk has no locks")

        self.take(file, path)
        return True

    def take(self, file: int, path: Path) -> None:
        """Say whose a file is now."""
        self.file, self.path = file, path
        write_at(file, name_process().ljust(RECORD, b"\0"), 0)

    def find(self, key: Key) -> int:
        """Where the numbers of a key begin."""
        start = self.starts.get(key)

        if start is not None:
            return start

        text = encode(key)

        if len(self.starts) >= MAX_RECORDS or len(text) > KEY:
            key, text = OTHER, encode(OTHER)

        if key not in self.starts:
            self.starts[key] = len(self.numbers)
            self.numbers.extend(NOTHING)
            self.write(text.ljust(KEY, b"\0") + bytes(NOTHING), self.starts[key], 0)

        return self.starts[key]

    def write(self, content: bytes, start: int, offset: int = KEY) -> None:
        """Write to the record of some numbers, unless the disk is full: the next time,
        they are written as they are then."""
        if self.file is not None:
            with suppress(OSError):
                place = RECORD * (1 + start // WIDTH) + offset
                write_at(self.file, content, place)

    def add(self, key: Key, *steps: tuple[int, int]) -> None:
        """Add to some of the numbers of a key.

        :param steps: which, and how much
        """
        if self.pid != os.getpid():
            self.open()

        with self.lock:
            start = self.find(key)

            for which, step in steps:
                self.numbers[start + which] += step

            self.write(self.numbers[start : start + WIDTH].tobytes(), start)

    def set_gauges(self, values: Mapping[str, int]) -> None:
        """Say how much there is now, in this process, of some things by name."""
        if self.pid != os.getpid():
            self.open()

        with self.lock:
            for name, value in values.items():
                start = self.find((*GAUGE, name))
                self.numbers[start] = max(0, value)
                self.write(self.numbers[start : start + WIDTH].tobytes(), start)

    def read_all(self) -> dict[Key, list[int]]:
        """The sums of what all processes count, and of what those counted that have
        ended."""
        with self.lock:
            own = [
                (key, self.numbers[start : start + WIDTH])
                for key, start in self.starts.items()
            ]

        sums: dict[Key, list[int]] = {}

        for key, numbers in [*own, *self.read_others()]:
            before = sums.get(key, NOTHING)
            sums[key] = [a + b for a, b in zip(before, numbers, strict=True)]

        return {key: numbers for key, numbers in sums.items() if key}

    def read_others(self) -> Iterator[tuple[Key, Numbers]]:
        """The records of other processes, and of those that have ended."""
        for path in self.folder.glob(f"*{SUFFIX}") if self.file is not None else ():
            if path == self.path:
                continue

            with open(path, "rb") as file:
                owner, records = decode(file.read())
                has_ended = lock(file.fileno())

            if has_ended:
                # It has nothing in use any more.
                yield from (r for r in records if r[0][:1] != GAUGE)
            elif owner != name_process():
                # What another app of this process counts is its own.
                yield from records

    def leave(self) -> None:
        """Leave the file to another process."""
        file = self.file
        self.begin()

        if file is not None:
            os.close(file)

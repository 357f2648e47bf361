"""What the blog was at moments: lists of chunks, in files that come last."""

import hashlib
import json
import os
import re
import typing as t
from datetime import datetime
from datetime import UTC
from pathlib import Path

from .chunks import compress
from .chunks import decompress
from .chunks import read_file
from .chunks import SIZE
from .files import publish
from .files import STAMP

# Bytes of a list: some 30 GB of a blog.
MAX_LIST = 64_000_000

# The name of a list: a moment in UTC.
NAME = re.compile(r"\d{8}T\d{6}Z\.json\.zst", re.ASCII)
ENDING = ".json.zst"

# What this version writes; a later one may write another.
FORMAT = 1

DIGEST = hashlib.sha256().digest_size


class BadState(ValueError):
    """A list of chunks makes no sense: a sentence without a full stop."""


class State(t.NamedTuple):
    """What the blog was at a moment: which blog, if it says so, the bytes of its
    database, whether that was proven as a backup is, and the SHA-256 of its chunks."""

    moment: datetime
    blog: str | None
    size: int
    is_proven: bool
    digests: tuple[bytes, ...]


def find_now() -> datetime:
    """Now, in UTC, as exactly as the names of states are."""
    return datetime.now(UTC).replace(microsecond=0)


def make_name(moment: datetime) -> str:
    """``20261128T140003Z.json.zst``"""
    return moment.strftime(STAMP) + ENDING


def parse_name(name: str) -> datetime | None:
    """The moment of a state; ``None`` for other files."""
    if not NAME.fullmatch(name):
        return None

    try:
        moment = datetime.strptime(name.removesuffix(ENDING), STAMP)
    except ValueError:
        return None

    return moment.replace(tzinfo=UTC)


def sign(size: int, chunks: str) -> str:
    """What tells whether a list is whole."""
    return hashlib.sha256(f"{size} {chunks}".encode()).hexdigest()


class States:
    """The states in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def find_path(self, moment: datetime) -> Path:
        """Where a state is."""
        return self.folder / make_name(moment)

    def list_moments(self) -> list[datetime]:
        """Of which moments there are states, the oldest first."""
        names = os.listdir(self.folder)
        return sorted(moment for name in names if (moment := parse_name(name)))

    def read(self, moment: datetime) -> State:
        """A state.

        :raise BadState: if it can't be read
        """
        path = self.find_path(moment)

        try:
            content = decompress(read_file(path, MAX_LIST), MAX_LIST)
            return parse(moment, json.loads(content))
        except (OSError, RecursionError, ValueError) as e:
            raise BadState(f"{path} is damaged, missing, or of a newer version") from e

    def write(self, state: State, work: Path) -> None:
        """Write a state, all of whose chunks are there, through a folder for files that
        are not complete."""
        chunks = b"".join(state.digests).hex()
        fields = {
            **{"format": FORMAT, "blog": state.blog, "size": state.size},
            **{"proven": state.is_proven, "chunks": chunks},
            "sha256": sign(state.size, chunks),
        }
        partial = work / "state"
        partial.write_bytes(compress(json.dumps(fields).encode()))

        try:
            publish(partial, self.find_path(state.moment))
        except OSError:
            # The disk may have its name, and does not promise to keep that.
            self.remove(state.moment)
            raise

        partial.unlink(missing_ok=True)

    def remove(self, moment: datetime) -> None:
        """Remove a state."""
        self.find_path(moment).unlink(missing_ok=True)


def parse(moment: datetime, fields: t.Any) -> State:
    """A state, from what its file has.

    :raise ValueError: if that makes no sense
    """
    if not isinstance(fields, dict):
        raise ValueError("It is no object")

    size, chunks, blog = fields.get("size"), fields.get("chunks"), fields.get("blog")

    if fields.get("format") != FORMAT or not isinstance(blog, str | None):
        raise ValueError("It has other fields")
    elif not isinstance(size, int) or not isinstance(chunks, str):
        raise ValueError("It has no chunks")
    elif fields.get("sha256") != sign(size, chunks):
        raise ValueError("It is not as it was written")

    joined = bytes.fromhex(chunks)
    digests = tuple(joined[at : at + DIGEST] for at in range(0, len(joined), DIGEST))

    if len(joined) % DIGEST or len(digests) != -(-size // SIZE):
        raise ValueError("It has another size")

    return State(moment, blog, size, fields.get("proven") is True, digests)

"""What is done with rows as they pass: they are counted, hashed, noted and shown."""

import hashlib
import typing as t
from collections.abc import Iterable
from collections.abc import Iterator

import click

from .progress import show

Values = tuple[t.Any, ...]

# Rows that are named in one sentence.
MAX_NAMED = 10


class Checksum:
    """The number of some rows, and a hash of them in any order."""

    number = 0
    total = 0

    def add(self, row: Values) -> None:
        """Count a row, and hash it."""
        self.number += 1
        self.total = (self.total + hash_row(row)) % 2**128


def hash_row(row: Values) -> int:
    """A hash of the values of a row: integers, reals, texts, bytes and None."""
    values = [
        # An image is not written out.
        hashlib.blake2b(value).digest() if isinstance(value, bytes) else value
        for value in row
    ]
    digest = hashlib.blake2b(repr(values).encode(), digest_size=16).digest()
    return int.from_bytes(digest)


class Notes:
    """Rows that a copy has in another form, as sentences for the operator."""

    def __init__(self) -> None:
        self.rows: dict[str, list[str]] = {}
        self.numbers: dict[str, int] = {}

    def add(self, what: str, table: str, row: Values) -> None:
        """Note a row, by its first column."""
        rows = self.rows.setdefault(what, [])
        self.numbers[what] = self.numbers.get(what, 0) + 1

        if len(rows) < MAX_NAMED:
            rows.append(f"{table} {row[0]}")

    def show(self) -> None:
        """Say which there were."""
        for what, rows in self.rows.items():
            rest = self.numbers[what] - len(rows)
            more = f" and {rest:,} more" if rest else ""
            click.echo(f"{what}: {', '.join(rows)}{more}.", err=True)


def describe_rows(done: int, total: int) -> str:
    """How many rows have passed."""
    return f"{done:,} of {total:,}"


def show_progress(what: str, total: int, rows: Iterable[Values]) -> Iterator[Values]:
    """The same rows; a terminal is told how many have passed."""
    tell = show(what, describe_rows)

    for number, row in enumerate(rows, 1):
        tell(number, total)
        yield row

"""A database of a copy: from which it is read, or into which it is written."""

import typing as t
from collections.abc import Iterable
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import current_app

from .. import db
from ..errors import DatabaseNotReady
from ..errors import DatabaseUnavailable

# Tables, and the kinds of their columns.
Tables = dict[str, dict[str, str]]


class Database:
    """One of the two: its address, its engine, and a connection while it is open."""

    connection: t.Any = None

    def __init__(self, address: str, name: str) -> None:
        self.address = address
        # What the command calls it.
        self.name = name
        self.engine = db.find_engine(address)
        self.place: str = self.engine.describe(address)

    @contextmanager
    def failures(self) -> Iterator[None]:
        """End the command with a sentence if the database does not let it work."""
        try:
            yield
        except DatabaseNotReady as e:
            raise click.ClickException(self.advise(e)) from e
        except DatabaseUnavailable as e:
            raise click.ClickException(str(e)) from e
        except db.Error as e:
            if db.is_unavailable(e):
                sentence = str(self.engine.unavailable(e, self.address))
            else:
                sentence = f"{self.engine.copying.explain(e)} ({self.place})"

            raise click.ClickException(sentence) from e
        except OSError as e:
            raise click.ClickException(f"{e} ({self.place})") from e

    def advise(self, error: DatabaseNotReady) -> str:
        """What is wrong with the database, and what to run."""
        # Another one than what was typed, and not than what the app has.
        setting = "Set DATABASE in config.py to"
        description = str(error.description).replace(setting, f"{self.name} should be")
        sentence = f"{description} ({self.place})"

        if not error.command:
            return sentence

        others = self.address != current_app.config["DATABASE"]
        is_ours = error.command.startswith("flask ")
        first = "Set DATABASE to it, then run" if others and is_ours else "Run"
        return f"{sentence} {first}: {error.command}"

    @contextmanager
    def open_snapshot(self) -> Iterator[None]:
        """Read the database as it is at one moment."""
        with self.failures(), self.engine.copying.open_snapshot(self.address) as opened:
            self.connection = opened
            yield

    @contextmanager
    def open_target(self) -> Iterator[None]:
        """Write to the database: all of the block is committed, or nothing."""
        with self.failures(), self.engine.copying.open_target(self.address) as opened:
            self.connection = opened
            yield

    def read_rows(
        self, table: str, columns: dict[str, str], note: t.Any = None
    ) -> t.Any:
        """The rows of a table; failures are told as this database's, whoever reads."""
        with self.failures():
            yield from self.engine.copying.read_rows(
                self.connection, table, columns, *([note] if note else [])
            )

    def count_rows(self, tables: Iterable[str]) -> dict[str, int]:
        """How many rows each of some tables has."""
        count_rows = self.engine.copying.count_rows

        with self.failures():
            return {table: count_rows(self.connection, table) for table in tables}

    def read_identities(self, tables: Tables) -> dict[str, int]:
        """The highest id that each of some tables ever gave."""
        with self.failures():
            found: dict[str, int] = self.engine.copying.read_identities(
                self.connection, tables
            )

        return found

"""The engines that a database may have, and what they have in common."""

import os
import typing as t
from collections.abc import Iterator

from . import sqlite
from .errors import SettingsError

try:
    from . import postgresql
except ImportError:
    # Who has one file needs no psycopg.
    postgresql = None  # type: ignore[assignment]

ENGINES: list[t.Any] = [engine for engine in (sqlite, postgresql) if engine]

# Schemes of its URLs.
POSTGRESQL = ("postgresql", "postgres")

# What the engines raise, and when a row would break a constraint.
Error: tuple[type[Exception], ...] = tuple(e.Error for e in ENGINES)
IntegrityError: tuple[type[Exception], ...] = tuple(e.IntegrityError for e in ENGINES)

# What may go wrong while a database is made.
FAILURES: tuple[type[Exception], ...] = (OSError, *Error)


class Cursor(t.Protocol):
    """What a statement gave, as in DB-API 2.0: rows have values by name."""

    rowcount: int

    def fetchone(self) -> t.Any:
        """The next row, or ``None``."""

    def fetchall(self) -> list[t.Any]:
        """All rows that are left."""

    def __iter__(self) -> Iterator[t.Any]: ...


class Connection(t.Protocol):
    """What code above the engines may ask of a connection."""

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""

    def execute(self, sql: str, parameters: t.Any = (), /) -> Cursor:
        """Run a statement in portable SQL."""


class Row(t.Protocol):
    """A row of a query: its values by the names of its columns."""

    def __getitem__(self, name: str, /) -> t.Any: ...

    def __iter__(self) -> Iterator[t.Any]: ...

    def keys(self) -> t.Iterable[str]:
        """The names of its columns."""


# What a row is, on each engine: its values are what one iterates over.
RowType = tuple(engine.Row for engine in ENGINES)


def find_engine(database: str, setting: str = "DATABASE") -> t.Any:
    """The engine of a database, by what a setting says.

    :raise SettingsError: if it is not installed, or can't make sense of a URL
    """
    scheme, mark, _ = database.partition("://")

    if not mark or os.path.isabs(database):
        return sqlite
    elif scheme not in POSTGRESQL:
        # The rest of it may have a password, and so may what is no scheme.
        begins = f" begins with {scheme}://; it" if scheme.isalnum() else ""
        raise SettingsError(
            f"{setting}{begins} should be the absolute path of a file, or a"
            " postgresql://… URL."
        )
    elif postgresql is None:
        raise SettingsError(
            f"{setting} is a PostgreSQL URL, and psycopg is not installed. Run:"
            " pip install 'flaskr[postgresql]'"
        )

    postgresql.check_database(database, setting)
    return postgresql


def is_unavailable(error: Exception) -> bool:
    """Whether an error comes from the file, the disk or the network and not from the
    SQL."""
    return any(isinstance(error, e.Error) and e.is_unavailable(error) for e in ENGINES)


def is_conflict(error: Exception) -> bool:
    """Whether a transaction was given up for another one: trying again helps."""
    return any(isinstance(error, e.Error) and e.is_conflict(error) for e in ENGINES)

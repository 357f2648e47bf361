"""Statements and rows, which are like SQLite's."""

import typing as t
from collections.abc import Iterator
from collections.abc import Sequence
from functools import lru_cache

import psycopg


@lru_cache(1000)
def translate(statement: str) -> str:
    """Portable SQL for psycopg: it has no literal ``?`` or ``%``."""
    return statement.replace("?", "%s")


def clean(parameter: object) -> object:
    """A parameter; what PostgreSQL has in no text is nothing that it could find."""
    if isinstance(parameter, str) and "\0" in parameter:
        return parameter.replace("\0", "\ufffd")

    return parameter


class Row:
    """A row of a query, as ``sqlite3.Row``."""

    __slots__ = ("names", "values")

    def __init__(self, names: dict[str, int], values: Sequence[t.Any]) -> None:
        self.names = names
        self.values = values

    def __getitem__(self, key: str | int) -> t.Any:
        try:
            return self.values[self.names[key] if isinstance(key, str) else key]
        except KeyError:
            raise IndexError("No item with that key") from None

    def __iter__(self) -> Iterator[t.Any]:
        return iter(self.values)

    def __len__(self) -> int:
        return len(self.values)

    def keys(self) -> list[str]:
        """The names of its columns."""
        return list(self.names)


def make_rows(cursor: psycopg.Cursor[Row]) -> t.Callable[[Sequence[t.Any]], Row]:
    """What makes a :class:`Row` of the values of one, for a cursor."""
    names = {c.name: n for n, c in enumerate(cursor.description or ())}
    return lambda values: Row(names, values)

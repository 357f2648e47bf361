"""Why the database does not take a row, in words of the row."""

import re
import sqlite3
import typing as t

FAILED = re.compile(r"(UNIQUE|NOT NULL) constraint failed: (\w+\.\w+(?:, \w+\.\w+)*)")


class Refusal(t.NamedTuple):
    """What is wrong with a row: whether another one has the same, or it has nothing,
    in these columns."""

    is_duplicate: bool
    columns: tuple[str, ...]


def find_refusal(error: Exception) -> Refusal | None:
    """Why a row was not taken; ``None`` for other reasons."""
    found = FAILED.fullmatch(str(error))

    if not isinstance(error, sqlite3.IntegrityError) or not found:
        return None

    columns = tuple(name.rpartition(".")[2] for name in found[2].split(", "))
    return Refusal(found[1] == "UNIQUE", columns)

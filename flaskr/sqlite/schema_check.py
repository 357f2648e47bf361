"""What of the schema is missing, or not as the migrations make it."""

import sqlite3
from contextlib import closing
from functools import cache

from .connection import Connection
from .copying import find_columns
from .copying import find_tables
from .schema import LATEST
from .schema import run_files

# Tables without anything that is not in others, too: they can begin empty.
REBUILT = {
    *("post_rendering", "comment_rendering", "name_skeleton", "image_use"),
    *("search_queue", "search", "search_word"),
}

# FTS5's own tables, which come and go with that of the search.
SHADOWS = {f"search_{shadow}" for shadow in ("data", "idx", "docsize", "config")}


def find_schema_changes(
    db: Connection, version: int = LATEST
) -> list[tuple[str, str, str]]:
    """What of the schema is missing or not as the migrations make it: its type, its
    name, and the SQL that makes it."""
    found = read_schema(db)
    return [
        (type, name, sql)
        for (type, name), sql in read_wanted(version).items()
        if (type, name) not in found
        or type != "table"
        and squeeze(found[type, name]) != squeeze(sql)
    ]


def find_strange(db: Connection, version: int = LATEST) -> list[tuple[str, str]]:
    """The type and name of each trigger and view that is not Flaskr's."""
    wanted = read_wanted(version)
    return [
        (type, name)
        for type, name in read_schema(db)
        if type in ("trigger", "view") and (type, name) not in wanted
    ]


@cache
def read_wanted(version: int = LATEST) -> dict[tuple[str, str], str]:
    """As :func:`read_schema`, of a new database."""
    with closing(sqlite3.connect(":memory:")) as empty:
        empty.row_factory = sqlite3.Row
        run_files(empty, 1, version)
        return read_schema(empty)


def read_schema(db: sqlite3.Connection) -> dict[tuple[str, str], str]:
    """The SQL of all that a schema has, by type and name."""
    rows = db.execute(
        "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL"
        " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid"
    )
    return {
        (row["type"], row["name"]): row["sql"]
        for row in rows
        if row["name"] not in SHADOWS
    }


def can_make(type: str, name: str) -> bool:
    """Whether a part of the schema can be made anew without losing anything."""
    return type != "table" or name in REBUILT


def squeeze(sql: str) -> str:
    """SQL without what means nothing in it: older tables quote other names."""
    return "".join(sql.replace('"', "").lower().split())


def repair_schema(db: Connection, changes: list[tuple[str, str, str]]) -> None:
    """Make indexes, triggers and views as they should be."""
    for type, name, sql in changes:
        if type != "table":
            drop(db, type, name)

        if can_make(type, name):
            db.execute(sql)


def drop(db: Connection, type: str, name: str) -> None:
    """Remove a part of the schema, whatever its name is."""
    quoted = name.replace('"', '""')
    db.execute(f'DROP {type.upper()} IF EXISTS "{quoted}"')


def find_missing_columns(db: Connection) -> list[str]:
    """Columns that a table should have."""
    found = find_columns(db)
    return [
        f"{table}.{column}"
        for table, columns in find_tables().items()
        for column in columns
        if table in found and column not in found[table]
    ]

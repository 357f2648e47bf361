"""Names that a database has of its own, and that an upgrade would take: of a tutorial's
Flaskr that somebody went on with."""

import shlex
import sqlite3
from collections.abc import Callable
from contextlib import closing

from ..errors import DatabaseNotReady
from ..errors import lazy_gettext

# What renames a thing, or for what SQLite can't rename takes it away.
REMEDIES = {
    "table": 'ALTER TABLE "{name}" RENAME TO "{new}";',
    "view": 'DROP VIEW "{name}";',
    "index": 'DROP INDEX "{name}";',
    "trigger": 'DROP TRIGGER "{name}";',
    "column": 'ALTER TABLE "{table}" RENAME COLUMN "{name}" TO "{new}";',
}

# The kind, the table and the name of a thing, in lower case.
Name = tuple[str, str, str]


def find_names(connection: sqlite3.Connection) -> set[Name]:
    """All names of a database."""
    names = {
        (row["type"], "", row["name"].lower())
        for row in connection.execute(
            "SELECT type, name FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%'"
            " ESCAPE '\\'"
        )
    }
    columns = {
        ("column", row["table"].lower(), row["name"].lower())
        for row in connection.execute(
            'SELECT t.name AS "table", c.name FROM sqlite_schema t'
            " JOIN pragma_table_xinfo(t.name) c WHERE t.type = 'table'"
        )
    }
    return names | columns


def find_shadows(connection: sqlite3.Connection) -> set[Name]:
    """The tables in which a search index is, which are renamed with it."""
    return {
        ("table", "", row["name"].lower())
        for row in connection.execute(
            "SELECT name FROM pragma_table_list WHERE type = 'shadow'"
        )
    }


def find_clashes(
    connection: sqlite3.Connection,
    before: Callable[[sqlite3.Connection], None],
    after: Callable[[sqlite3.Connection], None],
) -> list[Name]:
    """The names that a database has and an upgrade adds.

    :param before, after: make an empty database of both schemas
    """
    with (
        closing(sqlite3.connect(":memory:")) as old,
        closing(sqlite3.connect(":memory:")) as new,
    ):
        for empty, make in ((old, before), (new, after)):
            empty.row_factory = sqlite3.Row
            make(empty)

        known = find_names(old)
        # Tables, views and indexes share their names.
        added = {(table, name) for _, table, name in find_names(new) - known}
        tables = {name for kind, _, name in known if kind == "table"}

    return sorted(
        (kind, table, name)
        for kind, table, name in find_names(connection)
        - find_shadows(connection)
        - known
        if (table, name) in added and (kind != "column" or table in tables)
    )


def find_new_name(name: str, taken: set[str]) -> str:
    """A name that nothing has yet."""
    new = f"my_{name}"

    while new in taken:
        new = f"my_{new}"

    return new


def describe_clashes(
    clashes: list[Name], taken: set[str], path: str
) -> DatabaseNotReady:
    """What to raise for them in a file: the SQL that makes room, without names that are
    taken."""
    names = [f"{table}.{name}".lstrip(".") for _, table, name in clashes]
    statements = [
        REMEDIES[kind].format(table=table, name=name, new=find_new_name(name, taken))
        for kind, table, name in clashes
    ]
    return DatabaseNotReady(
        lazy_gettext(
            "The database already uses names that Flaskr needs: %(names)s. Rename them,"
            " and update your own code that uses them.",
            names=", ".join(names),
        ),
        f"sqlite3 {shlex.quote(path)} '{' '.join(statements)}'",
    )

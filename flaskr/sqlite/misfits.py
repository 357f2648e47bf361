"""Rows that SQLite holds and that a stricter engine can't: values of another kind than
their column's, and references to rows that are missing."""

import shlex
import sqlite3
import typing as t

# What typeof() may say of a value in a column of a kind.
TYPES = {
    "integer": "'integer'",
    "text": "'text'",
    "blob": "'blob'",
    "real": "'real', 'integer'",
}

# Rows of one kind that are named.
MAX_NAMED = 10


class Misfit(t.NamedTuple):
    """Rows that do not fit, for people, and the SQL that mends or removes them."""

    what: str
    sql: str


def find_misfits(
    connection: sqlite3.Connection, tables: dict[str, dict[str, str]]
) -> list[str]:
    """What to tell an operator of rows that only SQLite can hold: a line for each
    column that has some, and how to mend them. Nothing, if there are none."""
    found = [
        misfit
        for table, columns in tables.items()
        for misfit in (
            *find_other_kinds(connection, table, columns),
            *find_dangling(connection, table, columns),
        )
    ]

    if not found:
        return []

    path = connection.execute("PRAGMA database_list").fetchone()["file"]
    return [
        *(misfit.what for misfit in found),
        "Change these values, or run the lines below, which fix or remove them. Then"
        " run this command again:",
        f"sqlite3 {shlex.quote(path)} <<'END'",
        *(misfit.sql for misfit in found),
        "END",
    ]


def find_other_kinds(
    connection: sqlite3.Connection, table: str, columns: dict[str, str]
) -> list[Misfit]:
    """Rows of a table with values that are of another kind than their column."""
    tests = {
        name: f"typeof(\"{name}\") NOT IN ({TYPES[kind]}, 'null')"
        for name, kind in columns.items()
    }
    row = connection.execute(
        "SELECT "
        + ", ".join(
            f"total({test}) AS number{n}" for n, test in enumerate(tests.values())
        )
        + f' FROM "{table}"'
    ).fetchone()
    return [
        Misfit(
            f"{name_rows(connection, table, test)}: {name} should be {columns[name]}.",
            mend_text(table, name, test)
            if columns[name] == "text"
            else f'DELETE FROM "{table}" WHERE {test};',
        )
        for n, (name, test) in enumerate(tests.items())
        if row[f"number{n}"]
    ]


def mend_text(table: str, name: str, test: str) -> str:
    """SQL that makes texts of bytes and, in the columns that have times, of the numbers
    that others write for these."""
    return (
        f'UPDATE "{table}" SET "{name}" = CASE typeof("{name}") WHEN \'blob\' THEN'
        f' CAST("{name}" AS TEXT) ELSE datetime("{name}", \'unixepoch\') END'
        f" WHERE {test};"
    )


def find_dangling(
    connection: sqlite3.Connection, table: str, columns: dict[str, str]
) -> list[Misfit]:
    """Rows of a table that refer to missing ones."""
    found = []

    for key in connection.execute(f'PRAGMA foreign_key_list("{table}")').fetchall():
        name, parent, id = key["from"], key["table"], key["to"] or "id"

        if name not in columns:
            continue

        # Of an empty table, NOT IN is true for NULL, too.
        test = (
            f'"{name}" IS NOT NULL AND "{name}" NOT IN (SELECT "{id}" FROM "{parent}")'
        )
        row = connection.execute(f'SELECT 1 FROM "{table}" WHERE {test}').fetchone()

        if row is not None:
            what = (
                f"{name_rows(connection, table, test)}: {name} refers to a missing"
                f" {parent}."
            )
            found.append(Misfit(what, remove(table, name, key["on_delete"], test)))

    return found


def remove(table: str, name: str, on_delete: str, test: str) -> str:
    """SQL that does to rows what deleting that to which they refer would have done."""
    if on_delete == "SET NULL":
        return f'UPDATE "{table}" SET "{name}" = NULL WHERE {test};'

    return f'DELETE FROM "{table}" WHERE {test};'


def name_rows(connection: sqlite3.Connection, table: str, test: str) -> str:
    """The rows of a table for which a condition is true, for people: the first ones by
    their ids, or where there are none by their rowids."""
    rows = connection.execute(
        f'SELECT rowid AS id FROM "{table}" WHERE {test} LIMIT {MAX_NAMED + 1}'
    ).fetchall()
    named = ", ".join(str(row["id"]) for row in rows[:MAX_NAMED])
    return f"{table} {named}{' and more' if rows[MAX_NAMED:] else ''}"

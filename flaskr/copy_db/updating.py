"""Bringing an older copy of a database up to date: only what has changed is written,
so that most of its pages stay as they are."""

import typing as t
from collections.abc import Iterator

from ..engines import ENGINES
from .copying import check_source
from .copying import find_difference
from .copying import read_table
from .database import Database
from .database import Tables
from .rows import Checksum
from .rows import hash_row
from .rows import Notes
from .rows import Values


class Difference(t.NamedTuple):
    """What a table of an older copy has that the source has not, by its place, and the
    hashes of what it has not."""

    stale: list[int]
    missing: set[int]


class Differs(Exception):
    """The copy is not what it should be afterwards."""


def update(source: Database, target: Database, notes: Notes) -> bool:
    """Have a file of SQLite's, an older copy of a database, be a copy of it again;
    return whether it was none.

    :raise Differs: if that failed
    :raise click.ClickException: if the file has another schema, say
    """
    with source.open_snapshot():
        tables: Tables = ENGINES[0].copying.find_tables()
        check_source(source, target, tables)

        with target.open_target():
            sums = {table: Checksum() for table in tables}
            found = {
                table: compare(source, target, table, tables, sums[table], notes)
                for table in tables
            }
            changed = {table: one for table, one in found.items() if any(one)}

            if changed:
                write(source, target, tables, changed)

            identities = find_identities(source, target, tables)
            target.engine.copying.set_identities(target.connection, identities)

            if different := find_difference(sums, target, tables):
                raise Differs(f"{different} in {target.place} differs")

    return bool(changed or identities)


def compare(
    source: Database,
    target: Database,
    table: str,
    tables: Tables,
    checksum: Checksum,
    notes: Notes,
) -> Difference:
    """What has changed in a table. Of rows, only hashes are held."""
    rows = target.engine.copying.read_placed(target.connection, table, tables[table])
    old = {hash_row(row): place for place, row in rows}
    missing = set()

    for row in read_table(source, target, table, tables, checksum, notes):
        hashed = hash_row(row)

        if old.pop(hashed, None) is None:
            missing.add(hashed)

    return Difference(list(old.values()), missing)


def write(
    source: Database, target: Database, tables: Tables, changed: dict[str, Difference]
) -> None:
    """Write what has changed."""
    copying = target.engine.copying

    def read_missing(table: str) -> Iterator[Values]:
        missing = changed[table].missing
        rows = read_table(source, target, table, tables, Checksum(), Notes())
        return (row for row in rows if hash_row(row) in missing)

    with copying.without_triggers(target.connection, tables):
        for table, found in changed.items():
            copying.remove_placed(target.connection, table, found.stale)

            if found.missing:
                rows = read_missing(table)
                copying.add_rows(target.connection, table, tables[table], rows)

    copying.finish(target.connection, tables)


def find_identities(
    source: Database, target: Database, tables: Tables
) -> dict[str, int]:
    """After which ids tables should go on that go on after others."""
    wanted = source.read_identities(tables)
    found = target.read_identities(tables)
    return {name: last for name, last in wanted.items() if found.get(name) != last}

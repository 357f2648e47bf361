"""Copying all rows from one database into another, and looking whether it has them."""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from functools import partial

import click

from ..engines import ENGINES
from .database import Database
from .database import Tables
from .rows import Checksum
from .rows import Notes
from .rows import show_progress
from .rows import Values

# What an empty blog has rows of, too: they are replaced.
NEVER_EMPTY = {"blog", "public_version", "rate_limit"}

# What a copy may have in another form.
NO_UTF8 = "Bytes that are not UTF-8 became \ufffd, as the blog shows them"
NUL = "NUL became \ufffd, since PostgreSQL can't store it in text"


def copy(source: Database, target: Database, notes: Notes) -> str:
    """Copy all rows, unless they are there already; return what was done.

    :raise click.ClickException: if that is not possible, with all as it was
    """
    with source.open_snapshot():
        # The schema that all engines have.
        tables: Tables = ENGINES[0].copying.find_tables()
        check_source(source, target, tables)

        with target.open_target():
            is_new = check_target(source, target, tables)
            method = write_rows if is_new else read_rows
            sums = method(source, target, tables, notes)
            different = find_difference(sums, target, tables)

            if different and is_new:
                raise click.ClickException(
                    f"{different} in {target.place} differs from what was read from"
                    f" {source.place}. Nothing was copied."
                )
            elif different:
                raise not_empty(target, tables)

    number = sum(checksum.number for checksum in sums.values())
    rows = f"{number:,} rows of {len(tables)} tables"
    done = (
        f"Copied {rows} to {target.place}"
        if is_new
        else f"Nothing to do: {target.place} already has all {rows}"
    )
    return f"{done}. Counts and checksums match."


def replace(
    source: Database, target: Database, notes: Notes, keep: Callable[[], object]
) -> None:
    """Have a database have the rows of another one, and no others, in one transaction.

    :param keep: called when nobody else can write any more, and nothing is changed
    :raise click.ClickException: if that is not possible, with all as it was
    """
    with source.open_snapshot():
        tables: Tables = ENGINES[0].copying.find_tables()
        check_source(source, target, tables)

        with target.open_target():
            keep()
            target.engine.copying.clear(target.connection, tables)
            sums = write_rows(source, target, tables, notes)

            if different := find_difference(sums, target, tables):
                raise click.ClickException(
                    f"{different} in {target.place} differs from what was read from"
                    f" {source.place}. Nothing was changed."
                )


def check_source(source: Database, target: Database, tables: Tables) -> None:
    """Say what will not be copied, since it is not Flaskr's.

    :raise click.ClickException: if there are rows that the target can't hold
    """
    if target.engine.copying.IS_STRICT:
        misfits = source.engine.copying.find_misfits(source.connection, tables)

        if misfits:
            raise click.ClickException(
                f"{target.place} can't store some rows of {source.place}. Nothing was"
                " copied.\n" + "\n".join(misfits)
            )

    others = [
        f"{table}.{column}" if table in tables else table
        for table, columns in source.engine.copying.find_columns(
            source.connection
        ).items()
        for column in columns
        if column not in tables.get(table, {})
    ]

    if others:
        names = ", ".join(sorted(set(others)))
        click.echo(f"Not copied, since it is not part of Flaskr: {names}.", err=True)


def check_target(source: Database, target: Database, tables: Tables) -> bool:
    """Whether the target is empty; otherwise it may be a copy already.

    :raise click.ClickException: if it is none
    """
    identities = {
        database.engine.copying.identify(database.connection)
        for database in (source, target)
    }

    if len(identities) == 1:
        raise click.ClickException(
            f"FROM and TO are the same database: {target.place}."
        )

    found = target.count_rows(tables)

    if not any(found[table] for table in tables if table not in NEVER_EMPTY):
        return True
    elif found != source.count_rows(tables):
        raise not_empty(target, tables)

    return False


def not_empty(target: Database, tables: Tables) -> click.ClickException:
    """What to raise for a target that has rows, and not those of the source."""
    found = target.count_rows(tables).items()
    rows = ", ".join(
        f"{table} {number:,}"
        for table, number in found
        if number and table not in NEVER_EMPTY
    )
    return click.ClickException(
        f"{target.place} is not empty and was not changed. It has other rows: {rows}."
        " Copy into a new database."
    )


def read_rows(
    source: Database, target: Database, tables: Tables, notes: Notes
) -> dict[str, Checksum]:
    """Read all rows as the target would have them; return their checksums."""
    sums = {table: Checksum() for table in tables}

    for table in tables:
        skip(read_table(source, target, table, tables, sums[table], notes))

    return sums


def write_rows(
    source: Database, target: Database, tables: Tables, notes: Notes
) -> dict[str, Checksum]:
    """Copy all rows; return their checksums."""
    copying = target.engine.copying
    sums = {table: Checksum() for table in tables}

    with copying.without_triggers(target.connection, tables):
        for table, columns in tables.items():
            rows = read_table(source, target, table, tables, sums[table], notes)
            copying.write_rows(target.connection, table, columns, rows)

    copying.set_identities(target.connection, source.read_identities(tables))
    copying.finish(target.connection, tables)
    return sums


def read_table(
    source: Database,
    target: Database,
    table: str,
    tables: Tables,
    checksum: Checksum,
    notes: Notes,
) -> Iterator[Values]:
    """The rows of a table of the source as the target can hold them."""
    clean = target.engine.copying.clean
    number = source.count_rows([table])[table]
    rows = source.read_rows(table, tables[table], partial(notes.add, NO_UTF8, table))

    for row in show_progress(f"Reading {table}", number, rows):
        cleaned = clean(row)

        if cleaned is not row:
            notes.add(NUL, table, row)

        checksum.add(cleaned)
        yield cleaned


def find_difference(
    sums: dict[str, Checksum], target: Database, tables: Tables
) -> str | None:
    """A table that has not the rows that were read, if there is one."""
    for table, columns in tables.items():
        found = Checksum()
        rows = target.read_rows(table, columns)

        for row in show_progress(f"Comparing {table}", sums[table].number, rows):
            found.add(row)

        if vars(found) != vars(sums[table]):
            return table

    return None


def skip(rows: Iterable[Values]) -> None:
    """Read rows to the end."""
    for _ in rows:
        pass

"""Putting an export into the blog, once all of it is known to be in order: in one
transaction, and only where nothing is in its way."""

import typing as t
from contextlib import nullcontext
from pathlib import Path

from flask import current_app

from .. import db
from ..backup.files import work_folder
from ..backup.restoring import find_folder
from ..copy_db.copying import find_difference
from ..copy_db.copying import NEVER_EMPTY
from ..copy_db.copying import write_rows
from ..copy_db.database import Database
from ..copy_db.progress import say
from ..copy_db.rows import Notes
from ..data import export_rows
from ..data import imports
from ..data.export_tables import CONTENT
from ..data.export_tables import KEPT
from ..data.export_tables import PASSWORD
from ..db import Connection
from .archives import open_archive
from .errors import NotReadable
from .facts import Facts
from .reading import FILE
from .reading import read_export

# Rows of other tables that a new blog may have.
OF_THE_MACHINE = {*NEVER_EMPTY, "dismissed_warning"}

# Rows that are named.
MAX_NAMED = 3

# What is not compared: it is each blog's own, or moves as people write.
NOT_COMPARED = {"user": {PASSWORD}}

Tables = dict[str, dict[str, str]]


class Imported(t.NamedTuple):
    """What an import found and did: how many rows of each table it has, how many were
    new, how many are there, and changed since, and a sentence on what was left."""

    facts: Facts
    rows: dict[str, int]
    new: int
    changed: int
    left: str = ""


def import_archive(path: Path, is_dry: bool) -> Imported:
    """Have an empty blog be what an export says, or find that the blog has all of it.

    :param is_dry: whether nothing is to be changed
    :raise NotReadable: if something is wrong with the export, or in its way
    """
    folder = find_folder()
    folder.mkdir(parents=True, exist_ok=True)

    with open_archive(path) as archive, work_folder(folder) as work:
        copy = work / "import.sqlite"
        facts, left = read_export(archive, copy)
        db.close_db()
        imported = put(copy, facts, is_dry)

    return imported._replace(left=left)


def put(copy: Path, facts: Facts, is_dry: bool) -> Imported:
    """Write a file of :func:`read_export` into the blog, if nothing is in its way."""
    source = Database(str(copy), "FILE")
    target = Database(current_app.config["DATABASE"], "DATABASE")
    tables: Tables = FILE.copying.find_tables()
    opened = target.open_snapshot() if is_dry else target.open_target()
    turn = nullcontext() if is_dry else imports.only_import()
    notes = Notes()

    if not is_dry:
        say("Waiting for other imports")

    with turn, source.open_snapshot(), opened:
        rows = source.count_rows(KEPT)
        rows.pop("blog")
        number = sum(rows.values())
        require_fitting(source, target, tables)

        if not is_empty(target, tables):
            changed = compare(source.connection, target, tables)
            return Imported(facts, rows, 0, changed)
        elif is_dry:
            return Imported(facts, rows, number, 0)

        sums = write_rows(source, target, tables, notes)

        if different := find_difference(sums, target, tables):
            raise NotReadable(f"{different} in {target.place} is not what was written.")

    notes.show()
    return Imported(facts, rows, number, 0)


def require_fitting(source: Database, target: Database, tables: Tables) -> None:
    """Do nothing if the database of the blog can hold all rows.

    :raise NotReadable: otherwise
    """
    if not target.engine.copying.IS_STRICT:
        return

    # The rest of the lines mend a database, which this is not.
    if found := FILE.copying.find_misfits(source.connection, tables):
        raise NotReadable(f"{target.place} can't hold all of it: {found[0]}")


def is_empty(target: Database, tables: Tables) -> bool:
    """Whether nobody has written anything into the blog."""
    found = target.count_rows(tables)
    return not any(found[table] for table in tables if table not in OF_THE_MACHINE)


def compare(source: Connection, target: Database, tables: Tables) -> int:
    """Look whether the blog has all rows of an export; return how many of them it has
    in another form, since people have changed them.

    :raise NotReadable: if it is another blog, or lacks some
    """
    say("Comparing with the blog")
    refuse = "Nothing is ever overwritten: import into a new database."
    is_same = [export_rows.read_blog(db) for db in (source, target.connection)]

    if is_same[0]["uuid"] != is_same[1]["uuid"]:
        raise NotReadable(f"{target.place} has another blog in it. {refuse}")

    lacks: list[str] = []
    changed = 0

    for table, kept in KEPT.items():
        # Of those without a key, there is one, which moves as people write.
        if kept.key:
            changed += compare_table(source, target, table, tables[table], lacks)

    if lacks:
        raise NotReadable(
            f"{target.place} is this blog, but {len(lacks):,} rows of the export are"
            f" not in it, or no more: {', '.join(lacks[:MAX_NAMED])}. {refuse}"
        )

    return changed


def compare_table(
    source: Connection,
    target: Database,
    table: str,
    kinds: dict[str, str],
    lacks: list[str],
) -> int:
    """Look for the rows of a table in the blog; return how many it has in another
    form, and add those that it has not."""
    kept, clean = KEPT[table], target.engine.copying.clean
    columns = [name for name in kinds if name not in NOT_COMPARED.get(table, ())]
    batch = 1 if table in CONTENT else export_rows.BATCH
    changed = 0

    for row in export_rows.read_rows(source, table, columns, kept.key, batch=batch):
        key = clean(tuple(row[name] for name in kept.key))
        found = export_rows.find_row(target.connection, table, columns, kept.key, key)

        if found is None:
            lacks.append(" ".join(map(str, (kept.file, *key))))
        else:
            changed += clean(tuple(row)) != tuple(found)

    return changed

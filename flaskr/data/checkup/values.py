"""Values that no part of the blog writes."""

import uuid
from collections.abc import Iterator
from datetime import timedelta

from flask import current_app

from ...db import get_db
from ...db import get_engine
from ...db import transaction
from ...findings import broken
from ...findings import Finding
from ...findings import name_some
from ...findings import ok
from ...findings import warning
from ...findings import wrong
from ..roles import ALL
from ..times import format_ago

# Texts that people read, by table and column, and names among them.
TEXTS = (
    ("user", "username"),
    ("user", "about"),
    ("post", "title"),
    ("post", "body"),
    ("comment", "body"),
    ("tag", "name"),
)
NAMES = (("user", "username"), ("tag", "name"))

# When what was done: only a clock writes these, but the first, which plain SQL may.
TIMES = (
    ("post", "created"),
    ("post", "updated"),
    ("comment", "created"),
    ("image_upload", "created"),
    ("session", "created"),
)

# Tables that have one row.
ONE_ROW = ("blog", "public_version")

# No clock that is right was before this version of Flaskr.
RELEASED = "2026-01-01 00:00:00"

# By how much two clocks may differ.
TOLERANCE = timedelta(minutes=5)


def check() -> Iterator[Finding]:
    """Look for values of other kinds, bad texts, names and times, and unknown roles."""
    problems = [*find_bad_kinds(), *find_bad_texts(), *find_bad_times(), *find_roles()]
    yield from problems or [ok("Kinds, texts, names, times and roles.")]


def find_bad_kinds() -> Iterator[Finding]:
    """Values of another kind than their column."""
    for what, sql in get_engine().checkup.find_bad_kinds(get_db()):
        yield wrong(what, f"Change these values, or in the database's shell: {sql}")


def find_bad_texts() -> Iterator[Finding]:
    """Texts that are no UTF-8, and names that are blank or can't be shown."""
    engine = get_engine().checkup

    for table, column in TEXTS:
        if ids := engine.find_bad_texts(get_db(), table, column):
            yield wrong(
                f"Not UTF-8: {len(ids):,}. {name_some(f'{table}.{column}', ids)}.",
                "Pages show \ufffd there. Edit it, or write it in the shell.",
            )

    for table, column in NAMES:
        where = engine.IS_NO_NAME.format(column)

        if ids := find_ids(table, where):
            yield wrong(
                f"Not a name: {len(ids):,}. {name_some(f'{table}.{column}', ids)}.",
                f"Write another {column} without NUL in the database's shell.",
            )


def find_bad_times() -> Iterator[Finding]:
    """Times that can't be read."""
    for table, column in TIMES:
        bad = get_engine().checkup.IS_NO_TIME.format(column)

        if ids := find_ids(table, f"{column} IS NOT NULL AND ({bad})"):
            yield wrong(
                f"Not a time: {len(ids):,}. {name_some(f'{table}.{column}', ids)}.",
                "Write one as 2018-01-01 00:00:00, in UTC, in the database's shell.",
            )


def find_roles() -> Iterator[Finding]:
    """People with roles that there are not: they only read."""
    marks = ", ".join("?" * len(ALL))

    if ids := find_ids("user", f"CAST(role AS TEXT) NOT IN ({marks})", *ALL):
        yield wrong(
            f"An unknown role: {len(ids):,}. {name_some('user', ids)}.",
            "Run: flask --app flaskr user role NAME author",
        )


def find_ids(table: str, condition: str, *parameters: object) -> list[int]:
    """The ids of the rows of a table for which something is so."""
    rows = get_db().execute(
        f'SELECT id FROM "{table}" WHERE {condition} ORDER BY id', parameters
    )
    return [row["id"] for row in rows.fetchall()]


def check_clock() -> Iterator[Finding]:
    """Whether this machine's clock can be right, and those that wrote."""
    problems = []
    now = format_ago(timedelta())
    later = format_ago(-TOLERANCE)

    if now < RELEASED:
        problems.append(
            wrong(f"This machine's clock says {now} UTC.", "Set it, best by NTP.")
        )

    for table, column in TIMES:
        # Text sorts before bytes, which are a bad value, and after numbers.
        ids = find_ids(table, f"CAST({column} AS TEXT) > ? AND {column} < ':'", later)

        if not ids:
            continue

        found = f"In the future: {len(ids):,}. {name_some(f'{table}.{column}', ids)}."

        if (table, column) == TIMES[0]:
            problems.append(
                warning(
                    found,
                    "Readers see these posts now, above all others. Was this machine's"
                    " clock wrong? Write another time in the database's shell.",
                )
            )
        else:
            problems.append(
                wrong(
                    found,
                    f"The clock says {now} UTC. If that is wrong, set it, best by NTP;"
                    " if not, write these times anew in the database's shell.",
                )
            )

    yield from problems or [ok(f"{now} UTC, and nothing is later.")]


def check_one_row() -> Iterator[Finding]:
    """What there is one of."""
    problems = []

    for table in ONE_ROW:
        rows = get_db().execute(f"SELECT * FROM {table}").fetchall()

        if len(rows) != 1:
            problems.append(broken(f"{table} has {len(rows):,} rows instead of one."))
        elif table == "blog" and not is_uuid(rows[0]["uuid"]):
            problems.append(broken("The blog's id, of which feeds are made, is none."))

    yield from problems or [ok("The blog's id, and the version of its pages.")]


def is_uuid(value: object) -> bool:
    """Whether it is the blog's id."""
    try:
        return bool(uuid.UUID(str(value)))
    except ValueError:
        return False


def repair_one_row() -> None:
    """Have one row each; the blog keeps an id that it has."""
    get_engine().checkup.unblock(current_app.config["DATABASE"])

    with transaction() as db:
        found = db.execute("SELECT CAST(uuid AS TEXT) AS uuid FROM blog").fetchall()
        ids = [row["uuid"] for row in found if is_uuid(row["uuid"])]
        version = uuid.uuid4().int % 2**62
        db.execute("DELETE FROM blog")
        db.execute("DELETE FROM public_version")
        db.execute("INSERT INTO public_version (version) VALUES (?)", (version,))
        db.execute("INSERT INTO blog (uuid) VALUES (?)", ([*ids, uuid.uuid4().hex][0],))

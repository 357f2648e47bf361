"""The database as a whole: its pages, its schema, and rows that refer to others."""

from collections.abc import Iterator

from ...db import get_db
from ...db import get_engine
from ...db import transaction
from ...findings import broken
from ...findings import Finding
from ...findings import name_some
from ...findings import ok
from ...findings import warning
from ...findings import wrong

# Rows without a word of anybody: who says so has those removed that refer to nothing.
# All other tables have what somebody wrote, or may have.
REMOVABLE = {
    *("post_tag", "post_like", "binned_like", "cleanup_like", "session", "sent_form"),
    *("one_time_link", "approval", "cleanup_person"),
}

# What can be made anew at any time: that it goes, nobody need be asked.
DERIVED = {
    *("post_count", "image_use", "post_rendering", "comment_rendering"),
    "name_skeleton",
}

# References that no database guards: what refers, to what, and unless what.
UNGUARDED = (
    ("binned_post", "author_id"),
    ("binned_comment", "author_id"),
    ("binned_like", "user_id"),
)


def check_server() -> Iterator[Finding]:
    """The engine's version, and what it says of itself."""
    yield from get_engine().checkup.check_server(get_db())


def check_pages() -> Iterator[Finding]:
    """Whether pages and indexes are whole."""
    yield from get_engine().checkup.check_structure(get_db())


def repair_pages() -> None:
    """Make all indexes anew."""
    with transaction() as db:
        get_engine().checkup.repair_structure(db)


def check_schema() -> Iterator[Finding]:
    """Compare the schema with that of a new database."""
    engine, db = get_engine().checkup, get_db()
    changes = engine.find_schema_changes(db)
    columns = engine.find_missing_columns(db)
    mended: list[str] = []
    lost = list(columns)

    for type, name, _ in changes:
        (mended if engine.can_make(type, name) else lost).append(f"{type} {name}")

    if mended:
        yield broken(f"Missing or changed: {', '.join(mended)}.")

    if lost:
        yield wrong(
            f"Missing: {', '.join(lost)}.",
            "Undo that, or restore a backup.",
        )

    if strange := engine.find_strange(db):
        names = ", ".join(f"{type} {name}" for type, name in strange)
        yield warning(
            f"Not Flaskr's: {names}.",
            "It may change what people write. Unless you know what it is for, drop it"
            " in the database's shell.",
        )

    if not (changes or columns or strange):
        yield ok("Tables, indexes and triggers are those of this version.")


def repair_schema() -> None:
    """Make indexes, triggers and views as they should be."""
    engine = get_engine().checkup

    with transaction() as db:
        engine.repair_schema(db, engine.find_schema_changes(db))


def check_references() -> Iterator[Finding]:
    """Rows that refer to missing ones, whether or not the database guards that."""
    problems = []

    for table, what, sql in get_engine().checkup.find_dangling(get_db()):
        removes = sql.startswith("DELETE")

        if removes and table not in REMOVABLE | DERIVED:
            problems.append(
                wrong(
                    what,
                    "Nothing removes what somebody wrote: bring back what these rows"
                    f" refer to, from a backup; or in the database's shell: {sql}",
                )
            )
        else:
            problems.append(broken(what, removes and table not in DERIVED))

    for table, column in UNGUARDED:
        if keys := find_unguarded(table, column):
            problems.append(
                wrong(
                    f"Of people who are gone: {len(keys):,}. {name_some(table, keys)}.",
                    "They stay in the bin until they are deleted for good.",
                )
            )

    yield from problems or [ok("No row refers to a missing one.")]


def find_unguarded(table: str, column: str) -> list[int]:
    """The rows of a table that refer to people who are gone: those people."""
    rows = get_db().execute(
        f"SELECT DISTINCT {column} AS id FROM {table} WHERE {column} IS NOT NULL"
        f' AND {column} NOT IN (SELECT id FROM "user") ORDER BY {column}'
    )
    return [row["id"] for row in rows.fetchall()]


def repair_references() -> None:
    """Do to rows that refer to missing ones what deleting those would have done, but to
    nothing that somebody wrote."""
    with transaction() as db:
        for table, _, sql in get_engine().checkup.find_dangling(db):
            if table in REMOVABLE | DERIVED or not sql.startswith("DELETE"):
                db.execute(sql)

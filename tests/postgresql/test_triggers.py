"""What triggers write: the same statements leave the same rows on both engines."""

from contextlib import contextmanager

import pytest

from ..databases import Files
from .rows import do
from .rows import given_up
from .rows import OLD
from .rows import read
from .rows import ROWS
from .steps import STEPS

TABLES = [
    *ROWS,
    "image_file",
    "image_use",
    "picture_file",
    "post_count",
    "revision",
    "binned_revision",
    "blog",
    "search_queue",
]
TABLES.append("public_version")

# A statement for what can't be seen in rows: that a trigger of SQLite ran.
NOTE = "BEGIN SELECT note_trigger('{}');"


@pytest.fixture(scope="module")
def fired(connections):
    """The triggers of SQLite that were fired; they say so."""
    file = connections[0]
    fired = []
    file.create_function("note_trigger", 1, fired.append)

    for name, sql in read_triggers(file).items():
        file.execute(f"DROP TRIGGER {name}")
        file.execute(sql.replace("BEGIN", NOTE.format(name), 1))

    return fired


def read_triggers(file):
    """The SQL of SQLite's triggers by their names."""
    found = file.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
    return {row["name"]: row["sql"] for row in found}


def try_statements(db, statements):
    """What each statement did, and the rows after the last one, of which none stays."""
    with given_up(db):
        done = [do(db, statement) for statement in statements]
        return done, read(db, TABLES)


def compare(connections, statements):
    """Assert that statements do the same, and leave the same rows."""
    (by_file, rows), (by_server, rows_of_server) = (
        try_statements(db, statements) for db in connections
    )

    for number, statement in enumerate(statements):
        if statement.startswith(("DELETE FROM comment", 'DELETE FROM "comment"')):
            # One that goes with another one counts on one engine only.
            assert (by_server[number] == 0) == (by_file[number] == 0), statement
        else:
            assert by_server[number] == by_file[number], statement

    for table in TABLES:
        assert rows_of_server[table] == rows[table], statements


@pytest.fixture(autouse=True, scope="module")
def unchanged(connections):
    """What is rolled back leaves the rows as they were."""
    before = [read(db, TABLES) for db in connections]
    yield
    assert [read(db, TABLES) for db in connections] == before


def test_each_trigger_of_a_file_has_its_steps(connections):
    assert set(STEPS) == set(read_triggers(connections[0]))


@pytest.mark.parametrize("name", STEPS)
def test_triggers_write_the_same(connections, fired, name):
    fired.clear()
    compare(connections, STEPS[name])
    assert name in fired


def values(column):
    """SQL for what a column may be set to, as it is and otherwise."""
    kind, name = column["type"], column["name"]

    if kind in ("TEXT", "TIMESTAMP"):
        others = [f"{name} || 'x'", f"'{OLD}'"]
    elif kind in ("INTEGER", "REAL"):
        others = [f"{name} + 1", f"{name} + 100", "2"]
    else:
        others = ["(SELECT content FROM image_file WHERE image_id = 1)"]

    # In a key that is no number, SQLite takes NULL; the application puts none there.
    is_text_key = (kind, bool(column["pk"])) == ("TEXT", True)
    return [name, *([] if is_text_key else ["NULL"]), *others]


@pytest.mark.parametrize("table", TABLES)
def test_updates_of_each_column_do_the_same(connections, table):
    columns = connections[0].execute(f'PRAGMA table_info("{table}")').fetchall()
    first = columns[0]["name"]
    last = f'WHERE {first} = (SELECT max({first}) FROM "{table}")'
    compare(connections, [f'UPDATE "{table}" SET {first} = {first} WHERE FALSE'])

    for column in columns:
        for value in values(column):
            for which in (last, ""):
                change = f"{column['name']} = {value}"
                compare(connections, [f'UPDATE "{table}" SET {change} {which}'])


@pytest.mark.parametrize("table", TABLES)
def test_deletions_of_each_row_do_the_same(connections, table):
    columns = connections[0].execute(f'PRAGMA table_info("{table}")').fetchall()
    first = columns[0]["name"]
    found = connections[0].execute(f'SELECT DISTINCT {first} AS value FROM "{table}"')

    for value in [row["value"] for row in found]:
        if table != "public_version":
            which = f"{first} = {value!r}" if value else "FALSE"
            compare(connections, [f'DELETE FROM "{table}" WHERE {which}'])

    compare(connections, [f'DELETE FROM "{table}"'])


@contextmanager
def without_references(file):
    file.execute("PRAGMA foreign_keys = OFF")

    try:
        yield
    finally:
        file.execute("PRAGMA foreign_keys = ON")


# The files of an image stay, as the shell knows no foreign keys.
WITHOUT_IMAGES = '"user" WHERE id = 6'


@pytest.mark.parametrize(
    "what", ["post WHERE id = 2", "post", "binned_post", WITHOUT_IMAGES]
)
def test_what_the_shell_deletes_takes_the_same_along(connections, what):
    with without_references(connections[0]):
        compare(connections, [f"DELETE FROM {what}"])


@pytest.mark.parametrize(
    ("change", "counts"),
    [
        (f"removed = '{OLD}', post_id = 1 WHERE id = 6", {1: 2, 2: 2, 3: 1}),
        ("removed = NULL, author_id = 1, post_id = 1 WHERE id = 3", {1: 3, 2: 2, 3: 2}),
    ],
)
def test_a_comment_that_is_moved_and_removed_at_once_is_counted(
    connections, change, counts
):
    # SQLite counts at the wrong post; the application moves no comment.
    server = connections[1]

    with given_up(server):
        do(server, f"UPDATE comment SET {change}")
        found = server.execute("SELECT post_id, comments FROM post_count")
        assert {row["post_id"]: row["comments"] for row in found} == counts


def test_every_table_of_both_engines_is_compared(connections):
    found = connections[0].execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table'"
    )
    names = {row["name"] for row in found} - Files.TABLES
    # It has each engine's own copy of the tokens.
    assert set(TABLES) == names - {"search_text"}

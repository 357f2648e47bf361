"""``init-db`` tries an upgrade on a copy in a schema of its own, on the same server."""

from contextlib import closing

import pytest

from flaskr.errors import DatabaseUnavailable
from flaskr.postgresql import rehearsing
from flaskr.postgresql import schema
from flaskr.postgresql.connection import open_connection
from flaskr.postgresql.rehearsing import copy_aside
from flaskr.postgresql.rehearsing import SCHEMA

from ..sqlite.test_rehearsal import break_migration
from ..sqlite.test_rehearsal import init
from ..sqlite.test_rehearsal import refuse

OLDEST = min(schema.MIGRATIONS)


def run(app, *statements):
    with closing(open_connection(app.config["DATABASE"])) as connection:
        for statement in statements:
            connection.execute(statement)


def ask(app, query):
    with closing(open_connection(app.config["DATABASE"])) as connection:
        return connection.execute(query).fetchone()[0]


def make_older(app, number):
    """Have an app have a blog of a schema before the latest."""
    run(
        app,
        *(
            path.read_text("utf-8")
            for n, path in schema.MIGRATIONS.items()
            if n <= number
        ),
        f"UPDATE schema_version SET version = {number}",
        "INSERT INTO \"user\" (username, password) VALUES ('alice', 'x'), ('bob', 'y')",
        "INSERT INTO post (author_id, title, body) VALUES (1, 'Bread', 'Flour.')",
        "INSERT INTO comment (post_id, author_id, body) VALUES (1, 2, 'Which?')",
        "INSERT INTO comment (post_id, parent_id, author_id, body)"
        " VALUES (1, 1, 1, 'Rye.')",
    )


def is_as_it_was(app):
    """Whether a blog has the schema before the latest, and no copy is beside it."""
    left = ask(app, f"SELECT count(*) FROM pg_namespace WHERE nspname = '{SCHEMA}'")
    version = ask(app, "SELECT version FROM schema_version")
    return version == schema.LATEST - 1 and not left


@pytest.fixture
def old(unready):
    make_older(unready, schema.LATEST - 1)
    return unready


@pytest.mark.parametrize("number", [OLDEST, 15, schema.LATEST - 1])
def test_an_older_blog_is_upgraded_after_a_rehearsal(unready, number):
    make_older(unready, number)
    told = init(unready, "--dry-run")
    assert told.exit_code == 0, told.output
    assert "on a copy, this took " in told.output
    assert "Nothing was changed." in told.output
    assert ask(unready, "SELECT version FROM schema_version") == number
    assert init(unready).output == "Upgraded the database.\n"
    assert "Bread" in unready.test_client().get("/").text
    unready.extensions["flaskr.db"].shutdown()
    left = ask(unready, f"SELECT count(*) FROM pg_namespace WHERE nspname = '{SCHEMA}'")
    assert not left


def test_a_table_of_another_program_is_left_out(old):
    run(
        old,
        "CREATE TABLE visit (id bigint GENERATED ALWAYS AS IDENTITY, path text)",
        "INSERT INTO visit (path) VALUES ('/')",
    )
    assert init(old).output == "Upgraded the database.\n"
    old.extensions["flaskr.db"].shutdown()
    assert ask(old, "SELECT count(*) FROM visit") == 1


def test_a_copy_has_every_row_and_goes_on_with_the_same_ids(old):
    tables = ["blog", "comment", "post", "schema_version", "user"]
    address = old.config["DATABASE"]

    with copy_aside(address) as copy, closing(open_connection(copy)) as aside:
        for table in tables:
            query = f'SELECT * FROM "{table}" ORDER BY 1'
            with closing(open_connection(address)) as connection:
                rows = connection.execute(query).fetchall()

            assert list(map(tuple, rows)) == [
                tuple(row) for row in aside.execute(query).fetchall()
            ]

        insert = "INSERT INTO \"user\" (username, password) VALUES ('carol', 'z')"
        assert aside.execute(f"{insert} RETURNING id").fetchone()[0] == 3

    assert ask(old, 'SELECT count(*) FROM "user"') == 2


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("INSERT INTO no_table VALUES (1);", "no_table"),
        ("CREATE TABLE post (id bigint);", "already exists"),
        ("DELETE FROM comment WHERE id = 2;", "The table comment has 1 rows of 2"),
        ("DROP TABLE post_tag CASCADE;", "The blog answers 500 for /"),
    ],
)
def test_an_upgrade_that_fails_leaves_the_old_blog(
    old, monkeypatch, tmp_path, sql, told
):
    break_migration(monkeypatch, tmp_path, sql, schema)
    found = refuse(old)
    assert told in found
    assert "was not changed" in found
    assert is_as_it_was(old)


def test_what_a_killed_rehearsal_left_goes_with_the_next(old):
    run(
        old,
        f"CREATE SCHEMA {SCHEMA}",
        f"COMMENT ON SCHEMA {SCHEMA} IS '{rehearsing.COMMENT}'",
        f"CREATE TABLE {SCHEMA}.post (id int)",
    )
    assert init(old, "--dry-run").exit_code == 0
    assert is_as_it_was(old)


def refuse_connection(url):
    raise DatabaseUnavailable("unsupported startup parameter: options")


def test_the_schema_of_another_program_is_left_alone(old):
    run(old, f"CREATE SCHEMA {SCHEMA}", f"CREATE TABLE {SCHEMA}.mine (id int)")
    told = init(old)
    assert "The upgrade is not rehearsed" in told.stderr
    assert "another program's" in told.stderr
    assert told.stdout == "Upgraded the database.\n"
    assert ask(old, f"SELECT count(*) FROM {SCHEMA}.mine") == 0


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        (
            "FACTS",
            rehearsing.FACTS.replace(
                "has_database_privilege(current_database(), 'CREATE')", "false"
            ),
            "GRANT CREATE ON DATABASE",
        ),
        (
            "open_connection",
            lambda url: open_connection(url.partition("?options")[0]),
            "leads to no copy",
        ),
        (
            "open_connection",
            lambda url: (refuse_connection if "?" in url else open_connection)(url),
            "unsupported startup parameter",
        ),
    ],
)
def test_where_there_can_be_no_copy_it_is_said(old, monkeypatch, name, value, told):
    monkeypatch.setattr(rehearsing, name, value)
    result = init(old, "--dry-run")
    assert result.exit_code == 0
    assert told in result.stderr
    assert "in one transaction" in result.stdout
    assert is_as_it_was(old)
    assert init(old).stdout == "Upgraded the database.\n"

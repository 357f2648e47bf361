"""A database that can't be used: a page that says why, and no password anywhere."""

import logging
import socket

import pytest

from flaskr import create_app
from flaskr.db import init_db

from ..databases import SERVER
from ..test_errors import is_our_page

psycopg = pytest.importorskip("psycopg")

from flaskr.postgresql import check_database  # noqa: E402
from flaskr.postgresql import schema  # noqa: E402

URL = "postgresql://flaskr:s3cret@127.0.0.1:{}/blog"


def none(app, databases):
    pass


def older(app, databases):
    ready(app, databases)
    databases.execute_in_shell(app, "UPDATE schema_version SET version = 3")


def newer(app, databases):
    ready(app, databases)
    databases.execute_in_shell(app, "UPDATE schema_version SET version = 99")


def emptied(app, databases):
    ready(app, databases)
    databases.execute_in_shell(app, "DELETE FROM schema_version")


def foreign(app, databases):
    databases.execute_in_shell(app, "CREATE TABLE recipe (id integer)")


def numbered(columns, values):
    """Another program's, which numbers its schema as we do."""

    def make(app, databases):
        for statement in (
            f"CREATE TABLE schema_version ({columns})",
            f"INSERT INTO schema_version VALUES {values}",
            "CREATE TABLE customer (id integer)",
        ):
            databases.execute_in_shell(app, statement)

    return make


OTHERS = [
    foreign,
    numbered("version int, script text", "(4, 'a'), (3, 'b'), (5, 'c')"),
    numbered("version int", "(4)"),
    numbered("version int", "(3)"),
    numbered("installed_rank int, version varchar", "(1, '1.0')"),
    numbered("id int, v int", "(1, 2)"),
]


def ready(app, databases):
    with app.app_context():
        init_db()


@pytest.mark.parametrize(
    ("make", "what", "command"),
    [
        (none, "There is no database yet.", "flask --app flaskr init-db"),
        (older, "from an older Flaskr", "flask --app flaskr init-db"),
        (emptied, "from an older Flaskr", "flask --app flaskr init-db"),
        (newer, "from a newer Flaskr", "pip install flaskr-"),
        *((make, "another program", "Set DATABASE in config.py") for make in OTHERS),
    ],
)
def test_a_database_that_is_not_ready_is_a_503_with_the_reason(
    unready, caplog, databases, make, what, command
):
    make(unready, databases)
    client = unready.test_client()

    for page in ("/", "/auth/login", "/create", "/1", "/nope"):
        response = client.get(page)
        assert is_our_page(response, 503)
        assert what in response.text
        assert command in response.text

    assert what in caplog.text
    assert command in caplog.text
    assert not [r for r in caplog.records if r.levelno >= logging.ERROR]


@pytest.mark.parametrize("make", [newer, *OTHERS])
def test_a_database_that_is_not_ours_is_left_as_it_is(unready, databases, make):
    make(unready, databases)
    before = read_numbers(unready, databases)
    result = unready.test_cli_runner().invoke(args=["init-db"])
    assert result.exit_code == 1
    assert "another program" in result.output or make is newer
    assert read_numbers(unready, databases) == before


def read_numbers(app, databases):
    """The tables, and what another program may have numbered its schema with."""
    tables = databases.list_tables(app)
    query = "SELECT row_to_json(s)::text FROM schema_version s ORDER BY 1"
    is_there = "schema_version" in tables
    return tables, databases.list_names(app, query) if is_there else []


def test_a_function_of_another_program_is_left_as_it_is(unready, databases):
    databases.execute_in_shell(
        unready,
        "CREATE FUNCTION wait_to_write() RETURNS int LANGUAGE sql RETURN 1",
    )
    result = unready.test_cli_runner().invoke(args=["init-db"])
    assert result.exit_code == 1
    assert "another program" in result.output
    assert databases.list_tables(unready) == []


def test_a_migration_that_fails_leaves_the_database_as_it_was(unready, databases):
    older(unready, databases)
    before = databases.list_tables(unready)
    result = unready.test_cli_runner().invoke(args=["init-db"])
    assert result.exit_code == 1
    assert "is as it was" in result.output
    assert "already exists" in result.output
    assert databases.list_tables(unready) == before


def test_a_copy_from_before_is_the_servers_affair(unready, monkeypatch, databases):
    ready(unready, databases)
    databases.execute_in_shell(unready, "UPDATE schema_version SET version = 3")
    monkeypatch.setattr(schema, "MIGRATIONS", {})
    result = unready.test_cli_runner().invoke(args=["init-db"])
    assert result.output == "Brought the database up to date.\n"


def test_a_database_that_becomes_ready_is_served_without_a_restart(unready):
    client = unready.test_client()
    assert client.get("/").status_code == 503
    runner = unready.test_cli_runner()
    assert runner.invoke(args=["init-db"]).output == "Initialized the database.\n"
    assert client.get("/").status_code == 200
    assert "up to date already" in runner.invoke(args=["init-db"]).output


def test_a_database_that_lacks_characters_is_refused(unready, databases):
    url = unready.config["DATABASE"]
    databases.drop(url)
    databases.connection.execute(
        f"CREATE DATABASE {url.rpartition('/')[2]} TEMPLATE template0"
        " ENCODING SQL_ASCII LOCALE 'C'"
    )
    result = unready.test_cli_runner().invoke(args=["init-db"])
    assert result.exit_code == 1
    assert "its encoding is SQL_ASCII" in result.output
    assert databases.list_tables(unready) == []


@pytest.fixture
def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        yield free.getsockname()[1]


def test_no_password_is_in_a_page_a_log_or_a_terminal(
    instance, free_port, caplog, monkeypatch
):
    monkeypatch.setenv("FLASKR_DATABASE", URL.format(free_port))
    app = create_app()
    response = app.test_client().get("/")
    assert is_our_page(response, 503)
    result = app.test_cli_runner().invoke(args=["init-db"])
    assert result.exit_code == 1
    assert "PostgreSQL 127.0.0.1/blog" in result.output
    assert "Traceback" not in result.output

    for text in (response.text, caplog.text, result.output):
        assert "s3cret" not in text


@pytest.mark.parametrize("setting", ["DATABASE", "DATABASE_REPLICA"])
@pytest.mark.parametrize(
    "url",
    [
        "postgresql://flaskr:s3cret@[/x",
        "postgresql://flaskr:s3cret@host/blog?s3cret=1",
        "postgresql://flaskr:s3cret@host:port/blog",
        "mysql://flaskr:s3cret@host/blog",
        # Without a slash, or with too few of them.
        "postgresql:/flaskr:s3cret@host/blog",
        "postgresql:flaskr:s3cret@host/blog",
        "postgresql//flaskr:s3cret@host/blog",
        "postgres//flaskr:s3cret@host/blog",
        "host=host password=s3cret",
        "host=host password=s3cret url=postgresql://",
        "flaskr:s3cret@postgresql://host/blog",
        # With a password that is not escaped, or in another place.
        "postgresql://flaskr:p@s3cret@host:5432/blog",
        "postgresql://flaskr:p@ss/s3cret@host/blog",
        "postgresql://flaskr:12/s3cret@host/blog",
        "postgresql://flaskr:p?@s3cret@host/blog",
        "postgresql://flaskr:1%s3cret@host/blog",
        "postgresql://flaskr:s3cret",
        "postgresql:///flaskr:s3cret@host/blog",
        "postgresql:///flaskr:s3cret",
        "postgresql://host/flaskr;password=s3cret",
    ],
)
def test_a_url_without_sense_is_a_sentence_without_the_password(
    instance, monkeypatch, setting, url
):
    monkeypatch.setenv(f"FLASKR_{setting}", url)

    with pytest.raises(SystemExit) as refused:
        create_app().test_client().get("/")

    assert f"{setting} " in str(refused.value)
    assert "postgresql://" in str(refused.value)
    assert "s3cret" not in str(refused.value)
    assert f"FLASKR_{setting} in the environment" in str(refused.value)

    address = [url, "/tmp/other.sqlite"]
    result = create_app({}).test_cli_runner().invoke(args=["copy-db", *address])
    assert result.exit_code == 1
    assert "s3cret" not in result.output


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://flaskr:p%40ss%2Fw@127.0.0.1:5432/blog",
        "postgresql://flaskr@[::1]:5432,127.0.0.1/blog",
        "postgresql://flaskr@%2Ftmp%2Fpg:5433/bl%40og",
        "postgresql:///?service=x&host=127.0.0.1&options=-c%20a%3Db",
        "postgresql://flaskr:p:w@127.0.0.1/blog?sslrootcert=/a@b",
    ],
)
def test_a_url_with_sense_is_taken(url):
    check_database(url, "DATABASE")


def test_a_missing_database_of_the_server_is_named(instance, monkeypatch):
    monkeypatch.setenv("FLASKR_DATABASE", f"{SERVER}/flaskr_nowhere")
    app = create_app()
    assert is_our_page(app.test_client().get("/"), 503)
    result = app.test_cli_runner().invoke(args=["init-db"])
    assert result.exit_code == 1
    assert '"flaskr_nowhere" does not exist' in result.output

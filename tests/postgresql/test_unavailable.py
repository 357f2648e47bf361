"""A database that can't be used: a page that says why, and no password anywhere."""

import logging
import socket

import pytest

from flaskr import create_app
from flaskr.db import get_pool
from flaskr.db import init_db

from ..databases import SERVER
from ..test_errors import is_our_page

psycopg = pytest.importorskip("psycopg")

from flaskr.postgresql import check_database  # noqa: E402
from flaskr.postgresql import describe  # noqa: E402

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


def changed(before, statement):
    """A database in which something of a schema was removed or renamed."""

    def make(app, databases):
        before(app, databases)
        databases.execute_in_shell(app, statement)

    return make


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


DAMAGED = [
    changed(ready, "ALTER TABLE public_version RENAME TO gone"),
    changed(ready, "ALTER TABLE public_version RENAME version TO gone"),
    changed(ready, "ALTER TABLE schema_version RENAME version TO gone"),
]
OLDER_AND_DAMAGED = changed(older, "DROP TABLE public_version")


@pytest.mark.parametrize(
    ("make", "what", "command"),
    [
        (none, "There is no database yet.", "flask --app flaskr init-db"),
        (older, "from an older version of Flaskr", "flask --app flaskr init-db"),
        (emptied, "from an older version of Flaskr", "flask --app flaskr init-db"),
        (newer, "from a newer version of Flaskr", "pip install flaskr-"),
        (OLDER_AND_DAMAGED, "from an older version of Flaskr", "init-db"),
        *((make, "removed or renamed", "restore a backup") for make in DAMAGED),
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


def test_a_database_that_becomes_ready_is_served_without_a_restart(unready):
    client = unready.test_client()
    assert client.get("/").status_code == 503
    runner = unready.test_cli_runner()
    assert runner.invoke(args=["init-db"]).output == "Initialized the database.\n"
    assert client.get("/").status_code == 200
    assert "already up to date" in runner.invoke(args=["init-db"]).output


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
    name = url.rpartition("/")[2]
    assert f"--owner=postgres --encoding=UTF8 --template=template0 {name}_utf8" in (
        result.output
    )
    assert databases.list_tables(unready) == []
    # A page does not name a command that fails.
    page = unready.test_client().get("/").text
    assert "its encoding is SQL_ASCII" in page
    assert "init-db" not in page


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
    assert f"Connection refused (PostgreSQL 127.0.0.1:{free_port}/blog)" in (
        result.output
    )
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
        "postgresql:///?host=127.0.0.1&options=-c%20a%3Db&connect_timeout=2",
        "postgresql://a,b/blog?hostaddr=127.0.0.1,127.0.0.2&sslmode=verify-full",
        "postgresql://flaskr:p:w@127.0.0.1/blog?sslrootcert=/a@b",
    ],
)
def test_a_url_with_sense_is_taken(url):
    check_database(url, "DATABASE")


@pytest.mark.parametrize("setting", ["DATABASE", "DATABASE_REPLICA"])
@pytest.mark.parametrize(
    ("url", "said"),
    [
        (
            "postgresql://host/blog?sslmode=requires",
            'invalid sslmode value: "requires"',
        ),
        (
            "postgresql://host/blog?target_session_attrs=readwrite",
            "target_session_attr",
        ),
        ("postgresql://host:99999/blog", "1 to 65535"),
        ("postgresql://host:5432,b:0/blog", "1 to 65535"),
        ("postgresql://host/blog?connect_timeout=abc", "connect_timeout"),
        ("postgresql://host/blog?keepalives_idle=x", "keepalives_idle"),
        ("postgresql:///?service=flaskr_nowhere", 'service "flaskr_nowhere" not found'),
        ("postgresql://a,b/blog?port=1,2,3", "could not match 3 port numbers"),
        ("postgresql://host/blog?sslmod=require", "Did you mean sslmode?"),
        (
            "postgresql://host/blog?connection_timeout=2",
            "Did you mean connect_timeout?",
        ),
    ],
)
def test_an_option_that_never_works_ends_the_start(
    instance, monkeypatch, setting, url, said
):
    monkeypatch.setenv(f"FLASKR_{setting}", url)

    with pytest.raises(SystemExit) as refused:
        create_app()

    assert f"{setting} " in str(refused.value)
    assert said in str(refused.value)
    assert f"FLASKR_{setting} in the environment" in str(refused.value)


def test_a_service_may_have_the_hosts_of_some_ports(tmp_path, monkeypatch):
    file = tmp_path / "services"
    file.write_text("[blog]\nhost=a,b\nport=1,2\ndbname=blog\n")
    monkeypatch.setenv("PGSERVICEFILE", str(file))
    check_database("postgresql:///?service=blog", "DATABASE")


def test_a_missing_database_of_the_server_is_named(instance, monkeypatch):
    monkeypatch.setenv("FLASKR_DATABASE", f"{SERVER}/flaskr_nowhere")
    app = create_app()
    assert is_our_page(app.test_client().get("/"), 503)
    result = app.test_cli_runner().invoke(args=["init-db"])
    assert result.exit_code == 1
    assert '"flaskr_nowhere" does not exist' in result.output
    assert "createdb --owner=" in result.output
    assert "--template=template0 flaskr_nowhere" in result.output


@pytest.fixture
def limited(unready, databases):
    """An app whose database's user has no rights but those that a test gives it."""
    url = unready.config["DATABASE"]
    role = f"{url.rpartition('/')[2]}_user"
    databases.connection.execute(f"CREATE ROLE {role}")
    config = {"DATABASE": f"{url}?options=-c%20role%3D{role}", "TESTING": True}
    app = create_app(config)
    app.role = role
    app.owner = unready
    yield app
    get_pool(app).shutdown()
    databases.drop(url)
    databases.connection.execute(f"DROP ROLE {role}")


def is_refused(app, caplog, *said):
    """Whether pages and the command say the same, and nothing breaks."""
    assert is_our_page(app.test_client().get("/"), 503)
    result = app.test_cli_runner().invoke(args=["init-db"])
    assert result.exit_code == 1

    for text in (result.output, caplog.text):
        assert all(part in text for part in said), text
        assert "Traceback" not in text
        assert "LINE 1" not in text
        assert "^" not in text

    return True


def test_a_user_who_may_not_make_tables_is_told_what_lets_it(
    limited, databases, caplog
):
    name = limited.owner.config["DATABASE"].rpartition("/")[2]
    command = f'psql -c \'ALTER DATABASE "{name}" OWNER TO "{limited.role}"\' {name}'
    assert is_refused(limited, caplog, "permission to create tables", command)
    databases.connection.execute(f"ALTER DATABASE {name} OWNER TO {limited.role}")
    caplog.clear()

    databases.execute_in_shell(limited.owner, "REVOKE ALL ON SCHEMA public FROM PUBLIC")
    databases.execute_in_shell(
        limited.owner, "REVOKE ALL ON SCHEMA public FROM pg_database_owner"
    )
    command = f'GRANT USAGE, CREATE ON SCHEMA public TO "{limited.role}"'
    assert is_refused(limited, caplog, "permission to create tables", command)
    databases.execute_in_shell(limited.owner, command)
    result = limited.test_cli_runner().invoke(args=["init-db"])
    assert result.output == "Initialized the database.\n"


def test_tables_of_another_user_are_a_503_with_a_sentence(limited, databases, caplog):
    ready(limited.owner, databases)
    assert is_refused(
        limited, caplog, "permission denied for table", "--no-owner --role="
    )
    result = limited.test_cli_runner().invoke(args=["prune-images"])
    assert result.exit_code == 1
    assert "permission denied for table" in result.output


def test_a_user_who_may_only_read_is_a_503_with_a_sentence(limited, databases, caplog):
    ready(limited.owner, databases)
    grant = f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {limited.role}"
    databases.execute_in_shell(limited.owner, grant)
    client = limited.test_client()
    assert client.get("/").status_code == 200
    data = {"username": "bob", "password": "three random words"}
    assert client.post("/auth/register", data=data).status_code == 503
    assert "permission denied for table" in caplog.text


@pytest.mark.parametrize("command", ["init-db", "copy-db"])
def test_a_replica_is_named_where_it_can_not_be_written(
    cluster, instance, command, tmp_path
):
    name = cluster.make_database()
    app = create_app({"DATABASE": cluster.url(cluster.primary, name), "TESTING": True})
    file = str(tmp_path / "blog.sqlite")
    other = create_app({"DATABASE": file, "TESTING": True})
    ready(other, None)

    if command == "copy-db":
        ready(app, None)

    replica = cluster.replicas["replica"]
    cluster.follow(replica)
    url = cluster.url(replica, name)
    app = create_app({"DATABASE": url, "TESTING": True})
    arguments = [file, url] if command == "copy-db" else []
    result = app.test_cli_runner().invoke(args=[command, *arguments])
    assert result.exit_code == 1
    assert "in a read-only transaction" in result.output
    assert "This server is a replica" in result.output

    if command == "copy-db":
        result = app.test_cli_runner().invoke(args=["init-db"])
        assert result.output == "The database is already up to date.\n"


def test_each_server_of_a_url_is_in_one_line_with_its_reason(
    cluster, instance, free_port, caplog
):
    replica = cluster.replicas["replica"]
    login = f"flaskr:{replica.password}"
    servers = f"127.0.0.1:{free_port},127.0.0.1:{replica.port}"
    url = f"postgresql://{login}@{servers}/postgres?target_session_attrs=read-write"
    app = create_app({"DATABASE": url, "TESTING": True})
    assert is_our_page(app.test_client().get("/"), 503)
    first, second = servers.split(",")
    assert (
        f"The database is not available: {first}: Connection refused; {second}: session"
        f" is read-only (PostgreSQL {servers}/postgres). Check that the server"
    ) in caplog.text


def test_a_password_that_is_missing_has_its_place_named(cluster, instance):
    url = cluster.primary.url("postgres", "flaskr")
    app = create_app({"DATABASE": url, "TESTING": True})
    result = app.test_cli_runner().invoke(args=["init-db"])
    assert result.exit_code == 1
    assert "no password supplied" in result.output
    assert "~/.pgpass" in result.output


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("postgresql://flaskr@db.example/blog", "db.example/blog"),
        ("postgresql://a,b:5433/blog", "a,b:5433/blog"),
        ("postgresql://a:1,b:2/blog", "a:1,b:2/blog"),
        ("postgresql://a,b/blog?port=3", "a:3,b:3/blog"),
        ("postgresql:///?service=blog", "service blog"),
        ("postgresql:///blog?hostaddr=127.0.0.1", "127.0.0.1/blog"),
        ("postgresql://", ""),
    ],
)
def test_a_database_is_described_by_its_place(url, place):
    assert describe(url) == f"PostgreSQL {place}".strip()

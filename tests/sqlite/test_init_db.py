import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from contextlib import ExitStack
from pathlib import Path

import pytest

from flaskr import create_app
from flaskr.db import get_db
from flaskr.db import transaction
from flaskr.errors import DatabaseUnavailable
from flaskr.sqlite import schema

from ..children import child
from ..children import IS_LONG
from ..children import LIMIT
from ..children import long
from ..children import status_of
from ..conftest import failing
from ..conftest import log_in
from ..conftest import make_tutorial_database
from ..conftest import register
from ..conftest import rows
from ..conftest import write


@pytest.fixture
def fresh(instance):
    """An app that has no database yet."""
    return create_app()


@pytest.fixture
def path(fresh):
    return fresh.config["DATABASE"]


def init(app):
    return app.test_cli_runner().invoke(args=["init-db"])


def read_schema(path):
    with closing(sqlite3.connect(path)) as db:
        return sorted(
            (row[0], " ".join((row[1] or "").split()))
            for row in db.execute("SELECT name, sql FROM sqlite_schema")
        )


def test_init_db_creates_the_database(fresh, path):
    result = init(fresh)

    assert result.output == "Initialized the database.\n"
    assert result.exit_code == 0
    assert fresh.test_client().get("/").status_code == 200
    assert os.stat(path).st_mode & 0o777 == 0o600


def test_an_empty_file_is_no_database_yet(fresh, path):
    open(path, "w").close()

    assert init(fresh).output == "Initialized the database.\n"


def test_a_second_init_db_says_so_and_loses_nothing(app, alice):
    write(alice, "still here")

    assert init(app).output == "The database is already up to date.\n"
    assert b"still here" in alice.get("/").data


def test_the_tutorials_database_keeps_every_row(fresh, path):
    make_tutorial_database(path)

    with closing(sqlite3.connect(path)) as db:
        columns = "id, author_id, created, title, body"
        posts = db.execute(f"SELECT {columns} FROM post").fetchall()
        users = db.execute("SELECT * FROM user").fetchall()

    assert "Upgraded the database." in init(fresh).output

    with closing(sqlite3.connect(path)) as db:
        assert db.execute(f"SELECT {columns} FROM post").fetchall() == posts
        assert db.execute("SELECT id, username, password FROM user").fetchall() == users

    page = fresh.test_client().get("/").text
    assert "by Bob on 2018-01-01" in page
    assert "by bob on 2019-01-01" in page


def test_the_tutorials_posts_are_found_at_once(fresh, path):
    make_tutorial_database(path)

    with closing(sqlite3.connect(path)) as db:
        for number in range(600):
            db.execute(
                "INSERT INTO post (author_id, title, body) VALUES (3, ?, 'bread')",
                (f"post {number}",),
            )
        db.commit()

    init(fresh)
    assert rows(fresh, "SELECT * FROM search_queue") == []
    assert "post 599" in fresh.test_client().get("/search?q=bread").text


def test_an_upgraded_database_has_the_schema_of_a_new_one(fresh, path, tmp_path):
    make_tutorial_database(path)
    init(fresh)
    new = str(tmp_path / "new.sqlite")
    schema.migrate(new)

    assert read_schema(path) == read_schema(new)


def test_an_older_database_is_copied_beside_itself(fresh, path):
    make_tutorial_database(path)
    before = read_schema(path)
    output = init(fresh).output
    (copy,) = (name for name in os.listdir(fresh.instance_path) if ".v1-" in name)

    assert copy in output
    assert read_schema(os.path.join(fresh.instance_path, copy)) == before
    assert os.stat(path + copy.removeprefix("flaskr.sqlite")).st_mode & 0o777 == 0o600

    with closing(sqlite3.connect(os.path.join(fresh.instance_path, copy))) as db:
        assert db.execute("SELECT count(*) FROM post").fetchone() == (3,)
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_users_of_the_tutorial_log_in_with_their_old_passwords(fresh, path):
    make_tutorial_database(path)
    init(fresh)

    log_in(fresh, "Bob", "old")
    log_in(fresh, "BOB", "old")

    # The old hash was a weak one.
    (user,) = rows(fresh, "SELECT password FROM user WHERE id = 3")
    assert user["password"].startswith("scrypt:")
    log_in(fresh, "Bob", "old")


def test_two_old_names_of_one_key_stay_two_people(fresh, path):
    make_tutorial_database(path)
    init(fresh)
    client = fresh.test_client()
    response = client.post("/auth/login", data={"username": "bob", "password": "old"})

    # The name is that of user 5, whose password it is not.
    assert b"Incorrect password." in response.data


def test_names_of_an_older_database_are_taken_in_every_case(fresh, path):
    make_tutorial_database(path)
    init(fresh)

    assert b"already registered" in register(fresh, "ärger").data
    assert b"already registered" in register(fresh, "BOB").data


def test_rows_of_plain_sql_are_users_and_published_posts(app):
    with app.app_context(), transaction() as db:
        db.execute("INSERT INTO user (username, password) VALUES ('Plain', 'x')")
        db.execute("INSERT INTO post (title, body, author_id) VALUES ('t', 'b', 1)")

    assert b"by Plain on" in app.test_client().get("/").data
    assert b"already registered" in register(app, "PLAIN").data


def test_a_newer_database_is_refused_and_not_touched(fresh, path):
    init(fresh)

    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 99")
        db.execute("INSERT INTO user (username, password) VALUES ('a', 'b')")
        db.commit()
        before = list(db.iterdump())

    result = init(fresh)
    assert result.exit_code == 1
    assert "newer version of Flaskr" in result.output

    with closing(sqlite3.connect(path)) as db:
        assert list(db.iterdump()) == before


def test_the_database_of_another_program_is_refused(fresh, path):
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE recipe (id)")

    result = init(fresh)
    assert result.exit_code == 1
    assert "another program" in result.output
    assert [name for name, _ in read_schema(path)] == ["recipe"]


def test_a_file_that_is_no_database_is_refused(fresh, path):
    with open(path, "w") as file:
        file.write("My diary. " * 1000)

    result = init(fresh)
    assert result.exit_code == 1
    assert "file is not a database" in result.output
    assert "Traceback" not in result.output


def test_a_folder_that_is_missing_is_named(instance, tmp_path):
    app = create_app({"TESTING": True, "DATABASE": str(tmp_path / "no" / "f.sqlite")})
    result = init(app)

    assert result.exit_code == 1
    assert "no/f.sqlite" in result.output
    assert "Traceback" not in result.output


def test_a_migration_that_breaks_references_changes_nothing(
    fresh, path, tmp_path, monkeypatch
):
    make_tutorial_database(path)
    before = read_schema(path)
    bad = tmp_path / "0003-bad.sql"
    bad.write_text("UPDATE post SET author_id = 77 WHERE id = 2;\n-- done\n")
    monkeypatch.setitem(schema.MIGRATIONS, 3, bad)

    with fresh.app_context(), pytest.raises(RuntimeError, match="missing rows"):
        schema.migrate(path)

    assert read_schema(path) == before
    # Nothing was changed, so there is nothing to keep a copy of.
    assert not list(Path(path).parent.glob("*.v*"))


def test_the_log_of_a_database_that_was_moved_away_is_kept(fresh, path):
    # Killed: the last posts are still in the write-ahead log.
    for suffix in ("-wal", "-shm"):
        with open(path + suffix, "wb") as file:
            file.write(b"posts")

    init(fresh)
    (log,) = (name for name in os.listdir(fresh.instance_path) if "-wal." in name)

    with open(os.path.join(fresh.instance_path, log), "rb") as file:
        assert file.read() == b"posts"

    assert fresh.test_client().get("/").status_code == 200


def test_a_writer_at_work_delays_the_write_ahead_log_only(path, monkeypatch):
    make_tutorial_database(path)
    waited = []

    with closing(sqlite3.connect(path)) as writer:
        writer.execute("BEGIN IMMEDIATE")

        def sleep(seconds):
            waited.append(seconds)

            if len(waited) == 5:
                writer.rollback()

        monkeypatch.setattr(schema.time, "sleep", sleep)

        with closing(schema.open_file(path, "rw", 0)) as db:
            schema.use_write_ahead_log(db)
            assert db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"

    assert len(waited) == 5


def test_a_writer_who_never_stops_leaves_the_write_ahead_log_to_the_next_time(
    path, monkeypatch
):
    make_tutorial_database(path)
    monkeypatch.setattr(schema.time, "sleep", lambda seconds: None)

    with closing(sqlite3.connect(path)) as writer:
        writer.execute("BEGIN IMMEDIATE")

        with closing(schema.open_file(path, "rw", 0)) as db:
            schema.use_write_ahead_log(db)
            assert db.execute("PRAGMA journal_mode").fetchone()[0] == "delete"


def test_many_init_dbs_at_once_make_one_database(fresh, path):
    make_tutorial_database(path)

    with ExitStack() as stack:
        processes = [
            stack.enter_context(start_init(fresh)) for _ in range(4 if IS_LONG else 2)
        ]
        assert {process.wait(LIMIT) for process in processes} == {0}

    assert len([n for n in os.listdir(fresh.instance_path) if ".v1-" in n]) == 1
    assert fresh.test_client().get("/").status_code == 200


STATEMENTS = sum(
    len(list(schema.split_statements(path.read_text("utf-8"))))
    for number, path in schema.MIGRATIONS.items()
    if number > 1
)


def migrate_until(path, number):
    """End this process after a statement of the migrations."""

    def split(script, split=schema.split_statements):
        for statement in split(script):
            if done[0] == number:
                os._exit(9)

            done[0] += 1
            yield statement

        if done[0] == number == STATEMENTS:
            os._exit(9)

    done = [0]
    schema.split_statements = split

    try:
        schema.migrate(path)
    finally:
        os._exit(9 if done[0] == number else 1)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows does not fork")
@pytest.mark.parametrize(
    "after", [0, 1, *range(2, STATEMENTS, 5 if IS_LONG else 20), STATEMENTS]
)
def test_init_db_ended_after_a_statement_leaves_the_old_schema(fresh, path, after):
    make_tutorial_database(path)
    old = read_schema(path)
    pid = os.fork()

    if not pid:
        migrate_until(path, after)

    assert os.waitstatus_to_exitcode(status_of(pid)) == 9
    assert read_schema(path) == old
    assert init(fresh).exit_code == 0
    assert len(rows(fresh, "SELECT id FROM post")) == 3


def list_names(path):
    """What is beside a database, and it, without when it was made."""
    names = os.listdir(os.path.dirname(path))
    return sorted(re.sub(r"-\d{8}T.*?Z", "", name) for name in names)


def test_what_a_killed_init_db_left_is_removed_by_the_next(fresh, path):
    """Each left all of the blog."""
    make_tutorial_database(path)

    for number in range(STATEMENTS - 2, STATEMENTS + 1):
        pid = os.fork()

        if not pid:
            migrate_until(path, number)

        status_of(pid)

    moment = "20261128T140003.123456Z"

    for ending in (f"v1-{moment}.partial", f"v1-{moment}.upgrading.partial"):
        Path(f"{path}.{ending}").touch()

    Path(f"{path}.new-{moment}").touch()
    Path(f"{path}.v1-{moment}").touch()
    Path(f"{path}.v1-mine.partial").touch()
    assert init(fresh).exit_code == 0
    assert [name for name in list_names(path) if ".sqlite." in name] == [
        *("flaskr.sqlite.v1", "flaskr.sqlite.v1", "flaskr.sqlite.v1-mine.partial")
    ]


@pytest.mark.parametrize("delay", [0.1, 0.2, 0.3, 0.4])
def test_init_db_killed_at_any_moment_leaves_the_old_or_the_new_schema(
    fresh, path, delay
):
    make_tutorial_database(path)
    old = read_schema(path)

    with start_init(fresh) as process:
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait(LIMIT)

    after = read_schema(path)

    assert init(fresh).exit_code == 0
    assert after in (old, read_schema(path))
    assert len(rows(fresh, "SELECT id FROM post")) == 3


def start_init(app):
    code = "import sys; from flaskr import sqlite; sqlite.migrate(sys.argv[1])"
    return child([sys.executable, "-c", code, app.config["DATABASE"]])


def test_the_connection_of_a_request_has_our_pragmas(app):
    with app.app_context():
        assert get_db().execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert get_db().execute("PRAGMA foreign_keys").fetchone()[0] == 1
        assert get_db().execute("PRAGMA synchronous").fetchone()[0] == 2


def test_a_command_without_a_database_says_what_to_run(fresh, path):
    result = fresh.test_cli_runner().invoke(args=["prune-images"])
    assert result.exit_code == 1
    assert "There is no database yet." in result.output
    assert "Run: flask --app flaskr init-db" in result.output


def test_a_command_on_a_broken_database_says_what_is_wrong(fresh, path):
    with open(path, "w") as file:
        file.write("My diary. " * 1000)

    result = fresh.test_cli_runner().invoke(args=["prune-images"])
    assert result.exit_code == 1
    assert "file is not a database" in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("error", [failing(sqlite3.SQLITE_IOERR), os.listdir])
def test_init_db_says_what_this_user_may_not_write(app, monkeypatch, error):
    path = app.config["DATABASE"]
    monkeypatch.setattr("flaskr.sqlite.migrate", error)
    monkeypatch.setattr("os.access", lambda place, mode: place != path)
    result = init(app)
    assert result.exit_code == 1
    assert f"{path} was not changed: " in result.output
    assert f"This user can't write to {path}. Run this as its owner" in result.output


def test_init_db_says_that_another_program_is_using_the_database(fresh, path):
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("BEGIN EXCLUSIVE")
        result = init(fresh)

    assert result.exit_code == 1
    assert "a program still uses its lock" in result.output
    assert "Stop that program." in result.output


def test_init_db_says_what_to_do_about_a_lock(app, monkeypatch):
    monkeypatch.setattr("flaskr.sqlite.migrate", failing(sqlite3.SQLITE_BUSY))
    result = init(app)
    assert result.exit_code == 1
    assert "was not changed: " in result.output
    assert "Another program is using it: try again when that has ended." in (
        result.output
    )


def test_a_mistake_of_ours_in_a_command_is_not_hidden(app, monkeypatch):
    def mistake():
        raise sqlite3.OperationalError("no such table: nothing")

    monkeypatch.setattr("flaskr.views.images.images.find_unused", mistake)
    result = app.test_cli_runner().invoke(args=["prune-images"])
    assert isinstance(result.exception, sqlite3.OperationalError)


@pytest.mark.parametrize("code", [sqlite3.SQLITE_FULL, sqlite3.SQLITE_ERROR])
def test_init_db_on_a_full_disk_leaves_the_index_for_later(app, code):
    app.extensions["flaskr.after_migration"][:] = [failing(code)]
    result = init(app)
    is_full = code == sqlite3.SQLITE_FULL
    # It did not do all that it should.
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit) == is_full
    assert ("The database is not available" in result.output) == is_full
    assert ("not in the search yet" in result.output) == is_full


def test_init_db_beside_a_writer_leaves_the_index_for_later(app):
    def fail():
        raise DatabaseUnavailable("is being written by others")

    app.extensions["flaskr.after_migration"][:] = [fail]
    result = init(app)
    assert result.exit_code == 1
    assert "is being written by others" in result.output
    assert "not in the search yet" in result.output


@long
@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
@pytest.mark.parametrize("command", ["init-db", "prune-images"])
def test_no_command_dies_of_a_name_that_the_terminal_cannot_show(
    app, tmp_path, encoding, command
):
    with app.app_context(), transaction() as db:
        db.execute(
            'INSERT INTO "user" (username, name_key, password)'
            " VALUES ('面包', 'x', '')"
        )
        db.execute(
            "INSERT INTO image (hash, extension, width, height, size)"
            " VALUES ('a', 'png', 1, 1, 1)"
        )
        db.execute(
            "INSERT INTO image_upload (image_id, user_id, alt, created)"
            " VALUES (1, 1, '', '2018-01-01 00:00:00')"
        )

    served = tmp_path / "served.py"
    served.write_text(
        "from flaskr import create_app\n"
        f"path = {app.config['DATABASE']!r}\n"
        "app = create_app({'DATABASE': path, 'TESTING': True})\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", str(served), command],
        env={**os.environ, "PYTHONIOENCODING": encoding},
        capture_output=True,
        timeout=LIMIT,
    )
    assert done.returncode == 0, done.stderr

    # Click writes UTF-8 where the terminal says that it knows ASCII only.
    if command == "prune-images" and encoding == "cp1252":
        assert rb"\u9762\u5305" in done.stdout


@pytest.mark.parametrize(
    ("own", "sql"),
    [
        ("CREATE TABLE tag (name)", 'ALTER TABLE "tag" RENAME TO "my_tag";'),
        (
            "CREATE VIRTUAL TABLE search USING fts5 (body)",
            'ALTER TABLE "search" RENAME TO "my_search";',
        ),
        ("CREATE TABLE Comment (id)", 'ALTER TABLE "comment" RENAME TO "my_comment";'),
        ("CREATE TABLE image (id)", 'ALTER TABLE "image" RENAME TO "my_image";'),
        ("CREATE TABLE search (id)", 'ALTER TABLE "search" RENAME TO "my_search";'),
        ("CREATE VIEW session AS SELECT 1", 'DROP VIEW "session";'),
        ("CREATE INDEX post_author ON post (title)", 'DROP INDEX "post_author";'),
        (
            "ALTER TABLE post ADD COLUMN updated TEXT",
            'ALTER TABLE "post" RENAME COLUMN "updated" TO "my_updated";',
        ),
        (
            "ALTER TABLE user ADD COLUMN About TEXT",
            'ALTER TABLE "user" RENAME COLUMN "about" TO "my_about";',
        ),
        (
            "CREATE TRIGGER post_updated AFTER INSERT ON post BEGIN SELECT 1; END",
            'DROP TRIGGER "post_updated";',
        ),
    ],
)
def test_a_name_that_is_taken_is_said_with_the_sql_that_makes_room(
    fresh, path, own, sql
):
    make_tutorial_database(path)

    with closing(sqlite3.connect(path)) as db, db:
        db.execute(own)

    before = read_schema(path)
    result = init(fresh)
    assert result.exit_code == 1
    assert f"'{sql}'" in result.output
    assert "Traceback" not in result.output
    assert read_schema(path) == before
    assert not list(Path(path).parent.glob("*.v*"))

    with closing(sqlite3.connect(path)) as db, db:
        db.execute(sql)

    assert init(fresh).exit_code == 0
    assert len(rows(fresh, "SELECT id FROM post")) == 3


def test_the_new_name_of_what_is_renamed_is_not_taken(fresh, path):
    make_tutorial_database(path)

    with closing(sqlite3.connect(path)) as db, db:
        db.executescript("CREATE TABLE tag (a); CREATE TABLE my_tag (a);")

    assert 'ALTER TABLE "tag" RENAME TO "my_my_tag";' in init(fresh).output


def test_names_of_its_own_that_nobody_needs_stay(fresh, path):
    make_tutorial_database(path)

    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE mine (id, updated)")
        db.execute("INSERT INTO mine VALUES (1, 2)")
        db.execute("ALTER TABLE post ADD COLUMN mood TEXT DEFAULT 'good'")

    assert init(fresh).exit_code == 0
    assert rows(fresh, "SELECT * FROM mine") == [{"id": 1, "updated": 2}]
    assert rows(fresh, "SELECT mood FROM post")[0] == {"mood": "good"}


@pytest.mark.parametrize("number", [1, 2, 3, schema.LATEST, 7, 99, -1])
def test_the_number_of_another_programs_schema_is_not_believed(fresh, path, number):
    make_tutorial_database(path)

    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA user_version = {number}")

    response = fresh.test_client().get("/")
    assert response.status_code == 503
    assert "from an older version of Flaskr" in response.text
    assert init(fresh).exit_code == 0
    assert len(rows(fresh, "SELECT id FROM post")) == 3
    assert fresh.test_client().get("/").status_code == 200

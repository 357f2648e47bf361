"""Connections that requests borrow, and how a process learns of commits."""

import os
import sqlite3
from contextlib import closing

import pytest

from flaskr import create_app
from flaskr import sqlite_keeper
from flaskr.db import get_db
from flaskr.sqlite import LATEST
from flaskr.sqlite_wal_index import WalIndex

from .conftest import rows
from .conftest import titles
from .conftest import write
from .test_cache import ADD
from .test_cache import execute


def identifier():
    return id(get_db())


def test_one_request_after_the_other_borrows_a_connection(app):
    with app.app_context():
        first = identifier()

    with app.app_context():
        assert identifier() == first


def test_two_requests_at_once_have_two(app):
    with app.app_context():
        first = get_db()

        with app.app_context():
            assert get_db() is not first


@pytest.mark.parametrize(
    "use",
    [
        lambda db: db.execute("SELECT 1"),
        lambda db: db.executemany("DELETE FROM tag WHERE id = ?", []),
        lambda db: db.executescript("SELECT 1"),
        lambda db: db.cursor(),
    ],
    ids=["execute", "executemany", "executescript", "cursor"],
)
def test_a_connection_is_closed_to_those_who_gave_it_back(app, use):
    with app.app_context():
        db = get_db()
        use(db)

    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        use(db)


def test_rows_that_nobody_read_do_not_hold_on_to_the_past(app, alice, client):
    write(alice, "First")
    write(alice, "Second")

    with app.app_context():
        unread = get_db().execute("SELECT * FROM post")
        unread.fetchone()

    execute(app, ADD, "Third")
    assert titles(client.get("/")) == ["Third", "Second", "First"]

    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        unread.fetchone()


def test_a_transaction_that_was_left_open_is_given_to_nobody(app, alice):
    write(alice)

    with app.app_context():
        db = get_db()
        db.execute("BEGIN")
        db.execute("DELETE FROM post")

    assert len(rows(app, "SELECT id FROM post")) == 1

    with app.app_context():
        assert get_db() is not db


def test_a_connection_that_was_closed_is_given_to_nobody(app):
    with app.app_context():
        get_db().close()

    assert rows(app, "SELECT 1 AS one") == [{"one": 1}]


def test_a_connection_to_a_file_that_was_just_replaced_is_given_to_nobody(app, alice):
    write(alice, "Old")
    keeper = app.extensions["flaskr.db"]
    new = f"{keeper.path}.new"

    with closing(sqlite3.connect(keeper.path)) as db:
        db.execute("VACUUM INTO ?", (new,))

    with closing(sqlite3.connect(new)) as db, db:
        db.execute("UPDATE post SET title = 'New'")

    class Idle(list):
        """Another request sees that the file was replaced while one takes this."""

        def pop(self):
            connection = super().pop()

            if os.path.exists(new):
                os.replace(new, keeper.path)
                keeper.check_replaced()

            return connection

    keeper.idle = Idle(keeper.idle)
    assert rows(app, "SELECT title FROM post") == [{"title": "Old"}]
    assert rows(app, "SELECT title FROM post") == [{"title": "New"}]


def test_a_newer_schema_is_noticed_and_an_older_one(app, client):
    assert client.get("/").status_code == 200

    for version, status in ((99, 503), (1, 503), (LATEST, 200)):
        execute(app, f"PRAGMA user_version = {version}")
        assert client.get("/").status_code == status


def test_a_database_without_a_log_is_served_and_nothing_kept(
    app, alice, client, monkeypatch
):
    write(alice, "First")
    app.extensions["flaskr.db"].finish()
    monkeypatch.setattr(sqlite_keeper, "use_write_ahead_log", lambda *args, **kw: None)

    with closing(sqlite3.connect(app.config["DATABASE"])) as db:
        db.execute("PRAGMA journal_mode = DELETE")

    for number in range(3):
        response = client.get("/")
        assert len(titles(response)) == number + 1
        assert response.headers["Cache-Control"] == "private, no-cache"
        execute(app, ADD, f"Post {number}")


def locks(path):
    """How many locks there are on the file that processes share."""
    inode = str(os.stat(f"{path}-shm").st_ino)

    with open("/proc/locks") as file:
        return sum(f":{inode} " in line for line in file)


@pytest.mark.skipif(not os.path.exists("/proc/locks"), reason="Linux tells its locks")
def test_an_app_that_ends_leaves_its_twin_the_locks(app, client):
    client.get("/")
    path = app.config["DATABASE"]
    twin = create_app({"TESTING": True, "DATABASE": path})
    twin.test_client().get("/")
    assert locks(path) == 1
    twin.extensions["flaskr.db"].finish()
    assert locks(path) == 1


def test_each_database_has_versions_of_its_own(app, client, tmp_path):
    client.get("/")
    paths = [tmp_path / "a", tmp_path / "b"]
    databases = []

    for path in paths:
        db = sqlite3.connect(path)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("SELECT * FROM sqlite_schema")
        databases.append(db)

    first, second = (WalIndex.of(os.fspath(path)) for path in paths)
    assert first.version()[1:] == second.version()[1:]
    assert first.version() != second.version()
    assert WalIndex.of(os.fspath(paths[0])) is first
    assert WalIndex.of("/nowhere") is None
    del first, second

    for db in databases:
        db.close()


def test_a_commit_changes_the_version_and_a_checkpoint_does_not(app, client):
    client.get("/")
    keeper = app.extensions["flaskr.db"]
    seen = {keeper.version()}

    for number in range(50):
        execute(app, "UPDATE blog SET changed = ?", f"2026-01-01 00:00:{number:02}")
        seen.add(keeper.version())
        keeper.checkpoint()
        seen.add(keeper.version())

    assert len(seen) == 51

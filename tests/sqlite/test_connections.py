"""Connections that requests borrow, and how a process learns of commits."""

import gc
import os
import sqlite3
import threading
from contextlib import closing

import pytest

from flaskr import create_app
from flaskr.db import get_db
from flaskr.db import transaction
from flaskr.errors import DatabaseNotReady
from flaskr.sqlite import files
from flaskr.sqlite import generation as generation_module
from flaskr.sqlite import pool as pool_module
from flaskr.sqlite import turns
from flaskr.sqlite.commit_counter import CommitCounter
from flaskr.sqlite.commit_counter import DataVersion
from flaskr.sqlite.commit_counter import map_forever
from flaskr.sqlite.schema import LATEST

from ..children import LIMIT
from ..children import status_of
from ..conftest import rows
from ..conftest import titles
from ..conftest import write
from ..test_page_cache import ADD


def identifier():
    return id(get_db())


def test_requests_one_after_the_other_borrow_one_connection(app):
    with app.app_context():
        first = identifier()

    with app.app_context():
        assert identifier() == first


def test_two_requests_at_once_have_two_connections(app):
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


def test_rows_that_nobody_read_do_not_hold_on_to_the_past(app, alice, client, execute):
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


def test_a_connection_to_a_file_that_was_just_replaced_is_given_to_nobody(
    app, alice, monkeypatch
):
    write(alice, "Old")
    pool = app.extensions["flaskr.db"]
    new = f"{pool.path}.new"

    with closing(sqlite3.connect(pool.path)) as db:
        db.execute("VACUUM INTO ?", (new,))

    with closing(sqlite3.connect(new)) as db, db:
        db.execute("UPDATE post SET title = 'New'")

    def replace_and_open(*args, open_file=pool_module.open_file, **kwargs):
        if os.path.exists(new):
            os.replace(new, pool.path)

        return open_file(*args, **kwargs)

    monkeypatch.setattr(pool_module, "open_file", replace_and_open)
    pool.generation.close_idle()
    assert alice.get("/account").status_code == 503
    assert rows(app, "SELECT title FROM post") == [{"title": "New"}]


def test_threads_that_come_first_at_once_open_one_generation(app):
    pool = app.extensions["flaskr.db"]
    opened = []

    with pool.lock:
        pool.shutdown()
        threads = [
            threading.Thread(target=lambda: opened.append(pool.current()), daemon=True)
            for _ in range(4)
        ]

        for thread in threads:
            thread.start()

    for thread in threads:
        thread.join(LIMIT)
        assert not thread.is_alive()

    assert len(set(opened)) == 1


def test_a_connection_released_while_its_files_are_left_is_closed(app):
    pool = app.extensions["flaskr.db"]
    connection = pool.acquire()

    class Idle(list):
        """Another request leaves them while this is put back."""

        def append(self, connection):
            super().append(connection)
            pool.generation = None

    connection.generation.idle = Idle()
    pool.release(connection)

    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        sqlite3.Connection.execute(connection, "SELECT 1")


def test_a_newer_schema_is_noticed_and_an_older_one(app, client, execute):
    assert client.get("/").status_code == 200

    for version, status in ((99, 503), (1, 503), (LATEST, 200)):
        execute(app, f"PRAGMA user_version = {version}")
        assert client.get("/").status_code == status


def test_a_database_without_a_log_is_served_and_nothing_kept(
    app, alice, client, monkeypatch, caplog, execute
):
    write(alice, "First")
    app.extensions["flaskr.db"].shutdown()
    use_log = generation_module.use_write_ahead_log
    monkeypatch.setattr(generation_module, "use_write_ahead_log", lambda *a, **kw: None)

    with closing(sqlite3.connect(app.config["DATABASE"])) as db:
        db.execute("PRAGMA journal_mode = DELETE")

    for number in range(3):
        response = client.get("/")
        assert len(titles(response)) == number + 1
        assert response.headers["Cache-Control"] == "private, no-cache"
        execute(app, ADD, f"Post {number}")

    # Somebody gives it one, while a request is writing and before the next one.
    with app.app_context(), transaction() as db:
        db.execute(ADD, ("With a log",))
        opened = db.generation

    with closing(sqlite3.connect(app.config["DATABASE"])) as db:
        use_log(db)
        db.execute("SELECT * FROM post").fetchone()
        opened.confirm(None)
        assert titles(client.get("/"))[0] == "With a log"
        assert "public" in client.get("/").headers["Cache-Control"]

    assert "removed" not in caplog.text


def test_a_pool_that_is_used_while_it_stops_does_not_hold_up_the_stop(app, client):
    client.get("/")
    maintenance = app.extensions["flaskr.db"].maintenance
    first = maintenance.thread

    def stop_and_use(stop=maintenance.stopped.set):
        stop()
        first.join(LIMIT)
        maintenance.start()

    maintenance.stopped.set = stop_and_use
    stopping = threading.Thread(target=maintenance.stop, daemon=True)
    stopping.start()
    stopping.join(LIMIT / 6)
    assert not stopping.is_alive()
    assert maintenance.thread is not first


def locks(path):
    """SQLite's locks of this process on the file that processes share."""
    inode = str(os.stat(f"{path}-shm").st_ino)

    with open("/proc/locks") as file:
        found = [line.split() for line in file]

    # While others come and go, the file may name one twice.
    return {
        (row[3], *row[6:8])
        for row in found
        if row[4] == str(os.getpid()) and row[5].endswith(f":{inode}")
    }


on_linux = pytest.mark.skipif(
    not os.path.exists("/proc/locks"), reason="Linux tells its locks"
)


@on_linux
def test_an_app_that_ends_leaves_its_twin_the_locks(app, client):
    client.get("/")
    path = app.config["DATABASE"]
    twin = create_app({"TESTING": True, "DATABASE": path})
    twin.test_client().get("/")
    before = locks(path)
    assert before
    twin.extensions["flaskr.db"].shutdown()
    del twin
    gc.collect()
    assert locks(path) == before


@on_linux
@pytest.mark.parametrize(
    "end",
    [
        lambda pool: pool.generation.__init__(
            pool.path, pool.generation.log, pool.generation.watcher
        ),
        lambda pool: pytest.raises(OSError, CommitCounter, pool.path + "-wal"),
        lambda pool: pytest.raises(DatabaseNotReady, create_and_migrate, pool.path),
        lambda pool: status_of(os.fork() or os._exit(0)),
        lambda pool: gc.collect(),
    ],
    ids=["counter", "error", "init-db", "fork", "collect"],
)
def test_nothing_drops_the_locks_of_a_writer(app, client, end):
    """Whoever closes a descriptor of that file does."""
    client.get("/")
    pool = app.extensions["flaskr.db"]

    with closing(sqlite3.connect(pool.path)) as db:
        db.execute("BEGIN IMMEDIATE")
        assert ("WRITE", "120", "120") in locks(pool.path)
        end(pool)
        assert ("WRITE", "120", "120") in locks(pool.path)


def create_and_migrate(path):
    files.create_file(path)

    with turns.folder_lock(path):
        files.quarantine_wal(path + "-nothing")

    files.wait_for_log(path + "-nothing")


@pytest.fixture(params=["map", "data_version"])
def counter(request, monkeypatch):
    """How commits are noticed: as on Linux and macOS, and as on Windows."""
    if request.param == "data_version":
        monkeypatch.setattr(
            generation_module,
            "open_counter",
            lambda path, watcher: DataVersion(watcher),
        )

    return request.param


def test_sqlite_is_asked_for_commits_where_nothing_can_be_mapped(
    app, client, monkeypatch
):
    monkeypatch.delattr("mmap.PROT_READ")
    client.get("/")
    assert isinstance(app.extensions["flaskr.db"].generation.counter, DataVersion)


def test_a_map_that_fails_is_an_error(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"x" * 100)

    with pytest.raises(OSError, match="mmap"):
        map_forever(os.open(path, os.O_WRONLY), 100)


def test_a_commit_changes_the_counter_and_a_checkpoint_does_not(app, client, execute):
    client.get("/")
    pool = app.extensions["flaskr.db"]
    seen = {pool.generation.read_counter()}

    for number in range(50):
        execute(app, "UPDATE blog SET changed = ?", f"2026-01-01 00:00:{number:02}")
        seen.add(pool.generation.read_counter())
        pool.checkpoint()
        seen.add(pool.generation.read_counter())

    assert len(seen) == 51


def test_a_public_commit_changes_the_version_and_a_checkpoint_does_not(
    counter, app, client, execute
):
    client.get("/")
    pool = app.extensions["flaskr.db"]
    seen = {pool.version()}

    for number in range(50):
        execute(app, "UPDATE blog SET changed = ?", f"2026-01-01 00:00:{number:02}")
        seen.add(pool.version())
        execute(app, "DELETE FROM session")
        pool.checkpoint()
        seen.add(pool.version())

    assert len(seen) == 51


def test_a_version_that_another_thread_reads_meanwhile_is_read_once(
    app, client, execute
):
    client.get("/")
    generation = app.extensions["flaskr.db"].generation
    execute(app, "UPDATE blog SET changed = '2026-01-01 00:00:00'")
    found = "what the other one found"

    class Lock:
        """Whose turn comes when the other one is done."""

        def __enter__(self):
            generation.seen = generation.read_counter(), found

        def __exit__(self, *error):
            pass

    generation.lock, lock = Lock(), generation.lock
    assert generation.version() == found
    generation.lock = lock


def test_each_database_has_versions_of_its_own(app, client, counter):
    pool = app.extensions["flaskr.db"]
    before = pool.version()
    path = pool.path
    assert before == pool.version()
    pool.shutdown()

    with closing(sqlite3.connect(path)) as db:
        db.execute("VACUUM INTO ?", (f"{path}.new",))

    os.replace(f"{path}.new", path)
    assert pool.version() != before


def test_a_forked_child_opens_the_database_anew(app, alice):
    write(alice, "First")
    pid = os.fork()

    if not pid:
        try:
            write(alice, "Second")
            assert len(app.extensions["flaskr.db"].generation.idle) == 1
            app.extensions["flaskr.db"].shutdown()
            os._exit(0)
        finally:
            os._exit(1)

    assert status_of(pid) == 0
    assert titles(alice.get("/")) == ["Second", "First"]


def test_a_child_of_a_process_that_was_writing_writes_nothing(app, alice):
    def ask():
        statuses.append(alice.get("/").status_code)

    statuses = []

    with app.app_context():
        db = get_db()
        pid = os.fork()

        if not pid:
            try:
                with pytest.raises(sqlite3.ProgrammingError, match="closed"):
                    db.execute(ADD, ("Of the child",))

                # Out of the context that has the connection.
                thread = threading.Thread(target=ask, daemon=True)
                thread.start()
                thread.join(LIMIT)
                os._exit(0 if statuses == [503] else 1)
            finally:
                os._exit(2)

        assert status_of(pid) == 0
        db.execute(ADD, ("Of the parent",))

    assert titles(alice.get("/")) == ["Of the parent"]


def test_a_connection_that_is_taken_while_idle_ones_are_closed_is_no_error(app, client):
    client.get("/account")
    generation = app.extensions["flaskr.db"].generation

    class Idle(list):
        """Another request takes the last one just before."""

        def pop(self):
            self.clear()
            return super().pop()

        def __bool__(self):
            return True

    generation.idle = Idle()
    generation.close_idle()
    generation.idle = []

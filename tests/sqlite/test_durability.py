"""Saved means saved: with many writers, with two processes, when killed."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import closing
from urllib.parse import urlencode

import pytest

from flaskr import create_app
from flaskr.db import init_db
from flaskr.db import transaction
from flaskr.sqlite import generation
from flaskr.sqlite import maintenance
from flaskr.sqlite.connection import join_log
from flaskr.sqlite.connection import open_file
from flaskr.sqlite.files import is_on_read_only_disk
from flaskr.sqlite.pool import ConnectionPool
from flaskr.writers import SHORT_WAIT
from flaskr.writers import TURN_WAIT
from flaskr.writers import WRITE_WAIT

from ..children import child
from ..children import IS_LONG
from ..children import LIMIT
from ..conftest import cookie
from ..conftest import log_in
from ..conftest import rows
from ..conftest import wait_until
from ..conftest import write
from ..servers import Server
from ..servers import write_from

ENDS = [signal.SIGTERM, signal.SIGINT][: 2 if IS_LONG else 1]


@pytest.fixture
def serve(installed, instance):
    servers = []

    def serve(**environ):
        servers.append(Server(instance, **environ))
        return servers[-1]

    yield serve

    for server in servers:
        if server.process.poll() is None:
            server.end(signal.SIGTERM)


def test_two_processes_with_many_writers_lose_nothing(installed, serve):
    session = cookie(log_in(installed, "alice"))
    # A disk that rests for a second sends nobody away.
    servers = [serve(TURN_WAIT=str(LIMIT)) for _ in range(2)]
    ports = [server.port for server in servers]
    written = write_from(ports, session, 1 if IS_LONG else 0.3, at_least=21)

    assert not written.others
    assert len(written.posts) > 20
    titles = [row["title"] for row in rows(installed, "SELECT title FROM post")]
    assert sorted(titles) == sorted(written.posts)

    for server in servers:
        assert "locked" not in server.end(signal.SIGINT)


def test_a_killed_server_has_lost_nothing_it_acknowledged(installed, serve):
    session = cookie(log_in(installed, "alice"))
    acknowledged = set()

    for _ in range(3 if IS_LONG else 1):
        server = serve()
        kill = lambda: server.end(signal.SIGKILL)  # noqa: B023, E731
        written = write_from([server.port], session, 0.2, kill, at_least=11)
        acknowledged |= set(written.posts)
        assert rows(installed, "PRAGMA integrity_check") == [{"integrity_check": "ok"}]
        titles = {row["title"] for row in rows(installed, "SELECT title FROM post")}
        assert titles >= acknowledged

    assert len(acknowledged) > 10


@pytest.mark.parametrize("how", ENDS)
def test_a_server_that_is_ended_leaves_one_file(installed, serve, instance, how):
    session = cookie(log_in(installed, "alice"))
    installed.extensions["flaskr.db"].shutdown()
    server = serve()
    acknowledged = write_from([server.port], session, 0.3).posts
    server.end(how)
    assert server.process.returncode == 0

    assert [name for name in sorted(os.listdir(instance)) if "log-" not in name] == [
        "flaskr.sqlite",
        "secret_key",
    ]
    assert len(rows(installed, "SELECT id FROM post")) == len(acknowledged)


def test_processes_that_end_at_once_leave_one_file(app, tmp_path):
    path = app.config["DATABASE"]
    script = tmp_path / "script.py"
    script.write_text(ENDING)

    for _ in range(30 if IS_LONG else 1):
        command = [sys.executable, script, path, str(time.time() + 0.7)]

        with child(command) as one, child(command) as other:
            assert [one.wait(LIMIT), other.wait(LIMIT)] == [0, 0]

        assert os.listdir(os.path.dirname(path)) == ["flaskr.sqlite"]


ENDING = """
import sys, time
from flaskr.sqlite.pool import ConnectionPool

pool = ConnectionPool(sys.argv[1])
pool.release(pool.acquire())

while time.time() < float(sys.argv[2]):
    pass

pool.shutdown()
"""


def test_who_ends_looks_twice_whether_another_is_left(app, monkeypatch):
    path = app.config["DATABASE"]
    pool = ConnectionPool(path)
    pool.release(pool.acquire())
    # Closing one that only reads takes no log away.
    other = open_file(path, "ro")
    join_log(other)
    monkeypatch.setattr(generation, "sleep", lambda seconds: other.close())
    pool.shutdown()
    assert not os.path.exists(f"{path}-wal")


def test_who_ends_leaves_the_log_to_those_who_go_on(app, monkeypatch):
    path = app.config["DATABASE"]
    pool, other = ConnectionPool(path), ConnectionPool(path)
    slept = []
    monkeypatch.setattr(generation, "sleep", slept.append)
    reader = other.acquire()
    pool.release(pool.acquire())
    pool.shutdown()
    assert os.path.exists(f"{path}-wal")
    assert sum(slept) < 0.2

    with other.transaction(reader, WRITE_WAIT):
        reader.execute("CREATE TABLE mine (id)")

    other.release(reader)
    other.shutdown()
    assert not os.path.exists(f"{path}-wal")
    assert rows(app, "SELECT * FROM mine") == []


@pytest.mark.parametrize("how", ENDS)
def test_a_second_signal_does_not_interrupt_the_end(serve, instance, how):
    server = serve()
    server.process.send_signal(how)
    time.sleep(0.01)
    assert "Traceback" not in server.end(how)
    assert server.process.returncode == 0


CHILD = """
import multiprocessing, sys
from flaskr import create_app
from flaskr.db import transaction

def work(path):
    app = create_app({"TESTING": True, "DATABASE": path})
    with app.app_context(), transaction() as db:
        db.execute("CREATE TABLE mine (id)")

if __name__ == "__main__":
    process = multiprocessing.get_context(sys.argv[2]).Process(
        target=work, args=(sys.argv[1],)
    )
    process.start()
    process.join(30)
    sys.exit(process.exitcode)
"""


@pytest.mark.parametrize("method", ["spawn", "fork"][: 2 if IS_LONG else 1])
def test_a_child_of_multiprocessing_leaves_one_file(app, tmp_path, method):
    path = app.config["DATABASE"]
    script = tmp_path / "script.py"
    script.write_text(CHILD)
    subprocess.run([sys.executable, script, path, method], check=True, timeout=LIMIT)
    assert os.path.exists(path)
    assert not os.path.exists(f"{path}-wal")
    assert rows(app, "SELECT * FROM mine") == []


def test_a_process_that_only_knows_multiprocessing_is_no_child(instance, monkeypatch):
    import multiprocessing.util

    create_app({"TESTING": True})
    assert multiprocessing.parent_process() is None
    # Nor one that does not know it.
    monkeypatch.delitem(sys.modules, "multiprocessing")
    create_app({"TESTING": True})
    assert "multiprocessing" not in sys.modules


TERMINATED = """
import os, signal, sys
signal.signal(signal.SIGTERM, lambda *args: print("mine", flush=True) or os._exit(3))
import waitress
from flaskr import create_app
create_app({"TESTING": True})
os.kill(os.getpid(), signal.SIGTERM)
signal.pause()
"""


def test_the_signal_handler_of_an_operator_stays():
    done = subprocess.run(
        [sys.executable, "-c", TERMINATED], capture_output=True, timeout=LIMIT
    )
    assert (done.returncode, done.stdout) == (3, b"mine\n")


def test_the_file_of_a_database_is_whole_soon_after_a_commit(app, alice, tmp_path):
    write(alice)
    app.extensions["flaskr.db"].checkpoint()
    path = app.config["DATABASE"]
    copy = tmp_path / "copy.sqlite"
    # Closing a descriptor of it here would drop the locks on it.
    subprocess.run(["cp", path, copy], check=True, timeout=LIMIT)

    assert os.path.getsize(path + "-wal") == 0

    with closing(sqlite3.connect(copy)) as db:
        assert db.execute("SELECT title FROM post").fetchall() == [("A title",)]


def test_the_log_is_shortened_after_a_commit_without_being_asked(app, monkeypatch):
    monkeypatch.setattr(maintenance, "MAINTAIN_EVERY", 0.01)
    write(log_in(app, "alice"))
    wait_until(lambda: os.path.getsize(app.config["DATABASE"] + "-wal") == 0)


def test_a_reader_who_takes_long_delays_the_log_and_no_writer(app, alice):
    pool = app.extensions["flaskr.db"]
    pool.checkpoint()

    with closing(sqlite3.connect(app.config["DATABASE"])) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM post").fetchall()
        write(alice)
        pool.checkpoint()
        # It tries again later.
        assert pool.maintenance.needs_checkpoint
        assert os.path.getsize(app.config["DATABASE"] + "-wal") > 0
        write(alice)

    pool.checkpoint()
    assert not pool.maintenance.needs_checkpoint
    assert os.path.getsize(app.config["DATABASE"] + "-wal") == 0


def test_nothing_is_kept_of_a_database_that_never_was(instance):
    app = create_app()
    app.extensions["flaskr.db"].shutdown()

    assert os.listdir(instance) == ["secret_key"]


def test_two_apps_share_nothing(app, tmp_path):
    other = create_app({"TESTING": True, "DATABASE": str(tmp_path / "other.sqlite")})

    with other.app_context():
        init_db()

    write(log_in(other, "bob"))
    assert rows(app, 'SELECT * FROM "user"') == []


def test_a_write_waits_for_another_one(app, alice):
    with app.app_context(), transaction():
        thread = threading.Thread(target=write, args=(alice, "second"), daemon=True)
        thread.start()
        thread.join(0.3)
        assert thread.is_alive()

    thread.join(LIMIT)
    assert not thread.is_alive()
    assert [row["title"] for row in rows(app, "SELECT title FROM post")] == ["second"]


def test_threads_of_one_process_write_in_turn(app, alice, monkeypatch):
    """SQLite's own waiting, which sleeps longer and longer, is for other processes."""

    def impatient(pool, acquire=ConnectionPool.acquire):
        connection = acquire(pool)
        connection.execute("PRAGMA busy_timeout = 0")
        return connection

    monkeypatch.setattr(ConnectionPool, "acquire", impatient)
    session = cookie(alice)

    def publish():
        client = app.test_client()
        client.set_cookie("flaskr_session", session)
        statuses.extend(
            client.post("/create", data={"title": "A", "body": ""}).status_code
            for _ in range(5)
        )

    statuses = []
    threads = [threading.Thread(target=publish, daemon=True) for _ in range(4)]

    for thread in threads:
        thread.start()

    for thread in threads:
        thread.join(LIMIT)

    assert statuses == [302] * 20


def test_writers_that_wait_leave_threads_for_readers(installed, serve):
    session = cookie(log_in(installed, "alice"))
    server = serve()
    url = f"http://127.0.0.1:{server.port}"
    writers = [ask_to_write(url, session, f"text {n}") for n in range(5)]

    with closing(sqlite3.connect(installed.config["DATABASE"])) as other:
        other.execute("BEGIN IMMEDIATE")

        for writer in writers:
            writer.start()

        wait_until(lambda: ask_to_write.answers)

        # A page that is in memory, and one that is made.
        for path in ("/", "/?2"):
            urllib.request.urlopen(url + path, timeout=LIMIT).read()

        assert sum(writer.is_alive() for writer in writers) >= 2
        other.execute("ROLLBACK")

    for writer in writers:
        writer.join(LIMIT)

    answers = sorted(answer.status for answer in ask_to_write.answers)
    assert answers[-1] == 503
    # Those that waited wrote.
    assert answers[:2] == [200, 200]

    for answer in ask_to_write.answers:
        if answer.status == 503:
            assert "text " in answer.text
            assert "What you wrote isn’t lost" in answer.text


def ask_to_write(url, session, text):
    """A thread in which somebody publishes; the answer is in ``answers``."""
    ask_to_write.answers = []

    def run():
        request = urllib.request.Request(
            f"{url}/create",
            urlencode({"title": "A title", "body": text}).encode(),
            {"Cookie": f"flaskr_session={session}"},
        )

        try:
            response = urllib.request.urlopen(request, timeout=LIMIT)
        except urllib.error.HTTPError as e:
            response = e

        response.text = response.read().decode()
        ask_to_write.answers.append(response)

    return threading.Thread(target=run, daemon=True)


def test_what_a_transaction_has_read_stays_so_until_it_writes(app, alice):
    with app.app_context(), transaction() as db:
        before = db.execute("SELECT count(*) FROM post").fetchone()[0]
        thread = threading.Thread(
            target=write, args=(alice, "another one"), daemon=True
        )
        thread.start()
        thread.join(0.3)
        db.execute(
            "INSERT INTO post (author_id, title, body) SELECT 1, ?, count(*) FROM post",
            (f"post {before}",),
        )

    thread.join(LIMIT)
    assert not thread.is_alive()
    written = rows(app, "SELECT title, body FROM post ORDER BY id")
    assert written[0] == {"title": "post 0", "body": "0"}
    assert written[1]["title"] == "another one"


def test_a_restored_copy_gets_its_write_ahead_log_back(app, alice, tmp_path):
    write(alice)
    path = app.config["DATABASE"]
    copy = str(tmp_path / "copy.sqlite")

    with closing(sqlite3.connect(path)) as db:
        db.execute("VACUUM INTO ?", (copy,))

    app.extensions["flaskr.db"].shutdown()
    os.replace(copy, path)

    assert "A title" in alice.get("/").text
    assert rows(app, "PRAGMA journal_mode") == [{"journal_mode": "wal"}]


def test_a_read_only_disk_with_the_one_file_shows_the_blog(app, alice, monkeypatch):
    write(alice, "A title")
    path = app.config["DATABASE"]
    app.extensions["flaskr.db"].shutdown()
    assert not os.path.exists(f"{path}-wal")

    with monkeypatch.context() as patch:
        patch.setattr(
            "flaskr.sqlite.generation.is_on_read_only_disk", lambda path: True
        )

        for _ in range(2):
            for page in ("/", "/1-a-title", "/feed.atom", "/search?q=x", "/account/"):
                assert alice.get(page).status_code == 200

        assert "A title" in alice.get("/").text
        response = alice.post("/create", data={"title": "My title", "body": "My text."})
        assert response.status_code == 503
        assert "My text." in response.text
        app.extensions["flaskr.db"].checkpoint()
        # Nobody put anything beside the file.
        assert not os.path.exists(f"{path}-wal")

    # Somebody mounted it anew.
    write(alice, "Another title")
    assert "Another title" in app.test_client().get("/").text


def test_a_read_only_disk_without_a_database_says_so(app, client, monkeypatch):
    os.remove(app.config["DATABASE"])
    monkeypatch.setattr(
        "flaskr.sqlite.generation.is_on_read_only_disk", lambda path: True
    )
    response = client.get("/")
    assert response.status_code == 503
    assert "flask --app flaskr init-db" in response.text


def test_a_folder_that_can_be_written_to_is_on_no_read_only_disk(tmp_path):
    assert not is_on_read_only_disk(str(tmp_path / "flaskr.sqlite"))


def test_a_writer_waits_for_others_as_long_as_it_says(app, databases, monkeypatch):
    statements = []
    databases.trace(statements.append, monkeypatch)

    with app.app_context(), transaction(seconds=0.5) as db:
        timeout = db.execute("PRAGMA busy_timeout").fetchone()["timeout"]

    # Later ones, and who reads, wait as before.
    assert timeout == 5000
    begin = statements.index("BEGIN IMMEDIATE")
    assert statements[begin - 1] == "PRAGMA busy_timeout = 500"


def test_nobody_waits_in_line_behind_who_waited_in_vain(app, alice, monkeypatch):
    """Each would hold a thread for a second, one after the other, and readers wait."""
    pool = app.extensions["flaskr.db"]
    waited = []

    class Taken:
        def acquire(self, blocking=True, timeout=None):
            # What cleans up after a request waits for less.
            if blocking and timeout != SHORT_WAIT:
                waited.append(timeout)

            return False

    with monkeypatch.context() as patch:
        patch.setattr(pool.writers, "turns", Taken())

        for _ in range(3):
            data = {"title": "A title", "body": "my text"}
            answer = alice.post("/create", data=data)
            assert answer.status_code == 503
            assert "my text" in answer.text

    # The request looks after limits first, and then writes.
    assert waited[0] == TURN_WAIT
    assert set(waited[1:]) == {0}
    write(alice, "A title")

    with monkeypatch.context() as patch:
        patch.setattr(pool.writers, "turns", Taken())
        alice.post("/create", data={"title": "x", "body": ""})

    assert waited[-1] == TURN_WAIT

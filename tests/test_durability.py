"""Saved means saved: with many writers, with two processes, when killed."""

import http.client
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from urllib.parse import urlencode

import pytest

from flaskr import create_app
from flaskr import sqlite_keeper
from flaskr.db import init_db
from flaskr.db import transaction

from .conftest import cookie
from .conftest import log_in
from .conftest import rows
from .conftest import write

SERVE = """
import os
from flaskr import Flask, create_app
from waitress import create_server
Flask.auto_find_instance_path = lambda app: os.environ["FOLDER"]
server = create_server(create_app(), listen="127.0.0.1:0")
print(server.effective_port, flush=True)
server.run()
"""


class Server:
    """Flaskr in a process of its own, as ``waitress-serve`` runs it."""

    def __init__(self, folder):
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", SERVE],
            env={**os.environ, "FOLDER": str(folder)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.port = int(self.process.stdout.readline())

    def end(self, how):
        self.process.send_signal(how)
        return self.process.communicate()[1]


@pytest.fixture
def serve(installed, instance):
    servers = []

    def serve():
        servers.append(Server(instance))
        return servers[-1]

    yield serve

    for server in servers:
        if server.process.poll() is None:
            server.end(signal.SIGKILL)


class Writer(threading.Thread):
    """Publishes posts until told to stop, or until the server is gone."""

    def __init__(self, name, port, session):
        super().__init__()
        self.name = name
        self.port = port
        self.headers = {
            "Cookie": f"flaskr_session={session}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self.acknowledged = []
        self.others = []
        self.stop = False

    def run(self):
        with closing(http.client.HTTPConnection("127.0.0.1", self.port)) as connection:
            for number in range(10_000):
                if self.stop:
                    return

                title = f"{self.name} {number}"
                body = urlencode({"title": title, "body": "text " * 50})

                try:
                    connection.request("POST", "/create", body, self.headers)
                    response = connection.getresponse()
                    response.read()
                except (OSError, http.client.HTTPException):
                    return

                if response.getheader("Location") == "/":
                    self.acknowledged.append(title)
                else:
                    self.others.append(response.status)


def write_from(ports, session, seconds, then=lambda: None):
    writers = [
        Writer(f"{time.monotonic()} {number}", port, session)
        for number in range(4)
        for port in ports
    ]

    for writer in writers:
        writer.start()

    time.sleep(seconds)
    then()

    for writer in writers:
        writer.stop = True

    for writer in writers:
        writer.join()

    return (
        [title for writer in writers for title in writer.acknowledged],
        [status for writer in writers for status in writer.others],
    )


def test_two_processes_with_many_writers(installed, serve):
    session = cookie(log_in(installed, "alice"))
    servers = [serve(), serve()]
    acknowledged, others = write_from([s.port for s in servers], session, 2)

    assert not others
    assert len(acknowledged) > 20
    titles = [row["title"] for row in rows(installed, "SELECT title FROM post")]
    assert sorted(titles) == sorted(acknowledged)

    for server in servers:
        assert "locked" not in server.end(signal.SIGINT)


def test_a_killed_server_has_lost_nothing_it_acknowledged(installed, serve):
    session = cookie(log_in(installed, "alice"))
    acknowledged = []

    for _ in range(4):
        server = serve()
        kill = lambda: server.end(signal.SIGKILL)  # noqa: B023, E731
        acknowledged += write_from([server.port], session, 0.4, kill)[0]
        assert rows(installed, "PRAGMA integrity_check") == [{"integrity_check": "ok"}]
        titles = {row["title"] for row in rows(installed, "SELECT title FROM post")}
        assert titles >= set(acknowledged)

    assert len(acknowledged) > 20


def test_a_server_that_is_ended_leaves_one_file(installed, serve, instance):
    session = cookie(log_in(installed, "alice"))
    installed.extensions["flaskr.db"].finish()
    server = serve()
    acknowledged, _ = write_from([server.port], session, 0.3)
    server.end(signal.SIGINT)

    assert sorted(os.listdir(instance)) == ["flaskr.sqlite", "secret_key"]
    assert len(rows(installed, "SELECT id FROM post")) == len(acknowledged)


def test_the_one_file_is_whole_soon_after_a_commit(app, alice, tmp_path):
    write(alice)
    app.extensions["flaskr.db"].checkpoint()
    path = app.config["DATABASE"]
    copy = tmp_path / "copy.sqlite"
    shutil.copyfile(path, copy)

    assert os.path.getsize(path + "-wal") == 0

    with closing(sqlite3.connect(copy)) as db:
        assert db.execute("SELECT title FROM post").fetchall() == [("A title",)]


def test_the_log_is_shortened_after_a_commit_without_being_asked(
    app, alice, monkeypatch
):
    monkeypatch.setattr(sqlite_keeper, "CHECKPOINT_AFTER", 0.01)
    app.extensions["flaskr.db"].timer.join()
    write(alice)
    app.extensions["flaskr.db"].timer.join()

    assert os.path.getsize(app.config["DATABASE"] + "-wal") == 0


def test_a_reader_who_takes_long_delays_the_log_and_no_writer(app, alice):
    keeper = app.extensions["flaskr.db"]
    keeper.timer.join()

    with closing(sqlite3.connect(app.config["DATABASE"])) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM post").fetchall()
        write(alice)
        keeper.checkpoint()
        # It tries again later.
        assert keeper.timer is not None
        assert os.path.getsize(app.config["DATABASE"] + "-wal") > 0
        write(alice)

    keeper.checkpoint()
    assert os.path.getsize(app.config["DATABASE"] + "-wal") == 0


def test_a_database_that_is_gone_is_left_alone(app, alice):
    keeper = app.extensions["flaskr.db"]
    path = app.config["DATABASE"]
    write(alice)
    os.rename(path, path + ".away")
    keeper.checkpoint()
    keeper.finish()

    assert not os.path.exists(path)
    os.rename(path + ".away", path)
    assert "A title" in alice.get("/").text


def test_a_log_that_cannot_be_moved_is_tried_again(tmp_path):
    assert sqlite_keeper.truncate_log(str(tmp_path / "gone")) is True


def test_threads_that_come_first_at_once_keep_one_connection(app):
    keeper = app.extensions["flaskr.db"]
    kept = []

    def hold_open():
        keeper.hold_open()
        kept.append(keeper.connection)

    with keeper.lock:
        keeper.release()
        threads = [threading.Thread(target=hold_open) for _ in range(4)]

        for thread in threads:
            thread.start()

    for thread in threads:
        thread.join()

    assert len(set(kept)) == 1


def test_nothing_is_kept_of_a_database_that_never_was(instance):
    app = create_app()
    app.extensions["flaskr.db"].finish()

    assert os.listdir(instance) == ["secret_key"]


def test_two_apps_share_nothing(app, tmp_path):
    other = create_app({"TESTING": True, "DATABASE": str(tmp_path / "other.sqlite")})

    with other.app_context():
        init_db()

    write(log_in(other, "bob"))
    assert rows(app, 'SELECT * FROM "user"') == []


def test_a_write_waits_for_another_one(app, alice):
    with app.app_context(), transaction():
        thread = threading.Thread(target=write, args=(alice, "second"))
        thread.start()
        thread.join(0.3)
        assert thread.is_alive()

    thread.join()
    assert [row["title"] for row in rows(app, "SELECT title FROM post")] == ["second"]


def test_what_a_transaction_has_read_stays_so_until_it_writes(app, alice):
    with app.app_context(), transaction() as db:
        before = db.execute("SELECT count(*) FROM post").fetchone()[0]
        thread = threading.Thread(target=write, args=(alice, "another one"))
        thread.start()
        thread.join(0.3)
        db.execute(
            "INSERT INTO post (author_id, title, body) SELECT 1, ?, count(*) FROM post",
            (f"post {before}",),
        )

    thread.join()
    written = rows(app, "SELECT title, body FROM post ORDER BY id")
    assert written[0] == {"title": "post 0", "body": "0"}
    assert written[1]["title"] == "another one"


def test_a_restored_copy_gets_its_write_ahead_log_back(app, alice, tmp_path):
    write(alice)
    path = app.config["DATABASE"]
    copy = str(tmp_path / "copy.sqlite")

    with closing(sqlite3.connect(path)) as db:
        db.execute("VACUUM INTO ?", (copy,))

    app.extensions["flaskr.db"].finish()
    os.replace(copy, path)

    assert "A title" in alice.get("/").text
    assert rows(app, "PRAGMA journal_mode") == [{"journal_mode": "wal"}]

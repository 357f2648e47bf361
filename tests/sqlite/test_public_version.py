"""Kept pages and the file: none is stale, whoever writes to it or replaces it."""

import os
import random
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from bench.serve import keep_no_page
from flaskr.db import transaction
from flaskr.sqlite import generation
from flaskr.sqlite import maintenance
from flaskr.sqlite.commit_counter import DataVersion
from flaskr.sqlite.generation import Generation

from ..children import child
from ..children import IS_LONG
from ..children import LIMIT
from ..children import read_line
from ..conftest import titles
from ..conftest import wait_until
from ..conftest import write


def test_the_version_is_read_once_a_commit(filled, client, monkeypatch, execute):
    read = []
    read_version = Generation.read_version
    monkeypatch.setattr(
        Generation, "read_version", lambda self: read.append(1) or read_version(self)
    )

    for number in range(1, 4):
        execute(filled, "UPDATE rate_limit SET tat = tat + 1")

        for _ in range(5):
            client.get("/")

        assert len(read) == number


def test_the_version_of_a_copy_from_before_does_not_come_back(filled, client, execute):
    """A restored blog may have as many changes as the one whose pages are kept."""
    path = filled.config["DATABASE"]

    with (
        closing(sqlite3.connect(path)) as db,
        closing(sqlite3.connect(":memory:")) as old,
    ):
        db.backup(old)
        execute(filled, "UPDATE post SET title = 'Gone again'")
        assert titles(client.get("/")) == ["Gone again"]
        old.backup(db)

    execute(filled, "UPDATE post SET title = 'Other'")
    assert titles(client.get("/")) == ["Other"]


def test_a_restored_file_of_an_older_schema_is_noticed(filled, client, execute):
    assert client.get("/").status_code == 200
    execute(filled, "PRAGMA user_version = 2")
    assert client.get("/").status_code == 503


OTHER = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=60, isolation_level=None)
db.execute("PRAGMA wal_autocheckpoint = 0")
for line in sys.stdin:
    if line == "close\\n":
        db.close()
        print(flush=True)
        sys.stdin.readline()
        db = sqlite3.connect(sys.argv[1], timeout=60, isolation_level=None)
        db.execute("PRAGMA wal_autocheckpoint = 0")
        print(flush=True)
        continue
    db.execute("BEGIN IMMEDIATE")
    db.execute(line)
    db.execute("COMMIT")
    print(flush=True)
"""


SET = "UPDATE post SET title = '{}'"


TOUCH = "INSERT OR REPLACE INTO rate_limit VALUES ('key', {})"


@pytest.fixture
def filled(app, alice):
    write(alice)
    return app


class Interleaving:
    """What two processes do to a database, and what readers see of it."""

    def __init__(self, app, client, other):
        self.app = app
        self.client = client
        self.other = other
        self.title = "A title"

    def foreign_commit(self, number):
        self.title = f"Foreign {number}"
        self.say(SET.format(self.title))

    def foreign_private_commit(self, number):
        self.say(TOUCH.format(number))

    def say(self, statement):
        self.other.stdin.write(f"{statement}\n")
        self.other.stdin.flush()
        read_line(self.other)

    def own_commit(self, number):
        self.title = f"Own {number}"
        self.run(SET.format(self.title))

    def own_private_commit(self, number):
        self.run(TOUCH.format(number))

    def run(self, statement):
        with self.app.app_context(), transaction() as db:
            db.execute(statement)

    def rollback(self, number):
        try:
            with self.app.app_context(), transaction() as db:
                db.execute(SET.format("Never"))
                raise ZeroDivisionError
        except ZeroDivisionError:
            pass

    def checkpoint(self, number):
        self.app.extensions["flaskr.db"].checkpoint()

    def replace_file(self, number):
        pool = self.app.extensions["flaskr.db"]
        self.say("close")

        with closing(sqlite3.connect(pool.path)) as db:
            db.execute("VACUUM INTO ?", (f"{pool.path}.copy",))

        self.title = f"Copy {number}"

        with closing(sqlite3.connect(f"{pool.path}.copy")) as db, db:
            db.execute(SET.format(self.title))

        os.replace(f"{pool.path}.copy", pool.path)
        # Within a second, this is done by itself.
        pool.leave_replaced()
        self.say("open")

    def read(self, number):
        assert titles(self.client.get("/")) == [self.title], number


@pytest.mark.parametrize("counter", ["map", "data_version"])
def test_no_interleaving_of_commits_shows_a_stale_page(
    app, alice, client, monkeypatch, counter
):
    if counter == "data_version":
        monkeypatch.setattr(
            generation, "open_counter", lambda _, watcher: DataVersion(watcher)
        )
        app.extensions["flaskr.db"].shutdown()

    write(alice)
    draw = random.Random(counter)
    command = [sys.executable, "-c", OTHER, app.config["DATABASE"]]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}

    with child(command, **pipes) as other:
        blog = Interleaving(app, client, other)
        steps = [
            blog.foreign_commit,
            blog.foreign_private_commit,
            blog.own_commit,
            blog.own_private_commit,
            blog.rollback,
            blog.checkpoint,
            blog.read,
        ]

        for number in range(
            1, int(os.environ.get("INTERLEAVINGS", 300 if IS_LONG else 100))
        ):
            for step in draw.choices(steps, k=3):
                step(number)

            if number % 50 == 0:
                blog.replace_file(number)

            blog.read(number)

        other.stdin.close()
        other.wait(LIMIT)


def test_a_checkpoint_leaves_kept_pages_as_they_are(app, alice, client, monkeypatch):
    made = []
    write(alice)
    client.get("/")
    monkeypatch.setattr(
        app.extensions["flaskr.page_cache"], "wsgi_app", lambda *args: made.append(args)
    )
    app.extensions["flaskr.db"].checkpoint()
    client.get("/")
    assert not made


def test_a_database_that_is_put_in_the_place_of_another_is_shown(
    app, alice, client, monkeypatch
):
    monkeypatch.setattr(maintenance, "MAINTAIN_EVERY", 0.1)
    path = app.config["DATABASE"]
    write(alice, "Old")
    assert titles(client.get("/")) == ["Old"]

    with closing(sqlite3.connect(path)) as db:
        db.execute("VACUUM INTO ?", (f"{path}.new",))

    with closing(sqlite3.connect(f"{path}.new")) as db, db:
        db.execute("UPDATE post SET title = 'New'")

    os.replace(f"{path}.new", path)
    wait_until(lambda: titles(client.get("/")) == ["New"], 3)
    os.remove(path)
    wait_until(lambda: client.get("/").status_code == 503, 3)


def test_the_bench_has_a_blog_that_keeps_no_page(app, client, monkeypatch):
    made = []
    make = app.extensions["flaskr.page_cache"].wsgi_app
    monkeypatch.setattr(
        app.extensions["flaskr.page_cache"],
        "wsgi_app",
        lambda *args: made.append(args) or make(*args),
    )
    keep_no_page(app)
    client.get("/")
    client.get("/")
    assert len(made) == 2

"""What the public does not see leaves its pages where they are; all else is never
stale."""

import os
import random
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from flaskr.db import transaction
from flaskr.sqlite import generation
from flaskr.sqlite.commit_counter import DataVersion
from flaskr.sqlite.generation import Generation

from .children import child
from .children import IS_LONG
from .children import LIMIT
from .children import read_line
from .conftest import log_in
from .conftest import rows
from .conftest import titles
from .conftest import write
from .test_page_cache import ADD

# Each table, and for the columns of "user" some statement that changes them.
PUBLIC = {"blog", "comment", "post", "post_count", "post_tag", "tag", "user"}
PRIVATE = {
    # Images have their addresses from what is in them, and are not kept.
    "image",
    "image_file",
    "image_upload",
    "image_use",
    # Shown as a number, which is in post_count.
    "post_like",
    "public_version",
    "rate_limit",
    # Made of posts and tags; what is still to be made is in the queue, and a search
    # that lacks it is not kept.
    "search",
    "search_config",
    "search_content",
    "search_data",
    "search_docsize",
    "search_idx",
    "search_queue",
    "search_text",
    "session",
    "sqlite_sequence",
}
# Tables that can't be written to, or not alone.
DELETE = 'DELETE FROM "{0}"'
UNWRITABLE = {"search_word", "search_content"}


def version(app):
    return rows(app, "SELECT version FROM public_version")[0]["version"]


@pytest.fixture
def filled(app, alice, execute):
    """A blog with a row in every table."""
    from .test_images import address_in
    from .test_images import upload

    image = address_in(upload(alice))
    alice.post(
        "/create", data={"title": "A title", "body": f"![]({image})", "tags": "bread"}
    )
    alice.post("/1/comment", data={"comment": "A comment."})
    alice.post("/1/like")
    alice.get("/search?q=title")
    execute(app, "INSERT INTO rate_limit VALUES ('key', 1e10)")
    execute(app, "INSERT INTO search_queue VALUES (1)")
    return app


def tables(app):
    found = rows(app, "SELECT name FROM sqlite_schema WHERE type = 'table'")
    return {row["name"] for row in found}


def test_each_table_is_public_or_private(app):
    assert tables(app) - UNWRITABLE <= PUBLIC | PRIVATE
    assert not PUBLIC & PRIVATE


@pytest.mark.parametrize(
    "change", ['UPDATE "{0}" SET "{1}" = "{1}"', DELETE], ids=["update", "delete"]
)
@pytest.mark.parametrize("table", sorted(PUBLIC | PRIVATE - UNWRITABLE))
def test_changing_a_public_table_changes_the_version_and_no_other(
    filled, table, change
):
    with closing(sqlite3.connect(filled.config["DATABASE"], timeout=5)) as db, db:
        columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
        before = version(filled)

        try:
            changed = db.execute(change.format(table, columns[-1])).rowcount
        except sqlite3.OperationalError as e:
            # The index has no content of its own.
            assert table.startswith("search"), e
        else:
            assert changed

    if table != "public_version":
        is_public = table in PUBLIC or (table, change) == ("post_like", DELETE)
        assert (version(filled) != before) == is_public


INSERTS = {
    "post": ADD.replace("?", "'t'"),
    "comment": "INSERT INTO comment (body, post_id, author_id) VALUES ('c', 1, 1)",
    "tag": "INSERT INTO tag (key, name) VALUES ('k', 'n')",
    "post_tag": "INSERT INTO post_tag (post_id, tag_id, created) VALUES (1, 9, '2026')",
    "post_count": "INSERT INTO post_count (post_id) VALUES (9)",
    "blog": "INSERT INTO blog (uuid) VALUES ('x')",
    "user": "INSERT INTO user (username, password) VALUES ('u', 'p')",
}


@pytest.mark.parametrize("table", sorted(PUBLIC))
def test_a_row_that_is_added_to_a_public_table_changes_the_version(
    filled, table, execute
):
    before = version(filled)
    execute(filled, INSERTS[table])
    assert version(filled) != before


@pytest.mark.parametrize("column", ["username", "about", "closed", "name_key"])
def test_what_the_public_sees_of_a_person_changes_the_version(filled, column, execute):
    before = version(filled)
    execute(filled, f"UPDATE user SET {column} = 'x'")
    assert version(filled) != before


def test_what_people_do_for_themselves_leaves_the_pages(filled, client, execute):
    alice = log_in(filled, "alice")
    before = version(filled)
    kept = filled.wsgi_app.version()
    log_in(filled, "alice")
    client.post("/auth/login", data={"username": "alice", "password": "wrong"})
    alice.post("/account/password", data={"password": "x", "new_password": "y"})
    alice.post("/auth/logout")
    execute(filled, "UPDATE user SET password = 'rehashed'")
    assert version(filled) == before
    assert filled.wsgi_app.version() == kept


def test_a_like_is_shown_at_once(filled, client):
    bob = log_in(filled, "bob")
    before = client.get("/").text
    bob.post("/1/like")
    assert client.get("/").text != before


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


def test_a_version_that_cannot_be_read_keeps_nothing(filled, client, execute):
    execute(filled, "DROP TABLE public_version")
    response = client.get("/hello")
    assert response.headers["Cache-Control"] == "private, no-cache"


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

"""A blog of every schema so far is brought up to date, with every row.

``python -m tests.sqlite.test_migrations`` writes a small blog of today's schema beside
the others, as SQL: to be committed with each new migration.
"""

import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from flaskr import create_app
from flaskr.db import init_db
from flaskr.sqlite.schema import LATEST
from flaskr.sqlite.schema import migrate

from ..children import LIMIT
from ..conftest import fields_of
from ..conftest import log_in
from ..conftest import make_tutorial_database
from ..conftest import rows
from ..conftest import titles
from ..profiles import show_oneself
from ..test_comments import comment
from ..test_images import show_in_post
from ..test_images import upload
from ..test_public_version import bin_something
from ..test_public_version import leave_something
from .test_init_db import read_schema

SCHEMAS = Path(__file__).parent / "schemas"
DUMPS = sorted(SCHEMAS.glob("*.sql"))

# The index of the search is made anew of the posts; what it is made of may change.
DERIVED = ("search", "sqlite_", "public_version")

every_schema = pytest.mark.parametrize("dump", DUMPS, ids=lambda dump: dump.stem)


@pytest.fixture
def old(instance, dump):
    """An app with the database of an older version."""
    app = create_app()

    with closing(sqlite3.connect(app.config["DATABASE"])) as db:
        db.executescript(dump.read_text("utf-8"))

    return app


def read_rows(app):
    """All rows of all tables, as dictionaries by their table."""
    with closing(sqlite3.connect(app.config["DATABASE"])) as db:
        db.row_factory = sqlite3.Row
        tables = [
            row["name"]
            for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
            if not row["name"].startswith(DERIVED)
        ]
        return {
            table: [dict(row) for row in db.execute(f'SELECT * FROM "{table}"')]
            for table in tables
        }


def test_todays_schema_is_among_those_that_are_kept():
    numbers = [int(dump.stem) for dump in DUMPS]
    assert LATEST in numbers, "Run: python -m tests.sqlite.test_migrations"
    assert 2 in numbers


@every_schema
def test_a_blog_of_every_schema_keeps_every_row(old, dump):
    before = read_rows(old)
    assert all(before.values()), "the blog has a row in each table"
    # Made anew, from what is kept; and links that worked more than once.
    for table in ("post_rendering", "comment_rendering", "draft_link"):
        before.pop(table, None)

    result = old.test_cli_runner().invoke(args=["init-db"])
    assert result.exit_code == 0, result.output
    after = read_rows(old)

    for table, kept in before.items():
        for row in kept:
            assert any(row.items() <= found.items() for found in after[table]), row


@every_schema
def test_a_blog_of_every_schema_gets_todays(old, dump, tmp_path):
    old.test_cli_runner().invoke(args=["init-db"])
    new = str(tmp_path / "new.sqlite")
    migrate(new)
    assert read_schema(old.config["DATABASE"]) == read_schema(new)


@every_schema
def test_a_blog_of_every_schema_is_read_and_written_on(old, dump):
    old.test_cli_runner().invoke(args=["init-db"])
    client = old.test_client()
    assert titles(client.get("/")) == ["With everything", "面包"]
    assert "Well said" in client.get("/1-with-everything").text
    assert "With everything" in client.get("/search?q=bread").text
    assert client.get("/feed.atom").status_code == 200
    alice = log_in(old, "alice")
    assert alice.post("/1/comment", data={"comment": "More"}).status_code == 302
    assert alice.post("/1/unlike").status_code == 302
    assert alice.post("/1/delete").status_code == 302
    assert titles(client.get("/")) == ["面包"]


@pytest.mark.parametrize("dump", [dump for dump in DUMPS if dump.stem < "0009"])
def test_all_posts_of_a_blog_are_indexed_anew_for_other_words(old, dump):
    migrate(old.config["DATABASE"])
    assert len(rows(old, "SELECT post_id FROM search_queue")) == 2


def write_blog(path):
    """A small blog that has a row in each table."""
    from ..test_images import upload

    app = create_app({"DATABASE": path, "TESTING": True, "PASSWORD_MIN_LENGTH": 8})

    with app.app_context():
        init_db()

    alice, bob = log_in(app, "alice"), log_in(app, "bob")
    image = upload(alice)
    show_oneself(alice, about="I *bake*.")
    alice.post(
        "/create",
        data={
            "title": "With everything",
            "body": f"Bread, *warm*.\n\n{image}",
            "tags": "bread, 面包",
        },
    )
    bob.post("/create", data={"title": "面包", "body": "好吃。", "tags": ""})
    bob.post("/2/update", data={"title": "面包", "body": "很好吃。", "tags": ""})
    form = fields_of(bob.get("/1/comment").text, "/1/comment?send")
    bob.post("/1/comment", data={**form, "comment": "Well said."})
    alice.post("/comment/1/reply", data={"comment": "Thank you."})
    bob.post("/1/like")
    bob.post("/auth/login", data={"username": "alice", "password": "wrong"})
    bob.get("/search?q=bread")
    # One that is still to be indexed.
    alice.post("/1/like")
    alice.post("/2/like")
    bin_something(alice)
    leave_something(alice)
    app.extensions["flaskr.db"].shutdown()

    # So that a login limit is in use whenever the blog is read.
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE rate_limit SET key = rowid, tat = 1e11")
        db.execute("INSERT INTO search_queue (post_id) VALUES (1)")
        # The posts were written one after the other.
        db.execute("UPDATE post SET created = '2026-11-0' || (3 - id) || ' 12:00:00'")


def write_dump():
    """Write a blog of today's schema, as SQL."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "flaskr.sqlite")
        write_blog(path)
        dump = subprocess.run(
            ["sqlite3", path, ".dump"],
            capture_output=True,
            check=True,
            text=True,
            timeout=LIMIT,
        ).stdout

    SCHEMAS.mkdir(exist_ok=True)
    # The shell leaves this out.
    dump += f"PRAGMA user_version = {LATEST};\n"
    (SCHEMAS / f"{LATEST:04}.sql").write_text(dump, "utf-8")


if __name__ == "__main__":
    sys.exit(write_dump())


def test_a_tutorial_database_can_show_images(instance, app, runner, alice):
    instance.joinpath("flaskr.sqlite").unlink()
    make_tutorial_database(app.config["DATABASE"])
    runner.invoke(args=["init-db"])
    eve = log_in(app, "eve")
    id = show_in_post(eve, upload(eve))
    assert "<img " in eve.get(f"/{id}-a-title").text
    assert len(rows(app, "SELECT * FROM image_use")) == 1


def test_a_tutorial_database_can_be_discussed(instance, app, runner):
    path = app.config["DATABASE"]
    instance.joinpath("flaskr.sqlite").unlink()
    make_tutorial_database(path)
    assert runner.invoke(args=["init-db"]).exit_code == 0
    eve = log_in(app, "eve")

    assert comment(eve, 2, "Still true.") == 1
    eve.post("/2/like")
    page = eve.get("/2-first").text
    assert "Still true." in page and "1 person likes this" in page
    # A post of nobody is not shown, and so not discussed.
    assert eve.post("/9/comment", data={"comment": "x"}).status_code == 404
    assert eve.post("/9/like").status_code == 404

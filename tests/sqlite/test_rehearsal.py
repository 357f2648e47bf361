"""``init-db`` tries an upgrade on a copy before the blog gets it."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import namedtuple
from contextlib import closing

import pytest

from flaskr.backup import files
from flaskr.sqlite import checkup
from flaskr.sqlite import copying
from flaskr.sqlite import index_check
from flaskr.sqlite import schema
from flaskr.sqlite import schema_check

from ..children import LIMIT
from ..conftest import make_tutorial_database
from .test_init_db import read_schema
from .test_migrations import every_schema

KILLS = 6


@pytest.fixture
def old(unready):
    """An app with the tutorial's database."""
    make_tutorial_database(unready.config["DATABASE"])
    return unready


def init(app, *options):
    return app.test_cli_runner().invoke(args=["init-db", *options])


def refuse(app, *options):
    """The sentence with which it is refused."""
    result = init(app, *options)
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit), result.exception
    return result.stderr


def list_folder(app):
    return sorted(os.listdir(os.path.dirname(app.config["DATABASE"])))


def break_migration(monkeypatch, tmp_path, sql, schema=schema):
    """Have the last migration of an engine be another one."""
    path = tmp_path / "9999-broken.sql"
    path.write_text(sql, "utf-8")
    migrations = {**schema.MIGRATIONS, schema.LATEST: path}
    monkeypatch.setattr(schema, "MIGRATIONS", migrations)

    # What a schema should be is kept, for the tests after this one, too.
    for kept in (copying.find_tables, schema_check.read_wanted):
        for module in (copying, schema_check, checkup, index_check):
            if hasattr(module, kept.__name__):
                monkeypatch.setattr(module, kept.__name__, kept.__wrapped__)


@every_schema
def test_a_dry_run_changes_nothing_and_says_what_it_takes(unready, dump):
    path = unready.config["DATABASE"]

    with closing(sqlite3.connect(path)) as db:
        db.executescript(dump.read_text("utf-8"))

    before, names = read_schema(path), list_folder(unready)
    result = init(unready, "--dry-run")
    assert result.exit_code == 0, result.output
    is_older = int(dump.stem) < schema.LATEST
    assert ("Nothing was changed." in result.output) == is_older
    assert ("on a copy, this took " in result.output) == is_older
    assert ("MB free" in result.output) == is_older
    assert read_schema(path) == before
    assert list_folder(unready) == names


def test_a_dry_run_without_a_database_makes_none(unready):
    result = init(unready, "--dry-run")
    assert "There is no database yet" in result.output
    assert not os.path.exists(unready.config["DATABASE"])


def test_a_migration_that_fails_leaves_the_old_blog(old, monkeypatch, tmp_path):
    before, names = read_schema(old.config["DATABASE"]), list_folder(old)
    break_migration(monkeypatch, tmp_path, "INSERT INTO no_table VALUES (1);")
    told = refuse(old)
    assert "no such table: no_table (in 9999-broken.sql)" in told
    assert "was not changed: rehearsing the upgrade on a copy failed" in told
    assert read_schema(old.config["DATABASE"]) == before
    assert list_folder(old) == names


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("DELETE FROM user WHERE id = 9;", "The table user has 3 rows of 4"),
        ("DROP TABLE post_tag;", "The blog answers 500 for /"),
        ("UPDATE post SET author_id = 99;", "rows that refer to missing rows"),
    ],
)
def test_a_blog_that_would_not_be_whole_stays_the_old_one(
    old, monkeypatch, tmp_path, sql, told
):
    with closing(sqlite3.connect(old.config["DATABASE"])) as db, db:
        db.execute("INSERT INTO user VALUES (9, 'wrote nothing', 'x')")

    before = read_schema(old.config["DATABASE"])
    break_migration(monkeypatch, tmp_path, sql)
    assert told in refuse(old)
    assert read_schema(old.config["DATABASE"]) == before


def test_a_full_disk_is_told_before_anything_is_written(old, monkeypatch):
    before = list_folder(old)
    usage = namedtuple("usage", "total used free")(10, 9, 1)
    monkeypatch.setattr(files.shutil, "disk_usage", lambda path: usage)
    told = refuse(old)
    assert "Make room" in told
    assert "was not changed" in told
    assert list_folder(old) == before


def test_a_name_that_is_taken_is_said_of_the_blog_and_not_of_the_copy(old):
    path = old.config["DATABASE"]

    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE tag (mine)")

    told = refuse(old, "--dry-run")
    assert "ALTER TABLE" in told
    assert path in told
    assert "copy.sqlite" not in told


def test_nothing_is_left_of_a_rehearsal(old):
    assert init(old).exit_code == 0
    assert not [name for name in list_folder(old) if name.startswith(".")]


def test_a_killed_upgrade_leaves_the_old_one_or_the_new_one(unready, databases):
    path = unready.config["DATABASE"]
    environ = {**os.environ, "FLASKR_DATABASE": path}
    command = [sys.executable, "-m", "flask", "--app", "flaskr", "init-db"]

    for _ in range(KILLS):
        for name in os.listdir(os.path.dirname(path)):
            if name.startswith(os.path.basename(path)):
                os.unlink(os.path.join(os.path.dirname(path), name))

        make_tutorial_database(path)
        old = read_schema(path)
        process = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE)
        time.sleep(random.uniform(0.3, 3))
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=LIMIT)
        after = read_schema(path)
        assert init(unready).exit_code == 0
        assert after in (old, read_schema(path))

        with closing(sqlite3.connect(path)) as db:
            assert db.execute("SELECT count(*) FROM post").fetchone() == (3,)

"""Backups of files: other pages, other schemas, and processes that are killed."""

import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from flaskr.sqlite import backups
from flaskr.sqlite.schema import LATEST

from ..children import LIMIT
from ..conftest import log_in
from ..conftest import make_tutorial_database
from ..conftest import rows
from ..conftest import write
from ..copies import open_blog
from ..test_backup import back_up_well
from ..test_backup import refuse as refuse_backup
from ..test_restore import refuse
from ..test_restore import restore
from ..test_restore import restore_well
from .test_migrations import every_schema
from .test_rehearsal import break_migration

# Processes that are killed at random moments.
KILLS = 6


def run(app, *args):
    """A process that runs a command."""
    environ = {**os.environ, "FLASKR_DATABASE": app.config["DATABASE"]}
    return subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "flaskr", *map(str, args)],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def read_titles(path):
    with closing(sqlite3.connect(path)) as db:
        return [title for (title,) in db.execute("SELECT title FROM post")]


def test_pages_of_another_size_are_restored(app, alice, folder):
    write(alice, "Old")
    back_up_well(app, folder / "blog.sqlite")

    with closing(sqlite3.connect(folder / "blog.sqlite")) as db:
        db.execute("PRAGMA page_size = 16384")
        db.execute("VACUUM")

    write(alice, "New")
    restore_well(app, folder / "blog.sqlite")
    assert read_titles(app.config["DATABASE"]) == ["Old"]


def test_the_file_stays_the_same(app, alice, folder):
    """Renaming another one over it lost what was acknowledged into it."""
    write(alice)
    back_up_well(app, folder / "blog.sqlite")
    before = os.stat(app.config["DATABASE"])
    restore_well(app, folder / "blog.sqlite")
    assert os.path.samestat(os.stat(app.config["DATABASE"]), before)


def test_the_log_of_a_running_blog_is_short_afterwards(app, alice, folder):
    """Otherwise all of the blog stays in it until somebody writes."""
    write(alice)
    back_up_well(app, folder / "blog.sqlite")
    reader = open_blog(app.config["DATABASE"]).test_client()
    assert reader.get("/").status_code == 200
    restore_well(app, folder / "blog.sqlite")
    assert os.path.getsize(app.config["DATABASE"] + "-wal") == 0
    assert reader.get("/").status_code == 200


def test_an_interruption_after_the_commit_takes_nothing_back(
    app, alice, folder, monkeypatch
):
    write(alice, "Old")
    back_up_well(app, folder / "blog.sqlite")
    write(alice, "New")

    def interrupt(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(backups, "checkpoint", interrupt)
    restore_well(app, folder / "blog.sqlite")
    assert read_titles(app.config["DATABASE"]) == ["Old"]


def test_a_backup_with_a_log_beside_it_has_what_is_in_the_log(app, alice, folder):
    write(alice, "In the log")
    path = app.config["DATABASE"]

    for ending in ("", "-wal"):
        shutil.copy(path + ending, f"{folder}/copied.sqlite{ending}")

    write(alice, "Later")
    restore_well(app, folder / "copied.sqlite")
    assert read_titles(path) == ["In the log"]


@every_schema
def test_backups_of_older_versions_are_restored(app, folder, dump):
    path = folder / "blog.sqlite"

    with closing(sqlite3.connect(path)) as db:
        db.executescript(dump.read_text("utf-8"))
        before = db.execute("SELECT count(*) FROM post").fetchone()

    result = restore(app, path, "--yes")
    told = result.stdout
    assert result.exit_code == 0, result.output
    assert "not part of Flaskr" not in result.stderr
    is_older = int(dump.stem) < LATEST
    assert ("It was from an older version, and was upgraded." in told) == is_older
    assert len(rows(app, "SELECT * FROM post")) == before[0]
    assert app.test_client().get("/").status_code == 200


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("UPDATE post SET author_id = 99;", "rows that refer to missing rows"),
        ("INSERT INTO no_table VALUES (1);", "no such table: no_table"),
    ],
)
def test_a_backup_that_cannot_be_upgraded_changes_nothing(
    app, alice, folder, tmp_path, monkeypatch, sql, told
):
    write(alice, "Mine")
    make_tutorial_database(folder / "blog.sqlite")
    break_migration(monkeypatch, tmp_path, sql)
    found = refuse(app, folder / "blog.sqlite")
    assert told in found
    assert "was not changed" in found
    assert read_titles(app.config["DATABASE"]) == ["Mine"]


@every_schema
def test_a_database_of_an_older_version_is_backed_up_as_it_is(unready, folder, dump):
    """Before it is brought up to date, say."""
    with closing(sqlite3.connect(unready.config["DATABASE"])) as db:
        db.executescript(dump.read_text("utf-8"))

    back_up_well(unready, folder / "blog.sqlite")

    with (
        closing(sqlite3.connect(unready.config["DATABASE"])) as db,
        closing(sqlite3.connect(folder / "blog.sqlite")) as copy,
    ):
        assert list(db.iterdump()) == list(copy.iterdump())
        version = copy.execute("PRAGMA user_version").fetchone()[0]
        assert version == int(dump.stem)


def test_a_broken_database_has_no_backup(app, alice, folder):
    for number in range(50):
        write(alice, f"Title {number}", "Text. " * 300)

    app.extensions["flaskr.db"].shutdown()

    with open(app.config["DATABASE"], "r+b") as file:
        file.seek(0, os.SEEK_END)
        file.seek(file.tell() // 2)
        file.write(b"\xff" * 50_000)

    told = refuse_backup(app, folder / "blog.sqlite")
    assert "There is no new backup." in told
    assert os.listdir(folder) == []


def test_a_blog_that_is_no_database_is_not_replaced(app, alice, folder):
    back_up_well(app, folder / "blog.sqlite")
    app.extensions["flaskr.db"].shutdown()
    Path(app.config["DATABASE"]).write_text("Text." * 1000)
    assert "was not changed" in refuse(app, folder / "blog.sqlite")
    assert Path(app.config["DATABASE"]).read_text() == "Text." * 1000


def test_a_writer_that_never_ends_is_not_waited_for(
    app, alice, folder, databases, monkeypatch
):
    write(alice, "Old")
    back_up_well(app, folder / "blog.sqlite")
    write(alice, "New")
    monkeypatch.setattr(backups, "LOCK_WAIT", 0.2)

    with databases.lock_writers(app.config["DATABASE"]):
        told = refuse(app, folder / "blog.sqlite")

    assert "Other programs write to it for long" in told
    assert "was not changed" in told
    assert len(rows(app, "SELECT * FROM post")) == 2


def test_a_killed_backup_leaves_nothing_that_looks_like_one(app, alice, folder):
    for number in range(20):
        write(alice, f"Title {number}", "Text. " * 1000)

    for number in range(KILLS):
        process = run(app, "backup", folder / f"{number}.sqlite")
        time.sleep(random.uniform(0.2, 2.5))
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=LIMIT)

    for path in folder.glob("*.sqlite"):
        assert len(read_titles(path)) == 20


def test_a_killed_restore_leaves_the_old_one_or_the_new_one(app, alice, folder):
    for number in range(20):
        write(alice, f"Old {number}", "Text. " * 1000)

    back_up_well(app, folder / "blog.sqlite")
    for number in range(KILLS):
        title = f"New {number}"
        write(log_in(app, "alice"), title)
        before = len(rows(app, "SELECT * FROM post"))
        process = run(app, "restore", "--yes", folder / "blog.sqlite")
        time.sleep(random.uniform(1, 4))
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=LIMIT)
        titles = [row["title"] for row in rows(app, "SELECT title FROM post")]
        assert len(titles) in (20, before)
        assert (title in titles) == (len(titles) == before)
        assert app.test_client().get("/").status_code == 200

        with closing(sqlite3.connect(app.config["DATABASE"])) as db:
            assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_other_processes_read_while_it_is_restored(app, alice, folder, monkeypatch):
    write(alice, "Old")
    back_up_well(app, folder / "blog.sqlite")
    write(alice, "New")
    reader = open_blog(app.config["DATABASE"]).test_client()
    seen = []
    copy_pages = backups.copy_pages

    def look(*args):
        seen.append("New" in reader.get("/").text)
        copy_pages(*args)

    monkeypatch.setattr(backups, "copy_pages", look)
    restore_well(app, folder / "blog.sqlite")
    # While the backup was read, and while what was there was kept.
    assert seen == [True, True]
    assert "New" not in reader.get("/").text


def test_a_terminal_is_told_how_far_it_is(app, alice, folder, monkeypatch):
    write(alice)
    back_up_well(app, folder / "blog.sqlite")
    monkeypatch.setattr("flaskr.copy_db.progress.has_terminal", lambda: True)
    monkeypatch.setattr("flaskr.copy_db.progress.INTERVAL", -1)
    monkeypatch.setattr(backups, "STEP", 10)
    result = restore(app, folder / "blog.sqlite", "--yes")
    assert re.search("Reading the backup: [1-9]%", result.stderr)
    assert re.search("Restoring: [1-9][0-9]%", result.stderr)


def test_a_backup_of_tables_without_rows_of_ours_is_none(app, folder):
    with closing(sqlite3.connect(folder / "blog.sqlite")) as db:
        db.execute("PRAGMA user_version = 1")

    assert "There is no database yet." in refuse(app, folder / "blog.sqlite")


def link_to(path, kind, folder):
    """Another name of a file."""
    other = folder / "other.sqlite"

    if kind == "hard link":
        os.link(path, other)
    elif kind == "relative path":
        return Path(os.path.relpath(path))
    else:
        other.symlink_to(path)

    return other


@pytest.mark.parametrize("ending", ["", "-wal", "-shm", "-journal"])
@pytest.mark.parametrize("kind", ["symbolic link", "hard link", "relative path"])
def test_the_blog_itself_is_no_backup_of_it(app, alice, folder, kind, ending):
    """It would be said that nothing is lost, and everybody would be logged out."""
    write(alice)
    path = Path(app.config["DATABASE"] + ending)
    path.touch()
    told = refuse(app, link_to(path, kind, folder))
    assert "the database of the blog itself, or a log of it, and no backup" in told
    assert "was not changed" in told
    assert alice.get("/account/").status_code == 200


def test_a_blog_that_is_reached_by_a_link_is_no_backup_of_it(app, folder):
    path = app.config["DATABASE"]
    (folder / "blog.sqlite").symlink_to(path)
    other = open_blog(folder / "blog.sqlite")
    assert "the database of the blog itself" in refuse(other, path)
    assert "the database of the blog itself" in refuse(other, f"{path}-wal")


@pytest.mark.parametrize("ending", ["-wal", "-shm", "-journal"])
@pytest.mark.parametrize(
    "args", [["backup"], ["backup", "--once"], ["export"], ["freeze", "--url=http://a"]]
)
def test_nothing_is_written_where_the_log_would_be(app, args, ending):
    """SQLite removed a backup of that name, and no folder of it let the blog open."""
    path = Path(app.config["DATABASE"] + ending)
    path.unlink(missing_ok=True)
    result = app.test_cli_runner().invoke(args=[*args, str(path)])
    assert result.exit_code == 1, result.output
    assert "is a name that the database of the blog needs" in result.stderr
    assert not path.exists()


@pytest.mark.parametrize("created", ["", 0, -1, b"\xff", "yesterday"])
def test_a_time_that_makes_no_sense_is_not_said(app, alice, folder, created):
    back_up_well(app, folder / "blog.sqlite")
    write(alice)

    with closing(sqlite3.connect(app.config["DATABASE"])) as db, db:
        db.execute("UPDATE post SET created = ?", (created,))

    assert "has not: 1 post.\n" in restore_well(app, folder / "blog.sqlite")

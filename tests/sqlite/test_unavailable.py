"""A file that can't be used: a page that says why, and what was typed."""

import glob
import logging
import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from flaskr import create_app
from flaskr.data import posts
from flaskr.db import init_db
from flaskr.sqlite import files
from flaskr.sqlite import schema

from ..children import LIMIT
from ..conftest import failing
from ..conftest import log_in
from ..conftest import make_tutorial_database
from ..conftest import rows
from ..conftest import write
from ..test_errors import is_our_page


@pytest.mark.parametrize(
    "code",
    [
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR_FSYNC,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CORRUPT,
    ],
)
def test_a_disk_that_fails_is_a_503_with_the_text(installed, monkeypatch, code, caplog):
    alice = log_in(installed, "alice")
    monkeypatch.setattr(posts, "create", failing(code))
    response = alice.post("/create", data={"title": "T", "body": "hours of work"})

    assert is_our_page(response, 503)
    assert response.headers["Retry-After"]
    assert "hours of work" in response.text
    assert f"the disk ({installed.config['DATABASE']})" in caplog.text
    assert installed.config["DATABASE"] not in response.text


def test_a_database_that_may_not_be_written_is_named(installed, monkeypatch, caplog):
    path = installed.config["DATABASE"]
    alice = log_in(installed, "alice")
    monkeypatch.setattr(posts, "create", failing(sqlite3.SQLITE_READONLY))
    monkeypatch.setattr("os.access", lambda place, mode: place != path)
    response = alice.post("/create", data={"title": "T", "body": "hours of work"})
    assert response.status_code == 503
    assert f"This user can't write to {path}. Run this as" in caplog.text


def path(app):
    return app.config["DATABASE"]


def none(app):
    pass


def empty(app):
    open(path(app), "w").close()


def older(app):
    make_tutorial_database(path(app))


def newer(app):
    with app.app_context():
        init_db()

    db = sqlite3.connect(path(app))
    db.execute("PRAGMA user_version = 99")
    db.close()


def foreign(app):
    db = sqlite3.connect(path(app))
    db.execute("CREATE TABLE recipe (id)")
    db.close()


@pytest.mark.parametrize(
    ("make", "what", "command"),
    [
        (none, "There is no database yet.", "flask --app flaskr init-db"),
        (empty, "There is no database yet.", "flask --app flaskr init-db"),
        (older, "from an older version of Flaskr", "flask --app flaskr init-db"),
        (newer, "from a newer version of Flaskr", "pip install flaskr-"),
        (foreign, "another program", "Set DATABASE in config.py"),
    ],
)
@pytest.mark.parametrize("page", ["/", "/auth/login", "/create", "/1", "/nope"])
def test_a_database_that_is_not_ready_is_a_503_with_the_reason(
    unready, caplog, make, what, command, page
):
    make(unready)
    response = unready.test_client().get(page)

    assert is_our_page(response, 503)
    assert what in response.text
    assert command in response.text
    assert what in caplog.text
    assert command in caplog.text
    assert not [r for r in caplog.records if r.levelno >= logging.ERROR]


def test_a_path_of_the_database_that_leads_nowhere_is_a_503(instance, tmp_path):
    (tmp_path / "file").touch()
    app = create_app({"TESTING": True, "DATABASE": tmp_path / "file" / "f.sqlite"})
    response = app.test_client().get("/")

    assert is_our_page(response, 503)
    assert "There is no database yet." in response.text


def test_a_folder_in_place_of_the_database_is_named(instance, tmp_path, caplog):
    app = create_app({"TESTING": True, "DATABASE": tmp_path})
    result = app.test_cli_runner().invoke(args=["init-db"])
    assert result.exit_code == 1
    assert f"{tmp_path} is no file. Set DATABASE to a file in it" in result.output

    assert is_our_page(app.test_client().get("/"), 503)
    assert f"{tmp_path} is no file." in caplog.text


def test_a_file_that_is_no_database_is_a_503(unready, caplog):
    with open(path(unready), "w") as file:
        file.write("My diary. " * 1000)

    assert is_our_page(unready.test_client().get("/"), 503)
    assert "file is not a database" in caplog.text


def test_a_database_that_becomes_ready_is_served_without_a_restart(unready):
    client = unready.test_client()

    for make in (none, empty, older):
        make(unready)
        assert client.get("/").status_code == 503

    with unready.app_context():
        init_db()

    assert client.get("/").status_code == 200


def test_a_database_that_is_moved_away_and_back_is_served_again(app, alice):
    write(alice)
    os.rename(path(app), path(app) + ".away")
    assert alice.get("/").status_code == 503

    os.rename(path(app) + ".away", path(app))
    assert "A title" in alice.get("/").text


def test_a_database_that_is_replaced_is_served_without_the_old_log(
    app, alice, tmp_path
):
    other = create_app({"TESTING": True, "DATABASE": str(tmp_path / "other")})

    with other.app_context():
        init_db()

    write(log_in(other, "bob"), "of the new one")
    other.extensions["flaskr.db"].shutdown()
    # At once, before the log is moved into the database.
    write(alice, "of the old one")
    os.rename(tmp_path / "other", path(app))

    # Its log, with the old posts, was still beside it.
    assert os.path.getsize(path(app) + "-wal")
    assert "of the new one" in app.test_client().get("/").text
    write(log_in(app, "bob"), "and one more")
    assert len(rows(app, "SELECT id FROM post")) == 2
    assert rows(app, "PRAGMA integrity_check") == [{"integrity_check": "ok"}]
    (copy,) = glob.glob(path(app) + ".rescued-*")

    with closing(sqlite3.connect(copy)) as db:
        assert db.execute("SELECT title FROM post").fetchall() == [("of the old one",)]


def test_the_log_of_another_process_is_not_set_aside(app, alice, tmp_path):
    other = str(tmp_path / "other")
    schema.migrate(other)
    os.rename(other, path(app))
    # As another process does that was asked for a page first.
    files.quarantine_wal(path(app))
    write_elsewhere = (
        "import sys; from flaskr.sqlite.connection import open_file; import os;"
        "db = open_file(sys.argv[1], 'rw');"
        "db.execute(\"INSERT INTO user (username, password) VALUES ('eve', 'x')\");"
        "os._exit(0)"
    )
    command = [sys.executable, "-c", write_elsewhere, path(app)]
    subprocess.run(command, check=True, timeout=LIMIT)

    assert app.test_client().get("/").status_code == 200
    assert rows(app, "SELECT username FROM user") == [{"username": "eve"}]

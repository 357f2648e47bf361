"""Continuous backups of files: processes that are killed, and what is not copied."""

import os
import random
import signal
import sqlite3
import threading
import time
from contextlib import closing
from types import SimpleNamespace

import pytest

from flaskr.backup import rounds
from flaskr.backup.folder import hold_folder
from flaskr.backup.rounds import Rounds
from flaskr.copy_db import updating
from flaskr.copy_db.updating import Differs
from flaskr.data import posts
from flaskr.db import transaction
from flaskr.sqlite import backups
from flaskr.sqlite import changes

from ..children import IS_LONG
from ..children import LIMIT
from ..conftest import rows
from ..conftest import wait_until
from ..conftest import write
from ..copies import open_blog
from ..states import find_chunks
from ..states import list_chunks
from ..states import list_moments
from ..states import read_state
from ..states import take_well
from .test_backups import run

# Processes that are killed at random moments.
KILLS = 20 if IS_LONG else 4


def test_processes_that_are_killed_leave_states_that_are_whole(
    app, alice, folder, tmp_path
):
    """Each has all that was acknowledged before its time."""
    states = folder / "states"
    write(alice)
    [author] = rows(app, 'SELECT id FROM "user"')
    stop, acknowledged = threading.Event(), []
    other = open_blog(app.config["DATABASE"])

    def write_on():
        with other.app_context():
            for number in range(10_000):
                if stop.wait(0.05):
                    return

                title = f"Post {number}"

                with transaction():
                    posts.create(author["id"], title, f"{number} " * 900, [])

                acknowledged.append((time.time(), title))

    writer = threading.Thread(target=write_on)
    writer.start()

    try:
        for _ in range(KILLS):
            process = run(app, "backup", "--every", "1", states)
            time.sleep(random.uniform(1, 5))
            process.send_signal(signal.SIGKILL)
            process.communicate(timeout=LIMIT)
    finally:
        stop.set()
        writer.join(LIMIT)

    # What the last one left does not keep the next one from its work.
    take_well(app, states)
    moments = list_moments(states)

    for moment in moments:
        found = read_state(states, moment, tmp_path / "x")
        before = {title for at, title in acknowledged if at < moment.timestamp()}
        assert before <= found

    assert {title for _at, title in acknowledged} <= found
    listed = {path for moment in moments for path in find_chunks(states, moment)}
    assert set(list_chunks(states)) == listed


def test_a_file_that_was_written_just_now_is_not_known_to_be_the_same(app, alice):
    path = app.config["DATABASE"]
    write(alice)
    assert changes.read_signature(path) is None


def test_each_commit_is_noticed(app, alice, monkeypatch):
    monkeypatch.setattr(changes, "SETTLED_AFTER", -LIMIT)
    path = app.config["DATABASE"]
    seen = [changes.read_signature(path)]

    for number in range(3):
        write(alice, f"Title {number}")
        seen.append(changes.read_signature(path))

    assert None not in seen
    assert len(set(seen)) == 4
    assert changes.read_signature(path) == seen[-1]


def test_reading_is_no_change(app, alice, monkeypatch):
    monkeypatch.setattr(changes, "SETTLED_AFTER", -LIMIT)
    write(alice)

    def reads_only():
        before = changes.read_signature(app.config["DATABASE"])
        app.test_client().get("/")
        return changes.read_signature(app.config["DATABASE"]) == before

    # Once the blog has done what it does after a write.
    wait_until(reads_only)


def test_a_database_in_a_rollback_journal_is_copied(app, alice, folder, tmp_path):
    write(alice, "Old")
    app.extensions["flaskr.db"].shutdown()

    with closing(sqlite3.connect(app.config["DATABASE"])) as db:
        db.execute("PRAGMA journal_mode = DELETE")

    take_well(app, folder)
    [moment] = list_moments(folder)
    assert read_state(folder, moment, tmp_path / "x") == {"Old"}


def test_a_state_is_one_file_without_a_log(app, alice, folder, tmp_path):
    write(alice)
    take_well(app, folder)
    [moment] = list_moments(folder)
    read_state(folder, moment, tmp_path / "x")
    assert (tmp_path / "x").read_bytes()[18:20] == b"\x01\x01"
    assert not os.path.exists(tmp_path / "x-wal")


@pytest.fixture
def as_server(app, monkeypatch):
    """Have rounds take the database for a server's, whose pages are made anew."""
    monkeypatch.setattr(rounds, "FILE", SimpleNamespace(backups=backups))


def test_an_older_copy_is_brought_up_to_date(
    app, alice, folder, tmp_path, monkeypatch, as_server
):
    with app.app_context(), hold_folder(folder) as held:
        found = Rounds(held)
        write(alice, "First")
        assert found.take()
        write(alice, "Second")
        alice.post("/1/update", data={"title": "Changed", "body": "Text."})

        with transaction() as db:
            db.execute("DELETE FROM session")

        monkeypatch.setattr(rounds, "write_copy", None)
        found.prove_at = 0
        state = found.take()
        assert found.take() is None

    assert read_state(folder, state.moment, tmp_path / "x") == {"Changed", "Second"}


def test_an_older_copy_that_cannot_be_brought_up_to_date_is_made_anew(
    app, alice, folder, tmp_path, monkeypatch, as_server
):
    def differ(copy):
        raise Differs

    monkeypatch.setattr(rounds, "update_copy", differ)

    with app.app_context(), hold_folder(folder) as held:
        found = Rounds(held)
        write(alice, "First")
        assert found.take()
        write(alice, "Second")
        found.prove_at = 0
        state = found.take()

    assert read_state(folder, state.moment, tmp_path / "x") == {"First", "Second"}


def test_a_copy_that_is_not_what_it_should_be_is_found(
    app, alice, folder, monkeypatch, as_server
):
    made = []
    write_copy = rounds.write_copy
    monkeypatch.setattr(updating, "find_difference", lambda *args: "post")
    monkeypatch.setattr(
        rounds, "write_copy", lambda copy: made.append(copy) or write_copy(copy)
    )

    with app.app_context(), hold_folder(folder) as held:
        found = Rounds(held)
        assert found.take()
        write(alice)
        found.prove_at = 0
        assert found.take()

    assert len(made) == 2

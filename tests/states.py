"""What tests of ``backup --every`` have in common: a clock, and what states have."""

import sqlite3
from contextlib import closing
from datetime import datetime
from datetime import timedelta
from datetime import UTC

from flaskr.backup.folder import make_folder

BEGIN = datetime(2026, 11, 27, 13, 0, tzinfo=UTC)


class Clock:
    """The time of states, which only passes when it is told to."""

    def __init__(self, monkeypatch):
        self.now = BEGIN

        for module in ("rounds", "choosing"):
            monkeypatch.setattr(f"flaskr.backup.{module}.find_now", lambda: self.now)

    def pass_by(self, **time):
        self.now += timedelta(**time)


def take(app, path, *options):
    """What the command says, once."""
    return app.test_cli_runner().invoke(args=["backup", "--once", *options, str(path)])


def take_well(app, path, *options):
    result = take(app, path, *options)
    assert result.exit_code == 0, result.output
    return result.output


def refuse(app, path, *options):
    """The sentence with which it is refused."""
    result = take(app, path, *options)
    assert result.exit_code in (1, 2), result.output
    assert isinstance(result.exception, SystemExit), result.exception
    assert not result.stdout
    return result.stderr


def list_moments(path):
    return make_folder(path).states.list_moments()


def list_chunks(path):
    return sorted((path / "chunks").glob("??/*"))


def find_chunks(path, moment):
    """The chunks that a state has."""
    found = make_folder(path)
    return [found.chunks.find_path(d) for d in found.states.read(moment).digests]


def read_state(path, moment, scratch):
    """The titles of posts in a state, which is in order."""
    found = make_folder(path)
    scratch.unlink(missing_ok=True)
    found.chunks.put_together(found.states.read(moment).digests, scratch)

    with closing(sqlite3.connect(scratch)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return {title for (title,) in db.execute("SELECT title FROM post")}


def damage(path):
    """Have a file have other bytes."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)

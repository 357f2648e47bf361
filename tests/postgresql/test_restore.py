"""Restores of a server's database, each of which is one transaction."""

import os

from flaskr.copy_db import copying

from ..conftest import titles
from ..conftest import write
from ..copies import read_all
from ..test_backup import back_up_well
from ..test_restore import refuse
from ..test_restore import restore_well


def test_rows_that_differ_change_nothing(app, alice, tmp_path, monkeypatch):
    write(alice, "Old")
    back_up_well(app, tmp_path / "blog.sqlite")
    write(alice, "New")
    before = read_all(app)
    # First, what was there is kept.
    found = iter([None, "post"])
    monkeypatch.setattr(copying, "find_difference", lambda *args: next(found))
    told = refuse(app, tmp_path / "blog.sqlite")
    assert "post in" in told
    assert "Nothing was changed." in told
    assert read_all(app) == before


def test_what_fails_after_the_commit_says_that_it_was_restored(
    app, alice, tmp_path, monkeypatch
):
    write(alice, "Old")
    back_up_well(app, tmp_path / "blog.sqlite")
    write(alice, "New")

    def interrupt():
        raise KeyboardInterrupt

    monkeypatch.setattr("flaskr.db.run_hooks", interrupt)
    told = refuse(app, tmp_path / "blog.sqlite")
    assert "was restored" in told and "init-db" in told
    assert "not changed" not in told
    assert titles(app.test_client().get("/")) == ["Old"]


def test_what_was_there_is_kept_in_the_instance_folder(app, alice, tmp_path):
    write(alice)
    back_up_well(app, tmp_path / "blog.sqlite")
    restore_well(app, tmp_path / "blog.sqlite")
    assert any("before-restore" in name for name in os.listdir(app.instance_path))

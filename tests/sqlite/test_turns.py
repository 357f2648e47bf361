"""Turns of processes at what takes minutes."""

import fcntl
import os
from pathlib import Path

import pytest

from flaskr.sqlite import turns
from flaskr.writers import TurnTaken


def test_a_turn_is_held_by_one_and_leaves_no_file(tmp_path):
    path = str(tmp_path / "blog.sqlite")

    with turns.hold_turn(path, "import", 0):
        with pytest.raises(TurnTaken), turns.hold_turn(path, "import", 0):
            pass

        with turns.hold_turn(path, "other", 0):
            pass

    assert list(tmp_path.iterdir()) == []


def test_a_turn_ends_though_somebody_removed_its_file(tmp_path):
    with turns.hold_turn(str(tmp_path / "blog.sqlite"), "import", 0):
        Path(tmp_path, "blog.sqlite-import.lock").unlink()


def test_a_turn_that_was_killed_is_held_by_the_next(tmp_path):
    Path(tmp_path, "blog.sqlite-import.lock").touch(0o444)

    with turns.hold_turn(str(tmp_path / "blog.sqlite"), "import", 0):
        pass


@pytest.mark.parametrize("is_replaced", [False, True])
def test_a_turn_is_not_held_by_a_file_without_its_name(
    tmp_path, monkeypatch, is_replaced
):
    flock = fcntl.flock
    file = tmp_path / "blog.sqlite-import.lock"

    def end_meanwhile(descriptor, how):
        monkeypatch.setattr(fcntl, "flock", flock)
        # Who had it ended between the opening of the file and this.
        os.unlink(file)

        if is_replaced:
            file.touch()

        flock(descriptor, how)

    monkeypatch.setattr(fcntl, "flock", end_meanwhile)

    with turns.hold_turn(str(tmp_path / "blog.sqlite"), "import", 1):
        with (
            pytest.raises(TurnTaken),
            turns.hold_turn(str(tmp_path / "blog.sqlite"), "import", 0),
        ):
            pass

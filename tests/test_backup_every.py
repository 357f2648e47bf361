"""``flask --app flaskr backup --every``: what the blog was, minute by minute."""

import errno
import json
import os
import shutil
import signal
import sqlite3
import stat
import sys
import time
from collections import namedtuple
from contextlib import closing
from contextlib import nullcontext
from datetime import timedelta

import pytest

from flaskr.backup import apart
from flaskr.backup import chunks
from flaskr.backup import continuing
from flaskr.backup import files
from flaskr.backup import folder as folder_module
from flaskr.backup import rounds
from flaskr.backup import states as states_module
from flaskr.backup.folder import hold_folder
from flaskr.backup.folder import make_folder
from flaskr.backup.folder import MARKER
from flaskr.backup.proving import FILE
from flaskr.backup.proving import NotProven
from flaskr.backup.rounds import Rounds
from flaskr.backup.states import sign
from flaskr.backup.thinning import choose_removed
from flaskr.db import transaction
from flaskr.errors import DatabaseUnavailable

from .children import child
from .children import end
from .children import LIMIT
from .children import read_line
from .conftest import write
from .copies import open_blog
from .states import BEGIN
from .states import Clock
from .states import damage
from .states import find_chunks
from .states import list_chunks
from .states import list_moments
from .states import read_state
from .states import refuse
from .states import take
from .states import take_well


@pytest.fixture
def now(monkeypatch):
    return Clock(monkeypatch)


@pytest.fixture
def states(folder):
    return folder / "states of a blog"


def test_each_state_has_what_the_blog_had_then(app, alice, states, tmp_path, now):
    write(alice, "First")
    assert not take_well(app, states)
    write(alice, "Second")
    now.pass_by(minutes=1)
    take_well(app, states)
    first, second = list_moments(states)
    assert (first, second) == (BEGIN, BEGIN + timedelta(minutes=1))
    assert read_state(states, first, tmp_path / "x") == {"First"}
    assert read_state(states, second, tmp_path / "x") == {"First", "Second"}


def test_each_state_is_told_if_that_is_wanted(app, alice, states, now):
    told = take_well(app, states, "-v")
    assert told.startswith("2026-11-27 13:00:00+00:00: ")
    assert "put together again and proven. There is one state." in told
    write(alice)
    now.pass_by(minutes=1)
    assert "There are 2 states." in take_well(app, states, "-v")


def test_nothing_is_written_if_nothing_has_changed(app, alice, states, now):
    write(alice)
    take_well(app, states)
    before = {path: path.stat() for path in list_chunks(states)}
    now.pass_by(minutes=1)
    take_well(app, states)
    assert len(list_moments(states)) == 1
    assert {path: path.stat() for path in list_chunks(states)} == before


def test_states_share_what_did_not_change(app, alice, states, now, monkeypatch):
    # Of many, few are in memory at a time.
    monkeypatch.setattr(rounds, "HELD", 10)

    with app.app_context(), transaction() as db:
        for number in range(60):
            db.execute(
                "INSERT INTO post (author_id, title, body)"
                ' SELECT min(id), ?, ? FROM "user"',
                (f"Title {number}", os.urandom(4000).hex()),
            )

    take_well(app, states)
    first = list_chunks(states)
    write(alice, "Another")
    now.pass_by(minutes=1)
    take_well(app, states)
    both = list_chunks(states)
    assert set(first) < set(both)
    assert len(both) - len(first) < len(first) / 2


def test_only_its_owner_reads_it(app, alice, states):
    take_well(app, states)
    found = [states, *states.rglob("*")]
    modes = {stat.S_IMODE(path.stat().st_mode) for path in found if path.is_dir()}
    assert modes == {0o700}
    modes = {stat.S_IMODE(path.stat().st_mode) for path in found if path.is_file()}
    assert modes == {0o600}
    names = {path.name for path in states.iterdir()}
    assert names == {MARKER, "lock", "chunks", "states"}


def test_a_folder_with_other_files_is_refused(app, folder):
    (folder / "mine").write_text("Text.")
    assert "has other files in it, and was not changed" in refuse(app, folder)
    assert os.listdir(folder) == ["mine"]


def test_an_empty_folder_is_taken(app, folder):
    take_well(app, folder)
    assert len(list_moments(folder)) == 1


def test_a_file_is_no_folder(app, folder):
    (folder / "file").write_text("")
    assert "is no folder" in refuse(app, folder / "file")
    assert "There is no folder" in refuse(app, folder / "none" / "states")


@pytest.mark.parametrize("content", ['{"format": 2}', "[]", "", "{}", "[" * 500])
def test_a_folder_of_a_newer_version_is_refused(app, states, content):
    take_well(app, states)
    (states / MARKER).write_text(content)
    assert "of a newer version" in refuse(app, states)


def test_a_folder_of_another_blog_is_refused(app, alice, states, databases, now):
    take_well(app, states)
    other = open_blog(databases.make())

    with other.app_context(), transaction() as db:
        db.execute("DELETE FROM blog")
        db.execute(
            "INSERT INTO blog (uuid, changed) VALUES"
            " ('6d2a9a4e-6d5c-4c55-a9a1-5b8dca6f7a51', '2026-01-01 00:00:00')"
        )

    now.pass_by(minutes=1)
    assert "has states of another blog" in refuse(other, states)
    assert len(list_moments(states)) == 1
    result = app_runs(other, states)
    assert result.exit_code == 1
    assert "Choose another folder" in result.stderr


def test_one_process_writes_to_a_folder(app, states):
    with app.app_context(), hold_folder(states):
        assert "Another process writes to" in refuse(app, states)

    take_well(app, states)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--once", "--every", "60", "x"], "choose one"),
        (["--once", "--keep", "2", "x"], "--keep is for files"),
        (["--every", "60", "-"], "name one"),
        (["--every", "0", "x"], "--every"),
        (["-v", "x"], "leave it out"),
    ],
)
def test_options_that_make_no_sense_are_told(app, options, told):
    result = app.test_cli_runner().invoke(args=["backup", *options])
    assert result.exit_code == 2
    assert told in result.stderr


# Damage


def test_a_damaged_chunk_is_written_anew(app, alice, states, tmp_path, now):
    write(alice, "First")
    take_well(app, states)
    write(alice, "Second")
    shared = find_chunks(states, BEGIN)[-1]
    damage(shared)
    now.pass_by(minutes=1)
    result = take(app, states)
    assert result.exit_code == 0
    assert f"{shared} is damaged or missing, and written anew." in result.stderr
    first, second = list_moments(states)
    assert read_state(states, first, tmp_path / "x") == {"First"}
    assert read_state(states, second, tmp_path / "x") == {"First", "Second"}


@pytest.mark.parametrize("content", [b"", b"x"])
def test_a_chunk_of_another_length_is_written_anew(
    app, alice, states, tmp_path, content
):
    write(alice, "First")

    with app.app_context(), hold_folder(states) as held:
        found = Rounds(held)
        first = found.take()
        write(alice, "Second")
        path = held.chunks.find_path(first.digests[-1])
        path.write_bytes(content)
        # It is found without a proof.
        found.prove_at += LIMIT
        second = found.take()

    assert not second.is_proven
    assert read_state(states, second.moment, tmp_path / "x") == {"First", "Second"}
    assert read_state(states, first.moment, tmp_path / "x") == {"First"}


def test_a_missing_chunk_is_written_anew_though_nothing_changed(
    app, alice, states, tmp_path, now
):
    write(alice, "First")
    take_well(app, states)
    path = list_chunks(states)[0]
    path.unlink()
    now.pass_by(minutes=1)
    take_well(app, states)
    assert path.exists()
    assert len(list_moments(states)) == 1
    assert read_state(states, BEGIN, tmp_path / "x") == {"First"}


def test_a_disk_that_keeps_something_else_is_told(app, alice, states, monkeypatch):
    def write_less(self, digest, stored):
        written(self, digest, stored[:-1])

    written = chunks.Chunks.write
    monkeypatch.setattr(chunks.Chunks, "write", write_less)
    told = refuse(app, states)
    assert "damaged or missing, though just written. There is no new state." in told
    assert not list_moments(states)
    assert not list_chunks(states)


def test_a_damaged_list_is_told_and_in_nobodys_way(app, alice, states, tmp_path, now):
    take_well(app, states)
    [path] = (states / "states").iterdir()
    before = list_chunks(states)
    damage(path)
    write(alice, "New")
    now.pass_by(minutes=1)
    result = take(app, states)
    assert result.exit_code == 0
    assert f"{path} is damaged, missing, or of a newer version" in result.stderr
    assert read_state(states, list_moments(states)[-1], tmp_path / "x") == {"New"}
    # It may be in order, and the disk not.
    assert set(before) <= set(list_chunks(states))
    now.pass_by(days=40)
    write(alice, "Newer")
    take_well(app, states)
    now.pass_by(days=1)
    write(alice, "Newest")
    take_well(app, states)
    assert not path.exists()
    assert len(list_moments(states)) == 2
    listed = {p for m in list_moments(states) for p in find_chunks(states, m)}
    assert set(list_chunks(states)) == listed


def test_what_a_killed_process_left_is_removed(app, alice, states):
    take_well(app, states)
    before = list_chunks(states)
    others = [
        states / "chunks" / "ab" / f"{'ab' * 32}.zst",
        states / "chunks" / "ab" / f"{'ab' * 32}.partial",
        states / "chunks" / "cd" / f"{'ab' * 32}.zst",
        states / "chunks" / "ab" / "no digest.zst",
    ]

    for path in others:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")

    take_well(app, states)
    assert list_chunks(states) == before


def test_what_a_killed_process_wrote_in_part_is_written_again(app, alice, states):
    with app.app_context(), hold_folder(states) as held:
        content = b"x" * 100
        digest = chunks.find_digest(content)
        path = held.chunks.find_path(digest)
        path.parent.mkdir()
        path.with_suffix(".partial").write_bytes(b"y")
        held.chunks.add_all({digest: chunks.compress(content)})
        assert held.chunks.read(digest) == content
        assert os.listdir(path.parent) == [path.name]


# What can't be done


def test_a_state_that_is_not_proven_is_none(app, alice, states, monkeypatch):
    def refuse_copy(*args):
        raise NotProven("The blog answers 500 for /")

    monkeypatch.setattr(rounds, "prove", refuse_copy)
    told = refuse(app, states)
    assert "The blog answers 500 for /. There is no new state." in told
    assert not list_moments(states)
    assert not list_chunks(states)


def test_a_proof_that_is_killed_is_none(app, states, monkeypatch):
    def die(*args):
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(rounds, "prove", die)
    assert "ended with 9. There is no new state." in refuse(app, states)
    assert not list_moments(states)


def test_a_proof_ends_with_who_waits_for_it(monkeypatch):
    """It would go on with a folder that is gone."""

    def interrupt(*args, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(apart, "open", interrupt, raising=False)

    with pytest.raises(KeyboardInterrupt):
        apart.call_apart(lambda: time.sleep(LIMIT))

    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


@pytest.mark.parametrize(
    ("error", "said"),
    [(ValueError("It is broken."), "It is broken"), (ValueError(), "ValueError")],
)
def test_what_goes_wrong_in_another_process_is_told(error, said, monkeypatch):
    """As the child runs it, which no measure of coverage outlives."""

    def fail():
        raise error

    def exit(status):
        raise SystemExit(status)

    monkeypatch.setattr(os, "_exit", exit)
    reader, writer = os.pipe()

    with pytest.raises(SystemExit) as ended:
        apart.end_with(fail, writer)

    assert ended.value.code == 1
    assert os.read(reader, 100).decode() == said

    with pytest.raises(SystemExit) as ended:
        apart.end_with(lambda: None, writer)

    assert ended.value.code == 0
    os.close(reader)
    os.close(writer)


def test_without_a_database_it_is_told_how_to_make_one(unready, states):
    told = refuse(unready, states)
    assert "There is no database yet." in told
    assert "flask --app flaskr init-db" in told
    assert not list_moments(states)


def test_a_full_disk_is_told(app, alice, states, monkeypatch):
    usage = namedtuple("usage", "total used free")(10, 9, 1)
    monkeypatch.setattr(files.shutil, "disk_usage", lambda path: usage)
    assert "Make room, or choose another folder. There is no new" in refuse(app, states)


def test_a_folder_that_cannot_be_read_is_told(app, states, monkeypatch):
    take_well(app, states)

    def fail(*args):
        raise OSError(5, "Input/output error", str(states))

    monkeypatch.setattr(rounds.Rounds, "load", fail)
    told = refuse(app, states)
    assert f"Input/output error ({states}). {states} was not changed." in told


# One after the other


class Sleep:
    """Has something happen between two rounds, and ends them after the last."""

    def __init__(self, *acts):
        self.acts = [*acts, self.stop]
        self.slept = []

    def stop(self):
        raise continuing.Stopped

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.acts.pop(0)()

    def monotonic(self):
        return time.monotonic()


def app_runs(app, path, *acts, options=(), monkeypatch=None):
    """What a command says that goes on until nothing more happens."""
    if monkeypatch:
        monkeypatch.setattr(continuing, "time", Sleep(*acts))

    runner = app.test_cli_runner()
    return runner.invoke(args=["backup", "--every", "60", *options, str(path)])


def test_rounds_go_on_until_they_are_ended(
    app, alice, states, now, tmp_path, monkeypatch
):
    def act():
        now.pass_by(minutes=1)
        write(alice, f"Title {now.now.minute}")

    result = app_runs(app, states, act, act, monkeypatch=monkeypatch)
    assert result.exit_code == 0, result.output
    told = "Ended. The newest state is of 2026-11-27 13:02:00+00:00.\n"
    assert result.output == told
    assert len(list_moments(states)) == 3
    last = list_moments(states)[-1]
    assert read_state(states, last, tmp_path / "x") == {"Title 1", "Title 2"}


def test_each_state_of_many_is_told_if_that_is_wanted(
    app, alice, states, now, monkeypatch
):
    def act():
        now.pass_by(minutes=1)
        write(alice)

    result = app_runs(app, states, act, options=["-v"], monkeypatch=monkeypatch)
    assert len(result.output.splitlines()) == 3


def test_a_round_that_fails_is_told_and_the_next_one_goes_on(
    app, alice, states, now, monkeypatch
):
    def break_it():
        patch.setattr(rounds, "write_copy", fail)
        patch.setattr(rounds, "update_copy", fail)
        write(alice)
        now.pass_by(minutes=1)

    def repair():
        patch.undo()
        now.pass_by(minutes=1)

    def fail(*args):
        raise DatabaseUnavailable("the server is gone")

    with pytest.MonkeyPatch.context() as patch:
        result = app_runs(app, states, break_it, repair, monkeypatch=monkeypatch)

    assert result.exit_code == 0
    assert result.stderr == (
        "Error: The database is not available: the server is gone. There is no new"
        " state.\n"
    )
    assert len(list_moments(states)) == 2


def move_away(path, elsewhere):
    path.rename(elsewhere)


def replace_by_nothing(path, elsewhere):
    """As a disk that is no longer mounted."""
    path.rename(elsewhere)
    path.mkdir()


def replace_by_a_copy(path, elsewhere):
    path.rename(elsewhere)
    shutil.copytree(elsewhere, path)


LOSSES = [move_away, replace_by_nothing, replace_by_a_copy]


def list_all(folder):
    return sorted(str(path) for path in folder.rglob("*"))


@pytest.mark.parametrize("lose", LOSSES)
def test_a_folder_that_is_elsewhere_is_told_and_gets_nothing(
    app, alice, states, now, monkeypatch, lose
):
    """Though nothing has changed: whoever counts on the states would not know."""
    before = []

    def lose_it():
        now.pass_by(minutes=1)
        lose(states, states.parent / "elsewhere")
        before.extend(list_all(states.parent))

    def write_more():
        now.pass_by(days=40)
        write(alice)

    result = app_runs(app, states, lose_it, write_more, monkeypatch=monkeypatch)
    told = f"Error: {states} is no longer the folder that this process has locked"
    assert result.exit_code == 0
    assert [line.startswith(told) for line in result.stderr.splitlines()] == [True] * 2
    ended = f"Ended. {states} is not the folder any more that has its states.\n"
    assert result.stdout == ended
    assert list_all(states.parent) == before


@pytest.mark.parametrize("lose", LOSSES)
def test_a_folder_that_is_lost_within_a_round_gets_no_state(
    app, alice, states, now, monkeypatch, lose
):
    """Chunks of this round may be those of another process there."""
    take_well(app, states)
    now.pass_by(minutes=1)
    write(alice)
    prove, before = rounds.Rounds.prove, []

    def prove_and_lose(*args):
        prove(*args)
        lose(states, states.parent / "elsewhere")
        before.extend(list_all(states.parent))

    monkeypatch.setattr(rounds.Rounds, "prove", prove_and_lose)
    assert "is no longer the folder" in refuse(app, states)
    after = set(list_all(states.parent))
    assert not any(".json" in path for path in after ^ set(before))
    assert not any("chunks" in path for path in after ^ set(before))


def test_a_folder_that_is_back_gets_what_was_written_meanwhile(
    app, alice, states, now, monkeypatch
):
    def lose_it():
        now.pass_by(minutes=1)
        move_away(states, states.parent / "elsewhere")
        write(alice)

    def bring_it_back():
        now.pass_by(minutes=1)
        (states.parent / "elsewhere").rename(states)

    result = app_runs(app, states, lose_it, bring_it_back, monkeypatch=monkeypatch)
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == "Ended. The newest state is of 2026-11-27 13:02:00+00:00.\n"
    assert len(list_moments(states)) == 2


def test_ended_before_the_first_state_it_says_so(app, states, monkeypatch):
    def stop(*args):
        raise continuing.Stopped

    monkeypatch.setattr(rounds, "write_copy", stop)
    result = app_runs(app, states)
    assert result.exit_code == 0
    assert result.stdout == "Ended. There is no state yet.\n"
    assert not list_chunks(states)
    monkeypatch.setattr(continuing, "load", stop)
    assert "There is no state yet." in app_runs(app, states).stdout


def test_a_round_takes_a_small_part_of_the_time(app, states, monkeypatch):
    slept = Sleep()
    monkeypatch.setattr(continuing, "time", slept)

    def take_long(self):
        self.seconds = 10.0

    monkeypatch.setattr(rounds.Rounds, "take", take_long)
    app_runs(app, states)
    assert slept.slept == [250.0]


def test_a_proof_that_takes_long_comes_after_a_while(app, alice, states, now):
    with app.app_context(), hold_folder(states) as held:
        found = Rounds(held)
        assert found.take().is_proven
        assert found.prove_at > time.monotonic()
        found.prove_at += LIMIT
        write(alice)
        now.pass_by(minutes=1)
        unproven = found.take()
        assert not unproven.is_proven
        assert "read again" in continuing.describe(unproven, found)
        now.pass_by(minutes=1)
        assert found.take() is None
        found.prove_at = 0
        # Nothing has changed, but now it is known to be a backup.
        assert found.take().is_proven
        found.prove_at = 0
        now.pass_by(minutes=1)
        assert found.take() is None
        assert len(found.found) == 3


def test_an_idle_blog_is_not_copied(app, alice, states, monkeypatch):
    signature = [1]
    monkeypatch.setattr(
        app.extensions["flaskr.engine"].changes,
        "read_signature",
        lambda address: signature[0],
    )
    copied = []
    write_copy = rounds.write_copy

    def watch(*args):
        copied.append(args)
        return write_copy(*args)

    monkeypatch.setattr(rounds, "write_copy", watch)

    with app.app_context(), hold_folder(states) as held:
        found = Rounds(held)
        assert found.take()
        assert found.take() is None
        assert len(copied) == 1
        # The disk may have lost something after an hour.
        list_chunks(states)[0].unlink()
        found.look_at = 0
        found.newest = None
        assert found.take()
        assert len(copied) == 2
        assert found.folder.chunks.find_damaged(found.newest.digests) == {}


def test_a_signal_ends_it_in_order(app, alice, states, databases):
    write(alice)
    environ = {**os.environ, "FLASKR_DATABASE": app.config["DATABASE"]}
    command = [sys.executable, "-u", "-m", "flask", "--app", "flaskr", "backup", "-v"]
    command += ["--every", "1", str(states)]

    for how in (signal.SIGTERM, signal.SIGINT):
        with child(command, env=environ, stdout=-1, stderr=-2, text=True) as process:
            write(alice)
            read_line(process)
            end(process, how)
            assert process.returncode == 0
            assert "Ended. The newest state is of" in process.stdout.read()


def test_what_is_being_done_is_ended_by_a_signal(app, states, monkeypatch):
    def send(*args):
        os.kill(os.getpid(), signal.SIGTERM)
        return time.sleep(LIMIT)

    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(rounds, "write_copy", send)
    result = app_runs(app, states)
    assert result.exit_code == 0
    assert result.stdout == "Ended. There is no state yet.\n"
    assert signal.getsignal(signal.SIGTERM) == before
    assert {path.name for path in states.iterdir()} == {
        *(MARKER, "lock", "chunks", "states")
    }


def test_a_state_that_has_its_name_outlives_a_signal(
    app, alice, states, tmp_path, monkeypatch
):
    def publish(partial, path):
        published(partial, path)
        os.kill(os.getpid(), signal.SIGTERM)
        return time.sleep(LIMIT)

    published = states_module.publish
    write(alice, "First")
    monkeypatch.setattr(states_module, "publish", publish)
    assert app_runs(app, states).exit_code == 0
    [moment] = list_moments(states)
    assert read_state(states, moment, tmp_path / "x") == {"First"}


def test_a_state_whose_name_the_disk_may_lose_is_none(app, alice, states, monkeypatch):
    def publish(partial, path):
        published(partial, path)
        raise OSError("Input/output error")

    published = states_module.publish
    monkeypatch.setattr(states_module, "publish", publish)
    assert "Input/output error" in refuse(app, states)
    assert not list_moments(states)
    assert not list_chunks(states)


def test_a_folder_that_cannot_be_written_to_is_told(app, states, monkeypatch):
    def refuse_lock(path):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(folder_module, "locked", refuse_lock)
    assert "was not changed: Read-only file system." in refuse(app, states)
    monkeypatch.setattr(folder_module, "is_folder", refuse_lock)
    assert "Read-only file system. " in refuse(app, states)


def test_a_disk_without_locks_is_refused(app, states, monkeypatch):
    monkeypatch.setattr(folder_module, "locked", lambda path: nullcontext(False))
    told = refuse(app, states)
    assert "can't be locked" in told
    assert "Choose a folder on a disk of this machine." in told


# What is kept


def test_states_are_kept_by_the_minute_the_hour_and_the_day():
    found, now = {}, BEGIN

    for _ in range(40 * 24 * 2):
        now += timedelta(minutes=30)
        found[now] = True

        for moment in choose_removed(found, now, now):
            del found[moment]

        assert len(found) <= 61 + 49 + 32

    ages = sorted(now - moment for moment in found)
    assert ages[0] == timedelta()
    # As many as there were.
    assert [age for age in ages if age <= timedelta(hours=1)] == [
        timedelta(minutes=30 * number) for number in range(3)
    ]
    hours = {(now - age).strftime("%d %H") for age in ages if age < timedelta(days=2)}
    assert len(hours) >= 48
    days = {(now - age).date() for age in ages}
    assert 31 <= len(days) <= 33
    assert ages[-1] <= timedelta(days=32)


def test_each_minute_is_kept_for_an_hour():
    found = {BEGIN + timedelta(seconds=20 * number): True for number in range(900)}
    now = max(found)
    kept = set(found) - choose_removed(found, now)
    assert {now - timedelta(minutes=number) for number in range(60)} <= kept
    assert len(kept) <= 61 + 6


def test_a_clock_that_is_wrong_removes_little():
    found = {BEGIN - timedelta(days=number): True for number in range(30)}
    wrong = BEGIN + timedelta(days=9000)
    found[wrong] = True
    assert not choose_removed(found, wrong, wrong)
    now = BEGIN + timedelta(minutes=1)
    found[now] = True
    assert choose_removed(found, now, now) == {wrong}


def test_the_last_state_is_kept_whatever_the_clock_says():
    """Otherwise what is written while a clock is behind is not kept at all."""
    found = {BEGIN + timedelta(minutes=number): True for number in range(200)}
    last = BEGIN + timedelta(seconds=1)
    found[last] = False
    assert last not in choose_removed(found, max(found), last)


def test_what_was_proven_is_kept_rather_than_what_was_not():
    found = {BEGIN + timedelta(seconds=number): False for number in range(5)}
    found[BEGIN + timedelta(seconds=2)] = True
    kept = set(found) - choose_removed(found, BEGIN + timedelta(hours=3))
    assert kept == {BEGIN + timedelta(seconds=2)}


def test_nothing_of_nothing_is_removed():
    assert choose_removed({}, BEGIN) == set()


def test_the_disk_is_bounded_over_weeks(app, alice, states, tmp_path, now, monkeypatch):
    monkeypatch.setattr(rounds, "prove", lambda *args: None)
    most = 0

    with app.app_context(), hold_folder(states) as held:
        found = Rounds(held)

        for number in range(45):
            now.pass_by(hours=22)

            with transaction() as db:
                db.execute(
                    "INSERT INTO post (author_id, title, body) SELECT min(id), ?, ?"
                    ' FROM "user"',
                    (f"Title {number}", os.urandom(9000).hex()),
                )

                if number >= 5:
                    db.execute(
                        "DELETE FROM post WHERE title = ?", (f"Title {number - 5}",)
                    )

            assert found.take()
            most = max(most, len(list_moments(states)))

    assert 32 <= most <= 36
    listed = {p for m in list_moments(states) for p in find_chunks(states, m)}
    assert set(list_chunks(states)) == listed

    for moment in list_moments(states):
        number = round((moment - BEGIN) / timedelta(hours=22)) - 1
        titles = {f"Title {n}" for n in range(max(0, number - 4), number + 1)}
        assert read_state(states, moment, tmp_path / "x") == titles


def test_two_states_of_one_second_have_names_of_their_own(app, alice, states, now):
    def pass_by(seconds):
        now.pass_by(seconds=1)

    take_well(app, states)
    write(alice)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rounds.time, "sleep", pass_by)
        take_well(app, states)

    # Of a minute, one is kept.
    assert list_moments(states) == [BEGIN + timedelta(seconds=1)]


def test_a_state_whose_list_is_gone_is_forgotten(app, alice, states, now):
    with app.app_context(), hold_folder(states) as held:
        found = Rounds(held)
        first = found.take()
        held.states.remove(first.moment)
        write(alice)
        now.pass_by(seconds=30)
        found.prove_at = 0
        assert found.take()
        assert first.moment not in found.found

    assert len(list_moments(states)) == 1


def test_other_files_beside_the_states_are_none(app, states):
    take_well(app, states)

    for name in ("20269999T999999Z.json.zst", "notes.txt", "20261127T130000Z.json"):
        (states / "states" / name).write_text("mine")

    assert len(list_moments(states)) == 1


@pytest.mark.parametrize(
    "fields",
    [
        *({"format": 2}, {"blog": 1}, {"size": "1"}, {"size": 10**30}, {"chunks": 1}),
        *({"chunks": "../"}, {"chunks": "ab"}, {"size": -1}, {"sha256": ""}),
    ],
)
def test_a_list_that_makes_no_sense_is_not_read(app, states, fields):
    take_well(app, states)
    [path] = (states / "states").iterdir()
    found = json.loads(chunks.decompress(path.read_bytes(), 10**6))
    found |= fields

    if "sha256" not in fields:
        found["sha256"] = sign(found["size"], found["chunks"])

    path.write_bytes(chunks.compress(json.dumps(found).encode()))
    assert "is damaged, missing, or of a newer version" in take(app, states).stderr


@pytest.mark.parametrize(
    "content", [b"[]", b"[" * 9999, b"{", b"\xff", b'{"a": 1e999}']
)
def test_a_list_that_is_no_object_is_not_read(app, states, content):
    take_well(app, states)
    [path] = (states / "states").iterdir()
    path.write_bytes(chunks.compress(content))
    assert "is damaged, missing, or of a newer version" in take(app, states).stderr


def test_a_list_without_an_end_is_not_read_to_the_end(app, states, now):
    take_well(app, states)
    [path] = (states / "states").iterdir()
    now.pass_by(minutes=1)
    path.write_bytes(chunks.compress(b" " * 200_000_000))
    assert "is damaged, missing, or of a newer version" in take(app, states).stderr
    now.pass_by(minutes=1)
    path.unlink()
    os.mkfifo(path)
    assert "is damaged, missing, or of a newer version" in take(app, states).stderr


def test_a_chunk_that_is_too_long_is_damaged(tmp_path):
    found = make_folder(tmp_path).chunks
    content = b"x" * (chunks.SIZE + 1)
    digest = chunks.find_digest(content)
    found.folder.mkdir()
    found.add_all({digest: chunks.compress(content)})
    assert list(found.find_damaged([digest])) == [digest]
    found.find_path(digest).write_bytes(os.urandom(chunks.MAX_STORED + 1))
    assert list(found.find_damaged([digest])) == [digest]


def test_the_copy_of_an_older_version_says_no_blog(states):
    path = states.parent / "x.sqlite"

    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE post (title)")

    assert FILE.backups.find_blog(str(path)) is None

"""``flask --app flaskr backup``: a file that was proven to be a backup."""

import errno
import os
import sqlite3
import stat
import subprocess
import sys
import threading
from collections import namedtuple
from contextlib import closing
from datetime import datetime
from datetime import timedelta

import pytest

from flaskr.backup import apart
from flaskr.backup import files
from flaskr.backup import making
from flaskr.data import posts
from flaskr.db import transaction
from flaskr.errors import DatabaseUnavailable

from .children import child
from .children import LIMIT
from .conftest import rows
from .conftest import write
from .copies import fill
from .copies import open_blog
from .copies import read_all


def back_up(app, path, *options):
    """What the command says."""
    return app.test_cli_runner().invoke(args=["backup", *options, str(path)])


def back_up_well(app, path, *options):
    result = back_up(app, path, *options)
    assert result.exit_code == 0, result.output
    return result.output


def refuse(app, path, *options):
    """The sentence with which it is refused."""
    result = back_up(app, path, *options)
    assert result.exit_code in (1, 2), result.output
    assert isinstance(result.exception, SystemExit), result.exception
    assert not result.stdout
    return result.stderr


def test_a_backup_has_every_row(app, folder):
    fill(app)
    told = back_up_well(app, folder / "blog.sqlite")
    assert told.startswith("Backed up 3 posts, 4 comments, 3 people, 1 image to")
    assert len(told.splitlines()) == 1
    before = read_all(app)
    assert read_all(open_blog(folder / "blog.sqlite")) == before


def test_a_backup_is_one_file_that_only_its_owner_reads(app, alice, folder):
    write(alice)
    back_up_well(app, folder / "blog.sqlite")
    assert os.listdir(folder) == ["blog.sqlite"]
    assert stat.S_IMODE(os.stat(folder / "blog.sqlite").st_mode) == 0o600
    content = (folder / "blog.sqlite").read_bytes()
    # It has no log of its own.
    assert content[18:20] == b"\x01\x01"


def test_the_blog_works_after_it_was_backed_up(app, alice, folder):
    write(alice, "Before")
    back_up_well(app, folder / "blog.sqlite")
    write(alice, "After")
    assert "After" in app.test_client().get("/").text


def test_what_is_due_is_not_published_by_a_backup(app, alice, folder):
    write(alice, "Due")
    with app.app_context(), transaction() as db:
        db.execute("UPDATE post SET drafted = created, due = '2001-01-01 00:00:00'")

    path = folder / "blog.sqlite"
    back_up_well(app, path)

    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT drafted FROM post").fetchone()[0]


def test_a_backup_goes_to_the_standard_output(app, alice, folder, databases):
    write(alice)
    environ = {**os.environ, "FLASKR_DATABASE": app.config["DATABASE"]}
    command = [sys.executable, "-m", "flask", "--app", "flaskr", "backup", "-"]
    done = subprocess.run(
        command, env=environ, capture_output=True, timeout=LIMIT, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.count(b"\n") <= 1
    (folder / "blog.sqlite").write_bytes(done.stdout)
    assert read_all(open_blog(folder / "blog.sqlite")) == read_all(app)


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="No priorities here")
def test_a_backup_lets_the_server_go_first(app, alice):
    write(alice)
    environ = {**os.environ, "FLASKR_DATABASE": app.config["DATABASE"]}
    command = [sys.executable, "-m", "flask", "--app", "flaskr", "backup", "-"]

    with child(command, env=environ, stdout=subprocess.PIPE) as backup:
        # There is more than fits in a pipe, so it is still there.
        assert backup.stdout.read(1) == b"S"
        assert os.getpriority(os.PRIO_PROCESS, backup.pid) == 10
        backup.stdout.read()
        assert backup.wait(LIMIT) == 0


@pytest.mark.parametrize("command", ["backup", "export", "freeze"])
def test_what_copies_a_blog_lets_the_server_go_first(app, folder, monkeypatch, command):
    priorities = []
    monkeypatch.setattr(apart, "NICENESS", 10)
    # As on Windows, there may be none.
    monkeypatch.setattr(os, "getpriority", lambda *args: 15, raising=False)
    monkeypatch.setattr(
        os, "setpriority", lambda *args: priorities.append(args[-1]), raising=False
    )
    app.config["SITE_URL"] = "https://blog.example"
    result = app.test_cli_runner().invoke(args=[command, str(folder / "copy")])
    assert result.exit_code == 0, result.output
    # Never to a higher one than it was started with.
    assert priorities == [15]


def test_a_terminal_is_spared_it(app, alice, monkeypatch):
    monkeypatch.setattr("flaskr.backup.command.has_terminal", lambda: True)
    assert "send it to a file" in refuse(app, "-")


def test_keeping_some_is_for_files(app, alice):
    assert "leave it out" in refuse(app, "-", "--keep", "3")


class Clock(datetime):
    moment = datetime(2026, 11, 28)

    @classmethod
    def now(cls, tz=None):
        cls.moment += timedelta(hours=1)
        return cls.moment


def test_the_newest_are_kept(app, alice, folder, monkeypatch):
    monkeypatch.setattr("flaskr.backup.command.datetime", Clock)
    others = ["blog.sqlite", "blog-old.sqlite", "blog-20250101T000000Z.txt"]
    others += ["other-20250101T000000Z.sqlite", "blog-20250101T000000Z-2.sqlite"]

    for name in others:
        (folder / name).write_text("mine")

    for _ in range(3):
        told = back_up_well(app, folder / "blog.sqlite", "--keep", "2")

    assert "Removed, since 2 are kept: blog-20261128T010000Z.sqlite." in told
    found = sorted(set(os.listdir(folder)) - set(others))
    assert found == ["blog-20261128T020000Z.sqlite", "blog-20261128T030000Z.sqlite"]
    assert all((folder / name).read_text() == "mine" for name in others)


def test_none_is_removed_if_there_is_no_new_one(app, alice, folder, monkeypatch):
    monkeypatch.setattr("flaskr.backup.command.datetime", Clock)
    back_up_well(app, folder / "blog.sqlite", "--keep", "1")
    before = os.listdir(folder)
    # As another one is: this process has its front page.
    write(alice)
    break_front_page(app)
    refuse(app, folder / "blog.sqlite", "--keep", "1")
    assert os.listdir(folder) == before


def break_front_page(app):
    def fail():
        raise RuntimeError

    app.view_functions["blog.index"] = fail
    app.config["PROPAGATE_EXCEPTIONS"] = False


def test_a_copy_on_which_the_blog_does_not_open_is_none(app, alice, folder):
    break_front_page(app)
    told = refuse(app, folder / "blog.sqlite")
    assert "The blog answers 500 for /. There is no new backup." in told
    assert os.listdir(folder) == []


def test_a_copy_whose_feed_is_broken_is_none(app, alice, folder):
    app.view_functions["feeds.blog"] = lambda **values: "<feed>"
    told = refuse(app, folder / "blog.sqlite")
    assert "The feed can't be read" in told
    assert os.listdir(folder) == []


def test_a_copy_without_a_row_is_none(app, alice, folder, monkeypatch):
    write(alice)

    def lose(path, should, scratch):
        with closing(sqlite3.connect(path)) as db, db:
            db.execute("DELETE FROM post")

        return prove(path, should, scratch)

    prove = making.prove
    monkeypatch.setattr(making, "prove", lose)
    told = refuse(app, folder / "blog.sqlite")
    assert "The table post has 0 rows of 1" in told
    assert os.listdir(folder) == []


def test_a_file_is_not_replaced(app, alice, folder):
    (folder / "blog.sqlite").write_text("mine")
    assert "exists, and was not changed" in refuse(app, folder / "blog.sqlite")
    assert (folder / "blog.sqlite").read_text() == "mine"


def test_a_file_that_appears_meanwhile_is_not_replaced(app, alice, folder, monkeypatch):
    def appear(path, *args):
        (folder / "blog.sqlite").write_text("mine")
        return prove(path, *args)

    prove = making.prove
    monkeypatch.setattr(making, "prove", appear)
    assert "File exists" in refuse(app, folder / "blog.sqlite")
    assert (folder / "blog.sqlite").read_text() == "mine"
    assert os.listdir(folder) == ["blog.sqlite"]


def test_a_disk_without_links_gets_backups(app, alice, folder, monkeypatch):
    def refuse_link(*args, **options):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse_link)
    back_up_well(app, folder / "blog.sqlite")
    assert os.listdir(folder) == ["blog.sqlite"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("nothing/blog.sqlite", "There is no folder"),
        ("", "is a folder. Name a file in it"),
    ],
)
def test_a_place_that_is_none_is_told(app, folder, name, told):
    assert told in refuse(app, folder / name)


def test_a_full_disk_is_told_first(app, alice, folder, monkeypatch):
    usage = namedtuple("usage", "total used free")(10, 9, 1)
    monkeypatch.setattr(files.shutil, "disk_usage", lambda path: usage)
    told = refuse(app, folder / "blog.sqlite")
    assert "Make room, or choose another folder. There is no new backup." in told
    assert os.listdir(folder) == []


def test_without_a_database_it_is_told_how_to_make_one(unready, folder):
    told = refuse(unready, folder / "blog.sqlite")
    assert "There is no database yet." in told
    assert "flask --app flaskr init-db" in told
    assert os.listdir(folder) == []


def leave(folder, name, age=0):
    """What a process that was killed leaves."""
    left = folder / f"{files.PARTIAL}{name}"
    left.mkdir()
    (left / files.LOCK).touch()
    (left / "backup.sqlite").write_text("")
    then = datetime.now().timestamp() - age
    os.utime(left, (then, then))
    return left


def test_what_a_killed_one_left_is_removed_by_the_next(app, alice, folder):
    """Each with --keep has another name: they would stay for ever."""
    leave(folder, "abcd_123")
    # Before it was locked.
    (folder / f"{files.PARTIAL}abcd_124").mkdir()
    assert back_up(app, folder / "blog.sqlite", "--keep", "2").exit_code == 0
    assert len(os.listdir(folder)) == 1


@pytest.mark.parametrize(
    "args",
    [
        *(["backup", "blog.sqlite"], ["backup", "--once", "."], ["export", "blog"]),
        *(["restore", "--yes", "old.sqlite"], ["restore", "--at=now", "--yes", "."]),
        *(["init-db"], ["init-db", "--dry-run"], ["import", "old.zip"]),
        ["freeze", "--url=http://a", "blog"],
    ],
    ids=" ".join,
)
def test_each_command_removes_what_a_killed_one_left(app, folder, instance, args):
    run = app.test_cli_runner().invoke
    *args, name = args if args[0] != "init-db" else [*args, None]
    is_here = args[0] in ("backup", "export")

    if args[0] == "import":
        run(args=["export", str(folder / name)])
    elif "--at=now" in args:
        run(args=["backup", "--once", str(folder)])
    elif args[0] == "restore":
        run(args=["backup", str(folder / name)])

    left = leave(folder if is_here else instance, "abcd_123")
    done = run(args=[*args, str(folder / name)] if name else args)
    assert done.exit_code == 0, done.output
    assert not left.exists()


def test_a_backup_in_what_a_killed_one_left_is_restored_by_a_link(
    app, alice, instance, tmp_path
):
    left = instance / f"{files.PARTIAL}abcd_123"
    back_up_well(app, tmp_path / "blog.sqlite")
    left.mkdir()
    (left / files.LOCK).touch()
    os.rename(tmp_path / "blog.sqlite", left / "blog.sqlite")
    (tmp_path / "link").symlink_to(instance)
    path = tmp_path / "link" / left.name / "blog.sqlite"
    done = app.test_cli_runner().invoke(args=["restore", "--yes", str(path)])
    assert done.exit_code == 0, done.output


def test_what_another_one_works_with_is_not_removed(app, alice, folder):
    used = leave(folder, "abcd_123", files.LEFT_AFTER + 1)

    with files.locked(used):
        back_up_well(app, folder / "blog.sqlite")

    assert (used / "backup.sqlite").exists()


def test_what_is_of_others_is_not_removed(app, folder, tmp_path):
    """A link leads elsewhere; people have names of their own, and put files there."""
    elsewhere = leave(tmp_path, "abcd_123")
    link = folder / elsewhere.name
    link.symlink_to(elsewhere)
    mine = leave(folder, "mine")
    full = leave(folder, "abcd_124")
    (full / files.LOCK).unlink()
    file = folder / f"{files.PARTIAL}abcd_125"
    file.touch()
    back_up_well(app, folder / "blog.sqlite")
    assert all(path.exists() for path in (link, elsewhere / "lock", mine, full, file))


@pytest.mark.parametrize("how", ["removes it", "locks it", "has removed it"])
def test_a_folder_that_another_one_takes_for_left_is_made_again(
    app, alice, folder, monkeypatch, how
):
    """The other one may look between its being made and its being locked."""
    locks, makes = [], []
    lock, mkdtemp = files.lock, files.tempfile.mkdtemp

    def lock_late(descriptor):
        if not locks:
            locks.append(files.shutil.rmtree(makes[0]))

            if how == "locks it":
                raise BlockingIOError

        return lock(descriptor)

    def make(**options):
        makes.append(mkdtemp(**options))

        if how == "removes it" and not makes[1:]:
            os.rmdir(makes[0])
            locks.append(None)

        return makes[-1]

    monkeypatch.setattr(files, "lock", lock_late)
    monkeypatch.setattr(files.tempfile, "mkdtemp", make)
    back_up_well(app, folder / "blog.sqlite")
    assert len(makes) == 2
    assert os.listdir(folder) == ["blog.sqlite"]


def test_where_none_can_be_locked_what_was_left_is_removed_a_day_later(
    app, alice, folder, monkeypatch
):
    old = leave(folder, "abcd_123", files.LEFT_AFTER + 1)
    new = leave(folder, "abcd_124", files.LEFT_AFTER - 60)

    def fail(*args):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(files.fcntl, "flock", fail)

    with files.work_folder(folder):
        assert new.exists()
        assert not old.exists()


def test_what_is_restored_is_not_taken_for_left(app, folder, monkeypatch):
    """Disks of other machines let a process lock what it has locked."""
    run = app.test_cli_runner().invoke
    run(args=["backup", "--once", str(folder)])
    monkeypatch.setattr(files.fcntl, "flock", lambda *args: None)
    done = run(args=["restore", "--at=now", "--yes", str(folder)])
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize("host", ["blog.example", ".blog.example", "blog.example:8000"])
def test_a_backup_opens_at_a_host_that_is_trusted(app, alice, folder, host):
    app.config["TRUSTED_HOSTS"] = [host]
    back_up_well(app, folder / "blog.sqlite")


def test_a_name_that_is_too_long_is_told(app, folder):
    assert "There is no new backup." in refuse(app, folder / ("x" * 300))


def test_an_interrupted_one_says_so(app, alice, folder, monkeypatch):
    def interrupt(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(making, "prove", interrupt)
    told = refuse(app, folder / "blog.sqlite")
    assert "Interrupted. There is no new backup." in told
    assert os.listdir(folder) == []


def test_a_terminal_is_told_how_far_it_is(app, alice, folder, monkeypatch):
    monkeypatch.setattr("flaskr.copy_db.progress.has_terminal", lambda: True)
    monkeypatch.setattr("flaskr.copy_db.progress.INTERVAL", -1)
    result = back_up(app, folder / "blog.sqlite")
    assert "Checking each page and row" in result.stderr
    assert "Backed up" in result.stdout


def test_a_backup_is_of_one_moment_whatever_is_written(app, alice, folder):
    """Each transaction adds two posts."""
    write(alice)
    [author] = rows(app, 'SELECT id FROM "user"')
    stop = threading.Event()
    other = open_blog(app.config["DATABASE"])

    def write_pairs():
        while not stop.is_set():
            with other.app_context(), transaction():
                for _ in range(2):
                    posts.create(author["id"], "A pair", "Text.", [])

    writer = threading.Thread(target=write_pairs)
    writer.start()

    try:
        for number in range(3):
            back_up_well(app, folder / f"{number}.sqlite")
    finally:
        stop.set()
        writer.join(LIMIT)

    found = []

    for number in range(3):
        with closing(sqlite3.connect(folder / f"{number}.sqlite")) as db:
            found += db.execute(
                "SELECT count(*) FROM post WHERE title = 'A pair'"
            ).fetchone()

    assert [count % 2 for count in found] == [0, 0, 0]
    assert found[0] < found[2]


def test_a_backup_opens_beside_a_path_and_an_address(app, alice, folder):
    app.config["SITE_URL"] = "https://blog.example/notes"
    write(alice)
    back_up_well(app, folder / "blog.sqlite")


def test_a_backup_is_a_database_of_sqlites_on_either_engine(app, alice, folder):
    write(alice)
    back_up_well(app, folder / "blog.sqlite")

    with closing(sqlite3.connect(folder / "blog.sqlite")) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_database_that_is_not_available_is_told(app, alice, folder, monkeypatch):
    def fail(*args):
        raise DatabaseUnavailable("the server is gone")

    monkeypatch.setattr(making, "write_copy", fail)
    told = refuse(app, folder / "blog.sqlite")
    assert "the server is gone. There is no new backup." in told

"""The files of the database are removed, renamed, replaced and linked while people
write: what was acknowledged stays."""

import gc
import glob
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from flaskr import create_app
from flaskr.db import get_db
from flaskr.db import init_db
from flaskr.db import transaction
from flaskr.sqlite import files
from flaskr.sqlite import forks
from flaskr.sqlite import generation
from flaskr.sqlite import maintenance
from flaskr.sqlite import rescue
from flaskr.sqlite import schema
from flaskr.sqlite import turns
from flaskr.sqlite.pool import FOLDER_WAIT

from ..children import IS_LONG
from ..children import LIMIT
from ..children import long
from ..children import status_of
from ..conftest import cookie
from ..conftest import log_in
from ..conftest import rows
from ..conftest import titles
from ..conftest import wait_until
from ..conftest import write
from ..servers import find_missing
from ..servers import Server
from ..servers import write_from
from ..test_page_cache import ADD


@pytest.fixture
def path(app):
    return app.config["DATABASE"]


@pytest.fixture
def pool(app):
    return app.extensions["flaskr.db"]


def remove(*suffixes):
    def remove(path):
        for suffix in suffixes:
            if os.path.exists(path + suffix):
                os.unlink(path + suffix)

    remove.__name__ = " ".join(suffixes)
    return remove


REMOVALS = [remove("-wal", "-shm"), remove("-wal"), remove("-shm")]


@pytest.mark.parametrize("lose", REMOVALS, ids=lambda lose: lose.__name__)
def test_posts_whose_log_was_removed_are_in_the_database(
    app, alice, path, lose, caplog
):
    write(alice, "In the log")
    lose(path)
    write(alice, "After it")
    app.extensions["flaskr.db"].shutdown()

    with closing(sqlite3.connect(path)) as db:
        found = db.execute("SELECT title FROM post ORDER BY id").fetchall()
        assert found == [("In the log",), ("After it",)]
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)

    assert "lost its log" in caplog.text


@pytest.mark.parametrize("lose", REMOVALS, ids=lambda lose: lose.__name__)
def test_a_log_that_is_removed_during_a_commit_is_saved_before_the_answer(
    app, alice, path, lose
):
    write(alice)

    with app.app_context(), transaction() as db:
        db.execute(ADD, ("Acknowledged",))
        lose(path)

    # No other connection has been asked for: the process could end here.
    with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as db:
        found = db.execute("SELECT title FROM post ORDER BY id").fetchall()
        assert found == [("A title",), ("Acknowledged",)]


def test_a_log_is_missed_without_a_request(app, alice, path, pool, monkeypatch):
    monkeypatch.setattr(maintenance, "MAINTAIN_EVERY", 0.1)
    write(alice)
    remove("-wal", "-shm")(path)
    wait_until(lambda: pool.generation is None)

    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT title FROM post").fetchall() == [("A title",)]


def make_copy(path):
    with closing(sqlite3.connect(path)) as db:
        db.execute("VACUUM INTO ?", (f"{path}.copy",))


def replace(path):
    """Put a copy in place of a database, as a careless restore does."""
    make_copy(path)
    os.replace(f"{path}.copy", path)


def rename(path):
    os.rename(path, f"{path}.away")


@pytest.mark.parametrize("lose", [replace, rename, remove("")])
def test_a_post_saved_to_a_file_without_the_name_is_not_acknowledged(
    app, alice, path, lose, monkeypatch, caplog
):
    write(alice, "Before")
    commit = generation.Generation.confirm

    def confirm(*args):
        lose(path)
        commit(*args)

    monkeypatch.setattr(generation.Generation, "confirm", confirm)
    response = alice.post("/create", data={"title": "Meanwhile", "body": "My words"})
    assert response.status_code == 503
    assert "My words" in response.text
    assert "was replaced" in caplog.text


def test_a_post_is_not_begun_in_a_file_without_the_name(app, alice, path):
    with app.app_context():
        get_db()
        rename(path)

        with pytest.raises(files.DatabaseUnavailable), transaction():
            raise AssertionError("it was begun")


def test_what_a_removed_database_had_is_in_a_copy(app, alice, path, caplog):
    write(alice)
    remove("")(path)
    assert alice.get("/").status_code == 503
    (copy,) = glob.glob(f"{path}.rescued-*")
    assert copy in caplog.text
    assert os.stat(copy).st_mode & 0o777 == 0o600
    os.rename(copy, path)
    assert titles(alice.get("/")) == ["A title"]


def test_what_a_renamed_database_had_is_in_it(app, alice, path):
    write(alice)
    rename(path)
    assert alice.get("/").status_code == 503
    assert not glob.glob(f"{path}.rescued-*")

    with closing(sqlite3.connect(f"file:{path}.away?immutable=1", uri=True)) as db:
        assert db.execute("SELECT title FROM post").fetchall() == [("A title",)]


def test_a_copy_is_made_where_the_system_does_not_tell_names(
    app, alice, path, monkeypatch
):
    write(alice)
    rename(path)
    monkeypatch.setattr(files.os, "listdir", failing)
    assert alice.get("/").status_code == 503
    assert len(glob.glob(f"{path}.rescued-*")) == 1


def failing(*args):
    raise OSError("the disk")


def test_a_database_that_cannot_be_copied_is_not_left(app, alice, path, monkeypatch):
    write(alice)
    remove("")(path)

    with monkeypatch.context() as patch:
        patch.setattr(rescue, "back_up", failing)
        assert alice.get("/").status_code == 503
        assert alice.get("/").status_code == 503

    assert not glob.glob(f"{path}.rescued-*")
    assert alice.get("/").status_code == 503
    assert len(glob.glob(f"{path}.rescued-*")) == 1


def test_a_log_that_is_being_read_is_not_left(app, alice, path, monkeypatch, caplog):
    monkeypatch.setattr(generation, "RESCUE_WAIT", 0.05)
    write(alice)

    with closing(sqlite3.connect(path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM post").fetchall()
        write(alice, "Another")
        remove("-wal", "-shm")(path)
        assert alice.get("/").status_code == 503
        # The watch over the files says it, too, but once.
        wait_until(lambda: "has a removed log" in caplog.text)

    assert titles(alice.get("/")) == ["Another", "A title"]


def test_nobody_opens_a_database_beside_somebody_with_a_removed_log(
    app, alice, path, monkeypatch, caplog
):
    write(alice)
    monkeypatch.setattr(files, "OPEN_WAIT", 0.1)
    other = create_app({"TESTING": True, "DATABASE": path})

    with closing(sqlite3.connect(path)) as shell:
        shell.execute("SELECT * FROM post").fetchone()
        remove("-wal", "-shm")(path)
        assert other.test_client().get("/").status_code == 503
        result = other.test_cli_runner().invoke(args=["init-db"])
        assert "a log that was removed" in result.output
        assert result.exit_code == 1

    # This one still has it.
    app.extensions["flaskr.db"].leave_replaced()
    assert titles(other.test_client().get("/")) == ["A title"]


def test_another_log_that_was_begun_is_not_mixed_with_the_one_that_was_removed(
    app, alice, path, pool
):
    write(alice, "Ours")
    pool.maintenance.stop()
    remove("-wal", "-shm")(path)

    # As the shell does, which knows of nobody.
    theirs = subprocess.run(
        [
            "sqlite3",
            path,
            ".dbconfig no_ckpt_on_close on",
            ADD.replace("?", "'Theirs'"),
        ],
        capture_output=True,
        text=True,
        timeout=LIMIT,
    )
    assert not theirs.stderr
    assert alice.get("/").status_code == 200
    (copy,) = glob.glob(f"{path}.rescued-*")

    with closing(sqlite3.connect(copy)) as db:
        assert db.execute("SELECT title FROM post").fetchall() == [("Ours",)]


def ask(path, *suffix):
    """The status that another process answers with."""
    code = (
        "import sys; from flaskr import create_app; from flaskr.sqlite import files\n"
        "files.OPEN_WAIT = 0.1\n"
        "app = create_app({'DATABASE': sys.argv[1], 'SECRET_KEY': 'x' * 40})\n"
        "print(app.test_client().get('/').status_code)"
    )
    command = [sys.executable, "-c", code, path]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=LIMIT)
    return int(done.stdout)


@long
@pytest.mark.skipif(not os.path.exists("/proc/locks"), reason="Linux tells its locks")
def test_a_process_that_comes_takes_no_log_of_a_database_that_was_replaced(
    app, alice, path, pool
):
    write(alice, "Old")
    pool.maintenance.stop()
    write(alice, "In the log")
    make_copy(path)
    os.replace(f"{path}.copy", path)
    assert ask(path) == 503
    assert alice.get("/").status_code == 200
    assert ask(path) == 200

    for name in (path, *glob.glob(f"{path}.rescued-*")):
        with closing(sqlite3.connect(name)) as db:
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            found = db.execute("SELECT title FROM post ORDER BY id").fetchall()
            assert found == [("Old",), ("In the log",)]


@pytest.mark.parametrize("lose", [*REMOVALS, replace, rename, remove("")])
def test_a_fork_after_files_were_lost_saves_what_they_had(app, alice, path, lose, pool):
    write(alice, "Acknowledged")
    pool.maintenance.stop()
    lose(path)
    status_of(os.fork() or os._exit(0))
    pool.shutdown()
    found = []

    for name in glob.glob(f"{path}*"):
        if not name.endswith(("-wal", "-shm")):
            with closing(sqlite3.connect(name)) as db:
                found += db.execute("SELECT title FROM post").fetchall()

    assert ("Acknowledged",) in found


def test_forks_take_no_more_descriptors(app, client):
    seen = set()
    # What earlier tests left open is closed now, and not while this one counts.
    gc.collect()

    for number in range(20 if IS_LONG else 8):
        client.get(f"/?x={number}")
        seen.add(len(os.listdir("/proc/self/fd")))
        status_of(os.fork() or os._exit(0))

    assert max(seen) - min(seen) < 5


@pytest.mark.parametrize("lose", REMOVALS, ids=lambda lose: lose.__name__)
def test_a_log_that_goes_while_the_database_is_opened_is_not_written_to(
    app, alice, path, pool, monkeypatch, lose
):
    write(alice, "Before")
    pool.shutdown()
    losses = [lose]

    def open_file(path, mode, *args, open_file=generation.open_file, **kwargs):
        if mode == "ro" and losses:
            losses.pop()(path)

        return open_file(path, mode, *args, **kwargs)

    monkeypatch.setattr(generation, "open_file", open_file)
    assert alice.post("/create", data={"title": "x", "body": ""}).status_code == 503
    write(alice, "After")
    pool.checkpoint()
    assert not pool.maintenance.needs_checkpoint
    assert [row["title"] for row in rows(app, "SELECT title FROM post")] == [
        "Before",
        "After",
    ]


def test_a_connection_released_while_files_are_left_does_not_keep_them(
    app, alice, path, pool, monkeypatch
):
    lent = [pool.acquire()]
    old = lent[0].generation
    remove("-wal", "-shm")(path)
    close = generation.Generation.close

    def close_and_release(self):
        close(self)
        pool.release(lent.pop())

    monkeypatch.setattr(generation.Generation, "close", close_and_release)
    pool.leave_replaced()
    assert not old.idle
    del old
    assert alice.get("/").status_code == 200


def test_a_log_that_cannot_be_moved_is_in_a_copy(app, alice, path, pool, monkeypatch):
    write(alice, "In the log")
    remove("-wal", "-shm")(path)
    broken = sqlite3.OperationalError("disk I/O error")
    monkeypatch.setattr(generation, "checkpoint", raising(broken))
    pool.leave_replaced()
    (copy,) = glob.glob(f"{path}.rescued-*")

    with closing(sqlite3.connect(copy)) as db:
        assert db.execute("SELECT title FROM post").fetchall() == [("In the log",)]


def test_a_checkpoint_that_fails_is_logged_once_and_tried_again(
    app, alice, pool, monkeypatch, caplog
):
    with monkeypatch.context() as patch:
        broken = sqlite3.OperationalError("disk I/O error")
        patch.setattr(generation, "checkpoint", raising(broken))
        write(alice)
        pool.checkpoint()
        pool.checkpoint()

    assert caplog.text.count("disk I/O error") == 1
    assert pool.maintenance.needs_checkpoint
    pool.checkpoint()
    assert not pool.maintenance.needs_checkpoint


def raising(error):
    def fail(*args):
        raise error

    return fail


def test_a_copy_that_fails_leaves_nothing(tmp_path, monkeypatch):
    source = sqlite3.connect(":memory:")
    monkeypatch.setattr(files.Path, "rename", failing)

    with closing(source), pytest.raises(OSError, match="the disk"):
        files.back_up(source, str(tmp_path / "copy"))

    assert os.listdir(tmp_path) == []


def test_two_who_put_files_beside_a_database_wait_for_each_other(path, monkeypatch):
    monkeypatch.setattr(turns, "LOCK_WAIT", 0.05)

    def lock():
        with turns.folder_lock(path):
            pass

    with turns.folder_lock(path), ThreadPoolExecutor() as other:
        assert isinstance(other.submit(lock).exception(), files.DatabaseUnavailable)


def test_an_app_that_ends_in_a_migration_does_not_wait_for_it(
    app, alice, path, pool, monkeypatch
):
    """Garbage collection ends apps in the middle of anything."""
    write(alice, "Kept")
    replace(path)
    run_files = schema.run_files

    def end_app(*args):
        pool.shutdown()
        run_files(*args)

    monkeypatch.setattr(schema, "run_files", end_app)
    schema.migrate(f"{path}.other")
    assert pool.generation is None
    assert not os.path.exists(f"{path}-wal")

    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT title FROM post").fetchall() == [("Kept",)]


def test_an_app_that_ends_in_a_migration_waits_for_none_who_waits_for_it(
    app, alice, path, pool, monkeypatch
):
    """Its maintenance waits for the folder that the migration has."""
    write(alice, "Kept")
    run_files, lock, waits = schema.run_files, rescue.folder_lock, threading.Event()

    def lock_folder(*args):
        waits.set()
        return lock(*args)

    def end_app(*args):
        replace(path)
        assert waits.wait(LIMIT)
        pool.shutdown()
        run_files(*args)

    monkeypatch.setattr(rescue, "folder_lock", lock_folder)
    monkeypatch.setattr(schema, "run_files", end_app)
    thread = threading.Thread(target=schema.migrate, args=(f"{path}.other",))
    thread.daemon = True
    thread.start()
    thread.join(LIMIT)
    assert not thread.is_alive()
    assert pool.generation is None


def test_an_app_that_ends_waits_for_who_has_the_folder(app, alice, path, pool):
    write(alice, "Kept")
    os.unlink(path)
    is_locked, goes_on = threading.Event(), threading.Event()

    def lock():
        with turns.folder_lock(path):
            is_locked.set()
            assert goes_on.wait(LIMIT)

    with ThreadPoolExecutor() as others:
        other = others.submit(lock)
        assert is_locked.wait(LIMIT)
        ends = others.submit(pool.shutdown)
        # Longer than others wait.
        time.sleep(3 * FOLDER_WAIT)
        assert not ends.done()
        goes_on.set()
        other.result(LIMIT)
        ends.result(LIMIT)

    (saved,) = glob.glob(f"{path}.rescued-*")

    with closing(sqlite3.connect(saved)) as db:
        assert db.execute("SELECT title FROM post").fetchall() == [("Kept",)]


def test_an_app_that_ends_in_its_own_migration_leaves_the_log_alone(
    app, alice, path, pool, monkeypatch, caplog
):
    write(alice, "Kept")
    replace(path)
    write_log = os.stat(f"{path}-wal").st_ino

    with turns.folder_lock(path):
        pool.shutdown()
        assert os.stat(f"{path}-wal").st_ino == write_log

    assert "is being changed by this process" in caplog.text
    pool.shutdown()
    assert pool.generation is None

    with closing(sqlite3.connect(path)) as db:
        assert db.execute("SELECT title FROM post").fetchall() == [("Kept",)]


def test_a_file_is_made_where_there_are_no_links(tmp_path, monkeypatch):
    monkeypatch.setattr(files.os, "link", failing)
    path = str(tmp_path / "file")
    files.create_file(path)
    assert os.stat(path).st_mode & 0o777 == 0o600
    files.create_file(path)
    assert os.listdir(tmp_path) == ["file"]


def test_a_file_that_is_exchanged_while_it_is_opened_is_not_read(path, monkeypatch):
    ids = iter([(1, 1), (1, 2)])
    monkeypatch.setattr(files, "wait_for_log", lambda path: next(ids))

    with pytest.raises(files.DatabaseUnavailable, match="while it was being opened"):
        files.open_database(path, 0)


def test_where_the_system_does_not_tell_its_locks_nobody_has_any(path, monkeypatch):
    monkeypatch.setattr(files.Path, "read_text", failing)
    assert files.find_lock_holders(files.file_id(path)) == set()


def test_a_file_without_any_name_here_has_none():
    assert not files.has_name((0, 0))


def test_a_database_that_is_broken_is_not_taken_for_one_that_is_in_use(
    path, pool, monkeypatch
):
    connection = Broken()
    monkeypatch.setattr(files.sqlite3, "connect", lambda *args, **kw: connection)

    with pytest.raises(sqlite3.OperationalError, match="disk"):
        files.is_locked(path)

    assert connection.is_closed


class Broken:
    is_closed = False

    def execute(self, statement):
        if "locking_mode" not in statement:
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = sqlite3.SQLITE_IOERR
            raise error

    def close(self):
        self.is_closed = True


def test_what_cannot_be_saved_at_the_end_is_logged(app, alice, path, pool, monkeypatch):
    write(alice)
    remove("")(path)

    with monkeypatch.context() as patch:
        patch.setattr(rescue, "back_up", failing)
        pool.shutdown()

    assert pool.generation
    assert "can't be copied" in pool.maintenance.reported
    pool.leave_replaced()
    assert len(glob.glob(f"{path}.rescued-*")) == 1


def test_what_cannot_be_saved_is_tried_again_every_second(
    app, alice, path, pool, monkeypatch
):
    write(alice)

    with monkeypatch.context() as patch:
        patch.setattr(rescue, "back_up", failing)
        patch.setattr(maintenance, "MAINTAIN_EVERY", 0.01)
        remove("")(path)
        wait_until(lambda: "can't be copied" in pool.maintenance.reported)

    wait_until(lambda: pool.generation is None)


def test_files_that_an_exception_holds_on_to_are_let_go(app, alice, path, pool):
    write(alice)
    circle = [pool.generation]
    circle.append(circle)
    remove("-wal", "-shm")(path)
    del circle
    assert alice.get("/").status_code == 200


def test_a_child_begins_anew_and_uses_nothing_of_its_parents(app, alice, pool):
    lent = pool.acquire()
    pool.before_fork()
    pool.after_fork_in_child()

    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        lent.execute("SELECT 1")

    with pytest.raises(files.DatabaseUnavailable, match="forked"):
        pool.acquire()

    sqlite3.Connection.close(lent)


def test_a_child_of_a_process_that_was_doing_nothing_opens_its_own(app, alice, pool):
    write(alice)
    pool.before_fork()
    pool.after_fork_in_child()
    assert titles(alice.get("/")) == ["A title"]


def test_a_system_that_does_not_fork_needs_no_hooks(monkeypatch, pool):
    monkeypatch.delattr(os, "register_at_fork")
    forks.handle_forks(pool)


# Links


@pytest.fixture
def linked(tmp_path, instance):
    """Where the link of a blog leads, on another disk, say."""
    instance.mkdir()
    (tmp_path / "disk").mkdir()
    real = str(tmp_path / "disk" / "real.sqlite")
    os.symlink(real, instance / "flaskr.sqlite")
    return real


def test_a_link_that_leads_nowhere_yet_has_its_target_created(linked, instance):
    app = create_app()
    result = app.test_cli_runner().invoke(args=["init-db"])
    assert result.output == "Initialized the database.\n"
    assert os.path.islink(instance / "flaskr.sqlite")
    assert os.stat(linked).st_mode & 0o777 == 0o600
    write(log_in(app, "alice"))
    assert titles(app.test_client().get("/")) == ["A title"]
    assert "public" in app.test_client().get("/").headers["Cache-Control"]
    app.extensions["flaskr.db"].shutdown()
    assert os.listdir(os.path.dirname(linked)) == ["real.sqlite"]


def test_the_copy_before_an_upgrade_lies_beside_the_real_file(linked, instance):
    from ..conftest import make_tutorial_database

    make_tutorial_database(linked)
    output = create_app().test_cli_runner().invoke(args=["init-db"]).output
    (copy,) = glob.glob(f"{linked}.v1-*")
    assert copy in output


def test_a_copy_in_place_of_the_real_file_is_shown_and_whole(linked):
    app = create_app()

    with app.app_context():
        init_db()

    alice = log_in(app, "alice")
    write(alice, "Old")

    with closing(sqlite3.connect(linked)) as db:
        db.execute("VACUUM INTO ?", (f"{linked}.copy",))

    with closing(sqlite3.connect(f"{linked}.copy")) as db, db:
        db.execute("UPDATE post SET title = 'New'")

    os.replace(f"{linked}.copy", linked)
    write(alice, "Newer")
    assert titles(alice.get("/")) == ["Newer", "New"]
    assert rows(app, "PRAGMA integrity_check") == [{"integrity_check": "ok"}]


def point_link(path, linked):
    """Have a link lead to another file, at once."""
    os.symlink(f"{linked}.copy", f"{path}.new")
    os.replace(f"{path}.new", path)


def put_file(path, linked):
    """Put a file in place of a link."""
    os.replace(f"{linked}.copy", path)


@pytest.mark.parametrize("change", [point_link, put_file])
def test_a_link_that_leads_elsewhere_is_followed(linked, change, caplog):
    app = create_app()

    with app.app_context():
        init_db()

    alice = log_in(app, "alice")
    write(alice, "Old")
    make_copy(linked)

    with closing(sqlite3.connect(f"{linked}.copy")) as db, db:
        db.execute("UPDATE post SET title = 'New'")

    change(app.config["DATABASE"], linked)
    write(alice, "Newer")
    assert titles(alice.get("/")) == ["Newer", "New"]
    assert "linked to another file" in caplog.text
    app.extensions["flaskr.db"].shutdown()

    with closing(sqlite3.connect(linked)) as db:
        assert db.execute("SELECT title FROM post").fetchall() == [("Old",)]


# With servers


def away_and_back(path):
    os.rename(path, f"{path}.away")
    time.sleep(0.1)
    os.rename(f"{path}.away", path)


@long
@pytest.mark.parametrize(
    "lose", [REMOVALS[0], away_and_back], ids=lambda lose: lose.__name__
)
def test_two_servers_lose_nothing_when_files_go(installed, instance, lose):
    session = cookie(log_in(installed, "alice"))
    path = installed.config["DATABASE"]
    installed.extensions["flaskr.db"].shutdown()
    servers = []

    def lose_again():
        for _ in range(2):
            lose(path)
            time.sleep(0.3)

    try:
        for _ in range(2):
            servers.append(Server(instance))

        ports = [server.port for server in servers]
        written = write_from(ports, session, 0.1, lose_again, at_least=21)
    finally:
        logs = [server.end(signal.SIGKILL) for server in servers]

    assert len(written.posts) > 20
    assert set(written.others) <= {503}
    assert not list(find_missing(installed, written, pages=10)), logs
    # What is back before anybody looks is nobody's loss.
    noticed = [log for log in logs if "in use" in log or "was removed during" in log]
    assert noticed or lose is away_and_back

"""Connections to a server that restarts, hangs, is full, or is another one by now."""

import os
import threading
import time

import pytest

from flaskr import create_app
from flaskr.data import posts
from flaskr.db import get_db
from flaskr.db import get_pool
from flaskr.db import transaction

from ..conftest import rows
from ..conftest import titles
from ..conftest import wait_until
from ..conftest import write

psycopg = pytest.importorskip("psycopg")

from flaskr.postgresql import connection as connection_module  # noqa: E402
from flaskr.postgresql import pool as pool_module  # noqa: E402
from flaskr.postgresql import readers as readers_module  # noqa: E402
from flaskr.postgresql.connection import Connection  # noqa: E402

TERMINATE = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
TEXT = {"title": "A title", "body": "hours of work"}


def number_of_server():
    return get_db().execute("SELECT pg_backend_pid() AS pid").fetchone()["pid"]


def publish(client):
    response = client.post("/create", data=TEXT)
    assert response.status_code == 503
    assert "hours of work" in response.text
    assert response.headers["Retry-After"]
    return response


def test_requests_one_after_the_other_borrow_one_connection(app):
    with app.app_context():
        first = number_of_server()

    with app.app_context():
        assert number_of_server() == first


def test_a_restart_between_two_requests_is_not_noticed(app, alice, client, execute):
    write(alice)
    client.get("/")
    execute(app, TERMINATE)
    assert titles(client.get("/")) == ["A title"]
    execute(app, TERMINATE)
    write(alice)


def test_a_restart_in_a_request_is_a_503_with_the_text(
    app, alice, monkeypatch, execute
):
    def create(*args, **options):
        execute(app, TERMINATE)
        get_db().execute("SELECT 1")

    with monkeypatch.context() as patch:
        patch.setattr(posts, "create", create)
        publish(alice)

    write(alice)


def test_a_restart_while_something_is_committed_is_a_503(
    app, alice, monkeypatch, execute
):
    def commit(connection, sql, *args, run=psycopg.Connection.execute, **options):
        if sql == "COMMIT" and not rest:
            rest.append(1)
            execute(app, TERMINATE)

        return run(connection, sql, *args, **options)

    rest = []
    monkeypatch.setattr(psycopg.Connection, "execute", commit)
    response = alice.post("/create", data=TEXT)
    assert response.status_code == 503
    assert "hours of work" in response.text
    assert "may or may not have been saved" in response.text
    assert rows(app, "SELECT id FROM post") == []


def test_a_transaction_that_was_idle_for_too_long_is_a_503_with_the_text(
    app, alice, monkeypatch
):
    def create(*args, **options):
        db = get_db()
        db.execute("SET LOCAL idle_in_transaction_session_timeout = '50ms'")
        time.sleep(0.3)
        db.execute("SELECT 1")

    with monkeypatch.context() as patch:
        patch.setattr(posts, "create", create)
        assert "may or may not have been saved" not in publish(alice).text

    write(alice)


@pytest.mark.parametrize(
    ("state", "may_be_there"),
    [
        ("25P02", False),
        ("25P03", False),
        ("25P04", False),
        ("25006", False),
        ("08006", True),
        ("40003", True),
        ("57P01", True),
        # As some poolers say that they lost the server.
        ("XX000", True),
        (None, True),
    ],
)
def test_a_commit_that_fails_says_whether_the_text_may_be_there(
    app, alice, monkeypatch, state, may_be_there
):
    def commit(connection, sql, *args, run=psycopg.Connection.execute, **options):
        if sql != "COMMIT":
            return run(connection, sql, *args, **options)

        run(connection, "ROLLBACK")
        raise (
            psycopg.errors.lookup(state) if state else psycopg.OperationalError("gone")
        )

    monkeypatch.setattr(psycopg.Connection, "execute", commit)
    assert ("may or may not have been saved" in publish(alice).text) == may_be_there


@pytest.mark.parametrize("state", ["25P02", "40003", "53200", "55000", "72000"])
def test_what_the_server_lacks_is_a_503_with_the_text(alice, monkeypatch, state):
    def create(*args, **options):
        raise psycopg.errors.lookup(state)("the server")

    with monkeypatch.context() as patch:
        patch.setattr(posts, "create", create)
        publish(alice)

    write(alice)


def test_a_commit_that_collides_is_tried_again(app, alice, monkeypatch):
    def commit(connection, sql, *args, run=psycopg.Connection.execute, **options):
        if sql == "COMMIT" and not collisions:
            collisions.append(1)
            # The server has ended it.
            run(connection, "ROLLBACK")
            raise psycopg.errors.SerializationFailure("could not serialize access")

        return run(connection, sql, *args, **options)

    collisions = []
    monkeypatch.setattr(psycopg.Connection, "execute", commit)
    write(alice)
    assert len(rows(app, "SELECT id FROM post")) == 1


def test_a_server_that_hangs_is_waited_for_so_long(app, alice, client, monkeypatch):
    monkeypatch.setattr(Connection, "timeout", 0.3)
    monkeypatch.setattr(
        posts,
        "create",
        lambda *_, **__: get_db().execute("SELECT pg_sleep(60)"),
    )
    began = time.monotonic()
    publish(alice)
    assert time.monotonic() - began < 20
    assert client.get("/").status_code == 200


def test_nobody_else_waits_for_a_server_that_hangs(app, client, monkeypatch):
    asked = []

    def hang(connection):
        asked.append(1)
        connection.timeout = 0.1
        connection.execute("SELECT pg_sleep(60)")

    with monkeypatch.context() as patch:
        patch.setattr(pool_module, "read_version", hang)
        patch.setattr(pool_module, "SILENCE", 0.05)

        for _ in range(3):
            assert client.get("/").status_code == 503

    # Once when it was found, and then not for a while.
    assert len(asked) == 1
    assert "does not answer" not in client.get("/").text
    monkeypatch.setattr(get_pool(app), "silent_until", 0)
    assert client.get("/").status_code == 200


def test_an_answer_that_is_none_is_not_taken_for_one(app):
    with (
        app.app_context(),
        pytest.raises(psycopg.OperationalError, match="unexpected answer"),
    ):
        get_db().ask("")


def test_a_question_that_is_wrong_is_a_defect(app, client, monkeypatch):
    def ask(connection):
        connection.execute("SELECT nothing")

    monkeypatch.setattr(pool_module, "read_version", ask)

    with pytest.raises(psycopg.errors.UndefinedColumn):
        get_pool(app).acquire()


def borrow_several(app, number=4):
    """Have some connections idle."""
    pool = get_pool(app)

    for connection in [pool.acquire() for _ in range(number)]:
        pool.release(connection)

    assert len(pool.idle) == number
    return pool


def test_connections_that_went_silent_are_waited_for_once(app, client, monkeypatch):
    def hang(connection, ask=pool_module.read_version):
        if connection not in silent:
            return ask(connection)

        waited.append(connection)
        connection.timeout = 0.1
        connection.execute("SELECT pg_sleep(60)")

    monkeypatch.setattr(pool_module, "SILENCE", 0.05)
    pool = borrow_several(app)
    silent, waited = list(pool.idle), []
    monkeypatch.setattr(pool_module, "read_version", hang)
    assert client.get("/").status_code == 503
    monkeypatch.setattr(pool, "silent_until", 0)
    assert client.get("/").status_code == 200
    assert len(waited) == 1


@pytest.mark.parametrize(("is_gone", "left"), [(True, 0), (False, 3)])
def test_a_server_that_cancels_nothing_is_waited_for_once(
    app, monkeypatch, is_gone, left
):
    def cancel(connection, **options):
        if is_gone:
            raise psycopg.OperationalError("cancellation failed")

    monkeypatch.setattr(Connection, "cancel_safe", cancel)
    pool = borrow_several(app)
    connection = pool.acquire()
    connection.timeout = 0.1

    with pytest.raises(psycopg.OperationalError, match="did not answer"):
        connection.execute("SELECT pg_sleep(1)")

    pool.release(connection)
    # A statement that takes long is no reason to leave the others.
    assert len(pool.idle) == left


@pytest.fixture
def impatient(app, monkeypatch):
    """Those of the app who read, none of whom waits for long beside another."""
    monkeypatch.setattr(readers_module, "PATIENCE", 1)
    monkeypatch.setattr(readers_module, "SHORT_PATIENCE", 1)
    return get_pool(app).readers


def test_a_locked_table_leaves_threads_for_what_it_does_not_concern(
    app, alice, client, impatient, caplog
):
    def read():
        answers.append(app.test_client().get("/?waits").status_code)

    write(alice)
    client.get("/")
    answers = []
    thread = threading.Thread(target=read)

    with psycopg.connect(app.config["DATABASE"]) as other:
        other.execute("LOCK TABLE post")
        thread.start()
        wait_until(impatient.turn.locked)

        for number in range(2):
            assert client.get(f"/?{number}").status_code == 503

        assert titles(client.get("/")) == ["A title"]
        assert client.get("/auth/login").status_code == 200
        assert not answers

    thread.join(10)
    assert answers == [200]
    assert "slow to answer others" in caplog.text
    assert client.get("/?0").status_code == 200


def test_a_writer_waits_as_long_as_before(app, impatient, databases, monkeypatch):
    def wait_for_lock(locked):
        with databases.lock_writers(app.config["DATABASE"]):
            locked.set()
            time.sleep(0.6)

    locked = threading.Event()
    thread = threading.Thread(target=wait_for_lock, args=[locked])

    with app.app_context():
        get_db()
        monkeypatch.setattr(readers_module, "PATIENCE", 0.2)
        thread.start()
        locked.wait(10)

        with impatient.hold_turn(), transaction() as db:
            db.execute("SELECT pg_sleep(0.6)")

    thread.join(10)


def test_a_request_waits_once_for_a_server_that_lets_nobody_in(
    instance, silent, monkeypatch, caplog
):
    app = create_app({"TESTING": True, "DATABASE": silent.url})
    client = app.test_client()
    assert client.get("/").status_code == 503
    assert silent.count() == 1
    assert client.get("/").status_code == 503
    assert silent.count() == 1

    # The next one that waits is alone with that.
    get_pool(app).silent_until = 1
    thread = threading.Thread(target=app.test_client().get, args=["/"])
    thread.start()
    wait_until(lambda: silent.count() == 2)
    assert client.get("/").status_code == 503
    assert silent.count() == 2
    thread.join(10)
    assert client.post("/auth/login").status_code == 503
    assert silent.count() == 2


def test_a_server_that_refuses_at_once_is_asked_at_once(instance, caplog):
    app = create_app({"TESTING": True, "DATABASE": "postgresql://127.0.0.1:1/blog"})
    assert app.test_client().get("/").status_code == 503
    assert get_pool(app).silent_until == 0


def test_connections_have_a_number(app, client, monkeypatch, caplog):
    pool = get_pool(app)
    monkeypatch.setattr(pool, "free", threading.BoundedSemaphore(1))
    monkeypatch.setattr(pool_module, "CONNECTION_WAIT", 0.1)
    monkeypatch.setattr(pool_module, "SILENCE", 0.05)

    connection = pool.acquire()
    assert client.get("/").status_code == 503
    pool.release(connection)
    assert "all connections are in use" in caplog.text
    # That says nothing of the server.
    assert pool.silent_until == 0
    assert client.get("/").status_code == 200


def test_a_transaction_that_was_left_open_is_nobody_elses(app, alice, client):
    write(alice)

    with app.app_context():
        get_db().execute("BEGIN")
        get_db().execute("DELETE FROM post")
        left = number_of_server()

    with app.app_context():
        assert number_of_server() != left

    assert titles(client.get("/")) == ["A title"]


def test_a_connection_belongs_to_its_request(app):
    with app.app_context():
        db = get_db()

    with pytest.raises(psycopg.ProgrammingError, match="closed"):
        db.execute("SELECT 1")


def test_a_process_uses_no_connection_of_another(app):
    with app.app_context():
        get_db()
        pool = get_pool()

    (before,) = pool.idle
    pool.pid = 0
    connection = pool.acquire()
    assert connection is not before
    pool.release(connection)
    before.close()


def test_a_child_of_a_fork_has_connections_of_its_own(app):
    with app.app_context():
        get_db().execute("SELECT 1")
        child = os.fork()

        if not child:
            # Neither what is idle nor what is in use.
            try:
                get_pool().release(get_db())
                connection = get_pool().acquire()
                fine = connection.execute("SELECT 1 AS one").fetchone()["one"] == 1
                get_pool().release(connection)
                get_pool().shutdown()
                os._exit(0 if fine else 1)
            finally:
                os._exit(2)

        assert os.waitpid(child, 0)[1] == 0
        assert get_db().execute("SELECT 2 AS two").fetchone()["two"] == 2

    assert app.test_client().get("/").status_code == 200


def test_what_is_of_another_process_is_neither_closed_nor_lent(app, monkeypatch):
    pool = get_pool(app)
    connection = pool.acquire()
    pool.release(pool.acquire())

    with monkeypatch.context() as patch:
        patch.setattr(pool, "pid", 0)
        pool.release(connection)
        pool.shutdown()

    assert pool.inherited == [connection]
    assert len(pool.idle) == 1
    assert not connection.closed
    connection.close()


def test_a_parent_keeps_what_its_child_began_with(app):
    app.test_client().get("/")
    pool = get_pool(app)
    child = os.fork()

    if not child:
        pool.shutdown()
        os._exit(0)

    assert os.waitpid(child, 0)[1] == 0
    assert len(pool.idle) == 1
    assert app.test_client().get("/").status_code == 200


def test_a_writer_that_others_keep_waiting_gets_a_503_with_the_text(
    app, alice, client, monkeypatch, databases
):
    monkeypatch.setattr(
        connection_module,
        "BEGIN",
        connection_module.BEGIN.replace("{milliseconds:.0f}", "200"),
    )

    with databases.lock_writers(app.config["DATABASE"]):
        publish(alice)
        # Nobody who comes now waits in vain, too.
        assert get_pool(app).writers.is_stuck
        assert client.get("/").status_code == 200

    get_pool(app).writers.is_stuck = False
    write(alice)


def test_a_writer_waits_for_a_lock_as_long_as_it_says(app):
    with app.app_context():
        for options, limit in (({}, "5s"), ({"seconds": 0.5}, "500ms")):
            with transaction(**options) as db:
                row = db.execute("SHOW lock_timeout").fetchone()
                assert row["lock_timeout"] == limit


def test_a_server_that_only_reads_is_left_for_another(app, alice):
    """After a failover, a connection may lead to what was the primary."""
    with app.app_context():
        get_db().execute("SET default_transaction_read_only = on")

    publish(alice)
    write(alice)


def test_a_change_of_another_program_waits_for_its_turn(app, alice, databases, execute):
    write(alice)
    done = threading.Event()

    def change():
        execute(app, "UPDATE post SET title = 'Other'")
        done.set()

    with app.app_context(), transaction() as db:
        db.execute("UPDATE post SET body = 'mine'")
        thread = threading.Thread(target=change)
        thread.start()
        assert not done.wait(0.3)

    thread.join(10)
    assert rows(app, "SELECT title, body FROM post") == [
        {"title": "Other", "body": "mine"}
    ]


def test_text_that_postgresql_cannot_hold_is_kept_as_well_as_it_can(app, alice):
    write(alice, "a\0b", "c\0d")
    assert rows(app, "SELECT body FROM post")[0]["body"] in ("c\ufffdd", "cd")
    assert alice.get("/search?q=a%00b").status_code == 200


def test_rows_have_values_by_name_and_by_place(app):
    with app.app_context():
        row = get_db().execute("SELECT 1 AS one, 2 AS two").fetchone()

    assert (row["one"], row[1], len(row), row.keys()) == (1, 2, 2, ["one", "two"])

    with pytest.raises(IndexError):
        row["three"]


def test_what_was_given_up_for_another_transaction_is_tried_again(
    app, alice, monkeypatch
):
    create = posts.create
    tries = []

    def collide(*args, **options):
        tries.append(1)

        if len(tries) == 1:
            raise psycopg.errors.DeadlockDetected("deadlock detected")

        return create(*args, **options)

    monkeypatch.setattr(posts, "create", collide)
    write(alice)
    assert len(rows(app, "SELECT id FROM post")) == 1


def test_a_second_conflict_is_a_503_with_the_text(alice, monkeypatch):
    tries = []

    def collide(*args, **options):
        tries.append(1)
        raise psycopg.errors.SerializationFailure("could not serialize access")

    monkeypatch.setattr(posts, "create", collide)
    publish(alice)
    assert len(tries) == 2


def test_what_is_saved_is_not_tried_again(app, alice, monkeypatch):
    from flaskr.data import tags

    from ..test_errors import send_image

    def collide(*args, **options):
        tries.append(1)
        raise psycopg.errors.SerializationFailure("could not serialize access")

    tries = []
    monkeypatch.setattr(tags, "suggest", collide)
    response = send_image(alice)
    assert response.status_code == 503
    assert "may or may not have been saved" in response.text
    assert len(tries) == 1
    assert len(rows(app, "SELECT id FROM image")) == 1


def test_an_image_is_there_when_it_is_tried_again(app, alice, monkeypatch):
    from flaskr.data import images

    from ..test_images import upload

    add = images.add
    tries = []

    def collide(*args, **options):
        tries.append(1)

        if len(tries) == 1:
            raise psycopg.errors.DeadlockDetected("deadlock detected")

        return add(*args, **options)

    monkeypatch.setattr(images, "add", collide)
    upload(alice)
    assert len(tries) == 2
    assert len(rows(app, "SELECT id FROM image")) == 1


def test_a_deadlock_with_another_program_ends_well(app, alice, databases):
    """It has a row that we want, and wants a turn that is ours."""
    write(alice)
    other = psycopg.connect(app.config["DATABASE"])
    other.execute("SELECT * FROM public_version FOR UPDATE")
    thread = threading.Thread(target=finish, args=[other])

    with app.app_context():
        # So long, we wait for its row.
        timer = threading.Timer(0.3, thread.start)
        timer.start()
        response = alice.post("/create", data={"title": "Another", "body": ""})

    timer.join(10)
    thread.join(10)
    other.close()
    assert response.status_code == 302
    assert len(rows(app, "SELECT id FROM post")) == 2


def finish(other):
    try:
        other.execute("UPDATE post SET title = 'theirs' WHERE id = 1")
        other.commit()
    except psycopg.errors.DeadlockDetected:
        other.rollback()

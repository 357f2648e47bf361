"""What proxies and containers ask: whether the process is alive, and can work."""

import sys
import threading
import time
from pathlib import Path

import pytest
from waitress.task import ThreadedTaskDispatcher

from flaskr import create_app
from flaskr.db import transaction
from flaskr.errors import DatabaseUnavailable
from flaskr.sqlite import sizes
from flaskr.web import probes
from flaskr.web import readiness
from flaskr.web.readiness import LATE
from flaskr.web.refreshed import Refreshed

from .conftest import run_many
from .databases import SERVER

READY = ["database ok", "schema ok", "search ok", "disk ok"]


of_a_file = pytest.mark.skipif(bool(SERVER), reason="a server has its own disk")


def lines(answer):
    return answer.text.splitlines()


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_are_answered_with_nothing_kept_and_no_cookie(client, path):
    answer = client.get(path)

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.content_type == "text/plain; charset=utf-8"
    assert "Set-Cookie" not in answer.headers

    head = client.head(path)
    assert head.status_code == 200
    assert head.text == ""
    assert head.headers["Content-Length"] == answer.headers["Content-Length"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_only_read(client, path):
    answer = client.post(path)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD"


@pytest.mark.parametrize("site", ["https://blog.example", "https://blog.example/blog"])
def test_probes_are_answered_under_any_host(create_ready_app, empty_database, site):
    app = create_ready_app(empty_database, {"TESTING": True, "SITE_URL": site})
    client = app.test_client()

    for host in ("10.0.0.7:8080", "blog.example", "_", "not a host"):
        for path in ("/healthz", "/readyz", f"{site[20:]}/healthz"):
            headers = {"Host": host}
            assert client.get(path, headers=headers).status_code == 200, (host, path)

    assert client.get("/hello", headers={"Host": "10.0.0.7"}).status_code == 400


def test_life_needs_no_database(unready, monkeypatch):
    def fail(*args):
        raise AssertionError("it was asked")

    monkeypatch.setattr(unready.extensions["flaskr.db"], "acquire", fail)
    monkeypatch.setattr(unready.extensions["flaskr.db"], "version", fail)
    assert unready.test_client().get("/healthz").text == "ok\n"


def test_a_ready_blog_says_so(client, databases):
    assert lines(client.get("/readyz")) == READY


def test_a_missing_database_is_named(unready, instance):
    answer = unready.test_client().get("/readyz")

    assert answer.status_code == 503
    assert "schema failed: There is no database yet." in lines(answer)
    assert "search unknown" in lines(answer)
    assert str(instance) not in answer.text


def test_a_newer_schema_is_named(app, client, databases, execute, caplog):
    server = "UPDATE schema_version SET version = 1000000"
    execute(app, server if SERVER else "PRAGMA user_version = 1000000")
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert "schema failed: The database is from a newer version" in answer.text
    assert "is from a newer version" in caplog.text


def test_a_blog_is_ready_while_somebody_writes(app, client, databases):
    with databases.lock_writers(app.config["DATABASE"]):
        assert lines(client.get("/readyz")) == READY


def test_a_search_that_misses_posts_is_named(app, client, alice, databases):
    with app.app_context(), transaction() as db:
        run_many(
            db,
            "INSERT INTO post (author_id, title, body) VALUES (?, 'a', 'b')",
            [(1,)] * (readiness.MAX_BACKLOG + 1),
        )

    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert f"search failed: More than {readiness.MAX_BACKLOG} posts" in answer.text


def test_posts_that_the_next_search_indexes_do_no_harm(app, client, alice, databases):
    alice.post("/create", data={"title": "New", "body": "words"})
    assert lines(client.get("/readyz")) == READY


@of_a_file
def test_a_database_that_is_not_available_is_named_without_its_place(
    app, client, monkeypatch, caplog
):
    database = Path(app.config["DATABASE"])
    app.extensions["flaskr.db"].shutdown()
    database.rename(database.with_suffix(".away"))
    database.mkdir()
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert "ok" not in lines(answer)[0]
    assert str(database) not in answer.text
    assert str(database) in caplog.text
    database.rmdir()
    database.with_suffix(".away").rename(database)
    monkeypatch.setattr("flaskr.web.refreshed.time.monotonic", lambda: 1e9)
    assert lines(client.get("/readyz")) == READY
    assert "ready again" in caplog.text


def test_a_database_that_is_busy_is_named(app, client, monkeypatch):
    def fail():
        raise DatabaseUnavailable("all of /srv/secret is in use")

    monkeypatch.setattr(app.extensions["flaskr.db"], "acquire", fail)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert lines(answer)[0] == f"database {readiness.NOT_AVAILABLE}"
    assert "secret" not in answer.text


def test_an_error_of_the_database_is_no_error_of_the_page(app, client, execute):
    execute(app, "ALTER TABLE search_queue RENAME TO other")
    assert client.get("/readyz").status_code == 503


@of_a_file
def test_a_disk_without_room_is_named(create_ready_app, empty_database):
    # A file's own disk: of a server's, nobody here knows.
    config = {"TESTING": True, "MIN_FREE_SPACE": 10**9}
    app = create_ready_app(empty_database, config)
    usage = type("usage", (), {"free": 5 * 10**8})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sizes.shutil, "disk_usage", lambda path: usage)
        answer = app.test_client().get("/readyz")

    assert answer.status_code == 503
    assert "disk failed: Less than 1000000000 bytes are free." in lines(answer)


def test_a_disk_that_can_only_be_read_needs_no_room(app, client, monkeypatch):
    monkeypatch.setattr(sizes, "is_on_read_only_disk", lambda path: True)
    monkeypatch.setattr(sizes.shutil, "disk_usage", None)
    assert lines(client.get("/readyz")) == READY


@of_a_file
def test_a_folder_that_is_gone_is_named(app, client, monkeypatch):
    def fail(path):
        raise FileNotFoundError(path)

    monkeypatch.setattr(sizes.shutil, "disk_usage", fail)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "disk failed: There is no such folder." in lines(answer)


def test_many_who_ask_cost_one_look(app, client, monkeypatch):
    looks = []
    look = readiness.look
    monkeypatch.setattr(readiness, "look", lambda app: looks.append(1) or look(app))
    monkeypatch.setattr("flaskr.web.refreshed.time.monotonic", lambda: 5.0)

    for _ in range(20):
        assert client.get("/readyz").status_code == 200

    assert len(looks) == 1


def test_a_database_that_does_not_answer_holds_up_nobody(app, client, monkeypatch):
    goes_on = threading.Event()
    monkeypatch.setattr(readiness, "look", lambda app: goes_on.wait(60) and LATE)
    monkeypatch.setattr(app.wsgi_app.readiness.report, "patience", 0.05)

    for _ in range(3):
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert lines(answer) == ["database failed: no answer within 1 second"]

    goes_on.set()


def test_one_waits_and_the_others_get_what_was_true():
    goes_on = threading.Event()
    found = iter(["first", "second"])

    def find():
        value = next(found)
        assert value == "first" or goes_on.wait(60)
        return value

    refreshed = Refreshed(find, seconds=0, patience=60)
    assert refreshed.get() == "first"
    waiting = threading.Thread(target=refreshed.get)
    time.sleep(0.001)
    waiting.start()

    while refreshed.thread.ident is None or not waiting.is_alive():
        time.sleep(0.001)

    assert refreshed.get() == "first"
    goes_on.set()
    waiting.join(60)
    assert refreshed.found == "second"


def test_an_app_that_has_ended_is_not_ready(app):
    assert app.wsgi_app.readiness.look(None) is LATE


class Connection:
    """Of waitress, that asks for something."""

    def __init__(self, dispatcher, path, error=None):
        self.requests = [type("request", (), {"path": path, "error": error})]
        self.adj = type("adj", (), {"url_prefix": "/blog"})
        self.server = type("server", (), {"task_dispatcher": dispatcher})
        self.served = threading.Event()
        self.cancel = self.served.set
        self.fails = False

    def service(self):
        self.served.set()
        assert not self.fails


@pytest.fixture
def dispatcher():
    """One of waitress, whose thread is busy."""
    dispatcher = ThreadedTaskDispatcher()
    busy = Connection(dispatcher, "/")
    goes_on = threading.Event()
    busy.service = lambda: busy.served.set() or goes_on.wait(60)
    dispatcher.set_thread_count(1)
    dispatcher.add_task(busy)
    assert busy.served.wait(60)
    yield dispatcher
    goes_on.set()
    dispatcher.shutdown(cancel_pending=True, timeout=60)


@pytest.mark.skipif(sys.platform == "win32", reason="the aim is Linux")
def test_life_waits_for_no_thread(dispatcher):
    for path, error, is_served in (
        ("/blog/healthz", None, True),
        ("/healthz", None, False),
        ("/blog/readyz", None, False),
        ("/blog/healthz", "it is too large", False),
    ):
        connection = Connection(dispatcher, path, error)
        dispatcher.queue.append(connection)
        probes.answer_probe(connection)

        if is_served:
            assert connection.served.wait(60)

            with dispatcher.probe_turn:
                assert connection not in dispatcher.queue
        else:
            assert not connection.served.is_set()
            dispatcher.queue.remove(connection)


def test_a_probe_that_a_thread_has_taken_is_left_to_it(dispatcher):
    connection = Connection(dispatcher, "/blog/healthz")
    probes.answer_probe(connection)
    assert not dispatcher.probe_turn.locked()
    connection.requests.clear()
    probes.answer_probe(connection)
    assert not connection.served.is_set()


def test_one_probe_at_a_time_has_a_thread_of_its_own(dispatcher):
    first = Connection(dispatcher, "/blog/healthz")
    probes.answer_probe(first)

    with dispatcher.probe_turn:
        dispatcher.queue.append(first)
        probes.answer_probe(first)
        assert first in dispatcher.queue

    dispatcher.queue.remove(first)


def test_a_probe_that_fails_keeps_no_turn(dispatcher, caplog):
    connection = Connection(dispatcher, "/blog/healthz")
    connection.fails = True
    dispatcher.queue.append(connection)
    probes.answer_probe(connection)
    assert connection.served.wait(60)

    with dispatcher.probe_turn:
        assert "Exception when servicing" in caplog.text


def test_free_threads_answer_probes(dispatcher):
    dispatcher.active_count -= 1
    connection = Connection(dispatcher, "/blog/healthz")
    dispatcher.queue.append(connection)
    probes.answer_probe(connection)
    assert connection in dispatcher.queue
    dispatcher.active_count += 1


def test_there_is_no_debug_page_in_front(instance):
    app = create_app({"TESTING": True, "DEBUG": True})
    assert app.test_client().get("/healthz").text == "ok\n"

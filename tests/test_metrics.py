"""Numbers for the operator, whichever process is asked."""

import http.client
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.test import run_wsgi_app

from flaskr import create_app
from flaskr.sqlite import pool
from flaskr.web import counts
from flaskr.web import metrics
from flaskr.web import observed
from flaskr.web.counts import Counts

from .children import child
from .children import end
from .children import FAULTS
from .children import IS_LONG
from .children import LIMIT
from .children import status_of
from .conftest import wait_until
from .conftest import write
from .databases import SERVER

LINE = re.compile(r'(\w+)(?:\{((?:\w+="(?:[^"\\\n]|\\.)*",?)+)\})? (\S+)')
LABEL = re.compile(r'(\w+)="((?:[^"\\\n]|\\.)*)"')
HERE = {"TESTING": True, "METRICS_FROM": ["127.0.0.1"]}


@pytest.fixture
def make(create_ready_app, people):
    """Make an app that somebody may read the numbers of, and more with the same
    database."""
    made = []

    def make(**config):
        if made:
            made.append(create_app(HERE | config))
        else:
            made.append(create_ready_app(people()[0], HERE | config))

        return made[-1]

    yield make

    for app in made:
        app.extensions["flaskr.db"].shutdown()


@pytest.fixture
def client(make, databases):
    return make().test_client()


def parse(text):
    """The samples of a page by name and labels."""
    samples, kinds = {}, {}

    for line in text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kinds[name] = line.split(" ")
        elif not line.startswith("# HELP "):
            name, labels, value = LINE.fullmatch(line).groups()
            key = (name, *sorted(LABEL.findall(labels or "")))
            assert key not in samples
            samples[key] = float(value)

    return samples, kinds


def scrape(client):
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    return parse(answer.text)[0]


def request(route, status="200", method="GET"):
    labels = {"route": route, "method": method, "status": status}
    return ("flaskr_requests_total", *sorted(labels.items()))


def cached(result):
    return ("flaskr_page_cache_requests_total", ("result", result))


def ask(app, address, path="/metrics", **headers):
    environ = EnvironBuilder(path, headers=headers).get_environ()
    environ["REMOTE_ADDR"] = address
    return int(run_wsgi_app(app.wsgi_app, environ, True)[1][:3])


def test_nobody_reads_them_by_default(app, instance, databases):
    client = app.test_client()
    client.get("/")
    answer = client.get("/metrics")
    assert answer.status_code == 404
    assert "Nothing here" in answer.text
    assert not (instance / "metrics").exists()
    assert not isinstance(app.wsgi_app.app, observed.Observed)


@pytest.mark.parametrize(
    ("names", "address", "status"),
    [
        (["127.0.0.1"], "127.0.0.1", 200),
        (["127.0.0.1"], "::ffff:127.0.0.1", 200),
        (["127.0.0.1"], "10.0.0.1", 404),
        (["10.0.0.0/8", "fd00::/8"], "10.2.3.4", 200),
        (["10.0.0.0/8", "fd00::/8"], "fd00::1", 200),
        (["10.0.0.0/8"], "", 404),
        (["10.0.0.0/8"], "nonsense", 404),
        (["unix"], "", 200),
        (["unix"], "127.0.0.1", 404),
    ],
)
def test_a_setting_says_who_reads_them(make, names, address, status, databases):
    assert ask(make(METRICS_FROM=names), address) == status


def test_whoever_comes_through_a_proxy_has_its_own_address(make, databases):
    forwarded = {"X-Forwarded-For": "127.0.0.1"}
    app = make(METRICS_FROM=["127.0.0.1"])
    # It comes from a proxy that nobody named: it could be anybody.
    assert ask(app, "127.0.0.1", **forwarded) == 404
    assert ask(app, "127.0.0.1", Forwarded="for=127.0.0.1") == 404

    app = make(METRICS_FROM=["127.0.0.1", "10.0.0.9"], TRUSTED_PROXIES=["127.0.0.1"])
    assert ask(app, "127.0.0.1") == 200
    assert ask(app, "127.0.0.1", **{"X-Forwarded-For": "8.8.8.8"}) == 404
    assert ask(app, "127.0.0.1", **{"X-Forwarded-For": "10.0.0.9, 8.8.8.8"}) == 404
    assert ask(app, "127.0.0.1", **{"X-Forwarded-For": "8.8.8.8, 10.0.0.9"}) == 200
    assert ask(app, "127.0.0.1", **{"X-Forwarded-For": "unknown"}) == 404


@pytest.mark.parametrize("names", ["127.0.0.1", ["x"], [7.5], ["10.0.0.1/8"]])
def test_addresses_that_are_none_are_named(instance, names):
    with pytest.raises(SystemExit, match="METRICS_FROM"):
        create_app({"TESTING": True, "METRICS_FROM": names})


def test_requests_are_counted_by_route_method_and_status(make, databases):
    client = make().test_client()

    for path in ("/", "/", "/hello", "/999999", "/nope/1", "/nope/2", "/tags//"):
        client.get(path)

    client.head("/")
    client.post("/auth/login", data={"username": "x", "password": "y"})
    client.put("/")
    client.open("/", method="BREW")
    client.get("/static/style.css")
    client.get("/healthz")
    found = scrape(client)

    assert found[request("/")] == 2
    assert found[request("/", method="HEAD")] == 1
    assert found[request("/", "405", "other")] == 2
    assert found[request("/hello")] == 1
    assert found[request("none", "404")] == 2
    assert found[request("/auth/login", "422", "POST")] == 1
    assert found[request("/static/<path:filename>")] == 1
    assert not any("nope" in str(key) or "healthz" in str(key) for key in found)
    assert found == scrape(client)


def test_latencies_are_a_histogram_of_each_route(client):
    for _ in range(3):
        client.get("/hello")

    text = client.get("/metrics").text
    found, kinds = parse(text)
    name = "flaskr_request_duration_seconds"
    buckets = [
        value
        for key, value in found.items()
        if key[0] == f"{name}_bucket" and ("route", "/hello") in key
    ]

    assert kinds[name] == "histogram"
    assert buckets == sorted(buckets)
    assert len(buckets) == len(observed.SECONDS) + 1
    assert buckets[-1] == found[f"{name}_count", ("route", "/hello")] == 3
    assert 0 < found[f"{name}_sum", ("route", "/hello")] < 60
    assert '_bucket{route="/hello",le="+Inf"} 3\n' in text


def test_what_the_page_cache_does_is_counted(make, databases):
    app = make()
    client = app.test_client()

    for _ in range(3):
        client.get("/")

    client.set_cookie("flaskr_session", "x")
    client.get("/")
    client.post("/auth/logout")
    found = scrape(client)
    assert found[cached("hit")] == 2
    assert found[cached("miss")] == 1
    assert found[cached("bypass")] == 2


def test_sizes_and_totals_are_those_of_the_blog(
    people, create_ready_app, databases, request
):
    database, cookies = people("alice")
    app = create_ready_app(database, HERE)
    client = app.test_client()

    for name, value in cookies["alice"].items():
        client.set_cookie(name, value)

    post = write(client)
    client.post(f"/{post}/comment", data={"comment": "Hi"})
    app.config["NEWCOMER_APPROVAL"] = "all"
    client.post(f"/{post}/comment", data={"comment": "Waits"})
    found = scrape(client)

    assert found["flaskr_database_up",] == 1
    assert found["flaskr_database_size_bytes",] > 10_000
    assert found["flaskr_posts",] == 1
    assert found["flaskr_people",] == 1
    assert found["flaskr_comments",] == 1
    assert found["flaskr_sessions",] >= 1
    assert found["flaskr_search_queue",] <= 1
    assert found["flaskr_moderation_queue",] == 1
    assert found["flaskr_processes",] == 1


def test_what_is_in_use_is_counted(make, databases):
    app = make()
    client = app.test_client()
    hashes = app.extensions["flaskr.passwords"]
    pool = app.extensions["flaskr.db"]
    decode = app.extensions["flaskr.uploads"].wait
    client.get("/")

    with (
        hashes.slot("somebody"),
        decode(),
        pool.writers.wait(1),
    ):
        connection = pool.acquire()
        found = scrape(client)
        pool.release(connection)

    assert found["flaskr_password_hashes",] == 1
    assert found["flaskr_images",] == 1
    assert found["flaskr_writers",] == 1
    assert found["flaskr_database_connections_in_use",] >= 1
    found = scrape(client)
    assert found["flaskr_password_hashes",] == 0
    assert found["flaskr_writers",] == 0
    assert found["flaskr_database_connections_in_use",] == 0
    assert found["flaskr_database_connections_idle",] >= 1


def test_a_blog_without_a_database_has_numbers(unready, instance):
    app = create_app(HERE)
    client = app.test_client()
    assert client.get("/").status_code == 503
    found = scrape(client)
    assert found["flaskr_database_up",] == 0
    assert found[request("/", "503")] == 1
    assert metrics.read_database(None) == {"database_up": 0}


def test_an_answer_that_raises_is_counted_as_what_a_server_sends(make, databases):
    app = make()

    def fail(environ, start_response):
        raise RuntimeError

    app.extensions["flaskr.page_cache"].wsgi_app = fail

    with pytest.raises(RuntimeError):
        app.test_client().get("/")

    assert scrape(app.test_client())[request("/", "500")] == 1


def test_two_apps_of_a_process_share_nothing(make, databases):
    first = make()
    first.test_client().get("/hello")
    second = make()
    second.test_client().get("/hello")
    second.test_client().get("/hello")
    assert scrape(first.test_client())[request("/hello")] == 1
    assert scrape(second.test_client())[request("/hello")] == 2


def test_labels_are_escaped():
    assert metrics.write("x", {"a": 'q"\\\n'}, 1) == 'x{a="q\\"\\\\\\n"} 1\n'


KEY = ("a", "b")


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "metrics"


def make_counts(folder):
    return Counts(folder, lambda: None)


def test_the_next_process_goes_on_with_what_the_last_one_counted(folder):
    for number in range(1, 4):
        own = make_counts(folder)
        own.add(KEY, (0, 1), (15, 2))
        own.set_gauges({"g": 5, "h": -1})
        found = own.read_all()
        assert found[KEY] == [number, *[0] * 14, 2 * number]
        assert found["gauge", "g"][0] == 5
        assert found["gauge", "h"][0] == 0
        own.leave()

    assert len(list(folder.iterdir())) == 1
    own = make_counts(folder)
    own.add(KEY, (0, 1))
    assert own.read_all()["gauge", "g"][0] == 0
    own.leave()


def test_what_processes_counted_that_ended_is_not_lost(folder, monkeypatch):
    first, second, third = (make_counts(folder) for _ in "123")
    first.add(KEY, (0, 1))
    second.add(KEY, (0, 10))
    second.set_gauges({"g": 1})
    third.add(KEY, (0, 100))
    third.set_gauges({"g": 1})
    # Those of another process.
    monkeypatch.setattr(counts, "name_process", lambda: b"another")
    assert first.read_all()[KEY][0] == 111
    assert first.read_all()["gauge", "g"][0] == 2
    second.leave()
    assert first.read_all()[KEY][0] == 111
    assert first.read_all()["gauge", "g"][0] == 1
    first.leave()
    third.leave()


def test_a_child_of_a_fork_counts_for_itself(folder):
    own = make_counts(folder)
    own.add(KEY, (0, 1))
    pid = os.fork()

    if pid == 0:
        own.add(KEY, (0, 10))
        os._exit(own.read_all()[KEY][0] != 11)

    assert status_of(pid) == 0
    assert own.read_all()[KEY][0] == 11
    assert len(list(folder.iterdir())) == 2
    own.leave()


def test_a_process_that_finds_its_parents_file_begins_anew(folder):
    own = make_counts(folder)
    own.add(KEY, (0, 1))
    own.pid = -1
    own.add(KEY, (0, 10))
    assert own.read_all()[KEY][0] == 11
    own.leave()


def test_the_number_of_records_is_bounded(folder, monkeypatch):
    monkeypatch.setattr(counts, "MAX_RECORDS", 2)
    own = make_counts(folder)

    for key in ("a", "b", "c", "d", "x" * 200):
        own.add((key,), (0, 1))

    assert own.read_all() == {
        key: [number, *[0] * 15]
        for key, number in ((("a",), 1), (("b",), 1), (("other",), 3))
    }
    own.leave()


def test_a_full_disk_stops_no_count(folder, monkeypatch):
    own = make_counts(folder)
    own.add(KEY, (0, 1))

    def fail(*args):
        raise OSError("full")

    with monkeypatch.context() as patch:
        patch.setattr(counts, "write_at", fail)
        own.add(("c",), (0, 1))
        own.add(KEY, (0, 1))

    own.add(("d",), (0, 1))
    assert own.read_all()[KEY][0] == 2
    own.leave()
    # The record that the disk had no room for is a hole.
    following = make_counts(folder)
    following.add(("d",), (0, 1))
    assert following.read_all()[KEY][0] == 1
    assert following.read_all()["d",][0] == 2
    assert () not in following.read_all()
    following.leave()


@pytest.mark.parametrize("what", ["no folder", "no locks"])
def test_without_a_place_each_process_counts_its_own(folder, what, monkeypatch, caplog):
    if what == "no folder":
        folder.write_text("a file")
    else:
        monkeypatch.setattr(counts, "lock", lambda file: False)

    own = make_counts(folder)
    own.add(KEY, (0, 1))
    own.add(KEY, (0, 1))
    assert own.read_all()[KEY][0] == 2
    assert "Each process counts its own requests alone" in caplog.text


def test_a_file_that_is_just_being_made_is_left_alone(folder):
    folder.mkdir()
    (folder / f"x{counts.SUFFIX}").touch()
    own = make_counts(folder)
    own.add(KEY, (0, 1))
    assert own.path.name != f"x{counts.SUFFIX}"
    assert own.read_all()[KEY][0] == 1
    own.leave()


def test_a_file_that_a_disk_damaged_hides_no_number(make):
    app = make()
    folder = Path(app.instance_path, "metrics")
    folder.mkdir()
    numbers = bytes(counts.RECORD - counts.KEY)
    keys = (b"", b"request\tGET", b"gauge", b"wait", b"\xff\t")
    records = [key.ljust(counts.KEY, b"\0") + numbers for key in keys]
    (folder / f"x{counts.SUFFIX}").write_bytes(b"".join(records) + b"cut off")
    client = app.test_client()
    client.get("/")
    assert scrape(client)[request("/")] == 1


def test_threads_begin_one_file_and_lose_nothing(folder):
    own = make_counts(folder)
    threads = [
        threading.Thread(target=lambda: [own.add(KEY, (0, 1)) for _ in range(500)])
        for _ in range(8)
    ]

    for thread in threads:
        thread.start()

    for thread in threads:
        thread.join(60)

    own.open()
    assert own.read_all()[KEY][0] == 4000
    assert len(list(folder.iterdir())) == 1
    own.leave()


def test_what_is_in_use_is_noted_now_and_then(make, monkeypatch, databases):
    monkeypatch.setattr(metrics, "SAMPLE_EVERY", 0.01)
    app = make()
    app.test_client().get("/hello")
    found = app.extensions["flaskr.metrics"]
    wait_until(lambda: ("gauge", "flaskr_processes") in found.counts.starts)
    found.stop()
    assert not found.thread.is_alive()


GRANIAN = ["granian", "--interface=wsgi", "--factory", "--workers=2", "--no-log"]
GRANIAN += ["--blocking-threads=4", "--host=127.0.0.1", "--port={}"]
GRANIAN += ["flaskr:create_app"]
GUNICORN = ["gunicorn", "--workers=2", "--threads=4", "--bind=127.0.0.1:{}"]
GUNICORN += ["--log-level=error", "flaskr:create_app()"]
COMMANDS = {"granian": GRANIAN, "gunicorn": GUNICORN}
COMMANDS["preload"] = [*GUNICORN, "--preload"]


def ask_server(port, path):
    """The answer to a new connection, which either of two workers gets."""
    with closing(
        http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT)
    ) as client:
        client.request("GET", path)
        return client.getresponse().read().decode()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("server", list(COMMANDS)[: 3 if IS_LONG else 1])
def test_either_of_two_workers_tells_what_both_did(
    tmp_path, server, databases, empty_database, free_port
):
    database = databases.name(tmp_path / "flaskr.sqlite")
    databases.write(empty_database, database)
    environ = {**os.environ, "FLASKR_INSTANCE_PATH": str(tmp_path)}
    environ |= {"FLASKR_DATABASE": database, **FAULTS}
    environ["FLASKR_METRICS_FROM"] = "127.0.0.1"
    command = [part.format(free_port) for part in COMMANDS[server]]
    command = [sys.executable, "-m", *command]
    sent = 0

    for _ in range(2):
        # The second time, the counts go on.
        with child(command, env=environ, stdout=subprocess.DEVNULL) as process:
            wait_until(lambda: is_alive(free_port), LIMIT)
            workers = 0

            while workers < 2:
                for _ in range(20):
                    ask_server(free_port, "/hello")
                    ask_server(free_port, "/")
                    sent += 1

                assert sent < 20_000, "one of them never answers"
                found, _ = parse(ask_server(free_port, "/metrics"))
                workers = found["flaskr_processes",]

            for _ in range(6):
                found, _ = parse(ask_server(free_port, "/metrics"))
                assert found[request("/hello")] == sent
                assert found[request("/")] == sent
                assert sum(found[cached(r)] for r in observed.RESULTS) == 2 * sent

            end(process, signal.SIGTERM)

    assert len(list((tmp_path / "metrics").iterdir())) == 2


def is_alive(port):
    try:
        return ask_server(port, "/healthz") == "ok\n"
    except OSError:
        return False


def waited(what):
    return [
        (f"flaskr_database_{name}_total", ("for", what))
        for name in ("waits", "wait_seconds")
    ]


def test_nobody_waits_who_is_alone(client):
    write_something(client)
    found = scrape(client)

    for what in ("connection", "write"):
        assert [found[key] for key in waited(what)] == [0, 0]


def write_something(client):
    client.post("/auth/register", data={"username": "dora", "password": "tea-and-7x"})


@pytest.fixture
def wait_for_call(monkeypatch):
    """A function that has another thread do something, and returns once that calls a
    function, which has begun to wait a moment later; and ends the thread."""
    threads = []

    def wait_for_call(owner, name, act):
        called, function = threading.Event(), getattr(owner, name)

        def call(*args):
            called.set()
            return function(*args)

        monkeypatch.setattr(owner, name, call)
        threads.append(threading.Thread(target=act))
        threads[-1].start()
        assert called.wait(LIMIT)
        time.sleep(0.1)
        return threads[-1]

    yield wait_for_call

    for thread in threads:
        thread.join(LIMIT)


def test_waits_to_write_are_counted(make, databases, wait_for_call):
    app = make()
    writers = app.extensions["flaskr.db"].writers
    client = app.test_client()

    with writers.writing:
        thread = wait_for_call(
            writers, "wait_for", lambda: write_something(app.test_client())
        )

    thread.join(LIMIT)
    number, seconds = waited("write")
    found = scrape(client)
    assert found[number] >= 1
    assert found[seconds] >= 0.001
    # They are told once, and stay.
    assert scrape(client)[number] == found[number]
    assert found[waited("connection")[0]] == 0


@pytest.mark.skipif(bool(SERVER), reason="a server has the writers of others wait")
def test_waits_for_the_writers_of_another_process_are_counted(
    make, databases, wait_for_call
):
    app = make()
    client = app.test_client()
    # The pool is open.
    client.get("/")

    with closing(sqlite3.connect(app.config["DATABASE"], isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        thread = wait_for_call(
            pool, "begin", lambda: write_something(app.test_client())
        )
        db.execute("ROLLBACK")

    thread.join(LIMIT)
    assert scrape(client)[waited("write")[0]] == 1


@pytest.mark.skipif(not SERVER, reason="SQLite opens one more")
def test_waits_for_a_connection_are_counted(make, databases, wait_for_call):
    app = make()
    connections = app.extensions["flaskr.db"]
    client = app.test_client()
    client.get("/")
    taken = 0

    while connections.free.acquire(blocking=False):
        taken += 1

    thread = wait_for_call(
        connections, "wait_for_free", lambda: app.test_client().get("/auth/login")
    )

    for _ in range(taken):
        connections.free.release()

    thread.join(LIMIT)
    found = scrape(client)
    number, seconds = waited("connection")
    assert found[number] >= 1
    assert found[seconds] >= 0.001

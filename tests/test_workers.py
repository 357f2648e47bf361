"""Servers with two workers: granian, which README recommends to a busy blog, and
gunicorn."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import closing
from contextlib import ExitStack
from importlib.util import find_spec
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from flaskr import create_app

from .children import child
from .children import end
from .children import IS_LONG
from .children import LIMIT
from .conftest import cookie
from .conftest import log_in
from .conftest import rows
from .conftest import wait_until
from .conftest import write

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no such signals"
)

# Each reads what it wrote through another connection: CI takes the time for many.
ROUNDS = 1000 if IS_LONG else 60


def is_answering(port):
    try:
        urlopen(f"http://127.0.0.1:{port}/hello", timeout=LIMIT).close()
    except URLError:
        return False

    return True


GRANIAN = ["granian", "--interface=wsgi", "--factory", "--workers=2", "--no-log"]
GRANIAN += ["--blocking-threads=4", "--host=127.0.0.1", "--port={}"]
GRANIAN += ["--respawn-failed-workers", "--workers-kill-timeout=10"]
GRANIAN += ["flaskr:create_app"]
GUNICORN = ["gunicorn", "--workers=2", "--threads=4", "--bind=127.0.0.1:{}"]
GUNICORN += ["--log-level=error", "flaskr:create_app()"]


COMMANDS = {
    "granian": GRANIAN,
    "gunicorn": GUNICORN,
    "preload": [*GUNICORN, "--preload"],
}


@pytest.mark.parametrize("server", list(COMMANDS)[: 3 if IS_LONG else 1])
def test_two_workers_show_what_was_written_and_leave_one_file(
    tmp_path, empty_database, server, databases
):
    command = COMMANDS[server]
    assert find_spec(command[0]), "pip install -e '.[test]' brings it"
    database = databases.name(tmp_path / "flaskr.sqlite")
    databases.write(empty_database, database)
    (tmp_path / "secret_key").write_text("x" * 40)
    (tmp_path / "config.py").write_text("POSTS_PER_PERSON = POSTS_PER_ADDRESS = 10**6")
    app = create_app({"TESTING": True, "DATABASE": database, "SECRET_KEY": "x" * 40})
    alice = log_in(app, "alice")
    write(alice, "The first")
    session = cookie(alice)
    app.extensions["flaskr.db"].shutdown()

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    command = [sys.executable, "-m", *[part.format(port) for part in command]]
    environ = {**os.environ, "FLASKR_INSTANCE_PATH": str(tmp_path)}
    environ["FLASKR_DATABASE"] = database

    with child(command, env=environ, stdout=subprocess.DEVNULL) as process:
        wait_until(lambda: is_answering(port), LIMIT)
        see_statuses_and_headers(port, session)
        read_what_is_written(port, session)

        if "granian" in command:
            see_slow_clients_hold_up_nobody(port)
            see_a_killed_worker_is_replaced(port, process.pid)

        end(process, signal.SIGTERM)
        assert process.returncode == 0

    assert databases.find_leftovers(database) == []
    assert len(rows(app, "SELECT id FROM post")) == ROUNDS + 1
    app.extensions["flaskr.db"].shutdown()


def test_gunicorn_gives_up_over_a_mistake_in_a_setting(tmp_path):
    (tmp_path / "config.py").write_text("PAGE_SIZE = 0")
    command = [sys.executable, "-m", "gunicorn", "--workers=2", "--bind=127.0.0.1:0"]
    environ = {**os.environ, "FLASKR_INSTANCE_PATH": str(tmp_path)}
    ended = subprocess.run(
        [*command, "flaskr:create_app()"],
        env=environ,
        capture_output=True,
        text=True,
        timeout=LIMIT,
    )
    # Of two workers that end at once, gunicorn itself may add a traceback.
    assert ended.returncode
    assert 1 <= ended.stderr.count("Flaskr can’t start. PAGE_SIZE is 0;") <= 2


def see_statuses_and_headers(port, session):
    for method in ("GET", "HEAD"):
        for path, sent, status, location in (
            ("/", "", 200, None),
            ("/", "", 200, None),
            ("/", session, 200, None),
            ("/tags", "", 200, None),
            ("/nothing", "", 404, None),
            ("/nothing", session, 404, None),
            ("/create", "", 302, "/auth/login"),
            ("/1", "", 301, "/1-the-first"),
            ("/language/zh-Hans", "", 302, "/"),
        ):
            with closing(connect(port)) as client:
                client.request(method, path, headers=headers_of(sent))
                response = client.getresponse()
                body = response.read()

            assert response.status == status, path
            found = response.headers.get("Location", "").partition("?")[0] or None
            assert found == location, path
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["Content-Type"] == "text/html; charset=utf-8"
            assert bool(body) == (method == "GET")


def read_what_is_written(port, session):
    with ExitStack() as stack:
        # Of two workers, a new connection gets either.
        for number in range(ROUNDS):
            if number % 20 == 0:
                clients = [stack.enter_context(closing(connect(port))) for _ in "123"]

            text = f"title=Round+{number}&body=text"
            status, _ = ask(clients[number % 3], "POST", "/create", session, text)
            assert status == 302
            status, page = ask(clients[(number + 1) % 3], "GET", "/")
            assert status == 200
            assert f"Round {number}</a>" in page


def connect(port):
    import http.client

    return http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT)


def headers_of(session):
    return {"Cookie": f"flaskr_session={session}"} if session else {}


def ask(client, method, path, session="", body=None):
    headers = headers_of(session)
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    client.request(method, path, body, headers)
    response = client.getresponse()
    return response.status, response.read().decode()


def see_a_killed_worker_is_replaced(port, server):
    def find_workers():
        command = ["pgrep", "-P", str(server)]
        found = subprocess.run(command, capture_output=True, timeout=LIMIT)
        return set(found.stdout.split())

    before = find_workers()
    os.kill(int(min(before)), signal.SIGKILL)
    wait_until(lambda: len(find_workers() - before) == 1, LIMIT)
    wait_until(lambda: is_answering(port), LIMIT)


def see_slow_clients_hold_up_nobody(port):
    with ExitStack() as stack:
        for _ in range(200):
            client = stack.enter_context(
                socket.create_connection(("127.0.0.1", port), LIMIT)
            )
            client.sendall(b"GET / HTTP/1.1\r\nHost: local")

        with closing(connect(port)) as reader:
            assert ask(reader, "GET", "/")[0] == 200

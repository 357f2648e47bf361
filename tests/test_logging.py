"""What the log says, and how: which request it was, and nothing that opens a door."""

import io
import json
import logging
import os
import signal
import subprocess
import sys
import urllib.request
from contextlib import closing
from urllib.error import HTTPError

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.test import run_wsgi_app

from flaskr import create_app
from flaskr.web import logs

from .children import child
from .children import end
from .children import IS_LONG
from .children import LIMIT
from .conftest import wait_until

COMMANDS = {
    "waitress": ["--listen=127.0.0.1:{}", "--call", "flaskr:create_app"],
    "gunicorn": ["--bind=127.0.0.1:{}", "flaskr:create_app()"],
    "granian": [
        *("--interface=wsgi", "--factory", "--host=127.0.0.1", "--port={}"),
        "flaskr:create_app",
    ],
}


@pytest.fixture(autouse=True)
def logging_as_before():
    """What a process logs is changed as a whole."""
    before = logging.root.handlers[:]
    flasks = logging.getLogger("flaskr")
    flasks.handlers, flasks_before = [], flasks.handlers
    yield io.StringIO()
    logging.root.handlers[:] = before
    flasks.handlers = flasks_before
    logging.getLogger("flaskr.web.observed").setLevel(logging.NOTSET)


@pytest.fixture
def stream(logging_as_before):
    """What goes to standard error."""
    return logging_as_before


@pytest.fixture
def make(create_ready_app, people, stream, monkeypatch):
    made = []

    def make(**config):
        # Without pytest's own.
        monkeypatch.setattr(sys, "stderr", stream)
        logging.root.handlers[:] = [h for h in logging.root.handlers if is_ours(h)]
        config = {"TESTING": True, **config}
        app = create_app(config) if made else create_ready_app(people()[0], config)
        made.append(app)
        app.config["PROPAGATE_EXCEPTIONS"] = False

        @app.get("/broken/<what>")
        def broken(what):
            raise RuntimeError("the\nreason\x1b[31m")

        app.add_url_rule("/link/broken/<what>", "link", broken)
        return app

    yield make

    for app in made:
        app.extensions["flaskr.db"].shutdown()


def is_ours(handler):
    return type(handler) is logging.StreamHandler


def read(stream):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_json_is_one_object_per_line(make, stream):
    client = make(LOG_FORMAT="json").test_client()
    answer = client.get("/broken/a%0a%1b[31m{}")
    line = next(line for line in read(stream) if line["level"] == "ERROR")

    assert answer.status_code == 500
    assert line["logger"] == "flaskr"
    assert line["time"].endswith("+00:00")
    assert line["message"].startswith(r"Exception on '/broken/a\n\x1b[31m{}' [GET]")
    assert "RuntimeError: the\nreason" in line["exception"]
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert line["request_id"] in answer.text
    assert "\x1b" not in stream.getvalue()


def test_json_has_what_others_log(make, stream):
    make(LOG_FORMAT="json")
    logging.getLogger("waitress").error("two\nlines", stack_info=True)
    (line,) = read(stream)
    assert line["logger"] == "waitress"
    assert line["message"] == "two\nlines"
    assert "Stack" in line["stack"]
    assert "request_id" not in line


def test_json_is_what_the_handlers_of_a_server_write(
    make, stream, monkeypatch, databases
):
    server, own = logging.getLogger("a.server"), logging.Formatter("own: %(message)s")
    handler, other = logging.StreamHandler(stream), logging.StreamHandler(io.StringIO())
    handler.setFormatter(own)
    monkeypatch.setattr(server, "handlers", [handler, other])
    monkeypatch.setattr(server, "propagate", False)
    make(LOG_FORMAT="json")
    create_app({"TESTING": True, "LOG_FORMAT": "json"})

    server.error("it began")
    assert read(stream)[-1]["message"] == "it began"
    # A file that the operator has is the operator's.
    assert other.stream.getvalue() == "it began\n"

    # A process has one log: its last app says what it is.
    create_app({"TESTING": True})
    server.error("again")
    assert stream.getvalue().endswith("own: again\n")


@pytest.mark.parametrize("value", ["xml", "JSON", None, 1])
def test_a_format_that_there_is_not_is_named(instance, value):
    with pytest.raises(SystemExit, match="LOG_FORMAT is .* should be 'text' or 'json'"):
        create_app({"TESTING": True, "LOG_FORMAT": value})


def test_the_error_page_shows_which_request_it_was(make, caplog):
    client = make().test_client()
    logging.root.addHandler(caplog.handler)
    answer = client.get("/broken/a%0aFORGED", headers={"X-Request-ID": "forged"})
    request_id = answer.headers["X-Request-ID"]

    assert f"quote request {request_id}." in answer.text
    assert f"(request {request_id})" in caplog.text
    assert "forged" not in (answer.text + caplog.text)
    assert "\nFORGED" not in caplog.text


def test_pages_that_are_kept_name_no_request(make):
    client = make(TRUSTED_PROXIES=["127.0.0.1"]).test_client()

    for path in ("/", "/", "/nothing", "/static/style.css"):
        answer = client.get(path, headers={"X-Request-ID": "one-reader"})
        assert "X-Request-ID" not in answer.headers
        assert "one-reader" not in answer.text


def test_a_page_for_the_database_that_is_missing_names_the_request(unready):
    answer = unready.test_client().get("/")
    assert answer.status_code == 503
    assert answer.headers["X-Request-ID"] in answer.text
    other = unready.test_client().get("/")
    assert other.headers["X-Request-ID"] != answer.headers["X-Request-ID"]


@pytest.mark.parametrize(
    ("sent", "is_taken"),
    [
        ("6f1c-42.A_b", True),
        ("x" * 64, True),
        ("x" * 65, False),
        ("", False),
        ("a b", False),
        ("<b>", False),
        ('"}{', False),
        ("é", False),
        ("a\n", False),
    ],
)
def test_a_request_has_the_name_that_a_trusted_proxy_gives(
    make, sent, is_taken, databases
):
    for proxies, may_name in (["127.0.0.1"], True), (["10.0.0.1"], False), ((), False):
        app = make(TRUSTED_PROXIES=proxies)
        environ = EnvironBuilder("/broken/x").get_environ()
        environ |= {"HTTP_X_REQUEST_ID": sent, "REMOTE_ADDR": "127.0.0.1"}
        _, status, headers = run_wsgi_app(app.wsgi_app, environ, True)

        assert status.startswith("500")
        assert (headers["X-Request-ID"] == sent) == (is_taken and may_name)


@pytest.mark.parametrize("path", ["/link/broken/s3cret", "/link//broken/s3cret"])
@pytest.mark.parametrize("how", ["text", "json"])
def test_no_line_has_what_opens_a_door(make, stream, how, path):
    client = make(LOG_FORMAT=how, LOG_REQUESTS=True).test_client()
    client.get(path)
    client.get("/link/s3cret?x=s3cret")
    client.post("/link/s3cret", headers={"Sec-Fetch-Site": "cross-site"})
    text = stream.getvalue()

    assert text.count("/link/") >= 3
    # A traceback has the code, and no values.
    assert "s3cret" not in text


def test_no_line_for_a_request_unless_that_is_set(make, stream):
    client = make(LOG_FORMAT="json").test_client()
    client.get("/hello")
    assert not stream.getvalue()


def test_each_request_has_a_line_in_json(make, stream):
    client = make(LOG_FORMAT="json", LOG_REQUESTS=True).test_client()
    made = client.get("/tags?q=private")
    kept = client.get("/tags")
    head = client.head("/tags")
    same = client.get("/tags", headers={"If-None-Match": kept.headers["ETag"]})
    found = [line for line in read(stream) if line["level"] == "INFO"]

    for line, answer in zip(found, (made, kept, head, same), strict=True):
        assert line["logger"] == "flaskr.web.observed"
        assert line["path"] == "/tags"
        assert line["status"] == answer.status_code
        assert line["bytes"] == len(answer.data)
        assert line["address"] == "127.0.0.1"
        assert line["ms"] >= 0

    assert [line["method"] for line in found] == ["GET", "GET", "HEAD", "GET"]
    assert len({line["request_id"] for line in found}) == 4
    assert "private" not in stream.getvalue()


def test_each_request_has_a_line_in_text(make, stream):
    client = make(LOG_REQUESTS=True).test_client()
    client.get("/hello%0aFORGED%1b[0m")
    *_, line = stream.getvalue().splitlines()

    assert line.startswith("INFO:flaskr.web.observed:'GET' '/hello")
    assert "\\nFORGED\\x1b[0m' 404 in" in line


def test_the_line_and_the_page_name_the_same_request(make, stream):
    client = make(LOG_REQUESTS=True, LOG_FORMAT="json").test_client()
    answer = client.get("/broken/x")
    assert {line["request_id"] for line in read(stream)} == {
        answer.headers["X-Request-ID"]
    }


def test_probes_have_no_line(make, stream):
    client = make(LOG_REQUESTS=True, LOG_FORMAT="json").test_client()
    client.get("/healthz")
    client.get("/readyz")
    assert not stream.getvalue()


def test_a_blog_below_a_path_logs_the_whole_path(make, stream):
    site = "http://localhost/blog"
    client = make(LOG_REQUESTS=True, LOG_FORMAT="json", SITE_URL=site).test_client()
    client.get("/blog/hello")
    client.get("/blog/link/s3cret")
    assert [line["path"] for line in read(stream) if "path" in line] == [
        "/blog/hello",
        "/blog/link/…",
    ]


def test_a_handler_without_a_stream_is_left_alone(monkeypatch):
    monkeypatch.setattr(logging.root, "handlers", [logging.NullHandler()])
    logs.write_json()
    assert logging.root.handlers[0].formatter is None


@pytest.mark.skipif(sys.platform == "win32", reason="the aim is Linux")
@pytest.mark.parametrize("server", list(COMMANDS)[: 3 if IS_LONG else 1])
def test_servers_log_requests_in_json(tmp_path, server, free_port):
    environ = {**os.environ, "FLASKR_INSTANCE_PATH": str(tmp_path)}
    environ |= {"FLASKR_LOG_FORMAT": "json", "FLASKR_LOG_REQUESTS": "true"}
    command = [part.format(free_port) for part in COMMANDS[server]]
    command = [sys.executable, "-m", server, *command]
    address = f"http://127.0.0.1:{free_port}"

    with (
        open(tmp_path / "log", "w+") as log,
        child(command, env=environ, stdout=log, stderr=log) as process,
    ):
        wait_until(lambda: get(f"{address}/healthz") == 200, LIMIT)
        assert get(f"{address}/hello") == 200
        assert get(f"{address}/") == 503
        text = (tmp_path / "log").read_text()
        end(process, signal.SIGTERM)

    found = [json.loads(line) for line in text.splitlines() if line[0] == "{"]
    assert ["/hello", "/"] == [line["path"] for line in found if "path" in line]
    (warning,) = (line for line in found if line["level"] == "WARNING")
    assert "There is no database yet" in warning["message"]
    assert warning["request_id"] == found[-1]["request_id"]

    if server == "waitress":
        assert len(found) == len(text.splitlines())


def get(url):
    try:
        with closing(urllib.request.urlopen(url, timeout=LIMIT)) as answer:
            return answer.status
    except HTTPError as e:
        e.close()
        return e.code
    except OSError:
        return None


def test_commands_say_what_they_say_in_text(tmp_path):
    environ = {**os.environ, "FLASKR_INSTANCE_PATH": str(tmp_path)}
    environ |= {"FLASKR_LOG_FORMAT": "json", "FLASKR_DATABASE": str(tmp_path / "db")}
    command = [sys.executable, "-m", "flask", "--app", "flaskr", "init-db"]
    result = subprocess.run(
        command, env=environ, capture_output=True, text=True, timeout=LIMIT
    )
    assert result.stdout == "Initialized the database.\n"

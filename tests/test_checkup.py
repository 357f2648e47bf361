"""``check`` finds what is wrong with a blog, says what to do, and mends what can be."""

import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing
from contextlib import nullcontext
from http.server import BaseHTTPRequestHandler
from http.server import HTTPServer
from pathlib import Path
from types import SimpleNamespace

import click
import pytest

from flaskr import create_app
from flaskr.db import get_engine
from flaskr.db import transaction
from flaskr.web import machine
from flaskr.web import proxy_check
from flaskr.web.asking import Answer

from .conftest import ago
from .conftest import make_tutorial_database
from .conftest import PASSWORD
from .conftest import rows
from .conftest import write
from .databases import SERVER
from .profiles import show_oneself
from .test_images import upload
from .test_public_version import bin_something

ONLY_SQLITE = pytest.mark.skipif(bool(SERVER), reason="a server enforces it")


@pytest.fixture
def blog(app, alice, bob):
    """A blog with something of everything."""
    upload(alice)
    (image,) = rows(app, "SELECT hash, width, height, extension FROM image")
    address = "/image/{hash}-{width}x{height}.{extension}".format(**image)

    for number in (1, 2):
        write(alice, f"Title {number}", f"A body. ![]({address})")
        data = {"title": f"Title {number}", "body": f"Tea. ![]({address})"}
        alice.post(f"/{number}/update", data={**data, "tags": "tea"})
        bob.post(f"/{number}/comment", data={"comment": "A comment."})
        bob.post(f"/{number}/like")

    show_oneself(alice)
    bin_something(alice)
    alice.get("/search?q=body")
    close_files(app)
    return app


def close_files(app):
    """Let nobody else read what a test has copied."""
    app.extensions["flaskr.db"].shutdown()

    if not SERVER:
        os.chmod(app.config["DATABASE"], 0o600)


def check(app, *options, status=None):
    """What it says, as JSON."""
    result = app.test_cli_runner().invoke(args=["check", "--json", *options])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    found = json.loads(result.stdout)
    wrong = [each["found"] for each in found["checks"] if each["state"] == "wrong"]
    assert result.exit_code == bool(wrong), wrong
    assert found["ok"] == (not wrong)
    assert status is None or result.exit_code == status, wrong
    return found["checks"]


def find(checks, name):
    """The sentences of a check that are not fine."""
    return [
        each["found"]
        for each in checks
        if each["name"] == name and each["state"] in ("warning", "wrong")
    ]


def run(app, *options, **more):
    return app.test_cli_runner().invoke(args=["check", *options], **more)


def in_shell(app, *statements):
    """Run statements as the shell of the engine does."""
    if SERVER:
        import psycopg

        with psycopg.connect(app.config["DATABASE"]) as db:
            for statement in statements:
                db.execute(statement)
    else:
        with closing(sqlite3.connect(app.config["DATABASE"])) as db, db:
            for statement in statements:
                db.execute(statement)


def test_nothing_is_wrong_with_a_blog(blog):
    checks = check(blog, status=0)
    assert {each["name"] for each in checks} >= {"integrity", "search", "clock"}
    unwell = {each["name"] for each in checks if each["state"] == "warning"}
    # The machine's SQLite, and there is no owner.
    assert unwell <= {"engine", "owner", "free disk", "open files"}


def test_nothing_is_wrong_with_an_empty_blog(installed):
    close_files(installed)
    check(installed, status=0)


def test_nothing_is_wrong_with_a_link_that_is_there_before_anybody(installed):
    close_files(installed)
    assert installed.test_cli_runner().invoke(args=["invite"]).exit_code == 0
    check(installed, status=0)
    run(installed, "--repair", "--yes")
    assert len(rows(installed, "SELECT * FROM one_time_link")) == 1


@ONLY_SQLITE
def test_nothing_is_wrong_with_a_database_of_the_tutorial(unready):
    path = unready.config["DATABASE"]
    make_tutorial_database(path)
    os.chmod(path, 0o600)

    with closing(sqlite3.connect(path)) as db, db:
        db.execute("DELETE FROM post WHERE author_id = 4")

    runner = unready.test_cli_runner()
    assert "older version" in runner.invoke(args=["check"]).output
    assert runner.invoke(args=["init-db"]).exit_code == 0
    check(unready, status=0)


def test_a_person_reads_a_line_for_each_check(blog):
    in_shell(blog, "UPDATE post_count SET likes = 7 WHERE post_id = 1")
    result = run(blog)
    assert result.exit_code == 1
    assert "WRONG        counters: Counted wrongly: 1. post 1." in result.output
    assert "→ Run: flask --app flaskr check --repair" in result.output
    assert "1 wrong" in result.output


def test_the_help_has_an_example_and_says_what_fails(blog):
    help = " ".join(run(blog, "--help").output.split())
    assert "flask --app flaskr check --json" in help
    assert "warnings don't count" in help


# What is broken, what finds it, and what it says. Each is mended.
MENDED = {
    "likes": (
        "UPDATE post_count SET likes = 7 WHERE post_id = 1",
        "counters",
        "Counted wrongly: 1. post 1.",
    ),
    "comments": (
        "UPDATE post_count SET comments = -1",
        "counters",
        "Counted wrongly: 2. post 1, 2.",
    ),
    "no counter": (
        "DELETE FROM post_count WHERE post_id = 2",
        "counters",
        "Counted wrongly: 1. post 2.",
    ),
    "time of a tag": (
        "UPDATE post_tag SET created = '2001-01-01 00:00:00' WHERE post_id = 1",
        "counters",
        "Listed under another time than their post: 1. post_tag 1.",
    ),
    "no image use": ("DELETE FROM image_use", "image uses", "post 1, 2."),
    "other image use": (
        "UPDATE image_use SET hash = 'other' WHERE post_id = 1",
        "image uses",
        "post 1.",
    ),
    "facts": ("UPDATE post_rendering SET facts = '{'", "renderings", "post 1, 2, 4."),
    "html": (
        "UPDATE comment_rendering SET html = 'other' WHERE comment_id = 1",
        "renderings",
        "comment 1.",
    ),
    "names": ("DELETE FROM name_skeleton", "names", "user 1, 2."),
    "other names": (
        "UPDATE name_skeleton SET skeleton = 'other' WHERE user_id = 2",
        "names",
        "user 2.",
    ),
    "blog": ("DELETE FROM blog", "rows of one", "blog has 0 rows"),
    "two versions": (
        "INSERT INTO public_version (version) VALUES (7)",
        "rows of one",
        "public_version has 2 rows",
    ),
    "uuid": ("UPDATE blog SET uuid = 'mine'", "rows of one", "is none"),
}


@pytest.mark.parametrize("case", MENDED)
def test_what_can_be_rebuilt_is_found_and_rebuilt(blog, case):
    statement, name, sentence = MENDED[case]
    in_shell(blog, statement)
    (found,) = find(check(blog), name)
    assert sentence in found
    # Only to look changes nothing.
    assert find(check(blog), name) == [found]
    assert not find(check(blog, "--repair", status=0), name)
    check(blog, status=0)


def test_a_repaired_blog_keeps_its_id(blog):
    (before,) = rows(blog, "SELECT uuid FROM blog")
    blog.extensions["flaskr.db"].shutdown()
    in_shell(blog, "INSERT INTO blog (uuid) VALUES ('other')")
    check(blog, "--repair", status=0)
    assert rows(blog, "SELECT uuid FROM blog") == [before]


def test_who_has_changed_the_name_is_noted_by_the_old_one_too(blog, bob):
    bob.post("/account/name", data={"name": "robert", "password": PASSWORD})
    close_files(blog)
    assert not find(check(blog), "names")
    in_shell(blog, "DELETE FROM name_skeleton WHERE skeleton = 'bob'")
    assert find(check(blog), "names")
    assert not find(check(blog, "--repair", status=0), "names")


@pytest.mark.parametrize(
    ("break_index", "sentence"),
    [
        (lambda db, engine: db.execute("DELETE FROM search_text"), "post 1, 2"),
        (lambda db, engine: engine.index_check.empty(db), "Not in the search: 2"),
        (
            lambda db, engine: db.execute(
                "UPDATE search_text SET post_id = 77 WHERE post_id = 2"
            ),
            "Not in the search: 1. post 2." if SERVER else "Half in the search: 2.",
        ),
    ],
)
def test_a_search_that_lacks_posts_is_filled(blog, break_index, sentence):
    with blog.app_context(), transaction() as db:
        break_index(db, get_engine())

    close_files(blog)
    assert sentence in " ".join(find(check(blog), "search"))
    assert not find(check(blog, "--repair", status=0), "search")
    assert "Title 2" in blog.test_client().get("/search?q=tea").text


def test_a_post_with_other_words_than_the_search_has_is_indexed(blog):
    in_shell(
        blog,
        "UPDATE post SET body = 'Coffee.' WHERE id = 1",
        "DELETE FROM search_queue",
    )
    assert "other words" in " ".join(find(check(blog), "search"))
    assert not find(check(blog, "--repair"), "search")
    assert "Title 1" in blog.test_client().get("/search?q=coffee").text


# What only a person can mend.
REPORTED = {
    "role": ("UPDATE \"user\" SET role = 'king'", "values", "An unknown role: 2"),
    "time": ("UPDATE post SET created = 'now'", "values", "Not a time: 3."),
    "name": (
        "UPDATE \"user\" SET username = ' ' WHERE id = 1",
        "values",
        "Not a name: 1. user.username 1.",
    ),
    "size": ("UPDATE image SET size = size + 1", "images", "another size"),
    "width": ("UPDATE image SET width = 0", "images", "without a width or height"),
    "content": (
        "UPDATE image_file SET content = CAST('' AS "
        + ("bytea)" if SERVER else "BLOB)"),
        "images",
        "not those of their address: 1. image 1.",
    ),
    "files": ("DELETE FROM image_file", "images", "without a file: 1. image 1."),
    "setting": (
        "INSERT INTO site_setting (name, value) VALUES ('REGISTRATION', '\"shut\"')",
        "settings",
        "Settings that make no sense, and change nothing: REGISTRATION.",
    ),
    "version": (
        "UPDATE revision SET tags = '[' WHERE post_id = 1",
        "kept",
        "Older versions that can't be read: post 1.",
    ),
    "text of a version": (
        "UPDATE revision SET content = "
        + ("''::bytea" if SERVER else "x'00'")
        + " WHERE post_id = 2",
        "kept",
        "Older versions that can't be read: post 2.",
    ),
    "future": (
        "UPDATE comment SET created = '2999-01-01 00:00:00' WHERE id = 1",
        "clock",
        "In the future: 1. comment.created 1.",
    ),
    "bin": (
        "UPDATE binned_post SET author_id = 77",
        "references",
        "Of people who are gone: 1. binned_post 77.",
    ),
}


@pytest.mark.parametrize("case", REPORTED)
def test_what_only_a_person_can_mend_is_found_and_left(blog, case):
    statement, name, sentence = REPORTED[case]
    in_shell(blog, statement)
    (found,) = find(check(blog), name)
    assert sentence in found
    assert find(check(blog, "--repair", "--yes", status=1), name) == [found]


def test_what_can_not_be_undone_is_told(blog):
    in_shell(
        blog,
        "INSERT INTO cleanup (id, created) VALUES (7, '2026-01-02 00:00:00')",
        "INSERT INTO cleanup_row (cleanup_id, source, key, content)"
        " VALUES (7, 'report', '1', '{'), (7, 'spam_decision', '2', 'null')",
    )
    (found,) = find(check(blog, status=1), "kept")
    assert "What was taken back, and can't be read: cleanup 7." in found


def test_a_post_of_the_future_is_something_to_think_about(blog):
    in_shell(blog, "UPDATE post SET created = '2999-01-01 00:00:00'")
    checks = check(blog, "--repair", status=0)
    assert find(checks, "clock") == ["In the future: 3. post.created 1, 2, 4."]


def test_a_clock_before_the_release_is_wrong(blog, monkeypatch):
    monkeypatch.setattr("flaskr.data.checkup.values.RELEASED", ago(days=-1))
    (found,) = find(check(blog), "clock")
    assert "This machine's clock says" in found


def test_a_blog_with_an_owner_has_nothing_to_think_about(blog):
    assert find(check(blog), "owner")
    in_shell(blog, "UPDATE \"user\" SET role = 'owner' WHERE id = 1")
    assert not find(check(blog), "owner")


# The machine, and the settings.


def configure(app, **settings):
    app.config.update(settings)
    return app


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"TRUSTED_PROXIES": ["127.0.0.1"]}, "no SITE_URL"),
        ({"SITE_URL": "http://blog.example"}, "unencrypted"),
        ({"SITE_URL": "https://blog.example"}, "TRUSTED_PROXIES is empty"),
        ({"TRUSTED_PROXIES": ["52.0.0.0/8"]}, "has 52.0.0.0/8, 16,777,216 addresses"),
        ({"TRUSTED_PROXIES": ["2600::/16"]}, "TRUSTED_PROXIES has 2600::/16"),
        ({"MAX_CONTENT_LENGTH": 1000}, "MAX_CONTENT_LENGTH is 1,000: long posts"),
        ({"MAX_FORM_MEMORY_SIZE": 500_000}, "MAX_FORM_MEMORY_SIZE is 500,000: long"),
        ({"METRICS_FROM": ["0.0.0.0/0"]}, "whoever is there reads /metrics"),
    ],
)
def test_settings_that_are_seldom_meant_are_told(blog, settings, sentence):
    checks = check(configure(blog, **settings), status=0)
    assert sentence in " ".join(find(checks, "configuration"))


def test_networks_that_somebody_has_are_fine(blog):
    some = ["10.0.0.0/8", "127.0.0.0/8", "104.16.0.0/12", "2400:cb00::/32", "unix"]
    checks = check(configure(blog, TRUSTED_PROXIES=some, METRICS_FROM=some), status=0)
    assert not [x for x in find(checks, "configuration") if "addresses" in x]


def test_debug_mode_is_told(blog, monkeypatch):
    monkeypatch.setenv("FLASK_DEBUG", "1")
    assert "Debug mode is on" in find(check(blog), "configuration")[0]


def test_a_public_blog_where_anybody_publishes_is_told(blog):
    settings = {"SITE_URL": "https://blog.example", "TRUSTED_PROXIES": ["127.0.0.1"]}
    assert find(check(configure(blog, **settings)), "registration")
    assert not find(check(configure(blog, REGISTRATION="closed")), "registration")
    looked_at = configure(blog, REGISTRATION="open", NEWCOMER_APPROVAL="links")
    assert not find(check(looked_at), "registration")
    configure(blog, NEWCOMER_APPROVAL="none")
    # They comment at once.
    readers = configure(blog, REGISTRATION="open", NEWCOMER_ROLE="reader")
    assert find(check(readers), "registration")


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ("SITE_TITEL = 'x'", "Did you mean SITE_TITLE?"),
        ("PAGE_SIZE = 'x'", "PAGE_SIZE is 'x'; it should be a number"),
        ("SECRET_KEY = 'short'", "a key of 5 bytes"),
        ("SITE_URL = 'blog'", "SITE_URL is 'blog'"),
        ("TRUSTED_PROXIES = ['0.0.0.0/0']", "half the internet"),
        ("SITE_LOGO = 'missing.png'", "There is no file"),
        ("DATABASE = 'relative.sqlite'", "absolute path"),
        ("DATABASE = 'mysql://x'", "mysql"),
        ("if", "line 1: SyntaxError"),
        ("TESTING = True", "is only for tests"),
    ],
)
def test_a_configuration_that_ends_the_start_is_told_in_a_sentence(
    instance, setting, sentence
):
    result = check_settings(instance, setting, "--json")
    assert result.returncode == 1
    assert sentence in result.stderr
    assert "Traceback" not in result.stderr
    # A script that asked for JSON is answered so.
    told = json.loads(result.stdout)
    assert (told["ok"], told["database"], told["repaired"]) == (False, None, [])
    assert told["counts"] == {"ok": 0, "not checked": 1, "warning": 0, "wrong": 1}
    configuration, rest = told["checks"]
    assert (configuration["name"], configuration["state"]) == ("configuration", "wrong")
    assert sentence in configuration["found"]
    assert str(instance) in configuration["do"]
    assert rest["state"] == "not checked"


def check_settings(instance, settings, *options):
    """Run ``check`` in a process of its own, with settings that may end the start."""
    instance.mkdir(exist_ok=True)
    (instance / "config.py").write_text(settings)
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "flaskr", "check", *options],
        env={**os.environ, "FLASKR_INSTANCE_PATH": str(instance)},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("is_command", [True, False])
def test_only_the_command_answers_in_json_that_nothing_starts(
    instance, capsys, monkeypatch, is_command
):
    monkeypatch.setattr(sys, "argv", ["flask", "check", "--json"])
    context = click.Context(click.Command("flask")) if is_command else nullcontext()

    with context, pytest.raises(SystemExit, match="SITE_URL"):
        create_app({"SITE_URL": "blog"})

    assert bool(capsys.readouterr().out) == is_command


def test_a_person_is_told_in_a_sentence_alone_why_nothing_starts(instance):
    result = check_settings(instance, "SECRET_KEY = 'short'")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("Flaskr can’t start. SECRET_KEY has a key of 5")


@ONLY_SQLITE
@pytest.mark.parametrize("name", ["flaskr.sqlite", "secret_key", "config.py"])
@pytest.mark.parametrize("mode", [0o644, 0o660, 0o606])
def test_files_that_others_can_read_are_closed(blog, name, mode):
    path = Path(blog.instance_path, name)
    path.touch()
    assert name != "config.py" or path.write_text("SECRET_KEY = 'x'")
    path.chmod(mode)
    (found,) = find(check(blog, status=1), "file modes")
    assert f"{path} (mode {mode:04o})" in found
    check(blog, "--repair", status=0)
    assert not path.stat().st_mode & 0o027
    assert path.stat().st_mode & 0o600 == 0o600


@ONLY_SQLITE
def test_settings_without_a_secret_may_be_read(blog):
    path = Path(blog.instance_path, "config.py")
    path.write_text("SITE_TITLE = 'x'")
    path.chmod(0o644)
    check(blog, status=0)
    path.chmod(0o666)
    check(blog, status=1)


def test_a_folder_to_which_all_may_write_is_closed(blog):
    os.chmod(blog.instance_path, 0o777)
    assert find(check(blog, status=1), "file modes")
    check(blog, "--repair", status=0)
    assert stat.S_IMODE(os.stat(blog.instance_path).st_mode) == 0o775


@ONLY_SQLITE
def test_files_of_another_user_are_told(blog, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert "Files of another user" in find(check(blog), "file modes")[0]


@ONLY_SQLITE
def test_root_is_told_of_files_that_are_not_the_folders(blog, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert not find(check(blog), "file modes")
    found = os.stat(blog.instance_path)
    folder = SimpleNamespace(st_uid=found.st_uid + 1, st_mode=found.st_mode)
    before = os.stat
    monkeypatch.setattr(
        machine.os,
        "stat",
        lambda path, **more: (
            folder if path == blog.instance_path else before(path, **more)
        ),
    )
    (found,) = find(check(blog, status=0), "file modes")
    assert f"Files of another user: {blog.instance_path}" in found


@ONLY_SQLITE
@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_can_not_be_written_is_told(blog, monkeypatch, what):
    path = Path(blog.config["DATABASE"])
    denied, before = path if what == "file" else path.parent, os.access
    # Root, as whom tests may run, can write to all but a disk that is mounted so.
    monkeypatch.setattr(
        machine.os, "access", lambda p, mode: str(p) != str(denied) and before(p, mode)
    )
    (found,) = find(check(blog, status=1), "file modes")
    assert found == f"Nobody can write: read-only are {denied}."


@ONLY_SQLITE
def test_a_folder_that_is_not_there_is_told(blog, monkeypatch, tmp_path):
    monkeypatch.setitem(blog.config, "DATABASE", str(tmp_path / "none" / "x.sqlite"))
    checks = check(blog, status=1)
    (found,) = find(checks, "free disk")
    assert found.startswith(f"There is no folder {tmp_path / 'none'}")


@ONLY_SQLITE
@pytest.mark.parametrize(("free", "state"), [(10, "wrong"), (200e6, "warning")])
def test_a_full_disk_is_told(blog, monkeypatch, free, state):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=free))
    engine = blog.extensions["flaskr.engine"].checkup
    monkeypatch.setattr(engine, "measure", lambda path: 100_000_000)
    states = {each["name"]: each["state"] for each in check(blog)}
    assert states["free disk"] == state


@pytest.mark.parametrize(("allowed", "number"), [(256, 1), (65_536, 0), (-1, 0)])
def test_few_open_files_are_told(blog, monkeypatch, allowed, number):
    import resource

    limit = resource.RLIM_INFINITY if allowed < 0 else allowed
    monkeypatch.setattr(resource, "getrlimit", lambda which: (limit, limit))
    assert len(find(check(blog), "open files")) == number


def test_a_check_that_fails_leaves_the_others(blog, monkeypatch):
    def fail(*args):
        raise ZeroDivisionError("of something")

    monkeypatch.setattr(machine.shutil, "disk_usage", fail)
    monkeypatch.setattr("flaskr.data.checkup.index.choose", fail)
    checks = check(blog, status=1)
    assert "ZeroDivisionError" in find(checks, "search")[0]
    assert {each["name"] for each in checks} >= {"clock", "owner", "proxy"}


def test_a_terminal_is_told_how_far_it_is(blog, monkeypatch):
    monkeypatch.setattr("flaskr.views.checkup.shows_progress", lambda: True)
    assert "Checking: search" in run(blog).stderr


# The proxy


@pytest.fixture
def proxy():
    """A server that answers as it is told: ``proxy.hello`` and ``proxy.post``."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            status, page, headers = server.hello
            self.send_response(status)
            self.send_header("Content-Length", str(len(page)))

            for name, value in headers.items():
                self.send_header(name, value)

            self.end_headers()
            self.wfile.write(page)

        def handle_expect_100(self):
            server.sizes.append(int(self.headers["Content-Length"]))
            self.wfile.write(b"HTTP/1.1 %d X\r\n\r\n" % server.post)
            self.close_connection = True
            return False

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.hello, server.post, server.sizes = (200, b"Hello, World!", {}), 100, []
    server.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.01}
    )
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(timeout=5)


def test_a_proxy_is_asked_only_when_somebody_names_it(blog, proxy):
    states = {each["name"]: each["state"] for each in check(blog)}
    assert states["proxy"] == "not checked"
    assert not proxy.sizes
    checks = check(blog, "--url", proxy.url, status=0)
    assert find(checks, "proxy")[0].endswith("is reached without https.")
    assert proxy.sizes == [26_000_000]


@pytest.mark.parametrize(
    ("hello", "post", "sentence"),
    [
        ((404, b"Not found", {}), 100, "answers 404 to /hello"),
        ((200, b"Welcome to nginx", {}), 100, "not as Flaskr does"),
        ((200, b"Hello, World!", {}), 413, "refuses a request of 26,000,000 bytes"),
    ],
)
def test_a_proxy_that_does_not_pass_all_is_told(blog, proxy, hello, post, sentence):
    proxy.hello, proxy.post = hello, post
    assert sentence in " ".join(
        find(check(blog, "--url", proxy.url, status=1), "proxy")
    )


@pytest.mark.parametrize(
    "url", ["blog.example", "ftp://blog.example", "http://", "http://[", "http://a:b/"]
)
def test_what_is_no_url_is_told(blog, url):
    assert find(check(blog, "--url", url, status=1), "proxy")


def test_a_server_that_does_not_run_is_told(blog):
    (found,) = find(check(blog, "--url", "http://127.0.0.1:9", status=1), "proxy")
    assert "does not answer" in found


def test_a_proxy_that_answers_no_size_is_not_checked(blog, proxy, monkeypatch):
    def fail(*args):
        raise TimeoutError("timed out")

    monkeypatch.setattr(proxy_check, "announce", fail)
    checks = check(blog, "--url", proxy.url)
    states = [each["state"] for each in checks if each["name"] == "proxy"]
    assert states[:3] == ["ok", "warning", "not checked"]


@pytest.mark.parametrize(("headers", "state"), [((), "wrong"), (("hsts",), "ok")])
def test_https_that_the_blog_does_not_know_of_is_told(
    blog, monkeypatch, headers, state
):
    names = {"strict-transport-security"} if headers else set()
    answer = Answer(200, names, "Hello, World!")
    monkeypatch.setattr(proxy_check, "ask", lambda parts, path: answer)
    monkeypatch.setattr(proxy_check, "announce", lambda parts, size: 100)
    checks = check(blog, "--url", "https://blog.example")
    assert state in [each["state"] for each in checks if each["name"] == "proxy"][1:2]


def test_https_without_a_server_is_told(blog):
    assert find(check(blog, "--url", "https://127.0.0.1:9"), "proxy")

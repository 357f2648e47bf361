import functools
import gc
import html
import os
import re
import socket
import sqlite3
import time
from datetime import timedelta

import pytest
from flask import Flask
from jinja2 import BytecodeCache
from werkzeug.routing import Rule
from werkzeug.security import generate_password_hash

from flaskr import create_app
from flaskr.backup import apart
from flaskr.data import rate_limits
from flaskr.data.times import format_ago
from flaskr.db import get_db
from flaskr.web import login
from flaskr.web import passwords
from flaskr.web.rate_rules import KNOWN_BROWSER

from .databases import ENGINE
from .databases import SERVER

PASSWORD = "three random words"


def pytest_collection_finish():
    # The collector need not look again and again at all that was imported, which took
    # a tenth of the time.
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config):
    """As many as there are processors; without browsers, which are busy, one more: a
    quarter of the time is for disks and clocks."""
    return (os.cpu_count() or 1) + ("not browser" in config.option.markexpr)


# Tests of what a file is asked, too, which are no tests of either engine alone.
OF_THE_MACHINE = {
    *("test_backup", "test_restore", "test_forwarding", "test_health"),
    *("test_health_page", "test_public_version", "test_erasure", "test_copy_db"),
}

# Tests of what is in files, fields and settings, which is the same to either engine:
# with a server, the first case of each.
OF_CONTENTS = {
    *("test_broken_exports", "test_edited_exports", "test_repacked_exports"),
    *("test_image_files", "test_paste", "test_feed_pages", "test_names", "test_tabs"),
    *("test_site_settings", "test_checkup", "test_freeze", "test_restore_at"),
    *("test_backup_every", "test_poisoning", "test_metrics"),
}


def is_of_contents(item):
    return "importing" in item.path.parts or item.path.stem in OF_CONTENTS


def pytest_collection_modifyitems(config, items):
    for item in items:
        if "browser" in item.fixturenames:
            item.add_marker("browser")

        is_of_sqlite = "sqlite" in item.path.parts or item.path.stem in OF_THE_MACHINE
        is_of_sqlite |= is_of_contents(item)

        if "databases" in item.fixturenames and not is_of_sqlite:
            item.add_marker("either_engine")

    if SERVER:
        # What needs no database, or has one of its own, is the same with a file.
        others = [item for item in items if not needs_server(item)]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if needs_server(item)]


def needs_server(item):
    if "postgresql" in item.path.parts:
        return True

    callspec = getattr(item, "callspec", None)
    is_first = callspec is None or not any(callspec.indices.values())
    return "databases" in item.fixturenames and (is_first or not is_of_contents(item))


@pytest.fixture(autouse=True, scope="session")
def cheap_hashes():
    """The real hash takes 0.3 s; gives its name, which is tested."""
    method = passwords.HASH_METHOD

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASH_METHOD", "scrypt:128:8:1")
        yield method


@pytest.fixture(autouse=True, scope="session")
def own_priority():
    """A command in this process would take it from all tests that follow."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(apart, "NICENESS", 0)
        yield


class CompiledTemplates(BytecodeCache):
    """Templates that are compiled once for the apps of all tests, which would spend
    most of their time on it."""

    compiled = {}

    def load_bytecode(self, bucket):
        bucket.code = self.compiled.get(bucket.key)

    def dump_bytecode(self, bucket):
        self.compiled[bucket.key] = bucket.code


@pytest.fixture(autouse=True, scope="session")
def compiled_templates():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("flaskr.web.bytecode.TemplateBytecode", CompiledTemplates)
        yield


class CompiledRule(Rule):
    """URL rules that are compiled once for the apps of all tests, which would spend
    half of their time on it."""

    compiled = {}

    def compile(self):
        key = (self.rule, repr(self.defaults), self.merge_slashes)

        if key not in self.compiled:
            before = {**vars(self), "arguments": None}
            super().compile()
            self.compiled[key] = {
                name: value
                for name, value in vars(self).items()
                if before.get(name) is not value
            }

        vars(self).update(self.compiled[key])


@pytest.fixture(autouse=True, scope="session")
def compiled_rules():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "url_rule_class", CompiledRule)
        yield


@pytest.fixture(scope="session")
def databases(tmp_path_factory):
    """What makes and copies databases, of the engine that is tested."""
    found = ENGINE(tmp_path_factory.mktemp("database"))
    yield found
    found.close()


@pytest.fixture
def instance(request, tmp_path, monkeypatch, databases):
    """The instance folder of the apps that a test makes, and their database."""
    folder = tmp_path / "instance"
    monkeypatch.setattr("flaskr.Flask.auto_find_instance_path", lambda app: str(folder))
    database = databases.name(folder / "flaskr.sqlite")
    databases.set_default(database, monkeypatch)

    if "create_ready_app" not in request.fixturenames:
        databases.create(database)

    yield folder
    databases.drop(database)


@pytest.fixture(scope="session")
def empty_database(databases):
    """What init-db makes, to be copied: that takes a fifth of the time."""
    return databases.read(databases.make())


@pytest.fixture(scope="session")
def people(databases):
    """A function that gives a database, to be copied, in which people are logged in,
    and their cookies by name: most tests have somebody write."""

    @functools.cache
    def people(*names):
        database = databases.make()
        app = create_app({"TESTING": True, "DATABASE": database})
        cookies = {name: read_cookies(log_in(app, name)) for name in names}
        app.extensions["flaskr.db"].shutdown()
        return databases.read(database), cookies

    return people


@pytest.fixture
def create_ready_app(instance, databases):
    """Make an app with a configuration, or none, and a copy of a database."""
    apps = []

    def create_ready_app(database, config=None):
        app = create_app(config)
        databases.write(database, app.config["DATABASE"])
        apps.append(app)
        return app

    yield create_ready_app

    for app in apps:
        app.extensions["flaskr.db"].shutdown()


@pytest.fixture
def app(request, people, create_ready_app):
    """An app as in the tutorial's tests, whose database has the people that the test
    asks for, and nothing else."""
    names = sorted({"alice", "bob"}.intersection(request.fixturenames))
    database, request.node.cookies = people(*names)
    return create_ready_app(database, {"TESTING": True})


@pytest.fixture
def installed(empty_database, create_ready_app):
    """An app as an operator runs it: with no configuration."""
    return create_ready_app(empty_database)


@pytest.fixture
def unready(instance):
    """An app whose database was not made yet."""
    return create_app()


@pytest.fixture
def folder(tmp_path):
    """Where backups go; what a test opens of them is closed."""
    # It imports this module.
    from .copies import close_blogs

    path = tmp_path / "backups"
    path.mkdir()
    yield path
    close_blogs()


@pytest.fixture
def other(databases, folder):
    """Another blog, which is empty."""
    from .copies import open_blog

    database = databases.make()
    yield open_blog(database)
    databases.drop(database)


@pytest.fixture
def clock(monkeypatch):
    """The time of limits, which only passes when it is told to."""

    class Clock:
        now = time.time()

        def time(self):
            return self.now

        def monotonic(self):
            return self.now

    clock = Clock()
    monkeypatch.setattr(rate_limits, "time", clock)
    monkeypatch.setattr(login, "time", clock)
    return clock


@pytest.fixture
def execute(databases):
    """Write as another program does: ``execute(app, statement, *parameters)``."""
    return databases.execute_in_shell


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def runner(app):
    return app.test_cli_runner()


@pytest.fixture
def alice(app, request):
    """The browser of Alice, who writes."""
    return client_with(app, request.node.cookies["alice"])


@pytest.fixture
def bob(app, request):
    """The browser of Bob, who may not touch what Alice wrote."""
    return client_with(app, request.node.cookies["bob"])


@pytest.fixture
def statements(monkeypatch, databases):
    """The statements that requests send to the database from here on."""
    sent = []
    databases.trace(sent.append, monkeypatch)
    return sent


@pytest.fixture
def free_port():
    """The number of a port of this machine that a server may have."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture(scope="module")
def browser():
    """Chromium, for the tests of a module."""
    from playwright.sync_api import sync_playwright

    from .browsers import CHROMIUM

    assert CHROMIUM, "CI must run the browser tests"

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            # Chromium has none for root.
            chromium_sandbox=False,
            args=["--host-resolver-rules=MAP blog.test 127.0.0.1"],
        )
        yield browser
        browser.close()


@pytest.fixture
def open_browser(browser, visitors):
    """Give somebody a browser of their own: ``open_browser("reader")`` is a page.
    A module says in ``visitors`` who there is, as the options of their browser."""
    contexts = []

    def open_browser(visitor, **options):
        options = {"java_script_enabled": False, **visitors[visitor], **options}
        contexts.append(browser.new_context(**options))
        contexts[-1].set_default_timeout(5000)
        return contexts[-1].new_page()

    yield open_browser

    for context in contexts:
        context.close()


def failing(code):
    """A function that fails as SQLite does, with one of its error codes."""

    def fail(*args, **options):
        error = sqlite3.OperationalError("the disk")
        error.sqlite_errorcode = code
        raise error

    return fail


def register(app, name, password=PASSWORD):
    return app.test_client().post(
        "/auth/register", data={"username": name, "password": password}
    )


def log_in(app, name, password=PASSWORD):
    """A browser in which somebody, registered if need be, is logged in."""
    client = app.test_client()
    data = {"username": name, "password": password}
    client.post("/auth/register", data=data)
    # Ends the session that began with the registration.
    response = client.post("/auth/login", data=data)
    assert response.location == "/"
    return client


# The cookies that logging in leaves in a browser, and what they are sent to.
COOKIES = {"flaskr_session": "/", KNOWN_BROWSER: "/auth/login"}


def fields_of(page, action):
    """The hidden fields of a form of a page, by its address."""
    form = re.search(rf'<form[^>]* action="{re.escape(action)}".*?</form>', page, re.S)
    found = re.findall(r'<input type="hidden" name="(.*?)" value="(.*?)">', form[0])
    return {name: html.unescape(value) for name, value in found}


def resume(client, answer, name, password=PASSWORD):
    """Log in on the page that a logged-out writer got."""
    data = {"username": name, "password": password}
    path = re.search(r'action="(\S*/auth/login(?:\?send)?)"', answer.text)[1]
    return client.post(path, data={**fields_of(answer.text, path), **data})


def read_cookies(client):
    return {
        name: client.get_cookie(name, path=path).value for name, path in COOKIES.items()
    }


def client_with(app, cookies):
    client = app.test_client()

    for name, value in cookies.items():
        client.set_cookie(name, value, path=COOKIES[name])

    return client


def write(client, title="A title", body="A body."):
    """Publish a post and return its id."""
    response = client.post("/create", data={"title": title, "body": body})
    return int(re.search(r"/(\d+)\b", response.location)[1])


def titles(response):
    """The titles of the posts in a list."""
    return [
        html.unescape(re.sub("<.*?>", "", title))
        for title in re.findall(
            r'<h[23] dir="auto"(?: lang="\w+")?><a href="[^"]*">(.*?)</a>',
            response.text,
        )
    ]


def rows(app, statement, *parameters):
    """What the database answers."""
    with app.app_context():
        return [dict(row) for row in get_db().execute(statement, parameters).fetchall()]


def run_many(db, statement, all_parameters):
    """Run a statement once for each of some parameters."""
    for parameters in all_parameters:
        db.execute(statement, parameters)


def ago(**time):
    """How long ago, as the database would have written it."""
    return format_ago(timedelta(**time))


def wait_until(is_so, seconds=10):
    """Look again and again, for a while."""
    until = time.monotonic() + seconds

    while not is_so():
        assert time.monotonic() < until, "it never came true"
        time.sleep(0.01)


def cookie(client, name="flaskr_session"):
    found = client.get_cookie(name)
    return found and found.value


def make_tutorial_database(path):
    """A database as the tutorial's Flaskr leaves it."""
    db = sqlite3.connect(path)
    db.executescript(
        """
        CREATE TABLE user (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          username TEXT UNIQUE NOT NULL,
          password TEXT NOT NULL
        );
        CREATE TABLE post (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          author_id INTEGER NOT NULL,
          created TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
          title TEXT NOT NULL,
          body TEXT NOT NULL,
          FOREIGN KEY (author_id) REFERENCES user (id)
        );
        INSERT INTO user (id, username, password) VALUES
          (3, 'Bob', ''),
          (5, 'bob', 'other'),
          (8, 'Ärger', 'other');
        INSERT INTO post (id, author_id, created, title, body) VALUES
          (2, 3, '2018-01-01 00:00:00', 'first', 'one' || x'0d0a' || 'two'),
          (7, 5, '2019-01-01 00:00:00', 'second', ''),
          (9, 4, '2020-01-01 00:00:00', 'of nobody', 'The author is missing.');
        """
    )
    db.execute(
        "UPDATE user SET password = ? WHERE id = 3",
        (generate_password_hash("old", "pbkdf2:sha256:1000"),),
    )
    db.commit()
    db.close()

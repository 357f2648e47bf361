"""Owners and editors see whether the blog is well, and owners that anybody may publish
on it: once."""

import platform
import sys
from importlib import metadata

import pytest

from flaskr import create_app
from flaskr.data import site_settings
from flaskr.data.roles import Role
from flaskr.db import transaction
from flaskr.web import readiness
from flaskr.web.readiness import LATE
from flaskr.web.readiness import Report

from .conftest import client_with
from .conftest import rows
from .test_roles import give_role

PATH = "/admin/health"
SITE = "http://localhost"
WARNING = "Anybody on the internet may publish here"
BUTTON = "Keep It So"


@pytest.fixture
def owner(app, alice, bob):
    """The browser of Alice, who owns the blog; Bob edits there. It is public."""
    app.config["SITE_URL"] = SITE
    give_role(app, "alice", Role.OWNER)
    give_role(app, "bob", Role.EDITOR)
    return alice


def say(app, monkeypatch, **found):
    """Have a report of the blog's health."""
    parts = dict.fromkeys(("database", "schema", "search", "disk"), readiness.OK)
    report = Report(parts | found)
    monkeypatch.setattr(app.extensions["flaskr.readiness"], "get", lambda: report)


def test_editors_see_that_all_is_well(app, owner, bob):
    app.config["SITE_URL"] = None
    page = bob.get(PATH).text
    assert page.count(">Fine<") == 6
    assert "Size of the database" in page and " MB<" in page
    assert f"Python {platform.python_version()}" in page
    assert f"Flaskr {metadata.version('flaskr')}" in page
    assert ("SQLite " in page) != ("PostgreSQL " in page)
    assert "flask --app flaskr check" in page


def test_what_is_wrong_is_told_with_what_to_do(app, owner, bob, monkeypatch):
    say(app, monkeypatch, search="failed: x", disk="failed: y", schema="unknown")
    page = bob.get(PATH).text
    assert "Many posts are not in the search yet" in page
    assert "There is little space left." in page
    assert "Not known<" in page
    monkeypatch.setattr(app.extensions["flaskr.readiness"], "get", lambda: LATE)
    page = bob.get(PATH).text
    assert "It can’t be used now." in page and page.count("Not known<") == 3


def test_no_path_and_no_secret_is_shown(app, owner, bob):
    for page in (owner.get(PATH).text, bob.get(PATH).text):
        assert app.instance_path not in page
        assert app.config["DATABASE"] not in page
        assert sys.prefix not in page


def test_a_blog_without_an_owner_is_told(app, owner, bob):
    give_role(app, "bob", Role.OWNER)
    give_role(app, "alice", Role.READER)
    give_role(app, "alice", Role.EDITOR)
    assert "Nobody owns this blog." not in owner.get(PATH).text

    with app.app_context(), transaction() as db:
        db.execute("UPDATE \"user\" SET role = 'editor'")

    page = owner.get(PATH).text
    assert "Nobody owns this blog." in page and "invite --role owner" in page


def test_a_folder_that_was_copied_has_no_version(owner, monkeypatch):
    def fail(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", fail)
    assert "Flaskr · Python" in owner.get(PATH).text


def test_others_may_not_see_it(app, owner, bob, client):
    assert owner.get(PATH).headers["Cache-Control"] == "no-store"
    assert client.get(PATH).location == "/auth/login"
    give_role(app, "bob", Role.AUTHOR)
    assert bob.get(PATH).status_code == 403


def test_an_owner_is_warned_once(app, owner):
    for path in ("/admin/queue", "/admin/people", PATH):
        page = owner.get(path).text
        assert WARNING in page and BUTTON in page and "/admin/site#joining" in page

    assert WARNING not in owner.get("/").text
    assert owner.post("/admin/health/dismiss").location == "/admin/"
    assert WARNING not in owner.get("/admin/queue").text
    # Twice does no harm.
    assert owner.post("/admin/health/dismiss").status_code == 302
    # Where one looks for it, it stays.
    page = owner.get(PATH).text
    assert WARNING in page and BUTTON not in page


def test_an_editor_is_not_warned_and_can_not_dismiss_it(app, owner, bob):
    assert WARNING not in bob.get("/admin/queue").text
    assert WARNING not in bob.get(PATH).text
    assert "Anybody on the internet, and what" in bob.get(PATH).text
    assert bob.post("/admin/health/dismiss").status_code == 403
    assert rows(app, "SELECT 1 FROM dismissed_warning") == []


def test_an_owner_is_warned_again_when_the_settings_changed(app, owner):
    owner.post("/admin/health/dismiss")

    for choice in ("invitation", "open"):
        with app.app_context():
            site_settings.change({"SITE_TITLE": "Ours", "REGISTRATION": choice}, None)

        is_told = WARNING in owner.get("/admin/queue").text
        assert is_told == (choice == "open")


def test_other_settings_warn_nobody_again(app, owner):
    owner.post("/admin/health/dismiss")

    with app.app_context():
        site_settings.change({"SITE_TITLE": "Ours"}, None)

    assert WARNING not in owner.get("/admin/queue").text
    app.config["SITE_URL"] = "http://localhost:80"
    assert WARNING in owner.get("/admin/queue").text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SITE_URL", None),
        ("REGISTRATION", "approval"),
        ("REGISTRATION", "invitation"),
        ("REGISTRATION", "closed"),
        ("NEWCOMER_APPROVAL", "links"),
        ("NEWCOMER_APPROVAL", "all"),
    ],
)
def test_who_has_set_something_is_not_warned(app, owner, name, value):
    app.config[name] = value
    assert WARNING not in owner.get("/admin/queue").text
    assert WARNING not in owner.get(PATH).text


def test_where_all_become_readers_they_comment_at_once(app, owner):
    app.config["NEWCOMER_ROLE"] = "reader"
    assert WARNING in owner.get("/admin/queue").text


@pytest.fixture
def start(app, owner, request):
    """Start the blog again with a setting, and open its first page."""

    def start(**settings):
        second = create_app({"DATABASE": app.config["DATABASE"], **settings})
        client = client_with(second, {})

        for _ in range(3):
            client.get("/", base_url=SITE)

        second.extensions["flaskr.db"].shutdown()

    return start


def test_the_log_says_so_once(start, caplog):
    start(SITE_URL=SITE)
    assert caplog.text.count("Anybody on the internet may join this blog") == 1
    assert 'Set REGISTRATION to "approval"' in caplog.text


def test_the_log_says_nothing_where_owners_chose(app, start, caplog):
    with app.app_context():
        site_settings.change({"NEWCOMER_APPROVAL": "links"}, None)

    start(SITE_URL=SITE)
    start()
    assert "Anybody on the internet" not in caplog.text


def test_the_check_reads_what_owners_chose(app, owner, runner):
    said = "Anybody on the internet may join this blog"
    assert said in runner.invoke(args=["check"]).output

    with app.app_context():
        site_settings.change({"REGISTRATION": "invitation"}, None)

    output = runner.invoke(args=["check"]).output
    assert said not in output
    assert "REGISTRATION is 'invitation', NEWCOMER_APPROVAL is 'none'." in output

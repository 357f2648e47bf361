"""Scheduled posts: nobody sees one before its time, and everybody does from then on."""

import re
import sqlite3
import threading
from datetime import datetime
from datetime import timedelta
from datetime import UTC

import pytest
from playwright.sync_api import expect

from flaskr import create_app
from flaskr.data import drafts
from flaskr.data.times import format_utc
from flaskr.db import transaction
from flaskr.web import schedule

from .browsers import expect_message
from .browsers import fill_in_post
from .browsers import make_blog
from .browsers import needs_chromium
from .browsers import press
from .browsers import serve_writer
from .conftest import ago
from .conftest import rows
from .conftest import titles
from .conftest import write

NEW = {"title": "Later", "body": "Bread.", "tags": "bread", "schedule": "1"}


def schedule_post(client, due="2030-01-01T10:00", **fields):
    return client.post("/create", data={**NEW, "due": due, **fields})


def come(app, time):
    """Have scheduled posts be due at a time, as if it had been set before."""
    with app.app_context(), transaction() as db:
        db.execute("UPDATE post SET due = ? WHERE due IS NOT NULL", (time,))


def read_post(app):
    (post,) = rows(app, "SELECT * FROM post")
    return post


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(schedule, "TRY_EVERY", 0)


def test_a_post_is_scheduled_in_the_zone_in_which_it_was_typed(app, alice, client):
    answer = schedule_post(alice, zone="Asia/Shanghai")
    page = alice.get(answer.location).text

    assert "Scheduled for 2030-01-01 10:00 UTC+08:00." in page
    assert "Scheduled for 2030-01-01 02:00 UTC. Until then, only you" in page
    assert read_post(app)["due"] == "2030-01-01 02:00:00"
    assert "Later" not in client.get("/").text


@pytest.mark.parametrize(
    ("typed", "zone", "due"),
    [
        ("2030-07-01T10:00", "Europe/Berlin", "2030-07-01 08:00:00"),
        ("2030-01-01 10:00", "Europe/Berlin", "2030-01-01 09:00:00"),
        ("2030-01-01T10:00:30", "America/New_York", "2030-01-01 15:00:30"),
        ("2030-01-01T10:00+03:00", "Europe/Berlin", "2030-01-01 07:00:00"),
        # The hour that comes twice is the first of the two.
        ("2030-10-27T02:30", "Europe/Berlin", "2030-10-27 00:30:00"),
        # No zone of the browser's: the blog's.
        ("2030-01-01T10:00", "", "2030-01-01 10:00:00"),
        ("2030-01-01T10:00", "../../etc/passwd", "2030-01-01 10:00:00"),
        ("2030-01-01T10:00", "Mars/Olympus", "2030-01-01 10:00:00"),
        ("2030-01-01T10:00", "Europe", "2030-01-01 10:00:00"),
        ("2030-01-01T10:00", "\0", "2030-01-01 10:00:00"),
        ("2030-01-01T10:00", "x" * 5000, "2030-01-01 10:00:00"),
    ],
)
def test_times_are_kept_in_utc(app, alice, typed, zone, due):
    assert schedule_post(alice, typed, zone=zone).status_code == 302
    assert read_post(app)["due"] == due


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", "Choose when to publish the post."),
        ("tomorrow", "“tomorrow” isn’t a date and time."),
        ("2030-01-01", "Write them like 2026-12-24 18:00."),
        ("2030-13-01T10:00", "isn’t a date and time"),
        ("0001-01-01T00:00", "isn’t a date and time"),
        ("9999-12-31T23:59", "Choose a time within the next ten years."),
        ("2020-01-01T10:00", "2020-01-01 10:00 UTC+01:00 has passed."),
        ("2030-03-31T02:30", "There is no 02:30 on that day"),
        ("<b>" * 1000, "isn’t a date and time"),
    ],
)
@pytest.mark.parametrize("path", ["/create", "/1/update"])
def test_a_time_that_is_none_gives_the_text_back(app, alice, path, typed, problem):
    alice.post("/create", data={**NEW, "schedule": [], "draft": "1"})
    data = {**NEW, "due": typed, "zone": "Europe/Berlin", "body": "Typed."}
    answer = alice.post(path, data=data)

    assert answer.status_code == 422
    assert problem in answer.text
    assert "Typed." in answer.text
    assert 'name="zone" value="Europe/Berlin"' in answer.text
    assert "<b>" not in answer.text
    assert read_post(app)["due"] is None


def test_a_scheduled_post_appears_at_its_time_in_kept_pages(app, alice, client):
    write(alice, "Shown")
    schedule_post(alice)
    paths = ["/", "/author/alice", "/feed.atom", "/feed.json", "/sitemap.xml", "/tags"]

    for path in (*paths, "/", "/2-later", "/tag/bread"):
        assert "Later" not in client.get(path).text

    come(app, "2026-01-01 10:00:00")

    # Somebody who has a session comes later: pages of readers are kept.
    assert titles(client.get("/")) == ["Shown", "Later"]

    for path in (*paths[1:4], "/2-later", "/tag/bread"):
        assert "Later" in client.get(path).text

    for path, word in (("/sitemap.xml", "sitemap"), ("/search?q=bread", "Later")):
        assert word in client.get(path).text

    post = rows(app, "SELECT * FROM post WHERE id = 2")[0]
    assert (post["drafted"], post["due"], post["updated"]) == (None, None, None)
    assert post["created"] == "2026-01-01 10:00:00"
    # Its version is what it was: a form that is open can be saved.
    assert post["version"] == rows(app, "SELECT version FROM post")[1]["version"]


def test_who_is_logged_in_publishes_what_is_due(app, alice, bob):
    schedule_post(alice)
    assert titles(bob.get("/")) == []
    come(app, ago(hours=1))
    assert titles(bob.get("/")) == ["Later"]


def test_the_clock_alone_publishes_a_post(app, alice, client, monkeypatch):
    """Without a write that tells of it."""
    soon = datetime.now(UTC) + timedelta(minutes=3)
    schedule_post(alice, f"{soon:%Y-%m-%dT%H:%M}")
    assert titles(client.get("/")) == []
    monkeypatch.setattr(drafts, "now", lambda: format_utc(soon))
    assert titles(client.get("/")) == ["Later"]
    assert read_post(app)["created"] == f"{soon:%Y-%m-%d %H:%M}:00"


def test_a_due_post_is_published_once(app, alice, databases):
    schedule_post(alice)
    come(app, ago(hours=1))
    apps = [app, create_app({"TESTING": True, "DATABASE": app.config["DATABASE"]})]
    barrier = threading.Barrier(8, timeout=10)
    seen = []

    def look(app):
        barrier.wait(timeout=10)
        seen.append(titles(app.test_client().get("/")))

    threads = [threading.Thread(target=look, args=(apps[n % 2],)) for n in range(8)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    # Some were not first, and did not wait.
    assert len(seen) == 8
    assert ["Later"] in seen
    assert {titles(other.test_client().get("/"))[0] for other in apps} == {"Later"}
    version = rows(app, "SELECT version FROM public_version")
    assert titles(apps[1].test_client().get("/")) == ["Later"]
    assert rows(app, "SELECT version FROM public_version") == version
    apps[1].extensions["flaskr.db"].shutdown()


def test_nobody_waits_for_another_who_publishes(app, alice, client):
    write(alice, "Shown")
    schedule_post(alice)
    come(app, ago(hours=1))

    with app.extensions["flaskr.schedule"].lock:
        assert titles(client.get("/")) == ["Shown"]

    assert titles(client.get("/")) == ["Shown", "Later"]


def test_what_another_has_published_is_published(app, alice, statements):
    schedule_post(alice)
    statements.clear()

    with app.app_context():
        drafts.publish_due()

    assert not [s for s in statements if s.startswith(("BEGIN", "UPDATE"))]


def test_a_database_that_is_busy_keeps_no_page_from_its_reader(
    app, alice, client, databases, caplog, monkeypatch
):
    monkeypatch.setattr(drafts, "SHORT_WAIT", 0.01)
    write(alice, "Shown")
    schedule_post(alice)
    come(app, ago(hours=1))

    with databases.lock_writers(app.config["DATABASE"]):
        for _ in range(3):
            assert titles(client.get("/")) == ["Shown"]
            assert titles(alice.get("/")) == ["Shown"]

    assert caplog.text.count("A post that is due can't be published yet") == 1
    assert titles(client.get("/")) == ["Shown", "Later"]


def test_many_that_are_due_at_once_are_published_in_steps(
    app, alice, client, monkeypatch
):
    monkeypatch.setattr(drafts, "MAX_DUE", 2)

    for _ in range(5):
        schedule_post(alice)

    come(app, ago(hours=1))
    client.get("/")
    client.get("/")
    assert len(titles(client.get("/"))) == 5


def test_a_scheduled_post_is_changed_published_and_kept_back(app, alice, client):
    schedule_post(alice, zone="Asia/Shanghai")
    data = {**NEW, "schedule": []}

    form = alice.get("/1/update").text
    assert 'value="2030-01-01T02:00"' in form
    assert 'data-due="2030-01-01T02:00:00Z"' in form

    # As a script does: it stays what it is.
    alice.post("/1/update", data={**data, "body": "More."})
    assert read_post(app)["due"] == "2030-01-01 02:00:00"
    alice.post("/1/update", data={**NEW, "due": "2031-01-01T00:00"})
    assert read_post(app)["due"] == "2031-01-01 00:00:00"
    answer = alice.post("/1/update", data={**data, "draft": "1"})
    page = alice.get(answer.location).text
    assert "Draft saved. It isn’t scheduled any more." in page
    assert read_post(app)["due"] is None
    assert read_post(app)["drafted"]

    alice.post("/1/update", data={**NEW, "due": "2031-01-01T00:00"})
    alice.post("/1/update", data={**data, "publish": "1"})
    post = read_post(app)
    assert (post["drafted"], post["due"]) == (None, None)
    assert titles(client.get("/")) == ["Later"]


def test_one_that_was_due_in_the_bin_comes_back_as_a_draft(app, alice, client):
    schedule_post(alice)
    alice.post("/1/delete")

    with app.app_context(), transaction() as db:
        db.execute("UPDATE binned_post SET due = ?", (ago(days=1),))

    alice.post("/account/bin/1/restore")
    post = read_post(app)
    assert post["drafted"]
    assert post["due"] is None
    assert client.get("/1").status_code == 404


def test_one_that_will_be_due_comes_back_as_that(app, alice):
    schedule_post(alice)
    before = read_post(app)
    alice.post("/1/delete")
    alice.post("/account/bin/1/restore")
    assert read_post(app) == before


@pytest.mark.parametrize("due", ["", "soon", "9999", "2030-01-01", "x" * 1000])
def test_what_plain_sql_wrote_as_a_time_breaks_no_page(app, alice, client, due):
    schedule_post(alice)
    come(app, due)

    for reader in (client, alice):
        for path in ("/", "/account/texts", "/1/update", "/1-later", "/archive"):
            assert reader.get(path).status_code in (200, 302, 404)


def test_a_time_on_a_public_post_is_nothing(app, alice, client):
    write(alice)
    before = read_post(app)

    with app.app_context(), transaction() as db:
        db.execute("UPDATE post SET due = '2000-01-01 00:00:00'")

    client.get("/")
    assert read_post(app) == {**before, "due": "2000-01-01 00:00:00"}


def test_a_database_that_is_missing_is_said_as_ever(app, client, monkeypatch):
    def fail():
        raise sqlite3.OperationalError("no such column: due")

    monkeypatch.setattr(drafts, "find_next_due", fail)
    assert client.get("/").status_code == 200


# In a browser


@pytest.fixture(scope="module")
def visitors(browser, databases):
    with serve_writer(browser, make_blog(databases.make())) as visitors:
        yield visitors


def fill_in_time(page, time):
    page.goto("/create?new")
    fill_in_post(page, "Later", "Bread.")
    page.get_by_text("Publish later").click()
    page.get_by_label("Date and time").fill(time)


@needs_chromium
@pytest.mark.parametrize(
    ("zone", "said", "offset"),
    [
        ("Asia/Shanghai", "Asia/Shanghai, UTC+08:00", "UTC+08:00"),
        ("America/St_Johns", "America/St_Johns, UTC−03:30", "UTC-03:30"),
        ("UTC", "UTC", "UTC+00:00"),
    ],
)
def test_a_time_is_that_of_the_clock_of_who_types_it(open_browser, zone, said, offset):
    page = open_browser("writer", java_script_enabled=True, timezone_id=zone)
    fill_in_time(page, "2030-01-05T09:30")
    expect(page.locator("#due-hint")).to_have_text(f"In your time zone: {said}.")
    press(page, "Schedule")
    expect_message(page, f"Scheduled for 2030-01-05 09:30 {offset}.")

    page.get_by_role("link", name="Edit").first.click()
    expect(page.get_by_label("Date and time")).to_have_value("2030-01-05T09:30")
    expect(page.locator("#due-hint")).to_have_text(f"In your time zone: {said}.")
    page.get_by_label("Date and time").fill("2030-07-05T09:30")

    if zone == "America/St_Johns":
        expect(page.locator("#due-hint")).to_contain_text("UTC−02:30")


@needs_chromium
def test_a_time_that_was_refused_stays_as_it_was_typed(open_browser):
    page = open_browser("writer", java_script_enabled=True, timezone_id="Asia/Shanghai")
    fill_in_time(page, "2020-01-05T09:30")
    press(page, "Schedule")
    expect_message(page, "2020-01-05 09:30 UTC+08:00 has passed.")
    expect(page.get_by_label("Date and time")).to_have_value("2020-01-05T09:30")
    expect(page.locator("#due-hint")).to_contain_text("Asia/Shanghai")
    page.get_by_label("Date and time").fill("2030-01-05T09:30")
    press(page, "Schedule")
    expect_message(page, "Scheduled for 2030-01-05 09:30 UTC+08:00.")


@needs_chromium
def test_a_time_without_a_script_is_that_of_the_blog(open_browser):
    page = open_browser("writer", timezone_id="Asia/Shanghai")
    fill_in_time(page, "2030-01-05T09:30")
    expect(page.locator("#due-hint")).to_have_text(
        "In the time zone of this blog: UTC."
    )
    press(page, "Schedule")
    expect_message(page, "Scheduled for 2030-01-05 09:30 UTC+00:00.")


def test_readers_ask_once_for_each_version(app, alice, client, statements):
    write(alice)

    for _ in range(3):
        client.get("/")
        alice.get("/")

    asked = [s for s in statements if re.match("SELECT min.due", s)]
    assert len(asked) <= 2

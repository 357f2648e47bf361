"""Owners and editors see how much was written in the last weeks, and who joined."""

import html
import re
from datetime import date

import pytest

from flaskr.data.activity import find_activity
from flaskr.data.roles import Role
from flaskr.db import get_db
from flaskr.db import transaction

from .conftest import run_many
from .databases import SERVER
from .test_roles import give_role

PATH = "/admin/numbers"


@pytest.fixture
def today(monkeypatch):
    """It is the last day of a month, where the blog is."""
    monkeypatch.setattr("flaskr.data.activity.find_today", lambda: date(2026, 3, 31))


@pytest.fixture
def editor(app, alice, bob, today):
    """The browser of Alice, who edits; she and Bob joined years ago."""
    give_role(app, "alice", Role.EDITOR)

    with app.app_context(), transaction() as db:
        db.execute("UPDATE \"user\" SET joined = '2018-01-01 00:00:00'")

    return alice


@pytest.fixture
def post(app):
    """Publish at some times."""

    def post(*times, more="title", value="'A title'"):
        with app.app_context(), transaction() as db:
            names = f"author_id, body, created{'' if more == 'title' else ', title'}"
            title = "" if more == "title" else ", 'A title'"
            run_many(
                db,
                f"INSERT INTO post ({names}, {more}) VALUES (1, '', ?{title}, {value})",
                [(time,) for time in times],
            )

    return post


def find(app, name):
    """How many there were before, and on each day with some."""
    with app.app_context():
        found = find_activity()

    days = {day.start: getattr(day, name) for day in found.days}
    return getattr(found.before, name), {k: v for k, v in days.items() if v}


def table(page):
    """The table as lists of texts."""
    rows = re.findall("<tr>.*?</tr>", page, re.S)
    cells = (re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row, re.S) for row in rows)
    return [[html.unescape(re.sub("<.*?>", "", text)) for text in row] for row in cells]


def test_each_day_and_the_sum_are_shown(editor, post):
    post("2026-03-31 23:59:59", "2026-03-31 00:00:00", "2026-03-02 00:00:00")
    post("2026-03-01 23:59:59", "2026-01-31 00:00:00", "2026-01-30 23:59:59")
    page = editor.get(PATH).text
    head, newest, *between, oldest = table(page)
    assert head == ["Day", "Posts", "Comments", "New people"]
    assert newest == ["31 March", "2", "–", "–"]
    assert oldest == ["2 March", "1", "–", "–"]
    assert len(between) == 28
    assert "<strong>3</strong>" in page and "2 in the 30 days before" in page
    assert page.count("<rect ") == 90
    assert "style=" not in page


def test_a_blog_without_anything_has_numbers(editor):
    page = editor.get(PATH).text
    assert page.count("<strong>0</strong>") == 3


def test_drafts_and_pages_are_no_posts(app, editor, post):
    post("2026-03-30 12:00:00", more="drafted", value="'2026-03-30 12:00:00'")
    post("2026-03-30 12:00:00", more="page", value="'2026-03-30 12:00:00'")
    assert find(app, "posts") == (0, {})


def test_comments_that_were_removed_do_not_count(app, editor, post):
    post("2018-01-01 00:00:00")

    with app.app_context(), transaction() as db:
        run_many(
            db,
            "INSERT INTO comment (post_id, author_id, body, created, removed)"
            " VALUES (1, 1, 'Words', '2026-03-30 12:00:00', ?)",
            [(None,), ("2026-03-30 12:00:00",)],
        )

    assert find(app, "comments") == (0, {"2026-03-30": 1})


def test_who_left_or_was_not_let_in_is_no_new_person(app, editor):
    with app.app_context(), transaction() as db:
        run_many(
            db,
            'INSERT INTO "user" (username, password, joined, closed)'
            " VALUES (?, '', '2026-03-30 12:00:00', ?)",
            [("carol", None), ("dave", None), ("eve", "2026-03-30 12:00:00")],
        )
        db.execute("INSERT INTO application (user_id, reason) VALUES (4, 'Please.')")

    assert find(app, "people") == (0, {"2026-03-30": 1})


def test_days_begin_where_the_blog_is(app, editor, post):
    app.config["TIMEZONE"] = "Asia/Kathmandu"
    post("2026-03-30 18:14:59", "2026-03-30 18:15:00", "2026-03-31 18:15:00")
    assert find(app, "posts") == (0, {"2026-03-29 18:15": 1, "2026-03-30 18:15": 1})


def test_a_day_may_have_another_length(app, editor, post):
    app.config["TIMEZONE"] = "Europe/Berlin"
    post("2026-03-28 23:00:00", "2026-03-29 21:59:59", "2026-03-29 22:00:00")
    assert find(app, "posts") == (0, {"2026-03-28 23": 2, "2026-03-29 22": 1})


def test_times_of_plain_sql_are_in_their_day(app, editor, post):
    post("2026-03-30", "2026-03-30T00:00:00Z", "2026-03-30T23:59", "2026-03-31T00:00")
    assert find(app, "posts") == (0, {"2026-03-30": 3, "2026-03-31": 1})
    post("", "x", "9999-99-99")
    assert find(app, "posts") == (0, {"2026-03-30": 3, "2026-03-31": 1})


def test_others_may_not_see_them(editor, bob, client):
    assert editor.get(PATH).headers["Cache-Control"] == "no-store"
    assert bob.get(PATH).status_code == 403
    assert client.get(PATH).location == "/auth/login"


@pytest.mark.skipif(bool(SERVER), reason="a server plans by what it has counted")
def test_only_ranges_of_indexes_are_read(app, editor, statements):
    editor.get(PATH)
    [query] = [sql for sql in statements if sql.startswith("WITH day")]

    with app.app_context():
        plan = get_db().execute(f"EXPLAIN QUERY PLAN {query}").fetchall()

    text = "\n".join(row["detail"] for row in plan)
    for index in ("post_created", "comment_created", "user_joined"):
        assert re.search(rf"SEARCH \w .*INDEX {index} \(\w+>\? AND \w+<\?\)", text)

    assert not re.search(r"SCAN [pcu]\b", text)

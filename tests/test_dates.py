"""Days, months and times: by the clocks where the blog is, and exact for programs."""

import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from datetime import datetime
from datetime import timedelta
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from flaskr.db import transaction

from .children import LIMIT
from .conftest import log_in
from .conftest import rows
from .conftest import run_many
from .conftest import titles
from .conftest import write
from .test_images import picture
from .test_images import upload
from .test_languages import CHINESE

# Half past midnight, on 1 November in Shanghai and on 31 October in UTC.
NIGHT = "2020-10-31 16:30:00"
ELEMENT = '<time datetime="2020-10-31T16:30:00Z" title="2020-11-01 00:30 UTC+08:00">'


@pytest.fixture
def in_shanghai(app):
    app.config["TIMEZONE"] = "Asia/Shanghai"


def date_posts(app, *times):
    """Posts by Alice of some times, which are their titles."""
    with app.app_context(), transaction() as db:
        run_many(
            db,
            "INSERT INTO post (author_id, title, body, created) VALUES (1, ?, '', ?)",
            [(time, time) for time in times],
        )


@pytest.fixture
def night_post(app, alice, in_shanghai):
    """The address of a post of that night, with a comment."""
    form = {"title": "Owls", "body": "They hoot.", "tags": "birds"}
    alice.post("/create", data=form)
    id = rows(app, "SELECT id FROM post")[0]["id"]
    alice.post(f"/{id}/comment", data={"comment": "I heard one."})

    with app.app_context(), transaction() as db:
        db.execute("UPDATE post SET created = ?", (NIGHT,))
        db.execute("UPDATE comment SET created = ?", (NIGHT,))

    return f"/{id}-owls"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/author/alice",
        "/tag/birds",
        "/search?q=hoot",
        "/archive/2020",
        "/archive/2020/11",
    ],
)
def test_a_post_has_the_day_of_the_blogs_clocks_in_each_list(app, night_post, path):
    page = app.test_client().get(path)
    assert titles(page) == ["Owls"]
    # The pages of an author have a heading for the year.
    assert re.search(f"{re.escape(ELEMENT)}1 November( 2020)?</time>", page.text)


@pytest.mark.parametrize(
    ("zone", "month", "before", "after"),
    [
        (
            "Asia/Shanghai",
            "2020/11",
            ["2020-10-31 15:59:59", "2020-10-31T15:59:59Z", "2020-10-31T00:00"],
            ["2020-10-31 16:00", "2020-10-31T16:00Z", "2020-10-31T23:59:59.999Z"],
        ),
        (
            "America/New_York",
            "2020/10",
            ["2020-10-01T03:59:59Z", "2020-10-01 03:59:59", "2020-10-01"],
            ["2020-10-01T04:00:00Z", "2020-10-01 04:00:00", "2020-10-01 04:00"],
        ),
        (
            "Asia/Kathmandu",
            "2020/10",
            ["2020-09-30T18:14:59Z", "2020-09-30 18:14:59"],
            ["2020-09-30T18:15Z", "2020-09-30 18:15", "2020-10-01T00:00:00"],
        ),
        (
            "UTC",
            "2021/01",
            ["2020-12-31T23:59:59Z", "2020-12-31"],
            ["2021-01-01", "2021-01-01T00:00Z", "2021-01-01 00:00"],
        ),
    ],
)
def test_a_time_is_in_its_month_however_plain_sql_writes_it(
    app, client, alice, zone, month, before, after
):
    app.config["TIMEZONE"] = zone
    date_posts(app, *before, *after)
    listed = re.findall(r'href="/archive/(\d+/\d+)"', client.get("/archive").text)

    assert listed[0] == month
    assert len(listed) == 2
    assert sorted(titles(client.get(f"/archive/{month}"))) == sorted(after)
    assert sorted(titles(client.get(f"/archive/{listed[1]}"))) == sorted(before)


def test_a_posts_page_has_its_day_and_the_time_in_a_title(app, night_post):
    page = app.test_client().get(night_post).text
    assert f"{ELEMENT}1 November 2020</time>" in page
    page = app.test_client().get(night_post, headers=CHINESE).text
    assert f"{ELEMENT}2020年11月1日</time>" in page


def test_the_byline_of_a_list_has_the_exact_time_in_its_title(app, night_post):
    page = app.test_client().get("/").text
    assert 'title="by alice on 2020-11-01 00:30 UTC+08:00"' in page
    page = app.test_client().get("/", headers=CHINESE).text
    assert 'title="alice 发布于 2020-11-01 00:30 UTC+08:00"' in page


def test_a_comment_has_its_time(app, night_post):
    page = app.test_client().get(night_post).text
    assert f"{ELEMENT}1 November 2020 at 00:30</time>" in page
    page = app.test_client().get(night_post, headers=CHINESE).text
    assert f"{ELEMENT}2020年11月1日 00:30</time>" in page


def test_logins_have_their_times_and_the_zone(app, alice, in_shanghai):
    log_in(app, "alice")

    with app.app_context(), transaction() as db:
        db.execute("UPDATE session SET last_seen = ?", (NIGHT,))

    page = alice.get("/account/").text
    assert f"last active {ELEMENT}1 November 2020 at 00:30</time>" in page
    assert "Times are shown in Asia/Shanghai." in page


def test_an_image_has_the_day_of_the_blogs_clocks(app, alice, in_shanghai):
    upload(alice, picture())

    with app.app_context(), transaction() as db:
        db.execute("UPDATE image_upload SET created = ?", (NIGHT,))

    assert f"{ELEMENT}1 November 2020</time>" in alice.get("/account/images").text
    listed = app.test_cli_runner().invoke(args=["prune-images", "--days", "0"]).output
    assert "2020-11-01 00:30 UTC+08:00  alice" in listed


def test_what_programs_read_is_exact_wherever_the_blog_is(app, client, night_post):
    for path in ("/feed.atom", "/feed.json", "/comments/feed.atom"):
        assert "2020-10-31T16:30:00Z" in client.get(path).text
        assert "2020-11-01" not in client.get(path).text

    assert "<pubDate>Sat, 31 Oct 2020 16:30:00 GMT<" in client.get("/feed.rss").text
    page = client.get(night_post).text
    assert '"article:published_time" content="2020-10-31T16:30:00Z"' in page
    said = json.loads(re.search(r'ld\+json">(.*?)</script>', page, re.DOTALL)[1])
    assert said["datePublished"] == "2020-10-31T16:30:00Z"

    with app.app_context(), transaction() as db:
        db.execute("UPDATE post SET updated = ?", (NIGHT,))

    assert "<lastmod>2020-10-31T16:30:00Z<" in client.get("/sitemap.xml").text


def test_the_database_keeps_utc(app, alice, in_shanghai):
    write(alice, "Now")
    before = f"{datetime.now(UTC) - timedelta(minutes=5):%Y-%m-%d %H:%M:%S}"
    after = f"{datetime.now(UTC) + timedelta(minutes=5):%Y-%m-%d %H:%M:%S}"
    assert before < rows(app, "SELECT created FROM post")[0]["created"] < after


@pytest.mark.parametrize(
    ("zone", "edges"),
    [
        ("UTC", ["2020-11-01", "9999-12-31"]),
        ("Asia/Shanghai", ["2020-01-01", "1969-12-31", "1901-01-01", "0001-01-01"]),
        ("America/Los_Angeles", ["2020-11-01", "2020-01-01", "0001-01-01"]),
        # Its clocks went back at one in the night of that day.
        ("America/Havana", ["2020-11-01"]),
        # They went from midnight to one.
        ("America/Asuncion", ["2017-10-01"]),
        # The thirtieth was left out.
        ("Pacific/Apia", ["2011-12-31"]),
        ("Africa/Monrovia", ["1972-01-01"]),
        ("Pacific/Kiritimati", ["2020-03-01", "9999-12-31"]),
    ],
)
def test_each_post_is_in_the_month_that_the_clocks_show(app, alice, zone, edges):
    app.config.update(TIMEZONE=zone, PAGE_SIZE=200)
    expected = defaultdict(list)

    for edge in edges:
        for minutes in range(-36 * 60, 36 * 60, 30):
            try:
                time = datetime.fromisoformat(edge) + timedelta(minutes=minutes)
                local = time.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
            except OverflowError:
                continue

            month = f"{local.year:04}/{local.month:02}"
            expected[month].insert(0, time.isoformat(" "))

    date_posts(app, *sum(expected.values(), []))
    found = re.findall(r'href="/archive/(\d{4}/\d\d)"', alice.get("/archive").text)
    assert found == sorted(expected, reverse=True)

    for month, posts in expected.items():
        assert titles(alice.get(f"/archive/{month}")) == posts

    for year in {month[:4] for month in expected}:
        of_year = [p for m, posts in expected.items() if m[:4] == year for p in posts]
        assert titles(alice.get(f"/archive/{year}")) == sorted(of_year, reverse=True)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/Los_Angeles"])
def test_each_month_of_the_archive_has_posts_whatever_their_times(app, alice, zone):
    app.config["TIMEZONE"] = zone
    times = [
        "9999-12-31 23:59:59",
        "9999-12-32",
        "2020-12-31T23:00:00Z",
        "2020-12-31T12:00:00-05:00",
        "2019-02-30 12:00:00",
        "2018-01-00",
        "2017-05-01x",
        "0001-01-01 00:00:00",
        "0001-01-00",
        "0000-01-00",
        "٢٠١٨-٠١-٠١ 00:00:00",
    ]
    date_posts(app, *times)
    months = re.findall(r'href="(/archive/\d{4}/\d\d)"', alice.get("/archive").text)
    listed = [title for path in months for title in titles(alice.get(path))]
    assert listed == sorted(times[:9], reverse=True)
    assert len(months) == len(set(months))


def test_a_page_of_a_month_goes_on_where_the_last_ended(app, alice, in_shanghai):
    app.config["PAGE_SIZE"] = 1
    date_posts(app, NIGHT, "2020-10-31 15:59:59", "2020-10-31 16:00:00")
    page = alice.get("/archive/2020/11")
    assert titles(page) == [NIGHT]
    older = re.search(r'rel="next" href="(.*?)"', page.text)[1]
    page = alice.get(older)
    assert titles(page) == ["2020-10-31 16:00:00"]
    assert 'rel="next"' not in page.text


def test_a_zone_needs_no_database_of_the_system(tmp_path):
    code = (
        "from flaskr import create_app\n"
        "from flaskr.data.times import find_month_start\n"
        "with create_app().app_context(): print(find_month_start(2026, 11).plain)"
    )
    environ = {
        **os.environ,
        "FLASKR_INSTANCE_PATH": str(tmp_path),
        "FLASKR_TIMEZONE": "America/New_York",
        "PYTHONTZPATH": "",
    }
    command = [sys.executable, "-W", "ignore", "-c", code]
    printed = subprocess.check_output(command, env=environ, text=True, timeout=LIMIT)
    assert printed == "2026-11-01 04\n"

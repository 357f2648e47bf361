"""The archive by year and month."""

import re

import pytest

from flaskr.db import transaction

from .conftest import run_many
from .conftest import titles
from .databases import ENGINE


@pytest.fixture
def dated(app, alice):
    """Posts of three months, and some whose time is none."""
    with app.app_context(), transaction() as db:
        for number, created in enumerate(
            [
                "2018-01-01 00:00:00",
                "2018-01-31 23:59:59",
                "2018-02-01 00:00:00",
                "2020-12-31T12:00:00Z",
                "someday",
                "",
                7,
                "2019-13-01",
            ],
            1,
        ):
            db.execute(
                "INSERT INTO post (author_id, title, body, created)"
                " VALUES (1, ?, '', ?)",
                (f"post {number}", created),
            )


def test_the_archive_has_the_months_in_which_something_was_written(client, dated):
    page = client.get("/archive").text

    assert re.findall(r'href="/archive/(\d{4})">(\d+)</a>', page) == [
        ("2020", "2020"),
        ("2018", "2018"),
    ]
    assert re.findall(r'href="/archive/(\d{4}/\d\d)">(.*?)</a>', page) == [
        ("2020/12", "December 2020"),
        ("2018/02", "February 2018"),
        ("2018/01", "January 2018"),
    ]


def test_a_year_and_a_month_of_the_archive_have_their_posts(client, dated):
    assert titles(client.get("/archive/2018")) == ["post 3", "post 2", "post 1"]
    assert titles(client.get("/archive/2018/01")) == ["post 2", "post 1"]
    assert titles(client.get("/archive/2020/12")) == ["post 4"]
    assert "<h1>January 2018</h1>" in client.get("/archive/2018/01").text


def test_a_year_or_month_in_which_nothing_was_written_is_not_found(client, dated):
    linked = re.findall(r'href="(/archive/[\d/]+)"', client.get("/archive").text)

    # There are ten thousand years.
    for path in ("/archive/2017", "/archive/2018/03", "/archive/0000", "/archive/9999"):
        page = client.get(path)
        assert page.status_code == 404
        assert "There are no posts from that time" in page.text
        assert path not in linked
        later = client.get(f"{path}?older=2030-01-01_9")
        assert later.status_code == 404 or "noindex" in later.text

    for path in linked:
        page = client.get(path)
        assert page.status_code == 200
        assert "noindex" not in page.text


def test_a_month_is_not_found_once_its_last_post_is_gone(client, alice, dated):
    assert client.get("/archive/2020/12").status_code == 200
    alice.post("/4/delete")
    assert client.get("/archive/2020/12").status_code == 404
    assert "/archive/2020" not in client.get("/archive").text


@pytest.mark.parametrize(
    "path",
    [
        "/archive/2018/13",
        "/archive/2018/00",
        "/archive/18",
        "/archive/2018/1",
        "/archive/٢٠١٨",
    ],
)
def test_an_address_of_the_archive_that_is_no_month_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_an_empty_archive_says_so(client):
    assert "No posts yet" in client.get("/archive").text


def test_the_archive_reads_a_post_a_month(app, client, dated, statements, databases):
    with app.app_context(), transaction() as db:
        run_many(
            db,
            "INSERT INTO post (author_id, title, body, created) VALUES (1, '', '', ?)",
            [(f"2018-02-03 00:{n // 60:02}:{n % 60:02}",) for n in range(500)],
        )
        statements.clear()

    client.get("/archive")
    reads = [text for text in statements if "SELECT p.created" in text]
    assert len(reads) < 10

    for text in reads:
        plan = databases.explain(app, text)
        assert not [step for step in plan if ENGINE.SCAN.search(step)], plan

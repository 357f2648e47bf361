"""Likes: one button, once a person."""

import re
import threading

import pytest

from flaskr.db import transaction

from .children import LIMIT
from .conftest import log_in
from .conftest import rows
from .conftest import run_many
from .conftest import titles
from .conftest import write


@pytest.fixture
def post(alice):
    return write(alice, "First")


def test_a_person_likes_a_post_once(app, client, bob, post):
    for _ in range(3):
        assert bob.post(f"/{post}/like").location == f"/{post}-first#like"

    assert rows(app, "SELECT likes FROM post_count") == [{"likes": 1}]
    assert "1 person likes this" in client.get(f"/{post}-first").text
    assert ">1 like<" in client.get("/").text


def test_a_like_can_be_taken_back(app, client, bob, post):
    assert 'aria-pressed="false"' in bob.get(f"/{post}-first").text
    bob.post(f"/{post}/like")
    page = bob.get(f"/{post}-first").text
    assert 'aria-pressed="true"' in page and f'action="/{post}/unlike"' in page

    for _ in range(2):
        assert bob.post(f"/{post}/unlike").location == f"/{post}-first#like"

    assert rows(app, "SELECT likes FROM post_count") == [{"likes": 0}]
    assert "likes this" not in client.get(f"/{post}-first").text


def test_a_logged_out_reader_comes_back_to_the_button_of_a_like(
    app, client, alice, post
):
    assert f'href="/{post}/like"' in client.get(f"/{post}-first").text
    assert client.get(f"/{post}/like").location == "/auth/login"
    response = client.post(
        "/auth/login", data={"username": "alice", "password": "three random words"}
    )
    assert client.get(response.location).location == f"/{post}-first#like"
    # Following a link likes nothing.
    assert rows(app, "SELECT * FROM post_like") == []


@pytest.mark.parametrize("what", ["like", "unlike"])
def test_a_logged_out_reader_likes_nothing(app, client, alice, post, what):
    alice.post(f"/{post}/like")
    assert client.post(f"/{post}/{what}").location == "/auth/login"
    assert rows(app, "SELECT user_id FROM post_like") == [{"user_id": 1}]


def test_another_site_makes_nobody_like_a_post(app, bob, post):
    answer = bob.post(f"/{post}/like", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert rows(app, "SELECT * FROM post_like") == []


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("what", ["like", "unlike"])
def test_a_like_of_a_post_that_is_gone_is_not_found(bob, method, what):
    assert getattr(bob, method)(f"/9/{what}").status_code == 404


def test_the_posts_that_one_likes_are_a_list(app, alice, bob):
    ids = [write(alice, f"Post {n}") for n in range(12)]

    with app.app_context(), transaction() as db:
        # The older the post, the later it was liked.
        run_many(
            db,
            "INSERT INTO post_like (post_id, user_id, created) VALUES (?, 2, ?)",
            [(id, f"2020-01-{28 - id:02} 00:00:00") for id in ids],
        )

    first = bob.get("/account/likes")
    older = re.search(r'<a rel="next" href="([^"]*)"', first.text)[1]
    second = bob.get(older)
    expected = [f"Post {n}" for n in range(12)]
    assert titles(first) + titles(second) == expected
    assert titles(alice.get("/account/likes")) == []
    assert "You have not liked a post yet." in alice.get("/account/likes").text
    assert "/account/likes" in bob.get("/account/").text


def test_nobody_reads_what_another_likes(client):
    assert client.get("/account/likes").location == "/auth/login"


def test_likes_count_right_in_races_of_clicks_and_people(app, post):
    browsers = [log_in(app, f"person {n}") for n in range(4)] * 2

    def click(browser):
        for what in ("like", "unlike", "like"):
            assert browser.post(f"/{post}/{what}").status_code == 302

    threads = [threading.Thread(target=click, args=[b], daemon=True) for b in browsers]

    for thread in threads:
        thread.start()

    for thread in threads:
        thread.join(LIMIT)
        assert not thread.is_alive()

    # The last that each of them does is to like it.
    assert rows(app, "SELECT count(*) AS likes FROM post_like") == [{"likes": 4}]
    assert rows(app, "SELECT likes FROM post_count") == [{"likes": 4}]


def test_plain_sql_keeps_the_number_of_likes_right(app, alice, bob, post):
    with app.app_context(), transaction() as db:
        db.execute("INSERT INTO post_like (post_id, user_id) VALUES (1, 1), (1, 2)")
        db.execute("DELETE FROM post_like WHERE user_id = 1")

    assert rows(app, "SELECT likes FROM post_count") == [{"likes": 1}]


def test_plain_sql_that_moves_a_like_keeps_the_numbers_right(app, alice, post):
    other = write(alice, "Second")
    alice.post(f"/{post}/like")

    with app.app_context(), transaction() as db:
        db.execute("UPDATE post_like SET post_id = ?", (other,))

    counts = rows(app, "SELECT post_id, likes FROM post_count")
    assert counts == [{"post_id": post, "likes": 0}, {"post_id": other, "likes": 1}]

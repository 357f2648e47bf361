"""Likes: one button, once a person."""

import re
import threading
import time

import pytest

from flaskr.db import transaction
from flaskr.web import pending_action

from .children import LIMIT
from .conftest import log_in
from .conftest import PASSWORD
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


def press(client, post, what="like"):
    """Press the button while logged out."""
    page = client.get(f"/{post}-first").text
    assert f'<form class="like" action="/{post}/like" method="post">' in page
    assert client.post(f"/{post}/{what}").location == "/auth/login"


def send_login(client, name, password=PASSWORD):
    data = {"username": name, "password": password}
    return client.post("/auth/login", data=data)


def liked_by(app):
    found = rows(app, "SELECT user_id FROM post_like ORDER BY user_id")
    return [row["user_id"] for row in found]


def come_back(client, response):
    """Where a reader is led after the login."""
    return client.get(response.location).location


def test_a_like_pressed_logged_out_is_done_after_logging_in(app, client, alice, post):
    press(client, post)
    assert liked_by(app) == []
    assert send_login(client, "alice", "wrong").status_code == 422
    assert liked_by(app) == []
    assert come_back(client, send_login(client, "alice")) == f"/{post}-first#like"
    assert liked_by(app) == [1]
    assert 'aria-pressed="true"' in client.get(f"/{post}-first").text


def test_a_like_pressed_logged_out_is_done_after_registering(app, client, alice, post):
    press(client, post)
    client.get("/auth/register")
    data = {"username": "carol", "password": PASSWORD}
    assert client.post("/auth/register", data=data).location == "/auth/login"
    assert come_back(client, send_login(client, "carol")) == f"/{post}-first#like"
    assert liked_by(app) == [2]


def test_a_like_pressed_logged_out_is_done_once(app, client, alice, post):
    press(client, post)
    send_login(client, "alice")
    client.post(f"/{post}/unlike")
    client.post("/auth/logout")
    send_login(client, "alice")
    assert liked_by(app) == []


def test_a_like_pressed_logged_out_of_a_post_that_one_likes_stays(
    app, client, alice, post
):
    alice.post(f"/{post}/like")
    press(client, post)
    assert come_back(client, send_login(client, "alice")) == f"/{post}-first#like"
    assert liked_by(app) == [1]


def test_a_like_taken_back_logged_out_goes_after_logging_in(app, client, alice, post):
    alice.post(f"/{post}/like")
    press(client, post, "unlike")
    assert liked_by(app) == [1]
    assert come_back(client, send_login(client, "alice")) == f"/{post}-first#like"
    assert liked_by(app) == []


def test_a_like_pressed_logged_out_of_a_post_that_is_gone_says_so(
    app, client, alice, post
):
    press(client, post)
    alice.post(f"/{post}/delete")
    page = client.get(send_login(client, "alice").location)
    assert page.status_code == 404
    assert "It may have been deleted." in page.text
    assert client.get("/account/").status_code == 200


def test_a_like_pressed_logged_out_beyond_the_limit_says_so(app, client, alice, post):
    app.config["LIKES_PER_PERSON"] = 1
    alice.post(f"/{post}/unlike")
    press(client, post)
    assert come_back(client, send_login(client, "alice")) == f"/{post}-first#like"
    assert "That’s a lot in a short time." in client.get(f"/{post}-first").text
    assert liked_by(app) == []


def test_who_logs_in_long_after_a_like_was_pressed_does_not_like_the_post(
    app, client, alice, post, monkeypatch
):
    """On a computer that many use, it is somebody else."""
    press(client, post)
    now = time.time()

    for later in (pending_action.MAX_AGE + 1, -10):
        with monkeypatch.context() as patch:
            patch.setattr(pending_action.time, "time", lambda later=later: now + later)
            cookie = client.get_cookie("flaskr_session").value
            assert send_login(client, "alice").location == f"/{post}/like"
            client.set_cookie("flaskr_session", cookie)

    assert liked_by(app) == []


def test_a_page_that_was_asked_for_since_takes_the_place_of_a_like(
    app, client, alice, post
):
    press(client, post)
    client.get("/create")
    assert send_login(client, "alice").location == "/create"
    assert liked_by(app) == []


def test_nothing_but_the_button_likes_a_post_after_the_login(app, client, alice, post):
    assert client.get(f"/{post}/like").location == "/auth/login"
    assert come_back(client, send_login(client, "alice")) == f"/{post}-first#like"
    assert liked_by(app) == []


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}],
)
def test_another_site_has_nobody_like_a_post_after_the_login(
    app, client, alice, post, headers
):
    answer = client.post(f"/{post}/like", headers=headers)
    assert answer.status_code == 403
    assert client.get(f"/{post}/like", headers=headers).location == "/auth/login"
    send_login(client, "alice")
    assert liked_by(app) == []


def test_no_other_button_is_pressed_by_logging_in(app, client, alice, post):
    client.post(f"/{post}/delete")
    send_login(client, "alice")
    assert len(rows(app, "SELECT id FROM post")) == 1


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
    assert "You haven’t liked any posts yet." in alice.get("/account/likes").text
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

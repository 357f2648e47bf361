"""People take with them what they wrote, suspended or not."""

import re

import pytest

from flaskr.data import exports

from .conftest import PASSWORD
from .conftest import write
from .test_cleanups import clean_up
from .test_cleanups import spammed  # noqa: F401
from .test_suspensions import owner  # noqa: F401
from .test_suspensions import suspend

FILE = "/account/texts/export"


def log_in_suspended(app):
    client = app.test_client()
    data = {"username": "bob", "password": PASSWORD}
    page = client.post("/auth/login", data=data).text
    return client, re.findall(r'name="token" value="([^"]*)"', page)


def export(client, token):
    return client.post("/auth/export", data={"token": token})


def test_a_file_has_all_that_somebody_wrote(app, alice, bob):
    write(bob, "His")
    alice.post("/create", data={"title": "“Bröt”", "body": "词\n\nx", "tags": "b, a"})
    alice.post("/create", data={"title": "Later", "body": "Half", "draft": "1"})
    alice.post("/create", data={"title": "Gone", "body": "Old", "tags": "c"})
    alice.post("/4/delete")
    alice.post("/1/comment", data={"comment": "Hello 👋"})
    alice.post("/account/about", data={"about": "I bake.", "display_name": "Alice B."})
    answer = alice.get(FILE)
    assert answer.headers["Content-Disposition"] == "attachment; filename=texts.json"
    assert answer.headers["Cache-Control"] == "no-store"
    found = answer.json
    assert found["username"] == "alice" and found["display_name"] == "Alice B."
    assert [(post["title"], post["tags"]) for post in found["posts"]] == [
        ("“Bröt”", ["b", "a"]),
        ("Later", []),
    ]
    assert found["posts"][0]["body"] == "词\n\nx" and "drafted" in found["posts"][1]
    assert [(post["title"], post["tags"]) for post in found["deleted_posts"]] == [
        ("Gone", ["c"])
    ]
    assert [comment["body"] for comment in found["comments"]] == ["Hello 👋"]
    assert "His" not in answer.text and "scrypt" not in answer.text
    assert FILE in alice.get("/account/texts").text


def test_more_texts_than_are_read_at_once_are_all_there(app, alice, monkeypatch):
    monkeypatch.setattr(exports, "BATCH", 2)

    for number in range(5):
        write(alice, f"Post {number}")

    titles = [post["title"] for post in alice.get(FILE).json["posts"]]
    assert titles == [f"Post {number}" for number in range(5)]


def test_a_large_file_is_sent_from_the_disk(app, alice, monkeypatch):
    write(alice, "Long", "Words " * 1000)
    small = alice.get(FILE).data
    monkeypatch.setattr("flaskr.views.exports.MAX_IN_MEMORY", 1000)

    with alice.get(FILE) as answer:
        assert answer.content_length == len(small)
        assert b"".join(answer.response) == small


def test_somebody_without_texts_gets_a_file_too(app, alice):
    assert alice.get(FILE).json["posts"] == []


def test_who_is_logged_out_gets_none(app, client):
    assert client.get(FILE).location == "/auth/login"


def test_who_is_suspended_gets_it_with_the_password(app, owner, bob):  # noqa: F811
    write(bob, "His", "Words")
    assert export(bob, "x").status_code == 403
    suspend(owner)
    client, [token] = log_in_suspended(app)
    assert [post["body"] for post in export(client, token).json["posts"]] == ["Words"]
    # And is not logged in for that.
    assert client.get(FILE).location == "/auth/login"


def test_what_was_taken_back_as_spam_is_in_it(app, spammed, bob):  # noqa: F811
    clean_up(spammed, 2)
    client, [token] = log_in_suspended(app)
    found = export(client, token).json
    assert {post["title"] for post in found["deleted_posts"]} == {"Watches", "Draft"}
    assert "Buy watches." in [text["body"] for text in found["deleted_comments"]]
    assert [text["body"] for text in found["waiting_comments"]] == ["Waiting watches."]


def test_who_may_log_in_is_offered_none_there(app, bob):
    client, tokens = log_in_suspended(app)
    assert tokens == []


@pytest.mark.parametrize("token", ["", "x", "x.y.z", "\0", "W10.aaaa.bbbb"])
def test_what_no_password_was_typed_for_gives_nothing(app, client, bob, token):
    assert export(client, token).status_code == 403


def test_a_token_is_for_an_hour_and_for_its_account(
    app,
    owner,  # noqa: F811
    bob,
    execute,
    monkeypatch,
):
    suspend(owner)
    client, [token] = log_in_suspended(app)
    assert export(client, token).status_code == 200

    with monkeypatch.context() as patch:
        patch.setattr("flaskr.views.exports.MAX_AGE", -1)
        assert export(client, token).status_code == 403

    execute(app, """UPDATE "user" SET closed = '2020-01-01 00:00:00' WHERE id = 2""")
    assert export(client, token).status_code == 404

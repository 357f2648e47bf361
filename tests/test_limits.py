"""How much one person, and one address, may write in a while."""

import pytest

from .conftest import log_in
from .conftest import rows
from .conftest import write
from .test_images import upload

POST = {"title": "My title", "body": "My text.", "tags": ""}


def publish(client, **options):
    return client.post("/create", data=POST, **options)


def edit_post(client, **options):
    return client.post("/1/update", data=POST, **options)


def edit_comment(client, **options):
    return client.post("/comment/1/update", data={"comment": "My text."}, **options)


def edit_about(client, **options):
    return client.post("/account/about", data={"about": "My text."}, **options)


def close_comments(client, **options):
    return client.post("/1/comments/close", **options)


def open_comments(client, **options):
    return client.post("/1/comments/open", **options)


def like(client, **options):
    return client.post("/1/like", **options)


def unlike(client, **options):
    return client.post("/1/unlike", **options)


def upload_image(client, **options):
    return client.post("/account/images", data={"image": b""}, **options)


LIMITED = [
    (publish, "POSTS"),
    (edit_post, "EDITS"),
    (edit_comment, "EDITS"),
    (edit_about, "EDITS"),
    (close_comments, "EDITS"),
    (open_comments, "EDITS"),
    (like, "LIKES"),
    (unlike, "LIKES"),
]


@pytest.fixture
def limited(app, alice, clock):
    write(alice)
    alice.post("/1/comment", data={"comment": "A comment."})
    app.config["COMMENT_EDIT_TIME"] *= 100

    for what in ("POSTS", "EDITS", "LIKES"):
        app.config[f"{what}_PER_PERSON"] = 3
        app.config[f"{what}_PER_ADDRESS"] = 5

    return app


@pytest.mark.parametrize(("act", "what"), LIMITED)
def test_one_person_must_wait_after_a_while(limited, alice, bob, clock, act, what):
    already = 1 if what == "POSTS" else 0
    window = limited.config[f"{what}_WINDOW"].total_seconds()

    for _ in range(3 - already):
        assert act(alice).status_code == 302

    before = rows(limited, "SELECT title, body, updated FROM post")
    response = act(alice)
    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= window / 3 + 1
    assert "That’s a lot in a short time." in response.text
    assert ("My text." in response.text) == (act in [p[0] for p in LIMITED[:4]])
    assert rows(limited, "SELECT title, body, updated FROM post") == before
    # Nobody else waits, and nobody for ever.
    assert act(bob).status_code in (302, 403)
    clock.now += window / 3 + 1
    assert act(alice).status_code == 302


@pytest.mark.parametrize(("act", "what"), [LIMITED[0], LIMITED[3], LIMITED[6]])
def test_the_people_at_one_address_must_wait_together(limited, clock, act, what):
    people = [log_in(limited, f"person {n}") for n in range(3)]
    here = {"environ_overrides": {"REMOTE_ADDR": "10.0.0.1"}}
    answers = [act(person, **here).status_code for person in people * 2]
    assert sorted(answers) == [302] * 5 + [429]
    assert act(people[-1], environ_overrides={"REMOTE_ADDR": "10.0.0.2"}).location


def test_a_form_with_an_error_costs_nothing(limited, alice):
    for _ in range(9):
        assert alice.post("/create", data={**POST, "title": ""}).status_code == 422
        assert alice.post("/1/update", data={**POST, "title": ""}).status_code == 422
        assert alice.post("/create", data={**POST, "preview": ""}).status_code == 200

    assert publish(alice).status_code == 302


def test_one_address_may_send_so_many_bytes_of_images(app, alice, bob, clock):
    app.config["UPLOADED_BYTES_PER_ADDRESS"] = 400
    upload(alice)
    size = rows(app, "SELECT size FROM image")[0]["size"]
    app.config["UPLOADED_BYTES_PER_ADDRESS"] = 2 * size
    clock.now += 24 * 3600
    answers = []

    for number in range(4):
        client = [alice, bob][number % 2]
        answers.append(send_image(client, number).status_code)

    assert answers == [302, 302, 429, 429]
    clock.now += 24 * 3600
    assert send_image(alice, 9).status_code == 302


def send_image(client, number):
    from io import BytesIO

    from .test_images import picture

    data = {"image": (BytesIO(picture()), f"{number}.png")}
    return client.post("/account/images", data=data)


def test_a_clock_that_was_set_back_stops_nobody(limited, alice, clock):
    for _ in range(2):
        publish(alice)

    assert publish(alice).status_code == 429
    clock.now -= 30 * 24 * 3600
    assert publish(alice).status_code == 302
    clock.now += 30 * 24 * 3600
    assert publish(alice).status_code == 302

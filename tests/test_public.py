"""There is one place that says which posts the public sees."""

import pytest

from flaskr.data import bin_moves
from flaskr.db import transaction

from .conftest import ago
from .conftest import rows
from .conftest import run_many


@pytest.fixture
def many(app, alice, bob):
    """Three posts, and many newer ones."""
    with app.app_context(), transaction() as db:
        run_many(
            db,
            "INSERT INTO tag (id, key, name) VALUES (?, ?, ?)",
            [(1, "shown", "shown"), (2, "secret-tag", "secret-tag")],
        )
        run_many(
            db,
            "INSERT INTO post (author_id, title, body, created) VALUES (?, ?, ?, ?)",
            [
                *[
                    (1, f"open {n}", "bread", f"2020-01-01 00:00:0{n}")
                    for n in range(3)
                ],
                *[(2, "secret", "bread", "2021-01-01 00:00:00") for _ in range(400)],
            ],
        )
        db.execute(
            "INSERT INTO post_tag (post_id, tag_id, created)"
            " SELECT id, 1, created FROM post"
        )
        db.execute(
            "INSERT INTO post_tag (post_id, tag_id, created)"
            " SELECT id, 2, created FROM post WHERE title = 'secret'"
        )

        db.execute(
            "INSERT INTO comment (post_id, author_id, body)"
            " SELECT id, author_id, title FROM post WHERE id IN (1, 4)"
        )
        db.execute("INSERT INTO post_like (post_id, user_id) VALUES (1, 1), (4, 1)")


# What becomes of those that are newer.
HIDDEN = {
    "draft": "UPDATE post SET drafted = '2022-01-01 00:00:00' WHERE title = 'secret'",
    "scheduled": "UPDATE post SET drafted = created, due = '2100-01-01 00:00:00'"
    " WHERE title = 'secret'",
}


@pytest.fixture(params=HIDDEN)
def hidden(request, app, many):
    """Those that are newer are there, and the public does not see them."""
    with app.app_context(), transaction() as db:
        db.execute(HIDDEN[request.param])


@pytest.fixture(params=[*HIDDEN, "binned"])
def unseen(request, app, client, many):
    """Those that are newer are not seen, or are in the bin."""
    # The pages with them are kept.
    for path in PATHS:
        assert client.get(path).status_code == 200

    with app.app_context(), transaction() as db:
        if request.param in HIDDEN:
            db.execute(HIDDEN[request.param])
        else:
            bin_moves.put_all_by(2, ago(minutes=1))


PATHS = [
    "/",
    "/3-open-2",
    "/author/alice",
    "/author/bob",
    "/tag/shown",
    "/tags",
    "/archive",
    "/search?q=bread",
    "/search?q=secret",
    "/search?q=tag:secret-tag",
    "/feed.atom",
    "/feed.json",
    "/author/bob/feed.rss",
    "/sitemap.xml",
    "/comments/feed.atom",
]


def test_a_post_that_the_public_does_not_see_is_nowhere(client, unseen):
    for path in PATHS:
        page = client.get(path)
        text = page.text.replace(path.partition("=")[2] or " ", "")

        assert page.status_code == 200, path
        assert "secret" not in text, path
        assert "2021-01" not in page.text, path


HIDDEN_PATHS = [
    "/4",
    "/4-secret",
    "/tag/secret-tag",
    "/tag/secret-tag/feed.atom",
    "/4/comments/feed.atom",
    "/comment/2",
    "/archive/2021",
]


def test_a_hidden_post_is_not_found_by_its_address(client, unseen):
    for path in HIDDEN_PATHS:
        assert client.get(path).status_code == 404, path


def test_posts_that_the_public_sees_are_found_among_hidden_ones(client, unseen):
    page = client.get("/search?q=bread").text

    assert [f"open {n}" in page for n in range(3)] == [True] * 3
    assert 'shown</a> <span class="quiet">3</span>' in client.get("/tags").text
    assert "secret-tag" not in client.get("/create").text


def test_a_hidden_post_is_discussed_and_liked_by_nobody(app, alice, unseen):
    for path in ("/4/comment", "/comment/2/reply", "/4/like", "/4/comments/close"):
        assert alice.post(path, data={"comment": "x"}).status_code == 404

    assert "secret" not in alice.get("/account/likes").text
    assert "open 0" in alice.get("/account/likes").text


def test_a_hidden_post_is_found_once_the_public_sees_it(bob, client, hidden):
    assert "/4-secret" not in client.get("/search?q=secret").text
    bob.post("/4/publish")
    assert "/4-secret" in client.get("/search?q=secret").text


def test_a_hidden_post_is_changed_by_its_author_and_by_nobody_else(
    app, alice, bob, hidden
):
    data = {"title": "secret", "body": "better bread", "tags": "secret-tag"}
    assert alice.get("/4/update").status_code == 404
    assert alice.post("/4/update", data=data).status_code == 404
    assert "secret" in bob.get("/4/update").text
    assert bob.post("/4/update", data=data).status_code == 302
    assert bob.post("/4/comments/close").status_code == 302
    (post,) = rows(app, "SELECT * FROM post WHERE id = 4")
    assert post["body"] == "better bread"
    assert post["comments_closed"]


def test_a_hidden_post_loses_tags_that_its_author_takes_away(app, alice, bob, hidden):
    data = {"title": "secret", "body": "bread", "tags": "shown"}
    assert bob.post("/4/update", data=data).status_code == 302
    tags = "SELECT key FROM tag JOIN post_tag t ON tag.id = tag_id WHERE post_id = 4"
    assert rows(app, tags) == [{"key": "shown"}]

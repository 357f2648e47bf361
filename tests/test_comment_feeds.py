"""The feeds of comments, read as a feed reader does."""

import json
import re

import feedparser
import pytest

from flaskr.db import transaction

from .conftest import log_in
from .conftest import run_many
from .conftest import write


def comment(client, text, post=1, answers=None):
    path = f"/comment/{answers}/reply" if answers else f"/{post}/comment"
    assert client.post(path, data={"comment": text}).status_code == 302


@pytest.fixture
def discussed(alice, bob):
    """Two posts, and three comments."""
    write(alice, "First")
    write(alice, "Second & last")
    comment(bob, "On **this** and [that](/tags) ![](/x.png)")
    comment(alice, "On the other", post=2)
    comment(alice, "An answer", answers=1)


def read(client, path):
    response = client.get(path)
    assert response.status_code == 200

    if path.endswith("json"):
        return json.loads(response.text)

    feed = feedparser.parse(response.data)
    assert not feed.bozo
    return feed


@pytest.mark.parametrize("format", ["atom", "rss"])
def test_a_feed_of_all_comments_has_the_newest_first(client, discussed, format):
    feed = read(client, f"/comments/feed.{format}")

    assert feed.feed.title == "Re: Flaskr"
    assert [entry.title for entry in feed.entries] == [
        "alice: Re: First",
        "alice: Re: Second & last",
        "bob: Re: First",
    ]
    assert [entry.author for entry in feed.entries] == ["alice", "alice", "bob"]
    oldest = feed.entries[-1]
    assert oldest.link == "http://localhost/comment/1"
    html = oldest.content[0].value
    assert "<strong>this</strong>" in html
    assert 'href="http://localhost/tags"' in html and "<img" not in html


@pytest.mark.parametrize("format", ["atom", "rss"])
def test_a_feed_of_one_post_has_its_comments(client, discussed, format):
    feed = read(client, f"/2/comments/feed.{format}")
    assert feed.feed.title == "Re: Second & last - Flaskr"
    assert feed.feed.link == "http://localhost/2-second-last#comments"
    assert [entry.title for entry in feed.entries] == ["alice: Re: Second & last"]


def test_a_json_feed_of_comments_has_the_newest_first(client, discussed):
    feed = read(client, "/1/comments/feed.json")
    assert [item["title"] for item in feed["items"]] == [
        "alice: Re: First",
        "bob: Re: First",
    ]


def test_each_comment_feed_and_each_entry_has_an_id_of_its_own(client, discussed):
    feeds = [
        read(client, path)
        for path in ("/feed.atom", "/comments/feed.atom", "/1/comments/feed.atom")
    ]
    assert len({feed.feed.id for feed in feeds}) == 3
    posts, comments, _ = ({entry.id for entry in feed.entries} for feed in feeds)
    assert len(posts) == 2 and len(comments) == 3 and not posts & comments


def test_the_ids_of_comment_feeds_outlive_a_new_title(client, alice, discussed):
    before = read(client, "/1/comments/feed.atom")
    alice.post("/1/update", data={"title": "Other", "body": ""})
    after = read(client, "/1/comments/feed.atom")

    assert after.feed.title == "Re: Other - Flaskr"
    assert after.feed.id == before.feed.id
    assert [e.id for e in after.entries] == [e.id for e in before.entries]


def test_the_links_of_comment_feeds_lead_to_the_first_comment(app, client, discussed):
    with app.app_context(), transaction() as db:
        run_many(
            db,
            "INSERT INTO comment (post_id, author_id, body, created)"
            " VALUES (1, 1, ?, '2020-01-01 00:00:00')",
            [(f"number {n}",) for n in range(48)],
        )

    for path, number in (("/comments/feed.atom", 51), ("/1/comments/feed.atom", 50)):
        ids = []

        while path:
            feed = read(client, path)
            ids += [entry.id for entry in feed.entries]
            path = next((x.href for x in feed.feed.links if x.rel == "next"), None)

        assert len(ids) == len(set(ids)) == number


def test_a_reader_that_has_a_comment_feed_is_told_so(client, bob, discussed):
    response = client.get("/comments/feed.atom")
    headers = {"If-None-Match": response.headers["ETag"]}
    assert client.get("/comments/feed.atom", headers=headers).status_code == 304

    bob.post("/comment/1/update", data={"comment": "Changed"})
    assert client.get("/comments/feed.atom", headers=headers).status_code == 200


def test_comments_and_likes_change_no_feed_of_posts(client, bob, discussed):
    response = client.get("/feed.atom")
    headers = {"If-None-Match": response.headers["ETag"]}
    comment(bob, "One more")
    bob.post("/1/like")
    assert client.get("/feed.atom", headers=headers).status_code == 304


@pytest.mark.parametrize("what", ["add", "edit", "remove"])
def test_the_time_of_the_last_change_of_comments_is_told(
    app, client, bob, discussed, what
):
    with app.app_context(), transaction() as db:
        db.execute(
            "UPDATE blog SET changed = '2020-01-01 00:00:00',"
            " discussed = '2020-01-01 00:00:00'"
        )

    old = client.get("/comments/feed.rss")
    assert old.headers["Last-Modified"] == "Wed, 01 Jan 2020 00:00:00 GMT"
    since = {"If-Modified-Since": old.headers["Last-Modified"]}
    assert client.get("/comments/feed.rss", headers=since).status_code == 304

    if what == "add":
        comment(bob, "new")
    elif what == "edit":
        bob.post("/comment/1/update", data={"comment": "new"})
    else:
        bob.post("/comment/1/remove")

    assert client.get("/comments/feed.rss", headers=since).status_code == 200
    # The posts are as they were.
    assert client.get("/feed.rss", headers=since).status_code == 304


def test_a_removed_comment_leaves_the_feeds(client, bob, discussed):
    bob.post("/comment/1/remove")
    titles = [entry.title for entry in read(client, "/comments/feed.atom").entries]
    assert titles == ["alice: Re: First", "alice: Re: Second & last"]


def test_each_post_names_the_feed_of_its_comments(client, discussed):
    page = client.get("/1-first").text
    assert 'type="application/atom+xml" title="Comments on “First” (atom)"' in page
    assert 'href="/1/comments/feed.atom">Comment feed' in page
    assert "/comments/feed.atom" in client.get("/").text


def test_a_comment_that_no_program_of_ours_wrote_breaks_no_feed(app, client, alice):
    write(alice)

    with app.app_context(), transaction() as db:
        db.execute(
            "INSERT INTO comment (post_id, author_id, body, created)"
            " VALUES (1, 1, x'ff00', 'yesterday')"
        )

    for format in ("atom", "rss"):
        assert len(read(client, f"/comments/feed.{format}").entries) == 1

    assert log_in(app, "bob").get("/1-a-title").status_code == 200


def test_a_footnote_of_a_comment_leads_to_it_on_its_page(client, alice):
    write(alice)
    alice.post("/1/comment", data={"comment": "a[^1]\n\n[^1]: b"})
    feed = client.get("/comments/feed.json").json
    html = feed["items"][0]["content_html"]
    found = re.search('href="http://localhost(/comment.*?)#(.*?)"', html)
    address, id = found.groups()
    response = client.get(address)
    # Without one of its own, a browser keeps the fragment.
    assert "#" not in response.location
    assert f'id="{id}"' in client.get(response.location, follow_redirects=True).text

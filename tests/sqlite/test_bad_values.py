"""A value that another program stored where ours has another kind costs no list."""

import sqlite3
import xml.etree.ElementTree as ElementTree
from contextlib import closing
from contextlib import contextmanager
from contextlib import suppress

import pytest

from flaskr.data import moderation
from flaskr.db import transaction

from ..children import IS_LONG
from ..conftest import log_in
from ..conftest import write
from ..profiles import show_oneself
from ..test_images import picture
from ..test_images import upload
from ..test_public_version import bin_something
from ..test_sending import open_form
from ..test_working_copies import autosave

# Where the row of one post, person or image may be missing, and nothing else.
PUBLIC = [
    *("/", "/tags", "/author/bob", "/feed.json", "/comments/feed.atom"),
    *("/search?q=body", "/2-title-2"),
]
OWN = ["/account/", "/account/images", "/account/likes", "/account/about"]
OWN += ["/account/bin"]

# What decides which rows there are at all, or joins them.
KEYS = {
    *("id", "post_id", "user_id", "author_id", "tag_id", "image_id", "hash", "key"),
    # To be closed ends all that an account has.
    *("closed", "token_hash", "parent_id", "name_key", "tat", "version", "thread_id"),
    "binned_id",
}
TABLES = ("user", "post", "tag", "post_tag", "comment", "post_like", "post_count")
TABLES += ("image", "image_file", "image_upload", "blog", "session")
# A picture goes when its profile has another.
TABLES += ("profile_link", "picture_file", "profile")
BINNED = ("binned_post", "binned_tag", "binned_comment", "binned_like")


@pytest.fixture
def blog(app, alice, bob):
    for number in (1, 2):
        write(alice, f"Title {number}", "A body.")
        data = {"title": f"Title {number}", "body": "A body.", "tags": "tea"}
        alice.post(f"/{number}/update", data=data)
        alice.post(f"/{number}/comment", data={"comment": "A comment."})
        bob.post(f"/{number}/like")

    upload(alice)
    upload(alice, alt="another")
    bob.post("/account/about", data={"about": "Me."})
    show_oneself(alice)
    bin_something(alice)
    # The search has read all.
    alice.get("/search?q=body")
    return app


@contextmanager
def stored(app, table, value):
    """Have a value in all columns of a row that may have it."""
    path = app.config["DATABASE"]
    changed = {}

    with closing(sqlite3.connect(path)) as db, db:
        (row,) = db.execute(f'SELECT min(rowid) FROM "{table}"').fetchone()

        for column in [c[1] for c in db.execute(f'PRAGMA table_info("{table}")')]:
            old = db.execute(
                f'SELECT "{column}" FROM "{table}" WHERE rowid = ?', (row,)
            ).fetchone()

            if column not in KEYS:
                with suppress(sqlite3.IntegrityError):
                    change = f'UPDATE "{table}" SET "{column}" = ? WHERE rowid = ?'
                    db.execute(change, (value, row))
                    changed[change] = (*old, row)

    yield changed

    with closing(sqlite3.connect(path)) as db, db:
        for change, parameters in changed.items():
            db.execute(change, parameters)


@pytest.mark.parametrize("value", [b"\xff\x00", 7][: 2 if IS_LONG else 1])
def test_a_value_of_another_kind_costs_its_own_row_only(blog, alice, value):
    for table in TABLES + BINNED:
        with stored(blog, table, value) as changed:
            assert changed

            for path in PUBLIC:
                response = blog.test_client().get(path)
                assert response.status_code < 500, (table, path)
                assert path != "/" or "Title 2" in response.text

            for path in OWN:
                assert alice.get(path).status_code < 500, (table, path)


@pytest.mark.parametrize("value", [b"\xff\x00", 7])
@pytest.mark.parametrize("table", ["post", "comment", "post_like", *BINNED])
def test_a_post_with_a_value_of_another_kind_is_deleted_and_restored(
    blog, alice, value, table
):
    if table in BINNED:
        with stored(blog, table, value):
            # It may have been deleted at no time.
            response = alice.post("/account/bin/1/restore")
            assert response.status_code in (302, 404)
            assert alice.get("/account/bin").status_code == 200
    else:
        with stored(blog, table, value):
            assert alice.post("/1/delete").status_code == 302
            assert "2</span>" in alice.get("/account/bin").text
            assert alice.post("/account/bin/2/restore").status_code == 302

            for path in (*PUBLIC, *OWN, "/1"):
                assert alice.get(path).status_code < 500, path


BAD_FACTS = ["text", b"\xff\x00", -1, "", "[", "[1]", '["", "", "", 1, 2, 3]']


@pytest.mark.parametrize(
    ("column", "value"),
    [*(("facts", value) for value in BAD_FACTS), ("html", b"\xff\x00"), ("html", 7)],
)
def test_a_rendering_of_another_kind_costs_its_own_text_only(
    blog, client, column, value
):
    with closing(sqlite3.connect(blog.config["DATABASE"])) as db, db:
        for table, key in (("post_rendering", "post_id"), ("comment_rendering", "1")):
            db.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = 1", (value,))

    for path in (*PUBLIC, "/1", "/feed.atom", "/comments/feed.rss"):
        response = client.get(path, follow_redirects=True)
        assert response.status_code == 200, path
        assert path != "/" or "A body." in response.text

    # What is not even facts is made anew.
    if column == "facts":
        assert "A body." in client.get("/1-title-1").text


@pytest.mark.parametrize("value", ["text", b"\xff\x00", 7])
def test_what_only_some_see_may_have_values_of_another_kind(blog, alice, value):
    with blog.app_context(), transaction() as db:
        db.execute("UPDATE \"user\" SET role = 'owner'")
        moderation.log("post.withdraw", 1, person_id=2, post_id=2)

    blog.config["PUBLIC_LOG"] = True
    form = open_form(alice, "/1/update")
    assert autosave(alice, form, "/1/working-copy").status_code == 200

    for table in ("moderation", "working_copy", "revision"):
        with stored(blog, table, value) as changed:
            assert changed

            with closing(sqlite3.connect(blog.config["DATABASE"])) as db, db:
                if table == "moderation":
                    db.execute("UPDATE moderation SET post_id = ?", (value,))

            lists = ("/admin/log", "/moderation", "/1/history")

            for path in ("/1/update", "/create", *lists):
                response = alice.get(path)
                assert response.status_code == 200, (table, path)


@pytest.mark.parametrize("value", ["text", b"\xff\x00"])
def test_a_limit_of_another_kind_keeps_nobody_from_logging_in(blog, alice, value):
    with closing(sqlite3.connect(blog.config["DATABASE"])) as db, db:
        assert db.execute("UPDATE rate_limit SET tat = ?", (value,)).rowcount

    log_in(blog, "alice")
    assert write(alice, "Still")


@pytest.mark.parametrize("value", ["text", b"\xff", -1])
def test_a_comment_that_waits_of_nobody_leaves_the_others_in_the_queue(
    blog, alice, value
):
    with blog.app_context(), transaction() as db:
        db.execute("UPDATE \"user\" SET role = 'owner'")

        for body in ("Lost.", "Whole."):
            db.execute(
                "INSERT INTO waiting_comment (post_id, author_id, body, why)"
                " VALUES (1, 2, ?, 'all')",
                (body,),
            )

    with closing(sqlite3.connect(blog.config["DATABASE"])) as db, db:
        db.execute("UPDATE waiting_comment SET author_id = ? WHERE id = 1", (value,))

    page = alice.get("/admin/queue").text
    assert "Whole." in page and "Lost." not in page


def test_a_blog_without_its_row_has_feeds(blog, client):
    with closing(sqlite3.connect(blog.config["DATABASE"])) as db, db:
        db.execute("DELETE FROM blog")

    for path in PUBLIC:
        assert client.get(path).status_code == 200, path


@pytest.mark.parametrize("column", ["parent_id", "author_id"])
@pytest.mark.parametrize("value", ["text", b"\xff", 1.5, -1])
def test_a_comment_of_nobody_or_in_reply_to_nothing_costs_itself_only(
    blog, alice, bob, monkeypatch, column, value
):
    monkeypatch.setattr("flaskr.data.comments.PAGE_SIZE", 2)
    alice.post("/2/comment", data={"comment": "Another comment."})
    bob.post("/comment/2/reply", data={"comment": "A reply."})
    reader = blog.test_client()

    # As the sqlite3 shell does, without foreign keys.
    with closing(sqlite3.connect(blog.config["DATABASE"])) as db, db:
        db.execute(f"UPDATE comment SET {column} = ? WHERE id = 2", (value,))

    for path in (*PUBLIC, "/2/comments/feed.rss"):
        assert reader.get(path).status_code == 200, path

    for path in (*OWN, "/2-title-2", "/comment/4/reply", "/comment/4/update"):
        assert alice.get(path).status_code == 200, path

    for path in ("/comment/2", "/comment/2/reply", "/comment/2/remove"):
        assert alice.get(path).status_code == 404, path

    # All others are listed, and found where their links lead.
    for id in (4, 5):
        page = reader.get(f"/comment/{id}", follow_redirects=True)
        assert f'id="comment-{id}"' in page.text
        assert f"/comment/{id}" in reader.get("/comments/feed.json").text

    assert "/comment/2" not in reader.get("/comments/feed.json").text


@pytest.mark.parametrize("value", [7, b"\xff"])
def test_an_image_of_no_time_leaves_the_others_to_prune(blog, alice, runner, value):
    upload(alice, picture(color="blue"))

    with stored(blog, "image_upload", value):
        result = runner.invoke(args=["prune-images", "--days", "0"])

    assert "Unused images: 1 (" in result.output


@pytest.mark.parametrize("value", ["x'ff00fe'", "x''", "7", "CAST(x'ff' AS TEXT)"])
def test_what_other_programs_write_for_text_breaks_no_page(app, alice, value):
    alice.post("/create", data={"title": "T", "body": "b", "tags": "tea"})

    with app.app_context(), transaction() as db:
        db.execute(f"UPDATE post SET title = {value}, body = {value}")
        db.execute(f"UPDATE tag SET name = {value}")
        db.execute(f"UPDATE user SET username = {value}, about = {value}")

    for path in ("/", "/1", "/1/update", "/tags", "/tag/tea", "/create", "/account/"):
        assert alice.get(path, follow_redirects=True).status_code == 200, path

    for path in (
        "/feed.atom",
        "/feed.rss",
        "/feed.json",
        "/search?q=b",
        "/sitemap.xml",
    ):
        assert alice.get(path).status_code == 200, path


@pytest.mark.parametrize("words", ["'text'", "7", "x'00'", "x'789c03000000000001'"])
def test_a_post_whose_words_are_damaged_is_found_by_its_new_ones(app, alice, words):
    write(alice, "First", "old")
    write(alice, "Second", "other")
    assert "First" in alice.get("/search?q=old").text

    with app.app_context(), transaction() as db:
        db.execute(f"UPDATE search_text SET words = {words} WHERE post_id = 1")

    alice.post("/1/update", data={"title": "First", "body": "new"})
    assert "/1-first" in alice.get("/search?q=new").text
    assert "/2-second" in alice.get("/search?q=other").text
    repaired = app.test_cli_runner().invoke(args=["check", "--repair", "--yes"])
    assert "search: repaired" in repaired.output, repaired.output
    assert "/1-first" not in alice.get("/search?q=old").text


def test_half_a_character_is_left_out_of_feeds(app, client, alice):
    with app.app_context(), transaction() as db:
        db.execute(
            "INSERT INTO post (author_id, title, body)"
            " VALUES (1, 'a' || char(55357) || 'b', 'c' || char(8, 55357) || ']]>')"
        )

    for format in ("atom", "rss"):
        ElementTree.fromstring(client.get(f"/feed.{format}").data)

"""The bin: a deleted post comes back whole, or is gone for good."""

import html
import re
import threading
from datetime import timedelta
from functools import partial

import pytest

from flaskr import create_app
from flaskr.data import bin
from flaskr.data import bin_moves
from flaskr.db import transaction

from .children import LIMIT
from .conftest import ago
from .conftest import client_with
from .conftest import log_in
from .conftest import PASSWORD
from .conftest import register
from .conftest import rows
from .conftest import run_many
from .conftest import titles
from .conftest import write
from .databases import ENGINE
from .databases import Files
from .test_comments import comment
from .test_images import address_in
from .test_images import upload
from .test_public_version import version

# All of a post but what is made of it, and where it is kept.
SHOWN = (
    "SELECT * FROM post ORDER BY id",
    "SELECT * FROM comment ORDER BY id",
    "SELECT * FROM post_like ORDER BY post_id, user_id",
    "SELECT post_id, tag.key, tag.name, created FROM post_tag t"
    " JOIN tag ON tag.id = t.tag_id ORDER BY post_id, t.id",
    "SELECT * FROM post_count ORDER BY post_id",
    "SELECT hash, post_id FROM image_use ORDER BY post_id",
    "SELECT * FROM post_rendering ORDER BY post_id",
    "SELECT * FROM comment_rendering ORDER BY comment_id",
    "SELECT * FROM revision ORDER BY post_id, version",
)
BINNED = ("binned_post", "binned_tag", "binned_comment", "binned_like")
BINNED += ("binned_revision",)
PATHS = ["/", "/2-baking-bread", "/1-before", "/tag/bread", "/archive", "/tags"]
PATHS += ["/author/alice", "/search?q=crumb"]


def read_shown(app):
    return [rows(app, statement) for statement in SHOWN]


def read_bin(app):
    """The rows of each table of the bin that has some."""
    found = {table: rows(app, f"SELECT * FROM {table}") for table in BINNED}
    used = rows(app, "SELECT * FROM image_use WHERE binned_id IS NOT NULL")
    return {table: some for table, some in found.items() if some} | (
        {"image_use": used} if used else {}
    )


def age(app, **time):
    """Have all that is in the bin be deleted so long ago."""
    with app.app_context(), transaction() as db:
        db.execute("UPDATE binned_post SET deleted = ?", (ago(**time),))


def delete(client, id):
    """Delete a post, and return its id in the bin."""
    assert client.post(f"/{id}/delete").location == "/"
    (found,) = rows(
        client.application,
        "SELECT max(id) AS id FROM binned_post WHERE post_id = ?",
        id,
    )
    return found["id"]


def restore(client, id):
    return client.post(f"/account/bin/{id}/restore")


@pytest.fixture
def post(app, alice, bob):
    """A post that has some of everything, between two others."""
    write(alice, "Before", "Nothing.")
    text = f"A crumb.\n\n{upload(alice)}"
    data = {"title": "Baking", "body": text, "tags": "Yeast, bread, 面包"}
    alice.post("/create", data=data)
    alice.post("/2/update", data={**data, "title": "Baking bread"})
    write(bob, "After", "Nothing.")
    comment(bob, 2, "First of *all*.")
    comment(alice, 2, "An answer.", answers=1)
    comment(bob, 2, "To be removed.")
    comment(alice, 2, "What it was answered.", answers=3)
    alice.post("/comment/3/remove")
    comment(bob, 2, "Last.")
    alice.post("/2/like")
    bob.post("/2/like")
    alice.post("/2/comments/close")

    with app.app_context(), transaction() as db:
        db.execute(
            "UPDATE post SET updated = '2026-01-03 00:00:00',"
            " created = '2026-01-0' || id || ' 00:00:00'"
        )
        db.execute("UPDATE comment SET created = '2026-02-0' || id || ' 00:00:00'")

    return 2


def test_a_restored_post_is_as_it_was(app, client, alice, post):
    before = read_shown(app), [client.get(path).text for path in PATHS]
    binned = delete(alice, post)
    response = restore(alice, binned)

    assert response.location == "/2-baking-bread"
    assert "Restored." in alice.get(response.location).text
    assert (read_shown(app), [client.get(path).text for path in PATHS]) == before
    assert read_bin(app) == {}


def test_a_deleted_post_leaves_nothing_where_it_was(app, client, alice, post):
    delete(alice, post)

    assert [row["id"] for row in rows(app, "SELECT id FROM post")] == [1, 3]

    for path in PATHS:
        page = client.get(path)
        assert not re.search("Baking|First of", page.text)
        assert page.status_code == (404 if path in (PATHS[1], PATHS[3]) else 200)

    assert client.get("/comment/1").status_code == 404
    assert "First of" not in client.get("/comments/feed.atom").text
    assert rows(app, "SELECT * FROM comment") == []
    assert rows(app, "SELECT * FROM post_like") == []
    assert "bread" not in client.get("/tags").text
    assert set(read_bin(app)) == {*BINNED, "image_use"}


def test_the_message_after_deleting_has_a_button_that_undoes_it(alice, post):
    alice.post(f"/{post}/delete")
    page = alice.get("/").text
    (message,) = re.findall(r'<div class="flash"[^>]*>(.*?)</div>', page, re.DOTALL)

    assert "Deleted." in message and ">Undo</button>" in message
    action = re.search(r'<form action="([^"]*)" method="post">', message)[1]
    assert alice.post(action).location == "/2-baking-bread"
    assert "Undo" not in alice.get("/").text
    assert "Baking bread" in titles(alice.get("/"))


def test_a_bin_lists_what_was_deleted(app, alice, post):
    assert "There are no posts in your bin." in alice.get("/account/bin").text
    write(alice, "<Dull>", "Text.")
    delete(alice, 4)
    delete(alice, post)
    page = alice.get("/account/bin").text

    assert re.findall("<h2[^>]*>(.*?)</h2>", page) == ["Baking bread", "&lt;Dull&gt;"]
    assert page.count("Kept until") == 2
    assert "for 30 days" in page
    assert re.findall(r"<span>(\d+ comments?)</span>", page) == ["4 comments"]
    assert 'aria-current="page">Bin <span class="quiet">2<' in page


def test_a_bin_says_until_when_a_post_is_kept(app, alice, post):
    delete(alice, post)

    with app.app_context(), transaction() as db:
        db.execute("UPDATE binned_post SET deleted = '2999-12-25 10:00:00'")

    page = alice.get("/account/bin").text
    assert ">25 December 2999 at 10:00<" in page
    assert ">24 January 3000 at 10:00<" in page


@pytest.mark.parametrize("time", ["9999-12-25 00:00:00", "x", ""])
def test_a_time_that_says_nothing_is_not_shown(app, alice, post, time):
    binned = delete(alice, post)

    with app.app_context(), transaction() as db:
        db.execute("UPDATE binned_post SET deleted = ?", (time,))

    page = alice.get("/account/bin")
    assert page.status_code == 200
    assert "Kept until" not in page.text
    assert ("Baking" in page.text) == bool(time)
    assert restore(alice, binned).status_code == (302 if time else 404)


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (timedelta(days=1), "1 day"),
        (timedelta(hours=12), "12 hours"),
        (timedelta(minutes=90), "1 hour"),
        (timedelta(seconds=1), "1 minute"),
    ],
)
def test_the_time_in_the_bin_is_a_setting(app, alice, post, time, words):
    app.config["BIN_TIME"] = time

    assert f"bin for {words}." in alice.get(f"/{post}/update").text
    assert f"kept for {words} " in alice.get("/account/bin").text
    assert f"kept for {words}," in alice.get("/account/close").text


def test_a_long_bin_is_paged(app, alice):
    with app.app_context(), transaction() as db:
        run_many(
            db,
            "INSERT INTO post (author_id, title, body) VALUES (1, ?, '')",
            [(f"Post {n}",) for n in range(bin.PAGE_SIZE + 2)],
        )
        bin_moves.put_all_by(1, ago(days=1))

    first = alice.get("/account/bin").text
    older = html.unescape(re.search(r'rel="next" href="([^"]*)"', first)[1])
    second = alice.get(older).text
    found = [re.findall("<h2[^>]*>Post (.*?)</h2>", page) for page in (first, second)]

    assert [*found[0], *found[1]] == [str(n) for n in range(bin.PAGE_SIZE + 1, -1, -1)]
    assert len(found[1]) == 2 and 'rel="prev" href="/account/bin"' in second
    assert "no older posts" in alice.get("/account/bin?older=0_1").text
    assert alice.get("/account/bin?older=x").status_code == 400


def test_nobody_but_its_author_sees_or_restores_a_deleted_post(
    app, client, alice, bob, post
):
    binned = delete(alice, post)
    before = read_bin(app)

    assert "Baking" not in bob.get("/account/bin").text
    assert 'Bin <span class="quiet">0<' in bob.get("/account/bin").text

    for what in ("restore", "delete"):
        path = f"/account/bin/{binned}/{what}"
        assert bob.post(path).status_code == 404
        assert alice.post(f"/account/bin/{binned + 1}/{what}").status_code == 404
        assert client.post(path).location == "/auth/login"

    assert client.get("/account/bin").location == "/auth/login"
    assert read_bin(app) == before
    assert restore(alice, binned).status_code == 302


def test_an_undo_that_needs_a_login_is_done_after_it(app, alice, post):
    binned = delete(alice, post)
    browser = app.test_client()
    restore(browser, binned)
    data = {"username": "alice", "password": PASSWORD}
    response = browser.post("/auth/login", data=data)

    assert browser.get(response.location).location == "/account/bin"
    assert "Restored." in browser.get("/account/bin").text
    assert browser.get("/2-baking-bread").status_code == 200


def test_the_undo_of_another_person_does_nothing_after_a_login(app, alice, post):
    binned = delete(alice, post)
    browser = app.test_client()
    restore(browser, binned)
    browser.post("/auth/login", data={"username": "bob", "password": PASSWORD})

    assert rows(app, "SELECT id FROM binned_post") == [{"id": binned}]


def test_a_post_is_deleted_for_good(app, alice, post):
    binned = delete(alice, post)
    page = alice.get("/account/bin").text
    assert re.search(r"<details>\s*<summary[^>]*>Delete for good</summary>", page)
    response = alice.post(f"/account/bin/{binned}/delete")

    assert response.location == "/account/bin"
    assert "Deleted for good." in alice.get("/account/bin").text
    assert read_bin(app) == {}
    assert restore(alice, binned).status_code == 404
    assert alice.post(f"/account/bin/{binned}/delete").status_code == 404


@pytest.mark.parametrize("enforced", [True, False])
def test_plain_sql_deletes_for_good(app, alice, post, execute, enforced):
    execute(app, "DELETE FROM post", enforced=enforced)
    assert read_bin(app) == {}


@pytest.mark.parametrize("enforced", [True, False])
def test_plain_sql_empties_the_bin(app, alice, post, execute, enforced):
    delete(alice, post)
    execute(app, "DELETE FROM binned_post", enforced=enforced)
    assert read_bin(app) == {}
    assert rows(app, "SELECT id FROM image")


# Its time


def test_a_post_is_gone_for_good_after_its_time(app, client, alice, bob, post):
    binned = delete(alice, post)
    age(app, days=29, hours=23)
    bob.post("/1/like")
    assert "Baking" in alice.get("/account/bin").text
    age(app, days=30, seconds=1)

    for reader in (alice, bob, client):
        for path in ("/", "/account/bin", "/2-baking-bread"):
            assert "Baking" not in reader.get(path).text

    # Nobody who reads deletes anything.
    assert read_bin(app)
    assert 'Bin <span class="quiet">0<' in alice.get("/account/bin").text
    assert alice.post(f"/account/bin/{binned}/delete").status_code == 404
    assert restore(alice, binned).status_code == 404
    bob.post("/1/unlike")
    assert read_bin(app) == {}
    assert restore(alice, binned).status_code == 404


@pytest.mark.parametrize(
    "act",
    [
        lambda app: log_in(app, "bob"),
        lambda app: register(app, "eve"),
    ],
)
def test_bins_are_emptied_by_whatever_is_done_next(app, alice, post, act):
    delete(alice, post)
    age(app, days=31)
    act(app)
    assert read_bin(app) == {}


def test_bins_are_emptied_some_at_a_time(app, alice, bob, post):
    with app.app_context(), transaction() as db:
        run_many(
            db,
            "INSERT INTO post (author_id, title, body) VALUES (?, '', '')",
            [(1,)] * (bin.MAX_EXPIRED + 3),
        )
        bin_moves.put_all_by(1, ago(days=31))

    bob.post("/3/like")
    assert len(rows(app, "SELECT id FROM binned_post")) == 5
    bob.post("/3/unlike")
    assert read_bin(app) == {}


def test_a_bin_that_can_not_be_emptied_now_is_emptied_later(
    app, alice, bob, post, databases
):
    delete(alice, post)
    age(app, days=31)

    # It needs no database that is written to, and nor does its answer.
    with databases.lock_writers(app.config["DATABASE"]):
        assert app.test_client().post("/auth/logout").status_code == 302

    assert read_bin(app)
    bob.post("/1/like")
    assert read_bin(app) == {}


# Ids, rows and tables


def test_a_post_whose_id_is_taken_stays_in_the_bin(app, alice, post, execute):
    binned = delete(alice, post)
    before = read_bin(app)
    execute(
        app, "INSERT INTO post (id, author_id, title, body) VALUES (2, 1, 'New', '')"
    )
    response = restore(alice, binned)

    assert response.status_code == 409
    assert "“Baking bread” can’t be restored: its number" in response.text
    assert "<h2" in response.text
    assert read_bin(app) == before

    # That one can be deleted, too, and then either of them comes back.
    other = delete(alice, post)
    assert restore(alice, binned).status_code == 302
    assert restore(alice, other).status_code == 409
    delete(alice, post)
    assert restore(alice, other).location == "/2-new"


def test_a_post_stays_in_the_bin_while_an_id_of_a_comment_is_taken(
    app, alice, post, execute
):
    binned = delete(alice, post)
    before = read_bin(app)
    add = "INSERT INTO comment (id, post_id, author_id, body) VALUES (4, 1, 1, '')"
    execute(app, add)

    assert restore(alice, binned).status_code == 409
    assert read_bin(app) == before
    execute(app, "DELETE FROM comment WHERE id = 4")
    assert restore(alice, binned).status_code == 302


def test_a_tag_that_others_use_keeps_its_name(app, alice, post):
    binned = delete(alice, post)
    alice.post("/1/update", data={"title": "t", "body": "", "tags": "BREAD, yeast"})
    restore(alice, binned)

    names = "SELECT name FROM tag JOIN post_tag t ON tag.id = t.tag_id"
    found = [
        row["name"] for row in rows(app, f"{names} WHERE post_id = 2 ORDER BY t.id")
    ]
    assert found == ["yeast", "BREAD", "面包"]


@pytest.mark.skipif(ENGINE is not Files, reason="PostgreSQL has no such rows")
def test_rows_that_refer_to_nothing_keep_no_post_from_being_restored(
    app, alice, post, execute
):
    for statement in (
        "INSERT INTO comment (id, post_id, author_id, body) VALUES (21, 2, 77, 'x')",
        "INSERT INTO comment (id, post_id, parent_id, author_id, body)"
        " VALUES (22, 2, 99, 1, 'x')",
        "UPDATE comment SET removed_by = 77 WHERE id = 3",
        "INSERT INTO post_like (post_id, user_id) VALUES (2, 77)",
        "UPDATE revision SET author_id = 77",
    ):
        execute(app, statement)

    binned = delete(alice, post)
    assert restore(alice, binned).status_code == 302
    assert {row["author_id"] for row in rows(app, "SELECT * FROM revision")} == {None}
    page = alice.get("/2-baking-bread")
    assert re.findall(r'id="comment-(\d+)"', page.text) == list("12345") + ["21"]
    assert (
        rows(app, "SELECT body, removed_by FROM comment WHERE id IN (3, 21)")
        == [{"body": "", "removed_by": None}] * 2
    )


def test_all_that_refers_to_a_post_is_moved_or_made_again(app, databases):
    """A new column, or a new table, is named in data/bin_moves.py."""
    made = {"post_count", "post_rendering", "search_queue", "search_text"}
    apart = {"post_tag", "image_use", "binned_post"}
    # A form that is sent again after its post was deleted is for a new one, and who
    # deletes a draft wants nobody to read it.
    gone = {"sent_form", "one_time_link"}
    # What its author typed and did not publish stays where it is, and so do comments
    # that wait, what moderators did, and what people were notified of.
    stays = {"working_copy", "waiting_comment", "moderation", "notice"}
    stays |= {"cleanup_comment", "cleanup_like"}
    # Where it was in another blog leads to it again, and it is not imported again.
    stays |= {"old_address", "imported_text"}
    # A draft again, that waits for nobody; what readers do not see needs no moderator.
    gone |= {"waiting_post", "report"}
    moved = {rows.table for rows in bin_moves.ROWS}
    tables = {
        table: databases.list_columns(app, table)
        for table in set(databases.list_tables(app)) - ENGINE.TABLES
    }
    referring = {table for table, columns in tables.items() if "post_id" in columns}
    assert referring == moved | made | apart | gone | stays

    columns = set(bin_moves.POST.split(", "))
    assert set(tables["post"]) - {"number"} == columns | {"id"}
    assert set(tables["binned_post"]) == columns | {
        "id",
        "post_id",
        "deleted",
        "cleanup_id",
    }

    for rows_ in bin_moves.ROWS:
        columns = set(rows_.columns)
        assert set(tables[rows_.table]) - {"thread_id"} == columns | {"post_id"}
        assert set(tables[rows_.binned]) == columns | {"binned_id"}


def test_the_public_version_rises_with_each_move(app, alice, post):
    before = version(app)
    binned = delete(alice, post)
    deleted = version(app)
    restore(alice, binned)
    assert len({before, deleted, version(app)}) == 3

    binned = delete(alice, post)
    before = version(app)
    alice.post(f"/account/bin/{binned}/delete")
    assert version(app) == before


def test_comments_without_a_rendering_are_rendered_when_shown(
    app, alice, post, monkeypatch
):
    monkeypatch.setattr(bin_moves, "MAX_RENDERED", 1)
    restore(alice, delete(alice, post))

    assert len(rows(app, "SELECT * FROM comment_rendering")) == 1
    assert "First of <em>all</em>." in alice.get("/2-baking-bread").text
    assert "Last." in alice.get("/2-baking-bread").text


# Images


def test_an_image_that_only_the_bin_shows_stays(app, client, alice, post, runner):
    address = address_in(rows(app, "SELECT body FROM post WHERE id = 2")[0]["body"])
    binned = delete(alice, post)

    with app.app_context(), transaction() as db:
        db.execute("UPDATE image_upload SET created = '2020-01-01 00:00:00'")

    runner.invoke(args=["prune-images", "--remove"])
    page = alice.get("/account/images").text
    assert '<a href="/account/bin">Bin</a>' in page and "Not used yet" not in page
    assert alice.post("/account/images/1/remove").status_code == 409
    assert client.get(address).status_code == 200

    restore(alice, binned)
    assert f'src="{address}"' in client.get("/2-baking-bread").text
    alice.post(f"/account/bin/{delete(alice, post)}/delete")
    assert "Not used yet" in alice.get("/account/images").text
    assert "1 (" in runner.invoke(args=["prune-images"]).output


def test_nobody_is_told_what_the_bin_of_another_shows(app, alice, bob, post):
    delete(alice, post)
    upload(bob)
    page = bob.get("/account/images").text
    assert "Not used yet" in page and "Used in" not in page
    assert bob.post("/account/images/1/remove").status_code == 302
    assert rows(app, "SELECT user_id FROM image_upload") == [{"user_id": 1}]


# People who close their accounts


def close(client, posts):
    data = {"posts": posts, "password": PASSWORD}
    assert client.post("/account/close", data=data).location == "/"


@pytest.mark.parametrize("choice", ["keep", "delete"])
def test_comments_of_a_closed_account_come_back_as_was_chosen(
    app, client, alice, bob, post, choice
):
    binned = delete(alice, post)
    write(bob, "Something", "to keep the account")
    close(bob, choice)
    kept = {row["author_id"] for row in rows(app, "SELECT * FROM binned_comment")}
    assert (2 in kept) == (choice == "keep")
    assert [row["user_id"] for row in rows(app, "SELECT * FROM binned_like")] == [1]
    restore(alice, binned)
    page = client.get("/2-baking-bread").text

    assert ("First of" in page) == ("Last." in page) == (choice == "keep")
    assert "An answer." in page and "What it was answered." in page
    assert page.count("Removed by the person") == (0 if choice == "keep" else 1)
    assert page.count("Removed by the post’s author.") == 1
    assert "1 person likes this" in page


def test_the_place_of_a_removed_comment_goes_with_its_last_answer(
    app, alice, bob, post
):
    # Bob's was removed, and Carol has answered it alone.
    carol = log_in(app, "carol")
    alice.post("/2/comments/open")
    first = comment(bob, 2, "Removed, too.")
    comment(carol, 2, "Answered.", answers=first)
    alice.post(f"/comment/{first}/remove")
    delete(alice, post)
    close(carol, "delete")

    found = rows(app, "SELECT id FROM binned_comment ORDER BY id")
    assert [row["id"] for row in found] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("enforced", [True, False])
def test_plain_sql_that_deletes_a_person_takes_what_is_in_bins(
    app, alice, bob, post, execute, enforced
):
    delete(alice, post)
    delete(bob, 3)
    execute(app, 'DELETE FROM "user" WHERE id = 2', enforced=enforced)

    assert [row["author_id"] for row in rows(app, "SELECT * FROM binned_post")] == [1]
    found = rows(app, "SELECT id, body, author_id FROM binned_comment ORDER BY id")
    assert [tuple(row.values()) for row in found] == [
        (1, "", None),
        (2, "An answer.", 1),
        (3, "", None),
        (4, "What it was answered.", 1),
    ]
    assert [row["user_id"] for row in rows(app, "SELECT * FROM binned_like")] == [1]


def test_posts_of_a_closed_account_are_brought_back_by_the_operator(
    app, client, alice, bob, post, runner
):
    address = address_in(rows(app, "SELECT body FROM post WHERE id = 2")[0]["body"])
    write(alice, "Deleted long ago", "Text.")
    delete(alice, 4)
    age(app, days=3)
    comment(alice, 3, "On another post.")
    close(alice, "delete")
    assert titles(client.get("/")) == ["After"]
    assert client.get("/author/alice").status_code == 404
    # Nobody else has the name meanwhile.
    register(app, "alice")
    assert len(rows(app, 'SELECT id FROM "user"')) == 2
    assert client.get(address).status_code == 200

    result = runner.invoke(args=["restore-posts", "Alice"])
    assert (result.exit_code, result.output) == (0, "Restored posts by alice: 2.\n")
    assert titles(client.get("/author/alice")) == ["Baking bread", "Before"]
    page = client.get("/2-baking-bread").text
    assert "First of" in page and "An answer." not in page
    assert "1 person likes this" in page and f'src="{address}"' in page
    assert "On another post." not in client.get("/3-after").text
    assert [row["post_id"] for row in rows(app, "SELECT * FROM binned_post")] == [4]


def test_a_closed_account_is_gone_with_the_last_of_its_posts_in_the_bin(
    app, client, alice, post, runner
):
    address = address_in(rows(app, "SELECT body FROM post WHERE id = 2")[0]["body"])
    close(alice, "delete")
    age(app, days=31)
    result = runner.invoke(args=["restore-posts", "alice"])
    assert result.exit_code == 1
    assert "has no posts deleted with the account alice." in result.output
    register(app, "eve")

    assert read_bin(app) == {}
    assert rows(app, 'SELECT username FROM "user" ORDER BY id') == [
        {"username": "bob"},
        {"username": "eve"},
    ]
    assert client.get(address).status_code == 404
    assert rows(app, "SELECT * FROM image") == []
    register(app, "alice")
    assert len(rows(app, 'SELECT id FROM "user"')) == 3


def test_an_account_is_gone_with_its_last_comment_in_the_bin(app, alice, post):
    carol = log_in(app, "carol")
    alice.post("/2/comments/open")
    comment(carol, 2, "One.")
    binned = delete(alice, post)
    close(carol, "keep")
    names = """SELECT username FROM "user" WHERE username = 'carol'"""
    assert rows(app, names)
    alice.post(f"/account/bin/{binned}/delete")
    assert rows(app, names) == []


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "nobody",
            "There is no account nobody. Posts deleted with an account are kept",
        ),
        ("alice", "The account alice is not closed."),
    ],
)
def test_the_operator_is_told_why_nothing_comes_back(runner, alice, name, sentence):
    result = runner.invoke(args=["restore-posts", name])
    assert result.exit_code == 1
    assert sentence in result.output
    assert "flaskr restore-posts alice" in " ".join(
        runner.invoke(args=["restore-posts", "--help"]).output.split()
    )


def test_the_operator_is_told_which_posts_stay_in_the_bin(
    app, alice, post, runner, execute
):
    close(alice, "delete")
    execute(
        app, "INSERT INTO post (id, author_id, title, body) VALUES (2, 2, 'New', '')"
    )
    result = runner.invoke(args=["restore-posts", "alice"])

    assert result.exit_code == 1
    assert "Restored posts by alice: 1." in result.output
    assert "in use: 2 “Baking bread”." in result.output
    assert len(rows(app, "SELECT * FROM binned_post")) == 1


# Limits and races


def test_deleting_and_restoring_again_and_again_has_a_limit(app, alice, post, clock):
    app.config["EDITS_PER_PERSON"] = 5
    # What was done before, of so many more, is little of one.
    answers = [restore(alice, delete(alice, post)).status_code for _ in range(4)]
    assert answers == [302] * 4
    binned = delete(alice, post)
    response = restore(alice, binned)

    assert response.status_code == 429
    assert "That’s a lot in a short time." in response.text
    assert "Baking bread" in alice.get("/account/bin").text
    clock.now += 3600
    assert restore(alice, binned).status_code == 302


@pytest.fixture
def processes(app, request, instance):
    """The browsers of Alice in two apps with one database, as two processes have."""
    other = create_app({"TESTING": True, "DATABASE": app.config["DATABASE"]})
    cookies = request.node.cookies["alice"]
    yield [client_with(one, cookies) for one in (app, other, app, other)]
    other.extensions["flaskr.db"].shutdown()


def race(browsers, act):
    """What each browser is answered, all at once."""
    barrier = threading.Barrier(len(browsers))
    answers = []

    def run(browser):
        barrier.wait(timeout=LIMIT)
        answers.append(act(browser).status_code)

    threads = [threading.Thread(target=run, args=[b], daemon=True) for b in browsers]

    for thread in threads:
        thread.start()

    for thread in threads:
        thread.join(LIMIT)
        assert not thread.is_alive()

    return sorted(answers)


def test_a_post_is_deleted_and_restored_once_in_races(app, alice, post, processes):
    before = read_shown(app)

    for _ in range(3):
        answers = race(processes, lambda b: b.post(f"/{post}/delete"))
        assert set(answers) <= {302, 404} and 302 in answers
        (binned,) = rows(app, "SELECT id FROM binned_post")
        answers = race(processes, partial(restore, id=binned["id"]))
        assert answers == [302, 404, 404, 404]
        assert read_shown(app) == before
        assert read_bin(app) == {}


def test_deleting_and_restoring_at_once_loses_and_doubles_nothing(
    app, alice, post, processes
):
    before = read_shown(app)
    binned = delete(alice, post)

    def delete_or_restore(browser):
        found = rows(app, "SELECT id FROM binned_post")
        binned = found[0]["id"] if found else 0
        browser.post(f"/{post}/delete")
        return restore(browser, binned)

    for _ in range(4):
        assert set(race(processes, delete_or_restore)) <= {302, 404}

    found = rows(app, "SELECT id FROM binned_post")
    assert len(found) + len(rows(app, "SELECT id FROM post WHERE id = 2")) == 1

    for binned in found:
        assert restore(alice, binned["id"]).status_code == 302

    assert read_shown(app) == before
    assert read_bin(app) == {}


def test_a_post_that_goes_while_it_is_deleted_is_deleted(app, alice, post, monkeypatch):
    monkeypatch.setattr(bin_moves, "put", lambda id: None)
    assert alice.post(f"/{post}/delete").location == "/"
    assert "Deleted.</p>" in alice.get("/").text


def test_a_post_that_is_restored_meanwhile_is_not_found(app, alice, post, monkeypatch):
    binned = delete(alice, post)
    monkeypatch.setattr(bin_moves, "restore", lambda *args: None)
    assert restore(alice, binned).status_code == 404

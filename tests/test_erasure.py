"""What somebody deletes is gone once its time in the bin is over: from every table,
from the search, and from the bytes of the file."""

import json
import re
from contextlib import closing
from pathlib import Path

import pytest

from flaskr.data import search
from flaskr.db import get_fulltext
from flaskr.db import transaction

from .conftest import ago
from .conftest import failing
from .conftest import fields_of
from .conftest import log_in
from .conftest import PASSWORD
from .conftest import rows
from .conftest import write
from .databases import SERVER
from .profiles import make_picture
from .profiles import show_oneself
from .test_images import address_in
from .test_images import upload
from .test_one_time_links import run

# Every word that Bob writes has it, in lower case, as the search keeps words. Three
# letters would be met by chance in what is random: salts, tokens, keys.
WORD = re.compile(b"zqxjvk(?:(?!zqxjvk)[a-z])*", re.IGNORECASE)

# How those end that the files have.
ENDS = [
    *("alt", "title", "body", "changed", "tag", "draft", "later", "half", "copy"),
    *("new", "text", "comment", "reply", "own", "shown", "about", "link", "label"),
    "agent",
]

# Columns that name a user.
PERSON = re.compile(r"(user|author|reporter|moderator|person)_id|\w+_by")


@pytest.fixture
def filled(app, alice, bob):
    """A blog in which Bob wrote his words wherever one can, among the posts of Alice,
    and in which everything is indexed."""
    for number in range(5):
        write(alice, f"Bread {number}", "Water and flour. " * 20)
        search_for(alice, "bread")

    image = upload(bob, make_picture(color="#123456"), alt="zqxjvkalt")
    data = {"title": "Zqxjvktitle", "body": f"Zqxjvkbody {image}", "tags": "zqxjvktag"}
    bob.post("/create", data=data)
    search_for(alice, "zqxjvkbody")
    bob.post("/6/update", data={**data, "body": f"Zqxjvkchanged {image}"})
    search_for(alice, "zqxjvkchanged")
    form = fields_of(bob.get("/6/update").text, "/6/update?send")
    bob.post(
        "/6/working-copy", data={**form, "title": "Zqxjvkhalf", "body": "zqxjvkcopy."}
    )
    bob.post(
        "/create", data={"title": "Zqxjvkdraft", "body": "Zqxjvklater", "draft": "1"}
    )
    bob.post("/7/links")
    form = fields_of(bob.get("/create").text, "/create?send")
    bob.post(
        "/create/working-copy",
        data={**form, "title": "Zqxjvknew", "body": "zqxjvktext."},
    )
    alice.post("/1/comment", data={"comment": "First."})
    form = fields_of(bob.get("/1/comment").text, "/1/comment?send")
    bob.post("/1/comment", data={**form, "comment": "Zqxjvkcomment."})
    bob.post("/comment/1/reply", data={"comment": "Zqxjvkreply."})
    # One whose place stays.
    alice.post("/comment/2/reply", data={"comment": "Second."})
    bob.post("/6/comment", data={"comment": "Zqxjvkown."})
    bob.post("/1/like")
    show_oneself(
        bob,
        make_picture(color="#654321"),
        display_name="Zqxjvkshown",
        about=f"Zqxjvkabout {image}",
        links="https://zqxjvklink.example Zqxjvklabel",
    )
    client = app.test_client()
    client.post(
        "/auth/login",
        data={"username": "bob", "password": PASSWORD},
        headers={"User-Agent": "zqxjvkagent"},
    )
    search_for(alice, "zqxjvktitle")

    for number in range(5):
        write(alice, f"Cake {number}", "Sugar and butter. " * 20)

    search_for(alice, "cake")
    return app


def search_for(client, words):
    assert client.get("/search", query_string={"q": words}).status_code == 200


def read_bytes(app):
    """All that the database has, as its files have it, or its rows."""
    if SERVER:
        return read_rows(app)

    app.extensions["flaskr.db"].shutdown()
    folder = Path(app.config["DATABASE"]).parent
    return b"".join(path.read_bytes() for path in sorted(folder.glob("flaskr.sqlite*")))


def read_rows(app):
    from .copies import TABLES

    return repr([rows(app, f'SELECT * FROM "{table}"') for table in TABLES]).encode()


def words_in(app):
    """The words of Bob that are left."""
    return {word.decode().lower() for word in WORD.findall(read_bytes(app))}


def let_time_pass(app):
    """A month and more."""
    with app.app_context(), transaction() as db:
        long_ago = ago(days=40)
        db.execute("UPDATE binned_post SET deleted = ?", (long_ago,))
        db.execute(
            "UPDATE working_copy SET saved = ?,"
            " discarded = CASE WHEN discarded IS NOT NULL THEN ? END",
            (long_ago, long_ago),
        )


def delete_everything(bob):
    """Take back all that one can in one's account, piece by piece."""
    bob.post("/6/delete")
    bob.post("/7/delete")
    bob.post("/comment/2/remove")
    bob.post("/comment/3/remove")
    data = {"display_name": "", "about": "", "links": "", "remove_picture": "1"}
    bob.post("/account/about", data=data)
    bob.post("/account/sessions/end-others")


def test_the_words_are_there_before(filled):
    """Or nothing could be missed."""
    assert {f"zqxjvk{end}" for end in ENDS} <= words_in(filled)


def test_what_somebody_deletes_is_gone_after_its_time(filled, alice, bob):
    delete_everything(bob)
    let_time_pass(filled)
    # Whoever does something next.
    alice.post("/1/like")
    # While the bin showed it, it was in use.
    page = bob.get("/account/images").text
    [image] = re.findall(r"/account/images/(\d+)/remove", page)
    bob.post(f"/account/images/{image}/remove")
    assert rows(filled, "SELECT 1 FROM image_file") == []
    assert rows(filled, "SELECT 1 FROM binned_post") == []
    assert rows(filled, "SELECT 1 FROM image_use") == []
    texts = rows(filled, "SELECT DISTINCT author_id FROM revision")
    assert {row["author_id"] for row in texts} <= {1}
    assert words_in(filled) == set()


@pytest.mark.parametrize("way", ["browser", "command"])
def test_what_goes_with_an_account_is_gone_after_its_time(filled, alice, bob, way):
    if way == "browser":
        bob.post("/account/close", data={"posts": "delete", "password": PASSWORD})
    else:
        run(filled, "user", "remove", "bob", "--posts", "delete", "--yes")

    # What can still be restored, and nothing else.
    left = {"binned_post", "binned_tag", "binned_revision", "binned_comment"}
    assert {*find_rows_of(filled, 2)} <= left | {"name_skeleton", "user", "moderation"}
    let_time_pass(filled)
    alice.post("/1/like")
    assert find_rows_of(filled, 2) == {}
    assert words_in(filled) == set()
    assert rows(filled, "SELECT 1 FROM image") == []


def find_rows_of(app, user_id):
    """Where a person's id is, by table and column."""
    from .copies import TABLES

    found = {}

    for table, names in TABLES.items():
        for name in filter(PERSON.fullmatch, names):
            if rows(app, f'SELECT 1 FROM "{table}" WHERE {name} = {user_id}'):
                found[table] = name

    if rows(app, f'SELECT 1 FROM "user" WHERE id = {user_id}'):
        found["user"] = "id"

    return found


def test_what_is_deleted_for_good_is_gone_at_once(filled, bob):
    bob.post("/6/delete")
    bob.post("/account/bin/1/delete")
    words = {"zqxjvktitle", "zqxjvkbody", "zqxjvkchanged", "zqxjvktag", "zqxjvkown"}
    assert not words & words_in(filled)


def test_the_search_forgets_a_post_even_if_nobody_searches(filled, bob):
    assert rows(filled, "SELECT 1 FROM search_text WHERE post_id = 6")
    bob.post("/6/delete")
    assert rows(filled, "SELECT 1 FROM search_text WHERE post_id = 6") == []
    assert rows(filled, "SELECT 1 FROM search_queue WHERE post_id = 6") == []


def test_of_a_comment_whose_place_stays_no_word_is_left(filled, bob):
    bob.post("/comment/2/remove")
    [comment] = rows(filled, "SELECT body, author_id FROM comment WHERE id = 2")
    assert comment == {"body": "", "author_id": None}
    assert rows(filled, "SELECT 1 FROM comment_rendering WHERE comment_id = 2") == []
    assert "zqxjvkcomment" not in words_in(filled)


def test_a_name_that_was_shown_leaves_no_likeness(filled, bob):
    data = {"display_name": "", "about": "", "links": "", "remove_picture": "1"}
    bob.post("/account/about", data=data)
    names = rows(filled, "SELECT skeleton FROM name_skeleton WHERE user_id = 2")
    assert {row["skeleton"] for row in names} == {"bob"}
    gone = {"zqxjvkshown", "zqxjvkabout", "zqxjvklink", "zqxjvklabel"}
    assert not gone & words_in(filled)


def test_a_picture_is_gone_with_its_bytes(filled, bob):
    show_oneself(bob, make_picture(color="#010203"))
    [picture] = rows(filled, "SELECT content FROM picture_file ORDER BY width LIMIT 1")
    content = bytes(picture["content"])
    assert SERVER or content in read_bytes(filled)
    bob.post("/account/about", data={"about": "", "remove_picture": "1"})
    assert rows(filled, "SELECT 1 FROM picture_file") == []
    assert SERVER or content not in read_bytes(filled)


def test_a_failing_disk_keeps_nobody_from_deleting(filled, bob, monkeypatch):
    monkeypatch.setattr(search, "index_pending", failing(10))
    assert SERVER or bob.post("/6/delete").status_code == 302


def test_much_of_the_index_is_merged_a_little_at_a_time(filled, bob, monkeypatch):
    monkeypatch.setattr(search, "MAX_PAGES", 1)
    bob.post("/6/delete")
    result = run(filled, "delete-expired")
    assert result.exit_code == 0, result.output

    with filled.test_request_context():
        with transaction() as db:
            assert not get_fulltext().drop_removed(db, 1)

    assert "zqxjvkchanged" not in read_index(filled)


def read_index(app):
    if SERVER:
        return json.dumps(rows(app, "SELECT token FROM search_token"))

    return repr(rows(app, "SELECT block FROM search_data"))


def make_old(app):
    """Something of each kind that is over."""
    log_in(app, "bob")
    long_ago = ago(days=400)

    with app.app_context(), transaction() as db:
        for table, column in (
            ("binned_post", "deleted"),
            ("working_copy", "saved"),
            ("session", "created"),
            ("sent_form", "sent"),
            ("one_time_link", "expires"),
        ):
            db.execute(f"UPDATE {table} SET {column} = ?", (long_ago,))

        db.execute("UPDATE rate_limit SET tat = 1")
        db.execute(
            "INSERT INTO waiting_comment (post_id, author_id, body, why, refused)"
            " VALUES (1, 2, 'text', 'new', ?)",
            (long_ago,),
        )
        db.execute("INSERT INTO cleanup (created) VALUES (?)", (long_ago,))


def test_a_command_deletes_all_that_is_over(filled, alice, bob):
    bob.post("/6/delete")
    run(filled, "invite")
    make_old(filled)
    result = run(filled, "delete-expired")
    assert result.exit_code == 0
    counts = dict(re.findall(r"^(.*): (\d+)$", result.output, re.MULTILINE))
    assert counts["posts in bins"] == "1"
    assert counts["one-time links"] == "2"
    assert all(int(number) > 0 for number in counts.values()), counts

    for table in ("binned_post", "working_copy", "session", "sent_form"):
        assert rows(filled, f"SELECT 1 FROM {table}") == []

    for table in ("one_time_link", "rate_limit"):
        assert rows(filled, f"SELECT 1 FROM {table}") == []

    # Nothing more, and nothing that is not over.
    again = run(filled, "delete-expired").output
    assert {line.partition(": ")[2] for line in again.splitlines()} == {"0"}
    assert rows(filled, "SELECT 1 FROM post WHERE id = 7")


def test_the_command_keeps_what_is_not_over(filled, alice, bob):
    bob.post("/6/delete")
    run(filled, "invite")
    output = run(filled, "delete-expired").output

    for what in ("posts in bins", "unpublished texts", "sessions", "one-time links"):
        assert f"{what}: 0\n" in output

    assert bob.get("/account/bin").status_code == 200
    assert bob.post("/account/bin/1/restore").status_code == 302


@pytest.mark.skipif(bool(SERVER), reason="a setting of files")
def test_what_is_deleted_is_overwritten(filled):
    with filled.app_context(), closing(get_cursor()) as cursor:
        assert cursor.execute("PRAGMA secure_delete").fetchone()[0] == 1


def get_cursor():
    from flaskr.db import get_db

    return get_db().cursor()


def test_no_form_of_a_closed_account_is_remembered(filled, bob):
    assert rows(filled, "SELECT 1 FROM sent_form WHERE user_id = 2")
    bob.post("/account/close", data={"posts": "keep", "password": PASSWORD})
    assert rows(filled, "SELECT 1 FROM sent_form WHERE user_id = 2") == []


def test_an_image_in_a_post_goes_with_it(filled, bob):
    address = address_in(rows(filled, "SELECT body FROM post WHERE id = 6")[0]["body"])
    bob.post("/account/close", data={"posts": "delete", "password": PASSWORD})
    assert bob.get(address).status_code == 200
    let_time_pass(filled)
    log_in(filled, "alice")
    assert bob.get(address).status_code == 404


def test_a_large_index_is_cleared_in_several_steps(app, monkeypatch):
    """Each step holds up those who write for a moment only."""
    left = iter([True, True, False])
    monkeypatch.setattr("flaskr.data.search.drop_removed", lambda: next(left))
    result = app.test_cli_runner().invoke(args=["delete-expired"])
    assert result.exit_code == 0, result.output
    assert next(left, None) is None

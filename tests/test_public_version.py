"""What the public does not see leaves its pages where they are; all else is never
stale."""

import sqlite3

import pytest

from flaskr.data import site_settings
from flaskr.data import spam_filter
from flaskr.db import get_pool
from flaskr.db import transaction

from .conftest import fields_of
from .conftest import log_in
from .conftest import PASSWORD
from .conftest import register
from .conftest import rows
from .conftest import write
from .databases import ENGINE
from .profiles import show_oneself
from .test_page_cache import ADD

# Each table, and for the columns of "user" some statement that changes them.
PUBLIC = {"blog", "comment", "post", "post_count", "post_tag", "tag", "user"}
PUBLIC |= {"profile", "profile_link", "site_setting"}
# Who is suspended may have no page.
PUBLIC |= {"suspension"}
# Old addresses lead to new ones.
PUBLIC |= {"former_name"}
PRIVATE = {
    *("post_rendering", "comment_rendering"),
    # Images have their addresses from what is in them, and are not kept.
    "image",
    "image_file",
    "image_upload",
    "image_use",
    "picture_file",
    # Only its author sees what was deleted, on pages that are not kept.
    "binned_post",
    "binned_tag",
    "binned_comment",
    "binned_like",
    "binned_revision",
    # Where they lead, no page says; what leads there is not kept.
    *("imported_text", "imported_person", "old_address"),
    # Only who has one gets there, on pages that are not kept.
    "one_time_link",
    # Only owners see it.
    "dismissed_warning",
    # What moderators see, and what waits for them.
    *("application", "approval", "waiting_post", "waiting_comment", "report"),
    *("moderation", "cleanup", "cleanup_person", "cleanup_comment", "cleanup_like"),
    "cleanup_row",
    # Only whose they are sees them.
    "notice",
    "notice_feed",
    # Shown as a number, which is in post_count.
    "post_like",
    # Says what names look like, to who registers.
    "name_skeleton",
    "public_version",
    "rate_limit",
    # No page of them is kept.
    "revision",
    # Made of posts and tags; what is still to be made is in the queue, and a search
    # that lacks it is not kept.
    "search_queue",
    "search_text",
    # What became of whose form.
    "sent_form",
    "session",
    # No page of them is kept.
    "spam_decision",
    "spam_word",
    # Only its author sees it.
    "working_copy",
    *ENGINE.TABLES,
}
# Who wrote nothing may go alone.
WHERE = {"user": " WHERE username = 'bob'"}


def version(app):
    return rows(app, "SELECT version FROM public_version")[0]["version"]


# What waits for moderators, and what they did.
MODERATED = (
    "application (user_id, reason) VALUES (3, 'why')",
    "approval (user_id) VALUES (1)",
    "waiting_post (post_id, why)"
    " SELECT max(id), 'new' FROM post WHERE drafted IS NOT NULL",
    "waiting_comment (post_id, author_id, body, why) VALUES (1, 2, 'text', 'new')",
    "report (reporter_id, post_id, reason) VALUES (2, 1, 'why')",
    "moderation (moderator_id, action, post_id) VALUES (1, 'post.delete', 1)",
    "cleanup (moderator_id) VALUES (1)",
    "dismissed_warning (name) VALUES ('open registration')",
    "cleanup_person (cleanup_id, user_id) VALUES (1, 2)",
    "cleanup_comment (cleanup_id, id, post_id, author_id, created, body)"
    " VALUES (1, 9, 1, 2, '2020-01-01 00:00:00', 'text')",
    "cleanup_like VALUES (1, 1, 2, '2020-01-01 00:00:00')",
    "cleanup_row VALUES (1, 'notice_feed', '1', 2, 'null')",
)

# What came from another blog.
IMPORTED = (
    "imported_text (digest, post_id) VALUES ('digest', 1)",
    "imported_person VALUES ('digest', 1)",
    "old_address VALUES ('/hello', 1)",
)


@pytest.fixture
def filled(app, alice, execute):
    """A blog with a row in every table."""
    from .test_images import address_in
    from .test_images import upload

    image = address_in(upload(alice))
    alice.post(
        "/create", data={"title": "A title", "body": f"![]({image})", "tags": "bread"}
    )
    write(alice, "Another")
    alice.post("/2/update", data={"title": "Another", "body": "Changed."})
    register(app, "bob")
    form = fields_of(alice.get("/1/comment").text, "/1/comment?send")
    alice.post("/1/comment", data={**form, "comment": "A comment."})
    alice.post("/1/like")
    show_oneself(alice)
    bin_something(alice)
    leave_something(alice)
    alice.get("/search?q=title")
    execute(app, "INSERT INTO rate_limit VALUES ('key', 1e10)")
    execute(app, "INSERT INTO search_queue VALUES (1)")
    return app


def leave_something(client):
    """Leave the editor without publishing what was typed, invite somebody, rename and
    suspend somebody else, who wrote a comment, and leave something to moderators."""
    runner = client.application.test_cli_runner()
    runner.invoke(args=["invite"])
    data = {"username": "mallory", "password": PASSWORD}
    mallory = client.application.test_client()
    mallory.post("/auth/register", data=data)
    mallory.post("/1/comment", data={"comment": "Buy!"})
    runner.invoke(args=["user", "rename", "mallory", "Oscar", "--yes"])
    runner.invoke(args=["user", "suspend", "oscar", "--reason", "Spam"])
    client.post("/account/notices/feed")

    with client.application.app_context():
        site_settings.change({"SITE_TITLE": "Our blog"}, by=1)
        spam_filter.learn("comment:1", "Cheap watches at https://spam.example", True)

    form = fields_of(client.get("/1/update").text, "/1/update?send")
    client.post("/1/working-copy", data={**form, "title": "Half", "body": "a text"})

    with client.application.app_context(), transaction() as db:
        for row in (*MODERATED, *IMPORTED):
            db.execute(f"INSERT INTO {row}")


def bin_something(client):
    """Delete a post that has a comment, a like and a tag."""
    client.post("/create", data={"title": "Deleted", "body": "", "tags": "gone"})
    client.post("/3/update", data={"title": "Deleted", "body": "Again"})
    client.post("/3/comment", data={"comment": "Deleted."})
    client.post("/3/like")
    client.post("/3/delete")
    # And write a draft that somebody else may read.
    draft = client.post("/create", data={"title": "Later", "body": "", "draft": "1"})
    client.post(draft.location.replace("-later", "/links"))


def test_each_table_is_public_or_private(app, databases):
    assert (
        set(databases.list_tables(app)) - ENGINE.UNWRITABLE
        == (PUBLIC | PRIVATE) - ENGINE.UNWRITABLE
    )
    assert not PUBLIC & PRIVATE


# No page of the public shows them.
PRIVATE_COLUMNS = {("user", "role"), ("user", "joined")}


def test_a_role_changes_no_version(filled, databases):
    before = version(filled)
    assert databases.execute_in_shell(filled, "UPDATE \"user\" SET role = 'reader'")
    assert version(filled) == before


TABLES = sorted((PUBLIC | PRIVATE) - ENGINE.UNWRITABLE)


def changes_version(app, databases, table, statement):
    """Whether another program that changes rows of a table changes the version."""
    before = version(app)

    try:
        assert databases.execute_in_shell(app, statement)
    except sqlite3.OperationalError as e:
        # The index has no content of its own.
        assert table.startswith("search"), e

    return version(app) != before


def test_an_update_of_a_public_table_changes_the_version_and_no_other(
    filled, databases
):
    for table in TABLES:
        columns = databases.list_columns(filled, table)
        column = [name for name in columns if (table, name) not in PRIVATE_COLUMNS][-1]
        update = f'UPDATE "{table}" SET "{column}" = "{column}"{WHERE.get(table, "")}'
        changed = changes_version(filled, databases, table, update)
        assert table == "public_version" or changed == (table in PUBLIC), table


@pytest.mark.parametrize("table", TABLES)
def test_a_deletion_from_a_public_table_changes_the_version_and_no_other(
    filled, table, databases
):
    deletion = f'DELETE FROM "{table}"{WHERE.get(table, "")}'

    if table == "public_version":
        assert databases.execute_in_shell(filled, deletion)
    else:
        is_public = table in PUBLIC or table == "post_like"
        assert changes_version(filled, databases, table, deletion) == is_public


INSERTS = {
    "post": ADD.replace("?", "'t'"),
    "comment": "INSERT INTO comment (body, post_id, author_id) VALUES ('c', 1, 1)",
    "tag": "INSERT INTO tag (key, name) VALUES ('k', 'n')",
    "post_tag": "INSERT INTO post_tag (post_id, tag_id, created)"
    " SELECT 2, id, '2026-01-01 00:00:00' FROM tag",
    "post_count": "INSERT INTO post_count (post_id) VALUES (2)",
    "blog": "INSERT INTO blog (uuid) VALUES ('x')",
    "profile": "INSERT INTO profile (user_id, display_name) VALUES (2, 'B')",
    "profile_link": "INSERT INTO profile_link (user_id, position, url, label)"
    " VALUES (1, 7, 'https://example.org', '')",
    "site_setting": "INSERT INTO site_setting (name, value) VALUES ('PAGE_SIZE', '5')",
    "suspension": "INSERT INTO suspension (user_id, reason) VALUES (2, 'why')",
    "user": """INSERT INTO "user" (username, password) VALUES ('u', 'p')""",
    "former_name": "INSERT INTO former_name (digest) VALUES ('d')",
}


@pytest.mark.parametrize("table", sorted(PUBLIC))
def test_a_row_that_is_added_to_a_public_table_changes_the_version(
    filled, table, execute
):
    before = version(filled)
    execute(filled, INSERTS[table])
    assert version(filled) != before


@pytest.mark.parametrize("column", ["username", "about", "closed", "name_key"])
def test_what_the_public_sees_of_a_person_changes_the_version(filled, column, execute):
    before = version(filled)
    execute(filled, f"""UPDATE "user" SET {column} = 'x' WHERE id = 1""")
    assert version(filled) != before


def test_what_people_do_for_themselves_leaves_the_pages(filled, client, execute):
    alice = log_in(filled, "alice")
    before = version(filled)
    kept = get_pool(filled).version()
    log_in(filled, "alice")
    client.post("/auth/login", data={"username": "alice", "password": "wrong"})
    alice.post("/account/password", data={"password": "x", "new_password": "y"})
    alice.post("/auth/logout")
    execute(filled, """UPDATE "user" SET password = 'rehashed'""")
    assert version(filled) == before
    assert get_pool(filled).version() == kept


def test_a_like_is_shown_at_once(filled, client):
    bob = log_in(filled, "bob")
    before = client.get("/").text
    bob.post("/1/like")
    assert client.get("/").text != before


@pytest.mark.parametrize("statement", ["DROP TABLE", "DELETE FROM"])
def test_a_version_that_cannot_be_read_keeps_nothing(
    filled, client, execute, statement
):
    execute(filled, f"{statement} public_version")
    response = client.get("/auth/login")
    # Without the table, what else is asked of PostgreSQL fails.
    assert response.headers["Cache-Control"] in ("private, no-cache", "no-store")

"""Who may do what: readers, authors, editors and owners, with their own texts and with
others'."""

import json
import threading

import pytest

from flaskr.data import roles
from flaskr.data.roles import AUTHORS
from flaskr.data.roles import EDITORS
from flaskr.data.roles import PERMISSIONS
from flaskr.data.roles import Role
from flaskr.db import transaction
from flaskr.web.forms import make_token

from .children import LIMIT
from .conftest import fields_of
from .conftest import log_in
from .conftest import PASSWORD
from .conftest import rows
from .conftest import write
from .routes import list_addresses

OLD = "2020-01-01 00:00:00"

# A post of Alice's, a comment of hers on it and one that waits, and a post in her bin.
ARRANGED = (
    "DELETE FROM waiting_comment",
    "DELETE FROM cleanup",
    "DELETE FROM moderation",
    "DELETE FROM post",
    "DELETE FROM binned_post",
    "DELETE FROM rate_limit",
    "DELETE FROM one_time_link",
    "INSERT INTO one_time_link (id, token_hash, role, expires, made_by)"
    " VALUES (1, 'x', 'author', '9999-01-01 00:00:00', {maker})",
    "INSERT INTO post (id, author_id, title, body, created)"
    f" VALUES (1, 1, 'A title', 'Text', '{OLD}')",
    "INSERT INTO comment (id, post_id, author_id, body, created)"
    " VALUES (1, 1, 1, 'Words', CURRENT_TIMESTAMP)",
    "INSERT INTO binned_post (id, post_id, author_id, created, title, body, updated,"
    f" version, deleted) VALUES (1, 99, 1, '{OLD}', 'Gone', 'Text', NULL, 1,"
    " '9999-01-01 00:00:00')",
    "INSERT INTO waiting_comment (id, post_id, author_id, body, why)"
    " VALUES (1, 1, 1, 'Words', 'newcomer')",
    "INSERT INTO cleanup (id) VALUES (1)",
)
TABLES = (
    *("post", "comment", "binned_post", "post_like", "working_copy"),
    *("one_time_link", "waiting_comment", "report", "moderation", "cleanup"),
    "notice_feed",
    "site_setting",
)

# What anybody may send, who is logged in or not.
PUBLIC = {
    *("auth.register_submit", "auth.login_submit", "auth.logout_submit"),
    *("sent_forms.arrived", "one_time_links.submit", "applications.ask_again"),
    # With a token for who has just typed the password.
    "exports.submit",
}


def give_role(app, name, role):
    with app.app_context(), transaction() as db:
        db.execute('UPDATE "user" SET role = ? WHERE username = ?', (role, name))


def arrange(app, maker):
    with app.app_context(), transaction() as db:
        for statement in ARRANGED:
            db.execute(statement.format(maker=maker))


def read_all(app):
    return {table: rows(app, f"SELECT * FROM {table}") for table in TABLES}


def list_actions(app):
    """Each route for those who are logged in: its method, its path and its action."""
    for method in ("GET", "POST"):
        for endpoint, path in list_addresses(app, method):
            action = getattr(app.view_functions.get(endpoint), "action", None)

            # One path leads to several methods.
            if action and not (method == "GET" and path == "/account/close"):
                yield method, path, action


def send(app, client, user_id, method, path):
    with app.test_request_context():
        form = make_token(user_id).signed

    data = {"form": form, "title": "T", "body": "B", "comment": "C", "html": "", **TEXT}
    return client.open(path, method=method, data=data if method == "POST" else None)


TEXT = {
    "reason": "Why",
    "decision": "approve",
    "item": "comment-1",
    "text": "",
    "posts": "keep",
    "password": "wrong",
    "new_password": "wrong",
}


def test_each_route_that_changes_something_names_an_action(app):
    unnamed = {
        endpoint
        for endpoint, _path in list_addresses(app, "POST")
        if not hasattr(app.view_functions[endpoint], "action")
    }
    assert unnamed == PUBLIC


@pytest.mark.parametrize("is_own", [True, False], ids=["own", "others"])
@pytest.mark.parametrize("role", list(Role))
def test_a_role_may_do_what_the_table_says_and_no_more(app, alice, bob, role, is_own):
    name, client, user_id = ("alice", alice, 1) if is_own else ("bob", bob, 2)
    give_role(app, name, role)
    # Where some invite who do not elsewhere.
    app.config["REGISTRATION"] = "invitation"
    checked = set()

    for method, path, action in sorted(list_actions(app)):
        permission = PERMISSIONS[action]
        # What is made has no owner yet.
        is_new = not permission.others
        may = role in (permission.own if is_own or is_new else permission.others)
        arrange(app, user_id)
        before = read_all(app)
        status = send(app, client, user_id, method, path).status_code
        checked.add(action)

        if not may:
            assert status in (403, 404), (method, path)
            assert read_all(app) == before, (method, path)
        elif is_own and path.startswith("/admin/people/1/") and status == 403:
            # Of editors, only owners make another password or a reader, and nobody
            # suspends oneself.
            assert role is Role.EDITOR or path.endswith("/suspend")
        elif action == "account":
            # What is not somebody's own is not found.
            assert status != 403, (method, path)
        else:
            assert status not in (403, 404), (method, path, action)
            assert status < 500

    assert checked == set(PERMISSIONS)


def test_nobody_who_is_logged_out_may_do_anything(app, alice, client):
    for method, path, _action in list_actions(app):
        arrange(app, 1)
        before = read_all(app)
        answer = client.open(path, method=method, data={"title": "T"})
        is_sent_to_login = answer.location == "/auth/login"
        assert is_sent_to_login or answer.status_code in (400, 401, 403), path
        assert read_all(app) == before


def test_the_people_of_a_tutorial_database_are_authors(app, alice):
    write(alice)
    assert [row["role"] for row in rows(app, 'SELECT role FROM "user"')][0] == "author"


def test_a_role_counts_from_the_next_request_on(app, alice, bob):
    write(alice, "Hers")
    assert "Edit" not in bob.get("/1-hers").text
    assert "/create" in bob.get("/").text
    give_role(app, "bob", Role.EDITOR)
    assert 'href="/1/update"' in bob.get("/1-hers").text
    assert 'href="/1/update"' in bob.get("/").text
    give_role(app, "bob", Role.READER)
    assert 'href="/1/update"' not in bob.get("/1-hers").text
    assert 'href="/1/update"' not in bob.get("/").text
    assert 'href="/create"' not in bob.get("/").text
    assert bob.get("/create").status_code == 403


def test_a_reader_who_sends_a_text_is_told_why_not_and_gets_it_back(app, bob):
    give_role(app, "bob", Role.READER)
    assert "Your role doesn’t let you do this." in bob.get("/admin/people").text
    answer = bob.post("/create", data={"title": "Mine", "body": "My <words>"})
    assert answer.status_code == 403
    assert "Your account may read, comment and like, and no more." in answer.text
    assert "My &lt;words&gt;" in answer.text
    assert rows(app, "SELECT * FROM post") == []


def test_a_post_stays_its_authors_whoever_edits_it(app, alice, bob):
    write(alice, "Hers", "Words")
    give_role(app, "bob", Role.EDITOR)
    answer = bob.post("/1/update", data={"title": "Hers", "body": "Better words"})
    assert answer.status_code == 302
    [post] = rows(app, "SELECT author_id, body FROM post")
    assert dict(post) == {"author_id": 1, "body": "Better words"}
    page = alice.get("/1/history").text
    assert "bob" in page and "alice" in page


def test_a_version_that_was_saved_as_a_draft_is_its_authors_alone(app, alice, bob):
    alice.post("/create", data={"title": "T", "body": "Secret", "draft": "1"})
    alice.post("/1/update", data={"title": "T", "body": "Said", "publish": "1"})
    assert "Secret" in alice.get("/1/history/1").text
    give_role(app, "bob", Role.OWNER)
    assert bob.get("/1/history").status_code == 200
    assert bob.get("/1/history/1").status_code == 404
    assert "Secret" not in bob.get("/1/history/2").text


def test_one_who_may_not_write_any_more_reads_what_is_kept(app, alice):
    write(alice)
    form = fields_of(alice.get("/1/update").text, "/1/update?send")
    data = {**form, "title": "T", "body": "Half"}
    alice.post("/1/working-copy", data=data)
    [copy] = rows(app, "SELECT form_id FROM working_copy")
    give_role(app, "alice", Role.READER)
    assert "Half" in alice.get(f"/working-copies/{copy['form_id']}").text


def test_an_editor_takes_back_bins_and_restores_what_others_wrote(app, alice, bob):
    write(alice, "Hers", "Words")
    give_role(app, "bob", Role.EDITOR)

    with app.app_context(), transaction() as db:
        db.execute("UPDATE post SET created = ?", (OLD,))

    bob.post("/1/withdraw")
    assert app.test_client().get("/1-hers").status_code == 404
    assert bob.get("/1-hers").status_code == 200
    bob.post("/1/publish")
    assert app.test_client().get("/1-hers").status_code == 200

    assert "Undo" in bob.post("/1/delete", follow_redirects=True).text
    assert "Hers" in alice.get("/account/bin").text
    assert "Hers" not in bob.get("/account/bin").text
    assert bob.post("/account/bin/1/delete").status_code == 404
    assert bob.post("/account/bin/1/restore").location == "/1-hers"
    assert [post["author_id"] for post in rows(app, "SELECT author_id FROM post")] == [
        1
    ]


@pytest.mark.parametrize("role", EDITORS)
def test_a_draft_that_was_never_public_is_its_authors_alone(app, alice, bob, role):
    alice.post("/create", data={"title": "Hers", "body": "Words", "draft": "1"})
    give_role(app, "bob", role)

    for path in ("/1", "/1-hers", "/1/update", "/1/history"):
        assert bob.get(path).status_code == 404, path

    for path in ("/1/update", "/1/publish", "/1/delete", "/1/links"):
        answer = bob.post(path, data={"title": "His", "body": "Mine"})
        assert answer.status_code == 404, path

    alice.post("/1/delete")
    assert bob.post("/account/bin/1/restore").status_code == 404
    assert alice.post("/account/bin/1/restore").location == "/1-hers"


def test_a_comment_that_an_editor_removed_says_that_a_moderator_did(app, alice, bob):
    write(alice)
    carol = log_in(app, "carol")
    carol.post("/1/comment", data={"comment": "Spam"})
    alice.post("/comment/1/reply", data={"comment": "No"})
    give_role(app, "bob", Role.EDITOR)
    assert "/comment/1/remove" in bob.get("/1-a-title").text
    bob.post("/comment/1/remove")
    page = app.test_client().get("/1-a-title").text
    assert "Removed by a moderator." in page
    assert "bob" not in page
    # In the bin and back, too.
    alice.post("/1/delete")
    alice.post("/account/bin/1/restore")
    assert "Removed by a moderator." in app.test_client().get("/1-a-title").text


def test_an_editor_changes_comments_however_old(app, alice, bob):
    write(alice)
    alice.post("/1/comment", data={"comment": "Wrods"})
    give_role(app, "bob", Role.EDITOR)

    with app.app_context(), transaction() as db:
        db.execute("UPDATE comment SET created = ?", (OLD,))

    assert alice.get("/comment/1/update").status_code == 403
    bob.post("/comment/1/update", data={"comment": "Words"})
    [comment] = rows(app, "SELECT body, author_id FROM comment")
    assert dict(comment) == {"body": "Words", "author_id": 1}


def test_a_role_that_another_program_wrote_is_the_least(app):
    assert roles.read("king") is Role.READER
    assert not roles.may("king", "post.create")
    assert roles.may("king", "post.likes")
    assert set(EDITORS) < set(AUTHORS)


# The command line


def run(app, *args):
    return app.test_cli_runner().invoke(args=["user", *args])


def test_people_are_listed_with_their_roles(app, alice, bob):
    write(alice)
    alice.post("/1/comment", data={"comment": "Words"})
    give_role(app, "bob", Role.OWNER)
    lines = run(app, "list").output.splitlines()
    assert lines[0].startswith("alice  author  posts: 1  comments: 1  last seen: 20")
    assert lines[1].startswith("bob  owner  posts: 0  comments: 0")
    found = [
        json.loads(line) for line in run(app, "list", "--json").output.splitlines()
    ]
    assert [person["name"] for person in found] == ["alice", "bob"]
    assert found[0] | {"last_seen": None} == {
        **{"name": "alice", "role": "author", "posts": 1, "comments": 1},
        **{"suspended": None, "last_seen": None},
    }


def test_a_role_is_given_on_the_command_line(app, alice, bob):
    assert run(app, "role", "ALICE", "editor").output == "alice: editor.\n"
    assert rows(app, 'SELECT role FROM "user" WHERE id = 1')[0]["role"] == "editor"


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (("role", "nobody", "owner"), "There is no account nobody. To see all: flask"),
        (("role", "alice", "king"), "'king' is not one of"),
        (("role", "alice"), "Missing argument"),
        (("role", "alice", "reader"), "alice is the only owner of this blog."),
    ],
)
def test_a_role_that_cannot_be_given_is_told_of(app, alice, bob, args, sentence):
    give_role(app, "alice", Role.OWNER)
    result = run(app, *args)
    assert result.exit_code != 0
    assert sentence in result.output
    assert rows(app, 'SELECT role FROM "user" WHERE id = 1')[0]["role"] == "owner"


def test_the_last_owner_cannot_close_the_account(app, alice, bob):
    give_role(app, "alice", Role.OWNER)
    data = {"posts": "keep", "password": PASSWORD}
    answer = alice.post("/account/close", data=data)
    assert answer.status_code == 422
    assert "You’re the only owner of this blog." in answer.text
    give_role(app, "bob", Role.OWNER)
    assert alice.post("/account/close", data=data).location == "/"
    # Who is closed counts no more.
    assert "bob is the only owner" in run(app, "role", "bob", "author").output


def test_two_owners_cannot_both_step_down_at_once(app, alice, bob):
    for name in ("alice", "bob"):
        give_role(app, name, Role.OWNER)

    barrier = threading.Barrier(2)
    refused = []

    def step_down(user_id):
        with app.app_context():
            barrier.wait(LIMIT)

            try:
                roles.change(user_id, Role.AUTHOR)
            except roles.LastOwner:
                refused.append(user_id)

    threads = [threading.Thread(target=step_down, args=(id,)) for id in (1, 2)]

    for thread in threads:
        thread.start()

    for thread in threads:
        thread.join(LIMIT)

    assert len(refused) == 1
    assert len(rows(app, "SELECT 1 FROM \"user\" WHERE role = 'owner'")) == 1

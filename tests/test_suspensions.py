"""People who are suspended are out at once, told why, and let in again."""

import json

import pytest

from flaskr.data import roles
from flaskr.data import suspensions
from flaskr.data.roles import Role
from flaskr.db import transaction

from .conftest import fields_of
from .conftest import log_in
from .conftest import PASSWORD
from .conftest import rows
from .conftest import write
from .test_admin import fresh_link
from .test_one_time_links import path_in
from .test_one_time_links import run
from .test_roles import give_role
from .test_sending import open_form
from .test_sending import send

REASON = "This was <advertising>."
TOLD = "Your account is suspended: This was &lt;advertising&gt;."


@pytest.fixture
def owner(app, alice):
    give_role(app, "alice", Role.OWNER)
    return alice


def suspend(client, id=2, reason=REASON):
    return client.post(f"/admin/people/{id}/suspend", data={"reason": reason})


def log_in_again(client, name="bob"):
    data = {"username": name, "password": PASSWORD}
    return client.post("/auth/login", data=data)


def test_who_is_suspended_is_out_at_once_and_told_why(app, owner, bob):
    write(bob, "His")
    other = log_in(app, "bob")
    assert suspend(owner).location == "/admin/people"
    # In each browser, and once.
    for client in (bob, other):
        assert TOLD in client.get("/").text
        assert TOLD not in client.get("/").text

    bob.post("/create", data={"title": "T", "body": ""})
    assert len(rows(app, "SELECT 1 FROM post")) == 1
    answer = log_in_again(bob)
    assert answer.status_code == 403
    assert TOLD in answer.text
    assert "alice" not in answer.text
    # What was written stays.
    assert bob.get("/1-his").status_code == 200


@pytest.mark.parametrize("wrote", ["nothing", "a draft", "a comment", "a post"])
def test_who_shows_nothing_else_shows_no_profile(app, owner, bob, client, wrote):
    write(owner, "Hello")
    bob.post("/account/about", data={"about": "See https://spam.example"})

    if wrote == "a comment":
        bob.post("/1/comment", data={"comment": "Words"})
    elif wrote != "nothing":
        draft = {"draft": "1"} if wrote == "a draft" else {}
        bob.post("/create", data={"title": "T", "body": "B", **draft})

    assert "spam.example" in client.get("/author/bob").text
    suspend(owner)
    is_shown = wrote in ("a comment", "a post")
    # At once, where it was kept, too.
    assert client.get("/author/bob").status_code == (200 if is_shown else 404)
    owner.post("/admin/people/2/restore")
    assert "spam.example" in client.get("/author/bob").text


def test_a_wrong_password_does_not_say_who_is_suspended(app, owner, client, bob):
    suspend(owner)
    data = {"username": "bob", "password": "wrong"}
    assert "suspended" not in client.post("/auth/login", data=data).text


def test_a_text_that_is_sent_then_comes_back(app, owner, bob):
    form = open_form(bob)
    suspend(owner)
    answer = send(bob, form, title="Mine", body="My <words>")
    assert answer.status_code == 403
    assert TOLD in answer.text
    assert "My &lt;words&gt;" in answer.text
    assert rows(app, "SELECT 1 FROM post") == []
    # And what is sent later, once who logs in is known.
    sealed = send(bob, form, title="Mine", body="My <words>")
    assert "My &lt;words&gt;" not in sealed.text
    fields = fields_of(sealed.text, "/auth/login")
    data = {**fields, "username": "bob", "password": PASSWORD}
    answer = bob.post("/auth/login", data=data)
    assert answer.status_code == 403
    assert TOLD in answer.text
    assert "My &lt;words&gt;" in answer.text


def test_a_text_that_is_kept_then_says_why_not(app, owner, bob):
    form = open_form(bob)
    suspend(owner)
    headers = {"Accept": "application/json"}
    data = {**form[1], "title": "T", "body": "B", "tags": ""}
    answer = bob.post("/create/working-copy", data=data, headers=headers)
    assert answer.status_code == 403
    assert "Your account is suspended" in answer.json["error"]


@pytest.mark.parametrize("how", ["suspend", "role", "remove"])
def test_nothing_of_them_becomes_public_later(app, owner, bob, how):
    write(bob, "His")
    bob.post("/create", data={"title": "T", "body": "B", "draft": "1"})
    bob.post("/2/links")

    with app.app_context(), transaction() as db:
        db.execute("UPDATE post SET due = '9999-01-01 00:00:00' WHERE id = 2")

    args = {
        "suspend": ["suspend", "bob", "--reason", "x"],
        "role": ["role", "bob", "reader"],
        "remove": ["remove", "bob", "--yes"],
    }
    assert run(app, "user", *args[how]).exit_code == 0
    assert rows(app, "SELECT 1 FROM post WHERE due IS NOT NULL") == []
    assert rows(app, "SELECT 1 FROM one_time_link") == []
    assert app.test_client().get("/1-his").status_code == 200


def test_an_editor_does_not_undo_what_an_owner_did(app, owner, bob):
    log_in(app, "carol")
    give_role(app, "bob", Role.EDITOR)
    suspend(owner, 3)
    assert bob.post("/admin/people/3/restore").status_code == 403
    assert suspend(bob, 3, "Other").status_code == 403
    owner.post("/admin/people/3/restore")
    suspend(bob, 3, "Mine")
    assert "Mine" in bob.get("/admin/people").text
    assert bob.post("/admin/people/3/restore").status_code == 302


def test_who_was_demoted_meanwhile_changes_nothing(app, owner, bob, monkeypatch):
    give_role(app, "bob", Role.OWNER)
    monkeypatch.setattr(roles, "find_role", lambda id: Role.READER)
    assert suspend(owner, 2).status_code == 403
    assert (
        owner.post("/admin/people/2/role", data={"role": "reader"}).status_code == 403
    )
    assert owner.post("/admin/people/2/reset").status_code == 403
    assert owner.post("/admin/links").status_code == 403
    assert rows(app, "SELECT 1 FROM suspension") == []


def test_who_is_let_in_again_logs_in(app, owner, bob):
    suspend(owner)
    assert "suspended" in owner.get("/admin/people").text
    assert owner.post("/admin/people/2/restore").location == "/admin/people"
    assert log_in_again(bob).location == "/"
    assert "Let In Again" not in owner.get("/admin/people").text


def test_a_new_password_lets_nobody_in_who_is_suspended(app, owner, bob):
    path = fresh_link(owner.post("/admin/people/2/reset"))
    suspend(owner)
    bob.post(path, data={"new_password": PASSWORD})
    assert log_in_again(bob).status_code == 403


def test_invitations_of_who_is_suspended_let_nobody_in(app, owner, bob, client):
    give_role(app, "bob", Role.EDITOR)
    path = fresh_link(bob.post("/admin/links"))
    suspend(owner)
    assert client.get(path).status_code == 404
    owner.post("/admin/people/2/restore")
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [("", "Say why"), (" \0\n ", "Say why"), ("x" * 501, "has 501 characters")],
)
def test_a_reason_is_given_and_is_short(app, owner, bob, reason, sentence):
    answer = suspend(owner, reason=reason)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert reason.strip("\0\n ") in answer.text
    assert rows(app, "SELECT 1 FROM suspension") == []


def test_an_editor_suspends_who_may_do_less(app, owner, bob):
    log_in(app, "carol")
    give_role(app, "bob", Role.EDITOR)
    assert suspend(bob, 1).status_code == 403
    assert suspend(bob, 2).status_code == 403
    assert suspend(bob, 3).status_code == 302
    give_role(app, "carol", Role.EDITOR)
    assert bob.post("/admin/people/3/restore").status_code == 403


def test_nobody_suspends_oneself_or_the_last_owner(app, owner, bob):
    assert suspend(owner, 1).status_code == 403
    give_role(app, "bob", Role.OWNER)
    suspend(owner, 2)
    # Who is suspended is no owner who could help.
    answer = owner.post("/admin/people/1/role", data={"role": "author"})
    assert answer.status_code == 409
    refused = run(app, "user", "suspend", "alice", "--reason", "x")
    assert "alice is the only owner" in refused.output


def test_two_owners_who_suspend_each_other_at_once(app, owner, bob, monkeypatch):
    give_role(app, "bob", Role.OWNER)
    find_people = roles.find_people

    def be_second(*args):
        monkeypatch.undo()
        suspensions.suspend(1, "First", 2)
        return find_people(*args)

    monkeypatch.setattr(roles, "find_people", be_second)
    answer = suspend(owner, 2)
    assert answer.status_code == 409
    assert "The blog would have no owner." in answer.text
    assert [r["user_id"] for r in rows(app, "SELECT * FROM suspension")] == [1]


def test_a_session_that_begins_meanwhile_is_none(app, owner, bob, monkeypatch):
    suspend(owner)
    monkeypatch.setattr(suspensions, "find", lambda user_id: None)
    log_in_again(bob)
    assert bob.get("/account/").location == "/auth/login"


# The command line


def test_somebody_is_suspended_and_restored(app, alice):
    result = run(app, "user", "suspend", "alice", "--reason", "Spam")
    assert result.output == "alice is suspended.\n"
    assert "alice  author, suspended 20" in run(app, "user", "list").output
    listed = json.loads(run(app, "user", "list", "--json").output)
    assert listed["suspended"].startswith("20")
    assert run(app, "user", "restore", "alice").output == "alice can log in again.\n"
    refused = run(app, "user", "restore", "alice")
    assert refused.exit_code == 1
    assert "alice is not suspended." in refused.output


def test_a_reason_that_is_none_is_refused(app, alice):
    for reason in ("", "x" * 501):
        result = run(app, "user", "suspend", "alice", "--reason", reason)
        assert result.exit_code == 1


@pytest.mark.parametrize(("posts", "number"), [("keep", 1), ("delete", 0)])
def test_an_account_is_removed(app, alice, posts, number):
    write(alice)
    result = run(app, "user", "remove", "alice", "--posts", posts, "--yes")
    assert result.output == "The account alice is closed.\n"
    assert len(rows(app, "SELECT 1 FROM post")) == number
    assert alice.get("/account/").location == "/auth/login"


def test_removing_asks_first(app, alice):
    runner = app.test_cli_runner()
    result = runner.invoke(args=["user", "remove", "alice"], input="n\n")
    assert result.exit_code == 1
    assert "The account alice is closed for good. That keeps its posts" in result.output
    result = runner.invoke(args=["user", "remove", "alice"], input="y\n")
    assert result.exit_code == 0


def test_the_last_owner_is_not_removed(app, owner):
    result = run(app, "user", "remove", "alice", "--yes")
    assert result.exit_code == 1
    assert "alice is the only owner" in result.output


def test_a_suspension_goes_with_the_account(app, owner, bob):
    suspend(owner)
    run(app, "user", "remove", "bob", "--yes")
    assert rows(app, "SELECT 1 FROM suspension") == []
    assert path_in(run(app, "invite"))

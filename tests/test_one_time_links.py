"""Links that can be used once: to join, to take a role, to have a new password."""

import json
import re
import threading
from datetime import timedelta

import pytest
from werkzeug.exceptions import ServiceUnavailable

from flaskr import create_app
from flaskr.data import one_time_links
from flaskr.data import roles
from flaskr.data.roles import Role
from flaskr.db import transaction

from .children import LIMIT
from .conftest import PASSWORD
from .conftest import rows
from .test_roles import give_role

WEEK = timedelta(days=7)
NEW_PASSWORD = "another long password"
NOT_OPEN = "This link can’t be used."


def run(app, *args):
    return app.test_cli_runner().invoke(args=args)


def path_in(result):
    assert result.exit_code == 0, result.output
    return re.search(r"/link/\S+", result.output)[0]


def join(client, path, name="carol", password=PASSWORD):
    return client.post(path, data={"username": name, "password": password})


def role_of(app, name):
    found = rows(app, f"SELECT role FROM \"user\" WHERE username = '{name}'")
    return found[0]["role"] if found else None


@pytest.mark.parametrize("role", list(Role))
def test_somebody_joins_with_the_role_of_a_link(app, client, role):
    path = path_in(run(app, "invite", "--role", role.value))
    assert "You’re invited" in client.get(path).text
    assert join(client, path).location == "/auth/login"
    assert role_of(app, "carol") == role
    # Logged in.
    assert "carol" in client.get("/account/").text


def test_to_look_at_a_link_uses_nothing_up(app, client):
    path = path_in(run(app, "invite"))

    for method in ("GET", "HEAD", "GET"):
        answer = client.open(path, method=method)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        # With no-referrer, browsers over plain HTTP say of no form where it is from.
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert "Set-Cookie" not in answer.headers

    assert join(client, path).status_code == 302


def test_a_link_works_once(app, client):
    path = path_in(run(app, "invite"))
    join(client, path)
    other = app.test_client()
    assert other.get(path).status_code == 404
    answer = join(other, path, "dave")
    assert answer.status_code == 404
    assert NOT_OPEN in answer.text
    assert role_of(app, "dave") is None


def test_a_second_click_is_answered_as_the_first(app, alice):
    path = path_in(run(app, "invite"))
    client, again = app.test_client(), app.test_client()
    join(client, path)
    assert join(again, path).location == "/auth/login"
    assert "Joined. Log in to continue." in again.get("/auth/login").text
    path = path_in(run(app, "reset-password", "alice"))
    data = {"username": "alice", "new_password": NEW_PASSWORD}
    for one in (client, again):
        assert one.post(path, data=data).location in ("/auth/login", "/")


@pytest.mark.parametrize("command", [["invite"], ["reset-password", "alice"]])
def test_who_has_to_wait_for_others_keeps_the_form(
    app, alice, client, monkeypatch, command
):
    def refuse(*args, **options):
        raise ServiceUnavailable("Others are.", retry_after=5)

    path = path_in(run(app, *command))
    monkeypatch.setattr("flaskr.web.passwords.reserve_slot", refuse)
    data = {"username": "carol", "password": PASSWORD, "new_password": NEW_PASSWORD}
    answer = client.post(path, data=data)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "Others are." in answer.text
    assert "carol" in answer.text or command != ["invite"]
    monkeypatch.undo()
    assert client.post(path, data=data).status_code == 302


def test_no_token_is_logged(app, client, caplog):
    path = path_in(run(app, "invite"))
    client.post(path, data={})
    client.post(path, headers={"Origin": "https://evil.example"})
    assert path.rpartition("/")[2] not in caplog.text
    assert "'/link/…'" in caplog.text


def test_of_two_people_at_once_one_gets_in(app):
    path = path_in(run(app, "invite", "--role", "owner"))
    barrier = threading.Barrier(2)
    answers = []

    def race(name):
        client = app.test_client()
        client.get(path)
        barrier.wait(LIMIT)
        status = join(client, path, name).status_code

        # The other one's password is being hashed.
        if status == 503:
            threads[name == "one"].join(LIMIT)
            status = join(client, path, name).status_code

        answers.append(status)

    threads = [threading.Thread(target=race, args=(name,)) for name in ("one", "two")]

    for thread in threads:
        thread.start()

    for thread in threads:
        thread.join(LIMIT)

    assert sorted(answers) == [302, 404]
    assert len(rows(app, 'SELECT 1 FROM "user"')) == 1


@pytest.mark.parametrize(
    ("name", "password", "sentence"),
    [
        ("", PASSWORD, "Username is required."),
        ("alice", PASSWORD, "User alice is already registered."),
        ("carol", "", "Password is required."),
    ],
)
def test_what_is_wrong_uses_nothing_up(app, alice, client, name, password, sentence):
    path = path_in(run(app, "invite"))
    answer = join(client, path, name, password)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{name}"' in answer.text
    assert join(client, path).status_code == 302


def test_a_name_that_is_just_taken_uses_nothing_up(app, alice, client, monkeypatch):
    path = path_in(run(app, "invite", "--role", "editor"))
    monkeypatch.setattr("flaskr.data.users.find_taken", lambda *args: None)
    answer = join(client, path, "alice")
    assert answer.status_code == 422
    monkeypatch.undo()
    assert join(client, path, "carol").status_code == 302
    assert role_of(app, "alice") == "author"


def test_who_has_an_account_takes_the_role(app, alice):
    path = path_in(run(app, "invite", "--role", "owner"))
    assert "You’re logged in as" in alice.get(path).text
    assert alice.post(path).location == "/"
    assert role_of(app, "alice") == "owner"
    # A second click leads on, and nobody else gets in.
    assert alice.post(path).location == "/"
    assert app.test_client().post(path).status_code == 404


def test_who_may_do_more_loses_nothing(app, alice):
    give_role(app, "alice", Role.OWNER)
    path = path_in(run(app, "invite", "--role", "reader"))
    assert alice.post(path).location == "/"
    assert role_of(app, "alice") == "owner"
    # The link is there for somebody else.
    assert "You can do this already." in alice.get("/").text
    assert app.test_client().get(path).status_code == 200


def test_who_has_an_account_and_is_logged_out_logs_in_first(app, alice, client):
    path = path_in(run(app, "invite", "--role", "editor"))
    assert client.post(path, data={"login": "1"}).location == "/auth/login"
    data = {"username": "alice", "password": PASSWORD}
    assert client.post("/auth/login", data=data).location == path
    client.post(path)
    assert role_of(app, "alice") == "editor"


def test_a_forgotten_password_is_replaced(app, alice, client):
    path = path_in(run(app, "reset-password", "alice"))
    assert "For the account" in client.get(path).text
    answer = client.post(path, data={"new_password": NEW_PASSWORD})
    assert answer.location == "/auth/login"
    # Everywhere.
    assert alice.get("/account/").location == "/auth/login"
    data = {"username": "alice", "password": NEW_PASSWORD}
    assert client.post("/auth/login", data=data).location == "/"
    assert client.post(path, data={"new_password": PASSWORD}).status_code == 404


def test_a_password_that_is_refused_uses_nothing_up(app, alice, client):
    path = path_in(run(app, "reset-password", "alice"))
    answer = client.post(path, data={"new_password": ""})
    assert answer.status_code == 422
    assert client.post(path, data={"new_password": NEW_PASSWORD}).status_code == 302


def test_a_new_password_ends_older_links_to_one(app, alice, client):
    paths = [path_in(run(app, "reset-password", "alice")) for _ in range(2)]
    client.post(paths[0], data={"new_password": NEW_PASSWORD})
    assert client.get(paths[1]).status_code == 404


@pytest.mark.parametrize("command", ["invite", "reset-password"])
def test_a_link_expires(app, alice, client, command):
    args = ["alice"] if command == "reset-password" else []
    path = path_in(run(app, command, *args, "--days", "1"))

    with app.app_context(), transaction() as db:
        db.execute("UPDATE one_time_link SET expires = '2020-01-01 00:00:00'")

    assert client.get(path).status_code == 404
    assert "expired 2020-01-01" in run(app, "link", "list").output


def test_a_link_is_listed_and_revoked(app, alice, client):
    path = path_in(run(app, "invite", "--role", "editor"))
    run(app, "reset-password", "alice")
    listed = run(app, "link", "list").output.splitlines()
    assert listed[0].startswith("2  password alice  by the command line  open until 20")
    assert listed[1].startswith("1  role editor  by the command line  open until 20")
    assert run(app, "link", "revoke", "1").output == "Revoked.\n"
    assert client.get(path).status_code == 404
    refused = run(app, "link", "revoke", "1")
    assert refused.exit_code == 1
    assert "There is no open link 1." in refused.output


def test_links_are_listed_for_scripts(app, alice):
    run(app, "invite", "--role", "owner")
    run(app, "reset-password", "alice")
    alice.post("/create", data={"title": "T", "body": "B", "draft": "1"})
    run(app, "draft-link", "1")
    lines = run(app, "link", "list", "--json").output.splitlines()
    draft, password, role = map(json.loads, lines)
    assert draft["draft"] == 1
    assert password["password_of"] == "alice"
    assert role["role"] == "owner"
    assert role["is_open"]
    assert {role["made_by"], role["used"], role["used_by"], role["draft"]} == {None}
    assert role["expires"] > role["created"]
    run(app, "link", "revoke", str(role["id"]))
    assert len(run(app, "link", "list", "--json").output.splitlines()) == 2


def test_a_link_that_was_used_says_by_whom(app, client):
    join(client, path_in(run(app, "invite")))
    assert re.search(r"used 20.* by carol", run(app, "link", "list").output)
    assert run(app, "link", "revoke", "1").exit_code == 1


def test_the_database_has_nothing_to_open_a_link_with(app):
    token = path_in(run(app, "invite")).rpartition("/")[2]
    [row] = rows(app, "SELECT * FROM one_time_link")
    assert token not in str(row)


@pytest.mark.parametrize("token", ["x", "%00", "%F0%9F%98%80", "a" * 3000])
def test_a_link_that_is_none_is_not_found(client, token):
    for method in ("GET", "POST"):
        assert client.open(f"/link/{token}", method=method).status_code == 404


def test_a_link_of_somebody_who_may_not_make_it_any_more_is_none(app, alice, client):
    give_role(app, "alice", Role.EDITOR)

    with app.app_context():
        tokens = [
            one_time_links.invite(Role.AUTHOR, WEEK, 1),
            # As another program may write it.
            one_time_links.invite(Role.OWNER, WEEK, 1),
        ]

    assert client.get(f"/link/{tokens[0]}").status_code == 200
    assert client.get(f"/link/{tokens[1]}").status_code == 404
    give_role(app, "alice", Role.AUTHOR)
    assert client.get(f"/link/{tokens[0]}").status_code == 404


def test_links_of_who_is_demoted_end_for_good(app, alice, bob, client):
    give_role(app, "alice", Role.EDITOR)
    app.config["REGISTRATION"] = "invitation"

    with app.app_context():
        tokens = [
            one_time_links.invite(Role.AUTHOR, WEEK, 1),
            one_time_links.let_reset(2, WEEK, 1),
        ]
        roles.change(1, Role.AUTHOR)
        roles.change(1, Role.EDITOR)

    for token in tokens:
        assert client.get(f"/link/{token}").status_code == 404


def test_links_of_who_may_do_more_stay(app, alice, client):
    give_role(app, "alice", Role.EDITOR)

    with app.app_context():
        token = one_time_links.invite(Role.AUTHOR, WEEK, 1)
        roles.change(1, Role.OWNER)

    assert client.get(f"/link/{token}").status_code == 200


def test_an_author_makes_no_password(app, alice, bob, client):
    app.config["REGISTRATION"] = "invitation"

    with app.app_context():
        # As of an editor whom another program made an author.
        token = one_time_links.let_reset(2, WEEK, 1)

    assert client.get(f"/link/{token}").status_code == 404


def test_a_link_is_asked_for_again_when_it_is_used(app, alice, bob, monkeypatch):
    give_role(app, "alice", Role.EDITOR)

    with app.app_context():
        token = one_time_links.let_reset(2, WEEK, 1)

    def demote(password):
        with app.app_context():
            roles.change(1, Role.READER)

        return "hash"

    monkeypatch.setattr("flaskr.web.passwords.hash_password", demote)
    answer = app.test_client().post(
        f"/link/{token}", data={"new_password": NEW_PASSWORD}
    )
    assert answer.status_code == 404
    assert rows(app, "SELECT 1 FROM \"user\" WHERE password = 'hash'") == []


def test_who_was_let_in_by_whom_is_kept(app, alice, client):
    with app.app_context():
        token = one_time_links.invite(Role.AUTHOR, WEEK, 1)

    join(client, f"/link/{token}")

    with app.app_context(), transaction() as db:
        db.execute("UPDATE one_time_link SET expires = '2020-01-01', used = '2020'")
        one_time_links.invite(Role.AUTHOR, WEEK)

    assert len(rows(app, "SELECT 1 FROM one_time_link")) == 2


def test_open_links_of_one_person_are_bounded(app, alice, monkeypatch):
    monkeypatch.setattr(one_time_links, "MAX_OPEN", 2)

    with app.app_context():
        for _ in range(2):
            one_time_links.invite(Role.AUTHOR, WEEK, 1)

        with pytest.raises(one_time_links.TooMany):
            one_time_links.invite(Role.AUTHOR, WEEK, 1)

        one_time_links.invite(Role.AUTHOR, WEEK)


def test_links_go_with_the_account(app, alice, bob):
    with app.app_context():
        one_time_links.invite(Role.AUTHOR, WEEK, 1)
        one_time_links.let_reset(1, WEEK)
        one_time_links.let_reset(2, WEEK)

    alice.post("/account/close", data={"posts": "keep", "password": PASSWORD})
    assert [row["user_id"] for row in rows(app, "SELECT * FROM one_time_link")] == [2]


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (("reset-password", "nobody"), "There is no account nobody."),
        (("invite", "--role", "king"), "'king' is not one of"),
        (("invite", "--days", "0"), "0 is not in the range 1<=x<=30"),
        (("link", "revoke", "9"), "There is no open link 9."),
        (("link", "revoke", "9" * 30), "is not in the range"),
        (("reset-password", "\udcff"), "There is no account"),
        (("user", "role", "\udcff", "owner"), "There is no account"),
        (("restore-posts", "\udcff"), "There is no account"),
    ],
)
def test_a_command_that_cannot_be_done_says_why(app, args, sentence):
    result = run(app, *args)
    assert result.exit_code != 0
    assert sentence in result.output


def test_the_whole_address_is_shown_where_it_is_known(databases):
    app = create_app({"DATABASE": databases.make(), "SITE_URL": "https://b.example/x"})
    assert "https://b.example/x/link/" in run(app, "invite").output


# An owner


def test_a_blog_without_an_owner_says_so_once(app, client, caplog):
    client.get("/hello")
    assert "owns this blog" not in caplog.text

    for _ in range(2):
        client.get("/")

    assert caplog.text.count("Nobody owns this blog yet.") == 1
    assert "flask --app flaskr invite --role owner" in caplog.text
    assert "/link/" not in caplog.text


def test_a_blog_with_an_owner_says_nothing(app, alice, databases, caplog):
    give_role(app, "alice", Role.OWNER)
    app.extensions["flaskr.has_looked_for_owner"] = False
    alice.get("/")
    assert "owns this blog" not in caplog.text

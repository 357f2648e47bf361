"""The log of moderation: who did what to what, when and why."""

import pytest

from flaskr.data.roles import LastOwner
from flaskr.data.roles import Role

from .conftest import ago
from .conftest import PASSWORD
from .conftest import rows
from .conftest import write
from .test_admin import owner  # noqa: F401
from .test_roles import give_role

LOG = "/admin/log"


@pytest.fixture
def edited(app, owner, bob, execute):  # noqa: F811
    """The browser of Alice, an owner; Bob wrote a post and a comment."""
    write(bob, "Hello")
    execute(app, f"UPDATE post SET created = '{ago(hours=1)}'")
    bob.post("/1/comment", data={"comment": "Well said."})
    return owner


def actions(app):
    found = rows(app, "SELECT action, moderator_id, person_id FROM moderation")
    return [(row["action"], row["moderator_id"], row["person_id"]) for row in found]


@pytest.mark.parametrize(
    ("path", "data", "action"),
    [
        ("/1/update", {"title": "Hello", "body": "Changed."}, "post.update"),
        ("/1/withdraw", {}, "post.withdraw"),
        ("/1/delete", {}, "post.delete"),
        ("/1/comments/close", {}, "post.comments"),
        ("/1/comments/open", {}, "post.comments"),
        ("/comment/1/update", {"comment": "Changed."}, "comment.update"),
        ("/comment/1/remove", {}, "comment.remove"),
        ("/admin/people/2/role", {"role": "editor"}, "person.role"),
        ("/admin/people/2/suspend", {"reason": "Rude"}, "person.suspend"),
        ("/admin/people/2/reset", {}, "link.create"),
    ],
)
def test_what_is_done_to_others_is_noted(app, edited, bob, path, data, action):
    edited.post(path, data=data)
    assert actions(app) == [(action, 1, 2)]
    page = edited.get(LOG).text
    assert "alice" in page and 'href="/author/bob"' in page


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/1/update", {"title": "Hello", "body": "Changed."}),
        *(("/1/withdraw", {}), ("/1/delete", {}), ("/comment/1/remove", {})),
        ("/1/comments/close", {}),
        ("/comment/1/update", {"comment": "Changed."}),
    ],
)
def test_what_people_do_to_their_own_is_not(app, edited, bob, path, data):
    bob.post(path, data=data)
    assert actions(app) == []


def test_what_is_undone_is_noted(app, edited, bob):
    edited.post("/1/withdraw")
    edited.post("/1/publish")
    edited.post("/1/update", data={"title": "Hello", "body": "Changed."})
    [first] = rows(app, "SELECT min(version) AS n FROM revision")
    edited.post(f"/1/history/{first['n']}/restore")
    edited.post("/1/delete")
    edited.post("/account/bin/1/restore")
    edited.post("/admin/people/2/suspend", data={"reason": "Rude"})
    edited.post("/admin/people/2/restore")
    assert [action for action, _by, _person in actions(app)] == [
        *("post.withdraw", "post.publish", "post.update", "post.update"),
        *("post.delete", "post.restore", "person.suspend", "person.restore"),
    ]


def test_a_post_s_author_who_removes_a_comment_is_no_moderator(app, edited, bob):
    edited.post("/1/comment", data={"comment": "By Alice."})
    bob.post("/comment/2/remove")
    assert actions(app) == []


def test_links_are_noted(app, edited):
    edited.post("/admin/links", data={"role": "editor"})
    edited.post("/admin/links/1/revoke")
    assert [action for action, *_ in actions(app)] == ["link.create", "link.revoke"]
    assert "Editor" in edited.get(LOG).text


def test_what_the_command_line_does_is_noted(app, edited):
    run = app.test_cli_runner().invoke
    run(args=["user", "role", "bob", "reader"])
    run(args=["user", "suspend", "bob", "--reason", "Rude"])
    run(args=["user", "restore", "bob"])
    run(args=["user", "remove", "bob", "--yes"])
    assert actions(app) == [
        (f"person.{name}", None, 2) for name in ("role", "suspend", "restore", "remove")
    ]
    page = edited.get(LOG).text
    assert "Whoever runs the blog" in page and "Rude" in page
    assert "/author/bob" not in page


@pytest.mark.parametrize("options", [[], ["--forget"]])
def test_a_name_that_is_to_be_forgotten_is_not_in_the_log(app, edited, options):
    run = app.test_cli_runner().invoke
    run(args=["user", "rename", "bob", "robert", "--yes", *options])
    [row] = rows(app, "SELECT action, reason FROM moderation")
    assert row["action"] == "person.rename"
    assert row["reason"] == ("" if options else "bob")
    assert "changed a username" in edited.get(LOG).text


def test_what_becomes_of_site_pages_is_noted(app, edited):
    write(edited, "About")
    edited.post("/2/update", data={"title": "About", "body": "Us", "kind": "page"})
    edited.post("/admin/pages/2/show")
    edited.post("/admin/pages/2/hide")
    edited.post("/admin/pages/2/unmake")
    assert [name for name, *_ in actions(app)] == ["page.update"] * 3


def test_an_owner_who_is_the_last_one_meanwhile_stays(app, edited, monkeypatch):
    """Another one goes between the question and the answer."""

    def refuse(*args, **options):
        raise LastOwner

    monkeypatch.setattr("flaskr.data.users.close", refuse)
    result = app.test_cli_runner().invoke(args=["user", "remove", "bob", "--yes"])
    assert result.exit_code == 1
    assert "only owner" in result.output
    assert actions(app) == []


def test_who_wrote_nothing_is_gone_from_the_log_with_the_account(app, owner, bob):  # noqa: F811
    result = app.test_cli_runner().invoke(args=["user", "remove", "bob", "--yes"])
    assert result.exit_code == 0, result.output
    assert actions(app) == [("person.remove", None, None)]


def test_only_editors_and_owners_read_it(app, edited, bob, client):
    assert bob.get(LOG).status_code == 403
    assert client.get(LOG).location == "/auth/login"
    assert client.get("/moderation").status_code == 404
    assert edited.get("/moderation").status_code == 404
    give_role(app, "bob", Role.EDITOR)
    assert bob.get(LOG).status_code == 200


@pytest.mark.parametrize("with_names", [False, True])
def test_readers_read_it_where_a_setting_says_so(app, edited, client, with_names):
    app.config.update(PUBLIC_LOG=True, PUBLIC_LOG_NAMES=with_names)
    assert client.get("/moderation").status_code == 200
    edited.post("/admin/people/2/suspend", data={"reason": "Rude"})
    page = client.get("/moderation")
    # At once: no page of it is kept.
    assert "Rude" in page.text and "bob" in page.text
    assert ("alice" in page.text) == with_names
    assert page.headers["Cache-Control"] == "no-store"
    assert "/moderation" in edited.get(LOG).text


def test_what_nobody_sees_any_more_is_not_named(app, edited, client):
    app.config["PUBLIC_LOG"] = True
    edited.post("/1/withdraw")
    page = client.get("/moderation").text
    assert "post 1" in page and "Hello" not in page


def test_a_long_log_has_pages(app, edited, client, execute):
    app.config["PUBLIC_LOG"] = True

    for number in range(60):
        execute(
            app,
            "INSERT INTO moderation (moderator_id, action, reason)"
            f" VALUES (1, 'post.update', 'entry {number}.')",
        )

    for path, browser in ((LOG, edited), ("/moderation", client)):
        page = browser.get(path).text
        assert "entry 59." in page and "entry 9." not in page
        [older] = [p.split('"')[0] for p in page.split('href="') if "older=" in p][:1]
        page = browser.get(older.replace("&amp;", "&")).text
        assert "entry 9." in page and "entry 0." in page and "entry 59." not in page
    assert browser.get("/moderation?older=x").status_code == 400


def test_readers_do_not_read_who_forgot_a_password_or_asked_in_vain(
    app, edited, client
):
    app.config.update(PUBLIC_LOG=True, REGISTRATION="approval")
    data = {"username": "carol", "password": PASSWORD, "reason": "I write."}
    client.post("/auth/register", data=data)
    refusal = {"decision": "refuse", "reason": "Too little."}
    edited.post("/admin/queue/application/3", data=refusal)
    edited.post("/admin/people/2/reset")
    page = client.get("/moderation").text
    assert "carol" not in page and "bob" not in page
    assert "Nothing was done yet." in page
    page = edited.get(LOG).text
    assert "carol" in page and "bob" in page

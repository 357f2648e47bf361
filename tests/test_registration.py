"""Who may join: anybody, who was invited, or nobody but by an editor or an owner."""

import re

import pytest

from flaskr import create_app
from flaskr.data.roles import Role

from .conftest import PASSWORD
from .conftest import register
from .conftest import rows
from .test_admin import fresh_link
from .test_one_time_links import join
from .test_one_time_links import path_in
from .test_one_time_links import role_of
from .test_one_time_links import run
from .test_roles import give_role

PAGE = "/account/invitations"


@pytest.fixture
def invited(app, alice):
    """The browser of Alice, who writes where people join by invitation."""
    app.config["REGISTRATION"] = "invitation"
    return alice


def test_anybody_joins_an_open_blog_and_writes(app, client):
    assert 'href="/auth/register"' in client.get("/").text
    register(app, "carol")
    assert role_of(app, "carol") == "author"


def test_a_newcomer_may_be_a_reader(app, client):
    app.config["NEWCOMER_ROLE"] = "reader"
    register(app, "carol")
    assert role_of(app, "carol") == "reader"


@pytest.mark.parametrize(
    ("mode", "sentence"),
    [
        ("invitation", "Ask somebody who writes here for a link."),
        ("closed", "Ask whoever runs this blog for a link."),
    ],
)
def test_nobody_registers_elsewhere(app, client, mode, sentence):
    app.config["REGISTRATION"] = mode
    assert "/auth/register" not in client.get("/").text
    assert "/auth/register" not in client.get("/auth/login").text
    page = client.get("/auth/register")
    assert page.status_code == 403
    assert sentence in page.text
    answer = register(app, "carol")
    assert answer.status_code == 403
    assert sentence in answer.text
    assert rows(app, 'SELECT 1 FROM "user"') == []


@pytest.mark.parametrize("mode", ["open", "invitation", "closed"])
def test_an_owner_lets_people_in_anywhere(app, client, mode):
    app.config["REGISTRATION"] = mode
    join(client, path_in(run(app, "invite", "--role", "owner")))
    assert role_of(app, "carol") == "owner"
    path = fresh_link(client.post("/admin/links"))
    assert join(app.test_client(), path, "dave").status_code == 302
    assert role_of(app, "dave") == "author"


def test_an_author_lets_newcomers_in(app, invited, client):
    assert f'href="{PAGE}"' in invited.get("/account/").text
    assert "You can give 5 more this month." in invited.get(PAGE).text
    path = fresh_link(invited.post(PAGE))
    assert join(client, path).status_code == 302
    assert role_of(app, "carol") == "author"
    page = invited.get(PAGE).text
    assert "carol" in page and "You can give 4 more this month." in page
    # Who invited whom is kept.
    [link] = rows(app, "SELECT made_by, used_by FROM one_time_link")
    assert dict(link) == {"made_by": 1, "used_by": 2}


def test_who_an_author_invites_is_what_newcomers_are(app, invited, client):
    app.config["NEWCOMER_ROLE"] = "reader"
    join(client, fresh_link(invited.post(PAGE)))
    assert role_of(app, "carol") == "reader"


def test_an_author_has_some_to_give(app, invited, client):
    app.config["INVITATIONS_PER_AUTHOR"] = 2
    join(client, fresh_link(invited.post(PAGE)))
    fresh_link(invited.post(PAGE))
    refused = invited.post(PAGE)
    assert refused.status_code == 409
    assert "You can give 2 invitations a month." in refused.text
    assert "Make a Link" not in refused.text
    invited.post(f"{PAGE}/2/revoke")
    fresh_link(invited.post(PAGE))


def test_an_author_gives_no_role_to_who_has_joined(app, invited, bob):
    give_role(app, "bob", Role.READER)
    path = fresh_link(invited.post(PAGE))
    assert bob.post(path).location == "/"
    assert "This link is for somebody who has no account yet." in bob.get("/").text
    assert role_of(app, "bob") == "reader"
    assert join(app.test_client(), path).status_code == 302


def test_only_who_gave_an_invitation_revokes_it_there(app, invited, bob):
    path = fresh_link(invited.post(PAGE))
    assert path not in bob.get(PAGE).text
    assert bob.post(f"{PAGE}/1/revoke").status_code == 404
    assert invited.post(f"{PAGE}/1/revoke").location == PAGE
    assert invited.post(f"{PAGE}/1/revoke").status_code == 404
    assert app.test_client().get(path).status_code == 404


@pytest.mark.parametrize("mode", ["open", "closed"])
def test_authors_invite_nobody_elsewhere(app, invited, client, mode):
    path = fresh_link(invited.post(PAGE))
    app.config["REGISTRATION"] = mode
    assert f'href="{PAGE}"' not in invited.get("/account/").text
    assert invited.get(PAGE).status_code == 404
    assert invited.post(PAGE).status_code == 404
    # Nor with one that they gave before.
    assert client.get(path).status_code == 404


def test_a_reader_invites_nobody(app, invited):
    give_role(app, "alice", Role.READER)
    assert invited.get(PAGE).status_code == 403
    assert f'href="{PAGE}"' not in invited.get("/account/").text


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        (
            "REGISTRATION",
            "shut",
            "'open' or 'approval' or 'invitation' or 'closed'",
        ),
        ("NEWCOMER_ROLE", "owner", "'author' or 'reader'"),
        ("NEWCOMER_ROLE", None, "'author' or 'reader'"),
    ],
)
def test_a_setting_that_means_nothing_is_refused(name, value, wanted):
    with pytest.raises(SystemExit, match=re.escape(f"should be {wanted}.")):
        create_app({name: value, "SECRET_KEY": PASSWORD})


@pytest.mark.parametrize(
    ("whom", "shown"),
    [
        ("Anna, room <12>", "<bdi>Anna, room &lt;12&gt;</bdi>"),
        ("anna@blog.example", '<a href="mailto:anna%40blog.example">anna@'),
        ("https://blog.example/h?a&b", '<a href="https://blog.example/h?a&amp;b">'),
        ("Ask anna@blog.example", "<bdi>Ask anna@blog.example</bdi>"),
        ("javascript:alert(1)", "<bdi>javascript:alert(1)</bdi>"),
    ],
)
def test_the_page_to_log_in_says_whom_to_ask(app, client, whom, shown):
    app.config["CONTACT"] = whom
    page = client.get("/auth/login").text
    assert shown in page
    assert "whoever runs" not in page
    # After a wrong password, too.
    data = {"username": "nobody", "password": "x"}
    assert shown in client.post("/auth/login", data=data).text


def test_whom_to_ask_is_said_where_nobody_may_register(app, client):
    app.config.update(REGISTRATION="closed", CONTACT="Anna")
    assert "<bdi>Anna</bdi>" in client.get("/auth/register").text


def test_without_the_setting_it_is_whoever_runs_the_blog(client):
    page = client.get("/auth/login").text
    assert "Ask whoever runs this blog for a link to set a new one." in page

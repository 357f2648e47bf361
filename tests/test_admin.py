"""The pages of owners and editors: people and their roles, and links to let them in."""

import re

import pytest

from flaskr.data import one_time_links
from flaskr.data import roles
from flaskr.data.roles import Role

from .conftest import log_in
from .conftest import register
from .conftest import rows
from .test_one_time_links import join
from .test_one_time_links import NEW_PASSWORD
from .test_one_time_links import role_of
from .test_roles import give_role


@pytest.fixture
def owner(app, alice, bob):
    """The browser of Alice, who owns the blog; Bob writes there."""
    give_role(app, "alice", Role.OWNER)
    return alice


def fresh_link(answer):
    assert answer.status_code == 201, answer.text
    return re.search(r'id="fresh" value="http://localhost(/link/.*?)"', answer.text)[1]


def test_only_who_may_is_led_to_these_pages(app, owner, bob):
    assert 'href="/admin/"' in owner.get("/").text
    assert 'href="/admin/"' not in bob.get("/").text
    assert owner.get("/admin/").location == "/admin/queue"
    assert bob.get("/admin/people").status_code == 403
    give_role(app, "bob", Role.EDITOR)
    assert 'href="/admin/"' in bob.get("/").text
    assert bob.get("/admin/people").status_code == 200


def test_an_owner_gives_roles(app, owner, bob):
    page = owner.get("/admin/people").text
    assert page.index("alice") < page.index("bob")
    assert "Owner" in page
    answer = owner.post("/admin/people/2/role", data={"role": "editor"})
    assert answer.location == "/admin/people"
    assert "bob: Editor." in owner.get("/admin/people").text
    assert role_of(app, "bob") == "editor"


def test_an_editor_gives_none(app, owner, bob):
    give_role(app, "bob", Role.EDITOR)
    assert "/role" not in bob.get("/admin/people").text
    answer = bob.post("/admin/people/2/role", data={"role": "owner"})
    assert answer.status_code == 403
    assert role_of(app, "bob") == "editor"


def test_the_last_owner_keeps_the_role(app, owner):
    answer = owner.post("/admin/people/1/role", data={"role": "author"})
    assert answer.status_code == 409
    assert "The blog would have no owner." in answer.text
    assert role_of(app, "alice") == "owner"


@pytest.mark.parametrize("role", ["", "king", "OWNER"])
def test_a_role_that_is_none_is_refused(app, owner, role):
    assert owner.post("/admin/people/2/role", data={"role": role}).status_code == 400
    assert owner.post("/admin/links", data={"role": role}).status_code == 400


@pytest.mark.parametrize("path", ["role", "reset"])
def test_nobody_is_not_found(owner, path):
    answer = owner.post(f"/admin/people/9/{path}", data={"role": "author"})
    assert answer.status_code == 404


def test_many_people_are_on_several_pages(app, owner, monkeypatch):
    monkeypatch.setattr("flaskr.views.admin.PAGE_SIZE", 2)

    for name in ("carol", "dave", "erin"):
        register(app, name)

    seen = []
    path = "/admin/people"

    while path:
        page = owner.get(path).text
        seen += re.findall(r'id="person-\d+"><a href="/author/(\w+)"', page)
        found = re.search(r'href="(/admin/people\?after=\d+)"', page)
        path = found and found[1]

    assert seen == ["alice", "bob", "carol", "dave", "erin"]


def test_what_is_typed_of_somebody_far_down_stays(app, owner, monkeypatch):
    monkeypatch.setattr("flaskr.views.admin.PAGE_SIZE", 2)
    register(app, "carol")
    answer = owner.post("/admin/people/3/suspend", data={"reason": "x" * 501})
    assert answer.status_code == 422
    assert "x" * 501 in answer.text
    data = {"role": "reader"}
    answer = owner.post("/admin/people/3/role", data=data)
    assert answer.location == "/admin/people?after=2"


@pytest.mark.parametrize("after", ["x", "-1", "9" * 30, ""])
def test_an_odd_page_is_one(owner, after):
    assert owner.get(f"/admin/people?after={after}").status_code == 200


def test_an_owner_lets_somebody_in(app, owner, client):
    answer = owner.post("/admin/links", data={"role": "editor", "days": "1"})
    path = fresh_link(answer)
    # Shown once.
    listed = owner.get("/admin/links").text
    assert path not in listed
    assert "Invitation: Editor" in listed
    assert join(client, path).status_code == 302
    assert role_of(app, "carol") == "editor"
    listed = owner.get("/admin/links").text
    assert "by \u2068carol\u2069" in listed or "carol" in listed
    assert "Revoke" not in listed


def test_a_link_is_revoked(app, owner, client):
    path = fresh_link(owner.post("/admin/links"))
    assert owner.post("/admin/links/1/revoke").location == "/admin/links"
    assert client.get(path).status_code == 404
    assert owner.post("/admin/links/1/revoke").status_code == 404


def test_a_link_that_was_used_is_not_revoked(app, owner, client):
    join(client, fresh_link(owner.post("/admin/links")))
    assert owner.post("/admin/links/1/revoke").status_code == 404
    assert len(rows(app, "SELECT 1 FROM one_time_link")) == 1


def test_an_editor_lets_in_who_may_do_less(app, owner, bob):
    give_role(app, "bob", Role.EDITOR)
    page = bob.get("/admin/links").text
    assert 'value="author"' in page and 'value="reader"' in page
    assert 'value="owner"' not in page and 'value="editor"' not in page

    for role in ("owner", "editor"):
        assert bob.post("/admin/links", data={"role": role}).status_code == 403

    fresh_link(bob.post("/admin/links", data={"role": "reader"}))
    owner.post("/admin/links", data={"role": "owner"})
    assert bob.post("/admin/links/2/revoke").status_code == 403
    assert len(rows(app, "SELECT 1 FROM one_time_link")) == 2


def test_a_forgotten_password_is_replaced(app, owner, client):
    path = fresh_link(owner.post("/admin/people/2/reset"))
    client.post(path, data={"new_password": NEW_PASSWORD})
    answer = client.post(
        "/auth/login", data={"username": "bob", "password": NEW_PASSWORD}
    )
    assert answer.location == "/"


def test_an_editor_takes_over_no_owner_and_no_editor(app, owner, bob):
    give_role(app, "bob", Role.EDITOR)
    log_in(app, "carol")
    give_role(app, "carol", Role.EDITOR)
    page = bob.get("/admin/people").text
    assert "/reset" not in page
    assert bob.post("/admin/people/1/reset").status_code == 403
    assert bob.post("/admin/people/3/reset").status_code == 403
    give_role(app, "carol", Role.READER)
    fresh_link(bob.post("/admin/people/3/reset"))


def test_a_link_dies_when_its_person_may_do_more(app, owner, bob, client):
    give_role(app, "bob", Role.EDITOR)
    log_in(app, "carol")
    path = fresh_link(bob.post("/admin/people/3/reset"))
    give_role(app, "carol", Role.OWNER)
    assert client.get(path).status_code == 404


def test_who_has_many_open_links_revokes_one_first(app, owner, monkeypatch):
    monkeypatch.setattr(one_time_links, "MAX_OPEN", 1)
    fresh_link(owner.post("/admin/links"))

    for path in ("/admin/links", "/admin/people/2/reset"):
        answer = owner.post(path)
        assert answer.status_code == 409
        assert "You have 1 open links. Revoke one first." in answer.text


def test_no_page_stays_in_the_browser(owner):
    for path in ("/admin/people", "/admin/links"):
        assert owner.get(path).headers["Cache-Control"] == "no-store"

    assert "Disallow: /admin/" in owner.get("/robots.txt").text


def test_what_a_link_may_give_is_less_than_its_makers(app):
    with app.app_context():
        assert one_time_links.makeable_roles("author") == ()
        assert one_time_links.makeable_roles("king") == ()
        assert one_time_links.makeable_roles("owner") == roles.ALL

"""Whatever would leave the blog without an owner is refused, with what to do."""

import pytest

from flaskr.data import roles
from flaskr.data.roles import Role
from flaskr.views import admin
from flaskr.views import one_time_links

from .conftest import log_in
from .conftest import PASSWORD
from .conftest import register
from .conftest import rows
from .test_admin import owner  # noqa: F401
from .test_reports import report
from .test_roles import give_role

NO_OWNER = "The blog would have no owner. Make somebody else one first."


@pytest.fixture
def bob_too(app, owner, bob):  # noqa: F811
    """The browser of Bob, another owner."""
    give_role(app, "bob", Role.OWNER)
    return bob


@pytest.fixture
def others_go(monkeypatch):
    """Have all other owners go as one of them is about to."""

    def refuse(user_id):
        raise roles.LastOwner

    monkeypatch.setattr(roles, "keep_an_owner", refuse)


def read_owners(app):
    return [
        row["id"]
        for row in rows(
            app,
            "SELECT id FROM \"user\" u WHERE role = 'owner' AND closed IS NULL AND NOT"
            " EXISTS (SELECT 1 FROM suspension x WHERE x.user_id = u.id) ORDER BY id",
        )
    ]


@pytest.mark.parametrize(
    ("path", "data", "status", "sentence"),
    [
        ("/admin/people/2/role", {"role": "reader"}, 409, NO_OWNER),
        ("/admin/people/2/suspend", {"reason": "Rude"}, 409, NO_OWNER),
        (
            "/account/close",
            {"posts": "delete", "password": PASSWORD},
            422,
            "You’re the only owner of this blog. Make somebody else one first.",
        ),
        ("/admin/cleanups", {"person": ["2"]}, 200, "Nothing was done"),
        (
            "/admin/queue/report/1",
            {"decision": "suspend", "reason": "Rude"},
            422,
            NO_OWNER,
        ),
        ("/admin/queue/report/1", {"decision": "spam"}, 422, "Nothing was done"),
        (
            "/admin/queue",
            {"item": ["report-1"], "decision": "spam"},
            422,
            "Nothing was done",
        ),
    ],
)
def test_the_last_owner_stays_so_whatever_is_pressed(
    app,
    owner,  # noqa: F811
    bob_too,
    request,
    path,
    data,
    status,
    sentence,
):
    register(app, "carol")
    report(log_in(app, "carol"), "person/2")
    request.getfixturevalue("others_go")
    answer = owner.post(path, data=data, follow_redirects=True)
    assert answer.status_code == status
    assert sentence in answer.text
    assert read_owners(app) == [1, 2]


@pytest.mark.parametrize(
    "path", ["/admin/people/1/suspend", "/admin/queue/report/1"], ids=["page", "queue"]
)
def test_the_last_owner_does_not_suspend_themselves(app, owner, bob, path):  # noqa: F811
    report(bob, "person/1")
    answer = owner.post(path, data={"decision": "suspend", "reason": "Rude"})
    assert answer.status_code == 403
    assert "You can’t suspend yourself." in answer.text
    assert read_owners(app) == [1]


@pytest.mark.parametrize(
    "arguments",
    [
        ("role", "alice", "editor"),
        ("suspend", "alice", "--reason", "Rude"),
        ("remove", "alice", "--yes"),
        ("remove", "alice", "--yes", "--posts", "delete"),
    ],
)
def test_the_last_owner_stays_so_whatever_is_typed(app, owner, arguments):  # noqa: F811
    result = app.test_cli_runner().invoke(args=["user", *arguments])
    assert result.exit_code == 1
    assert "Error: alice is the only owner of this blog. Make" in result.output
    assert read_owners(app) == [1]


def test_the_last_owner_goes_while_somebody_is_asked(app, owner, bob_too, monkeypatch):  # noqa: F811
    def confirm(*args, **options):
        give_role(app, "alice", Role.EDITOR)

    monkeypatch.setattr("click.confirm", confirm)
    result = app.test_cli_runner().invoke(args=["user", "remove", "bob"])
    assert result.exit_code == 1
    assert "bob is the only owner" in result.output


def make_link(app, role):
    result = app.test_cli_runner().invoke(args=["invite", "--role", role])
    return "/link/" + result.output.split("/link/")[1].split()[0]


@pytest.mark.parametrize("role", ["owner", "editor", "author", "reader"])
def test_the_last_owner_loses_nothing_by_a_link(app, owner, role):  # noqa: F811
    link = make_link(app, role)
    answer = owner.post(link, follow_redirects=True)
    assert answer.status_code == 200
    assert "You can do this already." in answer.text
    assert read_owners(app) == [1]
    # It was not used up.
    assert app.test_client().get(link).status_code == 200


@pytest.mark.parametrize("role", ["editor", "author"])
def test_the_last_owner_who_becomes_so_just_then_loses_nothing_by_a_link(
    app,
    owner,  # noqa: F811
    bob,
    monkeypatch,
    role,
):
    give_role(app, "bob", Role.READER)
    link = make_link(app, role)
    get_link = one_time_links.get_link

    def become_owner(token):
        give_role(app, "bob", Role.OWNER)
        give_role(app, "alice", Role.READER)
        return get_link(token)

    monkeypatch.setattr(one_time_links, "get_link", become_owner)
    answer = bob.post(link, follow_redirects=True)
    assert answer.status_code == 200
    assert "You can do this already." in answer.text
    assert read_owners(app) == [2]


def test_the_last_owner_is_not_suspended_by_who_just_was_one(
    app,
    owner,  # noqa: F811
    bob_too,
    monkeypatch,
):
    get_person = admin.get_person

    def step_down(id):
        give_role(app, "alice", Role.EDITOR)
        return get_person(id)

    monkeypatch.setattr(admin, "get_person", step_down)
    answer = owner.post("/admin/people/2/suspend", data={"reason": "Rude"})
    assert answer.status_code == 403
    assert "Only an owner can do this." in answer.text
    assert read_owners(app) == [2]

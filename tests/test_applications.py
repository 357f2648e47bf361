"""Joining where somebody decides who does."""

import pytest

from .conftest import log_in
from .conftest import PASSWORD
from .conftest import rows
from .test_admin import owner  # noqa: F401
from .test_one_time_links import join
from .test_one_time_links import path_in
from .test_one_time_links import run

QUEUE = "/admin/queue"
WAITING = "/auth/waiting"


@pytest.fixture
def approving(app, owner):  # noqa: F811
    """The browser of Alice, who owns a blog where she decides who joins."""
    app.config["REGISTRATION"] = "approval"
    return owner


def ask(app, name="carol", reason="I write about tea."):
    """The browser of somebody who asked, and the answer."""
    client = app.test_client()
    data = {"username": name, "password": PASSWORD, "reason": reason}
    return client, client.post("/auth/register", data=data)


def try_to_log_in(app, name="carol"):
    client = app.test_client()
    data = {"username": name, "password": PASSWORD}
    return client, client.post("/auth/login", data=data)


def answer(moderator, decision, user_id=3, reason=""):
    return moderator.post(
        f"{QUEUE}/application/{user_id}", data={"decision": decision, "reason": reason}
    )


def test_who_asks_says_why_and_waits(app, approving, client):
    page = client.get("/auth/register").text
    assert "Why would you like to join?" in page
    assert 'href="/auth/register"' in client.get("/").text
    carol, answered = ask(app)
    assert answered.location == WAITING
    page = carol.get(WAITING).text
    assert "Waiting for an answer" in page and "I write about tea." in page
    assert carol.get("/create").location == "/auth/login"
    # From any browser, with the password.
    other, answered = try_to_log_in(app)
    assert answered.location == WAITING
    assert "Waiting for an answer" in other.get(WAITING).text
    assert rows(app, "SELECT 1 FROM session WHERE user_id = 3") == []


@pytest.mark.parametrize("reason", ["", "  \0 ", "x" * 501])
def test_nobody_asks_without_a_reason_that_can_be_read(app, approving, reason):
    _carol, answered = ask(app, reason=reason)
    assert answered.status_code == 422
    assert "carol" in answered.text
    assert rows(app, "SELECT 1 FROM application") == []
    assert len(rows(app, 'SELECT 1 FROM "user"')) == 2


def test_who_is_let_in_logs_in(app, approving):
    carol, _answered = ask(app)
    page = approving.get(QUEUE).text
    assert "carol" in page and "I write about tea." in page
    assert answer(approving, "approve", reason="Welcome!").location == QUEUE
    page = carol.get(WAITING).text
    assert "You can log in now" in page and "Welcome!" in page
    assert log_in(app, "carol").get("/create").status_code == 200
    # Once.
    assert "doesn’t wait" in followed(
        approving, answer(approving, "refuse", reason="x")
    )
    assert "Nothing waits." in approving.get(QUEUE).text


def followed(client, response):
    return client.get(response.location).text


def test_a_refusal_says_why_and_is_remembered(app, approving):
    carol, _answered = ask(app)
    page = answer(approving, "refuse")
    assert page.status_code == 422
    assert "Give a reason" in page.text
    answer(approving, "refuse", reason="Tell us more.")
    client, answered = try_to_log_in(app)
    assert answered.location == WAITING
    page = client.get(WAITING).text
    assert "Not this time" in page and "Tell us more." in page
    client.post(WAITING, data={"reason": ""})
    assert "Tell us more." in client.get(WAITING).text
    client.post(WAITING, data={"reason": "I grow it myself."})
    assert "Waiting for an answer" in client.get(WAITING).text
    # Whoever decides now sees what was said before.
    page = approving.get(QUEUE).text
    assert "I grow it myself." in page and "Tell us more." in page
    # Asking does not push.
    client.post(WAITING, data={"reason": "Please!"})
    assert "Please!" not in approving.get(QUEUE).text


def test_nobody_is_shown_where_it_stands_for_others(app, approving, client, bob):
    ask(app)
    for browser in (client, bob):
        assert browser.get(WAITING).location == "/auth/login"
        answered = browser.post(WAITING, data={"reason": "x"})
        assert answered.location == "/auth/login"


@pytest.mark.parametrize("who", ["bob", "client"])
def test_only_editors_decide(app, approving, request, who):
    ask(app)
    browser = request.getfixturevalue(who)
    assert answer(browser, "approve").status_code in (302, 403)
    assert "Waiting" in try_to_log_in(app)[0].get(WAITING).text


def test_who_waits_has_no_way_around(app, approving):
    """A new password, or other registration, lets nobody in."""
    ask(app)
    path = path_in(run(app, "reset-password", "carol"))
    app.test_client().post(path, data={"new_password": PASSWORD})
    assert try_to_log_in(app)[1].location == WAITING
    app.config["REGISTRATION"] = "open"
    assert try_to_log_in(app)[1].location == WAITING
    _carol, answered = ask(app)
    assert "already registered" in answered.text


def test_an_invitation_needs_no_approval(app, approving, client):
    assert join(client, path_in(run(app, "invite"))).status_code == 302
    assert client.get("/create").status_code == 200


def test_spam_is_taken_back_with_who_asks(app, approving):
    ask(app, reason="Cheap watches")
    answer(approving, "spam")
    assert "Nothing waits." in approving.get(QUEUE).text
    page = try_to_log_in(app)[1]
    assert page.status_code == 403
    assert "suspended" in page.text
    approving.post("/admin/cleanups/1/undo")
    assert "Cheap watches" in approving.get(QUEUE).text


def test_people_are_marked_who_wait(app, approving):
    ask(app)
    assert "waits to be let in" in approving.get("/admin/people").text


def test_who_waits_has_no_page_yet(app, approving, client):
    ask(app)
    assert client.get("/author/carol").status_code == 404
    assert client.get("/author/carol/feed.atom").status_code == 404
    # For those who decide, it is there.
    assert approving.get("/author/carol").status_code == 200
    answer(approving, "refuse", reason="Say more.")
    assert client.get("/author/carol").status_code == 404
    carol, _answered = try_to_log_in(app)
    carol.post(WAITING, data={"reason": "I write about green tea."})
    answer(approving, "approve")
    assert client.get("/author/carol").status_code == 200

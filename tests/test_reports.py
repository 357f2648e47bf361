"""What readers report, and what editors do about it."""

import pytest

from flaskr.data import reports
from flaskr.data.roles import Role

from .conftest import log_in
from .conftest import PASSWORD
from .conftest import register
from .conftest import rows
from .conftest import titles
from .conftest import write
from .test_admin import owner  # noqa: F401
from .test_newcomers import decide
from .test_roles import give_role

QUEUE = "/admin/queue"
SUBJECTS = ["post/1", "comment/1", "person/2"]


@pytest.fixture
def reported(app, owner, bob):  # noqa: F811
    """The browser of Carol, who reads a post of Bob's with a comment of his."""
    write(bob, "Hello")
    bob.post("/1/comment", data={"comment": "Cheap watches."})
    register(app, "carol")
    return log_in(app, "carol")


def report(client, subject, reason="This is advertising."):
    return client.post(f"/report/{subject}", data={"reason": reason})


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_reader_reports(owner, reported, subject):  # noqa: F811
    page = {"post/1": "/1-hello", "comment/1": "/1-hello", "person/2": "/author/bob"}
    assert f'href="/report/{subject}"' in reported.get(page[subject]).text
    assert "What is wrong?" in reported.get(f"/report/{subject}").text
    answer = report(reported, subject)
    assert answer.status_code == 302
    assert "An editor will look at it." in reported.get(page[subject]).text
    queue = owner.get(QUEUE).text
    assert "This is advertising." in queue and "carol" in queue
    # Another time, in other words.
    report(reported, subject, "It is spam.")
    queue = owner.get(QUEUE).text
    assert "It is spam." in queue and "advertising" not in queue


@pytest.mark.parametrize("subject", SUBJECTS)
@pytest.mark.parametrize("reason", ["", " \0", "x" * 501])
def test_a_report_says_why(app, reported, subject, reason):
    answer = report(reported, subject, reason)
    assert answer.status_code == 422
    assert rows(app, "SELECT 1 FROM report") == []


@pytest.mark.parametrize("subject", SUBJECTS)
def test_who_wrote_it_does_not_report_it(app, reported, bob, client, subject):
    assert report(bob, subject).status_code == 403
    assert "/report/" not in bob.get("/1-hello").text
    assert "/report/" not in bob.get("/author/bob").text
    assert "/report/" not in client.get("/1-hello").text
    assert report(client, subject).location == "/auth/login"
    assert rows(app, "SELECT 1 FROM report") == []


@pytest.mark.parametrize("subject", ["post/9", "comment/9", "person/99"])
def test_what_there_is_not_can_not_be_reported(reported, subject):
    assert report(reported, subject).status_code == 404


def test_a_draft_can_not_be_reported(reported, bob):
    bob.post("/create", data={"title": "Secret", "body": "", "draft": "1"})
    assert report(reported, "post/2").status_code == 404


def test_reports_are_limited(app, reported):
    app.config["REPORTS_PER_PERSON"] = 2
    assert report(reported, "post/1").status_code == 302
    assert report(reported, "comment/1").status_code == 302
    answer = report(reported, "person/2")
    assert answer.status_code == 429
    assert "This is advertising." in answer.text


def test_reports_of_one_thing_are_one(app, owner, reported):  # noqa: F811
    register(app, "dave")
    report(reported, "post/1")
    report(log_in(app, "dave"), "post/1", "I agree.")
    page = owner.get(QUEUE).text
    assert "One thing waits" in page or "1 thing waits" in page
    assert "This is advertising." in page and "I agree." in page
    decide(owner, "report-1", "dismiss")
    assert "Nothing waits." in owner.get(QUEUE).text


@pytest.mark.parametrize(
    ("subject", "decision", "sentence"),
    [
        ("post/1", "dismiss", "Nothing is wrong with it, then."),
        ("post/1", "withdraw", "“Hello” is a draft of its author’s again."),
        ("post/1", "delete", "“Hello” is in the bin of its author."),
        ("comment/1", "dismiss", "Nothing is wrong with it, then."),
        ("comment/1", "delete", "The comment is removed."),
        ("person/2", "dismiss", "Nothing is wrong with it, then."),
        ("person/2", "suspend", "bob is suspended."),
    ],
)
def test_an_editor_decides(app, owner, reported, client, subject, decision, sentence):  # noqa: F811
    report(reported, subject)
    assert decide(owner, "report-1", decision, "No advertising.").location == QUEUE
    page = owner.get(QUEUE).text
    assert sentence in page and "Nothing waits." in page
    is_shown = subject == "post/1" and decision != "dismiss"
    assert titles(client.get("/")) == ([] if is_shown else ["Hello"])
    is_there = (subject, decision) != ("comment/1", "delete")
    assert ("Cheap watches." in client.get("/comments/feed.atom").text) == (
        is_there and not is_shown
    )
    assert "No advertising." in owner.get("/admin/log").text
    # In time.
    assert "doesn’t wait" in owner.get(decide(owner, "report-1").location).text


@pytest.mark.parametrize(
    ("subject", "decision"),
    [
        *(("post/1", "suspend"), ("comment/1", "withdraw"), ("comment/1", "suspend")),
        *(("person/2", "delete"), ("person/2", "withdraw"), ("post/1", "")),
    ],
)
def test_a_decision_that_makes_no_sense_changes_nothing(
    app,
    owner,  # noqa: F811
    reported,
    subject,
    decision,
):
    report(reported, subject)
    assert decide(owner, "report-1", decision, "x").status_code == 400
    assert rows(app, "SELECT closed FROM report")[0]["closed"] is None


def test_nobody_is_suspended_without_a_reason(owner, reported):  # noqa: F811
    report(reported, "person/2")
    answer = decide(owner, "report-1", "suspend")
    assert answer.status_code == 422
    assert "Say why" in answer.text


def test_an_editor_suspends_no_owner(app, owner, reported, bob):  # noqa: F811
    give_role(app, "bob", Role.EDITOR)
    write(owner, "Mine")
    report(reported, "person/1")
    assert decide(bob, "report-1", "suspend", "x").status_code == 403
    answer = decide(bob, "report-1", "spam")
    assert answer.status_code == 422
    assert "one of them is an editor or an owner" in answer.text
    assert titles(bob.get("/")) == ["Mine", "Hello"]


def test_an_owner_does_not_suspend_the_last_one(app, owner, reported):  # noqa: F811
    report(reported, "person/1")
    assert decide(owner, "report-1", "suspend", "x").status_code in (403, 422)
    assert log_in(app, "alice").get("/create").status_code == 200


def test_what_is_gone_needs_no_decision(owner, reported, bob):  # noqa: F811
    for subject in SUBJECTS[:2]:
        report(reported, subject)

    bob.post("/1/comment", data={"comment": "With a reply."})
    reported.post("/comment/2/reply", data={"comment": "This one."})
    report(reported, "comment/2")
    bob.post("/comment/2/remove")
    assert decide(owner, "report-3").location == QUEUE
    bob.post("/1/delete")
    assert "Nothing waits." in owner.get(QUEUE).text


def test_what_goes_while_somebody_decides_needs_no_decision(
    app,
    owner,  # noqa: F811
    reported,
    bob,
    monkeypatch,
):
    report(reported, "post/1")

    with app.app_context():
        found = reports.find(1)

    bob.post("/1/delete")
    monkeypatch.setattr(reports, "find", lambda report_id: found)
    assert decide(owner, "report-1").location == QUEUE


def test_a_closed_account_takes_its_reports_along(owner, reported):  # noqa: F811
    report(reported, "post/1")
    reported.post("/account/close", data={"password": PASSWORD, "posts": "keep"})
    assert "Nothing waits." in owner.get(QUEUE).text


def test_a_reason_has_no_characters_that_no_page_has(app, owner, reported):  # noqa: F811
    report(reported, "post/1", "This \x01is \x9fspam.\ufffe")
    assert rows(app, "SELECT reason FROM report")[0]["reason"] == "This is spam."


def test_nobody_is_told_of_who_waits_to_be_let_in(app, client, reported):
    app.config["REGISTRATION"] = "approval"
    data = {"username": "dave", "password": PASSWORD, "reason": "I write."}
    client.post("/auth/register", data=data)
    assert len(rows(app, "SELECT 1 FROM application")) == 1
    [dave] = rows(app, "SELECT id FROM \"user\" WHERE username = 'dave'")
    path = f"/report/person/{dave['id']}"
    assert reported.get(path).status_code == 404
    assert reported.post(path, data={"reason": "Spam"}).status_code == 404

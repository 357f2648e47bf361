"""What people say of themselves is looked at by the filter, and then by an editor."""

import pytest

from flaskr.data.roles import Role

from .conftest import log_in
from .conftest import register
from .conftest import rows
from .profiles import show_oneself
from .test_admin import owner  # noqa: F401
from .test_newcomers import decide
from .test_roles import give_role
from .test_spam_filter import HAM
from .test_spam_filter import learn
from .test_spam_filter import SPAM

QUEUE = "/admin/queue"
BAD = SPAM.format(1, 1)


@pytest.fixture
def judged(app, owner, bob):  # noqa: F811
    """The browser of Alice, who owns a blog whose filter has learned."""
    with app.app_context():
        learn(SPAM, True)
        learn(HAM, False)

    return owner


def list_reports(app):
    return rows(
        app,
        "SELECT person_id, reporter_id, reason FROM report WHERE closed IS NULL"
        " ORDER BY id",
    )


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"about": BAD}, "spam"),
        ({"links": "https://evil.example Tea"}, "blocked"),
        ({"about": f"{BAD} https://evil.example"}, "blocked spam"),
    ],
)
def test_a_doubtful_profile_is_in_the_queue(app, judged, bob, client, fields, reason):
    app.config["BLOCKED_WORDS"] = ("evil.example",)
    assert show_oneself(bob, **fields).status_code == 302
    assert list_reports(app) == [
        {"person_id": 2, "reporter_id": None, "reason": reason}
    ]
    # The filter takes nothing away: it has somebody look.
    assert next(iter(fields.values())).split()[0] in client.get("/author/bob").text
    page = judged.get(QUEUE).text
    assert ("The filter takes it for spam" in page) == ("spam" in reason)
    assert ("With a blocked word" in page) == ("blocked" in reason)
    assert "The filter: spam with a probability of" in page
    assert next(iter(fields.values())).split()[0] in page


def test_a_profile_that_says_nothing_new_is_in_the_queue_once(app, judged, bob):
    show_oneself(bob, about=BAD)
    show_oneself(bob, about=BAD, links="")
    assert len(list_reports(app)) == 1
    decide(judged, "report-1", "dismiss")
    show_oneself(bob, about=BAD, links="", display_name="Robert")
    assert list_reports(app) == []
    show_oneself(bob, about=f"{BAD} And more.", links="")
    assert len(list_reports(app)) <= 1


def test_what_nobody_doubts_is_not_in_the_queue(app, judged, bob):
    show_oneself(bob, about=HAM.format(1, 1))
    show_oneself(bob, about="", links="", display_name="")
    assert list_reports(app) == []


def test_nobody_looks_at_what_editors_say_of_themselves(app, judged, bob):
    give_role(app, "bob", Role.EDITOR)
    show_oneself(bob, about=BAD)
    assert list_reports(app) == []


def test_a_blog_that_nobody_owns_has_nobody_to_look(app, alice, bob):
    with app.app_context():
        learn(SPAM, True)
        learn(HAM, False)

    show_oneself(bob, about=BAD)
    assert list_reports(app) == []


def test_the_filter_learns_from_what_editors_decide(app, judged, bob):
    text = "Zanzibar quagmire xylophone"
    app.config["BLOCKED_WORDS"] = ("quagmire",)
    show_oneself(bob, about=text, links="")
    decide(judged, "report-1", "dismiss")
    assert rows(
        app, "SELECT is_spam FROM spam_decision WHERE subject = 'person:2'"
    ) == [{"is_spam": 0}]


def test_spam_and_its_undoing_are_learned(app, judged, bob):
    app.config["BLOCKED_WORDS"] = ("quagmire",)
    show_oneself(bob, about="Zanzibar quagmire xylophone")
    decide(judged, "report-1", "spam")
    decision = "SELECT is_spam FROM spam_decision WHERE subject = 'person:2'"
    assert rows(app, decision) == [{"is_spam": 1}]
    assert list_reports(app) == []
    judged.post("/admin/cleanups/1/undo")
    assert rows(app, decision) == []


def test_readers_and_the_blog_may_both_report_somebody(app, judged, bob):
    register(app, "carol")
    carol = log_in(app, "carol")
    show_oneself(bob, about=BAD)
    carol.post("/report/person/2", data={"reason": "Nothing but advertising."})
    assert [r["reporter_id"] for r in list_reports(app)] == [None, 3]
    page = judged.get(QUEUE).text
    assert "Nothing but advertising." in page
    assert "The filter takes it for spam" in page
    decide(judged, "report-1", "suspend", "Advertising.")
    assert list_reports(app) == []

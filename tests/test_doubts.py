"""What makes a text wait that is not a newcomer's: blocked words, the spam filter, and
what programs do that fill in forms."""

import pytest

from flaskr.data import spam_filter
from flaskr.web import spam_signals

from .conftest import ago
from .conftest import PASSWORD
from .conftest import rows
from .conftest import titles
from .conftest import write
from .test_admin import owner  # noqa: F401
from .test_newcomers import decide

QUEUE = "/admin/queue"
SPAM = "Cheap watches and pills at the best casino"
HAM = "I baked bread with rye flour and a pinch of salt"


@pytest.fixture
def known(app, owner, bob, execute):  # noqa: F811
    """The browser of Bob, who has written here for long."""
    write(owner, "Hello")
    write(bob, "Old")
    execute(app, f"UPDATE post SET created = '{ago(days=90)}' WHERE author_id = 2")
    return bob


def teach(app, number=8):
    with app.app_context():
        for n in range(number):
            spam_filter.learn(f"post:{100 + n}", f"{SPAM} number {n}", is_spam=True)
            spam_filter.learn(f"post:{200 + n}", f"{HAM} number {n}", is_spam=False)


def test_a_blocked_word_has_anybodys_text_wait(app, owner, known, client):  # noqa: F811
    app.config["BLOCKED_WORDS"] = ["casino", "evil.example"]
    write(known, "New", "The best ＣＡＳＩＮＯ.")
    known.post("/1/comment", data={"comment": "See www.evil.example."})
    known.post("/1/comment", data={"comment": "All is well."})
    assert titles(client.get("/")) == ["Hello", "Old"]
    page = owner.get(QUEUE).text
    assert "With a blocked word" in page
    assert "<bdi>casino</bdi>" in page and "<bdi>evil.example</bdi>" in page
    assert "All is well." in client.get("/1-hello").text
    # Editors and owners may say it.
    write(owner, "On casinos", "A casino.")
    assert titles(client.get("/"))[0] == "On casinos"


def test_a_blocked_tag_has_a_post_wait(app, owner, known, client):  # noqa: F811
    known.post("/create", data={"title": "Plain", "body": "x", "tags": "tea"})
    known.post("/create", data={"title": "Draft", "body": "x", "draft": "1"})
    app.config["BLOCKED_WORDS"] = ["casino"]
    known.post("/create", data={"title": "New", "body": "x", "tags": "tea, CASINO"})
    known.post("/3/update", data={"title": "Plain", "body": "x", "tags": "casino"})
    changed = {"title": "Draft", "body": "x", "tags": "casino", "draft": "1"}
    known.post("/4/update", data=changed)
    known.post("/4/publish")
    assert titles(client.get("/")) == ["Hello", "Old"]
    assert "asino" not in client.get("/tags").text
    assert owner.get(QUEUE).text.count("Blocked word</span> <bdi>casino</bdi>") == 3


def test_what_the_filter_takes_for_spam_waits(app, owner, known, client):  # noqa: F811
    teach(app)
    write(known, "Buy", SPAM)
    write(known, "Bread", HAM)
    assert titles(client.get("/")) == ["Bread", "Hello", "Old"]
    page = owner.get(QUEUE).text
    assert "The filter takes it for spam" in page
    assert "For spam:" in page and "<bdi>casino</bdi>" in page


def test_a_filter_that_knows_little_has_no_say(app, known, client):
    teach(app, number=4)
    write(known, "Buy", SPAM)
    assert titles(client.get("/"))[0] == "Buy"


def test_the_filter_learns_from_what_is_approved(app, owner, known):  # noqa: F811
    app.config["NEWCOMER_APPROVAL"] = "all"
    teach(app)
    write(known, "Buy", SPAM)
    known.post("/1/comment", data={"comment": SPAM})
    decide(owner, "comment-1")
    decide(owner, "post-3")
    subjects = rows(app, "SELECT subject, is_spam FROM spam_decision")
    found = {row["subject"]: row["is_spam"] for row in subjects}
    assert found["post:3"] == 0 and found["comment:1"] == 0


def test_the_filter_learns_from_a_cleanup_and_forgets_when_it_is_undone(
    app,
    owner,  # noqa: F811
    known,
):
    known.post("/1/comment", data={"comment": SPAM})
    app.config["BLOCKED_WORDS"] = ["casino"]
    known.post("/1/comment", data={"comment": f"Once more: {SPAM}"})
    owner.post("/admin/cleanups", data={"person": ["2"]})
    found = {r["subject"] for r in rows(app, "SELECT subject FROM spam_decision")}
    assert found == {"post:2", "comment:1", "waiting:1"}
    owner.post("/admin/cleanups/1/undo")
    assert rows(app, "SELECT 1 FROM spam_decision") == []
    assert rows(app, "SELECT 1 FROM spam_word") == []


def test_the_filter_learns_from_a_report_that_is_dismissed(app, owner, known, bob):  # noqa: F811
    client = app.test_client()
    client.post("/auth/register", data={"username": "carol", "password": PASSWORD})
    client.post("/report/post/2", data={"reason": "Spam!"})
    decide(owner, "report-1", "dismiss")
    [row] = rows(app, "SELECT subject, is_spam FROM spam_decision")
    assert (row["subject"], row["is_spam"]) == ("post:2", 0)


def test_a_comment_of_a_newcomers_program_waits(app, owner, bob, client):  # noqa: F811
    write(owner, "Hello")
    bob.post("/1/comment", data={"comment": "Nice!", spam_signals.DECOY: "x"})
    assert "Nice!" not in client.get("/1-hello").text
    assert "A field that people don’t see was filled in." in owner.get(QUEUE).text


def test_what_looks_like_a_program_does_not_count_for_others(known, client):
    known.post("/1/comment", data={"comment": "Nice!", spam_signals.DECOY: "x"})
    assert "Nice!" in client.get("/1-hello").text


def test_a_program_that_registers_has_to_be_let_in(app, owner):  # noqa: F811
    client = app.test_client()
    data = {"username": "carol", "password": PASSWORD, spam_signals.DECOY: "x"}
    assert client.post("/auth/register", data=data).location == "/auth/waiting"
    page = owner.get(QUEUE).text
    assert "carol" in page and "A field that people don’t see was filled in." in page
    decide(owner, "application-3")
    assert "You can log in now" in client.get("/auth/waiting").text


@pytest.mark.parametrize("text", ["casino", SPAM])
def test_nothing_waits_where_nobody_could_approve_it(app, bob, client, text):
    """But for what newcomers write, if a setting says so."""
    app.config["BLOCKED_WORDS"] = ["casino"]
    teach(app)
    data = {"title": "New", "body": text, spam_signals.DECOY: "x"}
    bob.post("/create", data=data)
    assert titles(client.get("/")) == ["New"]
    carol = app.test_client()
    data = {"username": "carol", "password": PASSWORD, spam_signals.DECOY: "x"}
    assert carol.post("/auth/register", data=data).location == "/auth/login"

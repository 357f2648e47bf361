"""What was taken back as spam, and undone, stands as before: for whoever looks."""

import re

import pytest

from flaskr.data import users
from flaskr.web import schedule

from .conftest import ago
from .conftest import fields_of
from .conftest import log_in
from .conftest import PASSWORD
from .conftest import register
from .conftest import rows
from .conftest import titles
from .conftest import write
from .test_admin import owner  # noqa: F401
from .test_draft_links import make_link
from .test_drafts import save_draft
from .test_newcomers import decide
from .test_notices import feed_of
from .test_reports import report
from .test_schedule import schedule_post

VISITOR = [
    *("/", "/feed.atom", "/archive", "/tags", "/tag/bread", "/search?q=bread"),
    *("/author/bob", "/author/bob/feed.atom", "/comments/feed.atom", "/sitemap.xml"),
    *("/sitemap-1.xml", "/author/carol"),
]
AUTHOR = [
    *("/account/", "/account/texts", "/account/bin", "/account/likes"),
    *("/account/notices", "/account/invitations", "/account/images", "/2/update"),
]
MODERATOR = [
    *("/admin/queue", "/admin/people", "/admin/links", "/admin/spam"),
    *("/admin/numbers", "/account/notices"),
]

# What is another one at each look: names of forms, when somebody logged in, and when
# something public last changed.
FLEETING = (
    r'(name="(form_id|form|sent|shown)" value|data-form)="[^"]*"',
    r"<updated>[^<]*</updated>|(logged in|last active) <time[^>]*>[^<]*",
)


@pytest.fixture
def carol(app):
    """The browser of Carol, who reads."""
    register(app, "carol")
    return log_in(app, "carol")


@pytest.fixture
def links(app, owner, bob, carol):  # noqa: F811
    """Addresses that work without an account, on a blog where Bob has a text of each
    kind."""
    app.config["REGISTRATION"] = "invitation"
    app.config["BLOCKED_WORDS"] = ["casino"]
    write(owner, "Hello", "Bread?")
    owner.post("/1/comment", data={"comment": "Questions?"})
    carol.post("/1/comment", data={"comment": "None."})
    found = write_posts(bob, owner, carol)
    write_comments(bob, owner, carol)

    for subject in ("person/2", "post/2", "comment/5"):
        report(carol, subject)

    # A comment of somebody else on a post of his, and what he reports.
    report(owner, "comment/3")
    report(bob, "post/1")
    bob.post("/1/like")
    found.append(feed_of(bob))
    bob.post("/account/invitations")
    page = bob.post("/account/invitations").text
    found.append(re.search(r'value="http://localhost(/link/[^"]+)"', page)[1])
    return found


def write_posts(bob, owner, carol):  # noqa: F811
    """Posts from the second on; return the links to drafts of them."""
    data = {"title": "Bread", "body": "Rye bread.", "tags": "bread, rye"}
    bob.post("/create", data=data)
    bob.post("/2/update", data={**data, "body": "Rye bread, and **salt**."})
    carol.post("/2/comment", data={"comment": "Which bread?"})
    bob.post("/comment/3/reply", data={"comment": "Rye."})
    carol.post("/2/like")
    bob.post("/2/comments/close")
    draft = save_draft(bob, title="Draft")
    schedule_post(bob, title="Scheduled")
    waits = {"title": "Casino bread", "body": "Rye.", "tags": "bread"}
    bob.post("/create", data=waits)
    schedule_post(bob, title="Casino later")
    bob.post("/create", data={**waits, "title": "Refused casino"})
    decide(owner, "post-7", "refuse", "Not here.")
    bob.post("/create", data={**waits, "title": "Approved casino"})
    decide(owner, "post-8")
    write(bob, "Withdrawn", "Rye bread.")
    bob.post("/9/withdraw")
    write(bob, "Deleted")
    bob.post("/10/delete")
    # A draft of a draft, which is in no table of posts.
    form = fields_of(bob.get("/2/update").text, "/2/update?send")
    bob.post("/2/working-copy", data={**form, "title": "Bread", "body": "Half"})
    return [make_link(bob, draft), make_link(bob, 9)]


def write_comments(bob, owner, carol):  # noqa: F811
    """Comments from the fifth on, below the first post."""
    bob.post("/1/comment", data={"comment": "Fresh bread."})
    owner.post("/comment/5/reply", data={"comment": "Where?"})
    bob.post("/comment/1/reply", data={"comment": "Where, indeed?"})
    # One that is removed keeps its place for a reply.
    carol.post("/1/comment", data={"comment": "Rude."})
    bob.post("/comment/8/reply", data={"comment": "No need."})
    owner.post("/comment/8/remove")
    bob.post("/1/comment", data={"comment": "A casino waits."})
    bob.post("/comment/1/reply", data={"comment": "No casino."})
    decide(owner, "comment-2", "refuse", "No.")
    bob.post("/comment/2/reply", data={"comment": "Approved casino."})
    decide(owner, "comment-3")


def look(app, bob, owner, links):  # noqa: F811
    """All that a visitor, Bob and a moderator can see, by who and where."""
    posts = [f"/{number}" for number in range(1, 11)]
    histories = [f"{post}/history" for post in posts]
    # Messages are shown once.
    for client in (bob, owner):
        client.get("/")

    pages = {
        "visitor": (app.test_client(), VISITOR + posts + links),
        "author": (bob, AUTHOR + posts + histories),
        "moderator": (owner, MODERATOR + posts + histories),
    }
    return {
        (who, address): read(client, address)
        for who, (client, addresses) in pages.items()
        for address in addresses
    }


def read(client, address):
    """A page, or that there is none, without what is fleeting."""
    response = client.get(address, follow_redirects=True)
    text = response.text

    for pattern in FLEETING:
        text = re.sub(pattern, "", text)

    return response.status_code, response.request.path, text


def check_kinds(seen):
    """Whether there is something of each kind, where it should be."""
    _status, _address, queue = seen["moderator", "/admin/queue"]
    reported = ("Rye bread, and", "Fresh bread.", "Which bread?", "bob")
    assert all(text in queue for text in ("Casino later", "A casino waits.", *reported))
    texts, page = seen["author", "/account/texts"][2], seen["visitor", "/1"][2]
    assert all(text in texts for text in ("Not here.", "Scheduled", "No casino."))
    assert "Deleted" in seen["author", "/account/bin"][2]
    assert "No need." in page and "Approved casino." in page
    assert "Removed by" in page and "1 person likes this" in page
    assert "Half" in seen["author", "/2/update"][2]


def press_spam(moderator):
    moderator.post("/admin/cleanups", data={"person": ["2"]})


def press_undo(moderator):
    page = moderator.get("/admin/log").text
    moderator.post(re.search(r"/admin/cleanups/\d+/undo", page)[0])
    assert "Everything is back." in moderator.get("/admin/log").text


def test_undone_spam_stands_as_before_for_everybody(app, owner, bob, links, execute):  # noqa: F811
    # Whoever wrote what when must come back, too.
    for table in ("post", "comment", "waiting_post", "waiting_comment", "report"):
        public = " WHERE drafted IS NULL OR id = 9" if table == "post" else ""
        execute(app, f"UPDATE {table} SET created = '2020-01-01 00:00:00'{public}")

    before = look(app, bob, owner, links)
    check_kinds(before)
    press_spam(owner)
    assert [app.test_client().get(link).status_code for link in links] == [404] * 4
    press_undo(owner)
    after = look(app, log_in(app, "bob"), owner, links)
    assert {where for where in before if before[where] != after[where]} == set()
    assert all(after["visitor", link][0] == 200 for link in links)


def test_undone_spam_is_known_to_the_filter_as_before(app, owner, bob, links):  # noqa: F811
    decisions = "SELECT subject, is_spam, decided, words FROM spam_decision ORDER BY 1"
    words = "SELECT hash, spam, ham FROM spam_word ORDER BY hash"
    before = rows(app, decisions), rows(app, words)
    assert {row["subject"] for row in before[0]} == {"post:8", "comment:10"}
    press_spam(owner)
    assert len(rows(app, decisions)) > 10
    press_undo(owner)
    assert (rows(app, decisions), rows(app, words)) == before


def test_undone_spam_that_was_approved_waits_no_more(app, owner, bob, links):  # noqa: F811
    press_spam(owner)
    press_undo(owner)
    app.config["NEWCOMER_APPROVAL"] = "all"
    update = {"title": "Approved", "body": "Rye, too.", "tags": ""}
    bob = log_in(app, "bob")
    bob.post("/8/update", data=update)
    assert "Rye, too." in app.test_client().get("/8-approved").text


def test_undone_spam_is_published_that_was_due_meanwhile(
    app,
    owner,  # noqa: F811
    bob,
    client,
    execute,
    monkeypatch,
):
    monkeypatch.setattr(schedule, "TRY_EVERY", 0)
    schedule_post(bob, title="Scheduled")
    press_spam(owner)
    execute(app, f"UPDATE binned_post SET due = '{ago(minutes=1)}'")
    assert titles(client.get("/")) == []
    press_undo(owner)
    assert titles(client.get("/")) == ["Scheduled"]


def test_undone_spam_of_who_was_suspended_since_stays_unseen(
    app,
    owner,  # noqa: F811
    bob,
    links,
    execute,
):
    press_spam(owner)
    owner.post("/admin/people/2/suspend", data={"reason": "Rude"})
    execute(app, f"UPDATE suspension SET suspended = '{ago(seconds=-5)}'")
    press_undo(owner)
    assert rows(app, "SELECT 1 FROM post WHERE due IS NOT NULL") == []
    assert [app.test_client().get(link).status_code for link in links] == [404] * 4


def test_undone_spam_of_who_was_suspended_before_is_as_it_was(app, owner, bob, execute):  # noqa: F811
    write(bob, "Bread")
    execute(app, f"UPDATE post SET created = '{ago(hours=1)}'")
    owner.post("/admin/people/2/suspend", data={"reason": "Rude"})
    owner.post("/1/withdraw")
    link = make_link(owner)
    press_spam(owner)
    assert "bob" in owner.get("/admin/log").text
    press_undo(owner)
    assert app.test_client().get(link).status_code == 200
    assert [r["reason"] for r in rows(app, "SELECT reason FROM suspension")] == ["Rude"]


def test_undone_spam_is_reported_by_nobody_who_left(app, owner, bob, carol, links):  # noqa: F811
    press_spam(owner)
    data = {"password": PASSWORD, "posts": "keep", "confirm": "1"}
    assert carol.post("/account/close", data=data).status_code == 302
    assert rows(app, "SELECT 1 FROM cleanup_row WHERE user_id = 3") == []
    press_undo(owner)
    reporters = rows(app, "SELECT reporter_id FROM report WHERE closed IS NULL")
    assert {row["reporter_id"] for row in reporters} == {1, 2}


def test_undone_spam_leaves_out_what_hung_on_what_is_gone(
    app,
    owner,  # noqa: F811
    bob,
    links,
    execute,
):
    press_spam(owner)
    # Another one has the number of a post, and the one is gone on which others hung.
    execute(
        app,
        "INSERT INTO post (id, author_id, title, body) VALUES (2, 1, 'Other', 'Text')",
    )
    owner.post("/1/delete")
    execute(app, "DELETE FROM binned_post WHERE post_id = 1")
    execute(app, "UPDATE one_time_link SET made_by = NULL")
    owner.post("/admin/cleanups/1/undo")
    assert "“Bread”" in owner.get("/admin/log").text
    open_ = rows(app, "SELECT person_id FROM report WHERE closed IS NULL")
    assert open_ == [{"person_id": 2}]
    assert rows(app, "SELECT 1 FROM comment") == []


def test_undone_spam_forgets_who_did_something_and_left(app, owner, bob, execute):  # noqa: F811
    app.config["BLOCKED_WORDS"] = ["casino"]
    bob.post("/create", data={"title": "Casino", "body": "Bread."})
    decide(owner, "post-1", "refuse", "No.")
    press_spam(owner)
    row = "content = replace(content, '\"refused_by\": 1', '\"refused_by\": 99')"
    execute(app, f"UPDATE cleanup_row SET {row}")
    press_undo(owner)
    [post] = rows(app, "SELECT refused_by, answer FROM waiting_post")
    assert post == {"refused_by": None, "answer": "No."}


@pytest.mark.parametrize("content", ["{", "null", "[]", "{}", "7"])
def test_undone_spam_leaves_out_what_is_damaged(app, owner, bob, content, execute):  # noqa: F811
    write(bob, "Bread")
    feed_of(bob)
    press_spam(owner)
    execute(app, "UPDATE cleanup_row SET content = ?", content)
    press_undo(owner)
    assert rows(app, "SELECT title FROM post") == [{"title": "Bread"}]
    assert rows(app, "SELECT 1 FROM suspension") == []


def test_undone_spam_opens_no_feed_of_an_older_password(app, owner, bob):  # noqa: F811
    feed = feed_of(bob)
    press_spam(owner)
    with app.app_context():
        users.set_password(2, "scrypt:1:1:1$x$y")
    press_undo(owner)
    assert app.test_client().get(feed).status_code == 404


def test_undone_spam_counts_nowhere(app, owner, bob, carol):  # noqa: F811
    write(bob, "Bread")
    press_spam(owner)
    press_undo(owner)
    report(carol, "post/1")
    assert "taken back" not in owner.get("/admin/queue").text

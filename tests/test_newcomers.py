"""What newcomers write waits for an editor, where the settings say so."""

import re

import pytest

from flaskr.data import queue

from .conftest import ago
from .conftest import fields_of
from .conftest import log_in
from .conftest import rows
from .conftest import titles
from .conftest import write
from .test_admin import fresh_link
from .test_admin import owner  # noqa: F401
from .test_applications import ask
from .test_one_time_links import path_in
from .test_one_time_links import run

QUEUE = "/admin/queue"
LINKS = "See [this](https://spam.example)."


@pytest.fixture
def careful(app, owner):  # noqa: F811
    """The browser of Alice, who reads what newcomers write before others can."""
    app.config["NEWCOMER_APPROVAL"] = "all"
    write(owner, "Hello")
    return owner


def decide(moderator, name, decision="approve", reason="", seen=""):
    kind, id = name.split("-")
    data = {"decision": decision, "reason": reason, "seen": seen}
    return moderator.post(f"{QUEUE}/{kind}/{id}", data=data)


def test_a_post_of_a_newcomer_waits(app, careful, bob, client):
    answer = bob.post("/create", data={"title": "First", "body": "Text"})
    assert answer.location == "/2-first"
    page = bob.get("/2-first").text
    assert "An editor reads it before others can" in page
    assert "waits for an editor" in page
    assert titles(client.get("/")) == ["Hello"]
    assert client.get("/2-first").status_code == 404
    assert "First" in bob.get("/account/texts").text
    assert "First" in careful.get(QUEUE).text
    assert "Text" in careful.get("/2-first").text
    decide(careful, "post-2")
    assert titles(client.get("/")) == ["First", "Hello"]
    # From now on, nothing of Bob's waits.
    write(bob, "Second")
    assert titles(client.get("/")) == ["Second", "First", "Hello"]


def test_a_comment_of_a_newcomer_waits(app, careful, bob, client):
    answer = bob.post("/1/comment", data={"comment": "Well said."})
    assert answer.location == "/account/texts#waiting"
    page = bob.get("/account/texts").text
    assert "Well said." in page and "An editor reads it" in page
    assert "Well said." not in client.get("/1-hello").text
    assert "Well said." not in client.get("/comments/feed.atom").text
    assert "Well said." in careful.get(QUEUE).text
    decide(careful, "comment-1")
    assert "Well said." in client.get("/1-hello").text
    assert "Well said." not in bob.get("/account/texts").text


def test_a_reply_that_waits_becomes_a_reply(app, careful, bob, client):
    careful.post("/1/comment", data={"comment": "Questions?"})
    bob.post("/comment/1/reply", data={"comment": "One."})
    decide(careful, "comment-1")
    [reply] = rows(app, "SELECT parent_id FROM comment WHERE body = 'One.'")
    assert reply["parent_id"] == 1


def test_a_comment_that_is_sent_twice_waits_once(app, careful, bob):
    for text in ("Well sad.", "Well sad.", "Well said."):
        bob.post("/1/comment", data={"comment": text})

    assert [r["body"] for r in rows(app, "SELECT body FROM waiting_comment")] == [
        "Well said."
    ]


def test_a_form_that_is_sent_twice_waits_once(app, careful, bob):
    form = fields_of(bob.get("/create").text, "/create?send")
    data = {**form, "title": "First", "body": "Text", "publish": "1"}
    first = bob.post("/create", data=data)
    assert bob.post("/create", data=data).location == first.location
    assert len(rows(app, "SELECT 1 FROM waiting_post")) == 1
    assert "An editor reads it" in bob.get(first.location).text


@pytest.mark.parametrize("text", ["No links.", "[here](/1-hello)"])
def test_with_links_only_what_has_links_waits(app, careful, bob, client, text):
    app.config["NEWCOMER_APPROVAL"] = "links"
    write(bob, "Plain", text)
    assert titles(client.get("/")) == ["Plain", "Hello"]
    bob.post("/1/comment", data={"comment": text})
    assert rows(app, "SELECT 1 FROM waiting_comment") == []


@pytest.mark.parametrize(
    "text",
    [
        *(LINKS, "https://spam.example", "www.spam.example", "<HTTP://spam.example>"),
        *("![](//spam.example/a.png)", "[x]: https://spam.example\n\nSee [x]."),
    ],
)
def test_links_of_all_kinds_wait(app, careful, bob, client, text):
    app.config["NEWCOMER_APPROVAL"] = "links"
    write(bob, "Spam", text)
    bob.post("/1/comment", data={"comment": text})
    assert titles(client.get("/")) == ["Hello"]
    assert len(rows(app, "SELECT 1 FROM waiting_comment")) == 1


def test_links_in_tags_wait(app, careful, bob, client):
    app.config["NEWCOMER_APPROVAL"] = "links"
    data = {"title": "Plain", "body": "x", "tags": "tea, www.spam.example"}
    bob.post("/create", data=data)
    assert titles(client.get("/")) == ["Hello"]


def test_links_that_come_later_wait_too(app, careful, bob, client):
    app.config["NEWCOMER_APPROVAL"] = "links"
    write(bob, "Plain", "No links.")
    bob.post("/2/update", data={"title": "Plain", "body": LINKS})
    assert titles(client.get("/")) == ["Hello"]
    assert "waits for an editor" in bob.get("/2-plain").text
    decide(careful, "post-2", "refuse", "No advertising.")
    page = bob.get("/2-plain").text
    assert "did not approve" in page and "No advertising." in page
    # What was public before can be so again.
    bob.post("/2/update", data={"title": "Plain", "body": "No links.", "publish": "1"})
    assert titles(client.get("/")) == ["Plain", "Hello"]


def test_an_older_version_with_links_waits(app, careful, bob, client):
    app.config["NEWCOMER_APPROVAL"] = "links"
    bob.post("/create", data={"title": "Plain", "body": LINKS, "draft": "1"})
    bob.post("/2/update", data={"title": "Plain", "body": "None.", "publish": "1"})
    assert titles(client.get("/")) == ["Plain", "Hello"]
    [version] = rows(app, "SELECT min(version) AS n FROM revision WHERE post_id = 2")
    bob.post(f"/2/history/{version['n']}/restore")
    assert titles(client.get("/")) == ["Hello"]


def test_a_comment_can_not_become_what_would_wait(app, careful, bob):
    app.config["NEWCOMER_APPROVAL"] = "links"
    bob.post("/1/comment", data={"comment": "Plain."})
    answer = bob.post("/comment/1/update", data={"comment": LINKS})
    assert answer.status_code == 422
    assert "Write it as another comment." in answer.text and LINKS in answer.text
    assert rows(app, "SELECT body FROM comment")[0]["body"] == "Plain."


def test_a_scheduled_post_waits_for_its_time_and_for_an_editor(
    app, careful, bob, client
):
    due = {"schedule": "1", "due": "2199-01-01T00:00", "zone": "UTC"}
    # Ten years ahead are too many.
    due["due"] = ago(days=-3)[:16].replace(" ", "T")
    bob.post("/create", data={"title": "Later", "body": "Text", **due})
    assert "To be published at" in careful.get(QUEUE).text
    assert rows(app, "SELECT due FROM post WHERE id = 2")[0]["due"] is None
    decide(careful, "post-2")
    assert rows(app, "SELECT due FROM post WHERE id = 2")[0]["due"] is not None
    assert titles(client.get("/")) == ["Hello"]


def test_a_scheduled_post_that_is_approved_too_late_is_public_at_once(
    app, careful, bob, client, execute
):
    due = {"schedule": "1", "due": ago(days=-1)[:16].replace(" ", "T"), "zone": "UTC"}
    bob.post("/create", data={"title": "Later", "body": "Text", **due})
    execute(app, "UPDATE waiting_post SET due = '2020-01-01 00:00:00'")
    decide(careful, "post-2")
    assert titles(client.get("/")) == ["Later", "Hello"]


def test_the_button_of_a_draft_publishes_nothing_either(app, careful, bob, client):
    bob.post("/create", data={"title": "First", "body": "Text", "draft": "1"})
    assert rows(app, "SELECT 1 FROM waiting_post") == []
    bob.post("/2/publish")
    assert titles(client.get("/")) == ["Hello"]
    assert "First" in careful.get(QUEUE).text
    # Saved as a draft, it does not wait any more.
    bob.post("/2/update", data={"title": "First", "body": "More", "draft": "1"})
    assert "Nothing waits." in careful.get(QUEUE).text
    bob.post("/2/update", data={"title": "First", "body": "More", "publish": "1"})
    assert "More" in careful.get(QUEUE).text
    assert titles(client.get("/")) == ["Hello"]


@pytest.mark.parametrize("table", ["post", "comment"])
def test_who_wrote_long_ago_is_no_newcomer(app, careful, bob, client, execute, table):
    app.config["NEWCOMER_APPROVAL"] = "none"
    write(bob, "Old")
    bob.post("/1/comment", data={"comment": "Old."})
    execute(app, f"UPDATE {table} SET created = '{ago(days=31)}' WHERE author_id = 2")
    app.config["NEWCOMER_APPROVAL"] = "all"
    write(bob, "New")
    assert "New" in titles(client.get("/"))


def test_editors_do_not_wait(app, careful, client):
    write(careful, "Mine", LINKS)
    assert titles(client.get("/")) == ["Mine", "Hello"]


def test_a_refused_comment_goes_back_with_the_answer(app, careful, bob, execute):
    bob.post("/1/comment", data={"comment": "Well said."})
    decide(careful, "comment-1", "refuse", "Say more.")
    page = bob.get("/account/texts").text
    assert "Well said." in page and "Say more." in page and "Not approved" in page
    assert "Nothing waits." in careful.get(QUEUE).text
    assert bob.post("/account/texts/comments/1/remove").status_code == 302
    assert "Well said." not in bob.get("/account/texts").text
    # Nobody else removes one.
    bob.post("/1/comment", data={"comment": "Another."})
    assert careful.post("/account/texts/comments/2/remove").status_code == 404
    decide(careful, "comment-2", "refuse")
    execute(app, "UPDATE waiting_comment SET refused = '2020-01-01 00:00:00'")
    write(careful, "Any")
    assert rows(app, "SELECT 1 FROM waiting_comment") == []


def test_a_comment_waits_while_its_post_is_in_the_bin(app, careful, bob, client):
    bob.post("/1/comment", data={"comment": "Well said."})
    careful.post("/1/delete")
    assert "On a post that is gone" in careful.get(QUEUE).text
    answer = decide(careful, "comment-1")
    assert answer.status_code == 422
    assert "The comment still waits" in answer.text
    careful.post("/account/bin/1/restore")
    decide(careful, "comment-1")
    assert "Well said." in client.get("/1-hello").text


def test_a_comment_that_waits_goes_with_its_post(app, careful, bob):
    bob.post("/1/comment", data={"comment": "Well said."})
    careful.post("/1/delete")
    careful.post("/account/bin/1/delete")
    assert rows(app, "SELECT 1 FROM waiting_comment") == []


def test_several_are_approved_at_once(app, careful, bob, client):
    bob.post("/1/comment", data={"comment": "One thing to say."})
    bob.post("/create", data={"title": "First", "body": "Text"})
    bob.post("/create", data={"title": "Second", "body": "Words"})
    page = careful.get(f"{QUEUE}?all=1").text
    assert page.count(" checked>") == 3
    items = ["comment-1", "post-2", "post-3", "post-99", "nonsense", "post-x"]
    careful.post(QUEUE, data={"decision": "approve", "item": items})
    assert titles(client.get("/")) == ["Second", "First", "Hello"]
    page = careful.get(QUEUE).text
    assert "Nothing waits." in page and "3 approved." in page


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"decision": "approve"}, 422),
        ({"decision": "spam"}, 422),
        ({"decision": "nothing", "item": "post-2"}, 400),
        ({}, 400),
    ],
)
def test_several_are_nothing_without_a_selection(careful, data, status):
    assert careful.post(QUEUE, data=data).status_code == status


def test_one_that_can_not_be_approved_keeps_nothing_from_the_others(
    app, careful, bob, client
):
    bob.post("/1/comment", data={"comment": "One thing to say."})
    bob.post("/create", data={"title": "First", "body": "Text"})
    careful.post("/1/comments/close")
    data = {"decision": "approve", "item": ["comment-1", "post-2"]}
    careful.post(QUEUE, data=data)
    assert titles(client.get("/")) == ["First", "Hello"]
    page = careful.get(QUEUE).text
    assert "The comment still waits" in page and "1 approved." in page


def test_several_are_taken_back_as_spam_at_once(app, careful, bob):
    bob.post("/1/comment", data={"comment": "One thing to say."})
    bob.post("/create", data={"title": "First", "body": "Text"})
    data = {"decision": "spam", "item": ["comment-1", "post-2"]}
    assert careful.post(QUEUE, data=data).location == QUEUE
    assert "Nothing waits." in careful.get(QUEUE).text
    assert "suspended" in bob.get("/create").text


@pytest.fixture
def waiting(app, bob):
    """A post, a comment and somebody who asked to join wait."""
    bob.post("/1/comment", data={"comment": "Well said."})
    bob.post("/create", data={"title": "First", "body": "Text"})
    app.config["REGISTRATION"] = "approval"
    ask(app)


@pytest.mark.parametrize("decision", ["approve", "refuse"])
@pytest.mark.parametrize("name", ["post-2", "comment-1", "application-3"])
def test_of_two_who_decide_at_once_the_second_is_told(
    app, careful, waiting, monkeypatch, name, decision
):
    kind, id = name.split("-")

    with app.app_context():
        found = queue.find(kind, int(id))

    assert decide(careful, name, decision, "Not here.").status_code == 302
    assert decide(careful, name, decision, "Not here.").location == QUEUE
    # Both had found it before either decided.
    monkeypatch.setattr(queue, "find", lambda kind, id: found)
    answer = decide(careful, name, decision, "Not here.")
    assert answer.status_code == 422
    assert "somebody else was first" in answer.text


@pytest.mark.parametrize("name", ["post-2", "comment-1", "application-3"])
def test_a_decision_that_is_none_decides_nothing(app, careful, waiting, name):
    assert decide(careful, name, "nothing").status_code == 400
    assert decide(careful, name, "refuse", "x" * 501).status_code == 422
    assert decide(careful, "nothing-1").location == QUEUE
    assert len(rows(app, "SELECT 1 FROM waiting_post")) == 1
    assert len(rows(app, "SELECT 1 FROM waiting_comment")) == 1


def test_a_closed_account_leaves_nothing_in_the_queue(app, careful, bob):
    bob.post("/1/comment", data={"comment": "Well said."})
    bob.post("/create", data={"title": "First", "body": "Text"})
    run = app.test_cli_runner().invoke
    run(args=["user", "remove", "bob", "--posts", "delete", "--yes"])
    assert "Nothing waits." in careful.get(QUEUE).text


def test_a_long_queue_has_pages(app, careful, bob, execute):
    for number in range(25):
        execute(
            app,
            "INSERT INTO waiting_comment (post_id, author_id, body, why, created)"
            f" VALUES (1, 2, 'text {number}', 'newcomer', '{ago(hours=50 - number)}')",
        )

    page = careful.get(QUEUE).text
    assert "25 things wait" in page and "text 0<" in page and "text 19<" in page
    assert "text 20<" not in page
    [link] = [part.split('"')[0] for part in page.split('href="') if "newer=" in part][
        :1
    ]
    page = careful.get(link.replace("&amp;", "&")).text
    assert "text 20<" in page and "text 24<" in page and "text 19<" not in page


def test_editors_see_only_drafts_that_wait(app, careful, bob):
    bob.post("/create", data={"title": "Secret", "body": "Text", "draft": "1"})
    assert careful.get("/2-secret").status_code == 404
    assert log_in(app, "bob").get("/2-secret").status_code == 200


def test_a_draft_whose_form_is_sent_again_to_publish_it_waits(app, careful, bob):
    form = fields_of(bob.get("/create").text, "/create?send")
    data = {**form, "title": "First", "body": "Text"}
    bob.post("/create", data={**data, "draft": "1"})
    bob.post("/create", data={**data, "publish": "1"})
    assert len(rows(app, "SELECT 1 FROM post WHERE author_id = 2")) == 1
    assert "First" in careful.get(QUEUE).text


def find_seen(moderator, name):
    """What the queue says of something to see whether it changes."""
    return re.search(rf'value="{name}\.(\w+)"', moderator.get(QUEUE).text)[1]


CHANGES = {
    "post-2": ("/2/update", {"title": "First", "body": "Cheap watches."}),
    "comment-1": ("/1/comment", {"comment": "Well sold."}),
}


def write_waiting(person):
    person.post("/1/comment", data={"comment": "Well said."})
    person.post("/create", data={"title": "First", "body": "Text", "tags": "one"})


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("decision", ["approve", "refuse"])
def test_what_was_changed_since_it_was_read_is_not_decided(
    app, careful, bob, client, name, decision
):
    write_waiting(bob)
    seen = find_seen(careful, name)
    path, data = CHANGES[name]
    bob.post(path, data=data)
    answer = decide(careful, name, decision, seen=seen)
    assert answer.status_code == 422
    assert "Read it again, and decide then." in answer.text
    [words] = set(data.values()) - {"First"}
    assert words in answer.text
    careful.post(QUEUE, data={"decision": "approve", "item": f"{name}.{seen}"})
    assert "Read it again, and decide then." in careful.get(QUEUE).text
    assert titles(client.get("/")) == ["Hello"]
    assert rows(app, "SELECT 1 FROM comment") == []
    assert decide(careful, name, seen=find_seen(careful, name)).status_code == 302
    assert "Read it again" not in careful.get(QUEUE).text


def test_the_tags_of_a_post_are_read_too(app, careful, bob, client):
    write_waiting(bob)
    seen = find_seen(careful, "post-2")
    bob.post("/2/update", data={"title": "First", "body": "Text", "tags": "watches"})
    assert "watches" in decide(careful, "post-2", seen=seen).text
    assert titles(client.get("/")) == ["Hello"]


def test_a_comment_that_waits_is_read_whole(app, careful, bob):
    bob.post("/1/comment", data={"comment": "Well said. " * 400 + "Cheap watches."})
    assert "Cheap watches." in careful.get(QUEUE).text


def test_an_older_version_of_a_scheduled_post_waits(app, careful, bob, execute):
    app.config["NEWCOMER_APPROVAL"] = "links"
    bob.post("/create", data={"title": "Later", "body": LINKS, "draft": "1"})
    due = {"schedule": "1", "due": ago(days=-1)[:16].replace(" ", "T"), "zone": "UTC"}
    bob.post("/2/update", data={"title": "Later", "body": "None.", **due})
    assert rows(app, "SELECT due FROM post WHERE id = 2")[0]["due"] is not None
    [version] = rows(app, "SELECT min(version) AS n FROM revision WHERE post_id = 2")
    bob.post(f"/2/history/{version['n']}/restore")
    assert rows(app, "SELECT due FROM post WHERE id = 2")[0]["due"] is None
    assert "To be published at" in careful.get(QUEUE).text


def test_links_that_another_browser_saves_meanwhile_wait(app, careful, bob, client):
    app.config["NEWCOMER_APPROVAL"] = "links"
    first, last = "One.\n\n", "\n\nThree."
    data = {"title": "Parts", "body": f"{first}Two.{last}", "draft": "1"}
    bob.post("/create", data=data)
    [post] = rows(app, "SELECT version FROM post WHERE id = 2")
    bob.post("/2/update", data={**data, "body": f"{LINKS}\n\nTwo.{last}"})
    other = {"title": "Parts", "body": f"{first}Two.\n\nFour.", "publish": "1"}
    bob.post("/2/update", data={**other, "version": post["version"]})
    assert LINKS in rows(app, "SELECT body FROM post WHERE id = 2")[0]["body"]
    assert titles(client.get("/")) == ["Hello"]


def test_a_title_hides_no_links(app, careful, bob, client):
    app.config["NEWCOMER_APPROVAL"] = "links"
    write(bob, "~~~", LINKS)
    assert titles(client.get("/")) == ["Hello"]


def test_addresses_of_mail_are_links(app, careful, bob, client):
    app.config["NEWCOMER_APPROVAL"] = "links"
    write(bob, "Spam", "[Buy](mailto:spam@spam.example)")
    assert titles(client.get("/")) == ["Hello"]


def test_a_draft_that_would_wait_has_no_link(app, careful, bob, client):
    app.config["NEWCOMER_APPROVAL"] = "links"
    bob.post("/create", data={"title": "Secret", "body": "Plain", "draft": "1"})
    link = fresh_link(bob.post("/2/links", data={"days": "7"}))
    other = fresh_link(bob.post("/2/links", data={"days": "7"}))
    client.get(link)
    client.post(link)
    assert "Plain" in client.get(link).text
    # It comes later.
    bob.post("/2/update", data={"title": "Secret", "body": LINKS, "draft": "1"})
    for path in (link, other):
        for method in ("GET", "POST"):
            assert client.open(path, method=method).status_code == 404
    bob.post("/2/links", data={"days": "7"})
    assert "this draft can’t have a link yet" in bob.get("/2-secret").text
    assert len(rows(app, "SELECT 1 FROM one_time_link")) == 2
    bob.post("/2/publish")
    decide(careful, "post-2")
    assert client.get(link).status_code == 302


def test_the_command_line_shares_what_would_wait(app, careful, bob, client):
    app.config["NEWCOMER_APPROVAL"] = "all"
    bob.post("/create", data={"title": "Secret", "body": "Plain", "draft": "1"})
    assert client.get(path_in(run(app, "draft-link", "2"))).status_code == 200


@pytest.mark.parametrize(
    ("mode", "data", "waits"),
    [
        ("all", {"about": "Cheap watches."}, True),
        ("all", {"links": "https://spam.example"}, True),
        ("all", {"display_name": "Robert"}, False),
        ("links", {"about": LINKS}, True),
        ("links", {"links": "https://spam.example Watches"}, True),
        ("links", {"about": "I write."}, False),
        ("none", {"about": LINKS, "links": "https://spam.example"}, False),
    ],
)
def test_newcomers_say_of_themselves_what_would_not_wait(
    app, careful, bob, client, mode, data, waits
):
    app.config["NEWCOMER_APPROVAL"] = mode
    answer = bob.post("/account/about", data={"about": "", **data})
    assert answer.status_code == (422 if waits else 302)
    [said] = [*data.values()][:1]
    shown = answer.text if waits else client.get("/author/bob").text
    assert said.split()[0].strip("*") in shown

    if waits:
        assert "Come back to this once a post or comment of yours was" in answer.text
        write_waiting(bob)
        decide(careful, "comment-1") if mode == "all" else None
        app.config["NEWCOMER_APPROVAL"] = mode if mode == "all" else "none"
        answer = bob.post("/account/about", data={"about": "", **data})
        assert answer.status_code == 302


def test_what_newcomers_restore_waits(app, careful, bob, client):
    app.config["NEWCOMER_APPROVAL"] = "none"
    write(bob, "Spam")
    app.config["NEWCOMER_APPROVAL"] = "all"
    careful.post("/2/delete")
    bob.post("/account/bin/1/restore")
    assert titles(client.get("/")) == ["Hello"]
    assert "Spam" in careful.get(QUEUE).text
    assert "An editor reads it" in bob.get("/2-spam").text
    decide(careful, "post-2")
    assert titles(client.get("/")) == ["Spam", "Hello"]


def test_what_editors_restore_is_public(app, careful, bob, client):
    app.config["NEWCOMER_APPROVAL"] = "none"
    write(bob, "Good")
    app.config["NEWCOMER_APPROVAL"] = "all"
    careful.post("/2/delete")
    careful.post("/account/bin/1/restore")
    assert titles(client.get("/")) == ["Good", "Hello"]


def test_a_draft_that_a_script_saves_stays_one(app, careful, bob):
    bob.post("/create", data={"title": "First", "body": "Text", "draft": "1"})
    bob.post("/2/update", data={"title": "First", "body": "More"})
    assert rows(app, "SELECT drafted FROM post WHERE id = 2")[0]["drafted"]
    assert "Nothing waits." in careful.get(QUEUE).text


def test_comments_that_wait_are_limited_as_others_are(app, careful, bob):
    app.config["COMMENTS_PER_PERSON"] = 1
    assert bob.post("/1/comment", data={"comment": "One."}).status_code == 302
    answer = bob.post("/1/comment", data={"comment": "Something else."})
    assert answer.status_code == 429
    assert "Something else." in answer.text


def test_a_public_post_that_is_saved_unchanged_stays_public(app, careful, bob, client):
    app.config["NEWCOMER_APPROVAL"] = "none"
    write(bob, "Plain", "Text.")
    app.config["NEWCOMER_APPROVAL"] = "all"
    bob.post("/2/update", data={"title": "Plain", "body": "Text."})
    assert titles(client.get("/")) == ["Plain", "Hello"]

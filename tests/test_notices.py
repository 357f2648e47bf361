"""What others wrote to somebody, or did to what they wrote: on a page, as a number in
the header, and in a feed of their own."""

import json
import re

import feedparser
import pytest

from flaskr.data import notices
from flaskr.data.roles import Role
from flaskr.db import transaction

from .conftest import log_in
from .conftest import PASSWORD
from .conftest import rows
from .conftest import write
from .test_comment_feeds import comment
from .test_one_time_links import run
from .test_public_version import version
from .test_roles import give_role

PAGE = "/account/notices"


def number_of(client, path="/"):
    """The number in the header of a page, or nothing."""
    page = client.get(path).text
    found = re.search(r'class="new-notices".*?<span>(.*?)</span>', page)
    return found and found[1]


def sentences(client, path=PAGE):
    """What the notices of a page say, with whether each is new."""
    found = re.findall(
        r'<li( class="new")?>\s*<p>.*?<a dir="auto" href="(.*?)">(.*?)</a>',
        client.get(path).text,
        re.S,
    )
    return [(text, bool(new)) for new, _url, text in found]


def texts(client, path=PAGE):
    return [text for text, _new in sentences(client, path)]


def see(client, **data):
    if not data:
        newest = re.search(r'name="newest" value="(\d+)"', client.get(PAGE).text)
        data = {"newest": newest[1]}

    return client.post(f"{PAGE}/seen", data=data)


def notify(app, user_id, kind, **values):
    with app.app_context():
        notices.add(user_id, kind, **{"post_id": 1, **values})


@pytest.fixture
def post(alice):
    write(alice, "Bread & <tea>")


@pytest.fixture
def editor(app):
    client = log_in(app, "erin")
    give_role(app, "erin", Role.EDITOR)
    return client


def test_a_comment_on_ones_post_is_a_notice(alice, bob, post):
    comment(bob, "I **like** it")
    assert sentences(alice) == [("bob commented on “Bread &amp; &lt;tea&gt;”.", True)]
    page = alice.get(PAGE)
    assert "I like it" in page.text
    assert 'href="/comment/1"' in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert "noindex" in page.headers["X-Robots-Tag"]
    assert number_of(alice) == "1"
    assert 'aria-label="1 new notice"' in alice.get("/").text
    assert number_of(bob) is None
    assert texts(bob) == []


def test_a_reply_is_a_notice_to_who_began_and_who_is_answered(app, alice, bob, post):
    carol = log_in(app, "carol")
    comment(bob, "A question")
    comment(alice, "An answer", answers=1)
    comment(carol, "To the answer", answers=2)
    # On one's own post it is one notice, and not two.
    assert texts(alice) == [
        "carol replied to you on “Bread &amp; &lt;tea&gt;”.",
        "bob commented on “Bread &amp; &lt;tea&gt;”.",
    ]
    assert [text.split(" on ")[0] for text in texts(bob)] == [
        "carol replied to you",
        "alice replied to you",
    ]
    assert texts(carol) == []


def test_nobody_is_told_what_they_did(app, alice, post):
    comment(alice, "My own")
    comment(alice, "And again", answers=1)
    alice.post("/comment/2/remove")
    alice.post("/1/update", data={"title": "T", "body": "Changed"})
    alice.post("/1/withdraw")
    alice.post("/1/delete")
    assert rows(app, "SELECT 1 FROM notice") == []


def test_a_form_that_is_sent_twice_is_one_notice(alice, bob, post):
    comment(bob, "Once")
    comment(bob, "Once")
    assert len(texts(alice)) == 1


def test_a_reader_has_notices(app, alice, bob, post):
    give_role(app, "bob", Role.READER)
    comment(bob, "A question")
    comment(alice, "An answer", answers=1)
    assert number_of(bob) == "1"
    assert len(texts(bob)) == 1


def test_what_an_editor_does_is_told_without_a_name(app, alice, bob, editor, post):
    comment(bob, "Rude")
    comment(bob, "Ruder")
    editor.post("/1/update", data={"title": "Bread", "body": "Changed"})
    editor.post("/comment/1/update", data={"comment": "Nice"})
    editor.post("/comment/2/remove")
    assert texts(bob) == [
        "Your comment on “Bread” was removed.",
        "An editor changed your comment on “Bread”.",
    ]
    assert texts(alice)[1:] == ["bob commented on “Bread”."]
    editor.post("/1/withdraw")
    assert texts(alice) == [
        "An editor made your post “Bread” a draft again.",
        "An editor changed your post “Bread”.",
    ]
    # Nobody else is told the title of a draft.
    assert texts(bob) == []
    assert "erin" not in alice.get(PAGE).text + bob.get(PAGE).text
    alice.post("/1/publish")
    editor.post("/1/delete")
    assert texts(alice) == ["An editor moved your post “Bread” to your bin."]
    assert f'href="/account/bin">{texts(alice)[0]}' in alice.get(PAGE).text
    assert texts(bob) == []


def test_saving_what_is_the_same_is_no_notice(app, bob, editor, alice, post):
    comment(bob, "Words")
    editor.post("/comment/1/update", data={"comment": "Words"})
    body = rows(app, "SELECT body FROM post")[0]["body"]
    editor.post("/1/update", data={"title": "Bread & <tea>", "body": body})
    assert texts(bob) == []
    assert len(texts(alice)) == 1


def test_who_wrote_the_post_removes_a_comment_and_it_is_told(alice, bob, post):
    comment(bob, "Rude")
    alice.post("/comment/1/remove")
    assert texts(bob) == ["Your comment on “Bread &amp; &lt;tea&gt;” was removed."]
    assert texts(alice) == []


@pytest.mark.parametrize(
    ("kind", "is_comment", "sentence"),
    [
        ("approved", False, "Your post “Bread &amp; &lt;tea&gt;” was approved."),
        ("approved", True, "Your comment on “Bread &amp; &lt;tea&gt;” was approved."),
        ("refused", False, "Your post “Bread &amp; &lt;tea&gt;” was not approved."),
        (
            "refused_comment",
            False,
            "Your comment on “Bread &amp; &lt;tea&gt;” was not approved.",
        ),
        ("report", False, "The post “Bread &amp; &lt;tea&gt;” was reported."),
        ("report", True, "A comment on “Bread &amp; &lt;tea&gt;” was reported."),
        ("other", False, "Something happened on “Bread &amp; &lt;tea&gt;”."),
    ],
)
def test_an_answer_or_a_report_says_of_what(
    app, alice, bob, post, kind, is_comment, sentence
):
    give_role(app, "alice", Role.OWNER)
    comment(alice, "Mine")
    notify(app, 1, kind, comment_id=1 if is_comment else None, text="It’s <so>.")
    page = alice.get(PAGE).text
    assert texts(alice) == [sentence]
    assert "It’s &lt;so&gt;." in page
    assert ('href="/comment/1"' in page) == (is_comment and kind == "approved")
    assert texts(bob) == []


@pytest.fixture
def approving(app):
    app.config["NEWCOMER_APPROVAL"] = "all"


def decide(client, kind, id, decision, reason=""):
    data = {"decision": decision, "reason": reason}
    assert client.post(f"/admin/queue/{kind}/{id}", data=data).status_code == 302


def test_a_comment_that_waits_is_a_notice_when_approved(
    alice, bob, editor, post, approving
):
    bob.post("/1/comment", data={"comment": "A question"})
    assert texts(alice) == []
    decide(editor, "comment", 1, "approve")
    assert [text.split(" on ")[0] for text in texts(alice)] == ["bob commented"]
    assert [text.split(" on ")[0] for text in texts(bob)] == ["Your comment"]
    assert 'href="/comment/1"' in bob.get(PAGE).text


def test_who_is_refused_is_told_why(alice, bob, editor, post, approving):
    bob.post("/1/comment", data={"comment": "Buy!"})
    decide(editor, "comment", 1, "refuse", "No <ads>.")
    data = {"title": "Mine", "body": "Buy!"}
    bob.post("/create", data=data)
    decide(editor, "post", 2, "refuse", "None here.")
    assert texts(bob) == [
        "Your post “Mine” was not approved.",
        "Your comment on “Bread &amp; &lt;tea&gt;” was not approved.",
    ]
    page = bob.get(PAGE).text
    assert "No &lt;ads&gt;." in page and "None here." in page
    assert 'href="/account/texts">Your comment' in page
    assert texts(alice) == []


def test_a_post_that_waited_is_approved(bob, editor, approving):
    bob.post("/create", data={"title": "Mine", "body": "Words"})
    decide(editor, "post", 1, "approve")
    assert texts(bob) == ["Your post “Mine” was approved."]
    # As one that is due later.
    bob.post("/1/withdraw")
    assert texts(bob) == ["Your post “Mine” was approved."]


def test_a_report_is_told_to_those_who_may_act(app, alice, bob, editor, post):
    comment(alice, "Rude")
    give_role(app, "alice", Role.OWNER)
    bob.post("/report/post/1", data={"reason": "Copied"})
    bob.post("/report/post/1", data={"reason": "Copied, I said"})
    bob.post("/report/comment/1", data={"reason": "Rude"})
    for client in (editor, alice):
        assert texts(client) == [
            "A comment on “Bread &amp; &lt;tea&gt;” was reported.",
            "The post “Bread &amp; &lt;tea&gt;” was reported.",
        ]

    assert 'href="/admin/queue"' in editor.get(PAGE).text
    assert "bob" not in editor.get(PAGE).text.partition("<main")[2]
    assert texts(bob) == []


def test_a_report_about_somebody_is_told_to_those_who_may_act(
    app, alice, bob, editor, post
):
    give_role(app, "alice", Role.OWNER)
    bob.post("/report/person/1", data={"reason": "Rude"})
    assert texts(editor) == ["alice was reported."]
    assert 'href="/admin/queue">alice was' in editor.get(PAGE).text
    assert "bob" not in editor.get(PAGE).text.partition("<main")[2]
    assert texts(alice) == texts(bob) == []
    entries = feedparser.parse(app.test_client().get(feed_of(editor)).data).entries
    assert [entry.title for entry in entries] == ["alice was reported."]
    give_role(app, "erin", Role.AUTHOR)
    assert texts(editor) == []
    give_role(app, "erin", Role.EDITOR)
    give_role(app, "bob", Role.OWNER)
    run(app, "user", "remove", "alice", "--yes")
    assert texts(editor) == []
    assert rows(app, "SELECT 1 FROM notice") == []


@pytest.mark.parametrize("subject", ["post/1", "comment/1", "person/1"])
def test_what_is_reported_again_and_again_is_told_once(
    app, alice, bob, editor, post, subject
):
    comment(alice, "Rude")
    carol = log_in(app, "carol")
    bob.post(f"/report/{subject}", data={"reason": "Rude"})
    assert len(texts(editor)) == 1
    # Seen or not: it is in the queue.
    editor.post(f"{PAGE}/seen", data={"newest": "9"})
    carol.post(f"/report/{subject}", data={"reason": "Rude, too"})
    assert len(texts(editor)) == 1 and number_of(editor) is None
    decide(editor, "report", 1, "dismiss")
    carol.post(f"/report/{subject}", data={"reason": "Rude, still"})
    assert len(texts(editor)) == 2 and number_of(editor) == "1"


def test_what_comes_of_a_report_is_told_without_the_reason(
    app, alice, bob, editor, post
):
    comment(bob, "Rude")
    alice.post("/report/comment/1", data={"reason": "Rude"})
    decide(editor, "report", 1, "delete", "For the log")
    bob.post("/report/post/1", data={"reason": "Copied"})
    decide(editor, "report", 2, "withdraw")
    assert texts(alice) == [
        "An editor made your post “Bread &amp; &lt;tea&gt;” a draft again."
    ]
    alice.post("/1/publish")
    assert [text.split(" on ")[0] for text in texts(bob)] == ["Your comment"]
    assert "For the log" not in bob.get(PAGE).text


def test_reports_are_for_those_who_may_still_act(app, alice, editor, post):
    notify(app, 2, "report")
    notify(app, 2, "report")
    # The same once more is no other notice until the first was seen.
    assert len(texts(editor)) == 1
    give_role(app, "erin", Role.AUTHOR)
    assert texts(editor) == []
    assert number_of(editor) is None


def suspend(app):
    run(app, "user", "suspend", "bob", "--reason", "Spam")


def close(app):
    run(app, "user", "remove", "bob", "--yes")


@pytest.mark.parametrize("end", [suspend, close])
def test_of_who_is_gone_nothing_is_shown(app, alice, bob, post, end):
    comment(bob, "Secret words")
    feed = feed_of(alice)
    end(app)
    assert texts(alice) == []
    assert number_of(alice) is None
    assert "Secret words" not in alice.get(PAGE).text + app.test_client().get(feed).text


def test_of_what_is_removed_nothing_is_shown(alice, bob, post):
    comment(bob, "Secret words")
    comment(alice, "An answer", answers=1)
    bob.post("/comment/1/remove")
    assert texts(alice) == []
    assert len(texts(bob)) == 1
    assert number_of(alice) is None


@pytest.mark.parametrize(
    ("away", "back"),
    [("/1/delete", "/account/bin/1/restore"), ("/1/withdraw", "/1/publish")],
)
def test_what_comes_back_has_its_notices(alice, bob, post, away, back):
    comment(bob, "A question")
    comment(alice, "An answer", answers=1)
    alice.post(away)
    assert texts(alice) == texts(bob) == []
    assert number_of(bob) is None
    alice.post(back)
    assert len(texts(alice)) == len(texts(bob)) == 1
    assert number_of(bob) == "1"


def test_what_was_seen_is_seen_on_all_devices(app, alice, bob, post):
    phone = log_in(app, "alice")
    comment(bob, "One")
    comment(bob, "Two")
    assert number_of(alice) == number_of(phone) == "2"
    # To look at the page, as programs do that load pages in advance, writes nothing.
    assert [new for _text, new in sentences(phone)] == [True, True]
    assert number_of(phone) == "2"
    assert see(phone).location == PAGE
    assert number_of(alice) is number_of(phone) is None
    assert [new for _text, new in sentences(alice)] == [False, False]
    assert "Mark All as Seen" not in alice.get(PAGE).text


def test_what_came_meanwhile_stays_new(alice, bob, post):
    comment(bob, "One")
    newest = re.search(r'name="newest" value="(\d+)"', alice.get(PAGE).text)[1]
    comment(bob, "Two")
    see(alice, newest=newest)
    assert [new for _text, new in sentences(alice)] == [True, False]
    assert number_of(alice) == "1"


def test_nobody_marks_what_is_somebody_elses(app, alice, bob, post):
    comment(bob, "One")
    see(bob, newest="99")
    assert number_of(alice) == "1"


@pytest.mark.parametrize("newest", ["", "x", "-1", "9" * 30, "1\0", None])
def test_what_is_no_number_marks_nothing(alice, bob, post, newest):
    comment(bob, "One")
    data = {"newest": newest} if newest is not None else {"other": ""}
    assert see(alice, **data).status_code == 302
    assert number_of(alice) == "1"


def test_who_is_logged_out_sees_none(app, client, alice, bob, post):
    comment(bob, "One")
    assert client.get(PAGE).location == "/auth/login"
    assert client.post(f"{PAGE}/seen", data={"newest": "9"}).status_code in (302, 401)
    assert number_of(client) is None
    assert number_of(alice) == "1"


def test_the_number_ends_at_99(app, alice, bob, post):
    for id in range(1, 100):
        notify(app, 1, "approved", post_id=1, comment_id=None)
        see(alice, newest="0")
        with app.app_context(), transaction() as db:
            db.execute("UPDATE notice SET seen = '' WHERE id = ?", (id,))

    with app.app_context(), transaction() as db:
        db.execute("UPDATE notice SET seen = NULL")

    assert number_of(alice) == "99"
    notify(app, 1, "refused")
    assert number_of(alice) == "99+"
    assert 'aria-label="99+ new notices"' in alice.get("/").text


def test_pages_go_on_where_others_end(app, alice, bob, post, monkeypatch):
    monkeypatch.setattr(notices.find_page, "__defaults__", (None, 2))

    for word in ("One", "Two", "Three"):
        comment(bob, word)

    page = alice.get(PAGE).text
    assert "Three" in page and "One" not in page
    older = re.search(r'rel="next" href="(.*?)"', page)[1]
    page = alice.get(older).text
    assert "One" in page and "Two" not in page
    assert 'rel="prev"' in page
    assert "There are no older notices" in alice.get(f"{PAGE}?older=x_0").text
    assert alice.get(f"{PAGE}?older=nothing").status_code == 400


def test_only_the_newest_of_90_days_are_kept(app, alice, bob, post, monkeypatch):
    monkeypatch.setattr(notices, "MAX_KEPT", 2)
    comment(bob, "One")
    comment(bob, "Two")

    with app.app_context(), transaction() as db:
        db.execute("UPDATE notice SET created = '2020-01-01 00:00:00' WHERE id = 1")

    assert len(texts(alice)) == 1
    assert number_of(alice) == "1"

    for word in ("Three", "Four", "Five"):
        comment(bob, word)

    assert [row["id"] for row in rows(app, "SELECT id FROM notice ORDER BY id")] == [
        4,
        5,
    ]


def test_the_account_takes_its_notices_along(app, alice, bob, post):
    comment(bob, "One")
    comment(alice, "Two", answers=1)
    feed_of(alice)
    run(app, "user", "remove", "alice", "--yes")
    assert [row["user_id"] for row in rows(app, "SELECT * FROM notice")] == [2]
    assert rows(app, "SELECT 1 FROM notice_feed") == []
    notify(app, 1, "approved")
    assert len(rows(app, "SELECT 1 FROM notice")) == 1


def test_notices_leave_the_pages_of_readers(app, client, alice, bob, post, statements):
    comment(bob, "One")
    client.get("/")
    before = version(app)
    see(alice)
    feed_of(alice)
    notify(app, 1, "approved")
    assert version(app) == before
    statements.clear()
    # Kept, and no statement asks for notices.
    client.get("/")
    client.get("/tags")
    assert not [s for s in statements if "notice" in s]


@pytest.mark.parametrize("path", ["/", "/1-bread-tea", "/tags", "/search", "/missing"])
def test_the_number_is_one_statement(alice, bob, post, statements, path):
    comment(bob, "One")

    # The second time, some pages are kept.
    for _ in range(2):
        statements.clear()
        alice.get(path)
        assert len([s for s in statements if "notice" in s]) == 1

    statements.clear()
    # Where somebody writes, there is no header.
    alice.get("/create")
    assert not [s for s in statements if "notice" in s]


def test_a_page_that_is_kept_shows_the_number_of_now(alice, bob, post, app):
    assert number_of(alice) is None
    notify(app, 1, "approved")
    assert number_of(alice) == "1"
    see(alice)
    assert number_of(alice) is None


def test_a_number_that_cannot_be_read_keeps_no_page_away(app, alice, post, execute):
    execute(app, "DROP TABLE notice")
    answer = alice.get("/")
    assert answer.status_code == 200
    assert "new-notices" not in answer.text


# The feed


def feed_of(client):
    """The path of somebody's feed, at an address that is made now."""
    assert client.post(f"{PAGE}/feed").location == f"{PAGE}#feed"
    return path_of(client)


def path_of(client):
    page = client.get(PAGE).text
    return re.search(r'value="http://localhost(/notices/.*?)"', page)[1]


def read(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    feed = feedparser.parse(answer.data)
    assert not feed.bozo
    return feed


def test_a_feed_is_read_without_a_session(app, client, alice, bob, post):
    comment(bob, "I **like** it ![](/x.png)")
    notify(app, 1, "refused", text="It’s <so>.")
    path = feed_of(alice)
    feed = read(client, path)
    assert feed.feed.title == "Notices - Flaskr"
    assert feed.feed.link == f"http://localhost{PAGE}"
    first, second = feed.entries
    assert second.title == "bob commented on “Bread & <tea>”."
    assert second.link == "http://localhost/comment/1"
    assert second.author == "bob"
    assert "<strong>like</strong>" in second.content[0].value
    assert first.author == "Flaskr"
    assert first.content[0].value == "It’s &lt;so&gt;."
    assert first.id != second.id
    # To read it marks nothing.
    assert number_of(alice) == "2"


def test_an_empty_feed_is_valid(client, alice):
    feed = read(client, feed_of(alice))
    assert feed.entries == []
    assert feed.feed.updated


def test_a_feed_is_nobody_elses(app, client, alice, bob, post):
    path = feed_of(alice)
    answer = client.get(path)
    assert answer.headers["Cache-Control"].startswith("private, max-age=0")
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Access-Control-Allow-Origin" not in answer.headers
    etag = answer.headers["ETag"]
    again = client.get(path, headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
    comment(bob, "One")
    assert client.get(path, headers={"If-None-Match": etag}).status_code == 200
    token = path.split("/")[-1].partition(".")[0]
    assert token not in client.get("/robots.txt").text + client.get("/sitemap.xml").text
    assert "Disallow: /notices/" in client.get("/robots.txt").text
    # Neither the database nor a page of somebody else has it.
    assert token not in str(rows(app, "SELECT * FROM notice_feed"))
    assert token not in bob.get(PAGE).text


def test_a_feed_is_not_kept_for_others(client, alice, post, app):
    path = feed_of(alice)
    client.get(path)
    notify(app, 1, "approved")
    # No public version was raised.
    assert len(read(client, path).entries) == 1


@pytest.mark.parametrize("token", ["x", "1", "W10.x", "a" * 3000, "%00", "é", "%ED%A0"])
def test_a_wrong_address_is_no_feed(client, alice, statements, token):
    feed_of(alice)
    statements.clear()
    answer = client.get(f"/notices/{token}.atom")
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"
    # Nothing that nobody signed is looked up.
    assert not [s for s in statements if re.search(r"\bnotice(_feed)?\b", s)]


def test_another_address_ends_the_one_before(client, alice, bob):
    first = feed_of(alice)
    second = feed_of(alice)
    assert first != second
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200
    assert bob.post(f"{PAGE}/feed/end").status_code == 302
    assert client.get(second).status_code == 200
    alice.post(f"{PAGE}/feed/end")
    assert client.get(second).status_code == 404
    assert "localhost/notices/" not in alice.get(PAGE).text


def change_password(app, alice):
    data = {"password": PASSWORD, "new_password": "four random words here"}
    assert alice.post("/account/password", data=data).status_code == 302


def reset_password(app, alice):
    result = run(app, "reset-password", "alice")
    path = re.search(r"/link/\S+", result.output)[0]
    data = {"new_password": "four random words here"}
    assert app.test_client().post(path, data=data).status_code == 302


def close_account(app, alice):
    data = {"posts": "keep", "password": PASSWORD}
    assert alice.post("/account/close", data=data).status_code == 302


@pytest.mark.parametrize(
    "end",
    [
        change_password,
        reset_password,
        lambda app, alice: run(app, "user", "suspend", "alice", "--reason", "Spam"),
        close_account,
    ],
    ids=["password", "reset", "suspended", "closed"],
)
def test_a_feed_ends_with_what_it_rests_on(app, client, alice, end):
    path = feed_of(alice)
    end(app, alice)
    assert client.get(path).status_code == 404
    run(app, "user", "restore", "alice")
    assert client.get(path).status_code == 404


def test_a_feed_outlasts_a_hash_that_is_made_anew(app, client, alice, monkeypatch):
    path = feed_of(alice)
    monkeypatch.setattr("flaskr.web.passwords.HASH_METHOD", "scrypt:256:8:1")
    log_in(app, "alice")
    assert client.get(path).status_code == 200


def test_an_address_of_a_database_that_was_brought_back_is_not_given_again(
    app, client, alice, bob, execute
):
    path = feed_of(alice)
    feed_of(bob)
    execute(app, "DELETE FROM notice_feed")
    execute(
        app,
        "INSERT INTO notice_feed (id, user_id, created) VALUES"
        " (1, 1, '2020-01-01 00:00:00')",
    )
    assert client.get(path).status_code == 404


def test_the_log_has_no_address(app, client, alice, caplog, execute):
    path = feed_of(alice)
    token = path.split("/")[-1]
    client.get(f"{path[:-6]}.atom")
    execute(app, "DROP TABLE notice")
    app.config["PROPAGATE_EXCEPTIONS"] = False
    assert client.get(path).status_code >= 500
    assert token not in caplog.text
    assert path[:-6] not in caplog.text


def test_a_feed_speaks_the_language_of_its_reader(client, alice):
    path = feed_of(alice)
    answer = client.get(path, headers={"Accept-Language": "zh-CN"})
    assert "通知" in answer.text
    assert json.dumps(answer.headers["Content-Type"]).count("atom") == 1


def test_a_feed_has_whole_addresses_below_a_prefix(app, client, alice, bob, post):
    comment(bob, "One")
    path = feed_of(alice)
    answer = client.get(path, environ_overrides={"SCRIPT_NAME": "/blog"})
    links = [entry.link for entry in feedparser.parse(answer.data).entries]
    assert links == ["http://localhost/blog/comment/1"]

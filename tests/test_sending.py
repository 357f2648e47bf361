"""What is sent is saved once, and comes back where it can't be saved."""

import html
import re
import sqlite3
import threading
from base64 import urlsafe_b64decode

import pytest
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.exceptions import TooManyRequests

from flaskr.data import sent_forms
from flaskr.text.corrections import is_correction
from flaskr.web.sealed_forms import SEPARATOR

from .children import LIMIT
from .conftest import ago
from .conftest import failing
from .conftest import fields_of
from .conftest import PASSWORD
from .conftest import register
from .conftest import resume
from .conftest import rows
from .conftest import write

CHINESE = "春眠不觉晓，处处闻啼鸟。夜来风雨声，花落知多少。\r\n" * 2700


def open_form(client, path="/create"):
    """The hidden fields of the form on a page, and where it is sent to."""
    page = client.get(path, follow_redirects=True).text
    form = re.search(r'<form class="editor[^>]*>', page)[0]
    action = re.search(r'action="(.*?)"', form)[1]
    return action, fields_of(page, action)


def send(client, form, **texts):
    """Send a form that was opened."""
    action, fields = form
    return client.post(action, data={**fields, **texts})


def posts_of(app):
    found = rows(app, "SELECT title, body FROM post ORDER BY id")
    return [(post["title"], post["body"]) for post in found]


def bodies(app):
    return [r["body"] for r in rows(app, "SELECT body FROM comment ORDER BY id")]


# One form is one post


def test_a_form_sent_twice_is_one_post(app, alice):
    form = open_form(alice)
    first = send(alice, form, title="Once", body="Words", tags="Tea, bread")
    second = send(alice, form, title="Once", body="Words", tags="Tea, bread")
    assert first.location == second.location == "/1-once"
    assert posts_of(app) == [("Once", "Words")]
    # The browser shows the page of the second answer alone.
    assert alice.get(second.location).text.count("Published.") == 1


def test_a_form_corrected_after_back_changes_its_post_and_says_so(app, alice):
    form = open_form(alice)
    send(alice, form, title="Typpo", body="A sentense.", tags="a")
    answer = send(alice, form, title="Typo", body="A sentence.", tags="b")
    assert answer.location == "/1-typo"
    page = alice.get("/1-typo").text
    assert "The post you already published was updated." in page
    assert posts_of(app) == [("Typo", "A sentence.")]
    assert [
        t["key"]
        for t in rows(app, "SELECT key FROM tag JOIN post_tag pt ON pt.tag_id = tag.id")
    ] == ["b"]
    # And once more.
    send(alice, form, title="Typo", body="A good sentence.")
    assert posts_of(app) == [("Typo", "A good sentence.")]


def test_a_form_never_overwrites_what_its_post_became_since(app, alice):
    form = open_form(alice)
    send(alice, form, title="T", body="First")
    alice.post("/1/update", data={"title": "T", "body": "Better"})
    answer = send(alice, form, title="T", body="First!")
    assert answer.status_code == 409
    assert "nothing was saved" in answer.text
    assert "First!</textarea>" in answer.text
    assert posts_of(app) == [("T", "Better")]
    # What was sent before is there to be saved, as a change.
    assert 'action="/1/update"' in answer.text


def test_the_case_that_another_gives_a_tag_changes_no_post(app, alice, bob):
    form = open_form(alice)
    send(alice, form, title="T", body="First", tags="tea")
    bob.post("/create", data={"title": "B", "body": "", "tags": "TEA"})
    assert send(alice, form, title="T", body="Second", tags="tea").status_code == 302
    assert posts_of(app) == [("T", "Second"), ("B", "")]


def test_many_clicks_at_once_publish_one_post(app, alice):
    form = open_form(alice)
    together = threading.Barrier(6)
    answers = []

    def click():
        together.wait(LIMIT)
        answers.append(send(alice, form, title="Once", body="x").location)

    threads = [threading.Thread(target=click, daemon=True) for _ in range(6)]

    for thread in threads:
        thread.start()

    for thread in threads:
        thread.join(LIMIT)

    assert answers == ["/1-once"] * 6
    assert len(posts_of(app)) == 1


def test_two_forms_with_the_same_words_are_two_posts(app, alice):
    for _ in range(2):
        send(alice, open_form(alice), title="Daily", body="x")

    assert len(posts_of(app)) == 2


def test_a_form_whose_post_was_deleted_publishes_another(app, alice):
    form = open_form(alice)
    send(alice, form, title="T", body="x")
    alice.post("/1/delete")
    assert send(alice, form, title="T", body="x").status_code == 302
    assert len(posts_of(app)) == 1
    # What that one became is remembered.
    send(alice, form, title="T", body="x")
    assert len(posts_of(app)) == 1


def test_a_client_without_a_form_publishes_each_time(app, alice):
    for _ in range(2):
        alice.post("/create", data={"title": "T", "body": "x", "form": "forged"})

    assert len(posts_of(app)) == 2
    assert rows(app, "SELECT * FROM sent_form") == []


def test_a_second_click_uses_no_limit_and_needs_no_room(app, alice, monkeypatch):
    app.config["POSTS_PER_PERSON"] = 1
    form = open_form(alice)
    send(alice, form, title="T", body="x")
    monkeypatch.setattr("flaskr.web.sending.transaction", failing(sqlite3.SQLITE_FULL))
    assert send(alice, form, title="T", body="x").location == "/1-t"


def test_a_correction_counts_as_a_change(app, alice):
    app.config["EDITS_PER_PERSON"] = 1
    form = open_form(alice)
    send(alice, form, title="T", body="x")
    assert send(alice, form, title="T", body="xy").status_code == 302
    answer = send(alice, form, title="T", body="xyz")
    assert answer.status_code == 429
    assert "xyz</textarea>" in answer.text
    # The same form, to be sent again.
    assert form[1]["form"] in answer.text


@pytest.mark.parametrize("texts", [{"title": ""}, {"preview": "1"}])
def test_a_form_that_comes_back_stays_the_same(alice, texts):
    form = open_form(alice)
    answer = send(alice, form, **{"title": "T", "body": "x", **texts})
    assert fields_of(answer.text, "/create") == form[1]


def test_what_is_remembered_of_forms_is_bounded(app, alice, monkeypatch):
    monkeypatch.setattr(sent_forms, "MAX_FORMS", 3)

    for number in range(5):
        send(alice, open_form(alice), title=f"T{number}", body="x")

    assert len(rows(app, "SELECT id FROM sent_form")) == 3

    with app.app_context():
        from flaskr.db import transaction

        with transaction() as db:
            db.execute("UPDATE sent_form SET sent = ?", (ago(days=31),))

    send(alice, open_form(alice), title="New", body="x")
    assert len(rows(app, "SELECT id FROM sent_form")) == 1


def test_what_is_remembered_of_a_form_goes_with_its_post(app, alice, execute):
    send(alice, open_form(alice), title="T", body="x")
    assert len(rows(app, "SELECT id FROM sent_form")) == 1
    execute(app, "DELETE FROM post")
    assert rows(app, "SELECT id FROM sent_form") == []


def test_a_form_is_kept_by_the_browser_for_back(app, alice):
    """A cookie that a message changes would have it loaded anew, with another id."""
    write(alice)

    for path in ("/create", "/1/update", "/1-a-title", "/account/about"):
        answer = alice.get(path)
        assert "Cookie" not in answer.headers["Vary"], path
        assert answer.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(
    "path", ["/create", "/1/update", "/1/comment", "/comment/1/reply"]
)
def test_a_form_is_never_sent_to_the_address_of_its_page(app, alice, path):
    write(alice)
    alice.post("/1/comment", data={"comment": "c"})
    action, fields = open_form(alice, path)
    assert action == f"{path}?send"
    texts = {"title": "", "body": "", "comment": "", **fields}
    answer = alice.post(action, data=texts)
    assert answer.status_code == 422
    assert f'action="{path}"' in answer.text


# Comments


def test_a_comment_form_corrected_after_back_is_one_comment(app, alice, bob):
    write(alice)
    form = open_form(bob, "/1")
    first = send(bob, form, comment="My coment.")
    second = send(bob, form, comment="My comment.")
    assert first.location == second.location == "/1-a-title?sent=1#comment-1"
    assert "The comment you already sent was updated" in bob.get("/1-a-title").text
    send(bob, form, comment="My comment.")
    assert bodies(app) == ["My comment."]


def test_a_comment_in_other_words_is_another_one(app, alice, bob):
    write(alice)
    form = open_form(bob, "/1")
    send(bob, form, comment="Good morning.")
    send(bob, form, comment="What a post!")
    assert bodies(app) == ["Good morning.", "What a post!"]
    # The form is that of the second one now.
    send(bob, form, comment="What a post")
    assert bodies(app) == ["Good morning.", "What a post"]


def test_a_comment_that_was_edited_since_is_not_overwritten(app, alice, bob):
    write(alice)
    form = open_form(bob, "/1")
    send(bob, form, comment="My coment.")
    bob.post("/comment/1/update", data={"comment": "My better comment."})
    answer = send(bob, form, comment="My comment.")
    assert answer.status_code == 409
    assert 'action="/comment/1/update"' in answer.text
    assert "My comment.</textarea>" in answer.text
    assert bodies(app) == ["My better comment."]


def test_a_comment_too_old_to_edit_is_followed_by_another(app, alice, bob):
    write(alice)
    form = open_form(bob, "/1")
    send(bob, form, comment="My coment.")

    with app.app_context():
        from flaskr.db import transaction

        with transaction() as db:
            db.execute("UPDATE comment SET created = ?", (ago(minutes=16),))

    send(bob, form, comment="My comment.")
    assert bodies(app) == ["My coment.", "My comment."]


def test_a_comment_may_become_too_old_while_it_is_corrected(
    app, alice, bob, monkeypatch
):
    write(alice)
    form = open_form(bob, "/1")
    send(bob, form, comment="My coment.")
    monkeypatch.setattr("flaskr.data.comments.update", lambda *args: False)
    answer = send(bob, form, comment="My comment.")
    assert answer.status_code == 404
    assert "My comment.</textarea>" in answer.text


def test_a_removed_comment_may_be_sent_again(app, alice, bob):
    write(alice)
    form = open_form(bob, "/1")
    send(bob, form, comment="Hello")
    alice.post("/comment/1/reply", data={"comment": "Hi"})
    bob.post("/comment/1/remove")
    send(bob, form, comment="Hello")
    assert bodies(app) == ["", "Hi", "Hello"]


@pytest.mark.parametrize(
    "path", ["/1/comment", "/comment/1/reply", "/comment/1/update"]
)
def test_a_comment_is_previewed_without_scripts(app, alice, path):
    write(alice)
    alice.post("/1/comment", data={"comment": "c"})
    form = open_form(alice, path)
    answer = send(alice, form, comment="Some *words*\r\n# here", preview="1")
    assert answer.status_code == 200
    assert "<p>Some <em>words</em></p>\n<p><strong>here</strong></p>" in answer.text
    assert "Some *words*\n# here</textarea>" in answer.text
    assert bodies(app) == ["c"]
    assert 'name="preview"' in alice.get("/1-a-title").text


@pytest.mark.parametrize(
    ("before", "after", "is_one"),
    [
        ("My coment.", "My comment.", True),
        ("A sentence", "A sentence, and more", True),
        ("And more", "A sentence. And more", True),
        ("你好，是界", "你好，世界", True),
        ("Good morning.", "What a post!", False),
        ("one", "two", False),
    ],
)
def test_a_correction_is_told_from_another_text(before, after, is_one):
    assert is_correction(before, after) is is_one


# Whether a form has arrived, as a script asks that keeps its text until then


def has_arrived(client, form, **texts):
    answer = client.post("/account/sent", data={**form[1], **texts})
    assert answer.status_code == 200
    return answer.json["arrived"]


@pytest.mark.parametrize(
    ("path", "texts"),
    [
        ("/create", {"title": " T ", "body": "Words\r\n", "tags": "a, B"}),
        ("/1/update", {"title": "T", "body": "Other words", "tags": "a,a"}),
        ("/1/comment", {"comment": " Words "}),
        ("/comment/1/reply", {"comment": "Words"}),
        ("/comment/1/update", {"comment": "Words"}),
        ("/account/about", {"display_name": "A", "about": " Words", "links": ""}),
    ],
)
def test_a_form_has_arrived_once_its_texts_are_saved(app, alice, bob, path, texts):
    write(alice)
    alice.post("/1/comment", data={"comment": "c"})
    form = open_form(alice, path)
    assert not has_arrived(alice, form, **texts)
    assert send(alice, form, **texts).status_code == 302
    assert has_arrived(alice, form, **texts)
    assert not has_arrived(bob, form, **texts)
    # A correction that was not saved.
    *_, last = texts
    name = "body" if "body" in texts else last if last == "comment" else "about"
    assert not has_arrived(alice, form, **{**texts, name: "Better words"})
    alice.get("/auth/logout")
    assert not has_arrived(alice, form, **texts)


def test_a_form_that_was_refused_has_not_arrived(alice):
    write(alice)
    form = open_form(alice, "/1/update")
    texts = {"title": "", "body": "Words", "tags": ""}
    assert send(alice, form, **texts).status_code == 422
    assert not has_arrived(alice, form, **texts)


def test_what_is_no_form_has_not_arrived(alice):
    form = "", {"form": "forged"}
    assert not has_arrived(alice, form, title="t", body="b")


# An ended session


def sealed_in(answer):
    return fields_of(answer.text, "/auth/login")["sealed"]


@pytest.fixture
def hers(app, alice):
    """A form that Alice opened, and her browser, in which nobody is logged in."""
    write(alice, "Hers", "before")
    form = open_form(alice)
    alice.get("/auth/logout")
    return form, alice


def test_a_text_comes_back_to_who_wrote_it(app, hers):
    form, browser = hers
    text = {"title": "A <b>title", "body": "\r\n  one\r\n\r\ntwo & three ", "tags": "t"}
    answer = send(browser, form, **text)
    assert answer.status_code == 403
    assert "What you wrote has been kept." in answer.text

    wrong = resume(browser, answer, "alice", "wrong")
    assert wrong.status_code == 422
    page = resume(browser, wrong, "alice").text
    assert "Welcome back, alice" in page
    assert "A &lt;b&gt;title" in page
    assert "\r\n  one\r\n\r\ntwo &amp; three </textarea>" in page
    # One click, and still one post.
    fields = fields_of(page, "/create")
    assert fields == form[1]

    for _ in range(2):
        browser.post("/create", data={**fields, **text})

    assert posts_of(app)[1:] == [("A <b>title", "\n  one\n\ntwo & three ")]


@pytest.mark.parametrize(
    ("path", "texts", "button"),
    [
        ("/create", {"title": "t", "body": "kept"}, "Publish"),
        ("/1/update", {"title": "t", "body": "kept"}, "Publish changes"),
        ("/1/comment", {"comment": "kept"}, "Save"),
        ("/comment/1/reply", {"comment": "kept"}, "Save"),
        ("/comment/1/update", {"comment": "kept"}, "Save"),
        ("/account/about", {"about": "kept", "remove_picture": "1"}, "Save"),
    ],
)
def test_a_text_comes_back_in_its_form(app, alice, path, texts, button):
    write(alice)
    alice.post("/1/comment", data={"comment": "c"})
    form = open_form(alice, path)
    alice.get("/auth/logout")
    page = resume(alice, send(alice, form, **texts), "alice").text
    assert f'action="{path}"' in page
    assert ">\nkept</textarea>" in page
    assert f"<button>{button}</button>" in page
    assert ('name="remove_picture" value="1"' in page) == ("about" in texts)


def test_nobody_can_read_a_text_in_the_answer(hers):
    form, browser = hers
    answer = send(browser, form, title="Secret title", body="Secret words", tags="hush")
    content = sealed_in(answer).partition(SEPARATOR)[2]

    for text in (answer.text, urlsafe_b64decode(content).decode("latin-1")):
        assert "ecret" not in text and "hush" not in text


def test_nothing_is_stored_of_what_strangers_send(app, hers, databases):
    form, browser = hers
    tables = databases.list_tables(app)
    before = {table: rows(app, f'SELECT * FROM "{table}"') for table in tables}
    send(browser, form, title="Secret title", body="Secret words")
    assert {t: rows(app, f'SELECT * FROM "{t}"') for t in tables} == before


def test_somebody_else_does_not_get_a_text_and_keeps_it_for_its_writer(app, bob, hers):
    form, browser = hers
    answer = send(browser, form, title="t", body="Secret words")
    page = resume(browser, answer, "bob")
    assert page.status_code == 200
    assert "Secret" not in page.text
    assert "written in another account" in page.text
    assert "logged in as bob." in page.text
    assert 'title="bob"' in page.text
    assert 'value="bob"' not in page.text

    page = resume(browser, page, "alice").text
    assert "Secret words</textarea>" in page
    assert len(rows(app, "SELECT id FROM session WHERE user_id = 2")) == 1


def test_a_form_of_another_account_saves_nothing_for_who_is_logged_in(app, bob, hers):
    form, _ = hers
    answer = send(bob, form, title="t", body="Secret words")
    assert answer.status_code == 403
    assert "Secret" not in answer.text
    assert "written in another account" in answer.text
    assert len(posts_of(app)) == 1
    assert "Secret words</textarea>" in resume(bob, answer, "alice").text


def test_a_text_without_a_form_comes_back_to_whoever_logs_in(app, alice, client):
    answer = client.post("/create", data={"title": "t", "body": "kept"})
    assert answer.status_code == 403
    assert "kept<" not in answer.text
    page = resume(client, answer, "alice").text
    assert "kept</textarea>" in page
    assert 'action="/create"' in page


def test_a_text_that_was_sent_to_no_page_goes_into_a_new_post(app, alice, client):
    answer = client.post("/1/delete", data={"title": "t", "body": "kept"})
    assert 'action="/create"' in resume(client, answer, "alice").text


@pytest.mark.parametrize("body", [CHINESE, "x" * 1_900_000])
def test_the_longest_texts_come_back(hers, body):
    form, browser = hers
    answer = send(browser, form, title="t", body=body)
    page = html.unescape(resume(browser, answer, "alice").text)
    assert f"{body}</textarea>" in page


@pytest.mark.parametrize("damage", ["", "short", "===", "AAAA" * 40])
def test_a_damaged_text_is_none(alice, hers, damage):
    form, browser = hers
    sealed = sealed_in(send(browser, form, title="t", body="kept"))
    token = sealed.partition(SEPARATOR)[0]
    data = {"username": "alice", "password": PASSWORD}
    answer = browser.post(
        "/auth/login", data={**data, "sealed": f"{token}{SEPARATOR}{damage}"}
    )
    assert answer.location == "/"


def test_a_forged_text_is_none(app, hers):
    _, browser = hers
    data = {"username": "alice", "password": PASSWORD, "sealed": "forged:forged"}
    assert browser.post("/auth/login", data=data).location == "/"


def test_a_text_outlives_a_new_key(app, hers):
    form, browser = hers
    answer = send(browser, form, title="t", body="kept")
    app.config["SECRET_KEY_FALLBACKS"] = [app.config["SECRET_KEY"]]
    app.config["SECRET_KEY"] = b"another key"
    assert "kept</textarea>" in resume(browser, answer, "alice").text


@pytest.mark.parametrize("refusal", [TooManyRequests, ServiceUnavailable])
def test_a_text_stays_while_nobody_can_log_in(app, hers, monkeypatch, refusal):
    form, browser = hers
    answer = send(browser, form, title="t", body="kept")

    def refuse(*args):
        raise refusal(retry_after=5)

    with monkeypatch.context() as patch:
        patch.setattr("flaskr.views.auth.check_password", refuse)
        refused = resume(browser, answer, "alice")

    assert refused.status_code == refusal.code
    assert "kept</textarea>" in resume(browser, refused, "alice").text


def test_a_text_stays_while_there_is_no_database(app, hers, monkeypatch):
    from flaskr.db import get_pool
    from flaskr.errors import no_database

    form, browser = hers
    answer = send(browser, form, title="t", body="kept")

    def fail():
        raise no_database()

    with monkeypatch.context() as patch:
        patch.setattr(get_pool(app), "acquire", fail)
        refused = resume(browser, answer, "alice")

    assert refused.status_code == 503
    assert "kept</textarea>" in resume(browser, refused, "alice").text


# The database is away


@pytest.mark.parametrize(
    ("path", "texts"),
    [
        ("/create", {"title": "t", "body": "kept"}),
        ("/1/update", {"title": "t", "body": "kept"}),
        ("/1/comment", {"comment": "kept"}),
        ("/account/about", {"about": "kept", "remove_picture": "1"}),
    ],
)
@pytest.mark.parametrize("code", [sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY])
def test_a_text_that_could_not_be_saved_is_there_to_send_again(
    app, alice, monkeypatch, path, texts, code
):
    write(alice)
    form = open_form(alice, path)

    with monkeypatch.context() as patch:
        patch.setattr("flaskr.data.rate_limits.transaction", failing(code))
        answer = send(alice, form, **texts)

    assert answer.status_code == 503
    assert "You can send it again from here." in answer.text
    fields = fields_of(answer.text, path)
    assert fields.pop("form") == form[1]["form"]
    kept = texts.keys() & {"remove_picture"} | form[1].keys() & {"version", "zone"}
    assert fields.keys() == kept
    assert re.search(r"<textarea [^>]*[^y] dir=\"auto\">\nkept</textarea>", answer.text)
    assert send(alice, (path, form[1]), **texts).status_code == 302


def test_what_another_site_sent_is_not_offered_to_be_sent_again(alice):
    answer = alice.post(
        "/create",
        data={"title": "t", "body": "theirs"},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 403
    assert "Send Again" not in answer.text
    assert " readonly " in answer.text


# Where one lands


def test_a_published_post_is_where_one_lands(app, alice, client):
    answer = alice.post("/create", data={"title": "New", "body": ""})
    assert answer.location == "/1-new"
    page = alice.get("/1-new").text
    message = re.search(r'<p class="flash saved" role="status">(.*?)</p>', page, re.S)[
        1
    ]
    assert "Published." in message
    assert '<a href="/1-new">View</a>' in message
    assert '<a href="/1/update">Edit</a>' in message
    assert "data-copy-link" in message
    # Once.
    assert "Published." not in alice.get("/1-new").text
    assert "Published." not in client.get("/1-new").text


def test_a_message_that_is_shown_elsewhere_has_no_links(app, alice):
    alice.post("/create", data={"title": "New", "body": ""})
    page = alice.get("/").text
    assert re.search(r'<p class="flash saved" role="status">Published.</p>', page)


def test_a_saved_post_is_where_one_lands(alice):
    write(alice)
    page = alice.get("/1/update").text
    # The first one of the form, which Enter presses.
    buttons = re.findall(r'<button[^>]* form="editor"[^>]*>(.*?)</button>', page)
    assert buttons == ["Publish changes", "Save draft", "Preview"]
    answer = alice.post("/1/update", data={"title": "New", "body": ""})
    assert answer.location == "/1-new"
    assert "Saved." in alice.get("/1-new").text


def test_a_new_user_is_logged_in_and_welcome(app, client):
    client.get("/create")
    answer = client.post(
        "/auth/register", data={"username": "eve", "password": PASSWORD}
    )
    assert answer.location == "/auth/login"
    assert client.get("/auth/login").location == "/create"
    page = client.get("/create").text
    assert "Welcome, eve." in page
    assert 'action="/create?send"' in page
    # Once.
    assert client.get("/auth/login").location == "/"


def test_a_button_that_was_pressed_is_done_for_who_registers(app, alice, client):
    write(alice)
    client.post("/1/like")
    client.post("/auth/register", data={"username": "eve", "password": PASSWORD})
    assert rows(app, "SELECT user_id FROM post_like") == [{"user_id": 2}]


def test_who_registers_ends_the_session_of_the_browser(app, alice):
    alice.post("/auth/register", data={"username": "eve", "password": PASSWORD})
    assert rows(app, "SELECT user_id FROM session") == [{"user_id": 2}]


def test_another_site_registers_nobody(app, alice):
    answer = alice.post(
        "/auth/register",
        data={"username": "eve", "password": PASSWORD},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 403
    assert rows(app, 'SELECT username FROM "user"') == [{"username": "alice"}]


def test_the_login_page_is_kept_for_strangers_only(app, alice, client):
    register(app, "eve")
    assert client.get("/auth/login").status_code == 200
    assert alice.get("/auth/login").location == "/"
    assert client.get("/auth/login").status_code == 200

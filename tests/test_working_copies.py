"""What somebody types and does not publish is kept, for nobody else."""

import re
import threading
from datetime import timedelta

import pytest
from werkzeug.exceptions import ServiceUnavailable

from flaskr.data import posts
from flaskr.data import users
from flaskr.data import working_copies
from flaskr.db import transaction
from flaskr.web.forms import make_token

from .children import IS_LONG
from .children import LIMIT
from .conftest import ago
from .conftest import fields_of
from .conftest import log_in
from .conftest import resume
from .conftest import rows
from .conftest import write
from .test_public_version import version
from .test_sending import open_form
from .test_sending import send

NEW = "/create/working-copy"
EDIT = "/1/working-copy"


def autosave(client, form, path=NEW, title="Half", body="a text", **fields):
    """Send what the script sends of a form that was opened."""
    data = {**form[1], "title": title, "body": body, "tags": "", **fields}
    return client.post(path, data=data, headers={"Accept": "application/json"})


def copies(app, *columns):
    """Working copies that are there, the oldest first, as tuples of columns."""
    found = rows(
        app, "SELECT * FROM working_copy WHERE discarded IS NULL ORDER BY saved"
    )
    return [tuple(row[column] for column in columns or ("body",)) for row in found]


def has_text(page, text):
    return f">\n{text}</textarea>" in page


def note(page):
    """The message of the editor about what is not published, without its markup."""
    found = re.search(
        r'<div class="flash" role="status">\s+(.*?)</div>\s+</div>', page, re.S
    )
    return found and " ".join(re.sub("<.*?>", "", found[1]).split())


def unavailable(*args):
    raise ServiceUnavailable(retry_after=10)


def wait_out(app):
    """Let the time pass in which what a page still sends is late."""
    with app.app_context(), transaction() as db:
        db.execute("UPDATE working_copy SET sent = ?", (ago(seconds=11),))


@pytest.fixture
def form(alice):
    """The form of a post of Alice's that she opened."""
    write(alice)
    return open_form(alice, "/1/update")


# Saving


def test_a_text_is_kept_and_changes_nothing(app, alice, client, form):
    before, page = version(app), client.get("/1-a-title").data
    answer = autosave(alice, form, EDIT, tags="tea, ")
    assert answer.status_code == 200
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", answer.json["saved"])
    assert copies(app, "user_id", "post_id", "opened", "title", "body", "tags") == [
        (1, 1, 1, "Half", "a text", "tea, ")
    ]
    assert version(app) == before
    assert client.get("/1-a-title").data == page
    assert rows(app, "SELECT version FROM post") == [{"version": 1}]


def test_the_same_form_has_one_copy(app, alice, form):
    for text in ("a", "ab", "abc"):
        autosave(alice, form, EDIT, body=text)

    assert copies(app) == [("abc",)]


def test_two_tabs_have_two_copies(app, alice, form):
    autosave(alice, form, EDIT, body="first")
    write(alice, "Other")
    other = open_form(alice, "/1/update?published")
    autosave(alice, other, EDIT, body="second")
    autosave(alice, form, EDIT, body="first again")
    assert copies(app) == [("second",), ("first again",)]


@pytest.mark.parametrize(
    ("path", "text", "before"),
    [
        (NEW, {"title": "", "body": " \r\n", "tags": ""}, {}),
        (EDIT, {"title": " A  title", "body": "A body."}, {}),
    ],
)
def test_a_text_that_is_published_or_empty_is_not_kept(app, alice, path, text, before):
    write(alice)
    form = open_form(alice, "/1/update" if path == EDIT else "/create")
    autosave(alice, form, path)
    answer = autosave(alice, form, path, **text)
    assert answer.json == {"saved": None}
    assert not copies(app)


def test_lines_are_kept_as_posts_have_them(app, alice):
    autosave(alice, open_form(alice), title="a\0b\r\nc", body="\r\n one\r\n\0two ")
    assert copies(app, "title", "body") == [("ab c", "\n one\ntwo ")]


def test_a_form_without_tags_has_those_of_the_post(app, alice, form):
    fields = {"title": "A title", "body": "A body.", "form": form[1]["form"]}
    assert alice.post(EDIT, data=fields).json == {"saved": None}


def test_a_form_without_a_version_has_opened_the_newest(app, alice, form):
    autosave(alice, (form[0], {"form": form[1]["form"]}), EDIT)
    assert copies(app, "opened") == [(1,)]


# Refusals


def test_who_is_logged_out_is_told(app, client, alice, form):
    answer = autosave(client, form, EDIT)
    assert answer.status_code == 401
    assert answer.json == {"error": "You’re logged out."}
    assert "Location" not in answer.headers
    assert not copies(app)


def test_somebody_else_is_told(app, bob, alice, form):
    answer = autosave(bob, form)
    assert (answer.status_code, [*answer.json]) == (403, ["error"])
    assert not copies(app)


@pytest.mark.parametrize("path", [EDIT, "/9/working-copy"])
def test_a_post_that_is_gone_or_of_somebody_else_is_not_found(app, alice, bob, path):
    write(alice)
    answer = autosave(bob, open_form(bob), path)
    assert (answer.status_code, [*answer.json]) == (404, ["error"])
    assert not copies(app)


@pytest.mark.parametrize("token", [None, "", "forged", "x" * 5000])
def test_a_form_without_its_token_is_refused(app, alice, token):
    fields = {"title": "t", "body": "b", **({"form": token} if token else {})}
    answer = alice.post(NEW, data=fields)
    assert answer.status_code == 400
    assert answer.json == {"error": "That request couldn’t be read"}


@pytest.mark.parametrize("missing", ["title", "body"])
def test_a_form_without_a_field_is_refused(alice, missing):
    fields = {"title": "t", "body": "b", "form": open_form(alice)[1]["form"]}
    del fields[missing]
    answer = alice.post(NEW, data=fields)
    assert (answer.status_code, [*answer.json]) == (400, ["error"])


def test_another_site_keeps_nothing(app, alice):
    form = open_form(alice)
    answer = alice.post(
        NEW,
        data={**form[1], "title": "t", "body": "theirs"},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert (answer.status_code, [*answer.json]) == (403, ["error"])
    assert not copies(app)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"body": "文" * (2 * posts.MAX_BODY // 3)}, 200),
        ({"body": "x" * (2 * posts.MAX_BODY + 1)}, 413),
        ({"title": "x" * 1000}, 200),
        ({"title": "x" * 1001}, 413),
        ({"tags": "x" * 10_000}, 200),
        ({"tags": "x" * 10_001}, 413),
        ({"body": "x" * 2_100_000}, 413),
    ],
)
def test_a_text_is_kept_up_to_a_limit(app, alice, fields, status):
    answer = autosave(alice, open_form(alice), **fields)
    assert answer.status_code == status
    assert [*answer.json] == ["saved" if status == 200 else "error"]
    assert len(copies(app)) == (status == 200)


def test_who_saves_too_often_waits(app, alice, clock):
    app.config["AUTOSAVES_PER_PERSON"] = 2
    form = open_form(alice)
    answers = [autosave(alice, form, body=f"{n}") for n in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [*answers[2].json] == ["error"]
    assert answers[2].headers["Retry-After"] == "1800"
    assert copies(app) == [("1",)]


def test_a_database_that_is_away_is_told_of(app, alice, monkeypatch):
    form = open_form(alice)
    monkeypatch.setattr("flaskr.views.autosave.transaction", unavailable)
    answer = autosave(alice, form)
    assert answer.status_code == 503
    assert answer.json == {"error": "The blog is unavailable right now"}
    assert answer.headers["Retry-After"] == "10"


@pytest.mark.parametrize(
    "copy", ["", "x", "a.b", "form.2026-11-28 12:00:00.000000", "\0.\0", "x" * 9000]
)
@pytest.mark.parametrize("opened", ["", "x", "-1", "9" * 30, "\0"])
def test_hostile_fields_do_no_harm(app, alice, form, copy, opened):
    assert autosave(alice, form, EDIT, copy=copy, version=opened).status_code == 200
    assert copies(app) == [("a text",)]
    page = alice.get("/1/update").text
    assert has_text(page, "a text")
    answer = alice.post(
        "/1/update",
        data=open_form(alice, "/1/update")[1]
        | {"title": "Half", "body": "a text", "tags": ""},
    )
    # Nothing is overwritten of which nobody knows what was opened.
    assert answer.status_code == (302 if opened == "" else 409)


# Bounds


def test_many_forms_of_a_post_leave_few_copies(app, alice):
    app.config["AUTOSAVES_PER_PERSON"] = 100_000

    with app.app_context():
        for number in range(10_000 if IS_LONG else 300):
            form = working_copies.Form(1, f"form{number}")
            working_copies.save(form, working_copies.Text("", f"{number}", ""))

    found = copies(app)
    assert len(found) == 20
    assert found[-1] == (f"{number}",)


def test_many_posts_leave_few_copies(app, alice, monkeypatch):
    monkeypatch.setattr(working_copies, "MAX_OF_PERSON", 30)

    with app.app_context():
        for number in range(40):
            form = working_copies.Form(1, f"form{number}", number)
            working_copies.save(form, working_copies.Text("", f"{number}", ""))

    assert copies(app) == [(f"{number}",) for number in range(10, 40)]


def test_what_was_discarded_goes_before_what_was_not(app, alice, monkeypatch):
    monkeypatch.setattr(working_copies, "MAX_OF_POST", 2)
    forms = [open_form(alice, "/create?new") for _ in range(3)]
    autosave(alice, forms[0], body="first")
    autosave(alice, forms[1], body="second")
    alice.post(f"/working-copies/{shown_in(alice)}/discard")
    autosave(alice, forms[2], body="third")
    assert copies(app) == [("first",), ("third",)]


def shown_in(client, path="/create"):
    """The id of the working copy that an editor shows."""
    return fields_of(client.get(path).text, form_of(path))["copy"].partition(".")[0]


def form_of(path):
    path, _, query = path.partition("?")
    return path if query else f"{path}?send"


def set_time(app, column, time):
    with app.app_context(), transaction() as db:
        db.execute(f"UPDATE working_copy SET {column} = ?", (time,))


@pytest.mark.parametrize(
    ("column", "time", "is_kept"),
    [
        ("saved", {"days": 29, "hours": 23}, True),
        ("saved", {"days": 30, "hours": 1}, False),
        ("discarded", {"hours": 23}, True),
        ("discarded", {"hours": 25}, False),
    ],
)
def test_old_copies_go(app, alice, column, time, is_kept):
    autosave(alice, open_form(alice))
    set_time(app, column, ago(**time))
    alice.post("/auth/logout")
    assert len(rows(app, "SELECT 1 FROM working_copy")) == is_kept


def test_many_old_copies_go_step_by_step(app, alice):
    with app.app_context():
        for number in range(25):
            form = working_copies.Form(1, f"form{number}", number)
            working_copies.save(form, working_copies.Text("", "x", ""))

    set_time(app, "saved", ago(days=31))
    alice.post("/1/like")
    assert len(rows(app, "SELECT 1 FROM working_copy")) == 25
    write(alice)
    assert len(rows(app, "SELECT 1 FROM working_copy")) == 5
    alice.post("/1/like")
    assert not rows(app, "SELECT 1 FROM working_copy")


# Whose it is


def test_copies_go_with_the_account(app, alice, bob, form):
    autosave(alice, form, EDIT)
    autosave(bob, open_form(bob))

    with app.app_context():
        users.close(1, delete_posts=False)

    assert copies(app, "user_id") == [(2,)]


def test_what_is_saved_as_the_account_closes_is_not_kept(app, alice, form):
    with app.app_context():
        users.close(1, delete_posts=False)

        with pytest.raises(working_copies.Late):
            working_copies.save(
                working_copies.Form(1, "x"), working_copies.Text("", "x", "")
            )

    assert not copies(app)


def test_somebody_else_sees_nothing_of_a_copy(app, alice, bob, client, form):
    autosave(alice, form, EDIT, title="Secret")
    id = copies(app, "form_id")[0][0]

    for browser in (bob, client):
        for path in ("/", "/1-a-title", f"/create?copy={id}", f"/working-copies/{id}"):
            page = browser.get(path, follow_redirects=True)
            assert "Secret" not in page.text, path

        for path in (f"/working-copies/{id}/discard", f"/working-copies/{id}/restore"):
            assert browser.post(path).status_code == (404 if browser is bob else 302)

    assert bob.get(f"/working-copies/{id}").status_code == 404
    assert bob.get(f"/1/update?copy={id}").status_code == 403
    assert copies(app, "title") == [("Secret",)]
    app.config["PUBLIC_REVISIONS"] = True
    assert "Not published" not in bob.get("/1/history").text
    assert "Not published" not in client.get("/1/history").text


def test_the_id_of_anothers_form_is_ones_own(app, alice, bob):
    form = open_form(alice)
    autosave(alice, form)

    with app.test_request_context():
        id = copies(app, "form_id")[0][0]
        token = make_token(2)._replace(id=id)

    with app.app_context():
        working_copies.save(
            working_copies.Form(2, token.id), working_copies.Text("", "Bob", "")
        )

    assert copies(app, "user_id", "body") == [(1, "a text"), (2, "Bob")]
    assert has_text(alice.get("/create").text, "a text")


@pytest.mark.parametrize("id", ["x", "%00", "a.b", "x" * 5000, "%F0%9F%98%80", "'"])
def test_an_id_of_nothing_is_not_found(alice, form, id):
    for path in (f"/working-copies/{id}", f"/create?copy={id}", f"/1/update?copy={id}"):
        assert alice.get(path).status_code == 404

    for path in (f"/working-copies/{id}/discard", f"/working-copies/{id}/restore"):
        assert alice.post(path).status_code == 404


def test_a_copy_is_no_text_of_another_post(app, alice, form):
    autosave(alice, form, EDIT)
    write(alice, "Other")
    id = copies(app, "form_id")[0][0]
    assert alice.get(f"/2/update?copy={id}").status_code == 404
    assert alice.get(f"/create?copy={id}").status_code == 404


# The bin


def test_a_copy_comes_back_with_its_post(app, alice, form):
    autosave(alice, form, EDIT)
    id = copies(app, "form_id")[0][0]
    alice.post("/1/delete")
    assert alice.get(f"/working-copies/{id}").status_code == 404
    assert alice.post(f"/working-copies/{id}/discard").status_code == 404
    alice.post("/account/bin/1/restore")
    assert has_text(alice.get("/1/update").text, "a text")


def test_a_copy_goes_with_its_post(app, alice, form, execute):
    autosave(alice, form, EDIT)
    alice.post("/1/delete")
    alice.post("/account/bin/1/delete")
    assert not copies(app)

    write(alice)
    autosave(alice, open_form(alice, "/2/update"), "/2/working-copy")
    assert copies(app)
    execute(app, "DELETE FROM post")
    assert not copies(app)


# Opening the editor


def test_a_new_text_is_found_where_it_was_left(app, alice):
    form = open_form(alice)
    assert note(alice.get("/create").text) is None
    answer = autosave(alice, form, title="A <b>", body="\none & two", tags="Tea, b")
    page = alice.get("/create").text
    assert re.search(r"<textarea [^>]*>A &lt;b&gt;</textarea>", page)
    assert has_text(page, "\none &amp; two")
    assert 'name="tags" id="tags" value="Tea, b"' in page
    assert re.match(
        r"You wrote a text on \d+ \w+ \d+ at \d\d:\d\d and haven’t published it."
        " Start a new post Discard$",
        note(page),
    )
    assert f'data-saved="{answer.json["saved"]}"' in page
    assert "data-unsaved" not in page
    empty = alice.get("/create?new").text
    assert has_text(empty, "")
    assert "Continue with it" in note(empty)
    assert "data-saved" not in empty
    assert 'name="copy"' not in empty


def test_a_changed_text_is_found_where_it_was_left(app, alice, form):
    autosave(alice, form, EDIT)
    page = alice.get("/1/update").text
    assert has_text(page, "a text")
    assert "haven’t published the changes. Show the published text Discard" in note(
        page
    )
    assert fields_of(page, "/1/update?send")["version"] == "1"
    published = alice.get("/1/update?published").text
    assert has_text(published, "A body.")
    assert "Continue with it" in note(published)


def test_a_form_says_what_the_script_needs(app, alice, form):
    page = alice.get("/1/update").text
    assert 'data-working-copy="/1/working-copy"' in page
    assert 'data-person="1"' in page
    assert 'data-text="post-1"' in page
    assert "data-saved" not in page
    autosave(alice, open_form(alice, "/1/update"), EDIT)
    id = copies(app, "form_id")[0][0]
    assert shown_in(alice, "/1/update") == id
    page = alice.get("/create").text
    assert f'data-working-copy="{NEW}"' in page
    assert 'data-text="post-new"' in page
    sent = alice.post(
        "/create",
        data={**open_form(alice)[1], "preview": "1", "title": "t", "body": "b"},
    ).text
    assert "data-saved" not in sent
    first, second = (re.search('data-form="(.*?)"', p)[1] for p in (page, sent))
    assert first != second
    autosave(alice, ("", fields_of(sent, "/create?send")))
    assert copies(app, "form_id")[1] == (second,)


def test_a_copy_of_an_older_version_is_merged(app, alice, form):
    autosave(alice, form, EDIT, title="A title", body="A body.\n\nMore.")
    alice.post("/1/update", data={"title": "Another", "body": "A body."})
    set_time(app, "saved", "2999-01-01 00:00:00.000000")
    page = alice.get("/1/update").text
    assert has_text(page, "A body.\n\nMore.")
    send(
        alice,
        open_form(alice, "/1/update"),
        title="A title",
        body="A body.\n\nMore.",
        tags="",
    )
    assert rows(app, "SELECT title, body FROM post") == [
        {"title": "Another", "body": "A body.\n\nMore."}
    ]


def test_what_was_published_later_is_newer(app, alice, form):
    autosave(alice, form, EDIT)
    set_time(app, "saved", ago(hours=1))
    alice.post("/1/update", data={"title": "Later", "body": "published"})
    page = alice.get("/1/update").text
    assert has_text(page, "published")
    assert "Continue with it" in note(page)
    id = copies(app, "form_id")[0][0]
    assert has_text(alice.get(f"/1/update?copy={id}").text, "a text")


def test_a_copy_that_was_published_elsewhere_is_none(alice, form):
    autosave(alice, form, EDIT, title="Same", body="words")
    alice.post("/1/update", data={"title": "Same", "body": "words"})
    assert note(alice.get("/1/update").text) is None


def test_several_copies_lead_to_their_list(app, alice, form):
    for path, address in (("/create", NEW), ("/1/update", EDIT)):
        query = "new" if path == "/create" else "published"

        for body in ("one", "two"):
            opened = open_form(alice, f"{path}?{query}")
            autosave(alice, opened, address, title=body, body=body)

        page = alice.get(path).text
        assert has_text(page, "two")
        assert "See all 2 unpublished texts" in note(page)
        listed = "/account/texts" if path == "/create" else "/1/history"
        assert f'<a href="{listed}">See all' in page
        text = alice.get(listed).text
        assert text.count("Not published") == 2
        assert text.index(">two<") < text.index(">one<")
        continued = re.findall(r'<a class="edit" href="(.*?)"', text)
        assert has_text(alice.get(continued[1]).text, "one")


def test_a_continued_copy_moves_to_the_new_form(app, alice, form):
    autosave(alice, form, EDIT)
    opened = open_form(alice, "/1/update")
    autosave(alice, opened, EDIT, body="more")
    assert copies(app, "form_id", "body") != [(form[1]["form"], "more")]
    assert copies(app) == [("more",)]
    # Again, from the same page.
    autosave(alice, opened, EDIT, body="even more")
    assert copies(app) == [("even more",)]


def test_a_continued_copy_that_was_changed_meanwhile_stays(app, alice, form):
    autosave(alice, form, EDIT)
    opened = open_form(alice, "/1/update")
    autosave(alice, form, EDIT, body="typed on")
    autosave(alice, opened, EDIT, body="other")
    assert copies(app) == [("typed on",), ("other",)]
    send(alice, opened, title="Half", body="other", tags="")
    assert copies(app) == [("typed on",)]


def test_a_continued_copy_that_is_the_published_text_again_goes(app, alice, form):
    autosave(alice, form, EDIT)
    opened = open_form(alice, "/1/update")
    answer = autosave(alice, opened, EDIT, title="A title", body="A body.")
    assert answer.json == {"saved": None}
    assert not copies(app)


# Publishing


def test_publishing_ends_a_copy(app, alice):
    form = open_form(alice)
    autosave(alice, form)
    opened = open_form(alice)
    autosave(alice, open_form(alice, "/create?new"), body="another")
    send(alice, opened, title="Half", body="a text", tags="")
    assert copies(app) == [("another",)]


def test_publishing_changes_ends_a_copy(app, alice, form):
    autosave(alice, form, EDIT)
    send(alice, form, title="Half", body="a text", tags="")
    assert not copies(app)
    assert note(alice.get("/1/update").text) is None


def test_nothing_of_a_published_text_stays_with_its_form(app, alice, form):
    autosave(alice, form, EDIT, body="secret")
    send(alice, form, title="Half", body="public", tags="")
    assert not [r for r in rows(app, "SELECT body FROM working_copy") if r["body"]]
    id = rows(app, "SELECT form_id FROM working_copy")[0]["form_id"]
    assert alice.post(f"/working-copies/{id}/restore").status_code == 404


@pytest.mark.parametrize("refusal", ["empty", "conflict", "limit"])
def test_a_refusal_keeps_a_copy(app, alice, form, refusal):
    autosave(alice, form, EDIT, body="mine")
    title = "" if refusal == "empty" else "A title"

    if refusal == "conflict":
        alice.post("/1/update", data={"title": "A title", "body": "theirs"})
    elif refusal == "limit":
        app.config["EDITS_PER_PERSON"] = 1
        alice.post("/1/update", data={"title": "A title", "body": "A body."})

    answer = send(alice, form, title=title, body="mine", tags="")
    assert answer.status_code in (409, 422, 429)
    assert copies(app) == [("mine",)]


def test_restoring_a_version_leaves_copies_alone(app, alice, form):
    alice.post("/1/update", data={"title": "A title", "body": "Second."})
    autosave(alice, form, EDIT, body="mine")
    assert alice.post("/1/history/1/restore").status_code == 302
    assert copies(app) == [("mine",)]


def test_a_late_autosave_does_not_bring_back_what_was_published(app, alice, form):
    for opened, path in ((open_form(alice), NEW), (form, EDIT)):
        autosave(alice, opened, path)
        send(alice, opened, title="Done", body=f"a text, done {path}", tags="")
        late = autosave(alice, opened, path)
        assert late.status_code == 503
        assert [*late.json] == ["error"]
        assert late.headers["Retry-After"] == "10"
        # That is nothing to keep, whenever it comes.
        same = autosave(alice, opened, path, title="Done", body=f"a text, done {path}")
        assert same.json == {"saved": None}
        assert autosave(alice, opened, path).status_code == 503
        assert not copies(app)


def open_twice(client):
    """Two forms for a new post, filled with the same copy."""
    autosave(client, open_form(client), title="Both", body="The same words in both.")
    return open_form(client), open_form(client)


def test_a_copy_that_was_published_from_another_tab_is_one_post(app, alice):
    one, other = open_twice(alice)
    texts = {"title": "Both", "body": "The same words in both."}
    assert send(alice, one, **texts).location == "/1-both"
    assert send(alice, other, **texts).location == "/1-both"
    assert len(rows(app, "SELECT 1 FROM post")) == 1


def test_a_copy_that_was_published_otherwise_is_shown_beside_that(app, alice):
    one, other = open_twice(alice)
    send(alice, one, title="Both", body="The same words in both, and one.")
    answer = send(alice, other, title="Both", body="The same words in both, or two.")
    assert answer.status_code == 409
    assert has_text(answer.text, "The same words in both, or two.")
    assert [row["body"] for row in rows(app, "SELECT body FROM post")] == [
        "The same words in both, and one."
    ]


def test_another_text_in_the_form_of_a_published_copy_is_another_post(app, alice):
    one, other = open_twice(alice)
    send(alice, one, title="Both", body="The same words in both.")
    send(alice, other, title="New", body="Nothing of that is left here.")
    assert len(rows(app, "SELECT 1 FROM post")) == 2


def test_a_copy_that_somebody_names_of_anothers_form_changes_nothing(app, alice, bob):
    form = open_form(alice)
    send(alice, form, title="Hers", body="Words")
    [before] = rows(app, "SELECT * FROM sent_form")
    copy = f"{before['id']}.2026-01-01 00:00:00"
    send(bob, open_form(bob), title="His", body="Words", copy=copy)
    after = rows(app, "SELECT * FROM sent_form")
    assert len(after) == 2
    assert before in after
    assert send(alice, form, title="Hers", body="Words").location == "/1-hers"


def test_what_is_typed_after_back_is_kept_for_its_post(app, alice):
    form = open_form(alice)
    send(alice, form, title="Done", body="a text", tags="")
    wait_out(app)
    assert autosave(alice, form, title="Done", body="a text, mended").json["saved"]
    assert copies(app, "post_id", "opened", "body") == [(1, 1, "a text, mended")]
    assert note(alice.get("/create").text) is None
    opened = open_form(alice, "/1/update")
    send(alice, opened, title="Done", body="a text, mended", tags="")
    assert rows(app, "SELECT body FROM post") == [{"body": "a text, mended"}]
    assert not copies(app)


def test_what_is_typed_after_back_overwrites_nothing_unseen(app, alice):
    form = open_form(alice)
    send(alice, form, title="Done", body="a text", tags="")
    alice.post("/1/update", data={"title": "Done", "body": "of another tab"})
    wait_out(app)
    autosave(alice, form, title="Done", body="a text, mended")
    set_time(app, "saved", "2999-01-01 00:00:00.000000")
    opened = open_form(alice, "/1/update")
    answer = send(alice, opened, title="Done", body="a text, mended", tags="")
    assert answer.status_code == 409
    assert "which version of this post you were" in answer.text
    assert rows(app, "SELECT body FROM post") == [{"body": "of another tab"}]


@pytest.mark.parametrize("address", [NEW, EDIT])
def test_autosaves_that_race_with_publishing_leave_no_copy(app, alice, form, address):
    form = form if address == EDIT else open_form(alice)
    together = threading.Barrier(6)
    statuses = []

    def run(number):
        together.wait(LIMIT)

        if number == 3:
            answer = send(alice, form, title="Half", body="whole", tags="")
        else:
            answer = autosave(alice, form, address, body=f"half {number}")

        statuses.append(answer.status_code)

    threads = [
        threading.Thread(target=run, args=(number,), daemon=True) for number in range(6)
    ]

    for thread in threads:
        thread.start()

    for thread in threads:
        thread.join(LIMIT)

    assert len(statuses) == 6
    assert set(statuses) <= {200, 302, 503}
    assert not copies(app)
    assert {"body": "whole"} in rows(app, "SELECT body FROM post")


# Discarding


def test_a_copy_is_discarded_and_brought_back(app, alice, form):
    autosave(alice, form, EDIT)
    id = shown_in(alice, "/1/update")
    path = f"/working-copies/{id}/discard"
    assert f'action="{path}"' in alice.get("/1/update").text
    answer = alice.post(path)
    assert answer.location == "/1/update"
    page = alice.get("/1/update").text
    assert has_text(page, "A body.")
    assert f'Discarded. <form action="/working-copies/{id}/restore"' in page
    # A second click.
    assert alice.post(path).location == "/1/update"
    answer = alice.post(f"/working-copies/{id}/restore")
    assert answer.location == f"/1/update?copy={id}"
    assert has_text(alice.get(answer.location).text, "a text")
    assert alice.post(f"/working-copies/{id}/restore").status_code == 404


def test_a_new_copy_is_discarded_where_it_is_shown(app, alice):
    for fields, place in (({}, "/create"), ({"list": "1"}, "/account/texts")):
        autosave(alice, open_form(alice, "/create?new"))
        id = shown_in(alice)
        path = f"/working-copies/{id}/discard"
        assert alice.post(path, data=fields).location == place
        answer = alice.post(f"/working-copies/{id}/restore")
        assert answer.location == f"/create?copy={id}"
        alice.post(path)

    assert "Not saved" not in alice.get("/account/texts").text


def test_a_copy_in_the_history_is_discarded_there(app, alice, form):
    autosave(alice, form, EDIT)
    id = copies(app, "form_id")[0][0]
    answer = alice.post(f"/working-copies/{id}/discard", data={"list": "1"})
    assert answer.location == "/1/history"
    assert "Not published" not in alice.get("/1/history").text


def test_the_copy_of_a_page_is_discarded_where_the_script_moved_it(app, alice, form):
    autosave(alice, form, EDIT)
    page = alice.get("/1/update").text
    path = f"/working-copies/{shown_in(alice, '/1/update')}/discard"
    opened = fields_of(page, "/1/update?send")
    assert fields_of(page, path) == {"form": opened["form"]}
    autosave(alice, ("", opened), EDIT, body="more")
    alice.post(path, data=fields_of(page, path))
    assert not copies(app)
    assert autosave(alice, ("", opened), EDIT, body="late").status_code == 503


def test_what_is_on_its_way_does_not_bring_back_what_is_discarded(app, alice, form):
    autosave(alice, form, EDIT)
    page = alice.get("/1/update").text
    path = f"/working-copies/{shown_in(alice, '/1/update')}/discard"
    opened = fields_of(page, "/1/update?send")

    for _ in range(2):
        answer = alice.post(path, data=fields_of(page, path))
        assert answer.location == "/1/update"

    assert autosave(alice, ("", opened), EDIT, body="late").status_code == 503
    assert not copies(app)
    undo = path.replace("discard", "restore")
    assert undo in alice.get("/1/update").text
    alice.post(undo)
    assert copies(app) == [("a text",)]


# The history


def test_the_history_shows_what_is_not_published(alice, client, form):
    autosave(alice, form, EDIT, title="A title", body="A better body.", tags="tea")
    page = alice.get("/1/history").text
    assert page.count("Not published") == 1
    path = re.search(r'href="(/working-copies/\S+)"', page)[1]
    answer = alice.get(path)
    assert "A <ins>better </ins>body." in answer.text
    assert "<ins>tea</ins>" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Not published" not in alice.get("/1/history?before=1").text
    assert client.get("/1/history").status_code == 404


def test_a_new_text_is_shown_whole(app, alice):
    autosave(alice, open_form(alice), title="", body="*Half* a <b>", tags="x, y")
    page = alice.get("/account/texts").text
    assert "*Half* a &lt;b&gt;" in page
    page = alice.get(re.search(r'href="(/working-copies/\S+)"', page)[1]).text
    assert "*Half* a &lt;b&gt;</div>" in page
    assert '<details class="whole" open>' in page


# Without JavaScript


def test_a_draft_is_saved_with_a_button(app, alice, client, form):
    assert (
        '<button class="outlined" form="editor" name="draft"'
        in alice.get("/1/update").text
    )
    answer = send(alice, form, title="", body="half", tags="a,", draft="1")
    assert answer.location == "/1/update"
    page = alice.get("/1/update").text
    assert "Saved. Nothing is published yet." in page
    assert has_text(page, "half")
    assert "A body." in client.get("/1-a-title").text
    # Once more, from there; and from the page before.
    send(
        alice, open_form(alice, "/1/update"), title="", body="more", tags="", draft="1"
    )
    assert copies(app) == [("more",)]


def test_what_the_page_of_a_draft_still_sends_is_late(app, alice, form):
    send(alice, form, title="", body="whole", tags="", draft="1")
    assert autosave(alice, form, EDIT, body="half").status_code == 503
    # The person, after Back, is not.
    send(alice, form, title="", body="whole again", tags="", draft="1")
    assert copies(app) == [("whole again",)]


def test_a_draft_without_changes_is_none(app, alice, form):
    send(alice, form, title="A title", body="A body.", tags="", draft="1")
    assert "There is nothing to save." in alice.get("/1/update").text
    assert not copies(app)


def test_a_draft_from_another_program_is_kept(app, alice, form):
    fields = {"title": "t", "body": "by a script", "draft": "1"}
    assert alice.post("/1/update", data=fields).location == "/1/update"
    assert copies(app, "body", "opened") == [("by a script", 1)]


@pytest.mark.parametrize(
    ("body", "limit", "status"), [("x" * 400_001, 9, 413), ("short", 1, 429)]
)
def test_a_draft_that_can_not_be_saved_comes_back(
    app, alice, form, clock, body, limit, status
):
    app.config["AUTOSAVES_PER_PERSON"] = limit
    autosave(alice, form, EDIT)
    answer = send(alice, form, title="t", body=body, tags="x", draft="1")
    assert answer.status_code == status
    assert ("Retry-After" in answer.headers) == (status == 429)
    assert has_text(answer.text, body)
    assert copies(app) == [("a text",)]


@pytest.mark.parametrize("button", ["preview", "upload", "draft"])
def test_a_copy_goes_round_with_its_form(app, alice, form, button):
    autosave(alice, form, EDIT)
    opened = open_form(alice, "/1/update")
    texts = {"title": "Half", "body": "x" * 400_001, "tags": ""}
    page = send(alice, opened, **texts, **{button: "1"}).text
    assert fields_of(page, "/1/update") == opened[1]
    texts["body"] = "done"
    send(alice, ("/1/update", opened[1]), **texts)
    assert not copies(app)


def test_a_copy_goes_through_a_conflict(app, alice, form):
    autosave(alice, form, EDIT, body="mine")
    opened = open_form(alice, "/1/update")
    alice.post("/1/update", data={"title": "A title", "body": "theirs"})
    page = send(alice, opened, title="A title", body="mine", tags="").text
    fields = fields_of(page, "/1/update")
    assert fields["copy"] == opened[1]["copy"]
    send(alice, ("/1/update", fields), title="A title", body="both", tags="")
    assert not copies(app)


def test_a_copy_goes_through_a_login(app, alice, form):
    autosave(alice, form, EDIT)
    opened = open_form(alice, "/1/update")
    alice.get("/auth/logout")
    answer = send(alice, opened, title="Half", body="done", tags="")
    page = resume(alice, answer, "alice").text
    assert fields_of(page, "/1/update") == opened[1]
    send(alice, ("/1/update", opened[1]), title="Half", body="done", tags="")
    assert not copies(app)


def test_a_copy_goes_through_an_error_page(app, alice, form, monkeypatch):
    autosave(alice, form, EDIT)
    opened = open_form(alice, "/1/update")

    with monkeypatch.context() as patch:
        patch.setattr("flaskr.views.blog.edits.save", unavailable)
        answer = send(alice, opened, title="Half", body="done", tags="")

    assert answer.status_code == 503
    assert fields_of(answer.text, "/1/update") == opened[1]
    assert copies(app) == [("a text",)]


@pytest.mark.parametrize("refusal", ["logged out", "unavailable"])
def test_a_draft_that_is_sent_again_is_not_published(
    app, alice, form, monkeypatch, refusal
):
    texts = {"title": "Half", "body": "half", "tags": ""}

    if refusal == "logged out":
        alice.get("/auth/logout")
        page = resume(alice, send(alice, form, **texts, draft="1"), "alice").text
        assert "<button>Save draft</button>" in page
    else:
        with monkeypatch.context() as patch:
            patch.setattr("flaskr.views.blog.keep_draft", unavailable)
            page = send(alice, form, **texts, draft="1").text

    alice.post("/1/update", data={**fields_of(page, "/1/update"), **texts})
    assert copies(app) == [("half",)]
    assert rows(app, "SELECT body FROM post") == [{"body": "A body."}]


def test_the_list_asks_for_a_login(client):
    answer = client.get("/account/texts")
    assert answer.location == "/auth/login"


def test_copies_are_kept_for_the_time_of_the_bin(app, alice):
    app.config["BIN_TIME"] = timedelta(hours=1)
    autosave(alice, open_form(alice))
    assert "1 hour" in alice.get("/account/texts").text
    set_time(app, "saved", ago(hours=2))
    write(alice)
    assert not copies(app)


def test_two_people_have_their_own_new_texts(app, alice):
    eve = log_in(app, "eve")
    autosave(alice, open_form(alice), body="Alice")
    autosave(eve, open_form(eve), body="Eve")
    assert has_text(alice.get("/create").text, "Alice")
    assert has_text(eve.get("/create").text, "Eve")

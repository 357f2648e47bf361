"""Drafts: what nobody but their author sees until they are published, and what of them
stays when a post is taken back."""

import re

import pytest

from flaskr.data import drafts
from flaskr.db import transaction

from .conftest import ago
from .conftest import fields_of
from .conftest import log_in
from .conftest import resume
from .conftest import rows
from .conftest import titles
from .conftest import write

TEXT = {"title": "Secret", "body": "Bread.", "tags": "bread"}


def save_draft(client, **fields):
    """Save a draft and return its id."""
    response = client.post("/create", data={**TEXT, "draft": "1", **fields})
    assert response.status_code == 302
    return int(re.search(r"/(\d+)", response.location)[1])


def update(client, id=1, **fields):
    return client.post(f"/{id}/update", data={**TEXT, **fields})


def read_post(app, id=1):
    (post,) = rows(app, "SELECT * FROM post WHERE id = ?", id)
    return post


# Who sees a draft


def test_a_draft_is_seen_by_its_author_and_nobody_else(alice, bob, client):
    save_draft(alice)

    page = alice.get("/1-secret")
    assert "Bread." in page.text
    assert "This is a draft. Only you can see it." in page.text
    assert page.headers["Cache-Control"] == "private, no-cache"

    for other in (bob, client):
        for path in ("/1", "/1-secret", "/1-", "/1/history", "/1/comments/feed.atom"):
            assert other.get(path).status_code == 404
        for path in ("/", "/author/alice", "/archive", "/feed.json", "/search?q=b"):
            assert "ecret" not in other.get(path).text


def test_nobody_else_does_anything_with_a_draft(app, alice, bob, client):
    save_draft(alice)
    alice.post("/1/links")

    for path in (
        *("update", "delete", "publish", "withdraw", "links", "links/1/revoke"),
        *("like", "comment", "comments/close"),
    ):
        data = {**TEXT, "comment": "x"}
        assert bob.post(f"/1/{path}", data=data).status_code == 404, path
        answer = client.post(f"/1/{path}", data=data)
        assert answer.status_code == 403 or "login" in answer.location, path

    assert read_post(app)["drafted"]
    assert len(rows(app, "SELECT * FROM one_time_link")) == 1


def test_what_is_public_is_withdrawn_by_its_author_only(app, alice, bob):
    write(alice)
    assert bob.post("/1/withdraw").status_code == 403
    assert read_post(app)["drafted"] is None


def test_a_draft_leaves_the_pages_of_the_public_where_they_are(app, alice, client):
    write(alice, "Shown")
    etag = client.get("/").headers["ETag"]
    before = rows(app, "SELECT * FROM blog"), rows(app, "SELECT * FROM public_version")

    save_draft(alice, tags="")
    update(alice, 2, body="More bread.", draft="1", tags="")
    alice.post("/2/links")
    alice.post("/2/delete")

    assert client.get("/", headers={"If-None-Match": etag}).status_code == 304
    after = rows(app, "SELECT * FROM blog"), rows(app, "SELECT * FROM public_version")
    assert after == before


def test_a_draft_renames_no_tag(app, alice, client):
    alice.post("/create", data={**TEXT, "title": "Shown", "tags": "Bread"})
    save_draft(alice, tags="BREAD, new")
    assert rows(app, "SELECT name FROM tag ORDER BY id") == [
        {"name": "Bread"},
        {"name": "new"},
    ]
    assert "new" not in client.get("/tags").text
    assert titles(client.get("/tag/bread")) == ["Shown"]


# Saving


def test_a_draft_needs_no_title_and_a_post_does(app, alice):
    save_draft(alice, title=" ")
    assert "Untitled" in alice.get("/1").text
    assert "Untitled" in alice.get("/account/texts").text

    for path in ("/1/update", "/create"):
        answer = alice.post(path, data={**TEXT, "title": "", "publish": "1"})
        assert answer.status_code == 422
        assert "Title is required." in answer.text

    answer = alice.post("/1/publish", follow_redirects=True)
    assert "Title is required." in answer.text
    assert read_post(app)["drafted"]


def test_nothing_is_no_draft(app, alice):
    answer = alice.post("/create", data={"title": " ", "body": "\n", "draft": "1"})
    assert answer.status_code == 422
    assert "Write something first." in answer.text
    assert rows(app, "SELECT * FROM post") == []


def test_a_draft_says_that_its_author_has_typed_more(alice):
    save_draft(alice)
    assert "Continue with it" not in alice.get("/1-secret").text
    form = fields_of(alice.get("/1/update").text, "/1/update?send")
    more = {**form, **TEXT, "body": "Typed."}
    assert alice.post("/1/working-copy", data=more).json["saved"]
    assert "haven’t saved the changes" in alice.get("/1-secret").text
    assert "Typed." not in alice.get("/1-secret").text


def test_restoring_what_was_a_draft_says_that_it_will_be_public(alice):
    save_draft(alice, body="one")
    update(alice, body="two", publish="1")
    update(alice, body="three")
    versions = [alice.get(f"/1/history/{n}") for n in range(2, 9)]
    pages = [page.text for page in versions if page.status_code == 200]
    assert ["public at once" in page for page in pages] == [True, False, False]


def test_saving_a_draft_publishes_nothing(app, alice):
    save_draft(alice)

    # With the button, and as a script does.
    for fields in ({"draft": "1"}, {}):
        answer = update(alice, body=f"More {len(fields)}", **fields)
        page = alice.get(answer.location).text
        assert ("Draft saved." if fields else "Saved.") in page
        assert f"More {len(fields)}" in page
        assert read_post(app)["drafted"]

    versions = rows(app, "SELECT version FROM revision ORDER BY version")
    assert len(versions) == 3


def test_publishing_a_draft_dates_it(app, alice, client):
    save_draft(alice)

    with app.app_context(), transaction() as db:
        long_ago = ago(days=9)
        db.execute("UPDATE post SET created = ?, drafted = ?", (long_ago, long_ago))

    answer = update(alice, body="Ready.", publish="1")
    assert "Published." in alice.get(answer.location).text
    post = read_post(app)
    assert (post["drafted"], post["updated"]) == (None, None)
    assert post["created"] > ago(minutes=1)
    assert titles(client.get("/")) == titles(client.get("/tag/bread")) == ["Secret"]
    assert "Secret" in client.get("/search?q=ready").text


def test_a_draft_is_published_from_its_page(alice, client):
    save_draft(alice)
    answer = alice.post("/1/publish", follow_redirects=True)
    assert "Published." in answer.text
    assert "Bread." in client.get("/1-secret").text


def test_a_post_that_is_withdrawn_keeps_all_that_belongs_to_it(app, alice, bob, client):
    alice.post("/create", data=TEXT)
    bob.post("/1/comment", data={"comment": "Mine."})
    bob.post("/1/like")

    with app.app_context(), transaction() as db:
        db.execute("UPDATE post SET created = ?", (ago(days=9),))

    before = read_post(app)
    answer = alice.post("/1/withdraw", follow_redirects=True)
    assert "Readers can’t see this post now." in answer.text
    assert "Its 1 comment is shown again" in answer.text

    for path in ("/1-secret", "/comment/1", "/tag/bread"):
        assert client.get(path).status_code == 404
    for path in ("/", "/author/alice", "/comments/feed.atom", "/sitemap.xml"):
        assert "ecret" not in client.get(path).text
    assert "Secret" not in bob.get("/account/likes").text

    alice.post("/1/publish")
    assert read_post(app) == before
    page = client.get("/1-secret").text
    assert "Mine." in page
    assert rows(app, "SELECT user_id FROM post_like") == [{"user_id": 2}]


def test_one_that_became_public_is_not_hidden_by_a_form_that_was_left_open(app, alice):
    save_draft(alice)
    alice.post("/1/publish")

    answer = update(alice, body="Typed.", schedule="1", due="2030-01-01T00:00")
    assert answer.status_code == 409
    assert "this post is public by now" in answer.text
    assert "Typed." in answer.text

    # It is what will be published, beside what is.
    answer = update(alice, body="Typed.", draft="1")
    assert "Typed." in alice.get(answer.location).text

    post = read_post(app)
    assert (post["body"], post["drafted"]) == ("Bread.", None)


def test_one_that_was_withdrawn_is_not_published_by_a_form_that_was_left_open(
    app, alice
):
    alice.post("/create", data=TEXT)
    alice.post("/1/withdraw")
    assert update(alice, body="Typed.").status_code == 302
    post = read_post(app)
    assert post["body"] == "Typed."
    assert post["drafted"]


# One form, one post


@pytest.mark.parametrize("presses", ["dd", "dp", "ddp", "dpp", "pp"])
def test_a_form_that_is_sent_again_is_one_post(app, alice, presses):
    """d: Save draft; p: Publish."""
    fields = {**TEXT, **fields_of(alice.get("/create").text, "/create?send")}

    for press in presses:
        button = {"d": {"draft": "1"}, "p": {}}[press]
        answer = alice.post("/create?send", data={**fields, **button})
        assert answer.location == "/1-secret"

    (post,) = rows(app, "SELECT * FROM post")
    assert (post["drafted"] is None) == ("p" in presses)


def test_a_text_corrected_after_back_is_saved_as_what_the_button_says(app, alice):
    fields = {**TEXT, **fields_of(alice.get("/create").text, "/create?send")}
    alice.post("/create?send", data={**fields, "draft": "1"})
    alice.post("/create?send", data={**fields, "draft": "1", "body": "Better."})
    assert read_post(app)["drafted"]
    answer = alice.post("/create?send", data={**fields, "body": "Best."})
    assert answer.status_code == 302
    post = read_post(app)
    assert (post["body"], post["drafted"]) == ("Best.", None)

    # The same text again hides nothing, and says so.
    alice.get("/")

    for button in ({"draft": "1"}, {"schedule": "1", "due": "2030-01-01T00:00"}):
        answer = alice.post("/create?send", data={**fields, "body": "Best.", **button})
        page = alice.get(answer.location).text
        assert "Nothing was saved: this post is public by now." in page
        assert "Draft saved" not in page

    assert read_post(app) == post

    # What is public stays as it is, and the text is kept beside it.
    answer = alice.post("/create?send", data={**fields, "body": "No.", "draft": "1"})
    assert answer.location == "/1/update"
    assert "No." in alice.get(answer.location).text
    assert read_post(app) == post


@pytest.mark.parametrize("button", ["draft", "schedule"])
def test_a_draft_sent_after_the_session_ended_stays_a_draft(app, alice, button):
    fields = fields_of(alice.get("/create").text, "/create?send")
    fields |= {**TEXT, button: "1", "due": "2030-01-01T00:00"}
    alice.get("/auth/logout")
    answer = alice.post("/create?send", data=fields)
    assert answer.status_code == 403

    page = resume(alice, answer, "alice").text
    label = {"draft": "Save draft", "schedule": "Schedule"}[button]
    assert f"<button>{label}</button>" in page

    alice.post("/create", data={**TEXT, **fields_of(page, "/create")})
    post = read_post(app)
    assert post["drafted"]
    assert bool(post["due"]) == (button == "schedule")


def test_a_draft_that_could_not_be_saved_is_sent_again_as_one(
    app, alice, databases, monkeypatch
):
    fields = {**TEXT, **fields_of(alice.get("/create").text, "/create?send")}

    with databases.lock_writers(app.config["DATABASE"]):
        monkeypatch.setattr("flaskr.db.WRITE_WAIT", 0)
        answer = alice.post("/create?send", data={**fields, "draft": "1"})

    assert answer.status_code == 503
    assert '<input type="hidden" name="draft" value="1">' in answer.text


# History and bin


def test_the_public_history_begins_when_the_public_saw_the_post(
    app, alice, bob, monkeypatch
):
    save_draft(alice, body="first thoughts")
    update(alice, body="second thoughts", draft="1")
    update(alice, body="ready", publish="1")
    update(alice, body="corrected")
    alice.post("/1/withdraw")
    update(alice, body="an unseen addition", draft="1")
    update(alice, body="without it", draft="1")
    alice.post("/1/publish")
    monkeypatch.setitem(app.config, "PUBLIC_REVISIONS", True)

    def read_history(client):
        found = re.findall(r'href="(/1/history/\d+)"', client.get("/1/history").text)
        return {path: client.get(path) for path in found}

    assert len(read_history(alice)) == 6
    seen = read_history(bob)
    assert len(seen) == 3

    for page in seen.values():
        assert not re.search("thoughts|unseen", page.text)

    for path in read_history(alice).keys() - seen.keys():
        assert bob.get(path).status_code == 404
        assert bob.post(f"{path}/restore").status_code == 404


def test_a_draft_comes_back_from_the_bin_as_one(app, alice, client):
    save_draft(alice)
    before = read_post(app)
    alice.post("/1/delete")
    assert rows(app, "SELECT * FROM post") == []
    alice.post("/account/bin/1/restore")
    assert read_post(app) == before
    assert client.get("/1").status_code == 404
    assert rows(app, "SELECT created FROM post_tag") == [{"created": ""}]


# Your texts


def test_your_texts_are_all_that_you_wrote(app, alice, bob):
    save_draft(alice, title="A draft")
    alice.post(
        "/create",
        data={**TEXT, "title": "Later", "schedule": "1", "due": "2030-01-01T00:00"},
    )
    write(alice, "Shown")
    save_draft(bob, title="Of Bob")

    page = alice.get("/account/texts").text
    assert re.findall(r"<h[23][^>]*>(?:<a[^>]*>)?(.*?)<", page) == [
        *("Scheduled", "Later", "Drafts", "A draft", "Published", "Shown"),
    ]
    assert "Of Bob" not in page
    assert '<span class="quiet">2</span>' in page


def test_your_texts_are_pages_when_there_are_many(app, alice, monkeypatch):
    monkeypatch.setattr(drafts, "PAGE_SIZE", 2)

    for number in range(5):
        save_draft(alice, title=f"Draft {number}", tags="")
        alice.post(
            "/create",
            data={
                **{"title": f"Later {number}", "body": "", "schedule": "1"},
                "due": f"2030-01-0{number + 1}T00:00",
            },
        )

    for name, kind in (("older", "Draft"), ("sooner", "Later")):
        seen, path = [], "/account/texts"

        while path:
            page = alice.get(path).text
            seen += re.findall(rf">({kind} \d)</a>", page)
            next_page = re.search(rf'rel="next" href="([^"]*\?{name}=[^"]*)"', page)
            path = next_page and next_page[1].replace("&amp;", "&")

        assert seen == [f"{kind} {number}" for number in (4, 3, 2, 1, 0)]

    assert alice.get("/account/texts?older=x").status_code == 400
    assert "no older drafts" in alice.get("/account/texts?older=2000_1").text


def test_the_pages_of_an_author_do_not_read_the_drafts(app, client, alice, statements):
    write(alice, "Shown")
    statements.clear()
    client.get("/author/alice")
    client.get("/")
    lists = [s for s in statements if "ORDER BY p.created" in s]
    assert lists

    for statement in lists:
        assert "p.drafted IS NULL" in statement


# Accounts


def test_drafts_are_of_one_account_only(app, alice):
    """What closes with an account, and what the next person sees of it."""
    save_draft(alice)
    data = {"posts": "delete", "password": "three random words"}
    alice.post("/account/close", data=data)
    assert rows(app, "SELECT * FROM post") == []
    carol = log_in(app, "carol")
    assert "Secret" not in carol.get("/account/texts").text

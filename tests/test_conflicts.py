"""Saving over what somebody else has saved meanwhile: nothing typed is lost."""

import html
import re
import threading

import pytest

from flaskr import create_app
from flaskr.data import edits
from flaskr.data.revisions import Content
from flaskr.db import transaction

from .conftest import ago
from .conftest import client_with
from .conftest import resume
from .conftest import rows
from .conftest import write
from .profiles import show_oneself
from .test_comments import comment
from .test_images import form
from .test_images import upload
from .test_revisions import edit
from .test_revisions import kept
from .test_revisions import texts

TEXT = "one\n\ntwo\n\nthree"


def field(page, name):
    """What a form has in a field."""
    found = re.search(
        rf'name="{name}"[^>]*value="([^"]*)"|name="{name}"[^>]*>\n?([^<]*)</textarea',
        page.text,
    )
    return found and html.unescape(found[1] or found[2] or "")


def opened(client, path="/1/update"):
    """What the form of a page says that it was opened with."""
    return field(client.get(path), "version")


def stored(app):
    return rows(app, "SELECT title, body FROM post")[0]


def test_a_text_that_nobody_else_changed_is_saved(app, alice):
    write(alice, body=TEXT)
    version = opened(alice)
    assert version == "1"
    assert edit(alice, 1, body="new", version=version).location == "/1-a-title"
    assert stored(app)["body"] == "new"
    assert "together" not in alice.get("/").text


def test_changes_of_two_tabs_are_merged(app, alice):
    write(alice, "A title", TEXT)
    version = opened(alice)
    edit(
        alice, 1, "Another title", TEXT.replace("one", "ONE"), tags="a", version=version
    )
    edit(alice, 1, "A title", TEXT.replace("three", "3"), tags="b", version=version)
    assert stored(app) == {"title": "Another title", "body": "ONE\n\ntwo\n\n3"}
    assert kept(app)[-1][3] == ["a", "b"]
    page = alice.get("/").text
    assert "together with changes" in page
    difference = re.search(r'href="(/1/history/\d+)"', page)[1]
    assert "<del>three</del><ins>3</ins>" in alice.get(difference).text


def test_a_merge_with_what_sql_changed_keeps_that(app, alice, execute):
    write(alice, body=TEXT)
    edit(alice, 1, body=TEXT + "\n")
    version = opened(alice)
    execute(app, "UPDATE post SET body = replace(body, 'one', 'by SQL')")
    edit(alice, 1, body=TEXT.replace("three", "3") + "\n", version=version)
    assert stored(app)["body"] == "by SQL\n\ntwo\n\n3\n"
    assert [author for author, *_ in kept(app)] == ["alice", "alice", None, "alice"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"body": "theirs"}, {"body": "mine"}),
        ({"title": "theirs"}, {"title": "mine"}),
    ],
)
def test_a_conflict_saves_nothing_and_shows_both_texts(app, alice, first, second):
    write(alice, body="what was before")
    version = opened(alice)
    edit(alice, 1, **{"body": "what was before", **first}, version=version)
    before = stored(app)
    both = {"title": "A title", "body": "what was before", "tags": "tea", **second}
    page = edit(alice, 1, **both, version=version)
    assert page.status_code == 409
    assert stored(app) == before
    assert "Nothing was saved yet" in page.text
    assert "<del>theirs</del>" in page.text and "<ins>mine</ins>" in page.text
    # The form goes on with what was typed, over what is there now.
    typed = {name: field(page, name) for name in ("title", "body", "tags")}
    assert typed == both
    assert 'action="/1/update?send"' in page.text
    again = edit(alice, 1, **typed, version=field(page, "version"))
    assert again.status_code == 302
    assert stored(app) == {"title": both["title"], "body": both["body"]}
    assert len(kept(app)) == 3


def test_words_settle_no_conflict(app, alice):
    write(alice, body="The cat sat on the mat.")
    version = opened(alice)
    edit(alice, 1, body="The dog sat on the mat.", version=version)
    page = edit(alice, 1, body="The cat sat on the rug.", version=version)
    assert page.status_code == 409
    assert "<del>dog</del>" in page.text and "<ins>rug</ins>" in page.text


def test_the_same_change_twice_is_no_conflict(app, alice):
    write(alice, body="one")
    version = opened(alice)
    edit(alice, 1, body="two", version=version)
    assert edit(alice, 1, body="two", version=version).status_code == 302
    assert texts(app) == ["one", "two"]


def test_an_older_form_that_changes_nothing_leaves_what_others_saved(app, alice):
    write(alice, body="one")
    version = opened(alice)
    edit(alice, 1, body="theirs", version=version)
    assert edit(alice, 1, body="one", version=version).status_code == 302
    assert texts(app) == ["one", "theirs"]


def test_a_writer_that_sends_no_version_has_opened_the_newest(app, alice):
    write(alice, body="one")
    edit(alice, 1, body="two")
    assert edit(alice, 1, body="three", version="").status_code == 302
    assert texts(app) == ["one", "two", "three"]


@pytest.mark.parametrize("version", ["x", "-1", "0", "1.0", "99", "9" * 40, "١", " 1"])
def test_a_version_that_never_was_keeps_the_text(app, alice, version):
    write(alice, body="one")
    page = edit(alice, 1, body="typed for hours", version=version)
    assert page.status_code == 409
    assert "unclear which version" in page.text
    assert field(page, "body") == "typed for hours"
    assert stored(app)["body"] == "one"
    assert edit(
        alice, 1, body=field(page, "body"), version=field(page, "version")
    ).location


def test_a_version_whose_revision_is_gone_keeps_the_text(app, alice, execute):
    write(alice, body="one")
    edit(alice, 1, body="two")
    edit(alice, 1, body="three")
    execute(app, "DELETE FROM revision WHERE version = 2")
    page = edit(alice, 1, body="mine", version="2")
    assert page.status_code == 409 and "unclear which" in page.text
    execute(app, "UPDATE revision SET content = '' WHERE version = 1")
    page = edit(alice, 1, body="mine", version="1")
    assert page.status_code == 409 and "unclear which" in page.text


def test_a_merge_that_would_be_no_post_is_a_conflict(app, alice):
    write(alice, body="a\n\nb\n\nc")
    version = opened(alice)
    half = "x" * 120_000
    edit(alice, 1, body=f"{half}\n\nb\n\nc", version=version)
    page = edit(alice, 1, body=f"a\n\nb\n\n{half}", version=version)
    assert page.status_code == 409
    assert len(stored(app)["body"]) < 121_000


@pytest.mark.parametrize("kind", ["preview", "invalid", "upload"])
def test_a_form_that_comes_back_goes_on_with_the_version_that_was_opened(
    app, alice, kind
):
    write(alice, body="one")
    version = opened(alice)
    edit(alice, 1, body="theirs")
    fields = {"preview": {"preview": "1"}, "upload": {"upload": "1"}, "invalid": {}}
    title = "" if kind == "invalid" else "A title"
    page = edit(alice, 1, title, "mine", version=version, **fields[kind])
    assert field(page, "version") == version
    assert edit(alice, 1, body="mine", version=version).status_code == 409


def test_a_form_that_waited_for_the_login_goes_on_with_its_version(app, alice):
    write(alice, body="one")
    version = opened(alice)
    edit(alice, 1, body="theirs")
    late = app.test_client()
    data = {"title": "A title", "body": "mine", "version": version}
    page = resume(late, late.post("/1/update", data=data), "alice")
    assert field(page, "version") == version
    assert field(page, "body") == "mine"
    assert edit(late, 1, body="mine", version=version).status_code == 409


def test_a_post_that_was_deleted_meanwhile_gives_the_text_back(app, alice, monkeypatch):
    write(alice)
    monkeypatch.setattr(edits, "save", lambda *_: None)
    page = edit(alice, 1, body="typed for hours", version="1")
    assert page.status_code == 404
    assert field(page, "body") or "typed for hours" in page.text


def test_a_post_that_is_gone_is_not_saved(app):
    with app.app_context():
        assert edits.save(1, 1, Content("t", "b", [])) is None


def test_what_is_conflicting_is_text(alice):
    write(alice, body="one")
    version = opened(alice)
    edit(alice, 1, body="<script>theirs</script>", version=version)
    page = edit(alice, 1, "<b>t", "<script>mine</script>", version=version)
    assert page.status_code == 409
    assert "<script>" not in page.text and "<b>" not in page.text


# Races


def test_each_line_of_racing_writers_is_in_the_post_a_revision_or_an_answer(
    app, alice, request
):
    """Two apps, each with connections of its own, as two processes have them; while
    versions are restored, and the post is withdrawn, due and published."""
    write(alice, body="\n\n".join(f"paragraph {n}" for n in range(8)))
    other = create_app({"TESTING": True, "DATABASE": app.config["DATABASE"]})
    cookies = request.node.cookies["alice"]
    typed, answers = [], []

    def save_often(app, name, draw):
        client = client_with(app, cookies)

        for n in range(8):
            page = client.get("/1/update")
            paragraphs = field(page, "body").split("\n\n")
            line = f"{name} wrote {n}"
            paragraphs[(n * draw) % len(paragraphs)] = line
            typed.append(line)
            body = "\n\n".join(paragraphs)
            answer = edit(client, 1, body=body, version=field(page, "version"))
            assert answer.status_code in (302, 409, 503)

            if answer.status_code != 302:
                answers.append(answer.text)

    def restore_often():
        client = client_with(other, cookies)

        for n in range(6):
            found = re.findall(r"/1/history/\d+", client.get("/1/history").text)
            version = field(client.get("/1/update"), "version")
            path = f"{found[n % len(found)]}/restore"
            answer = client.post(path, data={"version": version})
            assert answer.status_code in (302, 409, 503)

    def hide_often():
        client = client_with(app, cookies)

        for n in range(8):
            assert client.post("/1/withdraw").status_code in (302, 503)

            with other.app_context(), transaction() as db:
                db.execute("UPDATE post SET due = ?", (ago(hours=n),))

            # Whoever reads publishes it.
            assert other.test_client().get("/").status_code == 200
            assert client.post("/1/publish").status_code in (302, 503)

    writers = [
        threading.Thread(target=save_often, args=(which, name, draw))
        for which, name, draw in ((app, "one", 1), (other, "two", 3), (app, "three", 5))
    ]
    writers += [threading.Thread(target=act) for act in (restore_often, hide_often)]

    for writer in writers:
        writer.start()

    for writer in writers:
        writer.join(timeout=60)

    other.extensions["flaskr.db"].shutdown()
    everywhere = "\n".join([stored(app)["body"], *texts(app), *answers])
    assert len(typed) == 24
    assert [line for line in typed if line not in everywhere] == []
    assert texts(app)[-1] == stored(app)["body"]


# Texts without versions


def test_a_comment_that_was_changed_elsewhere_is_not_overwritten(app, alice):
    write(alice)
    comment(alice, 1, "before")
    version = opened(alice, "/comment/1/update")
    data = {"comment": "theirs", "version": version}
    assert alice.post("/comment/1/update", data=data).status_code == 302
    page = alice.post("/comment/1/update", data={**data, "comment": "mine"})
    assert page.status_code == 409
    assert "<del>theirs</del>" in page.text and "<ins>mine</ins>" in page.text
    assert field(page, "comment") == "mine"
    assert rows(app, "SELECT body FROM comment") == [{"body": "theirs"}]
    data = {"comment": "mine", "version": field(page, "version")}
    assert alice.post("/comment/1/update", data=data).status_code == 302
    assert rows(app, "SELECT body FROM comment") == [{"body": "mine"}]


def test_a_comment_that_is_sent_twice_or_without_a_version_is_saved(app, alice):
    write(alice)
    comment(alice, 1, "before")
    version = opened(alice, "/comment/1/update")

    for data in ({"version": version}, {"version": version}, {}, {"version": ""}):
        data |= {"comment": "new"}
        assert alice.post("/comment/1/update", data=data).status_code == 302


def test_a_comment_that_comes_back_goes_on_with_what_was_opened(alice):
    write(alice)
    comment(alice, 1, "before")
    data = {"comment": "", "version": "0123"}
    page = alice.post("/comment/1/update", data=data)
    assert page.status_code == 422 and field(page, "version") == "0123"


def test_a_profile_that_was_changed_elsewhere_is_not_overwritten(app, alice):
    version = opened(alice, "/account/about")
    data = {"display_name": "", "links": "", "version": version}
    assert alice.post("/account/about", data={**data, "about": "theirs"}).location
    page = alice.post("/account/about", data={**data, "about": "mine"})
    assert page.status_code == 409
    assert "<del>theirs</del>" in page.text and "<ins>mine</ins>" in page.text
    assert field(page, "about") == "mine"
    assert rows(app, 'SELECT about FROM "user"') == [{"about": "theirs"}]
    data |= {"about": "mine", "version": field(page, "version")}
    assert alice.post("/account/about", data=data).location
    assert rows(app, 'SELECT about FROM "user"') == [{"about": "mine"}]


def test_a_profile_that_is_sent_twice_or_without_a_version_is_saved(alice):
    version = opened(alice, "/account/about")

    for sent in ({"version": version}, {"version": version}, {}):
        data = {"display_name": "A.", "links": "", "about": "I bake.", **sent}
        assert alice.post("/account/about", data=data).status_code == 302

    show_oneself(alice, about="Other.")


def test_a_description_that_was_changed_elsewhere_is_not_overwritten(app, alice):
    upload(alice, alt="before")
    path = "/account/images/1/describe"
    assert f'href="{path}"' in alice.get("/account/images").text
    version = opened(alice, path)
    assert field(alice.get(path), "alt") == "before"
    data = {"alt": "theirs", "version": version}
    assert alice.post(path, data=data).location == "/account/images"
    page = alice.post(path, data={**data, "alt": "mine"})
    assert page.status_code == 409
    assert "<del>theirs</del>" in page.text and "<ins>mine</ins>" in page.text
    assert field(page, "alt") == "mine"
    assert rows(app, "SELECT alt FROM image_upload") == [{"alt": "theirs"}]
    data = {"alt": "mine", "version": field(page, "version")}
    assert alice.post(path, data=data).status_code == 302
    assert rows(app, "SELECT alt FROM image_upload") == [{"alt": "mine"}]


def test_the_same_image_with_another_description_overwrites_none(app, alice):
    upload(alice, alt="")
    upload(alice, alt="before")
    assert alice.post("/account/images", data=form(alt="")).status_code == 302
    page = alice.post("/account/images", data=form(alt="mine"))
    assert page.status_code == 409
    assert field(page, "alt") == "mine"
    assert "<del>before</del>" in page.text
    # In a text, there is room for both.
    assert upload(alice, alt="other").startswith("![other]")
    assert rows(app, "SELECT alt FROM image_upload") == [{"alt": "before"}]


def test_nobody_describes_the_images_of_others(app, alice, bob):
    upload(alice, alt="before")
    assert bob.get("/account/images/1/describe").status_code == 404
    data = {"alt": "mine"}
    assert bob.post("/account/images/1/describe", data=data).status_code == 404

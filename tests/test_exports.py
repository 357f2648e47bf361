"""People take with them what they wrote, suspended or not."""

import io
import json
import re
import zipfile
from contextlib import closing

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wsgi import FileWrapper

from .conftest import cookie
from .conftest import PASSWORD
from .conftest import write
from .test_cleanups import clean_up
from .test_cleanups import spammed  # noqa: F401
from .test_images import picture
from .test_images import upload
from .test_suspensions import owner  # noqa: F401
from .test_suspensions import suspend

FILE = "/account/texts/export"


def log_in_suspended(app):
    client = app.test_client()
    data = {"username": "bob", "password": PASSWORD}
    page = client.post("/auth/login", data=data).text
    return client, re.findall(r'name="token" value="([^"]*)"', page)


def export(client, token):
    return client.post("/auth/export", data={"token": token})


def unpack(answer):
    """The texts of the files of an answer, by their names."""
    assert answer.status_code == 200

    with zipfile.ZipFile(io.BytesIO(answer.data)) as zip:
        assert zip.testzip() is None
        return {
            name: zip.read(name).decode(errors="replace") for name in zip.namelist()
        }


def read_lines(files, name):
    return [json.loads(line) for line in files[f"{name}.jsonl"].splitlines()]


def find_texts(files, folder):
    """The texts of the posts in a folder, without the fields above them."""
    return [
        text.split("\n---\n", 1)[1]
        for name, text in files.items()
        if name.startswith(f"{folder}/") and name.endswith(".md")
    ]


def test_a_file_is_no_picture_of_a_post(alice):
    for kind, status in (("document", 200), ("empty", 200), ("image", 403)):
        answer = alice.get(FILE, headers={"Sec-Fetch-Dest": kind})
        assert answer.status_code == status, kind


def test_a_file_has_all_that_somebody_wrote(app, alice, bob):
    write(bob, "His")
    alice.post("/create", data={"title": "“Bröt”", "body": "词\n\nx", "tags": "b, a"})
    alice.post("/create", data={"title": "Later", "body": "Half", "draft": "1"})
    alice.post("/create", data={"title": "Gone", "body": "Old", "tags": "c"})
    alice.post("/4/delete")
    alice.post("/1/comment", data={"comment": "Hello 👋"})
    alice.post("/1/like")
    alice.post("/account/about", data={"about": "I bake.", "display_name": "Alice B."})
    answer = alice.get(FILE)
    assert answer.headers["Content-Disposition"] == "attachment; filename=texts.zip"
    assert answer.headers["Cache-Control"] == "no-store"
    files = unpack(answer)
    [person] = read_lines(files, "people")
    assert person["username"] == "alice" and person["about"] == "I bake."
    assert read_lines(files, "profiles")[0]["display_name"] == "Alice B."
    [name] = [name for name in files if name.startswith("posts/")]
    assert name.endswith("-bröt.md")
    assert 'title: "“Bröt”"' in files[name] and 'tags: ["b", "a"]' in files[name]
    assert find_texts(files, "posts") == ["词\n\nx\n"]
    assert find_texts(files, "drafts") == ["Half\n"]
    assert [post["title"] for post in read_lines(files, "bin/posts")] == ["Gone"]
    assert [tag["name"] for tag in read_lines(files, "bin/tags")] == ["c"]
    assert [c["body"] for c in read_lines(files, "comments")] == ["Hello 👋"]
    assert [like["post_id"] for like in read_lines(files, "likes")] == [1]
    # It was never changed.
    assert read_lines(files, "revisions") == []
    everything = "".join(files.values())
    assert "His" not in everything and "scrypt" not in everything
    assert FILE in alice.get("/account/texts").text


def test_images_are_beside_the_texts_that_show_them(app, alice, bob):
    own, other = upload(alice, alt="My bread"), upload(bob, picture(color="blue"))
    write(alice, "Bread", f"{own}\n\n{other}")
    files = unpack(alice.get(FILE))
    [text] = find_texts(files, "posts")
    [image] = re.findall(r"\(\.\./(images/my-bread-[0-9a-f]+\.png)\)", text)
    assert image in files
    # The image of somebody else is not taken.
    assert other in text
    assert [name for name in files if name.startswith("images/")] == [image]


def test_older_versions_are_texts_that_anybody_reads(app, alice):
    write(alice, "First", "One")
    alice.post("/1/update", data={"title": "Second", "body": "Two"})
    found = read_lines(unpack(alice.get(FILE)), "revisions")
    assert [(r["title"], r["body"]) for r in found] == [
        ("First", "One"),
        ("Second", "Two"),
    ]


def test_more_texts_than_are_read_at_once_are_all_there(app, alice, monkeypatch):
    monkeypatch.setattr("flaskr.data.export_rows.BATCH", 2)

    for number in range(5):
        write(alice, f"Post {number}", f"Text {number}")

    found = find_texts(unpack(alice.get(FILE)), "posts")
    assert found == [f"Text {number}\n" for number in range(5)]


def test_a_large_file_is_sent_from_the_disk(app, alice, monkeypatch):
    write(alice, "Long", "Words " * 1000)
    small = alice.get(FILE).data
    monkeypatch.setattr("flaskr.views.exports.MAX_IN_MEMORY", 1000)

    with alice.get(FILE) as answer:
        assert answer.content_length == len(small)
        assert b"".join(answer.response) == small


def test_the_server_gets_a_large_file_as_it_is(app, alice, monkeypatch):
    write(alice, "Long", "Words " * 1000)
    monkeypatch.setattr("flaskr.views.exports.MAX_IN_MEMORY", 1000)
    environ = EnvironBuilder(
        FILE, headers={"Cookie": f"flaskr_session={cookie(alice)}"}
    ).get_environ()
    environ["wsgi.file_wrapper"] = FileWrapper

    # It sends it without a thread, and whoever reads nothing of it holds up nobody.
    with closing(app.wsgi_app(environ, lambda *_: None)) as body:
        assert type(body) is FileWrapper


def test_few_files_are_written_at_once(app, alice, monkeypatch):
    queue = app.extensions["flaskr.exports"]
    write_one = queue.wait

    with write_one():
        assert queue.places.acquire()
        answer = alice.get(FILE)
        queue.places.release()

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "2"
    assert "Other people’s files are being put together." in answer.text
    assert unpack(alice.get(FILE))


def test_somebody_without_texts_gets_a_file_too(app, alice):
    files = unpack(alice.get(FILE))
    assert files["comments.jsonl"] == "" and not find_texts(files, "posts")


def test_who_is_logged_out_gets_none(app, client):
    assert client.get(FILE).location == "/auth/login"


def test_who_is_suspended_gets_it_with_the_password(app, owner, bob):  # noqa: F811
    write(bob, "His", "Words")
    assert export(bob, "x").status_code == 403
    suspend(owner)
    client, [token] = log_in_suspended(app)
    files = unpack(export(client, token))
    assert find_texts(files, "posts") == ["Words\n"]
    # Why, and not who did it.
    [suspension] = read_lines(files, "suspensions")
    assert suspension["reason"] and "suspended_by" not in suspension
    # And is not logged in for that.
    assert client.get(FILE).location == "/auth/login"


def test_what_was_taken_back_as_spam_is_in_it(app, spammed, bob):  # noqa: F811
    clean_up(spammed, 2)
    client, [token] = log_in_suspended(app)
    files = unpack(export(client, token))
    titles = {post["title"] for post in read_lines(files, "bin/posts")}
    assert titles == {"Watches", "Draft"}
    deleted = [text["body"] for text in read_lines(files, "bin/cleanup-comments")]
    assert "Buy watches." in deleted
    [waiting] = read_lines(files, "waiting-comments")
    assert waiting["body"] == "Waiting watches." and "why" not in waiting


def test_who_may_log_in_is_offered_none_there(app, bob):
    client, tokens = log_in_suspended(app)
    assert tokens == []


@pytest.mark.parametrize("token", ["", "x", "x.y.z", "\0", "W10.aaaa.bbbb"])
def test_what_no_password_was_typed_for_gives_nothing(app, client, bob, token):
    assert export(client, token).status_code == 403


def test_a_token_is_for_an_hour_and_for_its_account(
    app,
    owner,  # noqa: F811
    bob,
    execute,
    monkeypatch,
):
    suspend(owner)
    client, [token] = log_in_suspended(app)
    assert export(client, token).status_code == 200

    with monkeypatch.context() as patch:
        patch.setattr("flaskr.views.exports.MAX_AGE", -1)
        assert export(client, token).status_code == 403

    execute(app, """UPDATE "user" SET closed = '2020-01-01 00:00:00' WHERE id = 2""")
    assert export(client, token).status_code == 404

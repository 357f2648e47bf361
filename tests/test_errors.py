"""Refusals: one page, in the blog's own look, that says what to do."""

import errno
import io
import os
import tempfile
from functools import partial

import pytest

from flaskr.data import comments
from flaskr.data import posts
from flaskr.data import profiles
from flaskr.data import tags
from flaskr.errors import DatabaseUnavailable
from flaskr.web import limited_request
from flaskr.web.features import needs_no_database

from .conftest import failing
from .conftest import log_in
from .conftest import rows
from .conftest import titles
from .conftest import write


def is_our_page(response, code):
    return (
        response.status_code == code
        and response.content_type == "text/html; charset=utf-8"
        and 'class="masthead"' in response.text
        and f'class="code-number">{code}<' in response.text
        and "Traceback" not in response.text
    )


@pytest.mark.parametrize("code", [400, 403, 404, 405, 413, 429, 500, 503])
def test_every_error_has_the_page(installed, code):
    from werkzeug.exceptions import abort

    installed.add_url_rule("/broken", "broken", lambda: abort(code))
    assert is_our_page(installed.test_client().get("/broken"), code)


def test_who_found_nothing_searches_or_reads_the_newest(client, alice):
    for n in range(6):
        write(alice, f"Post {n}")

    page = client.get("/nowhere")
    assert is_our_page(page, 404)
    assert titles(page) == ["Post 5", "Post 4", "Post 3", "Post 2"]
    assert 'action="/search"' in page.text


def test_the_newest_are_missed_while_the_database_is_in_trouble(
    client, alice, monkeypatch
):
    def fail(*args):
        raise DatabaseUnavailable("Away.")

    write(alice)
    monkeypatch.setattr(posts, "find_page", fail)
    page = client.get("/nowhere")

    assert is_our_page(page, 404)
    assert titles(page) == []


def test_other_errors_show_neither_posts_nor_a_search(installed):
    from werkzeug.exceptions import abort

    installed.add_url_rule("/broken", "broken", lambda: abort(503))
    write(log_in(installed, "alice"))
    page = installed.test_client().get("/broken")

    assert titles(page) == []
    assert 'role="search"' not in page.text


def test_a_broken_view_is_logged_and_its_traceback_not_shown(installed, caplog):
    installed.add_url_rule("/broken", "broken", lambda: 1 / 0)
    response = installed.test_client().get("/broken")

    assert is_our_page(response, 500)
    assert "division" not in response.text
    assert "ZeroDivisionError" in caplog.text


def test_a_wrong_method_is_told_the_right_ones(client):
    response = client.put("/create")

    assert is_our_page(response, 405)
    assert "POST" in response.headers["Allow"]


def test_a_request_that_is_too_large_is_refused(app, alice):
    app.config["MAX_CONTENT_LENGTH"] = 1000
    response = alice.post("/create", data={"title": "t", "body": "x" * 1000})

    assert is_our_page(response, 413)
    assert "Your text is still in the form" in response.text


def test_text_has_a_limit_of_its_own(app, alice):
    app.config["MAX_FORM_MEMORY_SIZE"] = 1000
    form = {"title": "t", "body": "x" * 1000}

    assert is_our_page(alice.post("/create", data=form), 413)
    # Every error page looks for what was typed.
    page = alice.post("/create", data=form, headers={"Sec-Fetch-Site": "cross-site"})
    assert is_our_page(page, 403)
    assert "x" * 1000 not in page.text
    form["image"] = io.BytesIO(b""), ""
    assert is_our_page(alice.post("/create", data=form), 413)


@pytest.mark.parametrize("fields", [1000, 1001])
def test_a_form_has_so_many_fields(app, alice, fields):
    form = {"title": "A title", "body": "", **{f"k{n}": "" for n in range(2, fields)}}
    response = alice.post("/create", data=form)

    if fields == 1000:
        assert response.status_code == 302
    else:
        assert is_our_page(response, 413)


def test_a_browser_can_send_the_largest_post_of_chinese(alice):
    # Nine bytes a character in a form.
    response = alice.post("/create", data={"title": "t", "body": "字" * 66_666})
    assert response.status_code == 302


def test_an_error_of_the_sql_is_our_fault(installed, caplog, monkeypatch):
    monkeypatch.setattr(posts, "PUBLIC", "nonsense")

    assert is_our_page(installed.test_client().get("/"), 500)
    assert "nonsense" in caplog.text


def test_a_failed_write_leaves_nothing_behind(installed, monkeypatch):
    alice = log_in(installed, "alice")

    with installed.app_context():
        from flaskr.db import transaction

        with pytest.raises(ZeroDivisionError), transaction() as db:
            db.execute("DELETE FROM session")
            db.execute("""UPDATE "user" SET username = 'x'""")
            raise ZeroDivisionError

    assert alice.get("/create").status_code == 200


# As SQLite has it, on both engines.
LOST = 10


def test_a_comment_that_is_saved_leads_to_it_when_its_page_is_not_found(
    app, alice, monkeypatch
):
    write(alice)

    with monkeypatch.context() as patch:
        patch.setattr(comments, "find_page_start", failing(LOST))
        assert (
            alice.post("/1/comment", data={"comment": "One"}).location == "/comment/1"
        )
        changed = alice.post("/comment/1/update", data={"comment": "Two"})
        assert changed.location == "/comment/1"

    assert alice.get("/comment/1").location == "/1-a-title#comment-1"
    assert [row["body"] for row in rows(app, "SELECT body FROM comment")] == ["Two"]


def send_image(client):
    from .test_images import form

    typed = {"title": "A title", "body": "hours of work", "upload": "1"}
    return client.post("/create", data=form(**typed))


def test_who_sent_what_is_saved_already_is_told_to_look(app, alice, monkeypatch):
    monkeypatch.setattr(tags, "suggest", failing(LOST))
    response = send_image(alice)
    assert is_our_page(response, 503)
    assert "may or may not have been saved" in response.text
    assert "hours of work" in response.text
    assert len(rows(app, "SELECT id FROM image")) == 1


def test_who_has_only_used_up_a_limit_is_told_to_send_it_again(alice, monkeypatch):
    monkeypatch.setattr(profiles, "save", failing(LOST))
    response = alice.post("/account/about", data={"about": "hours of work"})
    assert is_our_page(response, 503)
    assert "Go back and try again in a moment" in response.text
    assert "may or may not have been saved" not in response.text


def test_what_needs_no_database_is_answered_without(unready):
    client = unready.test_client()

    assert client.get("/hello").text == "Hello, World!"
    assert client.get("/robots.txt").status_code == 200
    assert client.get("/language/en").status_code == 302
    assert client.get("/static/style.css", buffered=True).status_code == 200


def test_what_needs_no_database_does_not_ask_one(app, alice, monkeypatch):
    from flaskr.db import get_pool

    def ask(*args):
        asked.append(args)
        raise OSError("the disk")

    asked = []
    pool = get_pool(app)

    for name in ("version", "acquire", "find_reader"):
        monkeypatch.setattr(pool, name, ask)

    app.extensions["flaskr.page_cache"].find_reader = ask

    for client in (app.test_client(), alice):
        for path in ("/hello", "/hello?x", "/robots.txt"):
            assert client.get(path).status_code == 200
            assert client.head(path).status_code == 200

        assert client.get("/static/style.css", buffered=True).status_code == 200

    assert not asked

    with pytest.raises(OSError):
        app.test_client().get("/")


def test_a_page_that_needs_a_database_is_not_kept_as_one_that_does_not(
    app, client, alice
):
    for rule in ("/<name>", "/au<name>"):
        app.add_url_rule(rule, rule, needs_no_database(lambda name: name))

    for path in ("/", "/hello/", "/robots.txt/", "/language"):
        client.get(path)

    before = client.get("/author/alice").text
    write(alice)
    assert titles(client.get("/")) == ["A title"]
    assert client.get("/author/alice").text != before


def test_a_refusal_is_logged_once_a_minute(unready, caplog, monkeypatch):
    from flaskr.web import error_pages

    client = unready.test_client()
    now = 0.0
    monkeypatch.setattr(error_pages.time, "monotonic", lambda: now)

    for _ in range(5):
        client.get("/")

    assert len(caplog.records) == 1
    now = 61.0
    client.get("/")
    assert len(caplog.records) == 2


def test_what_has_no_traceback_is_logged_each_time(app, caplog):
    for _ in range(2):
        app.logger.error("said")

    assert [record.getMessage() for record in caplog.records] == ["said", "said"]


def test_a_traceback_is_logged_once_a_minute(installed, caplog, monkeypatch):
    from flaskr.web import error_pages

    def fail(*args, **options):
        raise [KeyError, ValueError][kind]("broken")

    client = installed.test_client()
    client.get("/auth/login")
    # That nobody owns the blog.
    caplog.clear()
    now, kind = 0.0, 0
    monkeypatch.setattr(error_pages.time, "monotonic", lambda: now)
    monkeypatch.setattr(posts, "find_page", fail)

    for _ in range(5):
        assert is_our_page(client.get("/"), 500)

    assert len(caplog.records) == 1
    assert caplog.records[0].exc_info
    # Another kind, at another address, and another time.
    kind = 1
    client.get("/")
    assert len(caplog.records) == 2
    client.get("/feed.atom")
    assert len(caplog.records) == 3
    now = 61.0
    client.get("/")
    assert len(caplog.records) == 4


def test_another_reason_is_logged_within_the_minute(app, client, caplog, monkeypatch):
    def fail(reason):
        raise DatabaseUnavailable(reason)

    for reason in (
        *("process 7 is gone", "disk full", "disk full", "process 12 is gone"),
    ):
        monkeypatch.setattr("flaskr.web.database.db.get_db", partial(fail, reason))
        assert client.get("/auth/login").status_code == 503

    # The same one with another number is the same.
    assert [r.getMessage().rpartition(": ")[2] for r in caplog.records] == [
        "process 7 is gone.",
        "disk full.",
    ]


def test_what_a_stranger_sends_breaks_no_line_of_the_log(app, client, caplog):
    client.get("/nope%0AERROR: forged?older=x")
    client.post("/auth/x%0AERROR: forged", headers={"Origin": "null"})

    assert "403" in caplog.text
    assert "\nERROR: forged" not in caplog.text


def test_a_file_that_is_not_there_is_no_error_of_the_database(unready):
    assert unready.test_client().get("/static/nope.css").status_code == 404


def test_what_else_the_app_logs_keeps_its_words(app, caplog):
    with app.test_request_context("/"):
        try:
            raise ValueError("of a part")
        except ValueError:
            app.logger.exception("Something else")

    assert "Something else" in caplog.text


@pytest.fixture
def fill_disk(monkeypatch):
    """Have no room for temporary files any more, or another error."""

    def fill(number=errno.ENOSPC):
        def refuse(*args, **kwargs):
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
        monkeypatch.setattr(limited_request, "MAX_IN_MEMORY", 1000)

    return fill


def with_large_file():
    file = (io.BytesIO(bytes(200_000)), "a.png")
    return {"title": "A title", "body": "My text", "upload": "1", "image": file}


def test_a_text_comes_back_if_the_disk_has_no_room_for_an_image(
    alice, fill_disk, caplog
):
    fill_disk()
    answer = alice.post("/create", data=with_large_file())
    assert is_our_page(answer, 503)
    assert "The server’s disk has no room for files right now." in answer.text
    assert "My text" in answer.text and answer.headers["Retry-After"] == "10"
    assert "A temporary file can't be written" in caplog.text
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("whole", [0, 1])
def test_a_file_of_which_a_part_fits_on_the_disk_is_no_image(
    alice, fill_disk, monkeypatch, tmp_path, whole
):
    class Nearly(io.FileIO):
        """On a disk that has room for some writes, and a part of the next one."""

        left = whole

        def write(self, data):
            self.left -= 1
            return super().write(data if self.left >= 0 else data[:100])

    fill_disk()
    monkeypatch.setattr(
        tempfile, "TemporaryFile", lambda **_: Nearly(tmp_path / "file", "w+")
    )
    answer = alice.post("/create", data=with_large_file())
    assert is_our_page(answer, 503) and "My text" in answer.text


def test_a_disk_that_was_always_full_is_full(alice, monkeypatch):
    def refuse(*args, **kwargs):
        words = "No usable temporary directory found in ['/tmp']"
        raise FileNotFoundError(errno.ENOENT, words)

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    monkeypatch.setattr(limited_request, "MAX_IN_MEMORY", 1000)
    answer = alice.post("/create", data=with_large_file())
    assert is_our_page(answer, 503) and "My text" in answer.text


def test_a_download_says_that_the_disk_is_full(alice, fill_disk, monkeypatch):
    monkeypatch.setattr("flaskr.views.exports.MAX_IN_MEMORY", 100)
    fill_disk()
    assert is_our_page(alice.get("/account/texts/export"), 503)


def test_another_error_of_the_disk_is_not_hidden(alice, fill_disk):
    fill_disk(errno.EIO)

    with pytest.raises(OSError, match="Input/output"):
        alice.post("/create", data=with_large_file())

"""Refusals: one page, in the blog's own look, that says what to do."""

import io

import pytest

from flaskr.data import posts
from flaskr.errors import DatabaseUnavailable

from .conftest import log_in


def is_our_page(response, code):
    return (
        response.status_code == code
        and response.content_type == "text/html; charset=utf-8"
        and 'class="masthead"' in response.text
        and f"Error {code}" in response.text
        and "Traceback" not in response.text
    )


@pytest.mark.parametrize("code", [400, 403, 404, 405, 413, 429, 500, 503])
def test_every_error_has_the_page(installed, code):
    from werkzeug.exceptions import abort

    installed.add_url_rule("/broken", "broken", lambda: abort(code))
    assert is_our_page(installed.test_client().get("/broken"), code)


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
    assert "your text is still in the form" in response.text


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


def test_what_needs_no_database_is_answered_without(unready):
    client = unready.test_client()

    assert client.get("/hello").text == "Hello, World!"
    assert client.get("/static/style.css", buffered=True).status_code == 200


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


def test_another_reason_is_logged_within_the_minute(app, client, caplog, monkeypatch):
    def fail():
        raise DatabaseUnavailable(reasons.pop())

    monkeypatch.setattr("flaskr.web.database.db.get_db", fail)
    reasons = ["process 12 is gone", "disk full", "disk full", "process 7 is gone"]

    for _ in range(4):
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

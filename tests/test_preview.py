"""The preview in the editor, which publishes nothing."""

import re

import pytest

from .conftest import rows
from .conftest import write


def preview(client, path="/create", **data):
    data = {"title": "A title", "body": "Some *text*.", "preview": "1", **data}
    return client.post(path, data=data)


def shown(response):
    assert response.status_code == 200
    section = re.search(
        r'<section [^>]*id="preview"(.*?)>(.*?)</section>', response.text, re.S
    )
    assert "hidden" not in section[1]
    return section[2]


@pytest.mark.parametrize("path", ["/create", "/1/update"])
def test_a_preview_shows_the_post_and_keeps_what_was_typed(app, alice, path):
    write(alice, "old", "old")
    response = preview(alice, path, tags="a, b")

    assert "A title" in shown(response)
    assert "Some <em>text</em>." in shown(response)
    assert ">A title</textarea>" in response.text
    assert "\nSome *text*.</textarea>" in response.text
    assert 'value="a, b"' in response.text
    assert rows(app, "SELECT title, body FROM post") == [
        {"title": "old", "body": "old"}
    ]


def test_a_preview_needs_no_title(alice):
    assert "Some <em>text</em>." in shown(preview(alice, title=""))


def test_a_form_that_was_not_previewed_hides_the_place_of_the_preview(alice):
    assert re.search(r'id="preview"[^>]* hidden', alice.get("/create").text)


def test_a_preview_is_as_safe_as_the_post(alice):
    page = shown(preview(alice, title="<b>", body="<script>alert(1)</script>"))
    assert "<script" not in page
    assert "<b>" not in page


def test_nobody_previews_logged_out_or_over_anothers_post(app, alice, bob):
    write(alice)

    assert preview(app.test_client()).status_code == 403
    assert preview(bob, "/1/update").status_code == 403

"""The preview in the editor, which publishes nothing."""

import re

import pytest

from flaskr.text.markdown import render

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


def ask(client, body):
    return client.post("/preview", data={"body": body})


TEXTS = [
    "",
    "Some *text*.",
    "# One\n\n## Two\n\nThree",
    "- a\n- b\n\n1. c\n2. d\n\n> e\n\n```py\nprint(1)\n```\n\n---\n",
    "a[^1] b[^x]\n\n[^x]: second\n\n> q\n\n[^1]: first\n\nlast\n",
    "| a | b |\n|---|--:|\n| c | d |\n\n![x](/image/"
    + "0" * 40
    + "-900x600.png 'Cap')\n",
    "<b>\n\n<div>\n\ntext <i>\n",
    "- [ ] task\n- [x] done\n\n  more\n\nwww.example.com ~~gone~~ a~b~c",
    "![](<>)\n\n# \n\n[](#x)\n\ntext",
    "中文，**粗体。**后文\n\n第二段[^一]\n\n[^一]: 注\n",
    "line\n" * 30 + "\n" + "![a](/image/" + "1" * 40 + "-800x600.png)\n\n" * 3,
    "x" * 200_001,
    "a\n" * 20_001 + "*" * 20_001,
]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_the_pieces_of_a_preview_are_the_html_of_the_page(alice, text):
    pieces = ask(alice, text).json["blocks"]
    assert "".join(html for _line, html, _parts in pieces) == render(text).on_page(
        "", "preview-"
    )


def test_each_piece_says_where_it_begins(alice):
    text = (
        "# One\n\ntwo\ntwo\n\n- three\n- three\n\n|a|\n|-|\n|4|\n\nb[^1]\n\n[^1]: x\n"
    )
    lines = [line for line, _html, _parts in ask(alice, text).json["blocks"]]
    assert lines == [1, 3, 6, 9, 13, 15]


def test_a_preview_says_how_long_it_takes_to_read_and_in_what_language(alice):
    answer = ask(alice, "这是一篇中文文章。" * 100).json
    assert answer["language"] == "zh"
    assert answer["minutes"] == "2 min"


def test_a_preview_in_pieces_is_as_safe_as_the_post(alice):
    text = "<script>alert(1)</script>\n\n[x](javascript:alert)\n\n\ufdd5\ufdd3"
    shown = str(ask(alice, text).json)
    assert "<script" not in shown
    assert "javascript:" not in shown
    assert "\ufdd3" not in shown


@pytest.mark.parametrize("data", [{}, {"body": ""}])
def test_only_who_is_logged_in_gets_a_preview(app, alice, data):
    assert alice.post("/preview", data=data).status_code == (200 if data else 400)
    answer = app.test_client().post("/preview", data=data)
    assert answer.status_code == 401
    assert answer.json == {"error": "You’re logged out."}


def test_items_and_rows_have_their_lines(alice):
    text = "- a\n- b\n\n  - c\n\n| d |\n|---|\n| e |\n\n> 1. f\n\ng[^1]\n\n[^1]: h"
    blocks = ask(alice, text).json["blocks"]
    parts = [(line, parts) for line, _html, parts in blocks]
    assert parts == [(1, [1, 2, 4]), (6, [6, 8]), (10, [10]), (12, []), (14, [14])]

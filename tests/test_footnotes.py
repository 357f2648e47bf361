"""Footnotes are numbered when a text is saved, and shown as before."""

import random

import pytest

from flaskr.db import transaction
from flaskr.text.commonmark import MAX_FOOTNOTES
from flaskr.text.footnotes import number_footnotes
from flaskr.text.markdown import render

from .conftest import rows
from .conftest import write
from .test_conflicts import opened
from .test_revisions import edit
from .test_sending import open_form
from .test_sending import send
from .test_working_copies import autosave
from .test_working_copies import copies
from .test_working_copies import EDIT

TYPED = "One[^2] and two[^1].\n\n[^1]: Two.\n[^2]: One."
NUMBERED = "One[^1] and two[^2].\n\n[^2]: Two.\n[^1]: One."

PIECES = (
    *("[^1]", "[^2]", "[^3]", "[^10]", "[^k]", "\n\n[^1]: a", "\n\n[^2]: b"),
    *("\n[^3]: c ", "\n\n[^10]: d", "\n\n[^k]: e", "`", "```\n", "\n\n", " ", "~"),
    *("\\", "é", "汉", "\n> ", "\n- ", "\n    ", "|", "\n|---|---|\n", "*", "[", "]"),
    *("[x](y)", "<b>", "~~", "\n\n1. ", "http://a.example/[^1]"),
)


def body(app):
    return rows(app, "SELECT body FROM post")[0]["body"]


@pytest.mark.parametrize(
    ("typed", "numbered"),
    [
        (TYPED, NUMBERED),
        ("no[^1]", "no[^1]"),
        ("a[^7]\n\n[^7]: x", "a[^1]\n\n[^1]: x"),
        ("a[^knuth] b[^4]\n\n[^knuth]: x\n[^4]: y", None),
        ("`[^2]` b[^3]\n\n[^3]: x", "`[^2]` b[^1]\n\n[^1]: x"),
        ("```\n[^2]: a\n```\nb[^2]\n\n[^2]: x", "```\n[^2]: a\n```\nb[^1]\n\n[^1]: x"),
        ("    [^2]\n\nb[^2]\n\n[^2]: x", "    [^2]\n\nb[^1]\n\n[^1]: x"),
        ("\\[^1] b[^3]\n\n[^3]: x", "\\[^1] b[^2]\n\n[^2]: x"),
        # What has no definition is text, and gets none.
        ("a[^1] b[^3]\n\n[^3]: x", "a[^1] b[^2]\n\n[^2]: x"),
        ("a[^3]\n\n[^1]: x\n\n[^3]: y", "a[^1]\n\n[^2]: x\n\n[^1]: y"),
        ("> 汉[^9] ~3~5[^8]\n\n[^8]: x\n\n[^9]: y", None),
        ("| a\\|[^2] |\n|---|\n| [^1] |\n\n[^1]: x\n[^2]: y", None),
        (
            "a[^2]\n\n[^2]: x\n[^1]: y\n\n```\nopen",
            "a[^2]\n\n[^2]: x\n[^1]: y\n\n```\nopen",
        ),
        ("a[^2]\ufdd0\n\n[^2]: x", "a[^2]\ufdd0\n\n[^2]: x"),
    ],
)
def test_footnotes_are_numbered_in_the_order_of_the_text(typed, numbered):
    result = number_footnotes(typed)
    assert result == numbered or numbered is None and result != typed
    assert number_footnotes(result) == result
    assert render(result).html == render(typed).html


def test_numbering_changes_nothing_that_is_shown():
    choice = random.Random(19)

    for _ in range(500):
        text = "".join(choice.choices(PIECES, k=choice.randrange(2, 25)))
        assert render(number_footnotes(text)).html == render(text).html, text


@pytest.mark.parametrize(
    "text",
    [
        "[^" * MAX_FOOTNOTES + "[^2]\n\n[^2]: x",
        "[^2]:" * MAX_FOOTNOTES,
        "a[^2]\n\n[^2]: x" + "\n\n> *a*" * 60_000,
    ],
)
def test_a_text_that_is_shown_as_typed_is_saved_as_typed(text):
    assert number_footnotes(text) == text


def test_a_post_is_saved_with_its_footnotes_numbered(app, alice):
    write(alice, body=TYPED)
    assert body(app) == NUMBERED
    edit(alice, 1, body=f"{NUMBERED}\n\nThree[^9].\n\n[^9]: Three.")
    assert body(app) == f"{NUMBERED}\n\nThree[^3].\n\n[^3]: Three."


def test_a_preview_and_a_working_copy_leave_footnotes_as_typed(app, alice):
    page = alice.post("/create", data={"title": "A", "body": TYPED, "preview": "1"})
    assert TYPED in page.text
    autosave(alice, open_form(alice), body=TYPED)
    assert copies(app) == [(TYPED,)]


def test_a_text_with_other_numbers_is_no_unsaved_change(app, alice):
    write(alice, body=TYPED)
    form = open_form(alice, "/1/update")
    autosave(alice, form, EDIT, title="A title", body=TYPED)
    assert copies(app) == []
    autosave(alice, form, EDIT, title="A title", body=TYPED.replace("[^1]", "[^2]"))
    assert len(copies(app)) == 1


def test_a_form_with_other_numbers_has_arrived(app, alice):
    form = open_form(alice)
    send(alice, form, title="A title", body=TYPED, tags="")
    assert body(app) == NUMBERED
    data = {**form[1], "title": "A title", "body": TYPED, "tags": ""}
    assert alice.post("/account/sent", data=data).json == {"arrived": True}
    send(alice, form, title="A title", body=TYPED, tags="")
    assert len(rows(app, "SELECT id FROM post")) == 1


def test_other_numbers_are_no_conflict(app, alice):
    write(alice, body=f"{TYPED}\n\nthree\n\nfour")
    version = opened(alice)
    edit(alice, 1, body=f"{NUMBERED}\n\nthree\n\nFOUR", version=version)
    edit(alice, 1, body=f"{TYPED}\n\nTHREE\n\nfour", version=version)
    assert body(app) == f"{NUMBERED}\n\nTHREE\n\nFOUR"


def test_a_post_of_before_takes_a_change_and_numbers(app, alice):
    write(alice, body="x")
    text = f"{TYPED}\n\nthree\n\nfour"

    with app.app_context():
        with transaction() as db:
            db.execute("UPDATE post SET body = ?", (text,))

    version = opened(alice)
    edit(alice, 1, body=text.replace("four", "FOUR"), version=version)
    edit(alice, 1, body=text.replace("three", "THREE"), version=version)
    assert body(app) == f"{NUMBERED}\n\nTHREE\n\nFOUR"

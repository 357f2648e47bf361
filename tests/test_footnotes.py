"""Footnotes are numbered when a post is saved, and nothing else of it changes."""

import random

import pytest

from flaskr.text import footnotes
from flaskr.text.commonmark import MAX_FOOTNOTES
from flaskr.text.footnotes import align
from flaskr.text.footnotes import number
from flaskr.text.markdown import render

from .conftest import rows
from .conftest import write
from .test_conflicts import field
from .test_conflicts import opened
from .test_revisions import edit
from .test_revisions import texts
from .test_revisions import version_of
from .test_sending import has_arrived
from .test_sending import open_form
from .test_sending import send

TYPED = "One[^2] and two[^1].\n\n[^1]: B\n[^2]: A\n"
SAVED = "One[^1] and two[^2].\n\n[^2]: B\n[^1]: A\n"


def stored(app, id=1):
    return rows(app, "SELECT body FROM post WHERE id = ?", id)[0]["body"]


def form_of(page):
    return field(page, "body")


# What is saved


def test_a_new_post_is_numbered(app, alice):
    write(alice, body=TYPED)
    assert stored(app) == SAVED


def test_a_post_that_is_changed_is_numbered(app, alice):
    write(alice)
    edit(alice, 1, body=TYPED, version=opened(alice))
    assert stored(app) == SAVED
    assert texts(app) == ["A body.", SAVED]


def test_a_draft_is_numbered_when_it_is_saved(app, alice):
    data = {"title": "T", "body": TYPED, "draft": "1"}
    alice.post("/create", data=data)
    assert stored(app) == SAVED
    edit(alice, 1, body=f"{TYPED}\nMore", draft="1", version=opened(alice))
    assert stored(app) == f"{SAVED}\nMore"


def test_a_preview_and_a_refusal_leave_what_was_typed(alice):
    write(alice)
    data = {"title": "T", "body": TYPED}

    for path in ("/create", "/1/update"):
        page = alice.post(path, data={**data, "preview": "1"})
        assert form_of(page) == TYPED
        page = alice.post(path, data={**data, "title": ""})
        assert page.status_code == 422
        assert form_of(page) == TYPED


def test_what_is_kept_while_somebody_types_is_as_typed(app, alice):
    write(alice)
    path, fields = open_form(alice, "/1/update")
    data = {**fields, "title": "A title", "body": TYPED}
    assert alice.post("/1/working-copy", data=data).json["saved"]
    assert form_of(alice.get(path)) == TYPED
    assert stored(app) == "A body."


# What differs by the numbers alone


def test_a_text_that_was_saved_is_not_unsaved_as_it_was_typed(app, alice):
    write(alice, body=TYPED)
    _path, fields = open_form(alice, "/1/update")
    data = {**fields, "title": "A title", "body": TYPED}
    assert alice.post("/1/working-copy", data=data).json == {"saved": None}
    assert rows(app, "SELECT * FROM working_copy WHERE discarded IS NULL") == []

    data["body"] = TYPED.replace("A\n", "C\n")
    assert alice.post("/1/working-copy", data=data).json["saved"]


def test_a_text_that_is_sent_again_as_it_was_typed_is_no_version(app, alice):
    write(alice, body=TYPED)
    version = opened(alice)
    edit(alice, 1, body=f"{TYPED}\nMore", version=version)
    newest = version_of(app, 1)

    for opening in (version, str(newest)):
        edit(alice, 1, body=f"{TYPED}\nMore", version=opening)
        assert version_of(app, 1) == newest

    assert stored(app) == f"{SAVED}\nMore"


def test_a_post_that_was_never_numbered_is_no_conflict(app, alice, execute):
    write(alice)
    execute(app, "UPDATE post SET body = ?", TYPED)
    version = opened(alice)
    edit(alice, 1, body=TYPED, version=version)
    assert stored(app) == TYPED
    edit(alice, 1, body=TYPED.replace("A\n", "C\n"), version=version)
    assert stored(app) == SAVED.replace("A\n", "C\n")


@pytest.mark.parametrize("path", ["/create", "/1/update"])
def test_a_form_has_arrived_with_the_text_as_it_was_typed(app, alice, path):
    write(alice)
    form = open_form(alice, path)
    data = {"title": "T", "body": TYPED, "tags": ""}
    assert not has_arrived(alice, form, **data)
    send(alice, form, **data)
    assert has_arrived(alice, form, **data)
    assert not has_arrived(alice, form, **{**data, "body": TYPED.replace("A", "C")})


def test_a_form_that_is_sent_twice_is_one_post(app, alice):
    form = open_form(alice)
    data = {"title": "T", "body": TYPED, "tags": ""}

    for _time in range(2):
        assert send(alice, form, **data).location == "/1-t"

    # As it comes back once more after a correction.
    send(alice, form, **{**data, "body": TYPED.replace("A\n", "C\n")})
    assert [row["body"] for row in rows(app, "SELECT body FROM post")] == [
        SAVED.replace("A\n", "C\n")
    ]


def test_an_older_version_is_restored(app, alice):
    write(alice, body=TYPED)
    edit(alice, 1, body="Other", version=opened(alice))
    alice.post("/1/history/1/restore", data={"version": version_of(app, 1)})
    assert stored(app) == SAVED


# Two tabs

BASE = """First.

Second[^1].

Third[^2].

[^1]: one

[^2]: two
"""


@pytest.mark.parametrize(
    ("theirs", "mine", "merged"),
    [
        pytest.param(
            ("First.", "First[^3]."),
            ("Third[^2].", "Third[^2] changed."),
            "First[^1].\n\nSecond[^2].\n\nThird[^3] changed.\n\n[^2]: one\n\n"
            "[^3]: two\n\n[^1]: new\n",
            id="a note before all others",
        ),
        pytest.param(
            ("First.", "First[^3]."),
            ("Third[^2].", "Third[^2], see[^1]."),
            "First[^1].\n\nSecond[^2].\n\nThird[^3], see[^2].\n\n[^2]: one\n\n"
            "[^3]: two\n\n[^1]: new\n",
            id="another reference to what has another number now",
        ),
        pytest.param(
            ("First.", "First[^3]."),
            ("[^1]: one\n", "[^1]: one\n\n[^3]: mine[^3]\n"),
            "First[^1].\n\nSecond[^2].\n\nThird[^3].\n\n[^2]: one\n\n[^4]: mine[^4]\n\n"
            "[^3]: two\n\n[^1]: new\n",
            id="a note of the same number in both",
        ),
    ],
)
def test_changes_of_two_tabs_are_merged_by_what_notes_say(
    app, alice, theirs, mine, merged
):
    write(alice, body=BASE)
    version = opened(alice)
    edit(alice, 1, body=BASE.replace(*theirs) + "\n[^3]: new\n", version=version)
    edit(alice, 1, body=BASE.replace(*mine), version=version)
    assert stored(app) == merged


def test_a_note_that_was_corrected_keeps_its_label_in_a_merge():
    text = BASE.replace(": one", ": won")
    assert align(text, BASE, BASE) == text
    assert align("No note", BASE, BASE) == "No note"


# The numbers


@pytest.mark.parametrize(
    ("text", "numbered"),
    [
        (
            "a[^7] b[^3] c[^7]\n\n[^3]: x\n[^7]: y",
            "a[^1] b[^2] c[^1]\n\n[^2]: x\n[^1]: y",
        ),
        (
            "a[^2] b[^k] c[^1]\n\n[^1]: x\n[^k]: y\n[^2]: z",
            "a[^1] b[^k] c[^2]\n\n[^2]: x\n[^k]: y\n[^1]: z",
        ),
        ("a[^2]\n\n[^1]: nobody\n[^2]: x", "a[^1]\n\n[^2]: nobody\n[^1]: x"),
        ("a[^3]\n\n[^3]: x", "a[^1]\n\n[^1]: x"),
        ("a[^3] b[^1]\n\n[^3]: x", "a[^2] b[^1]\n\n[^2]: x"),
        (
            "a[^2] `[^2]` \\[^2]\n\n[^2]: x\n\n    [^2]\n",
            "a[^1] `[^2]` \\[^2]\n\n[^1]: x\n\n    [^1]\n",
        ),
        (
            "```\n[^2]: x\n```\n\na[^2]\n\n[^2]: y",
            "```\n[^2]: x\n```\n\na[^1]\n\n[^1]: y",
        ),
        (
            "p\n\n    [^2]\n\n~~~\n[^2]\n~~~\na[^2]\n\n[^2]: y",
            "p\n\n    [^2]\n\n~~~\n[^2]\n~~~\na[^1]\n\n[^1]: y",
        ),
        ("[^2](/x) a[^2]\n\n[^2]: y", "[^2](/x) a[^1]\n\n[^1]: y"),
        (
            "![^2] ![see [^3]](/x)\n\n[^2]: y\n[^3]: z",
            "![^1] ![see [^2]](/x)\n\n[^1]: y\n[^2]: z",
        ),
        (
            "| a | b |\n|-|-|\n| c \\| d[^2] | é[^1] |\n\n[^1]: x\n[^2]: y",
            "| a | b |\n|-|-|\n| c \\| d[^1] | é[^2] |\n\n[^2]: x\n[^1]: y",
        ),
        (
            "> a[^2]\n> - b[^1]\n>\n> [^1]: x[^2]\n\n[^2]: y",
            "> a[^1]\n> - b[^2]\n>\n> [^2]: x[^1]\n\n[^1]: y",
        ),
        (
            "面包[^2]，🎉[^1]\n\n[^1]: 一\n[^2]: 二",
            "面包[^1]，🎉[^2]\n\n[^2]: 一\n[^1]: 二",
        ),
        ("a\x0c[^2]\x01\r\n\r\n[^2]: x", "a\x0c[^1]\x01\r\n\r\n[^1]: x"),
        ("a[^02] b[^2]\n\n[^02]: x\n[^2]: y", "a[^1] b[^2]\n\n[^1]: x\n[^2]: y"),
        ("a[^5] b[^5]\n\n[^5]: x\n[^5]: y", "a[^1] b[^1]\n\n[^1]: x\n[^1]: y"),
        ("[^2]: see [^1]\n\na[^2]\n\n[^1]: x", "[^2]: see [^1]\n\na[^2]\n\n[^1]: x"),
        (
            "[z]: /z\nText[^2] [^2][z]\n\n[^1]: one\n[^2]: two",
            "[z]: /z\nText[^1] [^2][z]\n\n[^2]: one\n[^1]: two",
        ),
        ("[^k]: see [^2]\n\n[^2]: two", "[^k]: see [^1]\n\n[^1]: two"),
    ],
)
def test_numbers_follow_the_text(text, numbered):
    assert number(text) == numbered
    assert number(numbered) == numbered


@pytest.mark.parametrize(
    "text",
    [
        "",
        "No note",
        "a[^1] b[^2]\n\n[^1]: x\n[^2]: y",
        "a[^knuth]\n\n[^knuth]: x",
        "a[^2] with no note",
        "a[^²] b[^２]\n\n[^²]: x\n[^２]: y",
        # A control character within a label.
        "a[^2] b[^\x013]\n\n[^2]: x\n[^3]: y",
    ],
)
def test_whatever_needs_no_number_stays(text):
    assert number(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "a[^2]\n\n[^2]: x\n" + "[^3]" * MAX_FOOTNOTES,
        "a[^2]\n\n[^2]: x\n" + "*" * 20_001,
        "a[^2]\n\n[^2]: x\n" + "é" * 200_000,
        "[^3" * 60_000,
        "a[^2]\n\n[^2]: x\n" + ">" * 100 + "a",
    ],
    ids=["notes", "stars", "long", "open", "deep"],
)
def test_a_text_beyond_a_bound_stays(text):
    assert number(text) == text


def test_a_text_does_not_grow_out_of_its_bound():
    text = "".join(f"[^{n}]" for n in range(1, 12)) + "[^0]" * 9
    text = "[^a]" + text + "".join(f"\n\n[^{n}]: x" for n in range(12))
    text += "\n\n" + "é" * ((200_000 - len(text.encode()) - 2) // 2)
    assert number(text) == text
    assert number(text[:-20]) != text[:-20]


def test_a_text_stays_if_something_else_would_be_shown(monkeypatch):
    # As if the parser had said that code is a reference.
    marks = [
        footnotes.Mark(3, 4, "2", False),
        footnotes.Mark(9, 10, "2", False),
        footnotes.Mark(15, 16, "2", True),
    ]
    monkeypatch.setattr(footnotes, "find_marks", lambda text: marks)
    text = "a[^2] `[^2]`\n\n[^2]: x"
    assert number(text) == text


PIECES = [
    *("[^1]", "[^2]", "[^3]", "[^10]", "[^07]", "[^k]", "![^2]", "[^", "]", "[", "!["),
    *("\n[^1]: one", "\n\n[^2]: two\n", "\n\n[^3]: three\n    more [^1]\n\n"),
    *("\n[^10]: see [^3]\n", "\n[^k]: K\n", "\n> [^07]: x\n", "](x)", "[z]: /z\n"),
    *("`", "```\n", "~~~\n", "\n    ", "\t", " ", "\n", "\n\n", "> ", "- ", "1. "),
    *("*", "**", "_", "~", "~~", "\\", "\\|", "|", "\n| a | b |\n|---|---|\n| x"),
    *(
        "é",
        "面包。",
        "🎉",
        "# ",
        "\n===\n",
        "<b>",
        "<!--",
        "http://a.example/",
        "&amp;",
    ),
    *("\x0c", "\x01", "text"),
]


def test_any_text_is_shown_as_before():
    chance = random.Random(19)
    changed = 0

    for _time in range(300):
        text = "".join(chance.choices(PIECES, k=chance.randint(3, 40)))
        text += chance.choice(["", "\n\n[^1]: one\n\n[^2]: two\n\n[^10]: ten\n"])
        numbered = number(text)
        changed += numbered != text
        assert render(numbered).html == render(text).html, text
        assert number(numbered) == numbered, text

    assert changed > 100

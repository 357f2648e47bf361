"""The editor in WebKit, as people with Safari have it."""

import base64
import os
import re

import pytest

from ..browsers import make_blog
from ..browsers import NAME
from ..browsers import serve
from ..conftest import PASSWORD
from ..conftest import wait_until
from ..test_firefox import find_free_port
from ..test_icons import make_image
from ..webkit import CONTROL
from ..webkit import ENTER
from ..webkit import ESCAPE
from ..webkit import PROGRAMS
from ..webkit import TAB
from ..webkit import WebKit
from .actions import BRING

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        None in PROGRAMS and not os.environ.get("CI"),
        reason="needs WebKit: apt-get install webkit2gtk-driver xvfb",
    ),
]

PUT = """
const [text, start, end] = arguments;
const field = document.querySelector("#body");
field.focus();
field.select();
document.execCommand(text ? "insertText" : "delete", false, text);
field.setSelectionRange(start, end);
"""
VALUE = "return document.querySelector('#body').value"
HAS_FOCUS = (
    "return document.querySelector(arguments[0]).contains(document.activeElement)"
)
UNDO = "document.execCommand('undo')"


@pytest.fixture(scope="module")
def editor(databases, tmp_path_factory):
    assert None not in PROGRAMS, "CI must run the tests in WebKit: webkit2gtk-driver"

    with serve(make_blog(databases.make())) as url:
        webkit = WebKit(tmp_path_factory.mktemp("webkit"), find_free_port())
        webkit.open(f"{url}/auth/login")
        webkit.type("#username", NAME)
        webkit.type("#password", PASSWORD)
        webkit.click("main form button")
        wait_until(lambda: webkit.run("return location.pathname === '/'"))
        webkit.open(f"{url}/create?new")
        yield webkit
        webkit.close()


@pytest.fixture(autouse=True)
def wide(editor):
    editor.resize(1300, 950)


def put(editor, marked):
    """Fill in the text; ``⟦`` and ``⟧`` are the ends of the selection."""
    before, rest = marked.split("⟦")
    end = len(before) + max(0, rest.find("⟧"))
    editor.run(PUT, before + rest.replace("⟧", ""), len(before), end)


def bring(editor, type, files=(), **texts):
    """Paste or drop; files are pairs of a name and bytes."""
    files = [(name, base64.b64encode(content).decode()) for name, content in files]
    texts = {f"text/{kind}": value for kind, value in texts.items()}
    script = f"return ({BRING})(document.querySelector('#body'), arguments[0])"
    return editor.run(script, {"type": type, "files": files, "texts": texts})


def wait_for(editor, pattern):
    wait_until(lambda: re.search(pattern, editor.run(VALUE)))


@pytest.mark.parametrize(
    ("keys", "before", "after"),
    [
        ((CONTROL, "b"), "a ⟦word⟧", "a **word**"),
        ((CONTROL, "b"), "⟦a b\n\nc⟧", "**a b**\n\n**c**"),
        ((ENTER,), "1. a⟦\n2. b", "1. a\n2. \n3. b"),
        ((ENTER,), "- a\n\n  b⟦", "- a\n\n  b\n  "),
        ((CONTROL, "b"), "| ⟦a | b⟧ |\n|---|---|", "| **a** | **b** |\n|---|---|"),
        ((TAB,), "- a\n- b⟦", "- a\n  - b"),
        ((TAB,), "| a⟦ | b |\n|---|---|", "| a   | b   |\n| --- | --- |"),
    ],
)
def test_a_key_changes_a_text_in_one_step(editor, keys, before, after):
    put(editor, before)
    editor.press(*keys)
    assert editor.run(VALUE) == after
    editor.run(UNDO)
    assert editor.run(VALUE) == before.replace("⟦", "").replace("⟧", "")


def test_a_row_is_typed_with_its_bars(editor):
    put(editor, "| a | b |\n|---|---|\n| ⟦ | |")
    editor.type("#body", "| 1 | 2 |")
    assert re.search(r"\n\| +1 +\| +2 +\|$", editor.run(VALUE))


def test_the_preview_follows_the_text(editor):
    put(editor, "⟦# Hello\n\nSome *words* here.")
    shown = "return document.querySelector('#preview em')?.textContent"
    wait_until(lambda: editor.run(shown) == "words")


def test_a_press_in_the_preview_leads_to_its_line(editor):
    put(editor, "⟦" + "".join(f"## Part {n}\n\n- i{n}\n- j{n}\n\n" for n in range(40)))
    lists = "return document.querySelectorAll('#preview ul').length"
    wait_until(lambda: editor.run(lists) == 40)
    editor.run(
        "const items = [...document.querySelectorAll('#preview li')];"
        "const item = items.find(({textContent}) => textContent === 'j30');"
        "item.id = 'item'; item.scrollIntoView({block: 'center'});"
    )
    editor.click("#item")
    rest = "const f = document.querySelector('#body');"
    rest += "return f.value.slice(f.selectionStart).split('\\n')[0]"
    wait_until(lambda: editor.run(rest) == "- j30")


def test_what_is_pasted_is_markdown(editor):
    put(editor, "⟦")
    html = "<h2>Bread</h2><p>is <b>good</b></p>"
    assert not bring(editor, "paste", html=html, plain="Bread\nis good")
    wait_for(editor, "Bread")
    assert editor.run(VALUE) == "## Bread\n\nis **good**"
    editor.run(UNDO)
    assert editor.run(VALUE) == ""


def test_cells_that_are_pasted_fill_those_of_a_table(editor):
    before = "| a⟦ |\n|---|"
    put(editor, before)
    html = "<table><tr><td>x<td>y</tr><tr><td>z<td>w</tr></table>"
    assert not bring(editor, "paste", html=html, plain="x\ty\nz\tw")
    wait_for(editor, "w")
    assert editor.run(VALUE) == "| x   | y   |\n| --- | --- |\n| z   | w   |"
    editor.run(UNDO)
    assert editor.run(VALUE) == before.replace("⟦", "")


def test_an_address_pasted_onto_a_part_of_a_link_is_that_links(editor):
    put(editor, "[so ⟦many⟧ words](/a)")
    assert not bring(editor, "paste", plain="https://b.example/")
    assert editor.run(VALUE) == "[so many words](https://b.example/)"


def test_many_lines_are_pasted_as_they_are(editor):
    lines = "\n".join(f"<line> & {n}\t " for n in range(2000))
    put(editor, "⟦")
    assert not bring(editor, "paste", plain=lines)
    assert editor.run(VALUE) == lines


def test_an_image_is_dropped_described_and_given_a_caption(editor):
    put(editor, "Some text⟦\n\nmore")
    files = [("cat.png", make_image((900, 600))), ("bad.png", b"no image")]
    bring(editor, "drop", files)
    wait_until(lambda: editor.run(HAS_FOCUS, ".uploads"))
    editor.type(".uploads li input", "A cat")
    editor.press(ENTER)
    wait_for(editor, r"^Some text\n\n!\[A cat\]\(/image/\w{12}-900x600\.png\)\n\nmore$")
    alert = "return document.querySelector('.uploads [role=alert]').textContent"
    wait_until(lambda: editor.run(alert).startswith("bad.png: "))
    editor.click(".uploads .finish")

    place = editor.run(VALUE).index("A cat")
    editor.run(
        "const field = document.querySelector('#body'); field.focus();"
        "field.setSelectionRange(arguments[0], arguments[0])",
        place,
    )
    shown = "return !document.querySelector('.figure').hidden"
    wait_until(lambda: editor.run(shown))
    editor.press(TAB)
    assert editor.run(HAS_FOCUS, ".figure")
    editor.press(TAB)

    for character in "On a mat":
        editor.press(character)

    wait_for(editor, r'\.png "On a mat"\)')
    assert editor.run(HAS_FOCUS, ".figure")
    editor.press(ENTER)
    assert editor.run(HAS_FOCUS, "#body")


def test_words_are_found_and_replaced(editor):
    put(editor, "⟦one two one")
    editor.press(CONTROL, "h")
    wait_until(lambda: editor.run("return document.querySelector('.find')"))
    note = "return document.querySelector('.find').innerText"

    for character in "one":
        editor.press(character)

    wait_until(lambda: "1 of 2" in editor.run(note))
    editor.press(ENTER)
    wait_until(lambda: "2 of 2" in editor.run(note))
    editor.press(ESCAPE)
    assert editor.run(HAS_FOCUS, "#body")


def test_a_phone_has_tabs(editor):
    editor.resize(420, 800)
    hidden = "return getComputedStyle(document.querySelector('.sheet')).display"
    editor.click(".tabs [data-view=preview]")
    wait_until(lambda: editor.run(hidden) == "none")
    editor.click(".tabs [data-view=text]")
    wait_until(lambda: editor.run(hidden) != "none")


def test_control_and_enter_publish(editor):
    editor.type("#title", "From WebKit")
    put(editor, "⟦Words")
    editor.press(CONTROL, ENTER)
    wait_until(lambda: editor.run("return location.pathname") == "/1-from-webkit")

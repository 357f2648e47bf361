"""What is typed is not lost in Firefox, either."""

import os
import re
import signal
import socket
from contextlib import suppress
from pathlib import Path

import pytest

from .browsers import make_blog
from .browsers import NAME
from .conftest import PASSWORD
from .conftest import rows
from .conftest import wait_until
from .firefox import Failed
from .firefox import FIREFOX
from .firefox import Firefox
from .test_back_button import Blog

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        FIREFOX is None and not os.environ.get("CI"),
        reason="needs Firefox: apt-get install firefox-esr",
    ),
]

# As WebDriver names them.
ENTER, CONTROL, RELEASE = "\ue007", "\ue009", "\ue000"

KEPT = "return Object.values(localStorage).map(copy => JSON.parse(copy).texts)"


def find_free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@pytest.fixture
def blog(databases):
    blog = Blog(make_blog(databases.make()))
    blog.start()
    yield blog
    blog.stop()


@pytest.fixture
def firefox(tmp_path, blog):
    assert FIREFOX, "CI must run the tests in Firefox: apt-get install firefox-esr"
    firefox = Firefox(tmp_path / "profile", find_free_port())
    firefox.open(f"{blog.url}/auth/login")
    firefox.type("#username", NAME)
    firefox.type("#password", PASSWORD)
    firefox.click("main form button")
    wait_until(lambda: firefox.run("return location.pathname === '/'"))
    yield firefox
    firefox.close(signal.SIGKILL)


def value_of(firefox, selector):
    return firefox.run("return document.querySelector(arguments[0])?.value", selector)


def text_of(firefox, selector):
    script = "return document.querySelector(arguments[0])?.textContent ?? ''"
    return firefox.run(script, selector)


def find_descendants(pid):
    """The processes that a process has started, and theirs."""
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            yield child
            yield from find_descendants(child)


def kill_tabs(firefox):
    """Kill the processes of all tabs, and go on in a new one."""
    tabs = [
        int(pid)
        for pid in find_descendants(firefox.process.pid)
        if Path(f"/proc/{pid}/cmdline").read_bytes().endswith(b"tab\0")
    ]
    assert tabs

    for pid in tabs:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    def open_tab():
        with suppress(Failed):
            tab = firefox.send("WebDriver:NewWindow", type="tab", focus=True)
            firefox.send("WebDriver:SwitchToWindow", handle=tab["handle"])
            return True

    wait_until(open_tab)


def test_a_text_outlives_its_tab_and_the_server(blog, firefox):
    firefox.open(f"{blog.url}/create")
    firefox.type("#title", "A title")
    wait_until(lambda: text_of(firefox, ".bar .kept").startswith("Saved"), 20)
    assert firefox.run(KEPT) == []

    blog.stop()
    firefox.type("#body", "Some text")
    wait_until(lambda: "Kept in this browser" in text_of(firefox, ".bar .kept"), 20)
    assert [copy["body"] for copy in firefox.run(KEPT)] == ["Some text"]
    kill_tabs(firefox)

    blog.start()
    firefox.open(f"{blog.url}/create")
    wait_until(lambda: value_of(firefox, "#body") == "Some text")
    assert value_of(firefox, "#title") == "A title"
    assert "Restored from this browser" in text_of(firefox, ".choices")
    firefox.click(".choices button")
    assert value_of(firefox, "#body") == ""
    firefox.click(".choices button")
    assert value_of(firefox, "#body") == "Some text"

    firefox.click(".bar button")
    wait_until(lambda: "Published." in text_of(firefox, ".flash"))
    wait_until(lambda: firefox.run(KEPT) == [])
    assert rows(blog.app, "SELECT title, body FROM post") == [
        {"title": "A title", "body": "Some text"}
    ]


def test_what_firefox_brings_back_is_not_overwritten(blog, firefox):
    firefox.open(f"{blog.url}/create")
    firefox.type("#body", "Typed")
    firefox.open(f"{blog.url}/tags")
    firefox.back()
    assert value_of(firefox, "#body") == "Typed"
    wait_until(lambda: firefox.run(KEPT) == [], 20)
    assert value_of(firefox, "#body") == "Typed"
    assert [r["body"] for r in rows(blog.app, "SELECT body FROM working_copy")] == [
        "Typed"
    ]


DROP = """
async function make(color) {
  const canvas = document.createElement("canvas");
  canvas.getContext("2d").fillRect(0, 0, color.length, 9);
  const content = await new Promise((resolve) => canvas.toBlob(resolve));
  return new File([content], `${color}.png`, { type: "image/png" });
}
async function drop(field) {
  const dataTransfer = new DataTransfer();
  for (const color of ["red", "green"]) dataTransfer.items.add(await make(color));
  field.dispatchEvent(
    new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer }));
}
drop(document.querySelector("#body"));
"""


def test_images_are_put_in_their_order_and_each_is_undone_by_itself(firefox, blog):
    firefox.open(f"{blog.url}/create?new")
    firefox.type("#body", "Before.")
    firefox.run(DROP)

    for color in ("Red", "Green"):
        wait_until(
            lambda: firefox.run(
                "return document.activeElement.matches('.uploads li:first-child input')"
            )
        )
        firefox.type(".uploads li input", f"{color}{ENTER}")
        wait_until(lambda c=color: f"![{c}](" in value_of(firefox, "#body"))

    red, green = re.findall(r"!\[(\w+)\]", value_of(firefox, "#body"))
    assert (red, green) == ("Red", "Green")
    wait_until(lambda: firefox.run("return document.activeElement.id === 'body'"))
    undone = [value_of(firefox, "#body")]

    while undone[-1] != "Before." and len(undone) < 6:
        firefox.type("#body", f"{CONTROL}z{RELEASE}")
        wait_until(lambda: value_of(firefox, "#body") != undone[-1])
        undone.append(value_of(firefox, "#body"))

    assert undone[-1] == "Before."
    assert [text.count("![") for text in undone][-2:] == [1, 0]


def test_the_preview_is_in_step_in_firefox(blog, firefox):
    firefox.open(f"{blog.url}/create?new")
    text = "".join(f"## Part {n}\n\nSome words of {n}.\n\n" for n in range(60))
    firefox.run(
        """const field = document.querySelector("#body");
        field.value = arguments[0];
        field.dispatchEvent(new InputEvent("input", {bubbles: true}));
        field.focus();
        const at = field.value.indexOf("Some words of 50.");
        setTimeout(() => field.setSelectionRange(at, at), 1500);""",
        text,
    )
    current = ".pane .current"
    wait_until(lambda: text_of(firefox, current) == "Some words of 50.")
    shown = """const pane = document.querySelector(".pane").getBoundingClientRect();
        const part = document.querySelector(arguments[0]).getBoundingClientRect();
        const {top, bottom} = part;
        return pane.top <= top && bottom <= pane.bottom"""
    wait_until(lambda: firefox.run(shown, current))

    firefox.run("scrollTo(0, 0)")
    wait_until(lambda: firefox.run(shown, "#preview .title + .body > :first-child"))
    firefox.run("scrollTo(0, document.querySelector('#body').offsetHeight / 2)")
    wait_until(lambda: firefox.run(shown, "#preview-h-part-32"))

    firefox.click("#preview-h-part-32")
    line = """const field = document.activeElement;
        return field.value?.slice(field.selectionStart).split("\\n", 1)[0]"""
    wait_until(lambda: firefox.run(line) == "## Part 32")


ENTER, TAB, BACKSPACE, DELETE = "\ue007", "\ue004", "\ue003", "\ue017"
PUT = """const [text, start, end = start] = arguments;
const field = document.querySelector("#body");
field.value = text;
field.focus();
field.setSelectionRange(start, end)"""


@pytest.mark.parametrize(
    ("before", "start", "end", "keys", "after"),
    [
        ("1. a\n2. b", 4, 4, ENTER, "1. a\n2. \n3. b"),
        ("1. a\n2. b\n3. c", 5, 5, BACKSPACE, "1. a2. b\n2. c"),
        ("1. a\n2. b\n3. c", 5, 10, DELETE, "1. a\n2. c"),
        ("1. a\n2. b\n3. c", 9, 9, TAB, "1. a\n   1. b\n2. c"),
        ("- a\n\n  b", 8, 8, ENTER, "- a\n\n  b\n  "),
        (
            "| a | b |\n|---|---|",
            7,
            7,
            TAB,
            "| a   | b   |\n| --- | --- |\n|     |     |",
        ),
    ],
)
def test_commands_are_undone_in_one_step(
    blog, firefox, before, start, end, keys, after
):
    firefox.open(f"{blog.url}/create?new")
    firefox.run(PUT, before, start, end)
    firefox.send(
        "WebDriver:PerformActions",
        actions=[
            {
                "type": "key",
                "id": "keys",
                "actions": [
                    {"type": "keyDown", "value": keys},
                    {"type": "keyUp", "value": keys},
                ],
            }
        ],
    )
    assert value_of(firefox, "#body") == after
    firefox.run("document.execCommand('undo')")
    assert value_of(firefox, "#body") == before
    selection = "const {selectionStart: a, selectionEnd: b} = document.activeElement;"
    assert firefox.run(f"{selection} return [a, b]") == [start, end]


COPY = """const items = Object.entries(arguments[0]).map(
  ([type, text]) => [`text/${type}`, new Blob([text], {type: `text/${type}`})]);
return navigator.clipboard.write([new ClipboardItem(Object.fromEntries(items))])"""
DOCS = (Path(__file__).parent / "clipboards/docs-article.html").read_text()
TABLE = "| a | b |\n| --- | --- |\n|  |  |"


@pytest.mark.parametrize(
    ("before", "start", "end", "copied", "after"),
    [
        (
            "",
            *(0, 0),
            {"html": DOCS, "plain": "x"},
            (Path(__file__).parent / "clipboards/docs-article.md").read_text().strip(),
        ),
        ("a *b* c", 2, 5, {"plain": "one\ntwo"}, "a one\ntwo c"),
        (
            "see this page",
            4,
            8,
            {"plain": "https://a.b/"},
            "see [this](https://a.b/) page",
        ),
        (
            *(TABLE, 26, 26),
            {"plain": "x\ny"},
            "| a   | b   |\n| --- | --- |\n| x   |     |\n| y   |     |",
        ),
    ],
)
def test_what_is_pasted_is_undone_in_one_step(
    blog, firefox, before, start, end, copied, after
):
    firefox.open(f"{blog.url}/create?new")
    firefox.run(COPY, copied)
    firefox.run(PUT, before, start, end)
    firefox.type("#body", f"{CONTROL}v{RELEASE}")
    wait_until(lambda: value_of(firefox, "#body") == after)
    firefox.type("#body", f"{CONTROL}z{RELEASE}")
    wait_until(lambda: value_of(firefox, "#body") == before)


def test_a_row_is_typed_with_its_bars(blog, firefox):
    firefox.open(f"{blog.url}/create?new")
    firefox.run(PUT, TABLE, 26)
    firefox.type("#body", "| 1 | 2 |")
    assert re.search(r"\n\| +1 +\| +2 +\|$", value_of(firefox, "#body"))

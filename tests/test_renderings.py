"""The HTML of texts: made when they are saved, and never another text's."""

import re

import pytest

from flaskr.data import renderings
from flaskr.db import get_db
from flaskr.text.markdown import read_facts
from flaskr.text.markdown import render
from flaskr.text.markdown import VERSION

from .conftest import rows
from .conftest import write

ADD = (
    "INSERT INTO post (id, title, body, author_id)"
    " VALUES (7, 'By hand', '*Typed* [a](/b)', 1)"
)
PAGES = ["/1", "/", "/feed.atom", "/feed.json", "/comments/feed.atom"]


def kept(app, kind="post"):
    """The renderings that are kept, by the ids of their texts."""
    found = rows(app, f"SELECT * FROM {kind}_rendering")
    return {row[f"{kind}_id"]: row for row in found}


@pytest.fixture
def slow(monkeypatch):
    """What is rendered while a page is made."""
    made = []

    def noting(function):
        def note(text, *args, **kwargs):
            made.append(text)
            return function(text, *args, **kwargs)

        return note

    for function in render, read_facts:
        name = f"flaskr.web.post_text.{function.__name__}"
        monkeypatch.setattr(name, noting(function))

    return made


def test_a_text_is_rendered_when_it_is_saved(app, alice, client, slow):
    write(alice, "Kept", "*Bread*\n\n- [a](/b)")
    alice.post("/1/comment", data={"comment": "*Well* said"})
    texts = [client.get(path, follow_redirects=True).text for path in PAGES]

    assert slow == []
    assert "<em>Bread</em>" in texts[0] and "<em>Well</em>" in texts[0]
    assert ">Bread<" in texts[1]
    assert "&lt;em&gt;Bread" in texts[2]
    assert "&lt;em&gt;Well" in texts[4]

    alice.post("/1/update", data={"title": "Kept", "body": "*Butter*"})
    alice.post("/comment/1/update", data={"comment": "*Badly* said"})
    text = client.get("/1", follow_redirects=True).text

    assert slow == []
    assert "<em>Butter</em>" in text and "<em>Badly</em>" in text
    assert "Bread" not in text and "Well" not in text


def test_a_list_of_whole_posts_shows_what_is_kept(app, alice, client, slow):
    app.config["WHOLE_POSTS"] = True
    code = "def f(a, b):\n    return a + b  # c\n\n" * 300
    levels = "".join(f"{'#' * level} L{level}\n\n" for level in range(1, 7))
    write(alice, "Kept", f"{levels}![</h2><h2 ](/a.png)\n\n```python\n{code}```\n")
    index = client.get("/").text

    assert slow == []
    assert '<code class="language-python">' in index
    assert re.findall(r"<h(\d) id=.*L(\d)</a></h\1>", index) == [
        *(("3", "1"), ("4", "2"), ("5", "3"), ("6", "4"), ("6", "5"), ("6", "6")),
    ]
    assert 'alt="&lt;/h2&gt;&lt;h2 "' in index


def test_reading_keeps_nothing(app, alice, client, execute, slow):
    execute(app, ADD)

    for path in PAGES:
        client.get(path, follow_redirects=True)

    assert "<em>Typed</em>" in client.get("/7-by-hand").text
    assert "*Typed* [a](/b)" in slow
    assert kept(app) == {}


def test_init_db_keeps_what_is_missing(app, alice, client, execute, runner, slow):
    write(alice)
    alice.post("/1/comment", data={"comment": "*Well* said"})
    execute(app, ADD)
    execute(app, "UPDATE post_rendering SET version = '0', html = 'old'")
    execute(app, "UPDATE comment_rendering SET version = '0', html = 'old'")
    assert "old" not in client.get("/1", follow_redirects=True).text
    assert "Typed a" in client.get("/").text

    assert runner.invoke(args=["init-db"]).exit_code == 0
    slow.clear()
    execute(app, "UPDATE blog SET changed = '2020-01-01 00:00:00'")
    assert "<em>Typed</em>" in client.get("/7-by-hand").text
    assert slow == []
    assert {row["version"] for row in kept(app).values()} == {VERSION}
    assert set(kept(app)) == {1, 7} and set(kept(app, "comment")) == {1}


def test_init_db_renders_each_text_once(app, alice, runner, monkeypatch):
    monkeypatch.setattr(renderings, "BATCH", 2)
    ids = [write(alice, str(number)) for number in range(5)]
    before = kept(app)
    monkeypatch.setattr(renderings, "make", None)
    assert runner.invoke(args=["init-db"]).exit_code == 0
    assert kept(app) == before and set(before) == set(ids)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE post SET body = 'Another.' WHERE id = 1",
        "DELETE FROM post WHERE id = 1",
    ],
)
def test_what_changes_a_text_takes_its_rendering_along(app, alice, execute, change):
    write(alice)
    execute(app, "UPDATE post SET title = 'b' WHERE id = 1")
    assert set(kept(app)) == {1}
    execute(app, change)
    assert kept(app) == {}


def test_a_text_that_changed_meanwhile_keeps_its_own(app, alice):
    write(alice, body="new")

    with app.app_context():
        old = renderings.make(renderings.POST, "old")
        renderings.save(renderings.POST, 1, "old", old)
        get_db().rollback()

    assert kept(app)[1]["html"] == "<p>new</p>\n"


CSHARP = (
    "public class Foo{n} : Bar\n{{\n" + "    public int A{{get;set;}}\n" * 24 + "}}\n"
)
JAVA = "public class A {\n    private final Map<String, Integer> b = new X();\n}\n"


@pytest.mark.parametrize(
    "blocks",
    [
        ["csharp", CSHARP.format(n=1)],
        ["java", JAVA * 10, "java", JAVA * 10, "java", JAVA * 10],
        ["python", "def f(a, b):\n    return a + b  # c\n\n" * 300] * 3,
        ["json", '{"a": ' + '"b", "c": ' * 60 + "1}"],
        ["cpp", "int main(int a) { return a; }\n" * 300],
        ["sh", "curl -H 'a: b' \\\n  --data 'c' \\\n" * 150],
    ],
)
def test_no_code_of_a_programmer_is_left_plain(app, alice, client, blocks):
    pairs = list(zip(blocks[::2], blocks[1::2], strict=True))
    write(alice, "Code", "\n".join(f"```{name}\n{code}```\n" for name, code in pairs))
    shown = client.get("/1-code").text
    assert shown.count('<code class="language-') == len(pairs)
    assert shown.count("<pre") == len(pairs)

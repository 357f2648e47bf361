"""What the search would find where it finds nothing."""

import html
import re

import pytest

from flaskr.data import search
from flaskr.data import suggestions
from flaskr.db import transaction
from flaskr.text.query import parse

from .conftest import titles
from .conftest import write


@pytest.fixture
def blog(client, alice):
    """A few posts, and a client."""
    posts = (
        ("Bread", "flour and water for the kettle", "baking"),
        ("Tea", "water in a kettle; 异步编程很好。教程在此。", "茶"),
        ("Stove", "accommodation with a hot stove; 天气预报 准确", ""),
    )

    for title, body, tags in posts:
        alice.post("/create", data={"title": title, "body": body, "tags": tags})

    return client


def read_suggestions(client, query):
    """The suggested queries of a page that found nothing, as they are linked."""
    page = client.get("/search", query_string={"q": query})
    assert page.status_code == 200
    assert titles(page) == []
    assert "No posts match" in page.text
    links = re.findall(r'<a href="(/search\?q=[^"]*)" dir="auto">(.*?)</a>', page.text)

    for address, _ in links:
        assert titles(client.get(html.unescape(address)))

    return [html.unescape(text) for _, text in links]


@pytest.mark.parametrize(
    ("query", "suggested"),
    [
        # A near word.
        ("ketle", ["kettle"]),
        ("Kettel", ["kettle"]),
        ("accomodaton", ["accommodation"]),
        ("ketlle watter", ["kettle water"]),
        ("ketlle tag:baking", ["kettle tag:baking", "tag:baking"]),
        # Without what nothing has, or the rarest word.
        ("kettle xyzzy", ["kettle"]),
        ("kettle flour stove", ["kettle flour"]),
        ('"water kettle" flour', ["water kettle flour", "flour"]),
        ('kettle "flour water"', ["kettle flour water", "kettle"]),
        ('"water flour" -stove', ["water flour -stove"]),
        ("kettle tag:nothing author:nobody", ["kettle"]),
        ("stove tag:baking", ["stove"]),
        # What is left out.
        ("flour -water", ["flour"]),
        ("flour xyzzy -water", ["flour"]),
        # Without spaces.
        ("异步编程教程", ["异步编程 教程"]),
        ("天气预报很准确", ["天气预报 准确"]),
        ("珍珠异步", ["异步"]),
        ("编程 珍珠", ["编程"]),
        ("kettle 珍珠", ["kettle"]),
    ],
)
def test_a_search_that_finds_nothing_says_what_would(blog, query, suggested):
    assert read_suggestions(blog, query) == suggested


@pytest.mark.parametrize("query", ["xyzzy", "!!!", "珍珠", "tag:nothing", "bake -bake"])
def test_nothing_is_suggested_that_finds_nothing(blog, query):
    assert read_suggestions(blog, query) == []
    page = blog.get("/search", query_string={"q": query}).text
    assert "Try fewer or different words" in page


def test_the_number_of_posts_is_said(app, blog, monkeypatch):
    assert "kettle</a> finds 2 posts." in blog.get("/search?q=kettle+xyzzy").text
    assert "flour</a> finds 1 post." in blog.get("/search?q=flour+xyzzy").text

    monkeypatch.setattr(suggestions, "MAX_RANKED", 2)
    page = blog.get("/search?q=kettle+yzzyx").text
    assert "kettle</a> finds many posts." in page


def test_a_suggestion_is_text(blog):
    page = blog.get("/search", query_string={"q": '"><b>kettle</b> xyzzy'}).text
    assert "<b>" not in page


def test_the_best_of_near_words_is_in_most_posts(app, blog, alice):
    write(alice, "x", "cattle, kettle, battle, settle, nettle; kettla kettlb")
    assert read_suggestions(blog, "kettlx") == ["kettle"]


def test_a_word_of_a_post_that_is_gone_is_not_suggested(app, blog):
    blog.get("/search?q=stove")

    with app.app_context(), transaction() as db:
        db.execute("DELETE FROM post WHERE title = 'Stove'")

    assert read_suggestions(blog, "stvoe") == []


def test_what_suggestions_cost_is_a_fixed_number_of_statements(
    app, blog, alice, statements
):
    with app.app_context(), transaction() as db:
        for number in range(500):
            db.execute(
                "INSERT INTO post (author_id, title, body) VALUES (1, ?, 'x')",
                (f"abc{number} abcde{number}f ab{number}cdef",),
            )

    for query in ("abcdefgh ijklmnop", " ".join(f"abc{n}" for n in range(40))):
        blog.get("/search", query_string={"q": query})
        statements.clear()
        blog.get("/search", query_string={"q": query})
        made = [text for text in statements if not text.startswith("--")]
        assert len(made) < 2000, query


def test_other_queries_find_what_they_say(app, blog):
    with app.app_context():
        for suggestion in suggestions.suggest(parse("kettle flour stove")):
            found = search.find(parse(suggestion.query))
            assert len(found) == suggestion.posts

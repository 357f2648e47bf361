"""The search of a file: what only SQLite allows, and how it is read."""

import pytest

from flaskr.data import search
from flaskr.db import get_db
from flaskr.db import init_db
from flaskr.text.query import parse

from ..conftest import make_tutorial_database
from ..conftest import rows
from ..test_search_index import ask
from ..test_search_index import fill
from ..test_search_index import in_step
from ..test_search_index import tag


@pytest.fixture
def blog(app):
    with app.app_context():
        fill()
        yield app


def test_a_row_that_is_replaced_is_seen_by_the_search(blog, databases, execute):
    assert ask("niño") == ["es"]
    execute(
        blog,
        "INSERT OR REPLACE INTO post (id, title, body, author_id)"
        " VALUES (4, 'es', 'samovar', 1)",
    )
    assert ask("samovar") == ["es"]
    assert ask("niño") == []
    in_step(blog, databases)


@pytest.mark.parametrize(
    "value",
    [
        "7",
        "7.5",
        "x'73616d6f766172ff'",
        "CAST(x'73616d6f766172fffe' AS TEXT)",
        "'samovar' || char(0) || 'hidden'",
        "x'eda080'",
        "''",
    ],
)
def test_odd_content_is_indexed(blog, value, databases):
    db = get_db()
    db.execute(
        f"INSERT INTO post (title, body, author_id) VALUES ({value}, {value}, 1)"
    )
    assert search.index_pending() == 0
    assert search.find(parse("samovar")) or "73" not in value
    in_step(blog, databases)


@pytest.mark.parametrize("name", ["x'ff'", "CAST(x'ff' AS TEXT)", "7", "''"])
def test_an_odd_tag_is_indexed(blog, name):
    tag(1, "odd")
    get_db().execute(f"UPDATE tag SET name = {name}")
    assert ask("tag:odd kettles") == ["en"]


def test_what_was_after_a_null_character_is_found(blog):
    db = get_db()
    db.execute(
        "INSERT INTO post (title, body, author_id)"
        " VALUES ('t', 'samovar' || char(0) || 'hidden', 1)"
    )
    assert ask("hidden samovar") == ["t"]


def test_the_blog_of_the_tutorial_is_searched_once_it_is_upgraded(app, databases):
    app.config["DATABASE"] += ".tutorial"
    app.extensions["flaskr.db"].path = app.config["DATABASE"]
    make_tutorial_database(app.config["DATABASE"])

    with app.app_context():
        init_db()
        assert ask("two") == ["first"]
        assert ask("secon") == ["second"]
        # Its author is missing, and no page shows it.
        assert ask("missing") == []
    in_step(app, databases)


def test_tokens_are_searched_in_the_index_and_not_in_the_posts(blog, statements):
    search.index_pending()

    with blog.app_context():
        ask("kettl tag:x")
        ask("kettl 天气")

    plans = [
        (row["detail"], statement)
        for statement in statements
        if statement.lstrip().startswith(("SELECT", "WITH"))
        for row in rows(blog, "EXPLAIN QUERY PLAN " + statement)
    ]
    assert any("search VIRTUAL TABLE INDEX" in step for step, _ in plans)
    assert not [plan for plan in plans if plan[0] in ("SCAN p", "SCAN post", "SCAN u")]

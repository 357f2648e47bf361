"""The search finds the same posts in the same order, with the same scores, on both
engines."""

import pytest

from flaskr import postgresql
from flaskr import sqlite
from flaskr.data import posts
from flaskr.data import search
from flaskr.data import suggestions
from flaskr.db import get_db
from flaskr.text.query import parse

from ..matching import matching
from .corpus import fill
from .corpus import make_queries
from .engines import open_apps
from .rows import given_up

# Texts are shown to this number of characters.
LENGTH = 10


@pytest.fixture(scope="module")
def apps(tmp_path_factory, databases):
    with open_apps(tmp_path_factory.mktemp("search"), databases) as apps:
        for app in apps.values():
            fill(app)

        yield apps


@pytest.fixture
def limit(monkeypatch):
    """Have few posts be as many."""

    def limit(name, number):
        for engine in (sqlite, postgresql):
            monkeypatch.setattr(engine.fulltext, name, number)

    return limit


def find(apps, query):
    """The scores that a query gives, by engine and id."""
    found = []

    for app in apps.values():
        with app.app_context():
            found.append(search.find(parse(query)))

    return found


def read_pages(app, query, size):
    """The ids on the pages of a query, forwards, and back from the last one."""
    with app.app_context():
        forwards, cursor = [], None

        while True:
            which = matching(query, cursor)
            page = posts.find_page(which, size, LENGTH, cursor)
            forwards.append([post["id"] for post in page.posts])

            if page.older is None:
                break

            cursor = posts.Cursor(page.older)

        backwards = [forwards[-1]]

        while page.newer is not None:
            cursor = posts.Cursor(page.newer, back=True)
            which = matching(query, cursor)
            page = posts.find_page(which, size, LENGTH, cursor)
            backwards.append([post["id"] for post in page.posts])

        return forwards, backwards


@pytest.mark.parametrize("query", make_queries())
def test_queries_give_the_same_scores(apps, query):
    by_file, by_server = find(apps, query)

    assert set(by_server) == set(by_file)
    assert by_server == by_file


def test_most_of_these_queries_find_posts(apps):
    found = [len(find(apps, query)[0]) for query in make_queries()]

    assert len(found) > 190
    assert sum(number > 3 for number in found) > 110
    assert max(found) > 50


@pytest.mark.parametrize(
    "query",
    [
        *["kettel", "samovr stvoe", "kettle xyzzy", "größte straße fluss été", "xyzzy"],
        *["чайнки", "珍珠奶茶好喝吗", "今天的天气很好", "stove -stove", "bob xyzzy"],
        *["tag:none kettle", '"touch la" kettle', "İstanbul Ἀ", "한국어를 검색어는"],
    ],
)
def test_queries_that_find_nothing_suggest_the_same(apps, query):
    suggested = []

    for app in apps.values():
        with app.app_context():
            assert not search.find(parse(query))
            suggested.append(suggestions.suggest(parse(query)))

    assert suggested[0] == suggested[1]


PAGED = [
    "kettle",
    "sam",
    "天",
    "的",
    "tag:tea",
    "author:bob",
    "哈哈",
    '"hot hot"',
    "ket the",
]


@pytest.mark.parametrize("query", PAGED)
def test_pages_have_the_same_posts(apps, query):
    by_file, by_server = (read_pages(app, query, 3) for app in apps.values())

    assert by_server == by_file
    assert len(by_file[0]) > 1


@pytest.mark.parametrize("most", [4, 10])
@pytest.mark.parametrize("query", PAGED)
def test_pages_of_very_common_words_have_the_same_posts(apps, limit, query, most):
    limit("MAX_RANKED", most)
    by_file, by_server = (read_pages(app, query, 3) for app in apps.values())

    assert by_server == by_file
    assert len(by_file[0]) > 1


@pytest.mark.parametrize("windows", [(1, 2), (7, 20), (149, 1)])
@pytest.mark.parametrize("query", PAGED)
def test_posts_are_found_wherever_they_are(apps, limit, monkeypatch, query, windows):
    limit("MAX_RANKED", 10)
    monkeypatch.setattr(postgresql.fulltext, "WINDOWS", windows)
    by_file, by_server = (read_pages(app, query, 3) for app in apps.values())

    assert by_server == by_file


MANY = (
    "INSERT INTO search_text SELECT n, '', '', '', '',"
    " ARRAY['common', 'half' || n % 2, 'rare' || n / 9, '天*'], 4"
    " FROM generate_series(1000, 31000) n"
)
THEIR_TOKENS = (
    "INSERT INTO search_token SELECT DISTINCT 'rare' || n / 9, 9"
    " FROM generate_series(1000, 31000) n"
)
UNPACKED = "SELECT pg_stat_get_xact_function_calls('search_tokens'::regproc) AS number"


def test_few_posts_are_unpacked_however_many_there_are(apps):
    with apps["postgresql"].app_context():
        db = get_db()

        with given_up(db):
            db.execute("SET LOCAL track_functions = 'pl'")
            db.execute(MANY)
            db.execute(THEIR_TOKENS)
            db.execute("ANALYZE search_text")

            for query in ("common", "half1", "rare1234", "half0 rare1234", "天", "rar"):
                before = db.execute(UNPACKED).fetchone()["number"]
                assert search.find(parse(query)), query
                after = db.execute(UNPACKED).fetchone()["number"]
                assert after - before < 5000, query


@pytest.mark.parametrize("query", make_queries()[::4])
def test_very_common_words_give_the_same_posts(apps, limit, query):
    limit("MAX_RANKED", 5)
    limit("ENOUGH_EXACT", 3)
    by_file, by_server = find(apps, query)

    assert by_server == by_file

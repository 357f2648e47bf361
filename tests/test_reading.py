"""Reading changes nothing, so that a browser may read before its reader does."""

import re

import pytest

from .conftest import rows
from .conftest import write
from .databases import ENGINE
from .routes import list_addresses

# A browser is asked before it logs out.
BROWSER = {"Accept-Language": "en"}

# When a login was used last is noted, at most once in a while.
NOTED = {"session": {"last_seen"}}

# What is new is indexed by whoever searches first.
INDEXES = "search.index"


@pytest.fixture
def blog(app, alice, bob):
    """A post with a tag, a comment and a like, and another of Bob's."""
    app.config["PAGE_SIZE"] = 1
    data = {"title": "A title", "body": "Text.", "tags": "alice"}
    alice.post("/create", data=data)
    write(bob, "His")
    bob.post("/1/comment", data={"comment": "Well."})
    bob.post("/1/like")


def read_all(app, databases, prefix=""):
    """All rows of all tables, or of those whose names begin so."""
    return {
        table: sorted(
            repr({k: v for k, v in row.items() if k not in NOTED.get(table, ())})
            for row in rows(app, f'SELECT * FROM "{table}"')
        )
        for table in set(databases.list_tables(app)) - set(ENGINE.TABLES)
        if table.startswith(prefix)
    }


@pytest.mark.parametrize("who", ["client", "alice", "bob"])
@pytest.mark.parametrize("query", ["", "?q=title", "?older=2030-01-01_9&page=/tags"])
def test_no_get_changes_the_database(
    request, app, blog, databases, execute, who, query
):
    reader = request.getfixturevalue(who)
    execute(app, "UPDATE session SET last_seen = '2020-01-01 00:00:00'")
    before = read_all(app, databases)
    assert len(before) > 10
    assert before["post_like"]

    for endpoint, path in list_addresses(app, "GET"):
        if endpoint == INDEXES:
            assert read_all(app, databases) == before

        response = reader.get(path + query, headers=BROWSER, buffered=True)
        assert response.status_code < 500, path

        if endpoint == INDEXES:
            before |= read_all(app, databases, "search_")

    assert read_all(app, databases) == before


def test_a_get_that_is_no_browsers_logs_out_as_in_the_tutorial(app, blog, alice):
    sessions = len(rows(app, "SELECT id FROM session"))
    alice.get("/auth/logout")
    assert len(rows(app, "SELECT id FROM session")) == sessions - 1


def get_rules(client, **options):
    response = client.get("/speculation-rules.json", **options)
    assert response.status_code == 200
    assert response.content_type == "application/speculationrules+json"
    return response.json


def find_matcher(client, **options):
    """What tells whether a browser may load a path; URLPattern's part of it."""
    (rule,) = get_rules(client, **options)["prefetch"]
    patterns = [
        re.sub(r":\w+\((.*?)\)|:\w+|\*", translate, pattern)
        for pattern in rule["where"]["href_matches"]
    ]
    return lambda path: any(re.fullmatch(pattern, path) for pattern in patterns)


def translate(match):
    return match[1] or (".*" if match[0] == "*" else "[^/]+")


def test_a_browser_loads_nothing_that_has_an_effect(app, client, blog):
    may_load = find_matcher(client)
    loaded = set()

    for endpoint, path in list_addresses(app, "GET"):
        response = app.test_client().get(path, headers=BROWSER, buffered=True)

        if may_load(path):
            loaded.add(endpoint)
            assert "Set-Cookie" not in response.headers, path
            assert response.status_code in (200, 301, 404), path
            assert response.mimetype == "text/html", path

    assert loaded == {
        *("blog.show", "index", "blog.index", "authors.show", "tags.index"),
        *("tags.show", "archive.index", "archive.year", "archive.month"),
        "blog.show_mistyped",
    }


@pytest.mark.parametrize(
    "path",
    [
        *("/auth/logout", "/auth/login", "/auth/register", "/language/en", "/create"),
        *("/search", "/1/like", "/1/unlike", "/1/comment", "/1/update", "/account/"),
        *("/comment/1/reply", "/feed.atom", "/author/alice/feed.atom", "/image/x.png"),
        *("/tag/x/feed.rss", "/comments/feed.atom", "/static/style.css", "/hello"),
    ],
)
def test_a_browser_does_not_load_what_acts_or_is_no_page(client, path):
    assert not find_matcher(client)(path)


def test_the_rules_of_a_blog_below_a_path_are_for_that(client):
    may_load = find_matcher(client, base_url="http://localhost/blog")
    assert may_load("/blog/tags")
    assert may_load("/blog/")
    assert not may_load("/tags")
    assert not may_load("/")
    page = client.get("/", base_url="http://localhost/blog")
    assert page.headers["Speculation-Rules"] == '"/blog/speculation-rules.json"'


def test_the_rules_are_asked_for_once_a_day(client):
    response = client.get("/speculation-rules.json")
    assert response.headers["Cache-Control"] == "public, max-age=86400"
    assert len(response.data) < 300


def test_only_logged_out_readers_get_rules(app, client, alice, blog):
    for path in ("/", "/1-a-title", "/tags"):
        for _ in range(2):
            header = client.get(path).headers["Speculation-Rules"]
            assert header == '"/speculation-rules.json"'

        assert "Speculation-Rules" not in alice.get(path).headers

    for path in ("/feed.atom", "/sitemap.xml", "/static/style.css", "/robots.txt"):
        response = client.get(path, buffered=True)
        assert "Speculation-Rules" not in response.headers


def test_a_blog_without_a_database_says_so_with_its_rules(unready):
    assert unready.test_client().get("/").status_code == 503
    get_rules(unready.test_client())

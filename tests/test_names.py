"""Names: each that may be registered has its pages."""

import html
import itertools
import re
from urllib.parse import unquote
from urllib.parse import urlsplit

import pytest
from flask import url_for
from markupsafe import escape

from flaskr.data import tags
from flaskr.data import users
from flaskr.db import transaction
from flaskr.text import names
from flaskr.web.passwords import hash_password

from .conftest import PASSWORD
from .conftest import register
from .conftest import titles
from .conftest import write
from .test_prefix import Server
from .test_prefix import SITE

# Of each, of two and, of the first, of three of these names are made: what is something
# else in addresses, or nothing, and what routes are called.
PARTS = (
    *("/", ".", "..", "~", "1", "2", "a", "feed.atom", "%2F", "//", "~0", "~1", "~2"),
    *("%", "%252F", "%2e", "\\", "?", "#", ";", "&", "=", "+", ":", "@", " ", "面包"),
    *("é", "feed.rss", "/feed.json", "page", "author", "\u200b", "\u202e", "\n"),
)
TYPED = [
    *PARTS,
    *map("".join, itertools.product(PARTS, repeat=2)),
    *map("".join, itertools.product(PARTS[:9], repeat=3)),
]

# How browsers write "." in a path, too (URL Standard, "double-dot path segment").
DOTS = {"", ".", "..", "%2e", "%2e%2e", ".%2e", "%2e."}

HARD = (
    *(
        "/",
        "//",
        "a/",
        "/a",
        "a//b",
        ".",
        "..",
        "a/../b",
        "./a",
        "a/.",
        "alice/feed.atom",
    ),
    *(
        "feed.atom",
        "feed.rss/feed.json",
        "a/b",
        "~",
        "~1",
        "a~1b",
        "~/1",
        "%2F",
        "a%2Fb",
    ),
    *(
        "%",
        "100%",
        "a\\b",
        "\\..\\",
        "?",
        "#",
        "a;b",
        "a?older=1",
        "a.",
        "面包/feed.json",
    ),
    *("http://x", "//x.example", "&amp;", "'\"<i>", "é", "🦊", ": @!$&'()*+,=", "new"),
)


def read_names(kind):
    """The names that somebody can have by typing these, or the keys of tags."""
    found = set()

    for typed in TYPED:
        if kind == "author":
            name = names.clean(typed)
            found |= {name} if users.find_name_problem(name) is None else set()
        else:
            found |= {
                names.name_key(tag)
                for tag in tags.parse(typed)
                if tags.find_problem([tag]) is None
            }

    return found


@pytest.mark.parametrize("root", ["", "/blog"])
@pytest.mark.parametrize("kind", ["author", "tag"])
def test_every_name_has_an_address_that_leads_to_it(app, kind, root):
    with app.test_request_context(base_url=f"http://localhost{root}/"):
        found = read_names(kind)
        paths = set()

        for name in found:
            for values in ({}, {"format": "atom"}, {"format": "json"}):
                endpoint = f"feeds.{kind}" if values else f"{kind}s.show"
                path = url_for(endpoint, name=name, **values)
                paths.add(path)
                # What browsers would change, or take for another part.
                assert re.fullmatch(r"/[!-~]+", path)
                assert not re.search(r"[\\?#<>\"]", path)
                segments = path.lower().split("/")[1:]
                assert DOTS.isdisjoint(segments), path

                routes = app.url_map.bind("localhost", root)
                arguments = {"name": name, **values}
                asked = unquote(path).removeprefix(root)
                assert routes.match(asked) == (endpoint, arguments), path

    assert len(found) > 1000
    assert len(paths) == 3 * len(found)


@pytest.fixture(params=["", "/blog"])
def blog(request, create_ready_app, empty_database):
    """Where a blog is, and a function that gives a browser for it."""
    site = SITE if request.param else None
    config = {"TESTING": True, "SITE_URL": site, "PAGE_SIZE": 2}
    app = create_ready_app(empty_database, config)

    if site:
        app.wsgi_app = Server(app.wsgi_app, "all of the path")

    return request.param, app.test_client


def links_in(response, pattern):
    found = re.findall(pattern, response.text)
    return [urlsplit(html.unescape(link)) for link in found]


def follow(client, link):
    return client.get(link.path + ("?" + link.query if link.query else ""))


@pytest.mark.parametrize("name", HARD)
def test_a_registered_name_reaches_its_pages_by_their_links(blog, name):
    root, open_browser = blog
    writer, reader = open_browser(), open_browser()
    account = {"username": name, "password": PASSWORD}
    assert writer.post(f"{root}/auth/register", data=account).status_code == 302
    assert writer.post(f"{root}/auth/login", data=account).location == f"{root}/"

    for n in range(3):
        post = {"title": f"Post {n}", "body": "", "tags": name}
        assert writer.post(f"{root}/create", data=post).status_code == 302

    front = reader.get(f"{root}/")
    pages = [links_in(front, r'class="author" href="(.*?)"')[0]]
    pages += links_in(reader.get(f"{root}/tags"), r'rel="tag" href="(.*?)"')
    account_page = writer.get(f"{root}/account/").text
    assert f'href="{escape(pages[0].path)}"' in account_page

    for link in pages:
        page = follow(reader, link)
        assert titles(page) == ["Post 2", "Post 1"]
        (older,) = links_in(page, r'<a rel="next" href="(.*?)"')
        assert titles(follow(reader, older)) == ["Post 0"]
        feeds = links_in(page, r'rel="alternate" [^>]*href="(.*?)"')
        own = [feed for feed in feeds if feed.path.startswith(link.path)]
        assert len(own) == 3

        for feed in own:
            answer = follow(reader, feed)
            assert "Post 2" in answer.text
            assert answer.mimetype.startswith("application/")


def test_an_older_address_of_a_name_with_slashes_leads_to_the_one(app, client):
    register(app, "a//b")
    answer = client.get("/author/a//b")
    assert (answer.status_code, answer.location) == (301, "/author/a~1~1b")
    assert client.get("/author/A~1~1b/feed.atom").location == (
        "/author/a~1~1b/feed.atom"
    )


@pytest.mark.parametrize(
    "name",
    [" alice ", ".", "a/../b", "/", "x\ny", "\u202ea", "Ａ", "x" * 300, "\u3164"],
)
def test_a_name_of_the_tutorials_flaskr_has_a_page_and_a_login(app, client, name):
    with app.app_context():
        with transaction() as db:
            db.execute(
                'INSERT INTO "user" (id, username, password) VALUES (9, ?, ?)',
                (name, hash_password(PASSWORD)),
            )

    with app.test_request_context():
        page = url_for("authors.show", name=name)
        feed = url_for("feeds.author", name=name, format="json")

    data = {"username": name, "password": PASSWORD}
    assert client.post("/auth/login", data=data).location == "/"
    write(client)
    assert titles(client.get(page)) == ["A title"]
    assert client.get(feed).json["items"][0]["title"] == "A title"

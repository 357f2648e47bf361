"""Feeds that somebody opens in a browser, and those that a reader asks for."""

import html
import re

import feedparser
import pytest

from flaskr.views.feeds import TYPES

# What Chromium, Firefox and Safari send for an address that somebody goes to.
BROWSER = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en",
    "Sec-Fetch-Dest": "document",
    "Sec-Fetch-Mode": "navigate",
}

# By their sources, or what they sent.
READERS = {
    "feedparser": {"Accept": feedparser.http.ACCEPT_HEADER},
    "newsboat, sfeed, curl": {"Accept": "*/*"},
    "rss2email and others": {},
    "miniflux": {
        "Accept": "application/xml, application/atom+xml, application/rss+xml,"
        " application/rdf+xml, application/feed+json, text/html, */*;q=0.9"
    },
    "SimplePie, in FreshRSS": {
        "Accept": "application/atom+xml, application/rss+xml,"
        " application/rdf+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8,"
        " text/html;q=0.7, unknown/unknown;q=0.1, application/unknown;q=0.1,"
        " */*;q=0.1"
    },
    "one that says it is a browser": {
        "Accept": BROWSER["Accept"],
        "Accept-Language": "en",
        "Upgrade-Insecure-Requests": "1",
        "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0",
    },
    "one in a browser": {
        "Accept": "*/*",
        "Sec-Fetch-Dest": "empty",
        "Sec-Fetch-Mode": "cors",
        "Sec-Fetch-Site": "cross-site",
    },
}

FEEDS = [
    *("/feed", "/author/alice/feed", "/tag/rye%20oats/feed"),
    *("/comments/feed", "/1/comments/feed"),
]


@pytest.fixture
def post(app, alice):
    app.config["SITE_TITLE"] = "Bread & <Butter>"
    data = {"title": "A <b> & c", "body": "Text.", "tags": "Rye oats"}
    alice.post("/create", data=data)
    alice.post("/1/comment", data={"comment": "Mine."})


@pytest.mark.parametrize("format", TYPES)
@pytest.mark.parametrize("feed", FEEDS)
@pytest.mark.parametrize("reader", READERS)
def test_a_reader_gets_the_feed(client, post, reader, feed, format):
    # Whoever was here before.
    client.get(f"{feed}.{format}", headers=BROWSER)
    response = client.get(f"{feed}.{format}", headers=READERS[reader])
    assert response.status_code == 200
    assert response.mimetype == TYPES[format]
    assert "Sec-Fetch-Dest" in response.headers["Vary"]


@pytest.mark.parametrize("who", ["client", "alice"])
@pytest.mark.parametrize("format", TYPES)
@pytest.mark.parametrize("feed", FEEDS)
def test_a_browser_gets_a_page(request, client, post, feed, format, who):
    person = request.getfixturevalue(who)
    # It is kept by now.
    client.get(f"{feed}.{format}")
    response = person.get(f"{feed}.{format}?older=2030-01-01_9", headers=BROWSER)
    assert response.status_code == 302
    assert response.location == f"{feed}.html?older=2030-01-01_9"
    # Many caches know no Vary.
    assert response.headers["Cache-Control"] == "no-store"
    assert "Sec-Fetch-Dest" in response.headers["Vary"]
    page = person.get(response.location, headers=BROWSER)
    assert page.status_code == 200
    assert page.mimetype == "text/html"
    assert ("Log Out" in page.text) == (who == "alice")


@pytest.mark.parametrize("feed", FEEDS)
def test_the_page_of_a_feed_says_what_to_do(client, post, feed):
    page = client.get(f"{feed}.html", headers=BROWSER).text
    address = re.search(r'<input id="address" value="(.*?)" readonly', page)[1]
    assert html.unescape(address) == f"http://localhost{feed}.atom"
    found = feedparser.parse(client.get(html.unescape(address)[16:]).data)
    assert f'<h1 dir="auto">Feed: {html.escape(found.feed.title)}</h1>' in page
    assert f'<a href="{html.escape(found.feed.link)}">' in page
    (entry,) = found.entries
    assert f'<a href="{html.escape(entry.link)}">{html.escape(entry.title)}</a>' in page
    assert 'name="robots" content="noindex' in page
    files = re.findall(r'<a href="([^"]*)" download>', page)
    assert [html.unescape(file) for file in files] == [
        f"http://localhost{feed}.{format}" for format in TYPES
    ]
    # A reader that gets its address finds the feed.
    first = re.search(
        r'<link rel="alternate" type="(.*?)" title=".*" href="(.*?)"', page
    )
    assert first.groups() == (TYPES["atom"], address)


def test_an_older_page_of_a_feed_has_the_address_of_the_first(client, post):
    page = client.get("/feed.html?older=2000-01-01_1").text
    assert 'value="http://localhost/feed.atom"' in page
    assert "In this feed now" not in page


def test_the_page_of_a_feed_has_one_address(client, post):
    location = "/author/alice/feed.html"
    assert client.get("/author/ALICE/feed.html").location == location
    response = client.get("/author/ALICE/feed.rss", headers=BROWSER)
    assert client.get(response.location).location == location
    assert client.get("/tag/RYE%20oats/feed.html").location.startswith("/tag/rye")


@pytest.mark.parametrize("path", ["/author/x/feed", "/tag/x/feed", "/9/comments/feed"])
def test_a_feed_that_is_not_there_has_no_page(client, post, path):
    response = client.get(f"{path}.atom", headers=BROWSER)
    assert client.get(response.location, headers=BROWSER).status_code == 404


def test_the_page_of_a_feed_is_in_the_language_of_the_reader(client, post):
    page = client.get("/feed.html", headers={"Accept-Language": "zh-CN"}).text
    assert "订阅源地址" in page


def test_the_page_of_a_feed_stays_below_the_path_of_the_blog(client, post):
    site = {"base_url": "http://localhost/blog"}
    response = client.get("/feed.atom", headers=BROWSER, **site)
    assert response.location == "/blog/feed.html"
    assert (
        'value="http://localhost/blog/feed.atom"'
        in client.get("/feed.html", **site).text
    )


def test_a_name_is_quoted_on_the_way_to_the_page_of_its_feed(client, alice):
    alice.post("/create", data={"title": "T", "body": "", "tags": "为什么?%#"})
    feed = client.get("/tag/%E4%B8%BA%E4%BB%80%E4%B9%88%3F%25%23/feed.rss")
    assert feed.status_code == 200
    response = client.get(
        "/tag/%E4%B8%BA%E4%BB%80%E4%B9%88%3F%25%23/feed.rss", headers=BROWSER
    )
    assert response.location == "/tag/%E4%B8%BA%E4%BB%80%E4%B9%88%3F%25%23/feed.html"
    assert client.get(response.location).status_code == 200


def test_only_feeds_lead_to_pages_of_feeds(client, post):
    for path in ("/", "/1-a-b-c", "/sitemap.xml", "/feed.html", "/tag/x/feed.xml"):
        assert ".html" not in (client.get(path, headers=BROWSER).location or "")

"""Feeds of the blog, of each author and of each tag."""

import io
import re
import xml.etree.ElementTree as ET
from datetime import datetime

import feedparser
import pytest

from flaskr.db import transaction

from .conftest import log_in
from .conftest import write
from .databases import ENGINE

ATOM = "{http://www.w3.org/2005/Atom}"
SITE = "https://blog.example"
FORMATS = ("atom", "rss", "json")


def get(client, path, **options):
    response = client.get(path, base_url=SITE, **options)
    assert response.status_code == 200, path
    return response


def parse(client, path):
    found = feedparser.parse(io.BytesIO(get(client, path).data))
    assert not found.bozo, found.get("bozo_exception")
    return found


def next_page(feed):
    links = [link.href for link in feed.feed.get("links", []) if link.rel == "next"]
    return links[0].removeprefix(SITE) if links else None


@pytest.fixture
def site(app):
    app.config["SITE_URL"] = SITE
    app.config["SITE_TITLE"] = "Bread & <Butter>"


@pytest.mark.parametrize("format", ["atom", "rss"])
def test_a_feed_has_whole_posts(client, alice, site, format):
    body = "Some *text* and a [link](/tags). " + "word " * 500 + "\n\nthe end"
    alice.post("/create", data={"title": "A & <b>", "body": body, "tags": "x y, 面包"})
    feed = parse(client, f"/feed.{format}")
    (entry,) = feed.entries

    assert feed.feed.title == "Bread & <Butter>"
    assert feed.feed.link == f"{SITE}/"
    assert entry.title == "A & <b>"
    assert entry.link == f"{SITE}/1-a-b"
    assert entry.author == "alice"
    assert entry.id.startswith("urn:uuid:")
    assert [tag.label or tag.term for tag in entry.tags] == ["x y", "面包"]
    (content,) = [c for c in entry.content if "the end" in c.value]
    assert "<em>text</em>" in content.value
    assert f'href="{SITE}/tags"' in content.value
    assert entry.published_parsed


def test_a_json_feed_has_whole_posts(client, alice, site):
    alice.post("/create", data={"title": "A & <b>", "body": "*x*", "tags": "x y"})
    response = get(client, "/feed.json")
    feed = response.json
    (item,) = feed["items"]

    assert response.content_type == "application/feed+json; charset=utf-8"
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"] == "Bread & <Butter>"
    assert feed["home_page_url"] == f"{SITE}/"
    assert feed["feed_url"] == f"{SITE}/feed.json"
    assert item["title"] == "A & <b>"
    assert item["url"] == f"{SITE}/1-a-b"
    assert "<em>x</em>" in item["content_html"]
    assert item["authors"] == [{"name": "alice", "url": f"{SITE}/author/alice"}]
    assert item["tags"] == ["x y"]
    assert datetime.fromisoformat(item["date_published"]).tzinfo


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    ("path", "page", "title"),
    [
        ("/author/alice/feed", "/author/alice", "By Alice"),
        ("/tag/tea%20time/feed", "/tag/tea%20time", "Tagged"),
    ],
)
def test_an_author_and_a_tag_have_feeds_of_their_own(
    client, alice, bob, site, format, path, page, title
):
    bob.post("/create", data={"title": "Tagged", "body": "", "tags": "Tea time"})
    write(alice, "By Alice")
    feed = parse(client, f"{path}.{format}") if format != "json" else None
    json = None if feed else get(client, f"{path}.{format}").json

    titles = [i["title"] for i in json["items"]] if json else []
    assert (titles or [entry.title for entry in feed.entries]) == [title]
    assert (json["home_page_url"] if json else feed.feed.link) == SITE + page
    name = {"By Alice": "alice", "Tagged": "Tea time"}[title]
    assert name in (json["title"] if json else feed.feed.title)


def test_feeds_of_nobody_and_of_no_tag_are_not_found(client):
    for path in ("/author/x/feed.atom", "/tag/x/feed.rss", "/feed.txt", "/feed."):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("format", FORMATS)
def test_an_empty_feed_is_valid(client, site, format):
    if format == "json":
        assert get(client, "/feed.json").json["items"] == []
    else:
        assert parse(client, f"/feed.{format}").entries == []


@pytest.fixture
def many(app, alice):
    with app.app_context(), transaction() as db:
        for number in range(300):
            db.execute(
                "INSERT INTO post (author_id, title, body, created)"
                " VALUES (1, ?, 'text', ?)",
                (f"post {number}", f"2020-01-01 00:{number // 75:02}:00"),
            )


@pytest.mark.parametrize("format", ["atom", "rss"])
def test_every_post_is_in_the_chain_of_a_feed(client, many, site, format):
    path = f"/feed.{format}"
    titles, ids, urls = [], [], [path]

    while path:
        feed = parse(client, path)
        titles += [entry.title for entry in feed.entries]
        ids += [entry.id for entry in feed.entries]
        links = {link.rel: link.href for link in feed.feed.links}
        assert links["self"] == SITE + path.replace(" ", "%20")
        assert links["first"] == f"{SITE}/feed.{format}"
        path = next_page(feed)
        urls.append(path)

    assert titles == [f"post {number}" for number in range(299, -1, -1)]
    assert len(set(ids)) == 300
    assert len(set(urls)) == len(urls) == 16


def test_every_post_is_in_the_chain_of_a_json_feed(client, many, site):
    path, titles = "/feed.json", []

    while path:
        feed = get(client, path).json
        titles += [item["title"] for item in feed["items"]]
        path = feed.get("next_url", "").removeprefix(SITE)

    assert titles == [f"post {number}" for number in range(299, -1, -1)]


def test_a_new_post_shifts_no_page_of_the_chain(app, client, many, site):
    second = next_page(parse(client, "/feed.atom"))
    before = [entry.title for entry in parse(client, second).entries]
    write(log_in(app, "bob"), "a new one")

    assert [entry.title for entry in parse(client, second).entries] == before


def ids(client, base_url):
    feed = feedparser.parse(client.get("/feed.atom", base_url=base_url).data)
    return [feed.feed.id, *(entry.id for entry in feed.entries)]


def test_ids_in_feeds_outlive_edits_and_the_address_of_the_blog(app, client, alice):
    write(alice, "One")
    write(alice, "Two")
    before = ids(client, "http://localhost")
    assert len(set(before)) == 3

    alice.post("/1/update", data={"title": "Anew", "body": "anew"})
    assert ids(client, "http://localhost") == before
    app.config["SITE_URL"] = "https://else.example"
    assert ids(client, "https://else.example") == before


def test_an_edit_is_told_by_its_time_in_a_feed(app, client, alice):
    write(alice, "One")

    with app.app_context(), transaction() as db:
        db.execute("UPDATE post SET created = '2020-01-01 00:00:00'")

    before = feedparser.parse(get(client, "/feed.atom").data).entries[0]
    assert before.updated == before.published == "2020-01-01T00:00:00Z"

    # Whoever writes it, with whatever.
    with app.app_context(), transaction() as db:
        db.execute("UPDATE post SET body = 'anew'")

    after = feedparser.parse(get(client, "/feed.atom").data).entries[0]
    assert after.published == before.published
    assert after.updated > before.updated


@pytest.mark.parametrize("format", FORMATS)
def test_a_reader_that_has_the_feed_does_not_get_it_again(client, alice, format):
    write(alice)
    first = client.get(f"/feed.{format}")
    by_etag = {"If-None-Match": first.headers["ETag"]}
    by_date = {"If-Modified-Since": first.headers["Last-Modified"]}

    for headers in (by_etag, by_date):
        again = client.get(f"/feed.{format}", headers=headers)
        assert again.status_code == 304
        assert again.data == b""

    write(alice, "Another")
    assert client.get(f"/feed.{format}", headers=by_etag).status_code == 200


def test_no_address_in_a_feed_is_relative(client, alice, site):
    write(
        alice,
        "T",
        "[a](/x) [b](y) [c](../z) [d](?q) [e](#f) ![i](/i.png) ![j](j.png)\n\n"
        "note[^1] <https://else.example/> //host/x\n\n# Heading\n\n[^1]: text\n",
    )

    for format in FORMATS:
        text = get(client, f"/feed.{format}").text.replace("\\u003c", "<")
        text = text.replace("&#34;", '"').replace('\\"', '"').replace("&lt;", "<")
        addresses = re.findall(r'(?:href|src|<link>)[="]+([^"<]*)["<]', text)
        assert len(addresses) >= 10
        assert [a for a in addresses if not re.match("https://|mailto:", a)] == []


def test_what_xml_cannot_hold_is_left_out_of_feeds(app, client, alice, site):
    with app.app_context(), transaction() as db:
        db.execute(
            "INSERT INTO post (author_id, title, body) VALUES (1, ?, ?)",
            ("a\x01\x0b\ufffeb", "c\x08]]>"),
        )

    for format in ("atom", "rss"):
        assert parse(client, f"/feed.{format}").entries[0].title == "ab"


@pytest.mark.parametrize("created", ["someday", "", 7, "2020-01-01T10:00+05:00"])
def test_a_time_that_is_none_becomes_one_in_feeds(app, client, alice, site, created):
    with app.app_context(), transaction() as db:
        db.execute(
            "INSERT INTO post (author_id, title, body, created) VALUES (1, 't', '', ?)",
            (created,),
        )

    for format in ("atom", "rss"):
        assert parse(client, f"/feed.{format}").entries[0].published_parsed


def test_atom_has_what_rfc_4287_asks_for(client, alice, site):
    write(alice, "One")
    feed = ET.fromstring(get(client, "/feed.atom").data)

    for element in (feed, feed.find(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(ATOM + name)) == 1
        assert re.fullmatch(
            r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", element.find(f"{ATOM}updated").text
        )

    assert feed.find(f"{ATOM}entry/{ATOM}author/{ATOM}name").text == "alice"
    assert feed.find(f"{ATOM}entry/{ATOM}content").get("type") == "html"


def test_rss_has_what_its_validator_asks_for(client, alice, site):
    write(alice, "One")
    channel = ET.fromstring(get(client, "/feed.rss").data).find("channel")
    item = channel.find("item")

    for name in ("title", "link", "description"):
        assert channel.find(name).text
    for date in (channel.find("lastBuildDate").text, item.find("pubDate").text):
        assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", date)
    assert item.find("guid").get("isPermaLink") == "false"


@pytest.mark.parametrize(
    ("path", "feeds"),
    [
        ("/", {"/feed.atom", "/feed.rss", "/feed.json"}),
        ("/1-one", {"/feed.atom", "/feed.rss", "/feed.json"}),
        ("/author/alice", {"/author/alice/feed.atom", "/feed.atom"}),
        ("/tag/tea", {"/tag/tea/feed.json", "/feed.json"}),
        ("/404", {"/feed.atom"}),
    ],
)
def test_every_page_tells_of_its_feeds(client, alice, path, feeds):
    alice.post("/create", data={"title": "One", "body": "", "tags": "tea"})
    found = re.findall(
        r'<link rel="alternate" type="application/.*?" title=".*?" href="(.*?)">',
        client.get(path).text,
    )
    assert feeds <= set(found)
    assert all(client.get(feed).status_code == 200 for feed in found)


def test_a_reader_in_a_browser_may_read_feeds(client):
    headers = client.get("/feed.atom").headers
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_an_address_that_is_no_page_of_a_feed_is_a_bad_request(client):
    assert client.get("/feed.atom?older=x").status_code == 400


@pytest.mark.parametrize("path", ["/feed.atom", "/author/alice/feed.rss"])
def test_what_a_feed_costs_does_not_grow_with_the_posts(
    app, client, many, statements, path, databases
):
    client.get(path)
    client.get(f"{path}?older=2020-01-01 00:02:00_180")
    listings = [text for text in statements if "r.facts" in text]
    assert len(listings) == 2
    assert len(statements) < 24

    for text in listings:
        plan = databases.explain(app, text)
        assert not [step for step in plan if ENGINE.SCAN.search(step)], plan


def test_html_that_an_author_typed_is_text_in_every_part(client, alice, site):
    write(alice, "<img src=x>", "see <img src=x onerror=alert(1)> and <b>")

    for format in ("atom", "rss"):
        data = get(client, f"/feed.{format}").data
        (entry,) = feedparser.parse(io.BytesIO(data), sanitize_html=False).entries

        for part in (entry.summary, *(content.value for content in entry.content)):
            assert "<img" not in part
            assert "<b>" not in part
            assert "&lt;img src=x onerror=alert(1)&gt;" in part


def test_an_old_reader_without_etags_gets_every_change(app, client, alice):
    write(alice, "One")
    write(alice, "Two")

    for change in (
        "INSERT INTO post (author_id, title, body, created)"
        " VALUES (1, 'Old', '', '2001-01-01 00:00:00')",
        "UPDATE post SET title = 'Anew' WHERE id = 1",
        "DELETE FROM post WHERE id = 2",
        "INSERT INTO tag (id, key, name) VALUES (1, 'x', 'x')",
        "INSERT INTO post_tag (post_id, tag_id, created) VALUES (1, 1, '2001-01-01')",
        "UPDATE tag SET name = 'y'",
        "DELETE FROM post_tag",
    ):
        with app.app_context(), transaction() as db:
            db.execute("UPDATE blog SET changed = '2002-02-02 00:00:00'")

        before = client.get("/feed.atom").headers["Last-Modified"]
        assert before == "Sat, 02 Feb 2002 00:00:00 GMT"

        with app.app_context(), transaction() as db:
            db.execute(change)

        if "INTO tag" not in change:
            again = client.get("/feed.atom", headers={"If-Modified-Since": before})
            assert again.status_code == 200, change


def test_heavy_posts_come_in_lighter_pages(client, alice, site):
    for number in range(12):
        write(alice, f"post {number}", "word " * 30_000)

    path, titles = "/feed.atom", []

    while path:
        response = get(client, path)
        assert len(response.data) < 1_200_000
        feed = feedparser.parse(io.BytesIO(response.data))
        titles += [entry.title for entry in feed.entries]
        path = next_page(feed)

    assert titles == [f"post {number}" for number in range(11, -1, -1)]


def test_a_feed_has_one_address(client, alice):
    alice.post("/create", data={"title": "T", "body": "", "tags": "Tea"})

    assert client.get("/tag/TEA/feed.rss").location == "/tag/tea/feed.rss"
    response = client.get("/author/ALICE/feed.atom?older=a_1")
    assert response.location == "/author/alice/feed.atom?older=a_1"

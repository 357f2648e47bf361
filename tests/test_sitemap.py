"""What search engines are told."""

import xml.etree.ElementTree as ET

import pytest

from flaskr.data import sitemap
from flaskr.db import transaction

from .conftest import write

NS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def locations(response):
    assert response.status_code == 200
    assert response.content_type == "application/xml; charset=utf-8"
    return [element.text for element in ET.fromstring(response.data).iter(f"{NS}loc")]


def test_the_sitemap_has_every_post(client, alice):
    write(alice, "One & two")
    write(alice, "如何")

    assert locations(client.get("/sitemap.xml")) == [
        "http://localhost/",
        "http://localhost/1-one-two",
        "http://localhost/2-%E5%A6%82%E4%BD%95",
    ]


def test_the_sitemap_of_a_large_blog_has_parts(app, client, alice, monkeypatch):
    monkeypatch.setattr(sitemap, "PART_SIZE", 10)

    for number in range(25):
        write(alice, f"p {number}")

    with app.app_context(), transaction() as db:
        db.execute("DELETE FROM post WHERE id IN (3, 25)")

    parts = locations(client.get("/sitemap.xml"))
    assert parts == [f"http://localhost/sitemap-{n}.xml" for n in (1, 2, 3)]
    found = [url for part in parts for url in locations(client.get(part))]
    assert len(found) == len(set(found)) == 24


@pytest.mark.parametrize("number", [0, 2, 10**18])
def test_a_part_of_the_sitemap_that_does_not_exist_is_not_found(client, alice, number):
    write(alice)
    assert client.get(f"/sitemap-{number}.xml").status_code == 404


def test_an_empty_blog_has_a_sitemap(client):
    assert locations(client.get("/sitemap.xml")) == ["http://localhost/"]


def test_a_time_that_is_none_is_left_out_of_the_sitemap(app, client, alice):
    write(alice)

    with app.app_context(), transaction() as db:
        db.execute("UPDATE post SET created = 'someday'")

    assert "lastmod" not in client.get("/sitemap.xml").text


def test_robots_find_the_sitemap(app, client):
    app.config["SITE_URL"] = "https://blog.example"
    response = client.get("/robots.txt", base_url="https://blog.example")

    assert response.content_type == "text/plain; charset=utf-8"
    assert "Sitemap: https://blog.example/sitemap.xml\n" in response.text
    assert "Disallow: /search\n" in response.text


def test_robots_skip_paths_below_that_of_the_blog(client):
    response = client.get("/robots.txt", base_url="http://localhost/blog")
    assert "Disallow: /blog/search\n" in response.text


def test_a_post_at_the_end_of_all_numbers_costs_the_sitemap_no_more(app, client, alice):
    write(alice)

    with app.app_context(), transaction() as db:
        db.execute(
            "INSERT INTO post (id, author_id, title, body) VALUES (?, 1, 'Last', '')",
            (2**63 - 1,),
        )

    parts = locations(client.get("/sitemap.xml"))
    assert len(parts) == 2
    assert locations(client.get(parts[1])) == [f"http://localhost/{2**63 - 1}-last"]

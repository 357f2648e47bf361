"""Addresses with a slash too many."""

import pytest

from .conftest import write
from .routes import list_addresses

QUERY = "?q=a%26b&older=x"


def test_every_page_is_found_with_a_slash_too_many(app, alice, client):
    write(alice)
    pages = [
        path
        for endpoint, path in list_addresses(app, "GET")
        if path[-1] != "/" and endpoint != "static"
    ]
    assert len(pages) > 30

    for page in pages:
        response = client.get(f"{page}/{QUERY}")
        assert response.status_code == 301, page
        assert "Set-Cookie" not in response.headers
        # That of a post follows its title.
        mistyped = page == "/1" or page.startswith("/1-") and page != "/1-"
        assert response.location == ("/1-a-title" if mistyped else page) + QUERY


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/tags//", "/tags"),
        ("/author/x///", "/author/x"),
        ("/author/%E6%9E%97/", "/author/%E6%9E%97"),
        ("/author/a%3Fb%23c%25/", "/author/a%3Fb%23c%25"),
        ("/tag/%5Cevil.example/", "/tag/%5Cevil.example"),
    ],
)
def test_nothing_but_the_slash_is_taken_away(client, path, location):
    response = client.get(path)
    assert response.status_code in (301, 308)
    assert response.location.removeprefix("http://localhost") == location


def test_a_page_below_a_path_stays_there(client):
    response = client.get("/tags/", base_url="http://localhost/blog")
    assert response.location == "/blog/tags"


@pytest.mark.parametrize(
    "path",
    [
        *("/nothing/", "/nothing/at/all/", "/feed.txt/", "/archive/2018/1/"),
        *("/1/delete/", "/tag/", "/author/", "/language/"),
    ],
)
def test_what_is_not_there_is_not_there_with_a_slash(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["//evil.example/", "//tags//", "///", "/\\evil/"])
def test_no_slash_leads_to_another_site(client, path):
    response = client.get("/", environ_overrides={"PATH_INFO": path})
    location = (response.location or "/").removeprefix("http://localhost")
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))


def test_only_reading_leads_on(client):
    assert client.head("/tags/").location == "/tags"
    response = client.post("/create/", data={"title": "T", "body": "My text."})
    assert response.status_code == 404
    assert "My text." in response.text

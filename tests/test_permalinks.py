"""Addresses of posts that never break, and what a page says of itself."""

import json
import re

import pytest

from flaskr.text.slugs import slug

from .conftest import log_in
from .conftest import write


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("How to bake bread?", "how-to-bake-bread"),
        ("  Don’t  panic, it's 42% -- done!", "dont-panic-its-42-done"),
        ("如何烤面包（上）", "如何烤面包-上"),
        ("Crème brûlée à l'ancienne", "crème-brûlée-à-lancienne"),
        ("हिन्दी में", "हिन्दी-में"),
        ("ＦＵＬＬ　ｗｉｄｔｈ", "full-width"),
        ("C++ & C# / .NET", "c-c-net"),
        ("../../etc/passwd?x=1#y%00", "etc-passwd-x-1-y-00"),
        ("❤️ love ❤️", "love"),
        ("\u0301 \u202e snake_case", "snake-case"),
        ("!!! 🙂", ""),
        ("word " * 40, "word-" * 15 + "word"),
        ("春" * 200, "春" * 80),
        ("a" + "春" * 79 + " x", "a" + "春" * 79),
    ],
)
def test_a_slug_is_the_title_in_letters_and_digits(title, expected):
    assert slug(title) == expected


def test_a_post_has_its_title_in_its_address(alice):
    id = write(alice, "How to bake bread?")
    page = alice.get(f"/{id}-how-to-bake-bread")

    assert page.status_code == 200
    assert f'href="/{id}-how-to-bake-bread"' in alice.get("/").text


def test_a_chinese_title_has_a_readable_address(alice):
    id = write(alice, "如何烤面包")

    assert alice.get(f"/{id}-如何烤面包").status_code == 200
    assert alice.get(f"/{id}").location == f"/{id}-" + (
        "%E5%A6%82%E4%BD%95%E7%83%A4%E9%9D%A2%E5%8C%85"
    )


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "-bread",
        "-HOW-TO-BAKE-BREAD",
        "-how-to-bake-bread-",
        "-如何",
        "-",
        "/",
        "-x/",
        "-x/y",
    ],
)
def test_every_other_address_of_a_post_leads_to_it_for_good(alice, wrong):
    id = write(alice, "How to bake bread?")
    response = alice.get(f"/{id}{wrong}")

    assert response.status_code == 301
    assert response.location == f"/{id}-how-to-bake-bread"
    # The title may be changed back: a browser must ask again.
    assert "no-cache" in response.headers["Cache-Control"]


def test_a_redirect_keeps_the_query(alice):
    id = write(alice, "Bread")
    assert alice.get(f"/{id}?a=%C3%A9&b").location == f"/{id}-bread?a=%C3%A9&b"


def test_an_address_from_before_a_new_title_leads_to_the_post(alice):
    id = write(alice, "Old title")
    alice.post(f"/{id}/update", data={"title": "New title", "body": ""})

    assert alice.get(f"/{id}-old-title").location == f"/{id}-new-title"
    assert alice.get(f"/{id}-new-title").status_code == 200


def test_a_title_without_letters_leaves_the_number(alice):
    id = write(alice, "!!!")

    assert alice.get(f"/{id}").status_code == 200
    assert alice.get(f"/{id}-bread").location == f"/{id}"
    assert f'href="/{id}">' in alice.get("/").text


def test_a_post_that_is_gone_is_not_found_at_any_address(alice):
    assert alice.get("/7-bread").status_code == 404
    assert alice.get(f"/{2**63}-bread").status_code == 404


def test_a_post_leads_to_the_one_before_and_the_one_after(alice):
    ids = [write(alice, title) for title in ("One", "Two", "Three")]
    page = alice.get(f"/{ids[1]}-two").text

    assert f'<a rel="prev" href="/{ids[0]}-one">' in page
    assert f'<a rel="next" href="/{ids[2]}-three">' in page
    assert 'rel="prev"' not in alice.get(f"/{ids[0]}-one").text
    assert 'rel="next"' not in alice.get(f"/{ids[2]}-three").text


@pytest.mark.parametrize(
    ("body", "minutes"),
    [("", "1 min"), ("word " * 1200, "5 min"), ("春" * 1800, "5 min")],
)
def test_a_post_says_how_long_it_takes_to_read(alice, body, minutes):
    id = write(alice, "T", body)
    assert f"<span>{minutes}</span>" in alice.get(f"/{id}-t").text


def meta(page):
    return dict(re.findall(r'<meta (?:name|property)="(.*?)" content="(.*?)">', page))


def test_a_post_says_what_it_is(app, alice):
    app.config["SITE_URL"] = "https://blog.example"
    app.config["SITE_TITLE"] = "Our blog"
    alice.post(
        "/create",
        data={"title": "A & B", "body": "Some *text* “here”.", "tags": "x, y"},
    )
    page = alice.get("/1-a-b", base_url="https://blog.example").text
    said = meta(page)

    assert "<title>A &amp; B - Our blog</title>" in page
    assert '<link rel="canonical" href="https://blog.example/1-a-b">' in page
    assert said["description"] == said["og:description"] == "Some text “here”."
    assert said["og:title"] == "A &amp; B"
    assert said["og:type"] == "article"
    assert said["og:url"] == "https://blog.example/1-a-b"
    assert said["og:site_name"] == "Our blog"
    assert said["article:author"] == "https://blog.example/author/alice"
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", said["article:published_time"]
    )


def json_ld(page):
    return json.loads(
        re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1]
    )


def test_a_post_tells_machines_what_it_is(alice):
    alice.post("/create", data={"title": "A & B", "body": "Text.", "tags": "x, y"})
    said = json_ld(alice.get("/1-a-b").text)

    assert said["@type"] == "BlogPosting"
    assert said["headline"] == "A & B"
    assert said["author"]["name"] == "alice"
    assert said["url"] == "http://localhost/1-a-b"
    assert said["keywords"] == ["x", "y"]
    assert said["datePublished"] == said["dateModified"]


def test_a_title_breaks_out_of_nothing(app):
    title = '</title></script><script>alert(1)</script>" onload="x'
    writer = log_in(app, '"><b>')
    id = write(writer, title, title)
    page = app.test_client().get(f"/{id}", follow_redirects=True).text

    assert page.count("<script") == 2
    assert page.count("</script>") == 2
    assert json_ld(page)["headline"] == title
    assert "<b>" not in page
    assert " onload=" not in re.sub(r'"[^"]*"|>[^<]*<', "", page)


def test_a_listing_names_its_own_address_only_when_it_is_the_first_page(alice):
    for number in range(11):
        write(alice, f"post {number}")

    first = alice.get("/").text
    second = alice.get(re.search(r'rel="next" href="(.*?)"', first)[1]).text
    assert '<link rel="canonical" href="http://localhost/">' in first
    assert 'rel="canonical"' not in second
    assert 'content="noindex, follow"' in second

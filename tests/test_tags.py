"""Tags: typed in one field, one whatever their case, a page each."""

import html
import re

import pytest

from flaskr.db import transaction

from .conftest import rows
from .conftest import titles
from .conftest import write


def tag(client, tags, title="A title"):
    """Publish a post with tags and return its id."""
    response = client.post("/create", data={"title": title, "body": "", "tags": tags})
    assert response.status_code == 302
    return rows(client.application, "SELECT max(id) AS id FROM post")[0]["id"]


def get_tags(app, id):
    return [
        row["name"]
        for row in rows(
            app,
            "SELECT name FROM post_tag t JOIN tag ON tag.id = t.tag_id"
            " WHERE post_id = ? ORDER BY t.id",
            id,
        )
    ]


@pytest.mark.parametrize(
    ("typed", "tags"),
    [
        ("bread, baking", ["bread", "baking"]),
        ("面包，烘焙、早餐", ["面包", "烘焙", "早餐"]),
        (" ,, slow  food ,", ["slow food"]),
        ("Python, python, ＰＹＴＨＯＮ", ["Python"]),
        ("#bread, C#, C++", ["bread", "C#", "C++"]),
        ("C/C++, /a//b/", ["C/C++", "a/b"]),
        ("Straße, STRASSE", ["Straße"]),
        ("#", []),
        ("", []),
    ],
)
def test_tags_are_typed_in_one_field(app, alice, typed, tags):
    assert get_tags(app, tag(alice, typed)) == tags


def test_the_form_has_the_tags_of_the_post(alice):
    id = tag(alice, "b，a, c")
    assert 'value="b, a, c"' in alice.get(f"/{id}/update").text


def test_tags_keep_the_order_in_which_they_are_typed_again(app, alice):
    id = tag(alice, "a, b, c")
    alice.post(f"/{id}/update", data={"title": "t", "body": "", "tags": "c, d, a"})
    assert get_tags(app, id) == ["c", "d", "a"]


def test_a_form_without_the_field_leaves_the_tags(app, alice):
    id = tag(alice, "a, b")
    alice.post(f"/{id}/update", data={"title": "t", "body": ""})
    assert get_tags(app, id) == ["a", "b"]

    alice.post(f"/{id}/update", data={"title": "t", "body": "", "tags": ""})
    assert get_tags(app, id) == []


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        (",".join(f"t{n}" for n in range(21)), "You added 21"),
        ("a" * 51, "has 51"),
        ("fine, in\u202eside", "can’t be used as a tag."),
    ],
)
@pytest.mark.parametrize("path", ["/create", "/1/update"])
def test_tags_that_cannot_be_saved_come_back(app, alice, path, typed, problem):
    write(alice, "old")
    data = {"title": "kept title", "body": "kept body", "tags": typed}
    response = alice.post(path, data=data)

    assert response.status_code == 422
    assert problem in response.text
    assert "kept body" in response.text
    assert typed.rpartition(",")[2].strip() in response.text
    assert [row["title"] for row in rows(app, "SELECT title FROM post")] == ["old"]


def test_tags_without_end_cost_no_time(alice):
    # Each was normalized, which took most of a second.
    for typed in (",x" * 450_000, ",".join(map(str, range(150_000)))):
        data = {"title": "A title", "body": "", "tags": typed}
        response = alice.post("/create", data=data)
        assert response.status_code == 422
        assert len(response.text) < 50_000


def test_another_case_is_the_same_tag_with_the_name_typed_last(app, alice, bob):
    first = tag(alice, "python")
    second = tag(bob, "Python")

    assert rows(app, "SELECT key, name FROM tag") == [
        {"key": "python", "name": "Python"}
    ]
    assert get_tags(app, first) == get_tags(app, second) == ["Python"]


def test_a_tag_has_a_page_with_its_posts(alice, bob):
    tag(alice, "bread", "One")
    tag(bob, "Bread, tea", "Two")
    tag(bob, "tea", "Three")

    assert titles(alice.get("/tag/bread")) == ["Two", "One"]
    assert "Posts tagged Bread" in alice.get("/tag/bread").text


@pytest.mark.parametrize(
    "name",
    ["面包", "C/C++", "slow food", "C#", "100%", "what?", "a&b", "\\", "'\"<i>", "Ⅳ"],
)
def test_the_page_of_a_tag_is_where_its_links_lead(alice, name):
    tag(alice, name)
    (link,) = set(re.findall(r'rel="tag" href="(.*?)"', alice.get("/tags").text))
    page = alice.get(html.unescape(link))

    assert page.status_code == 200
    assert titles(page) == ["A title"]


def test_a_tag_has_one_address(alice):
    tag(alice, "Bread")
    response = alice.get("/tag/BREAD")

    assert response.status_code == 301
    assert response.location == "/tag/bread"


def test_a_tag_that_no_post_has_is_not_found(alice):
    tag(alice, "bread")

    for path in ("/tag/tea", "/tag/a//b", "/tag/" + "x" * 3000, "/tag/%00"):
        assert alice.get(path).status_code == 404


def test_a_tag_goes_with_its_last_post(app, alice):
    first = tag(alice, "bread")
    second = tag(alice, "bread, tea")
    alice.post(f"/{second}/delete")
    assert rows(app, "SELECT name FROM tag") == [{"name": "bread"}]

    alice.post(f"/{first}/update", data={"title": "t", "body": "", "tags": ""})
    assert rows(app, "SELECT name FROM tag") == []
    assert rows(app, "SELECT * FROM post_tag") == []


def test_all_tags_are_counted(alice, bob):
    assert "No tags yet" in alice.get("/tags").text

    tag(alice, "bread, tea")
    tag(bob, "Bread")
    counts = re.findall(
        r'dir="auto">(\w+)</a> <span class="quiet">(\d+)</span>',
        alice.get("/tags").text,
    )
    assert counts == [("Bread", "2"), ("tea", "1")]


def test_the_editor_suggests_the_tags_there_are(alice, bob):
    tag(alice, "bread, 茶")
    page = bob.get("/create").text

    assert '<option value="bread">' in page
    assert '<option value="茶">' in page


def test_a_post_shows_its_tags(client, alice):
    id = tag(alice, "bread, 茶")

    for page in (client.get("/").text, client.get(f"/{id}-a-title").text):
        assert re.findall(r'rel="tag" [^>]*>(.*?)</a>', page) == ["bread", "茶"]


def test_the_pages_of_a_tag_follow_each_other(app, client, alice):
    for number in range(12):
        tag(alice, "bread", f"post {number}")
        tag(alice, "tea", f"other {number}")

    first = client.get("/tag/bread")
    second = client.get(re.search(r'<a rel="next" href="(.*?)"', first.text)[1])
    assert titles(first) + titles(second) == [f"post {n}" for n in range(11, -1, -1)]
    assert re.search(r'<a rel="prev" href="(.*?)"', second.text)


def test_a_post_keeps_its_place_under_a_tag_when_it_is_dated_anew(app, client, alice):
    for title in ("One", "Two"):
        tag(alice, "bread", title)

    with app.app_context(), transaction() as db:
        db.execute("UPDATE post SET created = '2040-01-01 00:00:00' WHERE id = 1")

    assert titles(client.get("/tag/bread")) == ["One", "Two"]


def make_tags(app, number):
    with app.app_context(), transaction() as db:
        for n in range(number):
            db.execute("INSERT INTO tag (key, name) VALUES (?, ?)", (f"t{n:05}",) * 2)

        db.execute(
            "INSERT INTO post_tag (post_id, tag_id, created)"
            " SELECT 1, id, CURRENT_TIMESTAMP FROM tag"
        )


def listed(response):
    return re.findall(r'<li><a rel="tag"[^>]*>(.*?)</a>', response.text)


def test_all_tags_are_listed_a_page_at_a_time(app, alice, client):
    write(alice)
    make_tags(app, 450)
    path, found, pages = "/tags", [], []

    while path:
        response = client.get(path)
        pages.append(path)
        found += listed(response)
        path = re.search(r'rel="next" href="(.*?)"', response.text)
        path = path and html.unescape(path[1])

    assert found == [f"t{n:05}" for n in range(450)]
    assert len(pages) == 3

    back = html.unescape(re.search(r'rel="prev" href="(.*?)"', response.text)[1])
    assert listed(client.get(back)) == found[200:400]
    first = re.search(r'rel="prev" href="(.*?)"', client.get(back).text)[1]
    assert client.get(html.unescape(first)).location == "/tags"


@pytest.mark.parametrize("cursor", ["", "x", "t_", "t_x", "t_99999999999999999999"])
def test_a_cursor_that_is_none_is_a_400(client, cursor):
    assert client.get("/tags", query_string={"after": cursor}).status_code == 400


def test_no_page_of_tags_is_empty(app, alice, client):
    tag(alice, "python")
    assert client.get("/tags?after=q_1").location == "/tags"


def test_the_posts_of_a_tag_are_counted_up_to_a_thousand(app, alice, client):
    tag(alice, "python")

    with app.app_context(), transaction() as db:
        for n in range(2, 1003):
            db.execute(
                "INSERT INTO post (id, title, body, author_id) VALUES (?, 't', '', 1)",
                (n,),
            )
            db.execute(
                "INSERT INTO post_tag (post_id, tag_id, created) VALUES (?, 1, '')",
                (n,),
            )

    assert '<span class="quiet">1,000+</span>' in client.get("/tags").text

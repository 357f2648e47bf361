"""Writing posts, reading them, and turning the pages."""

import re
from unittest.mock import ANY

import pytest

from flaskr.data import posts
from flaskr.data import users
from flaskr.db import transaction

from .conftest import log_in
from .conftest import rows
from .conftest import titles
from .conftest import write
from .databases import ENGINE


def link(response, name):
    match = re.search(rf'href="([^"]*)"[^>]*>[^<]*{name}', response.text)
    return match and match[1].replace("&amp;", "&")


@pytest.fixture
def many(app, alice):
    """Twenty-five posts, five of each second."""
    with app.app_context(), transaction() as db:
        for number in range(1, 26):
            db.execute(
                "INSERT INTO post (title, body, author_id, created)"
                " VALUES (?, '', 1, ?)",
                (f"post {number}", f"2020-01-01 00:00:{(number - 1) // 5:02}"),
            )

    return [f"post {number}" for number in range(25, 0, -1)]


def test_a_post_that_one_writes_another_reads(app, alice):
    id = write(alice, "On kettles", "first line\r\n\r\n  second line")
    reader = app.test_client()

    page = reader.get("/").text
    assert "On kettles" in page
    assert "first line\nsecond line" in page
    assert re.search(
        r"><bdi>alice</bdi></a>\s*<span>1 min</span>\s*<span>"
        r"<time [^>]*>\d+ [A-Z][a-z]+ 20\d\d<",
        page,
    )

    page = reader.get(f"/{id}", follow_redirects=True).text
    assert "On kettles" in page
    assert "<p>first line</p>\n<p>second line</p>" in page
    assert re.search(
        r"><bdi>alice</bdi></a>\s*<span><time [^>]*>\d+ [A-Z]",
        page,
    )


def test_the_index_has_the_tutorials_line(app, alice):
    with app.app_context(), transaction() as db:
        db.execute(
            "INSERT INTO post (title, body, author_id, created)"
            " VALUES ('t', 'b', 1, '2018-01-01 00:00:00')"
        )

    assert b"by alice on 2018-01-01" in alice.get("/").data
    assert b'href="/1/update"' in alice.get("/").data


def test_the_newest_post_comes_first(app, alice):
    for title in ("one", "two", "three"):
        write(alice, title)

    assert titles(alice.get("/")) == ["three", "two", "one"]


def test_what_people_write_is_text(alice):
    id = write(alice, "<script>a</script>", "<img src=x onerror=alert(1)>\n& so on")

    for path in ("/", f"/{id}", f"/{id}/update"):
        page = alice.get(path, follow_redirects=True).text
        assert "<script>" not in page
        assert "<img" not in page
        assert "&lt;img src=x" in page


def test_every_post_is_on_one_page(client, many):
    seen = []
    path = "/"

    while path:
        page = client.get(path)
        seen += titles(page)
        path = link(page, "Older")

    assert seen == many


def test_the_link_to_newer_posts_leads_back_the_same_way(client, many):
    second = link(client.get("/"), "Older")
    third = link(client.get(second), "Older")
    back = client.get(link(client.get(third), "Newer"))

    assert titles(client.get(third)) == many[20:]
    assert titles(back) == many[10:20]
    # The newest posts have one address.
    assert client.get(link(back, "Newer")).location == "/"


def test_a_new_post_shifts_no_page(app, client, many):
    second = link(client.get("/"), "Older")
    write(log_in(app, "bob"), "a new one")

    assert titles(client.get(second)) == many[10:20]


def test_a_deleted_post_breaks_no_page(app, client, many):
    second = link(client.get("/"), "Older")

    with app.app_context(), transaction() as db:
        db.execute("DELETE FROM post WHERE title = 'post 16'")

    assert titles(client.get(second)) == many[10:20]


def test_a_page_whose_posts_are_gone_says_so(app, client, many):
    second = link(client.get("/"), "Older")

    with app.app_context(), transaction() as db:
        db.execute("DELETE FROM post")

    assert "no older posts" in client.get(second).text
    assert client.get(second.replace("older", "newer")).location == "/"
    assert "No posts yet" in client.get("/").text


def test_ten_posts_need_no_other_page(alice):
    for number in range(10):
        write(alice, f"post {number}")

    assert 'aria-label="Pages"' not in alice.get("/").text


def test_the_page_size_is_a_setting(app, client, many):
    app.config["PAGE_SIZE"] = 24
    page = client.get("/")

    assert titles(page) == many[:24]
    assert titles(client.get(link(page, "Older"))) == many[24:]


@pytest.mark.parametrize(
    "key", ["", "x", "1", "2020_", "2020-01-01_-1", "x_" + "9" * 30, "\x00_x"]
)
@pytest.mark.parametrize("name", ["older", "newer"])
def test_an_address_that_is_no_page_is_a_bad_request(client, name, key):
    response = client.get("/", query_string={name: key})

    assert response.status_code == 400
    assert "Start from the newest posts" in response.text


@pytest.mark.parametrize(
    "created",
    ["tomorrow", "2020", "9999", "2020-01-01T10:00Z", 7, "", "x\ny", "long " * 100],
)
def test_a_time_that_others_wrote_otherwise_breaks_nothing(app, alice, many, created):
    with app.app_context(), transaction() as db:
        db.execute(
            "INSERT INTO post (title, body, author_id, created)"
            " VALUES ('odd', '', 1, ?)",
            (created,),
        )

    seen = []
    path = "/"

    while path:
        page = alice.get(path)
        seen += titles(page)
        path = link(page, "Older")

    assert sorted(seen) == sorted([*many, "odd"])
    assert alice.get("/26-odd").status_code == 200


def test_a_long_post_is_cut_in_the_list_and_whole_on_its_page(client, alice):
    body = "word " * 2000 + "the end"
    id = write(alice, "Long", body)
    index = client.get("/").text

    assert "word …" in index
    assert "the end" not in index
    assert f'href="/{id}-long"' in index
    assert body in client.get(f"/{id}-long").text


def test_chinese_without_spaces_is_cut_in_the_list_too(client, alice):
    write(alice, "长", "春" * 401)
    index = client.get("/").text

    assert "春" * 110 + "…" in index
    assert "春" * 111 not in index


def test_a_text_that_no_reader_needs_is_shown_as_typed(client, alice):
    write(alice, "Deep", ">" * 500 + " the end")

    for path in ("/", "/1-deep"):
        assert "&gt;" * 200 in client.get(path).text


def test_an_excerpt_has_no_fragments_of_lists(client, alice):
    write(alice, "Both", "before\n\n- one\n- two\n\nafter")
    assert ">before\nafter<" in client.get("/").text


def test_an_excerpt_of_a_list_alone_has_a_line_an_item(client, alice):
    write(alice, "List", "- one\n\n- two")
    assert ">• one\n• two<" in client.get("/").text


def test_lists_may_show_whole_posts(app, client, alice):
    app.config["WHOLE_POSTS"] = True
    body = "# One\n\n" + "*word* " * 1000 + "the end[^1]\n\n[^1]: note"

    for title in ("a", "b"):
        write(alice, title, body)

    index = client.get("/").text
    assert index.count("the end") == 2
    assert "<em>word</em>" in index
    assert "<h3" in index
    ids = re.findall(r' id="(.*?)"', index)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("title", "body", "problem"),
    [
        ("", "kept", "Title is required."),
        (" \r\n ", "kept", "Title is required."),
        ("\u202e\u2066", "kept", "Title is required."),
        ("\u200b \u3164", "kept", "Title is required."),
        ("t" * 201, "kept", "has 201 characters"),
        ("题" * 201, "kept", "has 201 characters"),
        ("t", "kept" + "字" * 70_000, "is 210.0 kB"),
    ],
)
@pytest.mark.parametrize("path", ["/create", "/1/update"])
def test_a_post_that_cannot_be_saved_comes_back(app, alice, path, title, body, problem):
    write(alice, "old title", "old body")
    response = alice.post(path, data={"title": title, "body": body})

    assert response.status_code == 422
    assert problem in response.text
    assert body in response.text
    assert f">{posts.clean(title, '')[0]}</textarea>" in response.text
    assert rows(app, "SELECT title, body FROM post") == [
        {"title": "old title", "body": "old body"}
    ]


def test_the_largest_post_is_saved_whole(app, alice):
    body = "字" * 66_666
    id = write(alice, "题" * 200, body)

    assert rows(app, "SELECT body FROM post WHERE id = ?", id) == [{"body": body}]


def test_a_title_is_one_line(app, alice):
    write(alice, " two\r\nlines\t\x07 and \u202etricks ")
    assert rows(app, "SELECT title FROM post") == [{"title": "two lines and tricks"}]


def test_a_body_keeps_what_was_typed(app, alice):
    write(alice, "t", "\r\n  indented\r\ntrailing \r\r\n\x00")
    (post,) = rows(app, "SELECT body FROM post")
    assert post["body"] == "\n  indented\ntrailing \n\n"

    # A browser drops the first line break of a textarea.
    assert "<textarea" in alice.get("/1/update").text
    assert ">\n\n  indented" in alice.get("/1/update").text


def test_an_author_changes_a_post(app, alice):
    write(alice, "old", "old")
    before = rows(app, "SELECT * FROM post")[0]
    assert ">old</textarea>" in alice.get("/1/update").text

    response = alice.post("/1/update", data={"title": "new", "body": "new"})
    assert response.location == "/1-new"
    assert rows(app, "SELECT * FROM post") == [
        {**before, "title": "new", "body": "new", "updated": ANY, "version": 2}
    ]


def test_an_author_deletes_a_post(app, alice):
    write(alice)

    assert alice.post("/1/delete").location == "/"
    assert rows(app, "SELECT * FROM post") == []
    assert alice.get("/1").status_code == 404


def test_nobody_but_its_author_changes_or_deletes_a_post(app, alice, bob):
    write(alice, "hers", "hers")
    data = {"title": "his", "body": "his"}

    assert bob.get("/1/update").status_code == 403
    assert bob.post("/1/update", data=data).status_code == 403
    assert bob.post("/1/delete").status_code == 403
    assert b"/1/update" not in bob.get("/").data
    assert b"/1/update" not in bob.get("/1-hers").data
    assert rows(app, "SELECT title FROM post") == [{"title": "hers"}]


@pytest.mark.parametrize("path", ["/create", "/1/update", "/1/delete"])
def test_writing_needs_a_login(app, alice, path):
    write(alice, "hers", "hers")
    reader = app.test_client()

    assert reader.post(path).location == "/auth/login"
    assert reader.post(path, data={"title": "x", "body": "x"}).status_code == 403
    assert rows(app, "SELECT title FROM post") == [{"title": "hers"}]


def test_a_number_that_no_post_can_have_is_not_found(alice):
    assert alice.get(f"/{2**63}").status_code == 404
    assert alice.get(f"/{2**63 - 1}").status_code == 404


@pytest.mark.parametrize("id", ["2", "0", "9" * 18])
def test_a_post_that_does_not_exist_is_not_found(alice, id):
    assert alice.get(f"/{id}").status_code == 404
    assert alice.get(f"/{id}/update").status_code == 404
    assert alice.post(f"/{id}/update").status_code == 404
    assert alice.post(f"/{id}/delete").status_code == 404


def test_the_text_of_a_post_that_was_deleted_meanwhile_comes_back(alice):
    write(alice)
    alice.post("/1/delete")
    response = alice.post("/1/update", data={"title": "T", "body": "hours of work"})

    assert response.status_code == 404
    assert "hours of work" in response.text


def test_a_post_that_goes_while_it_is_saved_gives_the_text_back(
    app, alice, monkeypatch
):
    write(alice)
    row = {"id": 1, "author_id": 1, "title": "t", "body": "", "tags": "[]"}
    row |= {"drafted": None, "due": None}
    alice.post("/1/delete")
    monkeypatch.setattr("flaskr.views.blog.get_post", lambda id: row)
    response = alice.post("/1/update", data={"title": "T", "body": "hours of work"})

    assert response.status_code == 404
    assert "hours of work" in response.text


def test_nothing_is_published_for_an_account_that_is_closed_meanwhile(app, alice):
    write(alice)
    with app.app_context():
        users.close(1, delete_posts=False)
        assert posts.create(1, "T", "hours of work", []) is None

    assert len(rows(app, "SELECT id FROM post")) == 1


def test_the_text_for_an_account_that_is_closed_meanwhile_comes_back(
    alice, monkeypatch
):
    monkeypatch.setattr(posts, "create", lambda *args, **options: None)
    response = alice.post("/create", data={"title": "T", "body": "hours of work"})

    assert response.status_code == 403
    assert "hours of work" in response.text


def test_a_post_without_its_fields_is_a_bad_request(alice):
    assert alice.post("/create").status_code == 400
    assert alice.post("/create", data={"title": "t"}).status_code == 400


def test_empty_pages_say_what_to_do(client, app):
    assert "Register</a> or <a" in client.get("/").text
    assert "Write the First Post" in log_in(app, "alice").get("/").text


LISTINGS = ["/", "/author/alice", "/tag/bread", "/archive/2020", "/archive/2020/01"]


@pytest.mark.parametrize("turn", ["", "?older=2020-01-02_1", "?newer=2019-01-01_1"])
@pytest.mark.parametrize("path", LISTINGS)
def test_what_a_list_costs_does_not_grow_with_the_posts(
    app, client, many, path, turn, statements, databases
):
    with app.app_context(), transaction() as db:
        db.execute("INSERT INTO tag (id, key, name) VALUES (1, 'bread', 'bread')")
        db.execute(
            "INSERT INTO post_tag (post_id, tag_id, created)"
            " SELECT id, 1, created FROM post"
        )
        statements.clear()

    client.get(path + turn)
    (listing,) = (text for text in statements if "r.facts" in text)
    plan = databases.explain(app, listing)

    assert len(statements) <= 12
    # The first page is the end of an index that is in its order.
    assert not [step for step in plan if ENGINE.SCAN.search(step)], plan

    if turn and "archive" not in path:
        # Nor with those that were written in the same second.
        assert any(ENGINE.SEEK.search(step) for step in plan), plan

"""What people show of themselves: a name, a text and links."""

import json
import re

import pytest
from markupsafe import escape

from flaskr.data import sessions
from flaskr.data import users
from flaskr.db import transaction

from .conftest import log_in
from .conftest import register
from .conftest import resume
from .conftest import rows
from .conftest import write
from .profiles import show_oneself

NAME = "Mara Oduya"


def show(client, **fields):
    """Save a profile of texts."""
    return client.post("/account/about", data={"about": "", **fields})


def json_ld(page):
    return json.loads(re.search(r"ld\+json\">(.*?)</script>", page.text)[1])


def test_a_name_is_shown_wherever_its_person_wrote(client, alice, bob):
    write(alice)
    alice.post("/1/comment", data={"comment": "Mine."})
    show(alice, display_name=NAME)

    for path in ("/", "/1-a-title", "/author/alice", "/search?q=title"):
        page = client.get(path).text
        assert NAME in page, path
        assert 'href="/author/alice"' in page or path == "/author/alice"
        assert "by alice" not in page

    assert f"<bdi>{NAME}</bdi></a>" in client.get("/1-a-title").text
    assert f"Reply to {NAME}" in bob.get("/1-a-title").text
    assert f"Reply to {NAME}" in bob.get("/comment/1/reply").text
    assert f"Written by {NAME}" in alice.get("/comment/1/remove").text


def test_feeds_and_what_services_show_have_the_name(client, alice):
    write(alice)
    alice.post("/1/comment", data={"comment": "Mine."})
    show(alice, display_name=NAME)

    for path in ("/feed", "/comments/feed", "/author/alice/feed"):
        for format in ("atom", "rss", "json"):
            assert NAME in client.get(f"{path}.{format}").text

    assert f"<title>{NAME} - Flaskr" in client.get("/author/alice/feed.atom").text
    page = client.get("/1-a-title")
    assert f'<meta name="author" content="{NAME}">' in page.text
    assert json_ld(page)["author"]["name"] == NAME
    assert f'property="og:title" content="{NAME}"' in client.get("/author/alice").text


def test_a_page_keeps_the_username_beside_the_name(client, alice):
    assert "@alice" not in client.get("/author/alice").text
    show(alice, display_name=NAME)
    page = client.get("/author/alice").text
    assert f">{NAME}</h1>" in page
    assert ">@alice</p>" in page


def test_the_name_is_the_username_where_nobody_chose_one(client, app, alice, execute):
    execute(app, """INSERT INTO "user" (username, password) VALUES ('carol', '')""")
    execute(app, "INSERT INTO post (title, body, author_id) VALUES ('t', 'b', 2)")
    assert "by carol on" in client.get("/").text
    show(alice, display_name=" alice ")
    write(alice)
    assert "by alice on" in client.get("/").text
    assert rows(app, "SELECT display_name, name_key FROM profile") == [
        {"display_name": None, "name_key": None}
    ]


def test_kept_pages_follow_a_profile_at_once(client, alice):
    write(alice)
    paths = ("/", "/1-a-title", "/author/alice", "/feed.atom")

    for fields in (
        {"display_name": "First"},
        {"display_name": "Second", "links": "https://one.example"},
        {"display_name": "Second", "links": "https://two.example"},
        {},
    ):
        before = [client.get(path) for path in paths]
        show(alice, **fields)
        page = client.get("/author/alice").text
        assert fields.get("links", "/author/alice") in page

        if fields.get("display_name") != "Second" or "one" in fields["links"]:
            for path, old in zip(paths, before, strict=True):
                headers = {"If-None-Match": old.headers["ETag"]}
                assert client.get(path, headers=headers).status_code == 200


def test_a_feed_says_when_a_name_in_it_changed(app, alice, execute):
    write(alice)
    execute(app, "UPDATE blog SET changed = '2020-01-01 00:00:00'")
    show(alice, links="https://one.example")
    (row,) = rows(app, "SELECT changed FROM blog")
    assert row["changed"] == "2020-01-01 00:00:00"

    for name in (NAME, "Another", ""):
        execute(app, "UPDATE blog SET changed = '2020-01-01 00:00:00'")
        show(alice, display_name=name)
        (row,) = rows(app, "SELECT changed FROM blog")
        assert row["changed"] > "2020-01-01 00:00:00"


@pytest.mark.parametrize(
    "name", ["bob", "BOB", "Ｂob", "bоb", "b0b", "Bob Dylan", "bob  dylan", "Воb Dylan"]
)
def test_nobody_can_look_like_somebody_else(app, alice, bob, name):
    show(bob, display_name="Bob Dylan")
    response = show(alice, display_name=name, about="kept")
    assert response.status_code == 422
    assert "Readers could mistake you for “" in response.text
    assert "kept</textarea>" in response.text
    assert len(rows(app, "SELECT * FROM profile")) == 1


def test_nobody_registers_as_what_somebody_shows(app, alice):
    show(alice, display_name="Mara Oduya")

    for name in ("mara oduya", "Mаra Oduya", "Mara 0duya"):
        assert register(app, name).status_code == 422

    show(alice, display_name="")
    assert register(app, "Mara Oduya").location == "/auth/login"


def test_a_person_can_show_the_own_names_again(alice):
    for name in ("Alice", "ALICE", "Αlice", NAME, NAME, "mara oduya"):
        assert show(alice, display_name=name).status_code == 302


def test_names_that_look_alike_are_found_again_after_an_upgrade(app, alice, bob):
    show(alice, display_name=NAME)

    with app.app_context(), transaction() as db:
        db.execute("DELETE FROM name_skeleton")

    app.test_cli_runner().invoke(args=["init-db"])
    assert show(bob, display_name="Mаra Oduya").status_code == 422


def test_of_two_who_want_a_name_at_once_one_gets_it(app, alice, bob, monkeypatch):
    show(bob, display_name=NAME)
    monkeypatch.setattr("flaskr.data.profiles.find_problems", lambda *args: {})
    response = show(alice, display_name=NAME)
    assert response.status_code == 422
    assert "Readers could mistake you for" in response.text
    assert len(rows(app, "SELECT * FROM profile")) == 1


@pytest.mark.parametrize(
    "name",
    ["\u202eecila", "a\u200bb", "a\0b", "\u2800", "\u3164", "a\u2066b", "x" * 51],
)
def test_a_name_that_cannot_be_read_is_refused(app, alice, name):
    response = show(alice, display_name=name, about="kept")
    assert response.status_code == 422
    assert 'aria-describedby="display_name-hint display_name-problem"' in response.text
    assert 'id="display_name-problem"' in response.text
    assert ">\nkept</textarea>" in response.text
    assert rows(app, "SELECT * FROM profile") == []


@pytest.mark.parametrize("name", ["", "  ", "\t\n", "\u3000"])
def test_a_blank_name_is_the_username(client, alice, name):
    write(alice)
    assert show(alice, display_name=name).status_code == 302
    assert "by alice on" in client.get("/").text


@pytest.mark.parametrize("name", ["<b>Mara</b>", "\"M\" & 'O'", "{{ 7 * 7 }}", "%(x)s"])
def test_a_name_is_text_and_nothing_else(client, alice, name):
    write(alice)
    alice.post("/1/comment", data={"comment": "Mine."})
    assert show(alice, display_name=name).status_code == 302

    for path in ("/", "/1-a-title", "/author/alice", "/feed.atom", "/feed.rss"):
        page = client.get(path).text
        assert "<b>Mara" not in page
        assert str(escape(name)) in page

    assert json_ld(client.get("/1-a-title"))["author"]["name"] == name
    assert json_ld(client.get("/author/alice"))["mainEntity"]["name"] == name


def test_a_name_from_right_to_left_does_not_turn_the_words_around_it(client, alice):
    write(alice)
    show(alice, display_name="עדי 7")
    page = client.get("/").text
    assert re.search(
        r'<a class="author" href=[^>]*><svg .*</svg><bdi>עדי 7</bdi></a>', page
    )
    assert 'title="by \u2068עדי 7\u2069 on' in page


def test_posts_are_found_by_the_name_of_their_author(client, alice, bob):
    write(alice, "One", "bread")
    write(bob, "Two", "bread")
    show(alice, display_name=NAME)

    for query in (
        "mara oduya",
        'author:"Mara Oduya"',
        "author:alice",
        "bread mara oduya",
    ):
        page = client.get("/search", query_string={"q": query}).text
        assert "One</a>" in page
        assert "Two</a>" not in page

    assert f"All posts by {NAME}" in client.get("/search?q=mara+oduya").text
    assert f"<mark>{NAME}</mark>" in client.get("/search?q=mara+oduya").text


def test_links_are_shown_as_those_of_the_person(client, alice):
    links = (
        "https://alice.example/  My   garden\r\n\r\n"
        "http://www.example.org/~alice\n social.example/@alice \n"
        "https://例子.example/路径?q=1#x"
    )
    assert show(alice, links=links).status_code == 302
    page = client.get("/author/alice").text
    found = re.findall(r'<a rel="me nofollow" href="(.*?)" dir="auto">(.*?)</a>', page)
    assert found == [
        ("https://alice.example/", "My garden"),
        ("http://www.example.org/~alice", "example.org/~alice"),
        ("https://social.example/@alice", "social.example/@alice"),
        ("https://例子.example/路径?q=1#x", "例子.example/路径?q=1#x"),
    ]
    assert "https://alice.example/ My garden\nhttp" in alice.get("/account/about").text


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "JavaScript://x.example/%0aalert(1)",
        "data:text/html,x",
        "ftp://example.org",
        "mailto:a@example.org",
        "//example.org",
        "/account/close",
        "https:example.org",
        "https:///example.org",
        "https://",
        "https://bank.example@evil.example",
        "https://bank.example\\@evil.example",
        "https://[1::2",
        "https://example.org:0x50",
        "https://example.org:99999",
        "https://exam\u202eple.org",
        "https://exa\u200bmple.org",
        "https://exam%20ple.org",
        "my garden",
        "https://example.org/" + "x" * 300,
        "https://example.org " + "x" * 51,
        "https://example.org a\u202eb",
        "\n".join(f"https://{number}.example" for number in range(6)),
    ],
)
def test_an_address_that_is_no_website_is_refused(app, alice, link):
    response = show(alice, display_name=NAME, links=link)
    assert response.status_code == 422
    assert 'id="links-problem"' in response.text
    assert f'value="{NAME}"' in response.text
    assert rows(app, "SELECT * FROM profile_link") == []


def test_what_was_typed_comes_back_with_each_mistake_beside_its_field(alice):
    response = show(alice, display_name="\u202ex", about="y" * 1001, links="nothing")
    page = response.text
    assert response.status_code == 422
    assert re.findall(r'<p class="error" id="(\w+)-problem">', page) == [
        "display_name",
        "about",
        "links",
    ]
    assert page.count(" autofocus") == 1
    assert page.count('aria-invalid="true"') == 3
    assert ">\nnothing</textarea>" in page
    assert "data-unsaved" in page


def test_a_shortened_address_is_shown_of_a_long_one(client, alice):
    show(alice, links="https://example.org/" + "x" * 100)
    shown = re.search(r'rel="me.*?>(.*?)</a>', client.get("/author/alice").text)[1]
    assert len(shown) == 40
    assert shown.endswith("…")


def test_search_engines_get_who_an_author_is(client, alice):
    show_oneself(alice)
    found = json_ld(client.get("/author/alice"))
    assert found["@type"] == "ProfilePage"
    person = found["mainEntity"]
    assert person["@type"] == "Person"
    assert person["name"] == "Alice Liddell"
    assert person["alternateName"] == "alice"
    assert person["url"] == "http://localhost/author/alice"
    assert person["sameAs"] == ["https://alice.example"]
    assert person["description"] == "I bake."
    assert person["image"].startswith("http://localhost/picture/")


def test_a_profile_is_changed_by_nobody_else(app, client, alice, bob):
    show(bob, display_name="Bob Dylan", user_id=1, id=1)
    assert client.get("/account/about").location == "/auth/login"
    assert show(client, display_name="x").status_code == 403
    assert rows(app, "SELECT user_id, display_name FROM profile") == [
        {"user_id": 2, "display_name": "Bob Dylan"}
    ]


def test_a_profile_sent_logged_out_comes_back_after_the_login(app, alice):
    draft = {"about": "kept", "display_name": NAME, "links": "https://a.example"}
    browser = app.test_client()
    page = resume(browser, show(browser, **draft), "alice").text
    assert 'action="/account/about"' in page
    assert f'value="{NAME}"' in page
    assert ">\nhttps://a.example</textarea>" in page


def test_a_profile_for_an_account_closed_meanwhile_comes_back(app, alice, monkeypatch):
    write(alice)
    user = rows(
        app,
        "SELECT *, 1 AS session_id, '9' AS last_seen, username AS display_name,"
        ' NULL AS picture FROM "user"',
    )[0]

    with app.app_context():
        users.close(1, delete_posts=False)

    monkeypatch.setattr(sessions, "find_user", lambda *args: user)
    response = show(alice, display_name="kept", links="https://kept.example")
    assert response.status_code == 403
    assert "https://kept.example" in response.text
    assert rows(app, "SELECT * FROM profile") == []


def test_a_closed_account_keeps_its_posts_and_no_profile(app, client, alice, bob):
    write(alice)
    show_oneself(alice)
    data = {"password": "three random words", "posts": "keep"}
    alice.post("/account/close", data=data)

    for table in ("profile", "profile_link", "picture_file"):
        assert rows(app, f"SELECT * FROM {table}") == []

    assert "by alice on" in client.get("/").text
    assert show(bob, display_name="Alice Liddell").status_code == 302


def test_what_belongs_to_a_person_goes_with_them(app, alice, execute):
    show_oneself(alice)
    execute(app, """DELETE FROM "user" """)

    for table in ("profile", "profile_link", "picture_file", "name_skeleton"):
        assert rows(app, f"SELECT * FROM {table}") == []


def test_lists_ask_for_all_names_at_once(client, app, alice, bob, statements):
    for browser in (alice, bob):
        write(browser)
        browser.post("/1/comment", data={"comment": "x"})
        show(browser, display_name=f"The {browser is alice}")

    def count(path):
        client.get("/archive")
        before = len(statements)
        client.get(path)
        return len(statements) - before

    for path in ("/", "/1-a-title"):
        number = count(path)

        for _ in range(3):
            write(log_in(app, "carol"))

        assert count(path) <= number + 1


def test_the_limits_of_changes_hold_for_a_profile(app, alice):
    app.config["EDITS_PER_PERSON"] = 1
    assert show(alice, display_name=NAME).status_code == 302
    response = show(alice, display_name="Another", links="https://kept.example")
    assert response.status_code == 429
    assert 'value="Another"' in response.text
    assert "https://kept.example</textarea>" in response.text


def test_the_form_says_what_it_is_for(alice):
    page = alice.get("/account/about").text
    assert "What readers see next to your posts and comments." in page
    assert '<input type="file" name="picture"' in page
    assert 'href="/account/about">Profile</a>' in alice.get("/account/").text

"""The page of each author, and what they say of themselves."""

import html
import re

import pytest

from flaskr.data import sessions
from flaskr.data import users
from flaskr.db import get_db
from flaskr.db import transaction

from .conftest import log_in
from .conftest import resume
from .conftest import rows
from .conftest import titles
from .conftest import write


def test_an_author_has_a_page_with_their_posts(client, alice, bob):
    write(alice, "One")
    write(bob, "Two")
    write(alice, "Three")

    assert titles(client.get("/author/alice")) == ["Three", "One"]
    assert 'href="/author/alice"' in client.get("/").text


@pytest.mark.parametrize(
    "name", ["李清照", "Ada Lovelace", "a/b", "100%?", "#1", "<i>"]
)
def test_the_page_of_an_author_is_where_the_links_lead(app, client, name):
    write(log_in(app, name))
    link = re.search(r'class="author" href="(.*?)"', client.get("/").text)[1]

    assert titles(client.get(html.unescape(link))) == ["A title"]


def test_an_author_has_one_address(client, alice):
    response = client.get("/author/ALICE")

    assert response.status_code == 301
    assert response.location == "/author/alice"


def test_an_author_whose_name_nobody_has_is_not_found(client, alice):
    for path in ("/author/carol", "/author/%00", "/author/alice/x", "/author//"):
        assert client.get(path).status_code == 404


def test_the_page_of_an_author_who_has_not_written_says_so(client, alice):
    assert "alice hasn’t written anything yet" in client.get("/author/alice").text


def test_a_person_says_something_of_themselves(client, alice):
    assert "Introduce yourself" in alice.get("/author/alice").text
    response = alice.post("/account/about", data={"about": "I *bake*.\r\n<b>Daily</b>"})

    assert response.location == "/author/alice"
    page = client.get("/author/alice").text
    assert "I <em>bake</em>.<br>\n&lt;b&gt;Daily" in page
    assert "Say something" not in page
    assert "I *bake*.\n&lt;b&gt;" in alice.get("/account/about").text


def test_the_account_page_leads_to_the_page_of_the_author(alice):
    page = alice.get("/account/").text
    assert 'href="/author/alice"' in page
    assert 'href="/account/about"' in page


def test_a_text_about_oneself_that_is_too_long_comes_back(app, alice):
    response = alice.post("/account/about", data={"about": "kept " * 201})

    assert response.status_code == 422
    assert "This has 1004" in response.text
    assert "kept kept" in response.text
    assert rows(app, 'SELECT about FROM "user"') == [{"about": ""}]


def test_a_text_about_oneself_for_an_account_closed_meanwhile_comes_back(
    app, alice, monkeypatch
):
    write(alice)

    with app.app_context():
        user = (
            get_db()
            .execute(
                "SELECT *, username AS display_name, NULL AS picture,"
                " 1 AS session_id, '9' AS last_seen FROM \"user\""
            )
            .fetchone()
        )
        users.close(1, delete_posts=False)

    monkeypatch.setattr(sessions, "find_user", lambda *args: user)
    response = alice.post("/account/about", data={"about": "kept"})

    assert response.status_code == 403
    assert "kept" in response.text
    assert rows(app, 'SELECT about FROM "user"') == [{"about": ""}]


def test_a_text_about_oneself_is_written_by_nobody_else(app, client, alice, bob):
    bob.post("/account/about", data={"about": "of Bob"})

    assert client.get("/account/about").location == "/auth/login"
    assert client.post("/account/about", data={"about": "x"}).status_code == 403
    assert rows(app, 'SELECT about FROM "user"') == [{"about": ""}, {"about": "of Bob"}]
    assert "Say something" not in bob.get("/author/alice").text


def test_a_text_about_oneself_sent_logged_out_comes_back_after_the_login(app, alice):
    browser = app.test_client()
    answer = browser.post("/account/about", data={"about": "kept"})
    assert "What you wrote has been kept" in answer.text
    page = resume(browser, answer, "alice").text
    assert 'action="/account/about"' in page
    assert ">\nkept</textarea>" in page


def test_a_closed_account_keeps_its_page_while_it_has_posts(app, client, alice):
    alice.post("/account/about", data={"about": "I bake."})
    write(alice, "Stays")

    with app.app_context():
        users.close(1, delete_posts=False)

    page = client.get("/author/alice")
    assert titles(page) == ["Stays"]
    assert "I bake." not in page.text


def test_two_old_names_of_one_key_have_a_page_each(app, client, alice):
    with app.app_context(), transaction() as db:
        db.execute(
            "INSERT INTO \"user\" (id, username, password) VALUES (9, 'Alice', '')"
        )
        db.execute("INSERT INTO post (author_id, title, body) VALUES (9, 'Hers', '')")

    assert titles(client.get("/author/Alice")) == ["Hers"]
    assert titles(client.get("/author/alice")) == []


def test_an_author_has_posts_whose_times_nobody_can_read(app, alice, client):
    write(alice, "Odd")

    with app.app_context(), transaction() as db:
        db.execute("UPDATE post SET created = 'odd'")

    page = client.get("/author/alice").text
    assert ">Odd</a>" in page and "<span>odd</span>" in page

"""The sessions of a person, their password, and the end of their account."""

import re
import sqlite3

import pytest

from flaskr.data import sessions
from flaskr.db import transaction
from flaskr.views import account

from .conftest import ago
from .conftest import cookie
from .conftest import failing
from .conftest import log_in
from .conftest import PASSWORD
from .conftest import register
from .conftest import rows
from .conftest import write

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"


def replay(app, value):
    """Another browser with a copy of a cookie."""
    client = app.test_client()
    client.set_cookie("flaskr_session", value)
    return client


def is_logged_in(client):
    return client.get("/account/").status_code == 200


def change_password(client, new="four quite random words", old=PASSWORD):
    return client.post("/account/password", data={"password": old, "new_password": new})


def close(client, posts, password=PASSWORD):
    return client.post("/account/close", data={"posts": posts, "password": password})


def test_a_copied_cookie_is_dead_after_logging_out(app, alice):
    copy = replay(app, cookie(alice))
    assert is_logged_in(copy)

    alice.post("/auth/logout")
    assert not is_logged_in(copy)


def test_a_copied_cookie_is_dead_after_a_new_password(app, alice):
    copy = replay(app, cookie(alice))

    assert change_password(alice).location == "/account/"
    assert is_logged_in(alice)
    assert not is_logged_in(copy)


def test_a_dead_cookie_is_taken_from_the_browser(app, alice):
    copy = replay(app, cookie(alice))
    alice.post("/auth/logout")
    copy.get("/")

    assert cookie(copy) is None


def test_a_cookie_for_somebody_else_is_worth_nothing(app, alice, bob):
    with alice.session_transaction() as session:
        session["user_id"] = 2

    assert not is_logged_in(alice)


@pytest.mark.parametrize("contents", [{"user_id": 1}, {"user_id": 1, "token": "x"}])
def test_a_cookie_without_a_session_is_worth_nothing(app, alice, contents):
    client = app.test_client()

    with client.session_transaction() as session:
        session.update(contents)

    assert not is_logged_in(client)


def test_the_database_does_not_hold_the_token_of_a_session(app, alice):
    with alice.session_transaction() as session:
        token = session["token"]

    assert token not in str(rows(app, "SELECT * FROM session"))


def test_the_account_page_lists_where_a_person_is_logged_in(app, alice, bob):
    other = app.test_client()
    other.post(
        "/auth/login",
        data={"username": "alice", "password": PASSWORD},
        headers={"User-Agent": FIREFOX},
    )
    page = alice.get("/account/").text

    assert "Firefox on Linux" in page
    assert page.count("this browser") == 1
    assert page.count('action="/account/sessions/') == 2


ROOMS = {
    "/account/about": "Profile",
    "/account/notices": "Notices",
    "/account/texts": "Your texts",
    "/account/images": "Your images",
    "/account/bin": "Bin",
    "/account/likes": "Posts you like",
    "/account/": "Browsers",
    "/account/name": "Username",
    "/account/password": "Password",
    "/account/close": "Close account",
}


@pytest.mark.parametrize(("path", "name"), ROOMS.items())
def test_each_room_of_an_account_leads_to_all_others(app, alice, path, name):
    log_in(app, "alice")
    rooms = alice.get(path).text.partition('class="rooms"')[2].partition("</nav>")[0]

    assert re.findall('href="(.*?)"', rooms) == list(ROOMS)
    assert re.findall('aria-current="page">([^<]*[^< ])', rooms) == [name]
    assert re.findall("<span.*?>(.*?)</span>", rooms) == ["0", "0", "0", "2"]


def test_a_refused_password_comes_back_to_its_own_room(alice):
    response = change_password(alice, old="mistyped")

    assert response.status_code == 422
    assert "<h1>Password</h1>" in response.text
    assert 'role="alert">Incorrect password.' in response.text
    assert 'aria-current="page">Password' in response.text


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (f"Mozilla/5.0 (Windows NT 10.0) {CHROME} Edg/140.0", "Edge on Windows"),
        (f"Mozilla/5.0 (Linux; Android 15) {CHROME}", "Chrome on Android"),
        ("Mozilla/5.0 Firefox/140.0", "Firefox"),
        ("curl/8.0 <b>", "curl/8.0"),
        ("", "Unknown browser"),
    ],
)
def test_a_browser_has_its_usual_name(app, user_agent, name):
    register(app, "alice")
    client = app.test_client()
    client.post(
        "/auth/login",
        data={"username": "alice", "password": PASSWORD},
        headers={"User-Agent": user_agent},
    )
    assert f"<strong>{name}</strong>" in client.get("/account/").text


def test_a_person_ends_one_of_their_sessions(app, alice):
    other = log_in(app, "alice")
    (session,) = rows(app, "SELECT max(id) AS id FROM session")

    response = alice.post(f"/account/sessions/{session['id']}/end")
    assert response.location == "/account/"
    assert is_logged_in(alice)
    assert not is_logged_in(other)


def test_a_person_ends_all_their_other_sessions(app, alice, bob):
    others = [log_in(app, "alice") for _ in range(2)]

    assert alice.post("/account/sessions/end-others").location == "/account/"
    assert is_logged_in(alice)
    assert is_logged_in(bob)
    assert not any(map(is_logged_in, others))


def test_nobody_ends_the_session_of_another(app, alice, bob):
    (session,) = rows(app, "SELECT id FROM session WHERE user_id = 1")
    bob.post(f"/account/sessions/{session['id']}/end")

    assert is_logged_in(alice)


def test_the_time_a_session_was_last_seen_is_written_now_and_then(app, alice):
    def last_seen():
        return rows(app, "SELECT last_seen FROM session")[0]["last_seen"]

    with app.app_context(), transaction() as db:
        db.execute("UPDATE session SET last_seen = ?", (ago(minutes=9),))

    before = last_seen()
    alice.get("/")
    assert last_seen() == before

    with app.app_context(), transaction() as db:
        db.execute("UPDATE session SET last_seen = ?", (ago(minutes=11),))

    alice.get("/")
    assert last_seen() > before


@pytest.mark.parametrize(
    ("code", "status"), [(sqlite3.SQLITE_FULL, 200), (sqlite3.SQLITE_ERROR, 500)]
)
def test_a_page_is_shown_when_last_seen_cannot_be_written(
    installed, monkeypatch, code, status, caplog
):
    alice = log_in(installed, "alice")
    monkeypatch.setattr(sessions, "touch", failing(code))
    assert alice.get("/").status_code == status
    assert "the disk" in caplog.text


def test_a_new_password_replaces_the_old_one(app, alice):
    change_password(alice, "four quite random words")

    log_in(app, "alice", "four quite random words")
    response = app.test_client().post(
        "/auth/login", data={"username": "alice", "password": PASSWORD}
    )
    assert "Incorrect password." in response.text


def test_changing_the_password_asks_for_the_old_one(app, alice):
    other = log_in(app, "alice")
    response = change_password(alice, old="wrong")

    assert response.status_code == 422
    assert "Incorrect password." in response.text
    assert is_logged_in(other)
    log_in(app, "alice")


def test_a_password_that_was_changed_meanwhile_stays(app, alice, monkeypatch):
    check = account.check_password

    def changed_meanwhile(user, *args):
        verified = check(user, *args)

        with transaction() as db:
            db.execute("UPDATE \"user\" SET password = 'of the owner'")

        return verified

    monkeypatch.setattr(account, "check_password", changed_meanwhile)

    assert change_password(alice).status_code == 422
    assert rows(app, 'SELECT password FROM "user"') == [{"password": "of the owner"}]


def test_a_new_password_follows_the_rules(installed):
    alice = log_in(installed, "alice")
    response = change_password(alice, "short")

    assert response.status_code == 422
    assert "at least 8 characters" in response.text


def test_closing_an_account_asks_again_first(alice):
    page = alice.get("/account/close").text

    assert 'name="posts" value="keep"' in page
    assert 'name="posts" value="delete"' in page


def test_a_closed_account_with_its_posts_is_gone_altogether(app, alice, bob):
    write(alice, "alice’s post")
    write(bob, "bob’s post")
    copy = replay(app, cookie(alice))

    assert close(alice, "delete").location == "/"
    assert not is_logged_in(copy)
    assert [row["title"] for row in rows(app, "SELECT title FROM post")] == [
        "bob’s post"
    ]
    assert app.test_client().get("/author/alice").status_code == 404
    # Nobody else has the name while the posts may come back.
    assert "already registered" in register(app, "alice").text

    with app.app_context(), transaction() as db:
        db.execute("DELETE FROM binned_post")

    assert [row["id"] for row in rows(app, 'SELECT id FROM "user"')] == [2]
    log_in(app, "alice")


def test_the_posts_of_a_closed_account_may_stay(app, alice):
    write(alice, "still here")
    copy = replay(app, cookie(alice))
    close(alice, "keep")

    assert not is_logged_in(alice)
    assert not is_logged_in(copy)
    page = app.test_client().get("/").text
    assert "still here" in page
    assert "by alice on" in page


def test_nobody_else_gets_a_name_that_posts_stay_under(app, alice):
    write(alice)
    close(alice, "keep")

    assert "already registered" in register(app, "Alice").text
    response = app.test_client().post(
        "/auth/login", data={"username": "alice", "password": PASSWORD}
    )
    assert "Incorrect username." in response.text


def test_a_closed_account_without_posts_leaves_nothing_behind(app, alice):
    close(alice, "keep")
    assert rows(app, 'SELECT id FROM "user"') == []
    assert rows(app, "SELECT id FROM session") == []


@pytest.mark.parametrize(
    ("posts", "password", "problem"),
    [
        ("", PASSWORD, "Choose what happens to your posts and comments."),
        ("some", PASSWORD, "Choose what happens to your posts and comments."),
        ("delete", "wrong", "Incorrect password."),
    ],
)
def test_closing_an_account_needs_a_choice_and_the_password(
    app, alice, posts, password, problem
):
    write(alice)
    response = close(alice, posts, password)

    assert response.status_code == 422
    assert problem in response.text
    assert is_logged_in(alice)
    assert len(rows(app, "SELECT id FROM post")) == 1


@pytest.mark.parametrize("path", ["/account/", "/account/close"])
def test_the_account_pages_need_a_login(client, path):
    assert client.get(path).location == "/auth/login"


def test_one_person_has_so_many_sessions(app, alice, bob, monkeypatch):
    monkeypatch.setattr("flaskr.data.sessions.MAX_SESSIONS", 3)
    first = log_in(app, "alice")
    last = [log_in(app, "alice") for _ in range(3)]
    statement = "SELECT id FROM session WHERE user_id = ?"
    assert len(rows(app, statement, 1)) == 3
    assert first.get("/account/").status_code == 302
    assert all(client.get("/account/").status_code == 200 for client in last)
    assert bob.get("/account/").status_code == 200

"""Registering, logging in and out, and coming back to where one was."""

import re
import sqlite3
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from werkzeug.exceptions import HTTPException
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.security import check_password_hash
from werkzeug.security import generate_password_hash

from flaskr.data import sessions
from flaskr.data import users
from flaskr.db import get_pool
from flaskr.web import login
from flaskr.web import passwords

from .children import LIMIT
from .conftest import ago
from .conftest import cookie
from .conftest import failing
from .conftest import log_in
from .conftest import PASSWORD
from .conftest import register
from .conftest import rows
from .conftest import wait_until


def send_login(client, name, password=PASSWORD, **more):
    data = {"username": name, "password": password, **more}
    return client.post("/auth/login", data=data)


def test_a_new_user_is_sent_to_the_login_page(app, client):
    assert register(app, "alice").location == "/auth/login"
    assert send_login(client, "alice").location == "/"
    assert b"alice" in client.get("/").data


@pytest.mark.parametrize("name", ["alice", "ALICE", " alice ", "ａｌｉｃｅ", "Alice"])
def test_a_name_is_one_whatever_its_case_and_form(app, client, name):
    register(app, "Alice")

    assert "Alice is already registered" in register(app, "Alice").text
    assert "is already registered" in register(app, name).text
    assert send_login(client, name).location == "/"
    assert len(rows(app, 'SELECT id FROM "user"')) == 1


def test_a_name_is_stored_in_its_normal_form(app):
    register(app, "  Ａda   Lovelace ")
    assert rows(app, 'SELECT username FROM "user"') == [{"username": "Ada Lovelace"}]


@pytest.mark.parametrize("name", ["x", "林小雨", "Ünal", "o'Neil <b>", "x" * 32, "🦊"])
def test_names_of_any_script_are_welcome(app, name):
    assert register(app, name).location == "/auth/login"
    assert log_in(app, name).get("/").status_code == 200


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("", "Username is required."),
        (" \t ", "Username is required."),
        ("x" * 33, "has 33 characters"),
        ("ﷺ" * 2, "has 36 characters"),
        ("a\u202eb", "invisible or text-direction"),
        ("a\u200bb", "invisible"),
        ("a\x00b", "invisible"),
        ("a\ue000", "invisible"),
        ("\u3164", "invisible"),
        ("alice\ufe0f", "invisible"),
        ("alice\u034f", "invisible"),
        ("\U000e0100bob", "invisible"),
    ],
)
def test_a_name_that_cannot_be_taken_comes_back_with_the_reason(app, name, problem):
    response = register(app, name)

    assert response.status_code == 422
    assert problem in response.text
    assert rows(app, 'SELECT id FROM "user"') == []


def test_a_name_that_was_typed_to_register_comes_back(app):
    page = register(app, "x" * 33).text
    assert f'value="{"x" * 33}"' in page


@pytest.mark.parametrize("path", ["/auth/login", "/auth/register"])
@pytest.mark.parametrize("place", ["acquire", "find"])
def test_a_name_comes_back_while_the_database_is_away(
    app, client, monkeypatch, caplog, path, place
):
    fail = failing(sqlite3.SQLITE_IOERR)
    data = {"username": "Zoë", "password": PASSWORD}

    broken = users if place == "find" else get_pool(app)

    with monkeypatch.context() as patch:
        patch.setattr(broken, place, fail)
        response = client.post(path, data=data)

    assert response.status_code == 503
    assert response.headers["Retry-After"] == "10"
    assert "Try again in a moment." in response.text
    assert 'value="Zoë"' in response.text
    assert 'type="password"' in response.text
    assert PASSWORD not in response.text
    assert "the disk" in caplog.text


def test_a_text_is_shown_while_nobody_can_log_in(app, client, monkeypatch):
    monkeypatch.setattr(get_pool(app), "acquire", failing(sqlite3.SQLITE_IOERR))
    response = client.post("/auth/login", data={"body": "hours of work"})
    assert response.status_code == 503
    assert "What you wrote isn’t lost" in response.text
    assert "hours of work" in response.text


def test_two_who_register_one_name_at_once_are_one_user(app, monkeypatch):
    register(app, "alice")
    # Neither saw the other.
    monkeypatch.setattr(users, "find_taken", lambda *args: None)

    assert "already registered" in register(app, "Alice").text
    assert len(rows(app, 'SELECT id FROM "user"')) == 1


def test_a_wrong_name_and_a_wrong_password_are_told_apart(app, client):
    register(app, "alice")

    assert "Incorrect username." in send_login(client, "nobody").text
    assert "Incorrect password." in send_login(client, "alice", "wrong").text
    assert cookie(client) is None


def focused(response):
    """The names of the fields that have the focus."""
    fields = re.findall(r"<(?:input|textarea)[^>]*>", response.text)
    return [
        re.search(r'name="(\w+)"', field)[1] for field in fields if "autofocus" in field
    ]


def test_the_field_to_type_in_has_the_focus(app, client):
    register(app, "alice")
    assert focused(client.get("/auth/login")) == ["username"]
    assert focused(send_login(client, "nobody")) == ["username"]
    assert focused(send_login(client, "alice", "wrong")) == ["password"]
    assert focused(client.post("/create", data={"body": "kept"})) == ["username"]

    assert focused(client.get("/auth/register")) == ["username"]
    assert focused(register(app, "alice")) == ["username"]
    assert focused(register(app, "")) == ["username"]
    assert focused(register(app, "bob", "")) == ["password"]

    line = app.extensions["flaskr.passwords"]

    with line.slot(passwords.REGISTRATIONS):
        assert focused(register(app, "bob")) == ["password"]


def test_the_field_of_an_account_to_type_in_has_the_focus(alice):
    assert focused(alice.get("/account/password")) == []
    data = {"password": "wrong", "new_password": "another"}
    assert focused(alice.post("/account/password", data=data)) == ["password"]
    data = {"password": PASSWORD, "new_password": ""}
    assert focused(alice.post("/account/password", data=data)) == ["new_password"]

    assert focused(alice.get("/account/close")) == []
    data = {"password": "wrong", "posts": "delete"}
    page = alice.post("/account/close", data=data)
    assert focused(page) == ["password"]
    assert re.findall(r'value="(\w+)" required checked', page.text) == ["delete"]
    assert focused(alice.post("/account/close", data={"password": "x"})) == ["posts"]


def test_a_form_without_its_fields_is_a_bad_request(client):
    assert client.post("/auth/register").status_code == 400
    assert client.post("/auth/login", data={"username": "a"}).status_code == 400


def test_a_page_that_needs_a_login_is_where_one_comes_back_to(app, client):
    register(app, "alice")

    assert client.get("/create").location == "/auth/login"
    assert send_login(client, "alice").location == "/create"
    # Once.
    assert send_login(client, "alice").location == "/"


def test_a_button_that_needs_a_login_leads_to_the_index(app, client):
    register(app, "alice")
    response = client.post("/1/delete")

    assert response.location == "/auth/login"
    assert response.status_code == 302
    assert send_login(client, "alice").location == "/"


def test_a_program_that_is_no_browser_logs_out_without_being_asked(app, alice):
    assert alice.get("/auth/logout").location == "/"
    assert alice.get("/create").location == "/auth/login"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Dest": "image"},
        {"Accept-Language": "en"},
        {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64)"},
    ],
)
def test_a_browser_is_asked_before_it_logs_out(alice, headers):
    response = alice.get("/auth/logout", headers=headers)

    assert response.status_code == 200
    assert '<form action="/auth/logout" method="post">' in response.text
    assert alice.get("/create").status_code == 200
    assert alice.post("/auth/logout", headers=headers).location == "/"
    assert alice.get("/create").location == "/auth/login"


def test_a_logged_out_browser_is_not_asked_before_it_logs_out(client):
    headers = {"Sec-Fetch-Site": "none"}
    assert client.get("/auth/logout", headers=headers).location == "/"


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("", "Password is required."),
        ("seven77", "at least 8 characters; this password has 7"),
        ("密码密码密码密", "at least 8 characters; this password has 7"),
        ("PassWord1", "too easy to guess"),
        ("Newcomer", "too easy to guess"),
        ("é" * 513, "Use 1024 bytes at most"),
    ],
)
def test_an_installed_blog_refuses_weak_passwords(installed, password, problem):
    response = register(installed, "newcomer", password)

    assert response.status_code == 422
    assert problem in response.text
    assert rows(installed, 'SELECT id FROM "user"') == []


def test_an_installed_blog_takes_good_passwords(installed):
    log_in(installed, "alice", "eight 8 ")
    log_in(installed, "bob", "密码密码密码密码")


def test_the_hash_of_a_password_is_at_owasps_floor(cheap_hashes):
    assert cheap_hashes == "scrypt:16384:8:5"


def test_a_hash_of_an_unknown_method_is_a_wrong_password(app, client):
    users_hash = "md5$salt$0123"

    with app.app_context():
        users.create("old", users_hash)

    assert "Incorrect password." in send_login(client, "old", "md5").text


def test_an_unknown_name_costs_one_hash_as_a_known_one_does(app, client, monkeypatch):
    register(app, "alice")
    made = []
    hash_password = passwords.hash_password
    monkeypatch.setattr(
        passwords, "hash_password", lambda p: made.append(p) or hash_password(p)
    )
    send_login(client, "nobody", "wrong")
    assert made == ["wrong"]

    checked = []
    check = passwords.check_password_hash
    monkeypatch.setattr(
        passwords, "check_password_hash", lambda h, p: checked.append(p) or check(h, p)
    )
    send_login(client, "alice", "wrong")
    assert checked == ["wrong"]
    assert made == ["wrong"]


NFC, NFD = (
    "caf\u00e9 \ud55c\uae00 \u1eaf",
    "cafe\u0301 \u1112\u1161\u11ab\u1100\u1173\u11af a\u0306\u0301",
)


@pytest.mark.parametrize("registered", [NFC, NFD])
@pytest.mark.parametrize("typed", [NFC, NFD])
def test_a_password_is_right_however_a_keyboard_composes_it(
    app, client, registered, typed
):
    log_in(app, "alice", registered)
    assert send_login(client, "alice", typed).location == "/"

    data = {"password": typed, "new_password": registered}
    assert client.post("/account/password", data=data).location == "/account/"
    closed = client.post("/account/close", data={"password": typed, "posts": "keep"})
    assert closed.location == "/"


@pytest.mark.parametrize("wrong", ["cafe \ud55c\uae00 \u1eaf", NFD.upper(), "ﬁ" + NFC])
def test_another_password_stays_wrong_in_every_form(app, client, wrong):
    register(app, "alice", NFC)
    assert "Incorrect password." in send_login(client, "alice", wrong).text


def test_an_older_hash_of_a_decomposed_password_holds_and_is_made_anew(
    app, client, cheap_hashes
):
    with app.app_context():
        users.create("alice", generate_password_hash(NFD, passwords.HASH_METHOD))

    assert "Incorrect password." in send_login(client, "alice", NFC).text
    assert send_login(client, "alice", NFD).location == "/"
    (user,) = rows(app, 'SELECT password FROM "user"')
    assert check_password_hash(user["password"], NFC)
    # From now on any keyboard will do, and nothing is made anew again.
    assert send_login(app.test_client(), "alice", NFC).location == "/"
    assert send_login(app.test_client(), "alice", NFD).location == "/"
    assert rows(app, 'SELECT password FROM "user"') == [user]


def test_a_decomposed_password_costs_two_hashes_whether_or_not_there_is_the_name(
    app, client, monkeypatch
):
    register(app, "alice", NFC)
    spent = []

    for name in ("check_password_hash", "generate_password_hash"):
        work = getattr(passwords, name)
        monkeypatch.setattr(
            passwords, name, lambda *args, work=work: spent.append(1) or work(*args)
        )

    for name in ("nobody", "alice"):
        send_login(client, name, f"wrong {NFD}")
        assert spent == [1, 1], name
        spent.clear()


def test_a_password_without_end_is_not_composed(app, client):
    register(app, "alice")
    # Its accents were put in order for minutes.
    password = "a" + "\u0301\u0323" * 150_000
    assert "Incorrect password." in send_login(client, "alice", password).text
    assert passwords.compose(password) == password
    longest = "\u01d6" * 512
    assert passwords.compose(unicodedata.normalize("NFD", longest)) == longest


def test_a_new_password_is_measured_composed(installed):
    response = register(installed, "newcomer", "e\u0301" * 7)
    assert "at least 8 characters; this password has 7" in response.text


def test_a_crowd_at_one_account_is_refused_at_once(app, client):
    register(app, "alice")
    line = app.extensions["flaskr.passwords"]

    with line.slot("alice"), line.slot("alice"):
        response = send_login(client, "Alice")
        assert response.status_code == 429
        assert response.headers["Retry-After"] == "1"

    assert send_login(client, "alice").location == "/"
    assert not line.slots


def test_who_logs_in_again_and_again_keeps_nobody_from_logging_in(
    app, client, monkeypatch
):
    """Each login is right, and those of an hour would take all slots for minutes."""
    monkeypatch.setattr(passwords, "MAX_WAIT", 0.01)

    for name in ("mallory", "eve", "alice"):
        register(app, name)

    for name in ("mallory", "eve"):
        for _ in range(login.FREQUENT + 1):
            assert send_login(app.test_client(), name).location == "/"

    line = app.extensions["flaskr.passwords"]

    with line.slot("mallory", is_frequent=True):
        response = send_login(app.test_client(), "eve")
        assert response.status_code == 503
        assert response.headers["Retry-After"] == "2"
        assert register(app, "bob").status_code == 503
        assert send_login(client, "alice").location == "/"
        # From here on her browser is known, however often she comes.
        client.set_cookie("flaskr_session", "")

        for _ in range(login.FREQUENT + 1):
            assert send_login(client, "alice").location == "/"

    assert send_login(app.test_client(), "eve").location == "/"
    assert not line.strangers


def test_who_logs_in_again_and_again_waits_for_a_registration(app):
    """As a script does that logs in with each run, while others register in a loop."""
    line = app.extensions["flaskr.passwords"]

    with ThreadPoolExecutor() as pool:
        with line.slot(passwords.REGISTRATIONS):
            waiting = pool.submit(hold, line, "eve", is_frequent=True)
            wait_until(lambda: line.waiting)

            # It is next, and one waits.
            for account in (passwords.REGISTRATIONS, passwords.UNKNOWN):
                with pytest.raises(HTTPException), line.slot(account):
                    pass

            with pytest.raises(HTTPException), line.slot("mallory", is_frequent=True):
                pass

            # Nobody else is kept out by it.
            with line.slot("alice"):
                assert line.waiting

        assert waiting.result(LIMIT) == 1

    assert not line.slots
    assert not line.strangers


def test_who_logs_in_again_and_again_waits_for_nobody_like_that(app):
    """Two of them would take turns, and nobody could register."""
    line = app.extensions["flaskr.passwords"]

    with line.slot("mallory", is_frequent=True):
        with pytest.raises(ServiceUnavailable), line.slot("eve", is_frequent=True):
            pass

    with line.slot(passwords.REGISTRATIONS):
        assert line.strangers


@pytest.mark.parametrize("others", [("alice", "bob"), ("alice", "alice")])
def test_who_waits_to_log_in_again_makes_room_for_others(app, others):
    line = app.extensions["flaskr.passwords"]

    with ThreadPoolExecutor() as pool, line.slot(passwords.REGISTRATIONS):
        waiting = pool.submit(hold, line, "eve", is_frequent=True)
        wait_until(lambda: line.waiting)

        with line.slot(others[0]), line.slot(others[1], is_known=True):
            with pytest.raises(ServiceUnavailable):
                waiting.result(LIMIT)

    assert not line.slots


def hold(line, *args, **kwargs):
    """Hold a slot for a moment; how many strangers have one then."""
    with line.slot(*args, **kwargs):
        return line.strangers


def test_registrations_keep_nobody_from_logging_in(app, client):
    register(app, "alice")
    line = app.extensions["flaskr.passwords"]

    with line.slot(passwords.REGISTRATIONS):
        response = register(app, "bob")
        assert response.status_code == 503
        assert response.headers["Retry-After"] == "2"
        assert 'value="bob"' in response.text
        assert send_login(client, "alice").location == "/"

    assert register(app, "bob").location == "/auth/login"


def test_people_who_log_in_leave_a_thread_to_readers(app, client):
    for name in ("alice", "bob", "carol"):
        register(app, name)

    line = app.extensions["flaskr.passwords"]
    send_login(client, "alice")

    with line.slot("bob"), line.slot("carol"):
        response = send_login(app.test_client(), "alice")
        assert response.status_code == 503
        assert response.headers["Retry-After"] == "2"
        assert "Other people are logging in" in response.text
        # Who was here before has a slot that others can't take.
        assert send_login(client, "alice").location == "/"

        with line.slot("dave", is_known=True):
            assert send_login(client, "alice").status_code == 503


def test_guesses_at_an_account_keep_its_own_browser_from_nothing(app, client):
    register(app, "alice")
    send_login(client, "alice")
    line = app.extensions["flaskr.passwords"]

    with line.slot("alice"), line.slot("alice"):
        assert send_login(app.test_client(), "alice").status_code == 429
        assert send_login(client, "alice").location == "/"


def test_a_class_registers_at_once_and_then_its_address_waits(app, clock):
    for number in range(60):
        assert register(app, f"name {number}").location == "/auth/login"

    response = register(app, "one more")
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "60"
    assert 'value="one more"' in response.text
    # A name that is taken or no name costs nothing.
    assert register(app, "name 1").status_code == 422
    assert register(app, "").status_code == 422


def test_names_that_nobody_has_share_one_slot(app, client):
    register(app, "alice")
    line = app.extensions["flaskr.passwords"]

    with line.slot(passwords.UNKNOWN):
        assert send_login(client, "nobody").status_code == 429
        assert send_login(client, "alice").location == "/"


def test_the_second_of_two_logins_replaces_the_first(app, alice):
    first = cookie(alice)
    send_login(alice, "alice")

    assert cookie(alice) != first
    assert len(rows(app, "SELECT id FROM session")) == 1


def test_a_login_with_a_password_that_is_being_changed_is_none(app):
    register(app, "alice")

    with app.app_context():
        token = sessions.start(1, "another hash", "127.0.0.1", "")
        assert sessions.find_user(1, token) is None


def test_a_login_ends_after_a_month(app, alice):
    with app.app_context():
        from flaskr.db import transaction

        with transaction() as db:
            db.execute("UPDATE session SET created = ?", (ago(days=31),))

    assert alice.get("/create").location == "/auth/login"
    # The row goes with the next login.
    log_in(app, "bob")
    assert [r["user_id"] for r in rows(app, "SELECT user_id FROM session")] == [2]


def test_the_lifetime_of_a_login_is_a_setting(app, alice):
    app.config["PERMANENT_SESSION_LIFETIME"] = timedelta(days=400)
    with app.app_context():
        from flaskr.db import transaction

        with transaction() as db:
            db.execute("UPDATE session SET created = ?", (ago(days=31),))

    assert alice.get("/create").status_code == 200

"""Wrong passwords are few, for everybody but the owner."""

import threading

import pytest

from flaskr import create_app
from flaskr.web import login
from flaskr.web import passwords

from .children import LIMIT
from .conftest import cookie
from .conftest import log_in
from .conftest import PASSWORD
from .conftest import register
from .conftest import rows


def attempt(app, name="alice", password="wrong", address="10.0.0.1", client=None):
    client = client or app.test_client()
    return client.post(
        "/auth/login",
        data={"username": name, "password": password},
        environ_base={"REMOTE_ADDR": address},
    )


def use_up(app, name="alice", address="10.0.0.1", times=10):
    for _ in range(times):
        assert attempt(app, name, address=address).status_code == 422


def test_the_eleventh_wrong_password_of_an_address_waits(app, clock):
    register(app, "alice")
    use_up(app)
    response = attempt(app)

    assert response.status_code == 429
    assert response.headers["Retry-After"] == "30"
    assert "in 30 seconds" in response.text


def test_the_right_password_is_not_checked_beyond_a_login_limit(
    app, clock, monkeypatch
):
    register(app, "alice")
    use_up(app)
    monkeypatch.setattr("flaskr.web.passwords.is_correct", None)

    assert attempt(app, password=PASSWORD).status_code == 429


def test_one_attempt_to_log_in_comes_back_after_its_time(app, clock):
    register(app, "alice")
    use_up(app)
    clock.now += 31

    assert attempt(app).status_code == 422
    assert attempt(app).status_code == 429
    clock.now += 300
    use_up(app)


def test_a_login_limit_holds_in_every_process_and_after_a_restart(app, instance, clock):
    register(app, "alice")
    use_up(app)

    assert attempt(create_app({"TESTING": True})).status_code == 429


def test_another_address_may_still_try_to_log_in(app, clock):
    register(app, "alice")
    use_up(app)

    assert attempt(app, password=PASSWORD, address="10.0.0.2").location == "/"


def test_one_account_is_guarded_against_many_addresses(app, clock):
    register(app, "alice")
    use_up(app, address="10.0.0.1")
    use_up(app, address="10.0.0.2")

    assert attempt(app, address="10.0.0.3").status_code == 429


def test_one_address_cannot_go_through_many_names(app, clock):
    for number in range(10):
        assert attempt(app, f"name {number}").status_code == 422

    assert attempt(app, "name 10").status_code == 429


def test_right_passwords_are_not_counted_as_wrong_ones(app, clock):
    register(app, "alice")

    for _ in range(30):
        assert attempt(app, password=PASSWORD).location == "/"

    assert attempt(app).status_code == 422


def test_right_passwords_are_few_enough_for_the_server(app, clock):
    app.config["LOGINS_PER_PERSON"] = 6
    register(app, "alice")

    for _ in range(6):
        # Others can't use these up.
        attempt(app, address="10.0.0.9")
        assert attempt(app, password=PASSWORD).location == "/"

    response = attempt(app, password=PASSWORD)
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "600"
    assert "That’s a lot in a short time" in response.text
    clock.now += 600
    assert attempt(app, password=PASSWORD).location == "/"


def test_logins_from_one_address_are_few_enough_for_the_server(app, clock):
    app.config["LOGINS_PER_ADDRESS"] = 2

    for name in ("alice", "bob", "carol"):
        register(app, name)

    assert attempt(app, "alice", PASSWORD).location == "/"
    assert attempt(app, "bob", PASSWORD).location == "/"
    assert attempt(app, "carol", PASSWORD).status_code == 429
    assert attempt(app, "carol", PASSWORD, address="10.0.0.2").location == "/"


def test_the_owner_of_an_account_gets_in_from_a_browser_that_was_here_before(
    app, clock
):
    owner = log_in(app, "alice")
    owner.post("/auth/logout")
    use_up(app, address="10.0.0.1")
    use_up(app, address="10.0.0.2")

    assert attempt(app, password=PASSWORD, address="10.0.0.3").status_code == 429
    assert attempt(app, password=PASSWORD, client=owner).location == "/"


def test_a_browser_that_was_here_before_is_limited_by_itself(app, clock):
    owner = log_in(app, "alice")

    for _ in range(20):
        assert attempt(app, client=owner).status_code == 422

    assert attempt(app, client=owner).status_code == 429


def test_a_browser_is_known_for_its_own_user_only(app, clock):
    register(app, "alice")
    bob = log_in(app, "bob")
    use_up(app)

    assert attempt(app, client=bob).status_code == 429


@pytest.mark.parametrize("value", ["forged", "WzEsIngiXQ.aaaa.bbbb"])
def test_a_forged_browser_is_not_known(app, clock, value):
    register(app, "alice")
    use_up(app)
    client = app.test_client()
    client.set_cookie("flaskr_known_browser", value, path="/auth/login")

    assert attempt(app, client=client).status_code == 429


def test_the_cookie_of_a_known_browser_goes_to_the_login_page_only(app):
    client = log_in(app, "alice")
    found = client.get_cookie("flaskr_known_browser", path="/auth/login")

    assert found.http_only
    assert found.same_site == "Lax"
    assert cookie(client, "flaskr_known_browser") is None


def test_others_behind_a_flooded_address_get_in_one_by_one(app, clock):
    register(app, "alice")
    register(app, "bob")
    register(app, "carol")
    use_up(app)

    assert attempt(app, "bob", PASSWORD).location == "/"
    # A right password gives the spare attempt back; a wrong one does not.
    assert attempt(app, "bob").status_code == 422
    response = attempt(app, "carol", PASSWORD)
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "5"
    clock.now += 6
    assert attempt(app, "carol", PASSWORD).location == "/"
    # One attempt for an account, not one in five seconds.
    clock.now += 6
    assert attempt(app, "bob").status_code == 429


def test_a_household_has_one_ipv6_network(app, clock):
    register(app, "alice")

    for number in range(10):
        use_up(app, address=f"2001:db8::{number:x}", times=1)

    assert attempt(app, address="2001:db8::ffff").status_code == 429
    assert attempt(app, address="2001:db8:0:1::1").status_code == 422


def test_a_socket_without_addresses_is_one_address(app, clock):
    register(app, "alice")
    use_up(app, address="")

    assert attempt(app, address="localhost").status_code == 429


def test_the_numbers_of_login_limits_are_settings(app, clock):
    register(app, "alice")
    app.config["LOGIN_ATTEMPTS_PER_ADDRESS"] = 2
    use_up(app, times=2)
    response = attempt(app)

    assert response.status_code == 429
    assert response.headers["Retry-After"] == "150"


@pytest.mark.parametrize("seconds", [3600, 365 * 24 * 3600])
def test_a_clock_that_was_set_back_locks_nobody_out(app, clock, seconds):
    register(app, "alice")
    use_up(app)
    clock.now -= seconds
    use_up(app)

    assert attempt(app).headers["Retry-After"] == "30"


def test_a_login_limit_does_not_store_what_was_typed_as_a_name(app, clock):
    attempt(app, "my secret password")
    assert "my secret" not in str(rows(app, "SELECT * FROM rate_limit"))


def test_limits_spent_that_are_full_again_leave_no_rows(app, clock):
    register(app, "alice")
    attempt(app, address="10.0.0.1")
    clock.now += 3600
    attempt(app, address="10.0.0.2")

    assert len(rows(app, "SELECT key FROM rate_limit")) == 2


def test_two_logins_at_once_cannot_both_take_the_last_attempt(app, clock, monkeypatch):
    register(app, "alice")
    use_up(app, times=9)
    slot = passwords.reserve_slot

    def somebody_else_first(*who):
        monkeypatch.setattr(passwords, "reserve_slot", slot)
        other = threading.Thread(target=attempt, args=(app,), daemon=True)
        other.start()
        other.join(LIMIT)
        assert not other.is_alive()
        return slot(*who)

    monkeypatch.setattr(passwords, "reserve_slot", somebody_else_first)
    assert attempt(app).status_code == 429


def test_logins_that_were_refused_take_little_memory(app, clock, monkeypatch):
    monkeypatch.setattr(login, "MAX_REFUSED", 3)

    for number in range(20):
        attempt(app, f"name {number}")

    assert len(app.extensions["flaskr.login_limits"]) <= 4


def test_the_account_page_does_not_help_to_guess_a_password(app, clock):
    client = log_in(app, "alice")
    data = {"password": "wrong", "new_password": "new words here"}

    for _ in range(20):
        assert client.post("/account/password", data=data).status_code == 422

    response = client.post("/account/password", data=data)
    assert response.status_code == 429
    data = {"password": PASSWORD, "posts": "delete"}
    assert client.post("/account/close", data=data).status_code == 429


def test_strangers_do_not_keep_the_owner_from_a_new_password(app, clock):
    client = log_in(app, "alice")
    use_up(app, address="10.0.0.1")
    use_up(app, address="10.0.0.2")
    data = {"password": PASSWORD, "new_password": "new words here"}

    assert client.post("/account/password", data=data).location == "/account/"


def test_ipv4_written_as_ipv6_is_ipv4(app, clock):
    register(app, "alice")
    use_up(app, address="::ffff:10.0.0.1")

    assert attempt(app, address="10.0.0.1").status_code == 429
    assert attempt(app, address="::ffff:10.0.0.2").status_code == 422


def test_a_name_of_endless_accents_costs_no_time(app):
    # Normalized, these took minutes, in which nobody else was answered.
    name = "a" + "\u0301\u0316" * 150_000

    assert attempt(app, name).status_code == 422
    assert register(app, name).status_code == 422

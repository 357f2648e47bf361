"""Who may try a password, and how often."""

import math
import secrets
import sqlite3
import time
from datetime import timedelta

from flask import current_app
from flask import Flask
from flask import g
from flask import request
from flask import Response
from flask import url_for
from itsdangerous import BadSignature
from itsdangerous import URLSafeTimedSerializer
from werkzeug.exceptions import TooManyRequests

from . import limits
from . import passwords
from . import users
from .errors import lazy_ngettext
from .names import name_key
from .proxies import client_network

KNOWN_BROWSER = "flaskr_known_browser"
KNOWN_FOR = 31_536_000  # seconds

# Refusals to remember: about a megabyte.
REFUSED_MAX = 5_000


def refuse_early() -> None:
    """Refuse what was just refused, before anything is opened or looked up: a
    flood of attempts must not take the readers' share of the server."""
    # The owner's browser has a limit of its own.
    if request.endpoint != "auth.login_submit" or KNOWN_BROWSER in request.cookies:
        return

    account = name_key(request.form.get("username", ""))
    passwords.refuse_concurrent(account)
    until = refused().get((client_network(), account), 0.0)
    refuse_to_wait(until - time.monotonic())


def refused() -> dict[tuple[str, str], float]:
    """Until when this process need not ask again, by network and account."""
    known: dict[tuple[str, str], float] = current_app.extensions["flaskr.login_limits"]
    return known


def check_password(
    user: sqlite3.Row | None, username: str, password: str
) -> str | None:
    """Check the password that somebody typed for a name.

    :param user: whom the name belongs to, if anybody
    :return: the account's hash if the password is right, else ``None``
    :raise TooManyRequests: after too many wrong ones, without checking this one
    """
    account = name_key(user["username"] if user else username)
    rate_limits = login_limits(user, account)

    if seconds := limits.wait(*rate_limits):
        if len(refused()) > REFUSED_MAX:
            refused().clear()

        refused()[client_network(), account] = time.monotonic() + seconds
        refuse_to_wait(seconds)

    # All names that nobody has share their slots.
    with passwords.slot(account if user else ""):
        # Used before the check, so that many at once can't try more.
        refuse_to_wait(limits.take(*rate_limits))

        if not passwords.is_correct(user["password"] if user else None, password):
            return None

        limits.give_back(*rate_limits)
        assert user is not None
        password_hash: str = user["password"]

        if passwords.is_outdated(password_hash):
            password_hash = passwords.hash_password(password)
            users.replace_hash(user["id"], user["password"], password_hash)

    return password_hash


def refuse_to_wait(seconds: float) -> None:
    if seconds > 0:
        wait = math.ceil(seconds)
        raise TooManyRequests(
            lazy_ngettext(
                "There were too many wrong passwords. Wait %(num)d second, then try"
                " again.",
                "There were too many wrong passwords. Wait %(num)d seconds, then try"
                " again.",
                wait,
            ),
            retry_after=wait,
        )


def login_limits(user: sqlite3.Row | None, account: str) -> list[limits.RateLimit]:
    """What a wrong password uses up, such that strangers can't for the owner."""
    config = current_app.config
    per_account = limits.RateLimit(
        f"login to {account}",
        config["LOGIN_ATTEMPTS_PER_ACCOUNT"],
        config["LOGIN_WINDOW"],
    )

    if user is not None and g.get("user") and g.user["id"] == user["id"]:
        # Logged in, and asked once more.
        return [per_account._replace(what=f"password in {g.user['session_id']}")]
    elif user is not None and is_known_browser(user["id"]):
        browser = request.cookies[KNOWN_BROWSER]
        return [per_account._replace(what=f"login from the browser {browser}")]

    network = client_network()
    per_address = limits.RateLimit(
        f"login from {network}",
        config["LOGIN_ATTEMPTS_PER_ADDRESS"],
        config["LOGIN_WINDOW"],
    )

    if user is not None and limits.wait(per_address) and limits.is_unused(per_account):
        # A school or an office shares its address with the one who guesses. From
        # there, an account that nobody is guessing at may be tried: once, and by
        # all of them together once in five seconds.
        per_address = limits.RateLimit(f"spare {network}", 1, timedelta(seconds=5))

    return [per_account, per_address]


def is_known_browser(user_id: int) -> bool:
    """Whether the user has logged in with this browser before."""
    cookie = request.cookies.get(KNOWN_BROWSER)

    try:
        return bool(cookie and serializer().loads(cookie, KNOWN_FOR)[0] == user_id)
    except BadSignature:
        return False


def remember_browser(response: Response, user_id: int) -> None:
    """Let the user's browser be known, by a cookie that only the login page gets."""
    response.set_cookie(
        KNOWN_BROWSER,
        serializer().dumps([user_id, secrets.token_hex(8)]),
        max_age=KNOWN_FOR,
        path=url_for("auth.login"),
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=KNOWN_BROWSER)


def init_app(app: Flask) -> None:
    """Guard the login; the hook must come before the database is opened."""
    app.extensions["flaskr.login_limits"] = {}
    app.before_request(refuse_early)

"""Checking a password, as often as the rules allow."""

import hashlib
import math
import secrets
import time
from collections.abc import Sequence

from flask import current_app
from flask import Flask
from flask import request
from flask import Response
from flask import url_for
from werkzeug.exceptions import TooManyRequests

from ..data import rate_limits
from ..data import users
from ..db import Row
from ..errors import lazy_ngettext
from ..text.names import name_key
from . import passwords
from .proxies import client_network
from .rate_rules import find_login_limits
from .rate_rules import for_person_and_address
from .rate_rules import is_known
from .rate_rules import KNOWN_BROWSER
from .rate_rules import known_browser_serializer
from .rate_rules import KNOWN_FOR
from .rate_rules import LoginAttempt
from .rate_rules import refuse_often

# Logins of one account in the last minutes that are no more than a person's.
FREQUENT = 3

# Refusals to remember: about a megabyte.
MAX_REFUSED = 5_000


def refuse_early() -> None:
    """Refuse what was just refused, before anything is opened or looked up: a
    flood of attempts must not take the readers' share of the server."""
    # The owner's browser has a limit of its own.
    if request.endpoint != "auth.login_submit" or KNOWN_BROWSER in request.cookies:
        return

    account = name_key(request.form.get("username", ""))
    passwords.refuse_concurrent(account)
    until = refused_until().get(refusal_key(account), 0.0)
    raise_if_limited(until - time.monotonic())


def refused_until() -> dict[bytes, float]:
    """Until when this process need not ask again, by :func:`refusal_key`."""
    known: dict[bytes, float] = current_app.extensions["flaskr.login_limits"]
    return known


def refusal_key(account: str) -> bytes:
    """An account as this client's network asks for it, in 32 bytes: a name that nobody
    has can be very long."""
    return hashlib.sha256(f"{client_network()} {account}".encode()).digest()


def check_password(user: Row | None, username: str, password: str) -> str | None:
    """Check the password that somebody typed for a name.

    :param user: whom the name belongs to, if anybody
    :return: the account's hash if the password is right, else ``None``
    :raise TooManyRequests: after too many wrong ones, without checking this one
    """
    account = name_key(user["username"] if user else username)
    attempt = LoginAttempt(user, account, request.cookies.get(KNOWN_BROWSER))
    limits = find_login_limits(attempt)
    # A right one takes the server as long as a wrong one.
    own = for_person_and_address("LOGINS", user["id"]) if user else ()

    refuse_limited(account, rate_limits.seconds_to_wait(*limits))
    refuse_often(*own)
    # All names that nobody has share their slots.
    slot = account if user else passwords.UNKNOWN

    with passwords.reserve_slot(slot, is_known(attempt), is_frequent(own)):
        # Used before the check, so that many at once can't try more.
        raise_if_limited(rate_limits.spend(*limits))

        correct = passwords.find_correct(user["password"] if user else None, password)

        if correct is None:
            return None

        rate_limits.refund(*limits)
        assert user is not None
        # Nobody else can use these up.
        rate_limits.spend(*own)
        password_hash: str = user["password"]

        if passwords.is_outdated(password_hash, correct):
            password_hash = passwords.hash_password(correct)
            users.replace_hash(user["id"], user["password"], password_hash)

    return password_hash


def is_frequent(own: Sequence[rate_limits.RateLimit]) -> bool:
    """Whether a person, whose limit is the first, has just logged in several times."""
    return bool(own) and (rate_limits.seconds_used(own[0]) > FREQUENT * own[0].interval)


def refuse_limited(account: str, seconds: float) -> None:
    """Refuse an attempt while there are seconds to wait, and remember it.

    :raise TooManyRequests: then
    """
    if seconds:
        if len(refused_until()) > MAX_REFUSED:
            refused_until().clear()

        refused_until()[refusal_key(account)] = time.monotonic() + seconds
        raise_if_limited(seconds)


def raise_if_limited(seconds: float) -> None:
    """Refuse an attempt, with what to do, while there are seconds to wait.

    :raise TooManyRequests: then
    """
    if seconds > 0:
        wait = math.ceil(seconds)
        raise TooManyRequests(
            lazy_ngettext(
                "Too many wrong passwords. Try again in %(num)d second.",
                "Too many wrong passwords. Try again in %(num)d seconds.",
                wait,
            ),
            retry_after=wait,
        )


def remember_browser(response: Response, user_id: int, password_hash: str) -> None:
    """Let the user's browser be known until the password changes, by a cookie that
    only the login page gets."""
    response.set_cookie(
        KNOWN_BROWSER,
        known_browser_serializer(password_hash).dumps([user_id, secrets.token_hex(8)]),
        max_age=KNOWN_FOR,
        path=url_for("auth.login"),
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def init_app(app: Flask) -> None:
    """Guard the login; the hook must come before the database is opened."""
    app.extensions["flaskr.login_limits"] = {}
    app.before_request(refuse_early)

"""How often who may do what."""

import math
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from flask import current_app
from flask import g
from itsdangerous import BadSignature
from itsdangerous import URLSafeSerializer
from werkzeug.exceptions import TooManyRequests

from ..data import rate_limits
from ..data.rate_limits import is_unused
from ..data.rate_limits import RateLimit
from ..data.rate_limits import seconds_to_wait
from ..db import Row
from ..errors import lazy_ngettext
from .proxies import client_network

# A cookie that the login page gets in a browser in which somebody has logged in.
KNOWN_BROWSER = "flaskr_known_browser"
KNOWN_FOR = 31_536_000  # seconds


def for_person_and_address(what: str, user_id: int) -> tuple[RateLimit, RateLimit]:
    """How often a person may do something, and all at the person's address: the
    settings ``<what>_PER_PERSON``, ``<what>_PER_ADDRESS``, ``<what>_WINDOW``."""
    config = current_app.config
    window = config[f"{what}_WINDOW"]
    return (
        RateLimit(f"{what} by {user_id}", config[f"{what}_PER_PERSON"], window),
        for_address(what),
    )


def for_address(what: str) -> RateLimit:
    """How often all at the client's address may do something: the settings
    ``<what>_PER_ADDRESS``, ``<what>_WINDOW``."""
    config = current_app.config
    return RateLimit(
        f"{what} from {client_network()}",
        config[f"{what}_PER_ADDRESS"],
        config[f"{what}_WINDOW"],
    )


def spend(what: str) -> int:
    """Count what the current user does, by the settings ``<what>_…``; return how many
    seconds to wait first, or 0."""
    return math.ceil(rate_limits.spend(*for_person_and_address(what, g.user["id"])))


def spend_uploaded_bytes(number: int) -> int:
    """As :func:`spend`, for the bytes of an image."""
    return math.ceil(rate_limits.spend(for_address("UPLOADED_BYTES"), cost=number))


def describe_wait(seconds: int) -> str:
    """What to tell somebody who has to wait."""
    return lazy_ngettext(
        "That’s a lot in a short time. Try again in %(num)d second.",
        "That’s a lot in a short time. Try again in %(num)d seconds.",
        seconds,
    )


def refuse_registration() -> None:
    """Count somebody who registers.

    :raise TooManyRequests: if many did from the address
    """
    raise_if_limited(math.ceil(rate_limits.spend(for_address("REGISTRATIONS"))))


def refuse_often(*limits: RateLimit) -> None:
    """Refuse somebody who has used up limits that are counted later.

    :raise TooManyRequests: then
    """
    if limits:
        raise_if_limited(math.ceil(seconds_to_wait(*limits)))


def refuse_too_many(what: str) -> None:
    """As :func:`spend`, for what has no form to come back to.

    :raise TooManyRequests: if there is time to wait
    """
    raise_if_limited(spend(what))


def raise_if_limited(seconds: int) -> None:
    """Refuse while there are seconds to wait.

    :raise TooManyRequests: then
    """
    if seconds:
        raise TooManyRequests(describe_wait(seconds), retry_after=seconds)


class LoginAttempt(NamedTuple):
    """Somebody who says to be a user, by the account's key, with the cookie of a known
    browser or without."""

    user: Row | None
    account: str
    browser: str | None


def is_logged_in(attempt: LoginAttempt) -> bool:
    """Whether the user is logged in, and asked once more."""
    user, current = attempt.user, g.get("user")
    return bool(user and current and current["id"] == user["id"])


def has_known_browser(attempt: LoginAttempt) -> bool:
    """Whether the user has logged in with this browser before."""
    if attempt.user is None or attempt.browser is None:
        return False

    try:
        serializer = known_browser_serializer(attempt.user["password"])
        user_id = serializer.loads(attempt.browser)[0]
    except BadSignature:
        return False

    return bool(user_id == attempt.user["id"])


def shares_address_with_guesser(attempt: LoginAttempt) -> bool:
    """Whether wrong passwords for others used up those of the address, as in a school
    or an office, and nobody is guessing at this account."""
    return (
        attempt.user is not None
        and seconds_to_wait(per_address(attempt)) > 0
        and is_unused(per_account(attempt))
    )


def always(attempt: LoginAttempt) -> bool:
    """True."""
    return True


def per_session(attempt: LoginAttempt) -> RateLimit:
    """What nobody else can use up."""
    return per_account(attempt)._replace(what=f"password in {g.user['session_id']}")


def per_browser(attempt: LoginAttempt) -> RateLimit:
    """What an owner's browser has of its own, so that nobody locks the owner out."""
    return per_account(attempt)._replace(
        what=f"login from the browser {attempt.browser}"
    )


def per_account(attempt: LoginAttempt) -> RateLimit:
    """All wrong passwords for an account."""
    # Of a person, whatever their name: another one gives no new attempts.
    user = attempt.user
    account = f"account {user['id']}" if user else f"name {attempt.account}"
    return RateLimit(
        f"login to the {account}",
        current_app.config["LOGIN_ATTEMPTS_PER_ACCOUNT"],
        current_app.config["LOGIN_WINDOW"],
    )


def per_address(attempt: LoginAttempt) -> RateLimit:
    """All wrong passwords from an address."""
    return RateLimit(
        f"login from {client_network()}",
        current_app.config["LOGIN_ATTEMPTS_PER_ADDRESS"],
        current_app.config["LOGIN_WINDOW"],
    )


def per_spare_address(attempt: LoginAttempt) -> RateLimit:
    """What is left for all of an address together: one in five seconds."""
    return RateLimit(f"spare {client_network()}", 1, timedelta(seconds=5))


Condition = Callable[[LoginAttempt], bool]
Limit = Callable[[LoginAttempt], RateLimit]

# What a wrong password uses up: the limits of the first line that fits.
LOGIN_RULES: tuple[tuple[Condition, tuple[Limit, ...]], ...] = (
    (is_logged_in, (per_session,)),
    (has_known_browser, (per_browser,)),
    (shares_address_with_guesser, (per_account, per_spare_address)),
    (always, (per_account, per_address)),
)


def is_known(attempt: LoginAttempt) -> bool:
    """Whether it is the user's own browser that asks."""
    return is_logged_in(attempt) or has_known_browser(attempt)


def find_login_limits(attempt: LoginAttempt) -> list[RateLimit]:
    """What a wrong password uses up, by :data:`LOGIN_RULES`."""
    limits = next(limits for fits, limits in LOGIN_RULES if fits(attempt))
    return [limit(attempt) for limit in limits]


def known_browser_serializer(password_hash: str) -> URLSafeSerializer:
    """What signs the cookie of a browser that is known as long as an account has a
    password. It has no time in it, which a clock that is set back would put into the
    future."""
    salt = f"{KNOWN_BROWSER} {password_hash}"
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=salt)

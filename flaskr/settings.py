"""Every setting once, with its default.

``config.py`` in the instance folder sets any of them, and any of Flask's own.
"""

from datetime import timedelta

# Signs the session cookie. None: the key in the file ``secret_key`` of the
# instance folder, made at the first start.
SECRET_KEY = None

# The path of the database file. None: ``flaskr.sqlite`` in the instance folder.
DATABASE = None

# Where readers find the blog, as "https://blog.example". Other host names are
# then refused; with https the cookies are Secure and HSTS is sent.
SITE_URL = None

# Addresses or networks of the proxies in front, as ["127.0.0.1"]. From these,
# and from nobody else, X-Forwarded-For and X-Forwarded-Proto are believed.
TRUSTED_PROXIES = ()

# The languages offered, as tags of BCP 47. Each reader gets the one that the
# browser asks for or the footer's link chose; who wants none of them gets the first.
LANGUAGES = ("en", "zh-Hans")

# What the blog is called, and a line that says what it is about.
SITE_TITLE = "Flaskr"
SITE_DESCRIPTION = ""

# Posts on one page of a list.
PAGE_SIZE = 10

# Whether lists show posts whole, instead of their beginning without markup.
WHOLE_POSTS = False

# The fewest characters of a new password.
PASSWORD_MIN_LENGTH = 8

# Wrong passwords for one account, and from one address, before a wait. One comes
# back every LOGIN_WINDOW / number.
LOGIN_ATTEMPTS_PER_ACCOUNT = 20
LOGIN_ATTEMPTS_PER_ADDRESS = 10
LOGIN_WINDOW = timedelta(minutes=5)

# How long a login lasts.
PERMANENT_SESSION_LIFETIME = timedelta(days=30)

# The largest request, in bytes. A post's body has 200 kB at most, which a
# browser sends as up to 600 kB; the rest is room to send a longer text back
# with a message instead of losing it.
MAX_CONTENT_LENGTH = 4_000_000


class SettingsError(ValueError):
    """A setting makes no sense; the message says which and what it should be."""


def check(config: dict[str, object]) -> None:
    """Reject a bad value at the start.

    :raise SettingsError:
    """
    for name in (
        "PAGE_SIZE",
        "PASSWORD_MIN_LENGTH",
        "LOGIN_ATTEMPTS_PER_ACCOUNT",
        "LOGIN_ATTEMPTS_PER_ADDRESS",
        "MAX_CONTENT_LENGTH",
    ):
        value = config[name]

        # 200 whole posts may be 40 MB.
        most = 200 if name == "PAGE_SIZE" else 1_000_000_000

        if type(value) is not int or not 1 <= value <= most:
            raise SettingsError(
                f"{name} is {value!r}; it should be a number from 1 to {most:,}."
            )

    for name, kind, wanted in (
        ("SITE_TITLE", str, "text"),
        ("SITE_DESCRIPTION", str, "text"),
        ("WHOLE_POSTS", bool, "True or False"),
    ):
        if not isinstance(config[name], kind):
            raise SettingsError(f"{name} is {config[name]!r}; it should be {wanted}.")

    for name in ("LOGIN_WINDOW", "PERMANENT_SESSION_LIFETIME"):
        value = config[name]

        if not isinstance(value, timedelta) or not timedelta() < value < timedelta(
            days=36525
        ):
            raise SettingsError(
                f"{name} is {value!r}; it should be a timedelta above zero."
            )

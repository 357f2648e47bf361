"""Every setting once, with its default.

``config.py`` in the instance folder sets any of them, and any of Flask's own, and so
does the environment, where an empty variable sets nothing.
"""

import os
import re
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import available_timezones

from .errors import SettingsError

# Signs the session cookie. None: the key in the file ``secret_key`` of the
# instance folder, made at the first start.
SECRET_KEY = None

# The path of the database file. None: ``flaskr.sqlite`` in the instance folder. Or a
# PostgreSQL server and its database, as "postgresql://flaskr@db.example/flaskr"; the
# password is in PGPASSWORD or ~/.pgpass.
DATABASE = None

# A replica of that server, as DATABASE: readers who are not logged in get what it has,
# unless it is more than three seconds behind or no replica of that database. All
# others, and whatever is written, go to DATABASE.
DATABASE_REPLICA = None

# Where readers find the blog, as "https://blog.example", or below a path, as
# "https://example.com/blog". Other host names are then refused; with https the cookies
# are Secure and HSTS is sent.
SITE_URL = None

# Addresses or networks of the proxies in front, as ["127.0.0.1"], or "unix" for a
# Unix socket. From these, and from nobody else, X-Forwarded-For and
# X-Forwarded-Proto are believed.
TRUSTED_PROXIES = ()

# The languages offered, as tags of BCP 47. Each reader gets the one that the
# browser asks for or the footer's link chose; who wants none of them gets the first.
LANGUAGES = ("en", "zh-Hans")

# Where the blog is, as "Asia/Shanghai", a name of IANA's: days and months begin there,
# and times are those of its clocks. The database keeps UTC, so it can be changed.
TIMEZONE = "UTC"

# What the blog is called, and a line that says what it is about.
SITE_TITLE = "Flaskr"
SITE_DESCRIPTION = ""

# The color from which all colors of the pages derive, as "#00655f" or "#06f", of light
# pages and of dark ones: imaging/colors.py says how.
ACCENT_COLOR = "#00655f"

# The path of an image, absolute or in the instance folder, that stands for the blog's
# name at the head of each page: SVG, PNG, WebP, AVIF, GIF or JPEG.
SITE_LOGO = None

# The path of an image in the same way, but for SVG, of which the icons are made: best
# a square of 512 pixels. None: a drawing in the colors of the blog.
SITE_ICON = None

# Posts on one page of a list.
PAGE_SIZE = 10

# Whether lists show posts whole, instead of their beginning without markup.
WHOLE_POSTS = False

# Whether all readers see what public posts were before, and not their authors only.
PUBLIC_REVISIONS = False

# The fewest characters of a new password.
PASSWORD_MIN_LENGTH = 8

# Wrong passwords for one account, and from one address, before a wait. One comes
# back every LOGIN_WINDOW / number.
LOGIN_ATTEMPTS_PER_ACCOUNT = 20
LOGIN_ATTEMPTS_PER_ADDRESS = 10
LOGIN_WINDOW = timedelta(minutes=5)

# Logins of one person, and from one address, before a wait. One comes back every
# LOGINS_WINDOW / number.
LOGINS_PER_PERSON = 60
LOGINS_PER_ADDRESS = 300
LOGINS_WINDOW = timedelta(hours=1)

# New accounts from one address, before a wait. One comes back every
# REGISTRATIONS_WINDOW / number.
REGISTRATIONS_PER_ADDRESS = 60
REGISTRATIONS_WINDOW = timedelta(hours=1)

# Posts published by one person, and from one address, before a wait. One comes back
# every POSTS_WINDOW / number.
POSTS_PER_PERSON = 60
POSTS_PER_ADDRESS = 180
POSTS_WINDOW = timedelta(hours=1)

# Changes to posts, comments and what one says of oneself, in the same way.
EDITS_PER_PERSON = 300
EDITS_PER_ADDRESS = 900
EDITS_WINDOW = timedelta(hours=1)

# Texts that the editor keeps by itself while somebody types, in the same way.
AUTOSAVES_PER_PERSON = 2000
AUTOSAVES_PER_ADDRESS = 60_000
AUTOSAVES_WINDOW = timedelta(hours=1)

# Formatted texts that the editor turns into Markdown when somebody pastes them, in the
# same way.
PASTES_PER_PERSON = 600
PASTES_PER_ADDRESS = 6000
PASTES_WINDOW = timedelta(hours=1)

# Likes, given and taken back, in the same way.
LIKES_PER_PERSON = 300
LIKES_PER_ADDRESS = 900
LIKES_WINDOW = timedelta(hours=1)

# Comments by one person, and from one address, before a wait. One comes back every
# COMMENTS_WINDOW / number.
COMMENTS_PER_PERSON = 20
COMMENTS_PER_ADDRESS = 60
COMMENTS_WINDOW = timedelta(minutes=10)

# How long its writer may change a comment.
COMMENT_EDIT_TIME = timedelta(minutes=15)

# How long a deleted post stays in its author's bin, from which it can be brought back;
# then it is gone for good.
BIN_TIME = timedelta(days=30)

# Images uploaded by one person, and from one address, before a wait.
UPLOADS_PER_PERSON = 60
UPLOADS_PER_ADDRESS = 120
UPLOADS_WINDOW = timedelta(hours=1)

# Bytes of images from one address, before a wait: a new account has a new quota.
UPLOADED_BYTES_PER_ADDRESS = 1_000_000_000
UPLOADED_BYTES_WINDOW = timedelta(days=1)

# Bytes that the images of one person may have.
IMAGE_QUOTA = 200_000_000

# Bytes of memory for pages that are kept ready, most of them for readers without a
# session.
CACHE_SIZE = 32_000_000

# Seconds for which a CDN or a proxy in front may show such a page without asking
# whether it has changed.
SHARED_MAX_AGE = 0

# How long a login lasts.
PERMANENT_SESSION_LIFETIME = timedelta(days=30)

# The largest request, in bytes: an image has 25 MB at most, and a form around it.
MAX_CONTENT_LENGTH = 26_000_000

# The most text in a request, in bytes. A post's body has 200 kB at most, which a
# browser sends as up to 600 kB; the rest is room to send a longer text back
# with a message instead of losing it.
MAX_FORM_MEMORY_SIZE = 2_000_000


def check(config: dict[str, object]) -> None:
    """Reject a value that is not of the kind of its default, at the start.

    :raise SettingsError:
    """
    for name, default in list(globals().items()):
        if name.isupper() and (
            wanted := describe_expected(name, config[name], default)
        ):
            found = repeat(name, config[name])
            raise SettingsError(f"{name} {found}should be {wanted}.")


def repeat(name: str, value: object) -> str:
    """What a setting is, for a sentence; nothing if a secret may be in it."""
    is_secret = name.startswith("SECRET") or (
        # What may have been meant for a URL.
        name.startswith("DATABASE")
        and re.search("[@:=;]|//|postgres", str(value), re.IGNORECASE)
        and value != ":memory:"
    )
    return "" if is_secret else f"is {value!r}; it "


def is_unicode(text: str) -> bool:
    """Whether UTF-8 has all of a text."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def is_database(value: object) -> bool:
    """Whether it may name one. A command in another folder would have another one; what
    a URL may be is the engine's to say."""
    return value is None or (
        isinstance(value, (str, os.PathLike))
        and (os.path.isabs(value) or "://" in str(value))
        and "\0" not in str(value)
    )


def is_replica(value: object) -> bool:
    """Whether it may name a database that has all of another."""
    return value is None or (isinstance(value, str) and "://" in value)


def is_time_zone(value: object) -> bool:
    """Whether it is one of IANA's; UTC is one everywhere."""
    return isinstance(value, str) and (
        value == TIMEZONE or value in available_timezones()
    )


def is_color(value: object) -> bool:
    """Whether it is one of CSS, of three or of six digits."""
    return isinstance(value, str) and bool(
        re.fullmatch("#([0-9a-f]{3}){1,2}", value, re.IGNORECASE | re.ASCII)
    )


def is_file(value: object) -> bool:
    """Whether it may be the path of one."""
    return value is None or (
        isinstance(value, (str, os.PathLike))
        and bool(text := str(value))
        and is_unicode(text)
        and "\0" not in text
    )


# What a setting may be, where the kind of its default does not say it.
kinds: dict[str, tuple[Callable[[object], bool], str]] = {
    "DATABASE": (is_database, "the absolute path of a file, or a postgresql://… URL"),
    "DATABASE_REPLICA": (is_replica, "a postgresql://… URL, like DATABASE"),
    "TIMEZONE": (is_time_zone, "an IANA time zone, such as 'Asia/Shanghai'"),
    "ACCENT_COLOR": (is_color, "a CSS color, such as '#00655f' or '#06f'"),
    "SITE_LOGO": (is_file, "the path of an image file"),
    "SITE_ICON": (is_file, "the path of an image file"),
}


def describe_expected(name: str, value: object, default: object) -> str | None:
    """What a value should be instead."""
    if name in kinds:
        fits, wanted = kinds[name]
        return None if fits(value) else wanted
    elif isinstance(default, bool):
        return None if isinstance(value, bool) else "True or False"
    elif isinstance(default, str):
        # No page can have half of a character.
        return None if isinstance(value, str) and is_unicode(value) else "text"
    elif isinstance(default, int):
        # 200 whole posts may be 40 MB.
        most = 200 if name == "PAGE_SIZE" else 1_000_000_000
        least = min(default, 1)
        is_number = type(value) is int and least <= value <= most
        return None if is_number else f"a number from {least} to {most:,}"
    elif isinstance(default, timedelta):
        century = timedelta(days=36525)
        is_time = isinstance(value, timedelta) and timedelta() < value < century
        return None if is_time else "a positive timedelta, of less than a century"
    else:
        return None

"""Every setting once, with its default.

``config.py`` in the instance folder sets any of them, and any of Flask's own, and so
does the environment, where an empty variable sets nothing.
"""

import re
from datetime import timedelta

from .errors import SettingsError
from .setting_kinds import describe_expected

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

# Addresses or networks, or "unix", in the same way, that may read /metrics; nobody else
# is told that there is such a page.
METRICS_FROM = ()

# What the log is: "text", or "json", an object a line.
LOG_FORMAT = "text"

# Whether each request is a line of the log: without what was searched for, who is
# logged in, and what in an address opens a door.
LOG_REQUESTS = False

# Bytes of the disk with the database that should be free: below, /readyz says so.
MIN_FREE_SPACE = 100_000_000

# The languages offered, as tags of BCP 47. Each reader gets the one that the
# browser asks for or the footer's link chose; who wants none of them gets the first.
LANGUAGES = ("en", "zh-Hans")

# Where the blog is, as "Asia/Shanghai", a name of IANA's: days and months begin there,
# and times are those of its clocks. The database keeps UTC, so it can be changed.
TIMEZONE = "UTC"

# What the blog is called, and a line that says what it is about.
SITE_TITLE = "Flaskr"
SITE_DESCRIPTION = ""

# Whom to ask for a link to join, or for one to set a new password, as "Anna, room 12",
# "anna@blog.example" or "https://blog.example/help". The page to log in says it.
CONTACT = ""

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

# Who may join: "open", anybody; "approval", whom an editor or an owner lets in who asks
# and says why; "invitation", whom an author, an editor or an owner sends a link that
# works once; "closed", whom an editor or an owner sends one.
REGISTRATION = "open"

# Which posts and comments of newcomers wait for an editor or an owner: "none"; "links",
# those that contain links; "all". The rest is public at once. Nobody is a newcomer any
# more once one was approved, or was public for a month.
NEWCOMER_APPROVAL = "none"

# What those become who register, or whom an author invites: "author" or "reader".
NEWCOMER_ROLE = "author"

# Where authors invite: links of one of them that are open, or were used within a month.
INVITATIONS_PER_AUTHOR = 5

# Changes of one's username by one person, and from one address, before a wait. One
# comes back every RENAMES_WINDOW / number.
RENAMES_PER_PERSON = 3
RENAMES_PER_ADDRESS = 30
RENAMES_WINDOW = timedelta(days=30)

# New accounts from one address, before a wait. One comes back every
# REGISTRATIONS_WINDOW / number.
REGISTRATIONS_PER_ADDRESS = 60
REGISTRATIONS_WINDOW = timedelta(hours=1)

# Words, phrases and domains that nobody should use unseen, as ["casino", "彩票",
# "evil.example"]. Case, width and letters that look alike make no difference, and a
# domain stands for all below it. Nothing is refused for them.
BLOCKED_WORDS = ()

# A form that comes back sooner was filled in by a program, one may suspect.
FORM_MIN_TIME = timedelta(seconds=3)

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

# What readers say is wrong with posts, comments and people, in the same way.
REPORTS_PER_PERSON = 20
REPORTS_PER_ADDRESS = 60
REPORTS_WINDOW = timedelta(hours=1)

# Whether all readers see the log of what editors and owners did, and in it who did.
PUBLIC_LOG = False
PUBLIC_LOG_NAMES = False

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

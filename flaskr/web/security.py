"""What a browser is told and asked: response headers, the cross-origin rule, the
key of the session cookie."""

import os
import re
import secrets
import time
from contextlib import suppress
from pathlib import Path

from flask import current_app
from flask import Flask
from flask import request
from flask import Response
from werkzeug.exceptions import Forbidden

from ..errors import lazy_gettext
from ..errors import SettingsError
from .session_cookie import Sessions

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")

# The default: pages differ by cookie, and a browser asks each time.
PRIVATE = "private, no-cache"

HEADERS = {
    # Nothing but our own files: no inline script or style, no frames. Images may
    # come from elsewhere, since writers show them; browsers tell nobody the page.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self';"
        " img-src 'self' https:; font-src 'self'; connect-src 'self';"
        " manifest-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none';"
        " frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Never no-referrer: browsers would send "Origin: null" with our own forms,
    # and the cross-origin rule would refuse them over plain HTTP.
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(), microphone=(), geolocation=(), browsing-topics=()"
    ),
}

# Of a blog that is not at the root of its host.
PATH = re.compile(r"(?:/(?!\.\.?(?:/|$))[\w.~-]+)*", re.ASCII)

ORIGIN = re.compile(r"(https?)://(\[[0-9a-f:.]+\]|[^][/?#@:\\\s]+)(?::(\d{1,5}))?")


def refuse_cross_origin() -> None:
    """Refuse what another site makes a reader's browser send.

    The rule of Go 1.25's ``http.CrossOriginProtection``. Why it replaces tokens:
    words.filippo.io/csrf.
    """
    if request.method in SAFE_METHODS:
        return

    fetch_site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    own = parse_origin(split_site(current_app.config["SITE_URL"] or "")[0])

    if origin is not None and own is not None and parse_origin(origin) == own:
        return
    elif fetch_site is not None:
        allowed = fetch_site in ("same-origin", "none")
    elif origin is not None:
        # Browsers send no more than this over plain HTTP, but to localhost. A
        # proxy may have taken HTTPS off, so the scheme of Origin must do.
        scheme, _, _ = origin.partition(":")
        here = own or parse_origin(f"{scheme}://{request.headers.get('Host', '')}")
        allowed = here is not None and parse_origin(origin) == here
    else:
        # No browser, or one so old that only the cookie's SameSite protects it.
        allowed = True

    if not allowed:
        raise Forbidden(
            lazy_gettext(
                "That request came from another site, so nothing was done. If you were"
                " on this blog, ask its operator to set SITE_URL to the address in your"
                " browser."
            )
        )


def parse_origin(origin: str) -> tuple[str, str, int] | None:
    """The scheme, host and port of an origin; ``None`` if it is anything else."""
    match = ORIGIN.fullmatch(origin.lower())

    if match is None or int(match[3] or 0) > 65535:
        return None

    scheme, host, port = match.groups()
    return scheme, host, int(port or {"http": 80, "https": 443}[scheme])


def is_browser() -> bool:
    """Whether a browser sends this request: over plain HTTP it sends no
    ``Sec-Fetch-*``, but always its languages and a "Mozilla" of some kind."""
    return (
        any(name.startswith("Sec-Fetch-") for name in request.headers.keys())
        or "Accept-Language" in request.headers
        or request.user_agent.string.startswith("Mozilla/")
    )


def add_headers(response: Response) -> Response:
    """Send :data:`HEADERS` with every response; a view may set others."""
    headers = response.headers
    sent = {name.lower() for name in headers.keys()}
    # One by one would look through all of them for each.
    wanted = [*HEADERS.items(), ("Cache-Control", PRIVATE)]

    if (current_app.config["SITE_URL"] or "").startswith("https:"):
        wanted.append(("Strict-Transport-Security", "max-age=31536000"))

    headers.extend([item for item in wanted if item[0].lower() not in sent])
    return response


def set_secret_key(app: Flask) -> None:
    """Have a key that nobody else has: ``SECRET_KEY``, or the instance folder's
    file ``secret_key``, which the first start makes."""
    key = app.config["SECRET_KEY"]

    if app.testing:
        app.config["SECRET_KEY"] = key or "dev"
    elif not key or key in ("dev", b"dev"):
        # "dev" is the tutorial's default, and so no secret.
        app.config["SECRET_KEY"] = secret_key_file(Path(app.instance_path))


def secret_key_file(folder: Path) -> str:
    """The key in a folder's file, made now if there is none.

    :raise SettingsError: if there is something else in it
    """
    path = folder / "secret_key"

    with suppress(FileExistsError):
        file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)

        try:
            os.write(file, secrets.token_hex(32).encode())
        except OSError:
            # An empty one would end the next start, too.
            path.unlink()
            raise
        finally:
            os.close(file)

    if path.is_dir():
        # Docker makes one of a file that is missing.
        raise SettingsError(f"{path} is a folder; it should be a file. Remove it.")

    # Another process may just be writing it.
    for _ in range(100):
        with suppress(UnicodeDecodeError):
            if len(key := path.read_text("utf-8").strip()) >= 32:
                return key

        time.sleep(0.01)

    raise SettingsError(
        f"{path} doesn't have a key of 32 characters. Delete it, and start again."
    )


def split_site(site: str) -> tuple[str, str]:
    """The origin of the blog's URL, and the path below which it is, or ``""``."""
    scheme, separator, rest = site.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme.lower()}{separator}{host.lower()}", (slash + path).rstrip("/")


def site_settings(site: str) -> dict[str, object]:
    """What follows from where readers find the blog."""
    start, path = split_site(site)
    origin = parse_origin(start)

    if origin is None or not PATH.fullmatch(path):
        raise SettingsError(
            f"SITE_URL is {site!r}; it should look like 'https://blog.example' or"
            " 'https://example.com/blog'."
        )

    scheme, host, _ = origin
    ours: dict[str, object] = {}

    if not host.startswith("["):
        # Werkzeug can't compare an IPv6 address.
        ours["TRUSTED_HOSTS"] = [host]

    if scheme == "https":
        # The prefix makes browsers refuse one that a neighbour domain set.
        ours["SESSION_COOKIE_NAME"] = "__Secure-flaskr" if path else "__Host-flaskr"
        ours["SESSION_COOKIE_SECURE"] = True

    if path:
        # The rest of the host is somebody else's.
        ours["SESSION_COOKIE_PATH"] = path

    return ours


def init_app(app: Flask) -> None:
    """Make the app safe as installed. The cross-origin rule must come before any
    other hook."""
    ours: dict[str, object] = {
        "SESSION_COOKIE_NAME": "flaskr_session",
        "SESSION_COOKIE_SAMESITE": "Lax",
        # Readers' caches would forget a page with each cookie.
        "SESSION_REFRESH_EACH_REQUEST": False,
    }

    if app.config["SITE_URL"] is not None:
        site = "".join(split_site(str(app.config["SITE_URL"])))
        app.config["SITE_URL"] = site
        ours |= site_settings(site)

    for name, value in ours.items():
        # What config.py sets stays.
        if app.config[name] == Flask.default_config[name]:
            app.config[name] = value

    set_secret_key(app)
    app.session_interface = Sessions(app)
    app.before_request(refuse_cross_origin)
    app.after_request(add_headers)

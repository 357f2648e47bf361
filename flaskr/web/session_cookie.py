"""The cookie that says who somebody is."""

from contextlib import suppress
from copy import deepcopy
from functools import lru_cache

from flask import Flask
from flask import Request
from flask import Response
from flask.sessions import SecureCookieSession
from flask.sessions import SecureCookieSessionInterface
from flask.sessions import SessionMixin
from itsdangerous import BadSignature

from .forms import is_kept_for_back
from .urls import find_root

# Session cookies to remember, and characters of one; browsers take no more.
MAX_COOKIES = 250
MAX_COOKIE = 4096


class Sessions(SecureCookieSessionInterface):
    """Flask's, but for six things: a cookie is looked for before it is prepared to be
    read, its signature is checked once, one from before a clock was set back is taken,
    it lasts by the clock of the browser, nothing is done where nothing is to be saved,
    and the path is the blog's. How long a login lasts, its row says."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        # Those that are wrong raise, and so are not remembered.
        self.read_once = lru_cache(MAX_COOKIES)(self.read)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """As Flask's."""
        signed = request.cookies.get(self.get_cookie_name(app))

        with suppress(BadSignature):
            if signed:
                keys = app.secret_key, *(app.config["SECRET_KEY_FALLBACKS"] or ())
                read = self.read_once if len(signed) <= MAX_COOKIE else self.read
                # A request may change what is in it.
                return self.session_class(deepcopy(read(signed, keys)))

        return self.session_class()

    def read(self, signed: str, keys: tuple[object, ...]) -> dict[str, object]:
        """What is in a cookie that was signed with the app's keys, which are these.

        :raise BadSignature: if it was not
        """
        serializer = self.get_signing_serializer(self.app)
        found: dict[str, object] = serializer.loads(signed) if serializer else {}
        return found

    def save_session(
        self, app: Flask, session: SessionMixin, response: Response
    ) -> None:
        """As Flask's, which reads and writes ``Vary`` even where nothing is to be saved
        and the header says all."""
        is_to_be_saved = session.modified or self.should_set_cookie(app, session)

        if is_to_be_saved or "Cookie" not in response.headers.get("Vary", ""):
            super().save_session(app, session, response)

        if is_to_be_saved and session.permanent:
            self.set_max_age(app, response)

        if is_kept_for_back():
            # Werkzeug finds it by lower case only.
            response.vary.discard("cookie")

    def set_max_age(self, app: Flask, response: Response) -> None:
        """Have the cookie last for some time, and not until one: if the clock here was
        set back, that may be over by the browser's, which would not take it."""
        beginning = f"{self.get_cookie_name(app)}="
        age = int(app.permanent_session_lifetime.total_seconds())
        cookies = response.headers.getlist("Set-Cookie")
        response.headers.setlist(
            "Set-Cookie",
            [
                f"{cookie}; Max-Age={age}"
                if cookie.startswith(beginning) and "; Max-Age=" not in cookie
                else cookie
                for cookie in cookies
            ],
        )

    def get_cookie_path(self, app: Flask) -> str:
        """Where the server says that the blog is, as with ``--url-prefix``, unless a
        setting does."""
        own: str | None = app.config["SESSION_COOKIE_PATH"]
        return own or find_root() or super().get_cookie_path(app)

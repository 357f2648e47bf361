"""What the forms in which people write carry: who opened them, and an id by which a
form that is sent twice is known; and where they are sent to."""

import secrets
import typing as t

from flask import current_app
from flask import Flask
from flask import g
from flask import request
from itsdangerous import BadSignature
from itsdangerous import URLSafeSerializer
from markupsafe import Markup

from .urls import find_path

# The field with it.
FIELD = "form"

# What the query of the other address of a page is.
OTHER = "send"


class FormToken(t.NamedTuple):
    """Who opened a form, by the id of the user (0 for nobody who is known), and the
    form's own id; ``signed`` is both as a browser has it."""

    user_id: int
    id: str
    signed: str


def find_keys() -> list[bytes]:
    """The keys of the app, the newest last, as itsdangerous wants them."""
    config = current_app.config
    keys = *(config["SECRET_KEY_FALLBACKS"] or ()), config["SECRET_KEY"]
    return [key.encode() if isinstance(key, str) else key for key in keys]


def get_serializer() -> URLSafeSerializer:
    """What signs the tokens. A form may stay open for as long as somebody writes, so
    there is no time in them."""
    return URLSafeSerializer(find_keys(), salt="flaskr form")


def make_token(user_id: int) -> FormToken:
    """A token that no other form has."""
    form_id = secrets.token_urlsafe(12)
    return FormToken(user_id, form_id, get_serializer().dumps([user_id, form_id]))


def parse_token(signed: str) -> FormToken | None:
    """A token as a browser has it; ``None`` if it is not one of ours."""
    try:
        user_id, form_id = get_serializer().loads(signed)
    except BadSignature:
        return None

    return FormToken(user_id, form_id, signed)


def find_sent_token() -> FormToken | None:
    """The token of the form that was sent, if it has one."""
    if "form_token" not in g:
        g.form_token = parse_token(request.form.get(FIELD, ""))

    token: FormToken | None = g.form_token
    return token


def set_token(token: FormToken) -> None:
    """Have the form on the page of this request be one that was opened before."""
    g.form_token = token


def is_of_another() -> bool:
    """Whether somebody else opened the form that the current user sent."""
    token = find_sent_token()
    return token is not None and token.user_id not in (0, g.user["id"])


def find_form_id() -> str | None:
    """The id of the form that the current user sent; ``None`` without one, as other
    programs send it."""
    token = find_sent_token()
    return token.id if token and token.user_id == g.user["id"] else None


def find_own_token() -> FormToken:
    """The token of the form on the page of this request, for who is logged in: that of
    the form that was sent, if it comes again, or a new one."""
    token = find_sent_token()

    if token is None or token.user_id != g.user["id"]:
        token = make_token(g.user["id"])
        set_token(token)

    return token


def write_token() -> Markup:
    """The field with the token."""
    keep_for_back()
    return Markup('<input type="hidden" name="{}" value="{}">').format(
        FIELD, find_own_token().signed
    )


def write_attributes() -> Markup:
    """The attributes of a form by which a script knows whose texts it has, and which
    form it is."""
    token = find_own_token()
    return Markup('data-person="{}" data-form="{}"').format(token.user_id, token.id)


def address_form(path: str) -> str:
    """Where a form is sent to: a path, at an address that this page does not have. A
    browser keeps the page, with what was typed, for the Back button when the server
    does not answer at another address; at the same one, Chromium puts its error page in
    the place of it."""
    here = find_path(), request.query_string.decode("latin-1")
    return f"{path}?{OTHER}" if here == (path, "") else path


def keep_for_back() -> None:
    """Have the browser keep the page of this request, which has a text or a form for
    one, for the Back button. If it varied by cookie, a browser would load it anew after
    a message was shown or a session has ended: with another id, or, while the server is
    away, not at all. It stays private."""
    g.is_kept_for_back = True


def is_kept_for_back() -> bool:
    """Whether :func:`keep_for_back` was called for this request."""
    return "is_kept_for_back" in g


def init_app(app: Flask) -> None:
    """Let templates write forms."""
    app.add_template_global(write_token, "form_token")
    app.add_template_global(write_attributes, "form_attributes")
    app.add_template_global(address_form, "form_address")

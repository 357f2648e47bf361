"""What the blog takes a request for, told to whoever has its key: ``check --url``
compares that with what it sent."""

import json
import typing as t
from wsgiref.types import WSGIEnvironment

from flask import Flask
from itsdangerous import BadData
from itsdangerous import URLSafeTimedSerializer

from .forms import find_keys
from .proxies import Addresses
from .proxies import PEER

HEADER = "X-Flaskr-Check"
KEY = "HTTP_X_FLASKR_CHECK"

# Seconds for which a token is good.
GOOD_FOR = 60


class Seen(t.NamedTuple):
    """A request as the blog sees it: whose address counts, of which scheme and host it
    is; the address and port of the other end of the connection, a port of ``""`` if the
    server does not tell; whether that is a trusted proxy, and says for whom it asks;
    and whether that client would be trusted as a proxy, too."""

    address: str
    scheme: str
    host: str
    peer: str
    port: str
    is_trusted: bool
    is_forwarded: bool
    is_client_trusted: bool


def get_serializer() -> URLSafeTimedSerializer:
    """What signs the tokens."""
    return URLSafeTimedSerializer(find_keys(), salt="flaskr check")


def make_token() -> str:
    """What to send as :data:`HEADER`."""
    return str(get_serializer().dumps(None))


def may_see(app: Flask, environ: WSGIEnvironment) -> bool:
    """Whether a request comes from somebody who has the key, a moment ago."""
    if KEY not in environ:
        return False

    with app.app_context():
        try:
            get_serializer().loads(environ[KEY], max_age=GOOD_FOR)
        except BadData:
            return False

    return True


def see(app: Flask, environ: WSGIEnvironment) -> str:
    """A request as :class:`Seen`, in JSON."""
    address: str = environ.get("REMOTE_ADDR", "")
    peer: str = environ.get(PEER, address)
    trusted = Addresses(app.config["TRUSTED_PROXIES"] or ())
    seen = Seen(
        address,
        environ["wsgi.url_scheme"],
        environ.get("HTTP_HOST", ""),
        peer,
        environ.get("REMOTE_PORT", ""),
        peer in trusted,
        "HTTP_X_FORWARDED_FOR" in environ,
        address in trusted,
    )
    return f"{json.dumps(seen._asdict())}\n"


def read(text: str) -> Seen | None:
    """What :func:`see` wrote; ``None`` if something else did."""
    try:
        seen = Seen(**json.loads(text))
    except (TypeError, ValueError):
        return None

    kinds = t.get_type_hints(Seen).values()
    is_read = all(map(isinstance, seen, kinds))
    return seen if is_read else None

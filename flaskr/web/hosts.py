"""Which host a request is for: one well-formed name, in lower case."""

# Each request needs it: its codec would be loaded while the first reader waits.
import encodings.idna  # noqa: F401
import re
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv6Address
from wsgiref.types import StartResponse
from wsgiref.types import WSGIApplication
from wsgiref.types import WSGIEnvironment

from flask import Flask
from werkzeug.exceptions import BadRequest

from .security import HEADERS

# Characters; RFC 1035 has 255 octets, and a port may follow.
MAX_LENGTH = 261

HOST = re.compile(
    r"(?:\[(?P<ipv6>[0-9a-f:.]+)\]|(?P<name>[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*)\.?)"
    r"(?::(?P<port>\d{0,5}))?"
)


class Hosts:
    """Refuse what names no host, before anything is made of it: URLs in a page begin
    with it, and not all that a client sends can be read as one."""

    def __init__(self, app: WSGIApplication) -> None:
        self.app = app

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        sent = environ.get("HTTP_HOST")

        if sent is None and environ.get("SERVER_PROTOCOL") == "HTTP/1.0":
            # HTTP/1.0 has none; the server's own name does.
            return self.app(environ, start_response)

        host = normalize_host(sent[: MAX_LENGTH + 1]) if sent else None

        if host is None:
            # No page: its links would begin with the host.
            response = BadRequest().get_response()
            response.headers.extend(HEADERS)
            return response(environ, start_response)

        environ["HTTP_HOST"] = host
        return self.app(environ, start_response)


@lru_cache(1000)
def normalize_host(sent: str) -> str | None:
    """A host, with or without a port, in lower case; ``None`` if it is none."""
    host = sent.lower()
    match = HOST.fullmatch(host)

    if match is None or len(host) > MAX_LENGTH or int(match["port"] or 0) > 65535:
        return None

    try:
        if match["ipv6"]:
            IPv6Address(match["ipv6"])
        else:
            # "xn--a" has the form, and stands for nothing.
            match["name"].encode().decode("idna")
    except ValueError:
        return None

    return host.removesuffix(":")


def init_app(app: Flask) -> None:
    """Let nothing see another host."""
    app.wsgi_app = Hosts(app.wsgi_app)  # type: ignore[method-assign]

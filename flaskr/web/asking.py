"""Asking a blog over the net, as ``check --url`` does."""

import http.client
import ssl
import typing as t
from collections.abc import Mapping
from contextlib import closing
from urllib.parse import SplitResult
from urllib.parse import urlsplit

# Seconds to wait for each answer.
TIMEOUT = 10

# Bytes of a page that are read.
MAX_PAGE = 1000

FAILURES = (OSError, http.client.HTTPException, ValueError)


class Answer(t.NamedTuple):
    """What came back: the status, the names of the headers in lower case, and the
    beginning of the text; and the address and port from which this was asked."""

    status: int
    headers: set[str]
    text: str
    asker: tuple[str, int] = ("", 0)


def split(url: str) -> SplitResult | None:
    """The parts of a blog's URL; ``None`` if it is none."""
    try:
        parts = urlsplit(url)
        is_url = parts.scheme in ("http", "https") and parts.hostname
        return parts if is_url and parts.port != 0 else None
    except ValueError:
        return None


def connect(parts: SplitResult) -> http.client.HTTPConnection:
    """A connection to the blog, or to the proxy in front of it."""
    host: t.Any = parts.hostname

    if parts.scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(
            host, parts.port, timeout=TIMEOUT, context=context
        )

    return http.client.HTTPConnection(host, parts.port, timeout=TIMEOUT)


def ask(
    parts: SplitResult, path: str, headers: Mapping[str, str] | None = None
) -> Answer:
    """What a page of the blog answers.

    :raise FAILURES: if nothing does
    """
    with closing(connect(parts)) as connection:
        connection.connect()
        asker = connection.sock.getsockname()[:2]
        target = f"{parts.path.rstrip('/')}{path}"
        connection.request("GET", target, headers=dict(headers or {}))
        response = connection.getresponse()
        text = response.read(MAX_PAGE).decode("utf-8", "replace")
        names = {name.lower() for name in response.headers}
        return Answer(response.status, names, text, asker)

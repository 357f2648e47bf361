"""What a request is called, in the log and on the page that says what went wrong."""

import re
import secrets
from wsgiref.types import WSGIEnvironment

from .proxies import FROM_PROXY

# In the environment of a request, once it has one.
REQUEST_ID = "flaskr.request_id"

# What is believed of a proxy, in X-Request-ID: as a UUID, or what nginx has.
SENT = re.compile(r"[\w.+=-]{1,64}", re.ASCII)

# What leads to one.
DOOR = re.compile(r"((?:^|/)(?:link|draft|notices)/+).*", re.DOTALL | re.IGNORECASE)

# Bytes of our own: 2 ** 48 do for the days for which somebody has a log.
LENGTH = 6

# Characters of a path that a line has.
MAX_PATH = 1000


def find_request_id(environ: WSGIEnvironment) -> str:
    """That of a request: what a trusted proxy calls it, or else a few digits."""
    if REQUEST_ID not in environ:
        sent = environ.get(FROM_PROXY, "")
        environ[REQUEST_ID] = (
            sent if SENT.fullmatch(sent) else secrets.token_hex(LENGTH)
        )

    request_id: str = environ[REQUEST_ID]
    return request_id


def hide_token(path: str) -> str:
    """A path without what opens a door, however it was typed."""
    return DOOR.sub(r"\1…", path)


def read_path(environ: WSGIEnvironment) -> str:
    """The path of a request as a line of the log may have it: without what opens a
    door, not too long, and with nothing that a terminal obeys once it is quoted."""
    path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
    return hide_token(path)[:MAX_PATH]

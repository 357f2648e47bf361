"""A page as it is sent: in each encoding, or as the news that it has not changed."""

import gzip
import time
import typing as t
from collections.abc import Callable
from hashlib import sha256
from wsgiref.types import StartResponse
from wsgiref.types import WSGIEnvironment

import brotli
from werkzeug.http import is_resource_modified
from werkzeug.http import parse_accept_header
from werkzeug.http import parse_date

from ..text.compression import zstd
from .security import PRIVATE

# The best first, for browsers that take any. Higher levels take ten times as long to
# save a tenth, and each commit makes the pages anew.
ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, quality=5),
    "zstd": lambda body: zstd.compress(body, 9),
    "gzip": lambda body: gzip.compress(body, 6, mtime=0),
}

# The parts of CACHE_SIZE for pages, for parts of them, for pages of who is logged in,
# for static files, and for what else needs no database.
BUDGETS = {
    **{"pages": 0.54, "fragments": 0.25, "personal pages": 0.1},
    **{"files": 0.1, "constant": 0.01},
}

# Bytes that a page takes beside its body.
OVERHEAD = 3000


def find_encoding(accepted: str) -> str:
    """The best encoding that a client takes; ``""`` for none."""
    qualities = parse_accept_header(accepted)
    best = max(ENCODERS, key=lambda encoding: qualities.quality(encoding))
    return best if qualities.quality(best) else ""


class Encoded(t.NamedTuple):
    """A page as it is sent to those who take one encoding."""

    etag: str
    headers: list[tuple[str, str]]
    not_modified: list[tuple[str, str]]
    body: bytes


class Page:
    """What everybody gets; in each encoding once, when it is first wanted."""

    def __init__(
        self, sent: list[tuple[str, str]], body: bytes, cache_control: str
    ) -> None:
        # The server says when it sends it: a date that was kept would make it older.
        own = ("Content-Length", "ETag", "Date")
        headers = {name: value for name, value in sent if name not in own}
        vary = [headers["Vary"]] if "Vary" in headers else []
        headers["Vary"] = ", ".join([*vary, "Accept-Encoding"])

        if headers.get("Cache-Control", PRIVATE) == PRIVATE:
            headers["Cache-Control"] = cache_control

        self.headers = [*headers.items()]
        self.last_modified = headers.get("Last-Modified")
        # What depends on the time says so as HTTP does.
        expires = parse_date(headers.get("Expires"))
        self.fresh_until = expires.timestamp() if expires else float("inf")
        self.made_at = time.time()
        self.body = body
        self.hash = sha256(body).hexdigest()[:32]
        self.encoded: dict[str, Encoded] = {}

    def is_fresh(self) -> bool:
        """Whether its time is not over, nor still to come: clocks are set back, too."""
        if self.fresh_until == float("inf"):
            return True

        return self.made_at <= time.time() < self.fresh_until

    def encode(self, accepted: str) -> int:
        """Make what those get who take an encoding; return the bytes it takes."""
        body = ENCODERS[accepted](self.body) if accepted else self.body
        etag = f'"{self.hash}-{accepted}"'
        headers = [*self.headers, ("Content-Encoding", accepted)]

        # A few words only get longer.
        if len(body) >= len(self.body):
            body, etag, headers = self.body, f'"{self.hash}"', self.headers

        self.encoded[accepted] = Encoded(
            etag,
            [*headers, ("ETag", etag), ("Content-Length", str(len(body)))],
            [*self.headers, ("ETag", etag)],
            body,
        )
        return len(self.body) + len(body) + OVERHEAD

    def answer(
        self, environ: WSGIEnvironment, accepted: str, start_response: StartResponse
    ) -> list[bytes]:
        """Send it in an encoding that was made, or say that it has not changed."""
        etag, headers, not_modified, body = self.encoded[accepted]

        # Copies: a server may change the list that it gets.
        if self.is_not_modified(environ, etag):
            start_response("304 NOT MODIFIED", not_modified[:])
            return []

        start_response("200 OK", headers[:])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def is_not_modified(self, environ: WSGIEnvironment, etag: str) -> bool:
        """Whether the client says that it has this page."""
        known = environ.get("HTTP_IF_NONE_MATCH")

        if known is None and "HTTP_IF_MODIFIED_SINCE" not in environ:
            return False

        return known == etag or not is_resource_modified(
            environ, etag, last_modified=self.last_modified
        )

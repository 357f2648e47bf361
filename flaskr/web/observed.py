"""What each request is for the operator: numbers, and a line of the log."""

import logging
import typing as t
from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache
from functools import partial
from time import perf_counter_ns
from wsgiref.types import StartResponse
from wsgiref.types import WSGIApplication
from wsgiref.types import WSGIEnvironment

from flask import Flask
from werkzeug.exceptions import HTTPException

from .counts import Counts
from .i18n import LANGUAGE_KEY
from .logs import EXTRA
from .request_ids import find_request_id
from .request_ids import read_path

logger = logging.getLogger(__name__)

# In the environment of a request, while its numbers are counted: a list of what was
# asked to make an answer.
ASKED = "flaskr.asked"

# What is counted, as the first part of a key.
REQUEST = "request"

# The upper ends of the intervals of latencies, in nanoseconds; the last has none.
SECONDS = (0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10)
ENDS = [round(seconds * 1e9) for seconds in SECONDS]

# Of the numbers of a request, beside how many there were in each interval: the sum of
# the latencies, and how many were answered from the page cache, were to be kept there,
# and went past it.
SUM = len(ENDS) + 1
RESULTS = {"hit": SUM + 1, "miss": SUM + 2, "bypass": SUM + 3}

# Paths whose routes are remembered.
MAX_PATHS = 4000

METHODS = ("GET", "HEAD", "POST")

# Of a path that has none.
NO_ROUTE = "none"


class Asked:
    """Stands behind the page cache, and notes what it passes on."""

    def __init__(self, app: WSGIApplication) -> None:
        self.app = app

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        # Only what may be kept has its language told.
        environ[ASKED].append("miss" if LANGUAGE_KEY in environ else "bypass")
        return self.app(environ, start_response)


class Observed:
    """Stands in front of the page cache, and observes what is answered.

    :param counts: where that is counted, if it is
    :param is_logged: whether each request has a line
    """

    def __init__(self, app: Flask, counts: Counts | None, is_logged: bool) -> None:
        self.app: WSGIApplication = app.wsgi_app
        self.counts = counts
        self.is_logged = is_logged
        self.find_route = lru_cache(MAX_PATHS)(partial(find_route, app))

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        began = perf_counter_ns()
        # As a server has it that was told nothing.
        status, headers = "500", t.cast(list[tuple[str, str]], [])
        # Of the request, before a part of the app changes it.
        path, asked = environ["PATH_INFO"], t.cast(list[str], [])

        if self.counts is not None:
            environ[ASKED] = asked

        if self.is_logged:
            find_request_id(environ)

        def start(code: str, sent: list[tuple[str, str]], *args: t.Any) -> t.Any:
            nonlocal status, headers
            status, headers = code, sent
            return start_response(code, sent, *args)

        try:
            return self.app(environ, start)
        finally:
            took = perf_counter_ns() - began

            if self.counts is not None:
                self.count(path, environ["REQUEST_METHOD"], status[:3], took, asked)

            if self.is_logged:
                log_request(environ, status[:3], headers, took)

    def count(
        self, path: str, method: str, status: str, took: int, asked: list[str]
    ) -> None:
        """Add a request to the numbers."""
        method = method if method in METHODS else "other"
        key = (REQUEST, self.find_route(path), method, status)
        counts = t.cast(Counts, self.counts)
        result = RESULTS[asked[0] if asked else "hit"]
        counts.add(key, (bisect_left(ENDS, took), 1), (SUM, took), (result, 1))


def find_route(app: Flask, path: str) -> str:
    """The rule of a path, of which there are few, whatever strangers send."""
    adapter = app.url_map.bind("localhost")
    path = path.encode("latin-1").decode("utf-8", "replace")

    for method in ("GET", "POST"):
        try:
            rule, _ = adapter.match(path, method, return_rule=True)
        except HTTPException:
            continue

        return rule.rule

    return NO_ROUTE


def log_request(
    environ: WSGIEnvironment, status: str, headers: list[tuple[str, str]], took: int
) -> None:
    """Write the line of a request."""
    length = next((v for k, v in headers if k.lower() == "content-length"), None)
    is_sent = environ["REQUEST_METHOD"] != "HEAD" and status != "304"
    line = {
        "request_id": find_request_id(environ),
        "method": environ["REQUEST_METHOD"][:20],
        "path": environ.get("SCRIPT_NAME", "") + read_path(environ),
        "status": int(status),
        "ms": round(took / 1e6, 1),
        # Of what is sent as it is made, that is not known yet.
        "bytes": (int(length) if length else None) if is_sent else 0,
        "address": environ.get("REMOTE_ADDR", ""),
    }
    logger.info(
        "%(method)r %(path)r %(status)s in %(ms)s ms, %(bytes)s bytes, from"
        " %(address)s (request %(request_id)s)",
        line,
        extra={EXTRA: line},
    )


def init_app(app: Flask) -> None:
    """Note what the page cache passes on, if somebody may read how often it does, and
    let lines of requests through."""
    if app.config["LOG_REQUESTS"] and logger.level == logging.NOTSET:
        logger.setLevel(logging.INFO)

    if app.config["METRICS_FROM"]:
        app.wsgi_app = Asked(app.wsgi_app)  # type: ignore[method-assign]

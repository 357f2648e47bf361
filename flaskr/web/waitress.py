"""What waitress needs from the process that it serves Flaskr in."""

import logging
import sys
from collections.abc import Callable
from functools import cache
from functools import lru_cache

from flask import Flask
from werkzeug.routing import Rule


class LazyRule(Rule):
    """A route that compiles what writes its addresses when the first is written;
    for all of them at the start, it takes longer than the first page."""

    def _compile_builder(
        self, append_unknown: bool = True
    ) -> Callable[..., tuple[str, str]]:
        compile_builder = super()._compile_builder

        @cache
        def builder() -> Callable[..., tuple[str, str]]:
            return compile_builder(append_unknown)

        return lambda rule, **values: builder()(rule, **values)


def init_app(app: Flask) -> None:
    """Start soon, keep waitress quick with many connections, and its log readable."""
    app.url_rule_class = LazyRule
    # Flask asks thirteen times a request whether a function is asynchronous.
    app.ensure_sync = lru_cache(500)(app.ensure_sync)  # type: ignore[method-assign]
    # Seconds. With Python's 0.005, the one thread that has all the connections
    # waits too long for its turn among those that make pages: 32 connections got
    # 1,086 answers a second from /hello, and get 2,989.
    sys.setswitchinterval(0.001)

    # A line for each request that waits for a thread is thousands a second when
    # the blog is busy. A level that the operator has set stays.
    queue = logging.getLogger("waitress.queue")

    if queue.level == logging.NOTSET:
        queue.setLevel(logging.ERROR)

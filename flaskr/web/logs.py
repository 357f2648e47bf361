"""What a line of the log is: text, or an object in JSON."""

import json
import logging
import sys
import typing as t
from collections.abc import Iterator
from datetime import datetime
from datetime import UTC

from flask import Flask
from flask import has_request_context
from flask import request

from .request_ids import find_request_id

JSON = "json"

# What a record may bring beside its message.
EXTRA = "flaskr"


class JsonFormatter(logging.Formatter):
    """A record as one line of ASCII, whatever is in it: nobody can forge another one,
    or send something to a terminal."""

    def __init__(self, before: logging.Formatter | None) -> None:
        super().__init__()
        self.before = before

    def format(self, record: logging.LogRecord) -> str:
        """As logging's."""
        line: dict[str, t.Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(
                timespec="milliseconds"
            ),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }

        if has_request_context():
            line["request_id"] = find_request_id(request.environ)

        line |= getattr(record, EXTRA, {})

        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)

        if record.stack_info:
            line["stack"] = record.stack_info

        return json.dumps(line, default=str)


def find_handlers() -> Iterator[logging.Handler]:
    """Those of all loggers, the server's, too, that write to a standard stream."""
    known = [*logging.root.manager.loggerDict.values(), logging.root]
    streams = (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__)

    for logger in known:
        # Others only keep a place for loggers below them.
        for handler in getattr(logger, "handlers", ()):
            stream = getattr(handler, "stream", None)

            if stream is not None and stream in streams:
                yield handler


def write_json() -> None:
    """Have all that this process logs be JSON."""
    if not logging.root.handlers:
        # The server adds none where there is one.
        logging.root.addHandler(logging.StreamHandler())

    for handler in find_handlers():
        if not isinstance(handler.formatter, JsonFormatter):
            handler.setFormatter(JsonFormatter(handler.formatter))


def write_text() -> None:
    """Have it be what it was: a process has one log, and its last app says what."""
    for handler in find_handlers():
        if isinstance(handler.formatter, JsonFormatter):
            handler.setFormatter(handler.formatter.before)


def init_app(app: Flask) -> None:
    """Write the log as ``LOG_FORMAT`` says. What ``config.py`` does with Python's
    logging stays: files of its own, say."""
    if app.config["LOG_FORMAT"] == JSON:
        write_json()
        return

    write_text()

    if app.config["LOG_REQUESTS"]:
        # As waitress does; other servers show warnings only.
        logging.basicConfig()

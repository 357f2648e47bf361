"""What of a request is read: within the limits that Flask has for some of them, and of
the disk."""

import errno
import os
import typing as t
from io import BytesIO
from tempfile import SpooledTemporaryFile
from wsgiref.types import WSGIEnvironment

from flask import current_app
from flask import Flask
from flask import Request
from werkzeug.datastructures import FileStorage
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from . import full_disk

# What is left of a body, its fields and its files.
FormAndFiles = tuple[t.IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]

MAX_IN_MEMORY = 500_000  # bytes of a file


class SpooledFile(SpooledTemporaryFile[bytes]):
    """A file of a form. If the disk has no room for it, the form is read on, for its
    texts to be given back, and who reads the file is told."""

    failure: OSError | None = None
    is_on_disk = False

    def rollover(self) -> None:
        """As the standard library's, which may write less.

        :raise OSError: then
        """
        super().rollover()

        # To ask for the descriptor leads here, too.
        if not self.is_on_disk:
            self.is_on_disk = True

            if os.fstat(self.fileno()).st_size < self.tell():
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def write(self, data: t.Any) -> int:
        """As the standard library's, which may write less."""
        if self.failure is None:
            try:
                if super().write(data) < len(data):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            except OSError as e:
                self.failure = e

        return len(data)

    def read(self, *args: t.Any) -> bytes:
        """As the standard library's.

        :raise OSError: if not all of it is there
        """
        if self.failure is not None:
            raise self.failure

        return super().read(*args)


def ignore_unknown_range(environ: WSGIEnvironment) -> None:
    """Leave out a range that is not for us, as RFC 9110 has it: in another unit, of
    another method than GET, or of several parts. Werkzeug would refuse it."""
    asked = environ.get("HTTP_RANGE", "")
    is_known = asked.lower().startswith("bytes=") and "," not in asked

    if asked and not (is_known and environ["REQUEST_METHOD"] == "GET"):
        del environ["HTTP_RANGE"]


class LimitedFormParser(FormDataParser):
    """Werkzeug's, with ``MAX_FORM_PARTS`` for every form: a quarter of a million empty
    fields took three seconds."""

    def parse(
        self,
        stream: t.IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> FormAndFiles:
        """As Werkzeug's.

        :raise RequestEntityTooLarge: if there are more fields
        """
        if mimetype == "application/x-www-form-urlencoded":
            body = stream.read()
            stream = BytesIO(body)

            most = self.max_form_parts

            if most is not None and body.count(b"&") >= most:
                raise RequestEntityTooLarge

        return super().parse(stream, mimetype, content_length, options)


class LimitedRequest(Request):
    """Flask's, with the limits of forms with files for every form: Werkzeug reads any
    other whole."""

    form_data_parser_class = LimitedFormParser

    def __init__(self, environ: WSGIEnvironment, *args: t.Any, **kwargs: t.Any) -> None:
        ignore_unknown_range(environ)
        super().__init__(environ, *args, **kwargs)

    def make_form_data_parser(self) -> FormDataParser:
        """As Werkzeug's."""
        if self.mimetype != "multipart/form-data":
            config = current_app.config
            self.max_content_length = min(
                config["MAX_CONTENT_LENGTH"], config["MAX_FORM_MEMORY_SIZE"]
            )

        parser = super().make_form_data_parser()
        # With a buffer, what did not fit would fail again when it is closed.
        parser.stream_factory = lambda *_, **__: SpooledFile(MAX_IN_MEMORY, buffering=0)
        return parser


def init_app(app: Flask) -> None:
    """Have the app read all its requests so."""
    app.request_class = LimitedRequest
    full_disk.init_app(app)

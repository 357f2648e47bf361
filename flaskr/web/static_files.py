"""Static files under names that change with their content."""

import re
import typing as t
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import current_app
from flask import Flask
from flask import request
from flask import Response

from .features import needs_no_database

YEAR = 31_536_000  # seconds

HASHED = re.compile(r"(.+)\.([0-9a-f]{16})(\.\w+)")


class MadeFile(t.NamedTuple):
    """A static file that follows from the settings: the hash in its name, what gives
    its bytes, and headers of its own."""

    hash: str
    media_type: str
    make: Callable[[], bytes]
    headers: dict[str, str] = {}


def hash_content(content: bytes) -> str:
    """What tells a file from all others of its name."""
    return sha256(content).hexdigest()[:16]


def add(app: Flask, filename: str, file: MadeFile) -> None:
    """Have a file that is made here beside those in the folder."""
    app.extensions["flaskr.made_files"][filename] = file


def send(filename: str) -> Response:
    """A file under its own name, for which browsers ask again."""
    file: MadeFile | None = current_app.extensions["flaskr.made_files"].get(filename)

    if file is None:
        return current_app.send_static_file(filename)

    response = Response(file.make(), mimetype=file.media_type, headers=file.headers)
    response.set_etag(file.hash)
    response.cache_control.no_cache = True
    response.make_conditional(request)
    return response


def init_app(app: Flask) -> None:
    """Have ``url_for("static", filename="style.css")`` lead to
    ``/static/style.<hash>.css``, which browsers never ask for again."""
    made: dict[str, MadeFile] = {}
    app.extensions["flaskr.made_files"] = made

    def hash_of(filename: str) -> str:
        if file := made.get(filename):
            # While it is edited, it changes.
            return hash_content(file.make()) if app.debug else file.hash

        return hash_content(Path(app.static_folder or "", filename).read_bytes())

    if not app.debug:
        hash_of = cache(hash_of)

    @app.url_defaults
    def add_hash(endpoint: str, values: dict[str, str]) -> None:
        if endpoint == "static":
            filename = values["filename"]
            name, _, extension = filename.rpartition(".")
            values["filename"] = f"{name}.{hash_of(filename)}.{extension}"

    @needs_no_database
    def static(filename: str) -> Response:
        """A file, under its own name or under one with a hash."""
        match = HASHED.fullmatch(filename)
        response = send(match[1] + match[3] if match else filename)

        # The hash of another version is that of a page which somebody still has.
        if match and match[2] == hash_of(match[1] + match[3]):
            response.cache_control.no_cache = None
            response.cache_control.public = True
            response.cache_control.max_age = YEAR
            response.cache_control.immutable = True

        return response

    app.view_functions["static"] = static

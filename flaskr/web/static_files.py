"""Static files under names that change with their content."""

import re
import typing as t
from collections.abc import Callable
from functools import cache
from functools import partial
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


Find = Callable[[str], MadeFile | None]


def hash_content(content: bytes) -> str:
    """What tells a file from all others of its name."""
    return sha256(content).hexdigest()[:16]


def add(app: Flask, filename: str, file: MadeFile) -> None:
    """Have a file that is made here beside those in the folder."""
    app.extensions["flaskr.made_files"][filename] = file


def add_changing(app: Flask, names: re.Pattern[str], find: Find) -> None:
    """Have files that owners change, by what finds the one that has a name now."""
    app.extensions["flaskr.changing_files"].append((names, find))


def is_changing(app: Flask, name: str) -> bool:
    """Whether a file, under its own name or one with a hash, is one of those."""
    filename = HASHED.sub(r"\1\3", name)
    changing = app.extensions["flaskr.changing_files"]
    return any(names.fullmatch(filename) for names, _ in changing)


def find_made(filename: str) -> MadeFile | None:
    """A file that is made here, as it is now; ``None`` for one in the folder."""
    extensions = current_app.extensions

    for names, find in extensions["flaskr.changing_files"]:
        if names.fullmatch(filename):
            file: MadeFile | None = find(filename)
            return file

    found: MadeFile | None = extensions["flaskr.made_files"].get(filename)
    return found


def send(filename: str) -> Response:
    """A file under its own name, for which browsers ask again."""
    file = find_made(filename)

    if file is None:
        return current_app.send_static_file(filename)

    response = Response(file.make(), mimetype=file.media_type, headers=file.headers)
    response.set_etag(file.hash)
    response.cache_control.no_cache = True
    response.make_conditional(request)
    return response


def hash_file(app: Flask, filename: str) -> str:
    """The hash of a file that no owner changes."""
    if file := app.extensions["flaskr.made_files"].get(filename):
        # While it is edited, it changes.
        return hash_content(file.make()) if app.debug else str(file.hash)

    return hash_content(Path(app.static_folder or "", filename).read_bytes())


def init_app(app: Flask) -> None:
    """Have ``url_for("static", filename="style.css")`` lead to
    ``/static/style.<hash>.css``, which browsers never ask for again."""
    app.extensions["flaskr.made_files"] = {}
    app.extensions["flaskr.changing_files"] = []
    hash_constant: Callable[[str], str] = partial(hash_file, app)

    if not app.debug:
        hash_constant = cache(hash_constant)

    def hash_of(filename: str) -> str:
        if is_changing(app, filename) and (file := find_made(filename)):
            return file.hash

        return hash_constant(filename)

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

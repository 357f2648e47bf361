"""Static files under names that change with their content."""

import re
from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Flask
from flask import Response

from .features import needs_no_database

YEAR = 31_536_000  # seconds

HASHED = re.compile(r"(.+)\.([0-9a-f]{16})(\.\w+)")


def init_app(app: Flask) -> None:
    """Have ``url_for("static", filename="style.css")`` lead to
    ``/static/style.<hash>.css``, which browsers never ask for again."""

    def hash_of(filename: str) -> str:
        file = Path(app.static_folder or "", filename)
        return sha256(file.read_bytes()).hexdigest()[:16]

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
        response = app.send_static_file(match[1] + match[3] if match else filename)

        # The hash of another version is that of a page which somebody still has.
        if match and match[2] == hash_of(match[1] + match[3]):
            response.cache_control.no_cache = None
            response.cache_control.public = True
            response.cache_control.max_age = YEAR
            response.cache_control.immutable = True

        return response

    app.view_functions["static"] = static

"""The pictures of people."""

import re

from flask import Blueprint
from flask import Response
from werkzeug.exceptions import abort

from ..data import pictures
from ..imaging.squares import EXTENSION
from ..imaging.squares import WIDTHS
from ..web.features import for_everybody
from .images import send_image

bp = Blueprint("pictures", __name__)

NAME = re.compile(
    rf"([0-9a-f]{{{pictures.HASH_LENGTH}}})-({'|'.join(map(str, WIDTHS))})"
    rf"\.{EXTENSION}"
)


@bp.get("/picture/<name>")
@for_everybody
def show(name: str) -> Response:
    """Show the picture of a person, ``<hash>-<width>.webp``: the narrowest of its files
    that is as wide as that. What is under one address never changes."""
    match = NAME.fullmatch(name) or abort(404)
    content = pictures.find_file(match[1], int(match[2])) or abort(404)
    return send_image(content, name, f"{match[1]}-{match[2]}")

"""What browsers ask for by themselves: icons, and the manifest of a blog that is kept
among the programs of a phone."""

import json

from flask import Blueprint
from flask import current_app
from flask import Response
from flask import url_for

from ..web.features import for_everybody
from ..web.features import needs_no_database

bp = Blueprint("browsers", __name__)

# As in static/icon.svg and static/style.css.
THEME_COLOR = "#1f6f6b"
BACKGROUND_COLOR = "#fdfcfa"

DAY = 86_400  # seconds


@bp.get("/favicon.ico")
@needs_no_database
def favicon() -> Response:
    """The icon for whoever reads no page, or no SVG."""
    return send_icon("favicon.ico")


@bp.get("/apple-touch-icon.png")
@bp.get("/apple-touch-icon-precomposed.png")
@needs_no_database
def apple_touch_icon() -> Response:
    """The icon for the screen of a phone, at the addresses that are guessed."""
    return send_icon("apple-touch-icon.png")


def send_icon(filename: str) -> Response:
    response = current_app.send_static_file(filename)
    response.cache_control.no_cache = None
    response.cache_control.public = True
    response.cache_control.max_age = DAY
    return response


@bp.get("/manifest.webmanifest")
@for_everybody
def manifest() -> Response:
    """What a browser shows of a blog that somebody installs (w3.org/TR/appmanifest)."""
    index = url_for("index")
    text = {
        "id": index,
        "name": current_app.config["SITE_TITLE"],
        "description": current_app.config["SITE_DESCRIPTION"],
        "start_url": index,
        "scope": index,
        "display": "minimal-ui",
        "theme_color": THEME_COLOR,
        "background_color": BACKGROUND_COLOR,
        "icons": [
            make_icon("icon.svg", "any"),
            make_icon("icon-192.png", "192x192"),
            make_icon("icon-512.png", "512x512"),
            make_icon("icon-maskable.png", "512x512", "maskable"),
        ],
    }
    return Response(
        json.dumps({name: value for name, value in text.items() if value}),
        content_type="application/manifest+json",
    )


def make_icon(filename: str, sizes: str, purpose: str = "any") -> dict[str, str]:
    """An icon as a manifest has it."""
    src = url_for("static", filename=filename)
    return {"src": src, "sizes": sizes, "purpose": purpose}

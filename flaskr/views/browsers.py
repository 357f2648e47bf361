"""What browsers ask for by themselves: icons, the manifest of a blog that is kept
among the programs of a phone, and what they may load before a click."""

import json

from flask import Blueprint
from flask import g
from flask import Response
from flask import url_for

from ..data import site_settings
from ..web import static_files
from ..web.branding import find_brand
from ..web.features import find_patterns_to_prefetch
from ..web.features import follows_settings
from ..web.features import needs_no_database
from ..web.fragments import make_memoizer
from ..web.urls import find_root

bp = Blueprint("browsers", __name__)

DAY = 86_400  # seconds


@bp.get("/favicon.ico")
@follows_settings
def favicon() -> Response:
    """The icon for whoever reads no page, or no SVG."""
    return send_icon("favicon.ico")


@bp.get("/apple-touch-icon.png")
@bp.get("/apple-touch-icon-precomposed.png")
@follows_settings
def apple_touch_icon() -> Response:
    """The icon for the screen of a phone, at the addresses that are guessed."""
    return send_icon("apple-touch-icon.png")


def send_icon(filename: str) -> Response:
    return keep_for_a_day(static_files.send(filename))


def keep_for_a_day(response: Response) -> Response:
    """Let browsers have it without asking again."""
    response.cache_control.no_cache = None
    response.cache_control.public = True
    response.cache_control.max_age = DAY
    return response


@bp.get("/manifest.webmanifest")
@follows_settings
def manifest() -> Response:
    """What a browser shows of a blog that somebody installs (w3.org/TR/appmanifest)."""
    index = url_for("index")
    light = find_brand().palette.light
    icon = find_brand().icon
    icons = {icon.filename: icon.sizes}
    icons |= {"icon-192.png": "192x192", "icon-512.png": "512x512"}
    text = {
        "id": index,
        "name": site_settings.get("SITE_TITLE"),
        "description": site_settings.get("SITE_DESCRIPTION"),
        "start_url": index,
        "scope": index,
        "display": "minimal-ui",
        "theme_color": light["tint"],
        "background_color": light["paper"],
        "icons": [
            *[make_icon(filename, sizes) for filename, sizes in icons.items()],
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


@bp.get("/speculation-rules.json")
@needs_no_database
def speculation_rules() -> Response:
    """What a browser may load when a reader is about to follow a link to it."""
    patterns = [find_root() + pattern for pattern in find_patterns_to_prefetch()]
    rule = {"where": {"href_matches": patterns}, "eagerness": "moderate"}
    return keep_for_a_day(
        Response(
            json.dumps({"prefetch": [rule]}),
            content_type="application/speculationrules+json",
        )
    )


def find_rules() -> str:
    return url_for("browsers.speculation_rules")


@bp.after_app_request
def name_rules(response: Response) -> Response:
    """Name the rules to logged-out readers; others' pages are in no cache."""
    if g.get("user") is None and response.mimetype == "text/html":
        memoize = make_memoizer()
        address = memoize(("speculation rules",), find_rules)
        response.headers["Speculation-Rules"] = f'"{address}"'

    return response

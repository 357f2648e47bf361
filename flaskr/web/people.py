"""People on pages: their names, among words of any direction, and their pictures."""

import unicodedata

from flask import Flask
from markupsafe import escape
from markupsafe import Markup

from ..db import Row
from ..imaging.colors import derive_initial_colors
from ..imaging.colors import InitialColors
from ..imaging.squares import EXTENSION
from ..imaging.squares import WIDTHS
from ..text.initials import find_hue
from ..text.initials import find_initial
from ..text.profile_links import shorten
from .fragments import make_memoizer
from .urls import find_root

# Of letters from right to left, and of their numbers.
RIGHT_TO_LEFT = {"R", "AL", "AN"}


def needs_isolation(name: str) -> bool:
    """Whether a name would turn the words around it."""
    return any(unicodedata.bidirectional(c) in RIGHT_TO_LEFT for c in name)


def isolate(name: str) -> Markup:
    """A name among other words of a page."""
    return Markup("<bdi>%s</bdi>") % name if needs_isolation(name) else escape(name)


def isolate_text(name: str) -> str:
    """A name among other words where there can be no markup."""
    return f"\u2068{name}\u2069" if needs_isolation(name) else name


def picture_url(person: Row, pixels: int) -> str | None:
    """The address of somebody's picture, at least so many pixels wide where there are
    so many; ``None`` if they have none."""
    if not person["picture"]:
        return None

    width = min((w for w in WIDTHS if w >= pixels), default=max(WIDTHS))
    return f"{find_root()}/picture/{person['picture']}-{width}.{EXTENSION}"


def initial(person: Row) -> tuple[str, InitialColors]:
    """The letter that somebody has instead of a picture, and its colors, which another
    display name does not change."""
    shown, username = person["display_name"], person["username"]
    return make_memoizer()(
        ("initial", shown, username),
        lambda: (find_initial(shown), derive_initial_colors(find_hue(username))),
    )


def init_app(app: Flask) -> None:
    """Let templates show people."""
    app.add_template_filter(isolate)
    app.add_template_filter(isolate_text)
    app.add_template_filter(picture_url)
    app.add_template_filter(initial)
    app.add_template_filter(shorten, "shorten_url")

"""What the operator gives a blog to be known by: a color, a logo, an icon."""

import os
import typing as t
from functools import cache
from functools import partial
from pathlib import Path

from flask import current_app
from flask import Flask

from ..errors import SettingsError
from ..imaging import colors
from ..imaging import icons
from ..imaging import logo
from ..imaging.formats import BadImage
from ..imaging.formats import MAX_BYTES
from ..imaging.formats import MEDIA_TYPES
from . import static_files
from .static_files import hash_content
from .static_files import MadeFile

# An SVG is a page, and may hold scripts. Its own styles and pictures are a part of it.
SVG_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:;"
        " form-action 'none'; frame-ancestors 'none'; sandbox"
    )
}

Made = t.TypeVar("Made")


class SiteLogo(t.NamedTuple):
    """The name of the logo's static file, and its pixels."""

    filename: str
    width: int
    height: int


class SiteIcon(t.NamedTuple):
    """The icon for pages: the name of its static file, its media type, and its size as
    HTML and a manifest have it."""

    filename: str
    media_type: str
    sizes: str


def get_palette() -> colors.Palette:
    """The colors of this blog."""
    palette: colors.Palette = current_app.extensions["flaskr.palette"]
    return palette


def get_icon() -> SiteIcon:
    """The icon of this blog."""
    icon: SiteIcon = current_app.extensions["flaskr.icon"]
    return icon


def to_css(palette: colors.Palette) -> str:
    """A palette as custom properties, ``--paper`` and so on: one for each role of
    :mod:`..imaging.colors`, in the layer ``tokens``."""
    light, dark = (
        "".join(f"  --{role}: {color};\n" for role, color in scheme.items())
        for scheme in palette
    )
    return (
        f"@layer tokens {{\n:root {{\n{light}}}\n"
        f"@media (prefers-color-scheme: dark) {{\n:root {{\n{dark}}}\n}}\n}}\n"
    )


def read_file(app: Flask, name: str, read: t.Callable[[bytes], Made]) -> Made:
    """What becomes of the image that a setting names.

    :raise SettingsError: if there is none that can be read
    """
    path = Path(app.instance_path, app.config[name])
    start = f"{name} is {os.fspath(app.config[name])!r}."

    try:
        if not path.is_file():
            wrong = "It should be a file" if path.exists() else "There is no file"
            raise SettingsError(f"{wrong}: {path}.")

        with path.open("rb") as file:
            return read(file.read(MAX_BYTES + 1))
    except OSError as e:
        raise SettingsError(f"{start} It can’t be read: {e.strerror}.") from e
    except (BadImage, SettingsError) as e:
        raise SettingsError(f"{start} {e}") from e


def add_colors(app: Flask, palette: colors.Palette) -> None:
    """Have ``accent.css``."""
    css = to_css(palette).encode()
    file = MadeFile(hash_content(css), "text/css", lambda: css)
    static_files.add(app, "accent.css", file)


def add_logo(app: Flask) -> SiteLogo:
    """Have the operator's logo, ``logo.<extension>``."""
    found = read_file(app, "SITE_LOGO", logo.read_logo)
    filename = f"logo.{found.extension}"
    is_svg = found.extension == "svg"
    file = MadeFile(
        hash_content(found.content),
        "image/svg+xml" if is_svg else MEDIA_TYPES[found.extension],
        lambda: found.content,
        SVG_HEADERS if is_svg else {},
    )
    static_files.add(app, filename, file)
    return SiteLogo(filename, found.width, found.height)


def add_icons(app: Flask, palette: colors.Palette) -> SiteIcon:
    """Have the icons of :mod:`..imaging.icons`, made when one is first asked for."""
    if app.config["SITE_ICON"] is not None:
        image = read_file(app, "SITE_ICON", icons.read_icon)
        paper = palette.light["paper"]
        add_icon_files(
            app,
            hash_content(image.tobytes() + paper.encode()),
            partial(icons.make_icons, image, paper),
        )
        return SiteIcon("icon-192.png", "image/png", "192x192")

    two_colors = palette.light["fill"], palette.light["on-fill"]
    svg = icons.draw_svg(*two_colors).encode()
    hash = hash_content(svg)
    static_files.add(app, "icon.svg", MadeFile(hash, "image/svg+xml", lambda: svg))
    add_icon_files(app, hash, partial(icons.draw_icons, *two_colors))
    return SiteIcon("icon.svg", "image/svg+xml", "any")


def add_icon_files(
    app: Flask, hash: str, make: t.Callable[[], dict[str, bytes]]
) -> None:
    """Have those that are no SVG, all of which are made at once."""
    make_all = cache(make)

    def make_one(filename: str) -> bytes:
        return make_all()[filename]

    for filename, media_type in icons.MEDIA_TYPES.items():
        file = MadeFile(hash, media_type, partial(make_one, filename))
        static_files.add(app, filename, file)


def init_app(app: Flask) -> None:
    """Serve what follows from the settings, and let templates show it."""
    palette = colors.derive_palette(app.config["ACCENT_COLOR"])
    add_colors(app, palette)
    icon = add_icons(app, palette)
    has_logo = app.config["SITE_LOGO"] is not None
    app.extensions["flaskr.palette"] = palette
    app.extensions["flaskr.icon"] = icon
    app.jinja_env.globals |= {
        "site_colors": palette,
        "site_icon": icon,
        "site_logo": add_logo(app) if has_logo else None,
    }

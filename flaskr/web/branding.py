"""What a blog is known by: a color, a logo, an icon."""

import os
import re
import typing as t
from functools import cache
from functools import partial
from pathlib import Path

from flask import current_app
from flask import Flask
from werkzeug.exceptions import abort

from ..data import site_settings
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

# The names of its static files.
NAMES = re.compile(
    r"accent\.css|icon\.svg|logo\.\w+|" + "|".join(map(re.escape, icons.MEDIA_TYPES))
)

# What is made of settings that held: those of a few that owners try.
MAX_BRANDS = 4

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


class Brand(t.NamedTuple):
    """The colors, the icon and the logo, if there is one, and all static files that
    follow from them, by name."""

    palette: colors.Palette
    icon: SiteIcon
    logo: SiteLogo | None
    files: dict[str, MadeFile]


class Brands:
    """What was made of settings, and the images that the operator's name."""

    def __init__(self, site_logo: logo.Logo | None, site_icon: t.Any) -> None:
        self.logo = site_logo
        self.icon = site_icon
        self.made: dict[tuple[str | None, ...], Brand] = {}

    def get(self, accent: str, *stored: str | None) -> Brand:
        """What follows from a color, and the addresses of a logo and an icon that the
        database has."""
        key = accent, *stored
        made = self.made.get(key)

        if made is None:
            made = make_brand(self, accent, *stored)

            if len(self.made) >= MAX_BRANDS:
                self.made.clear()

            self.made[key] = made

        return made


def find_brand() -> Brand:
    """What this blog is known by, as it is for this request."""
    brands: Brands = current_app.extensions["flaskr.brands"]
    stored = map(site_settings.find_site().values.get, site_settings.IMAGES)
    return brands.get(site_settings.get("ACCENT_COLOR"), *stored)


def find_file(filename: str) -> MadeFile | None:
    """The file that has a name now; of a logo, whatever its extension: pages that
    somebody still has show the one that there is."""
    brand = find_brand()

    if filename.startswith("logo."):
        return brand.logo and brand.files[brand.logo.filename]

    return brand.files.get(filename)


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


def read_file(app: Flask, name: str, read: t.Callable[[bytes], Made]) -> Made | None:
    """What becomes of the image that a setting names, if it names one.

    :raise SettingsError: if there is none that can be read
    """
    if app.config[name] is None:
        return None

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


def make_brand(
    brands: Brands, accent: str, stored_logo: str | None, stored_icon: str | None
) -> Brand:
    """What follows from settings."""
    palette = colors.derive_palette(accent)
    css = to_css(palette).encode()
    files = {"accent.css": MadeFile(hash_content(css), "text/css", lambda: css)}
    logo_file = None

    if stored_logo:
        logo_file = describe_stored(stored_logo)
    elif brands.logo:
        logo_file = describe_logo(brands.logo)

    if logo_file:
        files[logo_file[0].filename] = logo_file[1]

    icon, icon_files = make_icons(brands, palette, stored_icon)
    return Brand(palette, icon, logo_file and logo_file[0], files | icon_files)


def describe_logo(found: logo.Logo) -> tuple[SiteLogo, MadeFile]:
    """The operator's logo, ``logo.<extension>``."""
    hash = hash_content(found.content)
    file = make_logo_file(found.extension, hash, lambda: found.content)
    return SiteLogo(f"logo.{found.extension}", found.width, found.height), file


def describe_stored(address: str) -> tuple[SiteLogo, MadeFile]:
    """A logo that the database has, read when it is first asked for."""
    match = site_settings.ADDRESS.fullmatch(address)
    assert match is not None
    hash, width, height, extension = match.groups()
    read = cache(partial(read_stored, "SITE_LOGO", address))
    file = make_logo_file(extension, hash, read)
    return SiteLogo(f"logo.{extension}", int(width), int(height)), file


def make_logo_file(extension: str, hash: str, make: t.Callable[[], bytes]) -> MadeFile:
    """The static file of a logo."""
    if extension == "svg":
        return MadeFile(hash, "image/svg+xml", make, SVG_HEADERS)

    return MadeFile(hash, MEDIA_TYPES[extension], make)


def read_stored(name: str, address: str) -> bytes:
    """The bytes of an image in the database.

    :raise 404: if there is another one now
    """
    return site_settings.find_image(name, address) or abort(404)


def make_icons(
    brands: Brands, palette: colors.Palette, stored: str | None
) -> tuple[SiteIcon, dict[str, MadeFile]]:
    """The icons of :mod:`..imaging.icons`, made when one is first asked for; the
    drawing is always there, for pages that somebody still has."""
    two_colors = palette.light["fill"], palette.light["on-fill"]
    paper = palette.light["paper"]
    svg = icons.draw_svg(*two_colors).encode()
    hash = hash_content(svg)
    files = {"icon.svg": MadeFile(hash, "image/svg+xml", lambda: svg)}
    draw = partial(icons.draw_icons, *two_colors)

    if stored:
        hash = hash_content((stored + paper).encode())
        make = partial(make_stored_icons, stored, paper, draw)
    elif brands.icon is not None:
        hash = hash_content(brands.icon.tobytes() + paper.encode())
        make = partial(icons.make_icons, brands.icon, paper)
    else:
        icon = SiteIcon("icon.svg", "image/svg+xml", "any")
        return icon, files | make_icon_files(hash, draw)

    icon = SiteIcon("icon-192.png", "image/png", "192x192")
    return icon, files | make_icon_files(hash, make)


def make_stored_icons(
    address: str, paper: str, draw: t.Callable[[], dict[str, bytes]]
) -> dict[str, bytes]:
    """The icons of an image in the database; the drawing, if plain SQL wrote
    something else there.

    :raise 404: if there is another one now
    """
    try:
        image = icons.read_icon(read_stored("SITE_ICON", address))
    except BadImage:
        return draw()

    return icons.make_icons(image, paper)


def make_icon_files(
    hash: str, make: t.Callable[[], dict[str, bytes]]
) -> dict[str, MadeFile]:
    """Those that are no SVG, all of which are made at once."""
    make_all = cache(make)

    def make_one(filename: str) -> bytes:
        return make_all()[filename]

    return {
        filename: MadeFile(hash, media_type, partial(make_one, filename))
        for filename, media_type in icons.MEDIA_TYPES.items()
    }


def init_app(app: Flask) -> None:
    """Serve what follows from the settings, and let templates show it."""
    app.extensions["flaskr.brands"] = Brands(
        read_file(app, "SITE_LOGO", logo.read_logo),
        read_file(app, "SITE_ICON", icons.read_icon),
    )
    static_files.add_changing(app, NAMES, find_file)
    app.add_template_global(find_brand)

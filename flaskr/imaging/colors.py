"""The colors of all pages, derived from one: the operator's accent.

Each role has a lightness and the most chroma that it may have, in OKLCH, for light and
for dark pages; the hue is the accent's, and so is the chroma, if it has less. A gray
accent makes gray pages. Source of the color space: bottosson.github.io/posts/oklab

``paper``
    the page
``surface``
    code, the foot of the page, a preview
``tint``
    the band at the head, what is current, a note
``line``
    rules between things
``border``
    the edges of fields and buttons
``quiet``
    text that is read second
``ink``
    text
``link``
    links, the blog's name, the ring of what has the focus
``fill``, ``on-fill``
    a filled button, and its text
``bar``
    signs, and never text
"""

import math
import typing as t
from functools import cache

# The lightness and the most chroma. By WCAG 2, whatever the hue: ink, quiet, links and
# the text of buttons have a contrast of 7 with what they are on, borders and bars of 3.
LIGHT = {
    "paper": (0.993, 0.0015),
    "surface": (0.966, 0.007),
    "tint": (0.945, 0.022),
    "line": (0.89, 0.011),
    "border": (0.57, 0.02),
    "quiet": (0.415, 0.016),
    "ink": (0.215, 0.014),
    "link": (0.385, 0.13),
    "fill": (0.36, 0.11),
    "on-fill": (0.99, 0.01),
    "bar": (0.53, 0.17),
}
DARK = {
    "paper": (0.19, 0.008),
    "surface": (0.232, 0.011),
    "tint": (0.28, 0.028),
    "line": (0.335, 0.014),
    "border": (0.62, 0.02),
    "quiet": (0.80, 0.014),
    "ink": (0.925, 0.008),
    "link": (0.865, 0.095),
    "fill": (0.86, 0.09),
    "on-fill": (0.20, 0.02),
    "bar": (0.74, 0.12),
}

# The lightness and the most chroma of somebody's initial, and of what is behind it.
INITIAL = (0.33, 0.09), (0.88, 0.07)

# Chroma below which nobody sees a color.
NONE = 1e-4

# So often halved, a range of chroma is narrower than eight bits tell.
STEPS = 16


class Palette(t.NamedTuple):
    """The colors by their role, as ``#rrggbb``, of light and of dark pages."""

    light: dict[str, str]
    dark: dict[str, str]


class InitialColors(t.NamedTuple):
    """The color of a letter and the one behind it, as ``#rrggbb``: 7:1 or more."""

    ink: str
    paper: str


def derive_palette(accent: str) -> Palette:
    """The colors that follow from one, as ``#rgb`` or ``#rrggbb``."""
    chroma, hue = find_chroma_and_hue(accent)
    light, dark = (
        {
            role: to_hex(lightness, min(chroma, most), hue)
            for role, (lightness, most) in roles.items()
        }
        for roles in (LIGHT, DARK)
    )
    return Palette(light, dark)


@cache
def derive_initial_colors(hue: int) -> InitialColors:
    """The colors of the initial of a person who has a hue, in degrees."""
    angle = math.radians(hue)
    return InitialColors(
        *(to_hex(lightness, chroma, angle) for lightness, chroma in INITIAL)
    )


def write_whole(color: str) -> str:
    """A color as ``#rrggbb``, of one as ``#rgb`` or as that."""
    return "#" + "".join(2 * digit for digit in color[1:]) if len(color) == 4 else color


def find_chroma_and_hue(color: str) -> tuple[float, float]:
    """The chroma and the hue, in radians, of a color in OKLCH."""
    digits = write_whole(color)[1:]
    red, green, blue = (
        to_linear(int(digits[at : at + 2], 16) / 255) for at in (0, 2, 4)
    )
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    chroma = math.hypot(a, b)
    return (chroma if chroma > NONE else 0), math.atan2(b, a)


def to_linear(channel: float) -> float:
    """The light of a channel of sRGB, both from 0 to 1."""
    if channel <= 0.04045:
        return channel / 12.92

    return math.pow((channel + 0.055) / 1.055, 2.4)


def to_channel(light: float) -> float:
    """The channel of sRGB for some light; the other way round."""
    if light <= 0.0031308:
        return 12.92 * light

    return 1.055 * math.pow(light, 1 / 2.4) - 0.055


def to_rgb(lightness: float, chroma: float, hue: float) -> tuple[float, ...]:
    """The channels of sRGB of a color in OKLCH, from 0 to 1; beyond, if no screen of
    sRGB shows it."""
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        to_channel(4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short),
        to_channel(-1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short),
        to_channel(-0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short),
    )


def is_shown(lightness: float, chroma: float, hue: float) -> bool:
    """Whether screens of sRGB show a color in OKLCH."""
    return all(0 <= channel <= 1 for channel in to_rgb(lightness, chroma, hue))


def to_hex(lightness: float, chroma: float, hue: float) -> str:
    """A color of OKLCH as ``#rrggbb``, with as much of its chroma as sRGB has."""
    least, most = (chroma, chroma) if is_shown(lightness, chroma, hue) else (0, chroma)

    for _ in range(STEPS if least < most else 0):
        middle = (least + most) / 2

        if is_shown(lightness, middle, hue):
            least = middle
        else:
            most = middle

    rgb = to_rgb(lightness, least, hue)
    return "#" + "".join(f"{round(255 * channel):02x}" for channel in rgb)

"""The first letter of a name, as people read it, and a color of its own."""

import math
import typing as t
import unicodedata
import zlib
from functools import cache

from .names import name_key

# Code points of one letter: a name may have a hundred accents on it.
MAX_LENGTH = 8

ZERO_WIDTH_JOINER = "\u200d"
# Signs that join a letter to the next in the scripts of India (UAX 29, rule GB9c).
VIRAMAS = "\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d"

# Lightness and chroma, as of OKLCH; the hue is the name's.
INK = (0.33, 0.09)
PAPER = (0.88, 0.07)


class Colors(t.NamedTuple):
    """The color of a letter and the one behind it, as in ``#4f2d56``: 7:1 or more."""

    ink: str
    paper: str


def find_initial(name: str) -> str:
    """The first letter of a name with all that is on it, or the first sign: a
    grapheme cluster of UAX 29. Upper-case, where that is one letter, too."""
    name = unicodedata.normalize("NFC", name)
    # What opens a quotation or a bracket says nothing of the name.
    starts = (i for i, c in enumerate(name) if unicodedata.category(c)[0] in "LNS")
    start = next(starts, 0)
    end = start + 1

    while end < len(name) and end - start < MAX_LENGTH and goes_on(name, start, end):
        end += 1

    letter = name[start:end]
    # As in a title: Georgian has capitals for whole words only.
    title = letter.title()
    return title if len(title) == len(letter) else letter


def goes_on(text: str, start: int, end: int) -> bool:
    """Whether the letter of a text that begins at ``start`` has the character at
    ``end``, too."""
    before, character = text[end - 1], text[end]
    category = unicodedata.category(character)
    return (
        category[0] == "M"
        or ZERO_WIDTH_JOINER in (before, character)
        or "\U0001f3fb" <= character <= "\U0001f3ff"  # colors of skin
        or "\U000e0020" <= character <= "\U000e007f"  # flags of parts of countries
        or (before in VIRAMAS and category == "Lo")
        or (end == start + 1 and is_regional(before) and is_regional(character))
    )


def is_regional(character: str) -> bool:
    """Whether it is half of a flag."""
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def find_colors(name: str) -> Colors:
    """The colors of a name, whatever its case."""
    return make_colors(zlib.crc32(name_key(name).encode("utf-8", "replace")) % 360)


@cache
def make_colors(hue: int) -> Colors:
    """The colors of a hue in degrees."""
    return Colors(
        *(to_hex(lightness, chroma, hue) for lightness, chroma in (INK, PAPER))
    )


def to_hex(lightness: float, chroma: float, hue: int) -> str:
    """A color of OKLCH in sRGB, with less chroma where screens have not so much."""
    while not all(0 <= value <= 1 for value in to_rgb(lightness, chroma, hue)):
        chroma -= 0.002

    return "#" + "".join(
        f"{round(255 * value):02x}" for value in to_rgb(lightness, chroma, hue)
    )


def to_rgb(lightness: float, chroma: float, hue: int) -> list[float]:
    """A color of OKLCH as red, green and blue, each from 0 to 1 on a screen; as of
    https://bottosson.github.io/posts/oklab/."""
    a = chroma * math.cos(math.radians(hue))
    b = chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return [
        12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055
        for value in linear
    ]

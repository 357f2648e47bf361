"""What services show of a link to a page: its image, and its language (ogp.me)."""

import typing as t

from babel.core import get_global
from flask import Flask

from ..data import image_files
from ..text.extract import Image
from ..text.links import OWN_IMAGE
from .urls import absolute
from .urls import find_root

# Pixels that services want.
WIDE = 1200

# The most that X and LinkedIn take; Facebook takes 8 MB.
MAX_BYTES = 5_000_000

# From here on, Facebook shows an image in the width of the text, and X may.
LARGE = (600, 315)


class SharedImage(t.NamedTuple):
    """An image that services show: its URL, pixels, and what it shows in words."""

    url: str
    width: int
    height: int
    alt: str

    def is_large(self) -> bool:
        """Whether there is enough of it for a picture above the title."""
        return self.width >= LARGE[0] and self.height >= LARGE[1]


def share_image(image: Image | None) -> SharedImage | None:
    """The file of an image that services show: as wide as they want it, and not more
    than they take."""
    match = OWN_IMAGE.fullmatch(image.address) if image else None

    if image is None or match is None:
        return None

    # While a text shows an image, its files stay as they are.
    hash, extension = match["hash"], match["extension"]
    files = image_files.find_sizes(hash, image.width, image.height, extension)

    if not files:
        return None

    width = choose_width(files)
    narrow = f"-{width}w" if width < image.width else ""
    path = f"/image/{hash}-{image.width}x{image.height}{narrow}.{extension}"
    # As imaging/process.py scales it.
    height = max(1, round(image.height * width / image.width))
    return SharedImage(absolute(find_root() + path), width, height, image.alt.strip())


def choose_width(files: dict[int, int]) -> int:
    """The width of the file that services show, of those whose bytes are known."""
    light = [width for width, size in files.items() if size <= MAX_BYTES]
    wide = [width for width in light if width >= WIDE]

    if not light:
        return min(files)

    return min(wide) if wide else max(light)


def find_locale(tag: str) -> str:
    """A language of BCP 47 as Open Graph names it, with the country where most speak
    it: ``zh-Hans`` is ``zh_CN``."""
    likely: t.Mapping[str, str] = get_global("likely_subtags")
    primary = tag.partition("-")[0]
    full = likely.get(tag.replace("-", "_")) or likely[primary]
    return f"{primary}_{full.rpartition('_')[2]}"


def init_app(app: Flask) -> None:
    """Let templates say it."""
    # Read once in a process: better now than while its first reader waits.
    get_global("likely_subtags")
    app.add_template_filter(share_image)
    app.add_template_filter(find_locale, "locale")

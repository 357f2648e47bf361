"""What an ``img`` says besides its address; for html.py."""

import re
from xml.etree.ElementTree import Element

# Characters of HTML that a page shows without scrolling, about: images further down
# wait until somebody scrolls there.
ABOVE_FOLD = 1500

# The narrower files of our own images, and how wide a page shows one: style.css.
WIDTHS = (640, 1280)
SIZES = "(max-width: 48rem) 92vw, 45rem"


def describe_files(
    match: re.Match[str], root: str, sizes: str = SIZES
) -> dict[str, str]:
    """The attributes that let a browser leave room for one of our own images, and take
    the file that fits.

    :param match: of its address
    :param root: what its address on a page begins with
    :param sizes: how wide the page shows it, as in HTML
    """
    attributes = {"width": match["width"], "height": match["height"]}
    name, _, extension = match[0].rpartition(".")
    widths = [w for w in WIDTHS if w < int(match["width"])]

    if widths and not match["narrow"]:
        files = [f"{root}{name}-{w}w.{extension} {w}w" for w in widths]
        files.append(f"{root}{match[0]} {match['width']}w")
        attributes |= {"srcset": ", ".join(files), "sizes": sizes}

    return attributes


def label(image: Element) -> str:
    """The alternative text of an image, or its URL if that is blank."""
    alt = image.get("alt", "")
    return alt if alt.strip() else image.get("src", "")

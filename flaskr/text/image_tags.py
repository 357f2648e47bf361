"""What an ``img`` says besides its address; for html.py."""

import re
from xml.etree.ElementTree import Element

from .links import match_own_image

# Characters of HTML that a page shows without scrolling, about: images further down
# wait until somebody scrolls there.
ABOVE_FOLD = 1500

# The narrower files of our own images, and how wide a page shows one: style.css.
WIDTHS = (640, 1280)
SIZES = "(max-width: 48rem) 92vw, 45rem"

# The same, of a figure that has one of these classes. The fragment of the address of
# its image says which.
FIGURES = {
    "narrow": "(max-width: 26rem) 92vw, 24rem",
    "wide": "(max-width: 48rem) 92vw, (max-width: 80rem) 45rem, 56.5rem",
}


def describe_files(
    match: re.Match[str], root: str, sizes: str | None = None
) -> dict[str, str]:
    """The attributes of one of our own images: its address, and what lets a browser
    leave room for it and take the file that fits.

    :param match: of its address
    :param root: what its address on a page begins with
    :param sizes: how wide the page shows it, as in HTML; as in a text, without
    """
    attributes = {"src": f"{root}{match[0]}"}
    attributes |= {"width": match["width"], "height": match["height"]}
    name, _, extension = match[0].rpartition(".")
    widths = [w for w in WIDTHS if w < int(match["width"])]

    if widths and not match["narrow"]:
        files = [f"{root}{name}-{w}w.{extension} {w}w" for w in widths]
        files.append(f"{root}{match[0]} {match['width']}w")
        attributes |= {"srcset": ", ".join(files), "sizes": sizes or SIZES}

    return attributes


def size_figure(image: Element) -> str | None:
    """How wide the figure of an image is to be, as the address of one of our own says:
    the class of the figure, one of :data:`FIGURES`. The image gets its ``sizes``."""
    fragment = image.get("src", "").partition("#")[2]

    if fragment not in FIGURES or not match_own_image(image.get("src", "")):
        return None

    image.set("sizes", FIGURES[fragment])
    return fragment


def label(image: Element) -> str:
    """The alternative text of an image, or its URL if that is blank."""
    alt = image.get("alt", "")
    return alt if alt.strip() else image.get("src", "")

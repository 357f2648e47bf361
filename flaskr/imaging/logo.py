"""The logo of the blog: the operator's image, or a drawing in SVG."""

import re
import typing as t
from io import BytesIO
from xml.etree import ElementTree

from ..errors import lazy_gettext as _
from . import process
from .formats import BadImage

# Pixels of the largest logo: it stands beside the menu, on screens that have three
# pixels for one.
BOX = (1200, 240)

MAX_SVG_BYTES = 500_000

SVG = "{http://www.w3.org/2000/svg}svg"

# As they are in a file: in pixels, or the four numbers of a viewBox.
LENGTH = re.compile(r"\s*(\d{1,9}(?:\.\d+)?)(?:px)?\s*", re.ASCII)
SEPARATOR = re.compile(r"[\s,]+")


class Logo(t.NamedTuple):
    """A logo as it is shown: ``svg``, or a format of :func:`.process.read`; its pixels,
    and its file."""

    extension: str
    width: int
    height: int
    content: bytes


def read_logo(data: bytes) -> Logo:
    """What a logo becomes: an image not larger than :data:`BOX`, or an SVG as it is.

    :raise BadImage: as :func:`.process.read`, and for an SVG that is damaged, too
        large, or does not say its size
    """
    if data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        return Logo("svg", *read_svg_size(data), data)

    processed = process.read(BytesIO(data))
    extension, width, height, files = processed
    size = fit(width, height)

    if size == (width, height):
        return Logo(extension, width, height, files[width])

    from PIL import Image

    with Image.open(BytesIO(files[width])) as image:
        # Of an animation, the first one.
        frame = image.convert("RGBA" if image.has_transparency_data else "RGB")
        return Logo(extension, *size, process.encode(frame.resize(size), extension))


def fit(width: float, height: float) -> tuple[int, int]:
    """The pixels of a logo within :data:`BOX`, its sides in proportion."""
    scale = min(1, BOX[0] / width, BOX[1] / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def read_svg_size(data: bytes) -> tuple[int, int]:
    """The width and height at which an SVG is shown.

    :raise BadImage: as :func:`read_logo`
    """
    if len(data) > MAX_SVG_BYTES:
        most = MAX_SVG_BYTES // 1000
        raise BadImage(
            _("An SVG can have up to %(most)d kB. Make it smaller.", most=most)
        )

    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, LookupError, ValueError) as e:
        raise BadImage(
            _("This SVG is damaged. Open it in a drawing program, and save it again.")
        ) from e

    if root.tag != SVG:
        raise BadImage(_("This file is XML, but not an SVG image."))

    return fit(*find_size(root))


def find_size(root: ElementTree.Element) -> tuple[float, float]:
    """The width and height of an SVG, or at least their proportion.

    :raise BadImage: if it does not say them
    """
    lengths = [LENGTH.fullmatch(root.get(name, "")) for name in ("width", "height")]
    found = [float(length[1]) for length in lengths if length]

    if len(found) < 2:
        numbers = SEPARATOR.split(root.get("viewBox", "").strip())[2:]
        found = [float(m[1]) for m in map(LENGTH.fullmatch, numbers) if m]

    if len(found) != 2 or not all(found):
        raise BadImage(
            _("This SVG doesn’t say its size. Give it a width, a height and a viewBox.")
        )

    return found[0], found[1]

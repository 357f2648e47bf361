"""The picture of a person: cut to a square, and kept in the widths that pages show."""

import typing as t

from .pixels import ColorConverter
from .pixels import resize
from .process import encode
from .process import ProcessedImage

if t.TYPE_CHECKING:  # pragma: no cover
    from PIL import Image

# Twice the pixels for each that pages lay out.
WIDTHS = (384, 192, 96, 64)

# All browsers show it, it may be transparent, and it takes half the bytes of others.
EXTENSION = "webp"


def make_square(
    image: "Image.Image", extension: str = "", frames: int = 1
) -> ProcessedImage:
    """The middle of an opened image as a square, upright and in sRGB; of an animation,
    its first frame. For :func:`.process.read`."""
    from PIL import ImageOps

    scale = WIDTHS[0] / min(image.size)
    # Only a JPEG can be read smaller than it is.
    image.draft(None, (round(image.width * scale), round(image.height * scale)))
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    largest = min(side, WIDTHS[0])
    box = (left, top, left + side, top + side)
    small = resize(image, (largest, largest), box)
    small.info = image.info
    colors = ColorConverter(image.info.get("icc_profile"))
    whole = colors.convert(ImageOps.exif_transpose(small))
    files = {
        width: encode(whole.resize((width, width)), EXTENSION)
        for width in (largest, *WIDTHS)
        if width <= largest
    }
    return ProcessedImage(EXTENSION, largest, largest, files)

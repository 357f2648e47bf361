"""A program that decodes one AVIF or HEIC: decoder_process.py starts it. It imports
nothing of Flaskr, which would take longer than an image.

Arguments: the format as Pillow calls it, the most pixels that are decoded, how many
are enough, and the most bytes of memory. It reads the file from its standard input, and
writes the width and height, and, unless these are too many pixels, a line further a
PNG: upright, with no more metadata than its ICC profile. It exits with 3 where memory
does not suffice.
"""

import math
import sys
from contextlib import suppress
from io import BytesIO

from PIL import AvifImagePlugin
from PIL import Image
from PIL import ImageOps


def limit_memory(size: int) -> None:
    """Have memory of more bytes refused, where the system can."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (size, size))


def open_image(data: bytes, format: str) -> Image.Image:
    """An image that is not decoded yet, and will be by a single thread.

    :raise OSError: if it is none
    """
    if format == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener(
            decode_threads=1, thumbnails=False, depth_images=False, aux_images=False
        )

    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    # It would tell nobody how many there are.
    Image.MAX_IMAGE_PIXELS = None
    return Image.open(BytesIO(data), formats=[format])


def main(format: str, max_pixels: int, enough: int, memory: int) -> None:
    """Decode standard input to standard output."""
    limit_memory(memory)
    image = open_image(sys.stdin.buffer.read(), format)
    pixels = image.width * image.height
    out = sys.stdout.buffer
    out.write(b"%d %d\n" % image.size)

    if pixels <= max_pixels:
        profile = image.info.get("icc_profile")
        reduced = image.reduce(max(1, math.isqrt(pixels // enough)))
        upright = ImageOps.exif_transpose(reduced)
        upright.info = {}
        # A PNG has no premultiplied ones.
        upright = upright.convert(upright.mode.replace("a", "A"))
        upright.save(out, "PNG", compress_level=0, icc_profile=profile)


if __name__ == "__main__":  # pragma: no branch
    try:
        main(sys.argv[1], *map(int, sys.argv[2:]))
    except MemoryError:
        sys.exit(3)
    except RuntimeError as e:
        # As libheif says so.
        sys.exit(3 if "Memory allocation" in str(e) else 1)

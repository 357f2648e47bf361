"""AVIF and HEIC, decoded in a process of their own: 2 kB that claim to be small may
take a decoder a gigabyte, and what is wrong in one ends no server."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from ..errors import lazy_gettext as _
from .formats import BadImage

DECODER = Path(__file__).with_name("decoder.py")
FORMATS = {"avif": "AVIF", "heic": "HEIF"}

# What a hostile file costs at most.
MAX_MEMORY = 400_000_000  # bytes
MAX_SECONDS = 30  # ten times what it takes on an idle core
NO_MEMORY = 3  # the status with which it says so


def can_read_heic() -> bool:
    """Whether ``flaskr[heif]`` is installed."""
    return find_spec("pillow_heif") is not None


def decode(
    data: bytes, extension: str, max_pixels: int, enough: int
) -> tuple[tuple[int, int], bytes]:
    """The width and height of an AVIF or HEIC, and the image as a PNG: upright, with
    its ICC profile, and smaller if it has many more pixels than are enough. Where it
    has more than ``max_pixels``, the PNG is empty.

    :raise BadImage: if it takes too much time or memory, or no decoder is installed
    :raise subprocess.CalledProcessError: or ``ValueError``, if it is damaged
    """
    if extension == "heic" and not can_read_heic():
        raise BadImage(
            _(
                "This blog can’t read HEIC images. Save it as a JPEG, or set your phone"
                " to take JPEGs: on an iPhone, go to Settings, Camera, Formats, and"
                " choose Most Compatible."
            )
        )

    output = run(data, FORMATS[extension], str(max_pixels), str(enough))
    size, _newline, png = output.partition(b"\n")
    width, height = map(int, size.split())
    return (width, height), png


def run(data: bytes, *arguments: str) -> bytes:
    """What the program writes of a file.

    :raise BadImage: if it takes too much time or memory
    :raise subprocess.CalledProcessError: if it can't
    """
    try:
        return subprocess.run(
            [sys.executable, "-I", DECODER, *arguments, str(MAX_MEMORY)],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=MAX_SECONDS,
            check=True,
        ).stdout
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as e:
        if getattr(e, "returncode", NO_MEMORY) != NO_MEMORY:
            raise

        raise BadImage(
            _(
                "This image takes too much time or memory to process. Upload a smaller"
                " version."
            )
        ) from e

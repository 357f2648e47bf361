"""What kind of image a file is, and whether it is nothing else; for pictures.py."""

import re
import struct

from flask_babel import gettext as _

MAX_BYTES = 25_000_000

# Segments, chunks and blocks, each of which is a step here and in Pillow. A large JPEG
# has hundreds, a PNG thousands, a GIF one for 255 bytes.
MAX_SEGMENTS = 5000
MAX_CHUNKS = 20_000
MAX_BLOCKS = 200_000

# A marker of a JPEG, which none of its pixels look like.
MARKER = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])", re.DOTALL)
# What phones put behind one: another (MPF, Ultra HDR), a film, Samsung's notes.
BEHIND = re.compile(rb"\0*(\Z|\xff\xd8\xff|.{4}ftyp|.*SEFT\0*\Z)", re.DOTALL)

# What makes a file something else, too. Chance puts one into ten of a million photos.
FOREIGN = re.compile(
    rb"<(?i:script|!doctype|(?:html|\?php)[\s/>])|%PDF-\d"
    rb"|\A(?:GIF8[79]a|RIFF|\xff\xd8\xff.)(?:/\*|//|=[ -~])",
    re.DOTALL,
)
HEIC = re.compile(rb".{4}ftyp(he[iv]|mif1|msf1)(?!.{,60}avif)", re.DOTALL)


class BadImage(ValueError):
    """Its string is a sentence for the person: what is wrong and what to do next."""


def extension_of(data: bytes) -> str:
    """What a file is, whatever its name."""
    if not data:
        raise BadImage(_("This file is empty. Choose another."))
    elif len(data) > MAX_BYTES:
        raise BadImage(
            _(
                "An image may have %(most)d MB. Make it smaller first.",
                most=MAX_BYTES // 1_000_000,
            )
        )
    elif data.startswith(b"\xff\xd8\xff"):
        return "jpg"
    elif data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    elif data.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    elif data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "webp"
    elif HEIC.match(data):
        raise BadImage(
            _("This is a HEIC image, which few browsers show. Save it as JPEG first.")
        )
    else:
        raise BadImage(
            _("This is no image that all browsers show. Use JPEG, PNG, WebP or GIF.")
        )


def end_of_jpeg(data: bytes) -> tuple[int, int]:
    """Where it ends, and how many scans it has."""
    position = 2
    scans = 0

    for _step in range(MAX_SEGMENTS):
        marker = MARKER.search(data, position)

        if marker is None:
            break

        position = marker.end()

        if marker[1] == b"\xd9":
            return position, scans

        position += struct.unpack_from(">H", data, position)[0]
        scans += marker[1] == b"\xda"

    raise EOFError


def end_of_png(data: bytes) -> tuple[int, int]:
    position = 8

    for _step in range(MAX_CHUNKS):
        length, kind = struct.unpack_from(">I4s", data, position)
        position += length + 12

        if kind == b"IEND":
            return position, 1

    raise EOFError


def end_of_webp(data: bytes) -> tuple[int, int]:
    return 8 + int.from_bytes(data[4:8], "little"), 1


def end_of_gif(data: bytes) -> tuple[int, int]:
    """Where it ends, and how many frames it has."""
    position = 13 + color_table(data[10])
    frames = 0
    in_blocks = False

    for _step in range(MAX_BLOCKS):
        if in_blocks:
            # Each after its length; an empty one is the last.
            in_blocks = data[position] > 0
            position += data[position] + 1
        elif data[position] == 0x3B:
            return position + 1, frames
        else:
            frame = data[position] == 0x2C
            position += 11 + color_table(data[position + 9]) if frame else 2
            frames += frame
            in_blocks = True

    raise EOFError


def color_table(flags: int) -> int:
    """Bytes of the table that is announced so."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


ENDS = {
    "gif": end_of_gif,
    "jpg": end_of_jpeg,
    "png": end_of_png,
    "webp": end_of_webp,
}


def parts_of(data: bytes, extension: str) -> int:
    """How many scans or frames there are in a file, if it is whole.

    :raise BadImage: if there is something else than an image in it
    """
    end, parts = ENDS[extension](data)

    if end > len(data):
        raise EOFError
    elif FOREIGN.search(data) or not BEHIND.match(data, end):
        raise BadImage(
            _(
                "There is something else than an image in this file. Open it in an"
                " image program, save it again, and upload that."
            )
        )

    return parts

"""What kind of image a file is, and whether it is nothing else; for process.py."""

import re
import struct
import typing as t

from ..errors import lazy_gettext as _

MAX_BYTES = 25_000_000

# Those that are kept and shown, by the extensions of their files.
MEDIA_TYPES = {
    "avif": "image/avif",
    "gif": "image/gif",
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
}

# Segments, chunks and blocks, each of which is a step here and in Pillow. A large JPEG
# has hundreds, a PNG thousands, a GIF one for 255 bytes.
MAX_SEGMENTS = 5000
MAX_CHUNKS = 20_000
MAX_BLOCKS = 200_000

# A marker of a JPEG, which none of its pixels look like.
MARKER = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])", re.DOTALL)

# What makes a file something else, too. Chance puts one into ten of a million photos.
POLYGLOT = re.compile(
    rb"<(?i:script|!doctype|(?:html|\?php)[\s/>])|%PDF-\d"
    rb"|\A(?:GIF8[79]a|RIFF|\xff\xd8\xff.)(?:/\*|//|=[ -~])",
    re.DOTALL,
)
ZIP = b"PK\3\4"
END_OF_ZIP = b"PK\5\6"
MAX_END_OF_ZIP = 65_557  # bytes, with the longest comment

# The brands of files made of boxes (ISO/IEC 23008-12, annex B), and how many of them
# are looked at.
AVIF_BRANDS = {b"avif", b"avis"}
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
MOVING_BRANDS = {b"avis", b"hevc", b"hevx", b"msf1"}
MAX_BRANDS = 30


class BadImage(ValueError):
    """Its string is a sentence for the person: what is wrong and what to do next."""


def detect_format(data: bytes) -> str:
    """The format of a file by its first bytes: ``avif``, ``gif``, ``heic``, ``jpg``,
    ``png`` or ``webp``.

    :raise BadImage: if it is none of these, empty, or larger than :data:`MAX_BYTES`
    """
    if not data:
        raise BadImage(_("This file is empty. Choose another one."))
    elif len(data) > MAX_BYTES:
        raise BadImage(
            _(
                "Images can be up to %(most)d MB. Upload a smaller version.",
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
    elif extension := detect_boxes(data):
        return extension
    else:
        raise BadImage(
            _(
                "This file isn’t a supported image. Upload a JPEG, PNG, WebP, AVIF or"
                " GIF."
            )
        )


def detect_boxes(data: bytes) -> str:
    """The format of a file made of boxes: ``avif``, ``heic``, or the empty string.

    :raise BadImage: if it moves
    """
    size, kind, brand = struct.unpack_from(">I4s4s", data.ljust(12))
    end = min(size, 16 + 4 * MAX_BRANDS)
    brands = {brand, *(data[i : i + 4] for i in range(16, end, 4))}

    if kind != b"ftyp":
        return ""
    elif brand in MOVING_BRANDS:
        raise BadImage(
            _(
                "Animated AVIF and HEIC images aren’t supported. Save it as an animated"
                " WebP or GIF, and upload that."
            )
        )
    elif AVIF_BRANDS & brands:
        return "avif"
    else:
        return "heic" if HEIC_BRANDS & brands else ""


class FileLayout(t.NamedTuple):
    """The offset at which an image ends in its file, its width and height in pixels,
    the number of its scans (JPEG) or frames (GIF), and that of its channels (JPEG)."""

    end: int
    size: tuple[int, int]
    number: int = 1
    channels: int = 3


def read_jpeg(data: bytes) -> FileLayout:
    """The layout of a JPEG, by its markers (ITU-T T.81, annex B)."""
    position = 2
    size = (0, 0)
    scans = channels = 0

    for _step in range(MAX_SEGMENTS):
        marker = MARKER.search(data, position)

        if marker is None:
            break

        kind = marker[1][0]
        position = marker.end()

        if kind == 0xD9:
            return FileLayout(position, size, scans, channels)
        elif 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC):
            height, width, channels = struct.unpack_from(">HHB", data, position + 3)
            size = (width, height)

        position += struct.unpack_from(">H", data, position)[0]
        scans += kind == 0xDA

    raise EOFError


def read_png(data: bytes) -> FileLayout:
    """The layout of a PNG, by its chunks (w3.org/TR/png-3, section 5), always with one
    frame: Pillow counts them."""
    position = 8

    for _step in range(MAX_CHUNKS):
        length, kind = struct.unpack_from(">I4s", data, position)
        position += length + 12

        if kind == b"IEND":
            return FileLayout(position, struct.unpack_from(">II", data, 16))

    raise EOFError


def read_webp(data: bytes) -> FileLayout:
    """The layout of a WebP, always with one frame: Pillow counts them.

    Source: developers.google.com/speed/webp/docs/riff_container
    """
    kind = data[12:16]

    if kind == b"VP8X":
        width, height = (int.from_bytes(data[i : i + 3], "little") for i in (24, 27))
        size = (width + 1, height + 1)
    elif kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        size = ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    else:
        width, height = struct.unpack_from("<HH", data, 26)
        size = (width & 0x3FFF, height & 0x3FFF)

    return FileLayout(8 + int.from_bytes(data[4:8], "little"), size)


def read_gif(data: bytes) -> FileLayout:
    """The layout of a GIF, by its blocks (w3.org/Graphics/GIF/spec-gif89a.txt).

    :raise ValueError: if a frame is not within the GIF's width and height
    """
    width, height = struct.unpack_from("<HH", data, 6)
    position = 13 + color_table_size(data[10])
    frames = 0
    in_blocks = False

    for _step in range(MAX_BLOCKS):
        if in_blocks:
            # Each after its length; an empty one is the last.
            in_blocks = data[position] > 0
            position += data[position] + 1
        elif data[position] == 0x3B:
            return FileLayout(position + 1, (width, height), frames)
        elif data[position] == 0x2C:
            x, y, *size = struct.unpack_from("<HHHH", data, position + 1)

            if x + size[0] > width or y + size[1] > height:
                # Pillow would make room for it, wherever it is.
                raise ValueError(x, y)

            position += 11 + color_table_size(data[position + 9])
            frames += 1
            in_blocks = True
        else:
            position += 2
            in_blocks = True

    raise EOFError


def color_table_size(flags: int) -> int:
    """The bytes of the color table that the packed flags of a GIF announce."""
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


LAYOUT_READERS = {
    "gif": read_gif,
    "jpg": read_jpeg,
    "png": read_png,
    "webp": read_webp,
}


def read_layout(data: bytes, extension: str) -> FileLayout:
    """The layout of a whole image file.

    :raise BadImage: if there is something else than an image in it
    :raise EOFError: or ``IndexError`` or ``struct.error``, if it is cut off or has
        too many segments, chunks or blocks
    :raise ValueError: if a frame of a GIF is not within its width and height
    """
    layout = LAYOUT_READERS[extension](data)

    if layout.end > len(data):
        raise EOFError

    check_foreign(data, layout.end)
    return layout


def check_foreign(data: bytes, end: int) -> None:
    """Refuse a file that is something else, too, though nothing but its pixels is kept.
    Whatever else phones and programs put behind its end is left there.

    :raise BadImage: if it is
    """
    if (
        data.startswith(ZIP, end)
        or END_OF_ZIP in data[-MAX_END_OF_ZIP:]
        or POLYGLOT.search(data)
    ):
        raise BadImage(
            _(
                "This file contains more than an image. Open it in an image editor,"
                " save it again, and upload the new file."
            )
        )

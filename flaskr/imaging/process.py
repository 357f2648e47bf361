"""An uploaded file in, safe images out."""

import math
import typing as t
from io import BytesIO

from ..errors import lazy_gettext as _
from . import decoder_process
from .formats import BadImage
from .formats import check_foreign
from .formats import detect_format
from .formats import FileLayout
from .formats import MAX_BYTES
from .formats import read_layout
from .pixels import ColorConverter
from .pixels import resize

if t.TYPE_CHECKING:  # pragma: no cover
    from PIL import Image

MAX_WIDTH = 2000
MAX_HEIGHT = 8000
MAX_AREA = 6_000_000  # pixels; a long screenshot loses little of its width
NARROWER_WIDTHS = (1280, 640)

# Pixels, such that a file takes no more than about 3.5 s of a core and 400 MB. A JPEG
# of one scan is decoded at a fraction of its size; one of several is held whole.
MAX_PIXELS = {"jpg": 210_000_000, "png": 52_000_000, "heic": 52_000_000}
MAX_PIXELS |= {"avif": 40_000_000, "webp": 24_000_000, "gif": 16_000_000}
MAX_SAMPLES_IN_SCANS = 156_000_000  # pixels times channels
MAX_SCANS = 32  # each goes over all pixels; programs write about ten
MAX_PIXELS_OF_SCANS = 800_000_000
MAX_FRAMES = 500
MAX_PIXELS_IN_FRAMES = {"gif": 25_000_000, "png": 20_000_000, "webp": 8_000_000}

# As for Pillow: where it would take three times as long for 1 % less, not its default.
# One thread for AVIF: the other cores are for readers. Only what came as one becomes
# one: that is a fifth fewer bytes than a JPEG that looks the same, in five times the
# time, but previews of links may not show it.
SAVE_OPTIONS: dict[str, dict[str, t.Any]] = {
    "avif": {"quality": 70, "speed": 9, "max_threads": 1},
    "gif": {},
    "jpg": {"quality": 82, "progressive": True},
    "png": {"compress_level": 4},
    "webp": {"quality": 82, "method": 2},
}
FORMATS = {"avif": "AVIF", "gif": "GIF", "jpg": "JPEG", "png": "PNG", "webp": "WEBP"}


class ProcessedImage(t.NamedTuple):
    """An image as it is kept: ``avif``, ``gif``, ``jpg``, ``png`` or ``webp``, the
    pixels of the largest file, and the files by their width, the largest first."""

    extension: str
    width: int
    height: int
    files: dict[int, bytes]


# Makes files of an opened image, whose extension and number of frames are known.
Maker = t.Callable[["Image.Image", str, int], ProcessedImage]


def process_image(image: "Image.Image", extension: str, frames: int) -> ProcessedImage:
    """The files of an image that texts show: an animation moves.

    :raise BadImage: if it has too many frames
    """
    if extension in MAX_PIXELS_IN_FRAMES and frames > 1:
        check_frames(image.size, frames, MAX_PIXELS_IN_FRAMES[extension])
        return process_animation(image, extension)

    return process_still(image, extension)


def read(file: t.IO[bytes], make: Maker = process_image) -> ProcessedImage:
    """What an uploaded image becomes: upright, in sRGB, not too large, nothing but
    pixels.

    :raise BadImage: for what is no image, damaged, too large, or more than an image
    """
    data = file.read(MAX_BYTES + 1)
    extension = detect_format(data)

    try:
        if extension in decoder_process.FORMATS:
            return decode_apart(data, extension, make)

        return decode(data, extension, read_layout(data, extension), make)
    except BadImage:
        raise
    except Exception as e:
        # Pillow lets nearly anything out of a hostile file.
        raise BadImage(
            _(
                "This image is damaged or incomplete. Open it in an image editor, save"
                " it again, and upload the new file."
            )
        ) from e


def check_pixels(width: int, height: int, max_pixels: int) -> None:
    """Refuse an image with too many pixels to decode.

    :raise BadImage: if there are more than ``max_pixels``
    """
    if width * height > max_pixels:
        raise BadImage(
            _(
                "This image has %(number)d megapixels, and the limit is %(most)d."
                " Upload a smaller version.",
                number=-(-width * height // 1_000_000),
                most=max_pixels // 1_000_000,
            )
        )


def decode_apart(data: bytes, extension: str, make: Maker) -> ProcessedImage:
    """Process an AVIF, which stays one, or a HEIC, which few browsers show.

    :raise BadImage: as :func:`.decoder_process.decode`, or if it has too many pixels
        or is something else, too
    """
    from PIL import Image

    check_foreign(data, len(data))
    max_pixels = MAX_PIXELS[extension]
    size, png = decoder_process.decode(data, extension, max_pixels, MAX_AREA)
    check_pixels(*size, max_pixels)

    with Image.open(BytesIO(png), formats=["PNG"]) as image:
        if extension == "heic":
            extension = "webp" if image.has_transparency_data else "jpg"

        return make(image, extension, 1)


def decode(
    data: bytes, extension: str, layout: FileLayout, make: Maker
) -> ProcessedImage:
    """Process an image file whose layout is known.

    :raise BadImage: if it has more pixels or frames than its format may have
    :raise ValueError: if it is not what its layout says, or a JPEG of too many scans
    """
    # Loaded by the first image: it takes as long as many pages.
    from PIL import Image

    # Each format has a limit here; Pillow has one for all.
    Image.MAX_IMAGE_PIXELS = None
    check_pixels(*layout.size, MAX_PIXELS[extension])

    if extension == "jpg" and layout.number > 1:
        check_scans(layout)

    with Image.open(BytesIO(data), formats=[FORMATS[extension]]) as image:
        if image.size != layout.size:
            raise ValueError(image.size)

        frames = layout.number if extension == "gif" else getattr(image, "n_frames", 1)
        return make(image, extension, frames)


def check_scans(layout: FileLayout) -> None:
    """Refuse a JPEG of several scans that takes too long or too much memory.

    :raise BadImage: if it has too many pixels
    :raise ValueError: if it has too many scans
    """
    width, height = layout.size
    check_pixels(width, height, MAX_SAMPLES_IN_SCANS // max(3, layout.channels))

    if layout.number > min(MAX_SCANS, MAX_PIXELS_OF_SCANS // (width * height)):
        raise ValueError(layout)


def check_frames(size: tuple[int, int], frames: int, max_pixels: int) -> None:
    """Refuse an animation that is too long to decode.

    :raise BadImage: if there are more frames than :data:`MAX_FRAMES`, or more pixels
        in all frames together than ``max_pixels``
    """
    pixels = size[0] * size[1] * frames

    if frames > MAX_FRAMES or pixels > max_pixels:
        raise BadImage(
            _(
                "This animation has %(number)d frames and %(pixels)d megapixels in all."
                " The limit is %(most)d frames and %(most_pixels)d megapixels. Upload a"
                " smaller or shorter version.",
                number=frames,
                pixels=-(-pixels // 1_000_000),
                most=MAX_FRAMES,
                most_pixels=max_pixels // 1_000_000,
            )
        )


def process_still(image: "Image.Image", extension: str) -> ProcessedImage:
    """Scale an opened image to fit and turn it upright, in sRGB; narrower files are
    kept where they have fewer bytes."""
    from PIL import ImageOps

    box = fit_box(image)
    # Only a JPEG can be read smaller than it is.
    image.draft(None, box)
    small = resize(image, box)
    small.info = image.info
    colors = ColorConverter(image.info.get("icc_profile"))
    whole = colors.convert(ImageOps.exif_transpose(small))
    width, height = whole.size
    files = {width: encode(whole, extension)}

    for narrower in NARROWER_WIDTHS:
        if narrower < width:
            size = narrower, max(1, round(height * narrower / width))
            content = encode(whole.resize(size), extension)

            # A drawing may have more shades, and more bytes, when it is smaller.
            if len(content) < len(list(files.values())[-1]):
                files[narrower] = content

    return ProcessedImage(extension, width, height, files)


def fit_box(image: "Image.Image") -> tuple[int, int]:
    """The size of an opened image, which may lie on its side, when it fits upright."""
    is_sideways = image.getexif().get(0x0112, 1) > 4
    width, height = fit(image.size[::-1] if is_sideways else image.size)
    return (height, width) if is_sideways else (width, height)


def fit(size: tuple[int, int]) -> tuple[int, int]:
    """The size of an image when it is not too large, its sides in proportion."""
    width, height = size
    area = math.sqrt(MAX_AREA / (width * height))
    scale = min(1, MAX_WIDTH / width, MAX_HEIGHT / height, area)
    return max(1, round(width * scale)), max(1, round(height * scale))


def encode(image: "Image.Image", extension: str) -> bytes:
    """The bytes of an image as a file; a GIF gets a palette of at most 256 colors."""
    content = BytesIO()

    if extension == "gif":
        # The other methods take ten times as long, or know no transparency.
        image = image.quantize(method=2)

    image.save(content, FORMATS[extension], **SAVE_OPTIONS[extension])
    return content.getvalue()


def process_animation(image: "Image.Image", extension: str) -> ProcessedImage:
    """Scale an opened animation to fit, with all frames, their durations in ms and the
    number of loops, in a single file."""
    frames, durations = read_frames(image)
    options = dict(SAVE_OPTIONS[extension])

    if extension == "gif" and any(frame.mode == "RGBA" for frame in frames):
        options["disposal"] = 2

    if "loop" in image.info:
        options["loop"] = image.info["loop"]

    content = BytesIO()
    frames[0].save(
        content,
        FORMATS[extension],
        save_all=True,
        append_images=frames[1:],
        duration=durations,
        **options,
    )
    width, height = frames[0].size
    return ProcessedImage(extension, width, height, {width: content.getvalue()})


def read_frames(image: "Image.Image") -> tuple[list["Image.Image"], list[float]]:
    """The frames of an opened animation, scaled to fit, upright and in sRGB, and their
    durations in ms."""
    from PIL import ImageOps
    from PIL import ImageSequence

    box = fit_box(image)
    colors = ColorConverter(image.info.get("icc_profile"))
    frames = []
    durations = []

    for frame in ImageSequence.Iterator(image):
        small = resize(frame, box)
        # Known of a WebP once it is decoded.
        durations.append(frame.info.get("duration", 100))
        small.info = image.info
        frames.append(colors.convert(ImageOps.exif_transpose(small)))

    if image.info.get("default_image"):
        # Shown only where a PNG can't move.
        del frames[0], durations[0]

    return frames, durations

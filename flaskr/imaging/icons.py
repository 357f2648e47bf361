"""The icon of the blog, in the sizes and shapes that systems want: the operator's
image, or a drawing."""

import math
import typing as t
from io import BytesIO

from . import process

if t.TYPE_CHECKING:  # pragma: no cover
    from PIL import Image

# Pixels of the largest icon, and those of the sides of the others.
SIZE = 512
APPLE_SIZE = 180
MANIFEST_SIZES = (192, SIZE)
FAVICON_SIZES = (48, 32, 16)

# The files, by their names.
MEDIA_TYPES = {
    "icon-192.png": "image/png",
    "icon-512.png": "image/png",
    "icon-maskable.png": "image/png",
    "apple-touch-icon.png": "image/png",
    "favicon.ico": "image/x-icon",
}

# A phone may cut all but the circle in the middle, four fifths as wide
# (w3.org/TR/appmanifest, section 4.2): a square of this part is in it.
SAFE_PART = 0.56

# The drawing: a flask in a square of 32 units.
UNITS = 32
CORNER = 7.0
STROKE = 2.2

# So many times larger, drawn without steps, and made small.
OVERSAMPLING = 4

Points = list[tuple[float, float]]


def trace_flask() -> list[Points]:
    """The lines of the drawing: the lip, the flask, and how full it is."""
    bottom = [math.radians(angle) for angle in range(210, 80, -10)]
    left = [(14.0, 6.0), (14.0, 13.5)]
    left += [(10.16 + 1.8 * math.cos(a), 24.2 + 1.8 * math.sin(a)) for a in bottom]
    right = [(UNITS - x, y) for x, y in reversed(left)]
    return [[(13, 6), (19, 6)], left + right, [(11.5, 19), (20.5, 19)]]


def draw_svg(ground: str, color: str) -> str:
    """The drawing as SVG, in two colors of CSS."""
    path = "".join(
        "M" + "L".join(f"{x:.4g} {y:.4g}" for x, y in points)
        for points in trace_flask()
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {UNITS} {UNITS}">'
        f'<rect width="{UNITS}" height="{UNITS}" rx="{CORNER:g}" fill="{ground}"/>'
        f'<path d="{path}" fill="none" stroke="{color}" stroke-width="{STROKE}"'
        ' stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )


def draw_icons(ground: str, color: str) -> dict[str, bytes]:
    """The drawing as the files of :func:`make_files`, in two colors as ``#rrggbb``."""
    from PIL import Image
    from PIL import ImageDraw

    scale = SIZE * OVERSAMPLING / UNITS
    radius = round(STROKE * scale / 2)
    sides = (SIZE * OVERSAMPLING,) * 2
    lines, corners = Image.new("L", sides), Image.new("L", sides)
    pen = ImageDraw.Draw(lines)

    for points in trace_flask():
        scaled = [(x * scale, y * scale) for x, y in points]
        pen.line(scaled, 255, 2 * radius + 1)

        for point in scaled:
            pen.circle(point, radius, 255)

    box = (0, 0, sides[0] - 1, sides[1] - 1)
    ImageDraw.Draw(corners).rounded_rectangle(box, CORNER * scale, 255)
    square = Image.composite(
        Image.new("RGB", (SIZE, SIZE), color),
        Image.new("RGB", (SIZE, SIZE), ground),
        lines.reduce(OVERSAMPLING),
    )
    rounded = square.copy()
    rounded.putalpha(corners.reduce(OVERSAMPLING))
    return make_files(rounded, square, square)


def read_icon(data: bytes) -> "Image.Image":
    """An image as a square of :data:`SIZE`, in mode ``RGBA``: whole, in the middle, and
    what is left is transparent.

    :raise BadImage: as :func:`.process.read`
    """
    from PIL import Image
    from PIL import ImageOps

    processed = process.read(BytesIO(data))

    with Image.open(BytesIO(processed.files[processed.width])) as image:
        sized = ImageOps.contain(image.convert("RGBA"), (SIZE, SIZE))

    return paste(sized, Image.new("RGBA", (SIZE, SIZE)))


def make_icons(image: "Image.Image", ground: str) -> dict[str, bytes]:
    """An image of :func:`read_icon` as the files of :func:`make_files`. What shows no
    transparency gets a ground, as ``#rrggbb``."""
    from PIL import Image
    from PIL import ImageOps

    square = Image.new("RGB", image.size, ground)
    maskable = square.copy()
    paste(image, square)

    if image.getchannel("A").getextrema()[0] == 255:
        # What covers all has its subject in the middle, as other programs have it.
        maskable = square
    else:
        side = round(SIZE * SAFE_PART)
        paste(ImageOps.contain(image, (side, side)), maskable)

    return make_files(image, square, maskable)


def paste(image: "Image.Image", ground: "Image.Image") -> "Image.Image":
    """Put an image with transparency into the middle of another; return that."""
    left, top = (
        (whole - part) // 2 for whole, part in zip(ground.size, image.size, strict=True)
    )
    ground.paste(image, (left, top), image)
    return ground


def make_files(
    image: "Image.Image", square: "Image.Image", maskable: "Image.Image"
) -> dict[str, bytes]:
    """The files of :data:`MEDIA_TYPES`, of an image of :data:`SIZE`, of one without
    transparency, and of one that a phone may cut to its own shape."""
    files = {
        f"icon-{size}.png": encode(image.resize((size, size)), "PNG")
        for size in MANIFEST_SIZES
    }
    apple = square.resize((APPLE_SIZE, APPLE_SIZE))
    icons = [image.resize((size, size)) for size in FAVICON_SIZES]
    sizes = [icon.size for icon in icons]
    return files | {
        "icon-maskable.png": encode(maskable, "PNG"),
        "apple-touch-icon.png": encode(apple, "PNG"),
        "favicon.ico": encode(icons[0], "ICO", append_images=icons[1:], sizes=sizes),
    }


def encode(image: "Image.Image", format: str, **options: t.Any) -> bytes:
    """The bytes of an image as a file of a format of Pillow's."""
    content = BytesIO()
    image.save(content, format, **options)
    return content.getvalue()

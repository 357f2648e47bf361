"""The pixels of an opened image: of how many bits, how large, in which colors, and
which way up."""

import typing as t
from io import BytesIO

if t.TYPE_CHECKING:  # pragma: no cover
    from PIL import Image
    from PIL import ImageCms

# Rows that are converted at a time: a copy of all might take 200 MB.
STRIP = 256


def to_rgb(image: "Image.Image") -> "Image.Image":
    """The image in mode ``L``, ``RGB``, ``RGBA`` or ``CMYK``: without a palette, and
    with eight bits a channel."""
    transparent = image.info.get("transparency")

    if image.mode.startswith("I"):
        # Converting it would make white of nearly everything.
        image = image.point(lambda value: value / 256).convert("L")

        if transparent is not None:
            image.info["transparency"] = transparent >> 8
    elif isinstance(transparent, tuple) and max(transparent) > 255:
        # Pillow has eight bits of each pixel, and sixteen of this.
        image.info["transparency"] = tuple(value >> 8 for value in transparent)

    if image.mode != "RGBA" and image.has_transparency_data:
        return image.convert("RGBA")
    elif image.mode in ("L", "RGB", "RGBA", "CMYK"):
        return image
    else:
        return image.convert("L" if image.mode == "1" else "RGB")


def resize(
    image: "Image.Image",
    size: tuple[int, int],
    box: tuple[int, int, int, int] | None = None,
) -> "Image.Image":
    """The image of :func:`to_rgb` in another size, as Pillow makes it: first across,
    which is done in strips, then down.

    :param box: left, top, right and bottom of the part that is taken, if not all
    """
    from PIL import Image

    image.load()

    if image.size == size:
        return to_rgb(image)

    left, upper, right, lower = box or (0, 0, *image.size)
    # Premultiplied: else, what is transparent would color what is beside it.
    mode = to_rgb(image.crop((0, 0, 1, 1))).mode.replace("RGBA", "RGBa")
    across = Image.new(mode, (size[0], lower - upper))

    for top in range(upper, lower, STRIP):
        bottom = min(top + STRIP, lower)
        strip = to_rgb(image.crop((left, top, right, bottom))).convert(mode)
        across.paste(strip.resize((size[0], strip.height)), (0, top - upper))

    return across.resize(size).convert(mode.replace("RGBa", "RGBA"))


class ColorConverter:
    """Converts images with the ICC profile of a file to sRGB, in which browsers show
    images without one. A profile that is broken, or of another kind of image, leaves
    the colors as they are."""

    def __init__(self, profile: bytes | None) -> None:
        self.profile = profile
        self.transforms: dict[str, ImageCms.ImageCmsTransform | None] = {}

    def convert(self, image: "Image.Image") -> "Image.Image":
        """An image of :func:`to_rgb` in sRGB, in mode ``L``, ``RGB`` or ``RGBA``, and
        without metadata."""
        from PIL import ImageCms

        if image.mode not in self.transforms:
            self.transforms[image.mode] = self.build_transform(image.mode)

        if transform := self.transforms[image.mode]:
            converted = ImageCms.applyTransform(image, transform)
            image = t.cast("Image.Image", converted)

        image = image.convert("RGB" if image.mode == "CMYK" else image.mode)
        image.info = {}
        return image

    def build_transform(self, mode: str) -> "ImageCms.ImageCmsTransform | None":
        """What converts images of a mode."""
        from PIL import ImageCms

        if not self.profile:
            return None

        try:
            return ImageCms.buildTransform(
                ImageCms.ImageCmsProfile(BytesIO(self.profile)),
                ImageCms.createProfile("sRGB"),
                mode,
                "RGBA" if mode == "RGBA" else "RGB",
            )
        except (ImageCms.PyCMSError, OSError):
            return None

"""Images in texts: by their addresses in the blog, and by the names of files in an
export, which programs show that know nothing of the blog."""

import re
from collections.abc import Callable

from ..data.export_rows import Image
from ..data.image_files import image_url
from ..text.links import OWN_IMAGE
from ..text.slugs import slug

FOLDER = "images"
SMALLER = f"{FOLDER}/smaller"

# From the folder of a text to what is beside it.
UP = "../images/"
HERE = "./"

# Characters of what an image shows in the name of its file, each of four bytes at most.
MAX_SHOWN = 40

HASH = re.compile(r"[0-9a-f]{12}|[0-9a-f]{40}")
EXTENSION = re.compile(r"[a-z0-9]{2,4}", re.ASCII)

# An address that begins where it seems to, and not within one of another site.
ADDRESS = re.compile(rf"(?<![\w./-]){OWN_IMAGE.pattern}(?![\w.-])")

# The rest of the name of a file, after its folder.
NAME = (
    r"(?:[^\s()<>\[\]\"'\\/`]*-)?(?P<hash>[0-9a-f]{40}|[0-9a-f]{12})"
    r"\.(?P<extension>avif|gif|jpg|png|webp)(?![\w.-])"
)

Find = Callable[[str], Image | None]


def name_file(image: Image, width: int) -> str:
    """The name of one of the files of an image, in an export."""
    # Another program may have stored anything.
    hash = image.hash if HASH.fullmatch(image.hash) else f"image-{image.id}"
    extension = image.extension if EXTENSION.fullmatch(image.extension) else "bin"
    shown = slug(image.alt)[:MAX_SHOWN].strip("-")
    name = f"{shown}-{hash}" if shown else hash

    if width == image.widest:
        return f"{FOLDER}/{name}.{extension}"

    return f"{SMALLER}/{name}-{width}w.{extension}"


def link_files(text: str, find: Find) -> tuple[str, str]:
    """A text with the names of files instead of the addresses of images, and what each
    of them begins with; that is empty if there is none, and the text as it was.

    :param find: an image by its hash
    """
    prefix = choose_prefix(text)

    def name(match: re.Match[str]) -> str:
        image = find(match["hash"])

        if image is None or match[0] != image_url(image._asdict()) or not image.widest:
            return match[0]

        return prefix + name_file(image, image.widest).removeprefix(f"{FOLDER}/")

    linked = ADDRESS.sub(name, text)
    is_same = linked != text and link_addresses(linked, prefix, find) == text
    return (linked, prefix) if is_same else (text, "")


def choose_prefix(text: str) -> str:
    """What leads to the images, and is not in a text."""
    prefix = UP

    for found in re.findall(r"(?:\./)*\.\./images/", text):
        if len(found) >= len(prefix):
            prefix = HERE + found

    return prefix


def link_addresses(text: str, prefix: str, find: Find) -> str:
    """The text of :func:`link_files` as it was before."""

    def get(match: re.Match[str]) -> str:
        image = find(match["hash"])
        is_ours = image and image.extension == match["extension"]
        return image_url(image._asdict()) if image and is_ours else match[0]

    return re.sub(re.escape(prefix) + NAME, get, text)

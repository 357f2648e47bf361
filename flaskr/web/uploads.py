"""An image that comes with a form: kept in the database, and given in Markdown."""

import re
import typing as t

from flask import current_app
from flask import Flask
from flask import g
from flask import request
from flask_babel import gettext as _
from flask_babel import ngettext

from ..data import image_files
from ..data import images
from ..data.image_files import image_url as image_url
from ..db import Row
from ..imaging import decoder_process
from ..imaging import process
from ..imaging.formats import BadImage
from ..imaging.formats import MAX_BYTES
from ..text.image_tags import FIGURES
from . import rate_rules
from .short_queue import ShortQueue
from .urls import find_root

# What Markdown would read as something else in an alternative text, and in a title.
MARKDOWN_SPECIAL = re.compile(r"([!&*<>\[\\\]_`|~])")
TITLE_SPECIAL = re.compile(r'(["\\|])')


Made = t.TypeVar("Made")

IMAGE_TYPES = "image/jpeg,image/png,image/webp,image/avif,image/gif"
HEIC_TYPES = "image/heic,.heic,.heif"


class NotUploaded(Exception):
    """Why an image was not kept, as a sentence, and the status of that answer."""

    def __init__(self, sentence: str, status: int = 422, retry_after: int = 0) -> None:
        super().__init__(sentence)
        self.status = status
        self.headers = {"Retry-After": str(retry_after)} if retry_after else {}


def refuse_while_busy() -> NotUploaded:
    """What to raise while one image is decoded, which may take 400 MB, and another one
    waits."""
    return NotUploaded(
        _("Other images are being processed. Try again in a few seconds."), 503, 2
    )


def image_types() -> str:
    """What browsers let people choose. Where HEIC is not among it, an iPhone sends
    JPEGs instead."""
    can_read = decoder_process.can_read_heic()
    return f"{IMAGE_TYPES},{HEIC_TYPES}" if can_read else IMAGE_TYPES


def is_sent() -> bool:
    """Whether an image came with the form, or was to come."""
    return "upload" in request.form or is_chosen()


def is_chosen(field: str = "image") -> bool:
    """Whether an image came in a field of the form."""
    return bool(request.files.get(field))


def upload() -> str:
    """Keep the image that came with the form, and return it in Markdown, with the
    caption and the width that were chosen.

    :raise NotUploaded:
    """
    return to_markdown(*keep(), read_line("caption"), request.form.get("width", ""))


def read_line(field: str) -> str:
    """What somebody typed in a field about an image, as one line."""
    return " ".join(request.form.get(field, "").split())[: images.MAX_ALT]


def read_description() -> str:
    """What somebody typed that an image shows."""
    return read_line("alt")


def keep() -> tuple[Row, str]:
    """Keep the image that came with the form; return it, and what it shows as typed.

    :raise NotUploaded:
    """
    if not is_chosen():
        raise NotUploaded(_("Choose an image first."))

    processed = read("image")
    quota = current_app.config["IMAGE_QUOTA"]
    alt = read_description()
    image = images.add(g.user["id"], processed, alt, quota)

    if image is None:
        raise refuse_for_good(quota)

    return image, alt


def read(
    field: str, make: process.Maker = process.process_image
) -> process.ProcessedImage:
    """The image that came in a field of the form.

    :param make: what is made of it
    :raise NotUploaded:
    """
    try:
        with current_app.extensions["flaskr.uploads"].wait():
            if seconds := rate_rules.spend("UPLOADS"):
                raise refuse_for_now(seconds)

            processed = process.read(request.files[field].stream, make)

        if seconds := rate_rules.spend_uploaded_bytes(
            image_files.count_bytes(processed)
        ):
            raise refuse_for_now(seconds)
    except BadImage as e:
        raise NotUploaded(str(e)) from e

    return processed


def decode(field: str, make: t.Callable[[bytes], Made]) -> Made:
    """What becomes of a file that came in a field of the form, and is nobody's own.

    :param make: raises :class:`.BadImage` for what it can't read
    :raise NotUploaded:
    """
    try:
        with current_app.extensions["flaskr.uploads"].wait():
            if seconds := rate_rules.spend("UPLOADS"):
                raise refuse_for_now(seconds)

            return make(request.files[field].stream.read(MAX_BYTES + 1))
    except BadImage as e:
        raise NotUploaded(str(e)) from e


def refuse_for_good(quota: int) -> NotUploaded:
    """Why an image is not kept that has more bytes than are left."""
    return NotUploaded(
        _(
            "This image would take you over your limit of %(quota)d MB. Remove some"
            " images that you don’t use.",
            quota=quota // 1_000_000,
        )
    )


def refuse_for_now(seconds: int) -> NotUploaded:
    """Why somebody must wait, for so long."""
    return NotUploaded(
        ngettext(
            "You’ve uploaded a lot in a short time. Try again in %(num)d second.",
            "You’ve uploaded a lot in a short time. Try again in %(num)d seconds.",
            seconds,
        ),
        429,
        seconds,
    )


def to_markdown(
    image: Row, alt: str | None = None, caption: str = "", width: str = ""
) -> str:
    """An image in Markdown, with what it shows.

    :param width: one of :data:`FIGURES`; else, it is as wide as the text
    """
    text = MARKDOWN_SPECIAL.sub(r"\\\1", image["alt"] if alt is None else alt)
    address = image_url(image) + (f"#{width}" if width in FIGURES else "")

    if caption:
        # An entity in a title is one even after a "\\".
        title = TITLE_SPECIAL.sub(r"\\\1", caption.replace("&", "&amp;"))
        address += f' "{title}"'

    return f"![{text}]({address})"


def init_app(app: Flask) -> None:
    """Let templates write images, and decode one at a time."""
    app.extensions["flaskr.uploads"] = ShortQueue(refuse_while_busy)
    app.add_template_filter(
        lambda image, width=None: find_root() + image_url(image, width), "image_url"
    )
    app.add_template_filter(to_markdown, "image_markdown")
    app.add_template_global(image_types)

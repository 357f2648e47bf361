"""Images and links that are not typed in Markdown, as Markdown."""

import re

from ...text.pasted.escapes import escape
from ...text.pasted.escapes import write_address
from ...text.pasted.escapes import write_title
from ...text.pasted.shape import MAX_CAPTION

# What a caption has that is more than a text.
MARKED = re.compile(r"[\[\]<>`*_~]")


def write_image(source: str, alt: str = "", caption: str = "") -> str:
    """An image in Markdown, and what stands below it: as its title, if that can be
    one."""
    alt = escape(" ".join(alt.split()), is_in_link=True)
    caption = " ".join(caption.split())
    is_title = len(caption) <= MAX_CAPTION and not MARKED.search(caption)
    title = write_title(caption) if is_title else ""
    image = f"![{alt}]({write_address(source)}{title})"
    below = "" if is_title else f"\n\n{caption}"
    return f"\n\n{image}{below}\n\n" if caption else image


def write_link(text: str, address: str) -> str:
    """A link in Markdown."""
    return f"[{escape(text, is_in_link=True)}]({write_address(address)})"

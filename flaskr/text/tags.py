"""What html.py asks of elements, and writes of their attributes."""

import typing as t
from xml.etree.ElementTree import Element

from markupsafe import escape

VOID = frozenset(("br", "hr", "img"))


def join_attributes(attributes: t.Mapping[str, str | None]) -> str:
    """Attributes as a tag has them; without those that are ``None``."""
    return "".join(
        f' {name}="{escape(value)}"'
        for name, value in attributes.items()
        if value is not None
    )


def has_content(element: Element) -> bool:
    """Whether an element has an image, or text that is not blank."""
    return bool("".join(element.itertext()).strip()) or any(
        child.tag == "img" for child in element.iter()
    )


def find_only_image(paragraph: Element) -> Element | None:
    """The image of a paragraph that is one image, which may be a link, and nothing
    else."""
    elements = list(paragraph.iter())
    text = "".join(paragraph.itertext()).strip()
    is_only = [element.tag for element in elements] in (["p", "img"], ["p", "a", "img"])
    return elements[-1] if is_only and not text else None

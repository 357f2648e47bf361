"""What is known of a post of WordPress beside its text."""

import html
import re
from collections import defaultdict
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from . import xml

# What WordPress puts a post into that has no category.
NO_CATEGORY = "uncategorized"
TAG_DOMAINS = ("category", "post_tag", "tag", None)
TAGS = re.compile(r"<[^<>]*>")


def read_meta(item: Element) -> dict[str, list[str]]:
    """The values of what is known of a post beside it, by their names."""
    meta = defaultdict(list)

    for element in item.iterfind("{wp}postmeta"):
        value = xml.find_text(element, "{wp}meta_value")
        meta[xml.find_text(element, "{wp}meta_key")].append(value)

    return meta


def clean_title(title: str) -> str:
    """A title, in which WordPress lets people write HTML."""
    return html.unescape(TAGS.sub("", title)).strip()


def find_tags(item: Element) -> tuple[str, ...]:
    """The names of the tags and categories of a post, each once."""
    found = {
        html.unescape((element.text or "").strip()): None
        for element in item.iterfind("category")
        if element.get("domain") in TAG_DOMAINS
        and element.get("nicename", element.text or "").lower() != NO_CATEGORY
    }
    return tuple(filter(None, found))


def find_addresses(
    item: Element, meta: dict[str, list[str]], id: str, is_page: bool
) -> Iterator[str]:
    """Where a post was, its own address first; also under the names it had before."""
    link = xml.find_text(item, "link")

    if link:
        yield link

    guid = item.find("guid")

    if guid is not None and re.match(r"https?://[^/]+/.", guid.text or ""):
        yield (guid.text or "").strip()

    if id:
        yield f"/?{'page_id' if is_page else 'p'}={id}"

    for slug in meta.get("_wp_old_slug", ()):
        path, _, last = link.rstrip("/").rpartition("/")

        if slug and "?" not in last and path.count("/") > 1:
            yield f"{path}/{slug}/"


def find_warnings(item: Element) -> list[str]:
    """What a post is or has that posts here are or have not."""
    warnings = []

    if xml.find_text(item, "{wp}is_sticky") == "1":
        warnings.append("it stood before all others, and does not here")

    if xml.find_text(item, "{wp}status") == "pending":
        warnings.append("it waited for review, and is a draft")

    if xml.find_text(item, "{excerpt}encoded"):
        warnings.append("it had an excerpt of its own, which is not taken")

    return warnings

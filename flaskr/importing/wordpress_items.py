"""What is known of a post of WordPress beside its text."""

import html
import re
from collections import defaultdict
from collections.abc import Iterator
from collections.abc import Mapping
from xml.etree.ElementTree import Element

from ..text.old_addresses import MAX_LENGTH
from . import xml

# What WordPress puts a post into that has no category.
NO_CATEGORY = "uncategorized"
TAG_DOMAINS = ("category", "post_tag", "tag", None)
# What is for the looks alone.
QUIET_DOMAINS = ("post_format", "nav_menu", "wp_theme")
# The fields beside a post that are taken; those with an underscore, nobody wrote.
TAKEN_FIELDS = ("footnotes",)

# What a title can have. Others are what somebody wrote about, as “the <html> tag”.
TAGS = re.compile(
    r"</?(?:a|abbr|acronym|b|bdi|bdo|big|br|cite|code|del|dfn|em|font|i|img|ins|kbd"
    r"|mark|q|s|samp|small|span|strike|strong|sub|sup|time|tt|u|var|wbr)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)

# What WordPress calls what is neither a post nor a page.
KINDS = {
    "attachment": "file",
    "custom_css": "style",
    "nav_menu_item": "menu item",
    "wp_block": "reusable block",
    "wp_font_face": "font",
    "wp_font_family": "font family",
    "wp_global_styles": "style",
    "wp_navigation": "menu",
    "wp_template": "template",
    "wp_template_part": "template part",
}


def read_meta(item: Element) -> dict[str, list[str]]:
    """The values of what is known of a post beside it, by their names."""
    meta = defaultdict(list)

    for element in item.iterfind("{wp}postmeta"):
        value = xml.find_text(element, "{wp}meta_value")
        meta[xml.find_text(element, "{wp}meta_key")].append(value)

    return meta


def identify(item: Element) -> tuple[str, str, str]:
    """The id of a post, its title, and its address: what that says beside the id."""
    title = (item.findtext("title") or "").strip()
    link = xml.find_text(item, "link")
    name = xml.find_text(item, "{wp}post_name") if "?" in link else link
    id = xml.find_text(item, "{wp}post_id") or xml.find_text(item, "guid")
    return id or link or title, title, name


class Known:
    """The posts of an export. Of two with the same id, those that have the title or the
    address in common are the same: whatever is joined from two exports, or was changed
    by hand, has others."""

    def __init__(self) -> None:
        # Of each id, what tells its posts apart; and whose a title or an address is.
        self.facts: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self.numbers: dict[tuple[str, ...], int] = {}

    def add(self, item: Element) -> None:
        """Note a post."""
        id, title, name = identify(item)

        if self.find_number(id, title, name) is None:
            number = len(self.facts[id])
            self.facts[id].append((title, name))
            self.numbers |= dict.fromkeys(list_facts(id, title, name), number)

    def find_number(self, id: str, title: str, name: str) -> int | None:
        """Which of those with its id a post is."""
        found = map(self.numbers.get, list_facts(id, title, name))
        return min((one for one in found if one is not None), default=None)

    def make_key(self, item: Element) -> str:
        """By what a post is known again: its id, and for those that have that of
        another one, what tells them apart."""
        id, title, name = identify(item)
        number = self.find_number(id, title, name)
        return " ".join((id, *self.facts[id][number])) if number else id


def list_facts(id: str, title: str, name: str) -> list[tuple[str, ...]]:
    """What two posts with the same id have in common if they are the same."""
    found = (("title", title), ("name", name))
    return [(id, *fact) for fact in found if fact[1]] or [(id,)]


def clean_title(title: str) -> str:
    """A title, in which WordPress lets people write HTML."""
    title = re.sub(r"<br\s*/?>", " ", title, flags=re.IGNORECASE)
    return html.unescape(TAGS.sub("", title)).strip()


def find_name(item: Element, title: str) -> str:
    """What an item is called: by its title, or where it is, or its number."""
    url = xml.find_text(item, "{wp}attachment_url")
    return title or url or xml.find_text(item, "{wp}post_id")


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
    item: Element, meta: Mapping[str, list[str]], root: str
) -> Iterator[str]:
    """Where a post was, its own address first; also under the names and the dates that
    it had before.

    :param root: the path below which the blog was
    """
    link = xml.find_text(item, "link")
    guid = xml.find_text(item, "guid")
    id = xml.find_text(item, "{wp}post_id")
    is_page = xml.find_text(item, "{wp}post_type") == "page"

    if link:
        yield link

    if re.match(r"https?://[^/]+/.", guid):
        yield guid

    if id:
        yield f"{root}/?{'page_id' if is_page else 'p'}={id}"

    if "?" not in link:
        yield from find_renamed(item, meta, link.rstrip("/"))


def find_renamed(
    item: Element, meta: Mapping[str, list[str]], link: str
) -> Iterator[str]:
    """What the address of a post was with each name and each date that it had."""
    path, _, last = link.rpartition("/")
    name = xml.find_text(item, "{wp}post_name") or last

    # Of those with numbers for names, none has changed.
    if path.count("/") > 1 and name in last and len(link) <= MAX_LENGTH:
        for slug in meta.get("_wp_old_slug", ()):
            if 0 < len(slug) <= MAX_LENGTH:
                yield f"{path}/{last.replace(name, slug, 1)}/"

    date = xml.find_text(item, "{wp}post_date")

    for old in meta.get("_wp_old_date", ()):
        for length in (len("2019-12-31"), len("2019-12")):
            now, then = (f"/{one[:length].replace('-', '/')}/" for one in (date, old))

            if now in link and len(then) == len(now):
                yield link.replace(now, then)
                break


def find_warnings(item: Element, meta: Mapping[str, list[str]]) -> list[str]:
    """What a post is or has that posts here are or have not."""
    warnings = []

    if xml.find_text(item, "{wp}is_sticky") == "1":
        warnings.append("it stood before all others, and does not here")

    if xml.find_text(item, "{wp}status") == "pending":
        warnings.append("it waited for review, and is a draft")

    if xml.find_text(item, "{wp}post_password"):
        warnings.append("it had a password, and is a draft")

    if xml.find_text(item, "{excerpt}encoded"):
        warnings.append("it had an excerpt of its own, which is not taken")

    if any(not key.startswith("_") and key not in TAKEN_FIELDS for key in meta):
        warnings.append("it had fields of its own, which are not taken")

    found = {element.get("domain") for element in item.iterfind("category")}
    others = found.difference(TAG_DOMAINS, QUIET_DOMAINS)
    return warnings + [
        f"its terms of “{name}” are not taken" for name in sorted(map(str, others))
    ]

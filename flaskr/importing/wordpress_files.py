"""The files that an export of WordPress lists, and where its texts show them."""

import re
import typing as t
from collections import defaultdict
from collections.abc import Iterator
from collections.abc import Mapping
from html import unescape
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from . import xml
from .links import resolve
from .pages import name_file
from .places import find_root
from .places import OldAddresses
from .records import Left
from .texts import IMAGE
from .wordpress_items import read_meta

LINK = re.compile(r"(<a\b[^<>]*?\shref\s*=\s*)([\"'])([^\"'<>]*)\2", re.IGNORECASE)
SHOWN = re.compile(r"\s(?:href|src)\s*=\s*[\"']([^\"'<>]*)[\"']", re.IGNORECASE)
# Of the size that WordPress shows instead of a very large one.
SCALED = re.compile(r"-(?:scaled|rotated)(?=\.\w{2,5}\Z)")


class Attachment(t.NamedTuple):
    """A file: where it is, what it shows, and what stands below it, which is HTML."""

    url: str
    alt: str = ""
    caption: str = ""


class Files:
    """The attachments of a blog."""

    def __init__(self) -> None:
        self.by_id: dict[str, Attachment] = {}
        # Of each post, with what galleries are ordered by; an export of posts and one
        # of files list the same.
        self.children: dict[str, set[tuple[int, int, str]]] = defaultdict(set)
        # The addresses of their own pages, by posts, and what these show.
        self.places: dict[str, list[str]] = defaultdict(list)
        self.pages = OldAddresses()
        self.shown: set[str] = set()

    def add(self, item: Element, address: str) -> None:
        """Note an attachment.

        :param address: of the blog
        """
        id = xml.find_text(item, "{wp}post_id")
        url = xml.find_text(item, "{wp}attachment_url")
        alt = next(iter(read_meta(item).get("_wp_attachment_image_alt", ())), "")
        caption = (item.findtext("{excerpt}encoded") or "").strip()
        self.by_id[id] = Attachment(url, alt, caption)
        parent = xml.find_text(item, "{wp}post_parent")
        order = xml.find_text(item, "{wp}menu_order")
        self.children[parent].add((read_number(order), read_number(id), id))
        self.pages.add_blog(address)
        short = f"{find_root(address)}/?attachment_id={id}"
        places = (xml.find_text(item, "link"), short)

        for place in filter(None, places):
            self.places[parent].append(place)
            self.pages.add(resolve(place, address, {}), url)

    def find_cover(self, meta: Mapping[str, list[str]]) -> Attachment | None:
        """The image that stands for a post; one without an address if the export does
        not say where that is."""
        id = "".join(meta.get("_thumbnail_id", ())[:1])
        return self.by_id.get(id, Attachment("")) if id.strip("0") else None

    def find_gallery(
        self, options: Mapping[str, str], own: str, has_images: bool
    ) -> list[Attachment | None]:
        """The files of a gallery or a playlist: those that it names, or those of the
        post; ``None`` for each that the export does not list.

        :param own: the id of the post
        """
        named = options.get("ids") or options.get("include") or ""

        if ids := re.findall(r"\d+", named):
            return [self.by_id.get(id) for id in ids]

        excluded = re.findall(r"\d+", options.get("exclude", ""))
        children = sorted(self.children.get(options.get("id", own), ()))
        found = [self.by_id[id] for *_, id in children if id not in excluded]
        wanted = (one for one in found if bool(IMAGE.search(one.url)) is has_images)
        return [*wanted] or [None]

    def lead_to_files(self, text: str, base: str) -> str:
        """HTML in which what led to the page of a file leads to the file.

        :param base: the address of the post
        """

        def replace(match: re.Match[str]) -> str:
            found = self.pages.find(resolve(unescape(match[3]), base, {}))
            return f"{match[1]}{match[2]}{found[0]}{match[2]}" if found else match[0]

        return LINK.sub(replace, text)

    def note_shown(self, text: str, cover: Attachment) -> None:
        """Note the files that a text has."""
        urls = [unescape(url) for url in SHOWN.findall(text)]
        self.shown |= {find_stem(url) for url in (*urls, cover.url)}

    def list_others(self) -> Iterator[Left]:
        """The files that no text has."""
        for file in self.by_id.values():
            if find_stem(file.url) not in self.shown:
                yield Left("file", file.url, "no text shows it")


def find_stem(url: str) -> str:
    """The name that a file has in all its sizes."""
    return SCALED.sub("", unquote(name_file(url)))


def read_number(text: str) -> int:
    """A number, or zero for what is none."""
    return int(text) if re.fullmatch(r"-?\d{1,18}", text) else 0

"""What WordPress exports: WXR, versions 1.0 to 1.2."""

import html
import re
from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import contextmanager
from datetime import tzinfo
from datetime import UTC
from pathlib import Path
from xml.etree.ElementTree import Element

from . import sniffing
from . import xml
from .dates import parse_utc
from .parts import open_parts
from .parts import Part
from .places import find_root
from .records import Author
from .records import Comment
from .records import Left
from .records import NotReadable
from .records import Post
from .records import State
from .wordpress_blocks import add_footnotes
from .wordpress_blocks import drop_buttons
from .wordpress_blocks import Reused
from .wordpress_comments import read_comments
from .wordpress_dates import Clock
from .wordpress_files import Attachment
from .wordpress_files import Files
from .wordpress_html import clean_body
from .wordpress_items import clean_title
from .wordpress_items import find_addresses
from .wordpress_items import find_name
from .wordpress_items import find_tags
from .wordpress_items import find_warnings
from .wordpress_items import identify
from .wordpress_items import KINDS
from .wordpress_items import Known
from .wordpress_items import read_meta
from .wordpress_terms import Terms

NAME = "wordpress"

STATES = {
    "publish": State.PUBLIC,
    "future": State.PUBLIC,
    "draft": State.DRAFT,
    "pending": State.DRAFT,
    "private": State.PRIVATE,
    "trash": State.DELETED,
}
# What posts and pages are called; the oldest exports say neither.
TEXTS = ("post", "page", "")

# What has a state that is none of these is what the editor of WordPress keeps.
OF_EDITOR = "it is a copy that WordPress keeps of another one"
OF_OTHERS = "it is neither a post nor a page"
WHY = {"wp_block": "it is taken where a text shows it"}


class WordPress:
    """An export that is open: a file, or a folder or a ZIP of several, into which
    WordPress divides a large one."""

    def __init__(self, paths: list[Part]) -> None:
        self.paths = paths
        self.address = ""
        self.authors: dict[str, Author] = {}
        self.logins: dict[str, str] = {}
        self.files = Files()
        self.reused = Reused()
        self.clock = Clock()
        self.known = Known()
        self.terms = Terms()

        for path in paths:
            self.scan(path)

        self.clock.close()

    def scan(self, path: Part) -> None:
        """Read what posts refer to, which may come after them.

        :raise NotReadable: if it is no export of WordPress, or broken
        """
        version = ""

        for element, _line in xml.read(path):
            text = (element.text or "").strip()
            self.terms.learn(element)

            if element.tag == "{wp}wxr_version":
                version = text
            elif element.tag in ("link", "{wp}base_blog_url"):
                self.address = text or self.address
            elif element.tag == "{wp}author":
                self.add_author(element)
            elif element.tag == "item":
                self.scan_item(element)

        if not re.fullmatch(r"1\.\d+", version):
            raise NotReadable(
                f"{path.name} is no export of WordPress that this command knows:"
                f" its version is {version or 'missing'}, not 1.0, 1.1 or 1.2."
            )

    def add_author(self, element: Element) -> None:
        """Keep who wrote, by login."""
        login = xml.find_text(element, "{wp}author_login")
        name = html.unescape(xml.find_text(element, "{wp}author_display_name"))
        email = xml.find_text(element, "{wp}author_email")
        self.authors[login] = Author(login, name or login, email)
        self.logins[xml.find_text(element, "{wp}author_id")] = login

    def scan_item(self, item: Element) -> None:
        """Keep what others refer to, and what it says of the blog's clock."""
        self.clock.learn(item)
        kind = xml.find_text(item, "{wp}post_type")

        if xml.find_text(item, "{wp}attachment_url"):
            self.files.add(item, self.address)
        elif kind == "wp_block":
            text = item.findtext("{content}encoded") or ""
            self.reused.texts[xml.find_text(item, "{wp}post_id")] = text
        elif kind in TEXTS:
            self.known.add(item)

    def read_authors(self) -> Iterator[Author]:
        """Those that it lists; version 1.0 lists none."""
        yield from self.authors.values()

    def read(self) -> Iterator[Post | Left]:
        """Posts and pages, and what is neither."""
        for path in self.paths:
            for element, _line in xml.read(path):
                if element.tag == "item":
                    yield from self.read_item(element)

        yield from self.files.list_others()

    def open_media(self, reference: str) -> None:
        """Nothing: an export has no files."""

    def read_item(self, item: Element) -> Iterator[Post | Left]:
        """A post, or why it is none, and the comments that are left."""
        kind = xml.find_text(item, "{wp}post_type")
        status = xml.find_text(item, "{wp}status") or "publish"
        title = clean_title(item.findtext("title") or "")
        name = find_name(item, title)
        comments, left = read_comments(item, name, self.clock, self.logins)
        yield from left

        if kind in TEXTS and status in STATES:
            yield self.read_post(item, title, STATES[status], comments)
            return

        # Files are named where all texts are known.
        if kind != "attachment":
            why = OF_EDITOR if kind in TEXTS else WHY.get(kind, OF_OTHERS)
            yield Left(KINDS.get(kind, kind or "post"), name, why)

        for _ in comments:
            yield Left("comment", name, "what it stood below is not taken")

    def read_post(
        self, item: Element, title: str, state: State, comments: list[Comment]
    ) -> Post:
        """A post or page."""
        id, _, _ = identify(item)
        meta = read_meta(item)
        text, warnings = self.read_text(item, meta)
        cover = self.files.find_cover(meta) or Attachment("")

        if state is not State.DELETED:
            self.files.note_shown(text, cover)

        if xml.find_text(item, "{wp}post_password") and state is State.PUBLIC:
            state = State.DRAFT

        root = find_root(self.address)
        places = (*find_addresses(item, meta, root), *self.files.places.get(id, ()))
        return Post(
            key=self.known.make_key(item),
            title=title,
            state=state,
            created=self.clock.find_created(item),
            updated=parse_utc(xml.find_text(item, "{wp}post_modified_gmt")),
            is_page=xml.find_text(item, "{wp}post_type") == "page",
            authors=tuple(filter(None, [xml.find_text(item, "{dc}creator")])),
            tags=find_tags(item),
            lists=tuple(self.terms.find_lists(item, root)),
            html=text,
            addresses=places,
            cover=cover.url,
            cover_alt=cover.alt,
            comments=tuple(comments),
            warnings=tuple(warnings),
        )

    def read_text(
        self, item: Element, meta: Mapping[str, list[str]]
    ) -> tuple[str, list[str]]:
        """The text of a post as HTML, and what could not be taken of it."""
        id, _, _ = identify(item)
        link = xml.find_text(item, "link") or self.address
        body = self.reused.show(item.findtext("{content}encoded") or "")
        body = add_footnotes(drop_buttons(body), meta.get("footnotes", ()))
        body = self.files.lead_to_files(body, link)
        text, warnings = clean_body(body, self.files, id)
        cover = self.files.find_cover(meta)

        if cover and not cover.url:
            warnings.append("its image is not in the export")

        return text, warnings + find_warnings(item, meta)


def matches(path: Path) -> bool:
    """Whether a file, or each one in a folder or a ZIP, begins as an export does."""
    try:
        with open_parts(path) as parts:
            found = [sniffing.read_root(part) for part in parts]
    except NotReadable:
        return False

    return bool(found) and all(
        root == "rss" and "wordpress.org/export/" in text for root, text in found
    )


@contextmanager
def open_archive(
    path: Path, zone: tzinfo = UTC, address: str = ""
) -> Iterator[WordPress]:
    """Read what posts refer to.

    :param zone: of no use here: dates have theirs
    :param address: of no use here
    :raise NotReadable: as :meth:`WordPress.scan`
    """
    with open_parts(path) as parts:
        if not parts:
            raise NotReadable(f"{path.name} has no XML in it.")

        yield WordPress(parts)

"""What WordPress exports: WXR, versions 1.0 to 1.2."""

import html
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from datetime import timedelta
from datetime import tzinfo
from datetime import UTC
from pathlib import Path
from xml.etree.ElementTree import Element

from . import sniffing
from . import xml
from .dates import find_first
from .dates import parse
from .dates import parse_local
from .dates import parse_utc
from .parts import find_parts
from .parts import Part
from .records import Author
from .records import Comment
from .records import Left
from .records import NotReadable
from .records import Post
from .records import State
from .wordpress_html import Attachment
from .wordpress_html import autop
from .wordpress_html import clean_body
from .wordpress_items import clean_title
from .wordpress_items import find_addresses
from .wordpress_items import find_tags
from .wordpress_items import find_warnings
from .wordpress_items import read_meta

NAME = "wordpress"

STATES = {
    "publish": State.PUBLIC,
    "future": State.PUBLIC,
    "draft": State.DRAFT,
    "pending": State.DRAFT,
    "private": State.PRIVATE,
    "trash": State.DELETED,
}
# What has a state that is none of these is what the editor of WordPress keeps.
OF_EDITOR = "it is a copy that WordPress keeps of another one"
OF_TEXTS = "by itself, it is not taken, but an image is with each text that shows it"

WHY_COMMENTS = {
    "0": "it waited for approval",
    "spam": "it was spam",
    "trash": "it was deleted",
    "post-trashed": "it was deleted",
}


class WordPress:
    """An export that is open: a file, or a folder or a ZIP of several, into which
    WordPress divides a large one."""

    def __init__(self, path: Path) -> None:
        self.paths = find_parts(path)
        self.address = ""
        self.authors: dict[str, Author] = {}
        self.logins: dict[str, str] = {}
        self.attachments: dict[str, Attachment] = {}
        self.children: dict[str, list[str]] = defaultdict(list)
        self.offset = timedelta()

        if not self.paths:
            raise NotReadable(f"{path.name} has no XML in it.")

        for part in self.paths:
            self.scan(part)

    def scan(self, path: Part) -> None:
        """Read what posts refer to, which may come after them.

        :raise NotReadable: if it is no export of WordPress, or broken
        """
        version = ""

        for element, _line in xml.read(path):
            text = (element.text or "").strip()

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
        name = xml.find_text(element, "{wp}author_display_name")
        email = xml.find_text(element, "{wp}author_email")
        self.authors[login] = Author(login, name or login, email)
        self.logins[xml.find_text(element, "{wp}author_id")] = login

    def scan_item(self, item: Element) -> None:
        """Keep where a file is, and how far the clock of the blog is from UTC."""
        local = parse_utc(xml.find_text(item, "{wp}post_date"))
        utc = parse_utc(xml.find_text(item, "{wp}post_date_gmt"))

        if local and utc and abs(local - utc) < timedelta(hours=15):
            self.offset = local - utc

        if url := xml.find_text(item, "{wp}attachment_url"):
            id = xml.find_text(item, "{wp}post_id")
            meta = read_meta(item)
            alt = next(iter(meta.get("_wp_attachment_image_alt", ())), "")
            caption = (item.findtext("{excerpt}encoded") or "").strip()
            self.attachments[id] = Attachment(url, alt, caption)
            self.children[xml.find_text(item, "{wp}post_parent")].append(id)

    def read_authors(self) -> Iterator[Author]:
        """Those that it lists; version 1.0 lists none."""
        yield from self.authors.values()

    def read(self) -> Iterator[Post | Left]:
        """Posts and pages, and what is neither."""
        for path in self.paths:
            for element, _line in xml.read(path):
                if element.tag == "item":
                    yield from self.read_item(element)

    def open_media(self, reference: str) -> None:
        """Nothing: an export has no files."""

    def read_item(self, item: Element) -> Iterator[Post | Left]:
        """A post, or why it is none, and the comments that are left."""
        kind = xml.find_text(item, "{wp}post_type") or "post"
        status = xml.find_text(item, "{wp}status") or "publish"
        title = clean_title(item.findtext("title") or "")
        id = xml.find_text(item, "{wp}post_id")

        if kind == "attachment":
            url = xml.find_text(item, "{wp}attachment_url")
            yield Left("file", url or title, OF_TEXTS)
        elif kind not in ("post", "page"):
            yield Left(kind, title or id, "it is neither a post nor a page")
        elif status not in STATES:
            yield Left(kind, title or id, OF_EDITOR)
        else:
            comments, left = self.read_comments(item, title)
            yield from left
            yield self.read_post(item, title, STATES[status], comments)

    def read_post(
        self, item: Element, title: str, state: State, comments: list[Comment]
    ) -> Post:
        """A post or page."""
        id = xml.find_text(item, "{wp}post_id")
        link = xml.find_text(item, "link")
        is_page = xml.find_text(item, "{wp}post_type") == "page"
        meta = read_meta(item)
        body = item.findtext("{content}encoded") or ""
        text, warnings = clean_body(
            body, self.attachments, self.children.get(id, ()) if id else ()
        )
        cover = self.attachments.get("".join(meta.get("_thumbnail_id", ())[:1]))
        warnings += find_warnings(item)

        if xml.find_text(item, "{wp}post_password"):
            state = State.PRIVATE if state is State.PUBLIC else state
            warnings.append("it had a password, and is a draft")

        return Post(
            key=id or xml.find_text(item, "guid") or link or title,
            title=title,
            state=state,
            created=self.find_created(item),
            updated=parse_utc(xml.find_text(item, "{wp}post_modified_gmt")),
            is_page=is_page,
            authors=tuple(filter(None, [xml.find_text(item, "{dc}creator")])),
            tags=find_tags(item),
            html=text,
            addresses=tuple(find_addresses(item, meta, id, is_page)),
            cover=cover.url if cover else "",
            cover_alt=cover.alt if cover else "",
            comments=tuple(comments),
            warnings=tuple(warnings),
        )

    def find_created(self, item: Element) -> datetime | None:
        """When a post was written. Drafts have zeros for that, and then the time of
        their last change."""
        local = (
            xml.find_text(item, "{wp}post_date"),
            xml.find_text(item, "{wp}post_modified"),
        )
        found = [parse_utc(xml.find_text(item, "{wp}post_date_gmt"))]
        found += [parse_local(time, self.offset) for time in local]
        # Of a draft, the year is -0001, which would be read as another one.
        published = xml.find_text(item, "pubDate").replace("-0001", "")
        return find_first([*found, parse(published)])

    def read_comments(
        self, item: Element, title: str
    ) -> tuple[list[Comment], list[Left]]:
        """The comments that readers saw, and the others."""
        comments, left = [], []

        for element in item.iterfind("{wp}comment"):
            kind = xml.find_text(element, "{wp}comment_type") or "comment"
            approved = xml.find_text(element, "{wp}comment_approved") or "1"

            if kind != "comment":
                left.append(Left(kind, title, "it is no comment of a person"))
            elif approved != "1":
                why = WHY_COMMENTS.get(approved, "it was not shown")
                left.append(Left("comment", title, why))
            else:
                comments.append(self.read_comment(element))

        return comments, left

    def read_comment(self, element: Element) -> Comment:
        """A comment that readers saw."""
        parent = xml.find_text(element, "{wp}comment_parent")
        login = self.logins.get(xml.find_text(element, "{wp}comment_user_id"), "")
        name = html.unescape(xml.find_text(element, "{wp}comment_author"))
        email = xml.find_text(element, "{wp}comment_author_email")
        times = [
            parse_utc(xml.find_text(element, "{wp}comment_date_gmt")),
            parse_local(xml.find_text(element, "{wp}comment_date"), self.offset),
        ]
        return Comment(
            key=xml.find_text(element, "{wp}comment_id"),
            parent="" if parent == "0" else parent,
            author=Author(login, name, email),
            created=find_first(times),
            html=autop(element.findtext("{wp}comment_content") or ""),
        )


def matches(path: Path) -> bool:
    """Whether a file, or each one in a folder or a ZIP, begins as an export does."""
    try:
        found = [sniffing.read_root(part) for part in find_parts(path)]
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
    yield WordPress(path)

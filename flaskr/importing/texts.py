"""The text of a post as Markdown, with the addresses of this blog."""

import re
import typing as t
from urllib.parse import urlsplit

from flask import current_app

from ..text.names import name_key
from ..text.pasted import convert_page
from ..text.pasted import TooMuch
from . import links
from . import pages
from .media import Media
from .people import People
from .places import find_root
from .planning import Plan
from .records import Post
from .report import Report

# Characters of HTML of one post: what Markdown keeps of it is a fraction.
MAX_HTML = 2_000_000

IMAGE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|heic|heif)\Z", re.IGNORECASE)
FILE = re.compile(
    r"\.(?:pdf|zip|gz|mp3|m4a|ogg|wav|mp4|mov|webm|docx?|xlsx?|pptx?|epub|svg)\Z",
    re.IGNORECASE,
)

OF_FILES = "only images are taken; the text leads there"
OF_COMMENTS = "comments show no images; the text leads to where it was"
OF_LINKS = "it leads to what is not taken of the old blog, as it did"


class TooLong(Exception):
    """A text is more than a post can have: a sentence."""


class OldBlog(t.NamedTuple):
    """What texts of it need: which posts it has, its images, its address, and where to
    say what is left."""

    plan: Plan
    media: Media
    people: People
    address: str
    report: Report


class Text:
    """The text of one post, and where it stood."""

    def __init__(self, blog: OldBlog, post: Post, owner_id: int | None) -> None:
        """:param owner_id: whose the images become; ``None`` for a comment"""
        self.blog = blog
        self.post = post
        self.owner_id = owner_id
        self.originals: dict[str, str] = {}
        place = next(iter(post.addresses), "")
        root = blog.address or links.NOWHERE
        self.base = links.resolve(place, root, {}) or root

    def make(self) -> str:
        """The text as Markdown, with the addresses of this blog.

        :raise TooLong:
        """
        markdown = self.post.markdown if self.post.markdown else self.convert()

        if len(markdown) > MAX_HTML:
            raise TooLong("The text has more than a post can have.")

        body = links.rewrite(markdown, self.replace)
        cover = self.post.cover

        if cover and find_name(cover) not in markdown:
            url = links.resolve(cover, self.base, self.originals)
            shown = links.write_address(self.replace_image(url))
            alt = re.sub(r"([\[\]\\])", r"\\\1", " ".join(self.post.cover_alt.split()))
            body = f"![{alt}]({shown})\n\n{body}"

        return body.replace(links.NOWHERE, "")

    def convert(self) -> str:
        """The Markdown of HTML.

        :raise TooLong:
        """
        if len(self.post.html) > MAX_HTML:
            raise TooLong("The text has more than a post can have.")

        html = pages.unlink_images(self.post.html)
        page = pages.make_absolute(html, self.base, self.originals)

        try:
            return convert_page(page).markdown
        except TooMuch:
            raise TooLong("The text has more than a post can have.") from None

    def make_comment(self, html: str) -> str:
        """A comment below it as Markdown; empty if it has more than anybody reads."""
        page = pages.make_absolute(html[:MAX_HTML], self.base, self.originals)

        try:
            markdown = links.rewrite(convert_page(page).markdown, self.replace)
            return markdown.replace(links.NOWHERE, "")
        except TooMuch:
            return ""

    def replace(self, address: str, is_image: bool) -> str:
        """The new address of what a text shows or leads to."""
        if address.startswith("#") or not address:
            return address

        url = links.resolve(address, self.base, self.originals)
        return self.replace_image(url) if is_image else self.replace_link(url)

    def replace_image(self, url: str) -> str:
        """Where an image is here, or where it was."""
        original = self.originals.get(url, url)

        if self.owner_id is None:
            self.blog.report.leave("image", url, OF_COMMENTS)
            return restore(url, original)

        new = self.blog.media.find(original, url, self.owner_id)
        return new or restore(url, original)

    def replace_link(self, url: str) -> str:
        """Where a post or an image is here, or what an address was."""
        original = self.originals.get(url, url)
        addresses = self.blog.plan.addresses

        if list_here := self.find_list(url):
            return list_here
        elif found := addresses.find(url):
            digest, fragment = found
            path = self.blog.plan.find_path(digest)
            is_place = fragment and not re.match("comment|respond|more-", fragment)
            return f"{path}#{fragment}" if is_place else path
        elif not addresses.is_ours(url):
            return restore(url, original)

        path = urlsplit(url).path

        if IMAGE.search(path):
            return self.replace_image(url)
        elif self.is_front_page(url):
            return f"{self.blog.plan.root}/"

        kind, why = ("file", OF_FILES) if FILE.search(path) else ("link", OF_LINKS)
        self.blog.report.leave(kind, url, why)
        return restore(url, original)

    def find_list(self, url: str) -> str:
        """The address of the list here that a URL of the old blog has for its own; the
        empty string if there is none."""
        found = self.blog.plan.addresses.find_list(url)

        if found is None:
            return ""
        elif found.tag:
            return self.build("tags.show", name_key(found.tag))

        return self.build("authors.show", self.blog.people.find_name(found.author))

    def build(self, endpoint: str, name: str) -> str:
        """The address of a list, by the name of what it is of."""
        root = self.blog.plan.root
        adapter = current_app.url_map.bind("localhost", script_name=root or "/")
        return adapter.build(endpoint, {"name": name})

    def is_front_page(self, url: str) -> bool:
        """Whether a URL of the old blog is that of all of it."""
        is_whole = find_root(url) == find_root(self.blog.address)
        return is_whole and not urlsplit(url).query


def restore(url: str, original: str) -> str:
    """An address of what stays elsewhere: absolute, if anybody knows where that is."""
    return original if url.startswith(links.NOWHERE) else url


def find_name(reference: str) -> str:
    """The name of a file, as all its sizes share it."""
    name = urlsplit(reference).path.rpartition("/")[2]
    return name.rpartition(".")[0] or name or reference

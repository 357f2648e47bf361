"""Reads folders of Markdown: Jekyll's, Hugo's, Hexo's, Pelican's, and notes."""

import typing as t
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import tzinfo
from datetime import UTC
from pathlib import Path

from .archives import open_files
from .files import Files
from .folders.blogs import Blog
from .folders.blogs import find_blog
from .folders.blogs import is_text
from .folders.blogs import Program
from .folders.formats import BrokenFront
from .folders.front_matter import Front
from .folders.front_matter import split
from .folders.permalinks import find_addresses
from .folders.permalinks import find_list_address
from .folders.posts import find_authors
from .folders.posts import find_created
from .folders.posts import make_post
from .folders.posts import split_title
from .folders.references import References
from .folders.references import Target
from .folders.texts import find_text
from .folders.texts import Text
from .records import Author
from .records import Left
from .records import NotReadable
from .records import Post

NAME = "markdown"

# Bytes of a text, more than any post may have.
MAX_TEXT = 2_000_000
# Characters from the beginning, in which an author may be named.
MAX_AUTHORS = 5000


class MarkdownFolder:
    """A folder of Markdown that is open."""

    def __init__(self, files: Files, blog: Blog, left: list[Left]) -> None:
        self.files = files
        self.blog = blog
        self.left = left
        self.address = blog.address
        self.references = References(blog, files, self.find_target)
        # Texts that have been asked for, by the names of their files.
        self.targets: dict[str, Target] = {}

    def read_authors(self) -> Iterator[Author]:
        """All who wrote posts, as their front matter names them."""
        seen = set()

        for name in self.files.names:
            found = find_text(self.blog, self.files, name)

            if not isinstance(found, Text):
                continue

            for author in self.read_authors_of(name):
                if author.key not in seen:
                    seen.add(author.key)
                    yield author

    def read_authors_of(self, name: str) -> list[Author]:
        """Who wrote a text; nobody, if it can't be read."""
        try:
            text = self.files.read_text(name, MAX_TEXT)
            has_author = "author" in text[:MAX_AUTHORS].lower()
            return find_authors(self.blog, split(text).values) if has_author else []
        except (NotReadable, BrokenFront):
            return []

    def read(self) -> Iterator[Post | Left]:
        """All texts, one after the other; those that are broken are left."""
        yield from self.files.left
        yield from self.left

        for name in self.files.names:
            found = find_text(self.blog, self.files, name)

            if isinstance(found, Left):
                yield found
            elif found:
                yield self.read_post(found)

    def read_post(self, text: Text) -> Post | Left:
        """A post; what is wrong with its file, if it can't be read."""
        modified = self.files.found[text.name].modified

        try:
            front = self.read_front(text)
        except (NotReadable, BrokenFront) as e:
            line = f"line {e.line}: " if isinstance(e, BrokenFront) else ""
            return Left("text", text.name, f"{line}{e}")

        if not front.kind and self.is_ignored(text):
            reason = "it has no front matter, so the program took it for no text"
            return Left("text", text.name, reason)

        return make_post(self.blog, text, front, self.references, modified)

    def is_ignored(self, text: Text) -> bool:
        """Whether a program takes a file without front matter for no text."""
        is_page = self.blog.program is Program.JEKYLL and text.kind == "page"
        return text.is_html or is_page

    def read_front(self, text: Text) -> Front:
        """The front matter and the text of a file.

        :raise NotReadable: if it is no text
        :raise BrokenFront: if its front matter is broken
        """
        return split(self.files.read_text(text.name, MAX_TEXT))

    def find_target(self, name: str) -> Target:
        """Where a text is and what it is called, by the name of its file."""
        if name not in self.targets:
            found = find_text(self.blog, self.files, name)
            self.targets[name] = Target()

            if isinstance(found, Text):
                self.targets[name] = self.read_target(found)
            elif found and found.kind == "list":
                address = find_list_address(self.blog, name)
                self.targets[name] = Target(address)

        return self.targets[name]

    def read_target(self, text: Text) -> Target:
        """Where a text is, which is in its front matter or made of it."""
        try:
            front = self.read_front(text)
        except (NotReadable, BrokenFront):
            return Target()

        values = front.values
        created = find_created(self.blog, text, values)
        created = created or self.files.found[text.name].modified
        found = find_addresses(self.blog, text, values, created)
        return Target(next(iter(found), ""), split_title(values, text, front.body)[0])

    def open_media(self, reference: str) -> t.BinaryIO | None:
        """The file that a text refers to, if it is in the folder."""
        name = self.references.find_media(reference)
        return self.files.open(name) if name and not is_text(name) else None


def matches(path: Path) -> bool:
    """Whether there is Markdown, by the names of files."""
    try:
        with open_files(path) as files:
            return any(map(is_text, files.names))
    except NotReadable:
        return False


@contextmanager
def open_archive(path: Path, zone: tzinfo = UTC, address: str = "") -> Iterator[t.Any]:
    """Open a folder of Markdown, a zip of one, or one text.

    :param zone: of dates without one
    :param address: of the blog, if its settings don't say it
    :raise NotReadable: if it can't be opened
    """
    with open_files(path) as files:
        blog, left = find_blog(files, zone)

        if address and not blog.address:
            blog = blog._replace(address=f"{address.rstrip('/')}/")

        yield MarkdownFolder(files, blog, left)

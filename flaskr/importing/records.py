"""What is read from what people leave, whatever wrote it: what every reader gives."""

import typing as t
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from ..errors import NotReadable as NotReadable


class State(StrEnum):
    """Who saw a post where it comes from."""

    PUBLIC = "public"
    DRAFT = "draft"
    # Seen by some: it becomes a draft here, and never public by itself.
    PRIVATE = "private"
    # In the bin: it is left, and counted.
    DELETED = "deleted"


class Author(t.NamedTuple):
    """Who wrote: how posts name them, and what people called them."""

    key: str
    name: str
    email: str = ""


class Comment(t.NamedTuple):
    """A comment; its parent may come later, or be missing."""

    key: str
    parent: str
    author: Author
    # Aware; ``None`` if nothing says it.
    created: datetime | None
    html: str


class List(t.NamedTuple):
    """A list of posts, where it was, and what all in it have: a tag, or an author, by
    the key. One of the two is empty."""

    address: str
    tag: str = ""
    author: str = ""


class Post(t.NamedTuple):
    """A post or page. One of ``html`` and ``markdown`` has its text."""

    # The same in each export of the same blog: the address or id that the old blog gave
    # it, so that importing twice changes nothing.
    key: str
    title: str
    state: State
    # Aware; in the future for what was scheduled, and ``None`` if nothing says it.
    created: datetime | None
    updated: datetime | None = None
    is_page: bool = False
    # Keys; the first is the one who owns it here.
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    html: str = ""
    markdown: str = ""
    # Where it was: absolute, or paths beginning with "/". The first is its own address.
    addresses: tuple[str, ...] = ()
    # Those of its tags and its authors.
    lists: tuple[List, ...] = ()
    # Shown first, if the text does not have it: a reference, and what it shows.
    cover: str = ""
    cover_alt: str = ""
    comments: tuple[Comment, ...] = ()
    # What could not be taken of it, a sentence each.
    warnings: tuple[str, ...] = ()


class Left(t.NamedTuple):
    """What is not taken: its kind, such as ``menu``, which one, and why."""

    kind: str
    name: str
    reason: str


# Of what has no date but that of its file.
OF_ITS_FILE = "It has no date: it got the one when its file was changed."


class Written(t.NamedTuple):
    """The HTML of a text, and what could not be taken of it, as sentences."""

    html: str
    warnings: tuple[str, ...] = ()


class Archive(t.Protocol):
    """An export that is open, from another blog."""

    #: The address of the blog it came from, or "".
    address: str

    def read_authors(self) -> Iterator[Author]:
        """All who wrote posts, as far as the archive lists them."""

    def read(self) -> Iterator[Post | Left]:
        """All that is in it, one after the other; bounded in memory.

        :raise NotReadable: if it is broken, with the line
        """

    def open_media(self, reference: str) -> t.BinaryIO | None:
        """The file that a text refers to, if it is in the archive.

        :param reference: as in the text: an address, or a path
        """

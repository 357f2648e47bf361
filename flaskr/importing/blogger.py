"""What Blogger exports: one Atom feed of posts, pages, comments and settings, as its
backups have it, and as Google Takeout does."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import tzinfo
from datetime import UTC
from pathlib import Path
from urllib.parse import quote
from xml.etree.ElementTree import Element

from . import dates
from . import feeds
from . import sniffing
from . import xml
from .places import find_root
from .records import Author
from .records import Comment
from .records import Left
from .records import List
from .records import NotReadable
from .records import Post
from .records import State

NAME = "blogger"

KIND = "http://schemas.google.com/g/2005#kind"
LABEL = "http://www.blogger.com/atom/ns#"
# What exports begin with, and feeds of Blogger, which have posts alone, do not.
MARKS = ("schemas.google.com/blogger/2018", "2008/kind#", "g/2005#settings")

# Comments of one blog, which are held until their posts come.
MAX_COMMENTS = 500_000

STATES = {
    "LIVE": State.PUBLIC,
    "DRAFT": State.DRAFT,
    "SCHEDULED": State.PUBLIC,
    "SOFT_TRASHED": State.DELETED,
    "TRASHED": State.DELETED,
}


class Blogger(feeds.Feed):
    """An export that is open."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        # By the ids of their posts.
        self.comments: dict[str, list[Comment]] = {}
        self.left: list[Left] = []
        # Who wrote posts, by the address of their profile.
        self.writers: dict[str, Author] = {}
        self.number = 0

    def scan(self) -> None:
        """Read all comments, which may come before their posts.

        :raise NotReadable: if it is no export, or broken
        """
        super().scan()
        kinds = set()

        for element, _line in xml.read(self.path):
            kind = find_kind(element)
            kinds.add(kind)

            if kind == "comment":
                self.add_comment(element)
            elif kind in ("post", "page"):
                writer = read_author(element)
                self.writers.setdefault(writer.email or writer.name, writer)

        if not kinds & {"post", "page", "comment", "settings", "template"}:
            raise NotReadable(f"{self.path.name} is no export of Blogger.")

        if not self.address.startswith("http"):
            self.address = ""

    def read_authors(self) -> Iterator[Author]:
        """Who wrote posts; names are all that tells them apart in these."""
        for writer in self.writers.values():
            yield Author(writer.name, writer.name)

    def find_commenter(self, author: Author) -> Author:
        """Who wrote a comment, who may be one of those who wrote posts."""
        writer = self.writers.get(author.email)
        return author._replace(key=writer.name) if writer else author

    def add_comment(self, element: Element) -> None:
        """Keep a comment for its post.

        :raise NotReadable: if there are more than any blog has
        """
        self.number += 1

        if self.number > MAX_COMMENTS:
            raise NotReadable(f"There are more than {MAX_COMMENTS:,} comments.")

        status = xml.find_text(element, "{blogger}status") or "LIVE"
        post, parent = find_answered(element)

        if status != "LIVE":
            why = "it was deleted, or called spam"
            self.left.append(Left("comment", feeds.find_title(element), why))
            return

        comment = Comment(
            key=xml.find_text(element, "{atom}id"),
            parent=parent,
            author=read_author(element),
            created=feeds.find_created(element),
            html=feeds.read_text(element.find("{atom}content")),
        )
        self.comments.setdefault(post, []).append(comment)

    def read(self) -> Iterator[Post | Left]:
        """Posts and pages with their comments, and what is neither."""
        yield from self.left
        answered = set()

        for element, _line in xml.read(self.path):
            if element.tag == "{atom}entry":
                kind = find_kind(element)
                id = xml.find_text(element, "{atom}id")

                if kind in ("post", "page"):
                    answered.add(id)
                    yield self.read_post(element, kind == "page")
                elif kind != "comment":
                    name = feeds.find_title(element) or id
                    yield Left(kind or "entry", name, "it is neither a post nor a page")

        for post, comments in self.comments.items():
            if post not in answered:
                for comment in comments:
                    yield Left("comment", comment.author.name, "its post is not there")

    def read_post(self, element: Element, is_page: bool) -> Post:
        """A post or page."""
        post = self.read_entry(element)
        status = xml.find_text(element, "{blogger}status")
        created = dates.parse(xml.find_text(element, "{blogger}created"))
        published = dates.parse(xml.find_text(element, "{atom}published"))
        file = xml.find_text(element, "{blogger}filename")
        own = post.addresses or ((file,) if file else ())
        trashed = xml.find_text(element, "{blogger}trashed")
        state = STATES.get(status, post.state) if status else post.state
        tags = find_labels(element)
        root = find_root(self.address)
        return post._replace(
            state=State.DELETED if trashed else state,
            created=published or created or post.created,
            is_page=is_page,
            authors=tuple(filter(None, [read_author(element).name or self.author])),
            tags=tags,
            lists=tuple(List(f"{root}/search/label/{quote(t)}", tag=t) for t in tags),
            addresses=own,
            comments=tuple(
                comment._replace(author=self.find_commenter(comment.author))
                for comment in self.comments.get(post.key, ())
            ),
            warnings=(),
        )


def find_kind(element: Element) -> str:
    """What an entry is: a ``post``, a ``page``, a ``comment``, or else."""
    if kind := xml.find_text(element, "{blogger}type"):
        return kind.lower()

    for category in element.iterfind("{atom}category"):
        if category.get("scheme") == KIND:
            return category.get("term", "").rpartition("#")[2]

    return ""


def find_labels(element: Element) -> tuple[str, ...]:
    """The tags of a post."""
    found = {
        category.get("term", "").strip(): None
        for category in element.iterfind("{atom}category")
        if category.get("scheme") in (LABEL, None)
    }
    return tuple(filter(None, found))


def find_answered(element: Element) -> tuple[str, str]:
    """The id of the post that a comment is on, and that of the comment that it answers,
    or the empty string."""
    reply = element.find("{thr}in-reply-to")
    post = "" if reply is None else reply.get("ref", "")
    related = [
        link.get("href", "").rpartition("/")[2]
        for link in element.iterfind("{atom}link")
        if link.get("rel") == "related"
    ]
    # Ids end as the addresses of what they are of do: post-12.
    id = xml.find_text(element, "{atom}id")
    parent = f"{id.rpartition('.post-')[0]}.post-{related[0]}" if related else ""
    return (
        xml.find_text(element, "{blogger}parent") or post,
        xml.find_text(element, "{blogger}inReplyTo") or parent,
    )


def read_author(element: Element) -> Author:
    """Who wrote an entry."""
    author = element.find("{atom}author")

    if author is None:
        return Author("", "")

    email = xml.find_text(author, "{atom}email")
    # The same for all who have none.
    own = "" if email.startswith("noreply@") else email
    name = feeds.find_name(author)
    uri = xml.find_text(author, "{atom}uri")
    return Author("", name, own or uri)


def matches(path: Path) -> bool:
    """Whether a file begins as an export does."""
    root, text = sniffing.read_root(path)
    return root == "feed" and any(mark in text for mark in MARKS)


@contextmanager
def open_archive(
    path: Path, zone: tzinfo = UTC, address: str = ""
) -> Iterator[Blogger]:
    """Read what posts refer to.

    :param zone: of no use here: dates have theirs
    :param address: of no use here
    :raise NotReadable: as :meth:`Blogger.scan`
    """
    export = Blogger(path)
    export.scan()
    yield export

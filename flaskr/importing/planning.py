"""All of an archive once, before anything is written: what is in it, and which address
leads to what."""

import typing as t
from collections.abc import Callable
from urllib.parse import quote

from ..text.slugs import slug
from . import tag_names
from .digests import make_digest
from .places import find_key
from .places import OldAddresses
from .records import Archive
from .records import Left
from .records import NotReadable
from .records import Post
from .records import State
from .report import Report

MAX_POSTS = 300_000


class Plan:
    """The posts of an archive that are to be taken, by their digests.

    :param root: the path below which this blog is, if it is not that of its host
    """

    def __init__(self, source: str, root: str) -> None:
        self.source = source
        self.root = root
        self.addresses = OldAddresses()
        self.slugs: dict[str, str] = {}
        # Digests that say nothing of where the blog was.
        self.fingerprints: dict[str, str] = {}
        # What posts were known by when they came, if that is another one now.
        self.originals: dict[str, str] = {}
        # What each is here, once that is known.
        self.numbers: dict[str, int] = {}

    def make_digest(self, post: Post) -> str:
        """By what a post is known again."""
        digest = make_digest(self.source, "post", post.key)
        return self.originals.get(digest, digest)

    def make_fingerprint(self, post: Post) -> str:
        """By what a post is known again wherever somebody says that the blog was; empty
        without a date, since other blogs may have another one of the same name."""
        reader = self.source.partition(" ")[0]
        created = post.created.isoformat() if post.created else ""
        return created and make_digest(reader, "same", post.key, post.title, created)

    def add(self, digest: str, post: Post) -> None:
        """Note where a post was.

        :raise NotReadable: if there are more than any blog has
        """
        if len(self.slugs) >= MAX_POSTS:
            raise NotReadable(
                f"There are more than {MAX_POSTS:,} posts, and nobody wrote so many."
            )

        self.slugs[digest] = slug(post.title)
        self.fingerprints[digest] = self.make_fingerprint(post)

        for address in post.addresses:
            self.addresses.add(address, digest)

        if post.state is State.PUBLIC and not post.is_page:
            self.add_lists(post)

    def add_lists(self, post: Post) -> None:
        """Note which lists a post was in, and is in here: its tags may be written
        otherwise, or be left, and one author has it."""
        tags = tag_names.choose(post.tags)

        for one in post.lists:
            if one.tag in tags:
                self.addresses.add_list(one._replace(tag=tags[one.tag]))
            elif one.author and one.author in post.authors[:1]:
                self.addresses.add_list(one)

    def rename(self, originals: dict[str, str]) -> None:
        """Call posts what they were known by, by what they would be known by."""
        self.originals = originals
        renamed = {originals.get(key, key): words for key, words in self.slugs.items()}
        self.slugs = renamed
        self.addresses.rename(originals)

    def find_path(self, digest: str) -> str:
        """The address of a post here."""
        number = self.numbers.get(digest, 0)
        words = self.slugs[digest]
        return (
            f"{self.root}/{number}-{quote(words)}" if words else f"{self.root}/{number}"
        )


def fill_plan(
    archive: Archive, plan: Plan, report: Report, tell: Callable[[int, int], None]
) -> None:
    """Read all of an archive into a plan, and note in the report what is left for good.

    :raise NotReadable: if it is broken, or has too much
    """
    plan.addresses.add_blog(archive.address)
    seen = set()

    for number, record in enumerate(archive.read()):
        tell(number, 0)

        if isinstance(record, Left):
            report.leave(record.kind, record.name, record.reason)
            continue

        digest = plan.make_digest(record)

        if why := find_reason(record, digest in seen):
            report.leave(name_kind(record), record.title or record.key, why)
            note_comments(record, report)
        else:
            plan.add(digest, record)

        seen.add(digest)


def note_comments(post: Post, report: Report) -> None:
    """Say that the comments of a post that was deleted are left with it."""
    if post.state is State.DELETED:
        for _ in post.comments:
            report.leave("comment", post.title or post.key, "its post is not taken")


def find_reason(post: Post, is_known: bool) -> str:
    """Why a post is left whatever is in it; empty if it is not."""
    if post.state is State.DELETED:
        return "it was deleted there"

    return "it is there twice" if is_known else ""


def name_kind(post: Post) -> str:
    """What a post is called in the report."""
    return "page" if post.is_page else "post"


def make_keys(addresses: t.Iterable[str]) -> list[str]:
    """The keys of addresses that somebody may still ask for."""
    keys = map(find_key, addresses)
    return [key for key in dict.fromkeys(keys) if key]

"""What was read, written into the blog: in short transactions, so that others can
write, too, and in such an order that doing it again completes it."""

import typing as t
from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from itertools import islice
from pathlib import Path

from ..data import imports
from ..db import transaction
from .fetching import Fetcher
from .media import Media
from .people import People
from .planning import fill_plan
from .planning import name_kind
from .planning import Plan
from .preparing import Preparer
from .records import Archive
from .records import NotReadable
from .records import Post
from .report import Report
from .texts import OldBlog
from .texts import TooLong

# Rows of one transaction: others wait for it no longer than for a form that is sent.
MAX_NUMBERS = 100
MAX_POSTS = 20
MAX_COMMENTS = 100

ELSEWHERE = (
    "Some came before, when the address of the blog was another one, or was not given."
    " If that would give people of it another account: --author OLD=NAME"
)

Tell = Callable[[int, int], None]


class HasChanged(Exception):
    """What was given is broken, and was not when it was looked at first: a sentence."""


class Options(t.NamedTuple):
    """How to take what is read: the name of the reader, the path below which this blog
    is, the address of the old one if it does not say it, ids by what it calls people,
    a folder of images, what fetches others, and whether this is a trial."""

    reader: str
    root: str = ""
    address: str = ""
    authors: Mapping[str, int] = {}
    media: Path | None = None
    fetcher: Fetcher | None = None
    is_dry: bool = False


def import_all(
    archive: Archive, options: Options, report: Report, tell: Callable[[str], Tell]
) -> None:
    """Take all of an archive; what came before stays as it is here.

    :raise NotReadable: if it is broken; then nothing was written
    :raise HasChanged: if somebody wrote into it meanwhile
    """
    address = options.address or archive.address
    # The same blog, wherever somebody says that it was, and whether it had a
    # certificate by then or not.
    own = archive.address or address
    source = f"{options.reader} {own.partition('://')[2].rstrip('/').lower()}"
    plan = Plan(source, options.root)
    fill_plan(archive, plan, report, tell("Reading"))
    plan.addresses.add_blog(address)
    is_dry = options.is_dry
    people = People(source, archive.read_authors(), options.authors, report, is_dry)
    media = Media(archive, options.media, options.fetcher, report, is_dry)
    preparer = Preparer(OldBlog(plan, media, people, address, report))
    known = imports.find_texts(list(plan.slugs))
    known |= find_elsewhere(plan, known, report)
    plan.numbers = {digest: text.post_id for digest, text in known.items()}
    written = {digest for digest, text in known.items() if text.is_written}
    writer = Writer(plan, preparer, report, written, is_dry)

    try:
        writer.write_all(archive, tell("Writing"))
    except NotReadable as e:
        raise HasChanged(f"{e} It was not so when it was read first.") from e


def find_elsewhere(
    plan: Plan, known: Collection[str], report: Report
) -> dict[str, imports.Known]:
    """Those posts that came before as of a blog elsewhere. The plan calls them what
    they were known by then."""
    fingerprints = {
        digest: fingerprint
        for digest, fingerprint in plan.fingerprints.items()
        if digest not in known and fingerprint
    }
    found = imports.find_originals(fingerprints.values())
    plan.rename(
        {
            digest: found[fingerprint]
            for digest, fingerprint in fingerprints.items()
            if fingerprint in found
        }
    )

    if found:
        report.note(ELSEWHERE)

    return imports.find_texts(found.values())


class Writer:
    """Writes posts and comments that did not come before."""

    def __init__(
        self,
        plan: Plan,
        preparer: Preparer,
        report: Report,
        written: set[str],
        is_dry: bool,
    ) -> None:
        self.plan = plan
        self.preparer = preparer
        self.report = report
        self.written = written
        self.is_dry = is_dry

    def write_all(self, archive: Archive, tell: Tell) -> None:
        """Write what is to come of an archive that was read once."""
        done = 0

        for group in batched(self.read(archive), MAX_POSTS):
            if not done:
                self.keep_numbers(group[0][0])

            self.write(group)
            done += len(group)
            tell(done, len(self.plan.slugs))

    def read(self, archive: Archive) -> Iterator[tuple[Post, str]]:
        """The posts that are to be taken, with their digests, each once."""
        left = set(self.plan.slugs)

        for record in archive.read():
            if isinstance(record, Post):
                digest = self.plan.make_digest(record)

                if digest in left:
                    left.remove(digest)
                    yield record, digest

    def keep_numbers(self, first: Post) -> None:
        """Keep a number for each post that is to come: others can link to it then."""
        missing = [key for key in self.plan.slugs if key not in self.plan.numbers]

        if self.is_dry or not missing:
            return

        author_id = self.preparer.people.find_author(first.authors)

        for some in batched(missing, MAX_NUMBERS):
            imports.keep_numbers(some, author_id)

        known = imports.find_texts(missing)
        self.plan.numbers |= {key: text.post_id for key, text in known.items()}

    def write(self, group: tuple[tuple[Post, str], ...]) -> None:
        """Write some posts in one transaction, and then their comments."""
        made = [
            prepared
            for post, digest in group
            if not self.note_known(post, digest)
            and (prepared := self.prepare(post, digest))
        ]

        for prepared, is_new in self.save(made):
            self.written.add(prepared.digest)
            note = self.report.take if is_new else self.report.know
            note("page" if prepared.is_page else "post")

        for post, digest in group:
            self.write_comments(post, digest)

    def note_known(self, post: Post, digest: str) -> bool:
        """Whether a post came before, which the report counts."""
        if is_known := digest in self.written:
            self.report.know(name_kind(post))

        return is_known

    def prepare(self, post: Post, digest: str) -> imports.Post | None:
        """A post as it is written; ``None`` if that can't be."""
        try:
            return self.preparer.prepare(post, digest)
        except TooLong as e:
            self.report.leave(name_kind(post), post.title or post.key, str(e))
            return None

    def save(self, made: list[imports.Post]) -> list[tuple[imports.Post, bool]]:
        """Write posts; say of each whether no other import had written it by now."""
        if self.is_dry or not made:
            return [(post, True) for post in made]

        with transaction():
            return [(post, imports.write_post(post)) for post in made]

    def write_comments(self, post: Post, digest: str) -> None:
        """Write those comments of a post that did not come before."""
        if not post.comments:
            return
        elif digest not in self.written:
            why = "its post is not taken"
            self.report.leave("comment", post.title or post.key, why)
            return

        keys = [self.preparer.make_comment_digest(digest, c.key) for c in post.comments]
        known = set(imports.find_texts(keys))
        self.report.know("comment", len(known))
        made = self.preparer.prepare_comments(post, digest, known)

        for some in batched(made, MAX_COMMENTS):
            self.report.take("comment", self.save_comments(digest, some))

    def save_comments(self, digest: str, some: tuple[imports.Comment, ...]) -> int:
        """Write comments; return how many were not written by another one."""
        if self.is_dry:
            return len(some)

        with transaction():
            return imports.write_comments(self.plan.numbers[digest], some)


Value = t.TypeVar("Value")


def batched(values: Iterable[Value], size: int) -> Iterator[tuple[Value, ...]]:
    """Values in groups of a size, and of fewer at the end."""
    iterator = iter(values)

    while group := tuple(islice(iterator, size)):
        yield group

"""Who wrote elsewhere, as people of this blog."""

import secrets
from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping

from ..data import imports
from ..data import users
from ..data.roles import Role
from ..db import get_db
from ..text import names
from .digests import make_digest
from .records import Author
from .report import Report

# Numbers that are tried after a name that somebody has.
MAX_NUMBER = 2000

# Who gave no name.
NAMELESS = "Anonymous"
SOMEBODY = "Imported"


class People:
    """Gives each of them an account, once."""

    def __init__(
        self,
        source: str,
        authors: Iterable[Author],
        mapped: Mapping[str, int],
        report: Report,
        is_dry: bool,
    ) -> None:
        """:param mapped: ids by what the old blog called people"""
        self.source = source
        self.authors = {author.key: author for author in authors}
        self.mapped = mapped
        self.report = report
        self.is_dry = is_dry
        self.ids: dict[str, int] = {}
        self.next_numbers: dict[str, int] = defaultdict(lambda: 2)
        # In a trial run, names that would be taken.
        self.taken: set[str] = set()

    def find_author(self, keys: tuple[str, ...]) -> int:
        """The id of who owns a post, by the keys of who wrote it. Without any, it is
        the blog's first owner."""
        if keys:
            author = self.authors.get(keys[0]) or Author(keys[0], keys[0])
            return self.find(author, Role.AUTHOR)
        elif "" in self.mapped:
            return self.mapped[""]

        owner = imports.find_owner()

        if owner is None:
            return self.find(Author("", SOMEBODY), Role.AUTHOR)

        self.report.note(
            f"What nobody signed is by {owner['username']}. To give it to somebody"
            " else: --author =NAME"
        )
        id: int = owner["id"]
        return id

    def find_name(self, key: str) -> str:
        """What an author is called here, by the key; in a trial run, what the old blog
        called who is not here yet."""
        return users.find_username(get_db(), self.find_author((key,))) or key

    def find_commenter(self, author: Author) -> int:
        """The id of who wrote a comment: of an author of the blog, or a reader."""
        if author.key in self.authors and author.key:
            return self.find(self.authors[author.key], Role.AUTHOR)

        return self.find(author._replace(key=""), Role.READER)

    def find(self, author: Author, role: Role) -> int:
        """The id of somebody, whose account is made if there is none."""
        is_reader = role is Role.READER
        called = () if is_reader else (author.key, author.email, author.name)

        for name in filter(None, called):
            # Whoever comments may call themselves anything.
            if name in self.mapped:
                return self.mapped[name]

        parts = ("reader", author.name, author.email) if is_reader else (author.key,)
        # Without an owner, one account has what nobody signed in all blogs, rather than
        # one more for each feed.
        source = self.source if is_reader or author.key else ""
        digest = make_digest(source, "person", *parts)

        if digest not in self.ids:
            self.ids[digest] = imports.find_person(digest) or self.add(
                digest, author, role
            )

        return self.ids[digest]

    def add(self, digest: str, author: Author, role: Role) -> int:
        """Make an account without a password; return its id."""
        possible = self.make_names(author.name or author.key or NAMELESS)
        name = next(possible)

        while (id := self.try_name(digest, name, role)) is None:
            name = next(possible)

        self.report.take("person" if role is Role.AUTHOR else "reader")

        if role is Role.AUTHOR:
            self.report.people[author.key or author.name] = name

        return id

    def try_name(self, digest: str, name: str, role: Role) -> int | None:
        """The id of an account that has a name now; ``None`` if it is taken."""
        if not self.is_dry:
            return imports.add_person(digest, name, role)
        elif self.is_taken(name):
            return None

        self.taken.add(names.name_key(name))
        return 0

    def is_taken(self, name: str) -> bool:
        """Whether somebody has a name, or would have it by now."""
        return names.name_key(name) in self.taken or bool(users.find_taken(name))

    def make_names(self, name: str) -> Iterator[str]:
        """Names that an account may have, the best first; of an e-mail address, which
        is nobody's business, what is before the "@"."""
        typed = names.clean(name.partition("@")[0] or name)
        kept = " ".join("".join(c for c in typed if is_allowed(c)).split())
        base = kept[: names.MAX_LENGTH].strip() or NAMELESS
        yield base

        while self.next_numbers[base] < MAX_NUMBER:
            ending = f" {self.next_numbers[base]}"
            self.next_numbers[base] += 1
            yield base[: names.MAX_LENGTH - len(ending)].rstrip() + ending

        while True:
            yield f"{base[:20].rstrip()} {secrets.token_hex(4)}"


def is_allowed(character: str) -> bool:
    """Whether names may have a character."""
    return character == " " or names.is_visible(character)

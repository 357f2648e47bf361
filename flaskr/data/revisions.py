"""What posts were at each of their versions.

Texts are compressed, each with another one of the same post as its dictionary: the one
before, or every 16th time the one 16 before, so that few are read for any. Each 200th
is whole, and so is the next one where a dictionary is missing or damaged: what needs
that one can't be read any more, and all others can.
"""

import json
import typing as t

from ..db import get_db
from ..db import Row
from ..text.compression import compress
from ..text.compression import Damaged
from ..text.compression import decompress
from ..text.differences import count_changed
from ..text.footnotes import differ_in_numbers
from ..text.footnotes import number
from ..text.names import name_key
from . import people

# How many revisions begin with a whole text, and how many of them one dictionary
# spans. As measured with paragraphs that change: a step of 16 takes half more room
# than a step of 1, and reads 27 texts at most instead of 199.
WHOLE_EVERY = 200
STEP = 16

# Revisions on one page.
PAGE_SIZE = 50

COLUMNS = (
    "r.version, r.created, CAST(r.title AS TEXT) AS title,"
    " CAST(r.tags AS TEXT) AS tags, CAST(r.added AS BIGINT) AS added,"
    " CAST(r.removed AS BIGINT) AS removed, r.drafted,"
    f" {people.columns('w')}"
)
SOURCE = (
    'revision r LEFT JOIN "user" w ON w.id = r.author_id'
    f" {people.join('w')} WHERE r.post_id = ?"
)

# What the public has seen of a post that was a draft once.
SEEN = " AND r.drafted IS NULL"


class Content(t.NamedTuple):
    """What a version of a post is made of; ``tags`` are names."""

    title: str
    body: str
    tags: list[str]

    def is_like(self, other: "Content") -> bool:
        """Whether saving one over the other changes nothing but how tags are written,
        which is no post's own, and the numbers of footnotes, which saving gives."""
        keys, others = ([*map(name_key, content.tags)] for content in (self, other))
        is_same = (self.title, keys) == (other.title, others)
        return is_same and differ_in_numbers(self.body, other.body)

    def number_footnotes(self) -> "Content":
        """As it is saved."""
        return self._replace(body=number(self.body))


class Page(t.NamedTuple):
    """Revisions, the newest first, and the version before which others are."""

    revisions: list[Row]
    before: int | None


def find_page(post_id: int, before: int | None = None, is_public: bool = False) -> Page:
    """The newest revisions of a post, or the newest of those before a version; of those
    that the public has seen, if it is the public that asks."""
    found = (
        get_db()
        .execute(
            f"SELECT {COLUMNS} FROM {SOURCE} AND r.version < ?{SEEN * is_public}"
            " ORDER BY r.version DESC LIMIT ?",
            (post_id, 2**63 - 1 if before is None else before, PAGE_SIZE + 1),
        )
        .fetchall()
    )
    rows = found[:PAGE_SIZE]
    return Page(rows, rows[-1]["version"] if len(found) > PAGE_SIZE else None)


def find(post_id: int, version: int) -> Row | None:
    """A revision without its text."""
    row: Row | None = (
        get_db()
        .execute(
            f"SELECT {COLUMNS} FROM {SOURCE} AND r.version = ?", (post_id, version)
        )
        .fetchone()
    )
    return row


def find_newest(
    post_id: int, before: int = 2**63 - 1, is_public: bool = False
) -> Row | None:
    """The newest revision of a post, or the newest before a version, that the public
    has seen, if it is the public that asks: its version and its position."""
    row: Row | None = (
        get_db()
        .execute(
            "SELECT version, position FROM revision r WHERE post_id = ?"
            f" AND version < ?{SEEN * is_public} ORDER BY version DESC LIMIT 1",
            (post_id, before),
        )
        .fetchone()
    )
    return row


def read(post_id: int, version: int) -> Content | None:
    """What a post was at a version; ``None`` if that is not kept.

    :raise Damaged: if it is, and can't be read
    """
    row = find(post_id, version)

    if row is None:
        return None

    try:
        tags = [str(name) for name in json.loads(row["tags"])]
    except (TypeError, ValueError) as e:
        raise Damaged(str(e)) from e

    return Content(row["title"], read_body(post_id, version), tags)


def read_body(post_id: int, version: int) -> str:
    """The text of a version.

    :raise Damaged: if it, or one that it needs, is missing or not what it was
    """
    rows = get_db().execute(
        "WITH RECURSIVE needed AS ("
        "SELECT version, base, content FROM revision WHERE post_id = ? AND version = ?"
        " UNION ALL SELECT r.version, r.base, r.content FROM revision r"
        " JOIN needed n ON r.version = n.base AND r.version < n.version"
        " WHERE r.post_id = ?) SELECT version, base, content FROM needed"
        " ORDER BY version",
        (post_id, version, post_id),
    )
    body, base = "", None

    for row in rows:
        if row["base"] != base:
            raise Damaged(f"version {row['base']} is missing")

        body, base = decompress(row["content"], body), row["version"]

    if base != version:
        raise Damaged(f"version {version} is missing")

    return body


def find_base(post_id: int, newest: Row | None) -> tuple[int, int | None, str]:
    """Where the next text comes in its chain, the version that is its dictionary, and
    that text."""
    position = newest["position"] + 1 if newest else 0

    if 0 < position < WHOLE_EVERY:
        wanted = position - (1 if position % STEP else STEP)
        row = (
            get_db()
            .execute(
                "SELECT max(version) AS version FROM revision"
                " WHERE post_id = ? AND position = ?",
                (post_id, wanted),
            )
            .fetchone()
        )

        try:
            return position, row["version"], read_body(post_id, row["version"] or 0)
        except Damaged:
            pass

    return 0, None, ""


def add(
    post_id: int,
    version: int,
    author_id: int | None,
    created: str,
    content: Content,
    before: Content | None = None,
    is_draft: bool = False,
) -> None:
    """Keep a version of a post that has none as new, in the transaction of the caller.

    :param before: what the post was before that
    :param is_draft: whether the public does not see it
    """
    position, base, neighbor = find_base(post_id, find_newest(post_id))
    old = f"{before.title}\n{before.body}" if before else ""
    added, removed = count_changed(old, f"{content.title}\n{content.body}")
    get_db().execute(
        "INSERT INTO revision (post_id, version, author_id, created, title, tags,"
        " added, removed, position, base, content, drafted)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(post_id, version, author_id, created, content.title),
            json.dumps(content.tags, ensure_ascii=False),
            *(added, removed, position, base),
            compress(content.body, neighbor),
            created if is_draft else None,
        ),
    )

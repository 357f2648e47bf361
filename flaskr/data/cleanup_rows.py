"""Rows that go as everything of spammers is taken back, beside posts, comments and
likes: kept as they were, and put back when that is undone."""

import json
import logging
import typing as t

from ..db import get_db

logger = logging.getLogger(__name__)


class Source(t.NamedTuple):
    """A table whose rows are kept, with the numbers and the texts that they have, the
    first number being the key; which of them, by the id of a person; and ``needs``:
    what must be there for them to be put back, by the column that refers to it, each a
    query for its id and, if it asks, for the cleanup's. They are ``whose`` account the
    column says, or else that person's."""

    table: str
    numbers: tuple[str, ...]
    texts: tuple[str, ...]
    which: str
    needs: dict[str, str]
    whose: str | None = None
    on_conflict: str = "ON CONFLICT DO NOTHING"


OF_OWN_POST = "post_id IN (SELECT id FROM post WHERE author_id = ?)"

# That came back: plain SQL may have given its number to another one.
POST = (
    "SELECT 1 FROM post p WHERE p.id = ? AND NOT EXISTS (SELECT 1 FROM binned_post b"
    " WHERE b.cleanup_id = ? AND b.post_id = p.id)"
)
DRAFT = f"{POST} AND p.drafted IS NOT NULL"
COMMENT = (
    "SELECT 1 FROM comment c WHERE c.id = ? AND c.removed IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM binned_post b"
    " JOIN binned_comment x ON x.binned_id = b.id"
    " WHERE b.cleanup_id = ? AND x.id = c.id)"
)
PERSON = 'SELECT 1 FROM "user" u WHERE u.id = ? AND u.closed IS NULL'

# Or somebody else has suspended them since, which ended the same.
NOT_SUSPENDED = (
    f"{PERSON} AND NOT EXISTS (SELECT 1 FROM suspension x WHERE x.user_id = u.id)"
)

# Comments that were removed before, whose places go with the last reply.
PLACES = Source(
    "comment",
    ("id", "post_id", "removed_by"),
    ("body", "created", "updated", "removed", "moderated"),
    "removed IS NOT NULL AND id IN (SELECT a.parent_id FROM comment a"
    " WHERE a.author_id = ?)",
    {"post_id": POST},
)
WAITING = Source(
    "waiting_post",
    ("post_id", "refused_by"),
    ("created", "due", "why", "refused", "answer"),
    OF_OWN_POST,
    {"post_id": DRAFT},
)
REPORTS = Source(
    "report",
    ("id", "reporter_id", "post_id", "comment_id", "person_id"),
    ("created", "reason"),
    f"closed IS NULL AND (person_id = ? OR {OF_OWN_POST} OR comment_id IN"
    " (SELECT c.id FROM comment c WHERE c.author_id = ? UNION ALL SELECT c.id"
    " FROM post p JOIN comment c ON c.post_id = p.id WHERE p.author_id = ?))",
    {
        "reporter_id": PERSON,
        "post_id": POST,
        "comment_id": COMMENT,
        "person_id": PERSON,
    },
    whose="reporter_id",
    # Those about a person were closed.
    on_conflict="ON CONFLICT (id) DO UPDATE SET closed = NULL, closed_by = NULL",
)
# Invitations that nobody used, and links to drafts, whoever reads by them.
LINKS = Source(
    "one_time_link",
    ("id", "made_by", "used_by", "post_id"),
    ("token_hash", "role", "created", "expires", "used", "reader_hash"),
    f"role IS NOT NULL AND used IS NULL AND made_by = ? OR {OF_OWN_POST}",
    {"made_by": NOT_SUSPENDED, "post_id": DRAFT},
)
NOTICE_FEED = Source(
    "notice_feed",
    ("id", "user_id"),
    ("created",),
    "user_id = ?",
    {"user_id": NOT_SUSPENDED},
)
REST = (WAITING, REPORTS, LINKS, NOTICE_FEED)

# Who did something to a row.
DOERS = ("made_by", "refused_by", "removed_by", "used_by")


def keep_all(cleanup_id: int, user_id: int) -> None:
    """Keep what goes with all that somebody wrote, in the transaction of the caller,
    who takes that back next."""
    for source in (PLACES, *REST):
        columns = (f"CAST({name} AS TEXT) AS {name}" for name in source.texts)
        found = get_db().execute(
            f"SELECT {', '.join((*source.numbers, *columns))} FROM {source.table}"
            f" WHERE {source.which}",
            (user_id,) * source.which.count("?"),
        )

        for row in found.fetchall():
            content = {name: row[name] for name in source.numbers + source.texts}
            key = str(content[source.numbers[0]])
            owner_id = content[source.whose] if source.whose else user_id
            keep(cleanup_id, source.table, key, content, owner_id)


def keep(
    cleanup_id: int,
    source: str,
    key: str,
    content: dict[str, t.Any] | None,
    user_id: int | None = None,
) -> None:
    """Keep a row, in the transaction of the caller.

    :param content: its columns, or ``None`` for one that was not there
    :param user_id: whose it is, if anybody's
    """
    get_db().execute(
        "INSERT INTO cleanup_row (cleanup_id, source, key, user_id, content)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (cleanup_id, source, key, user_id, json.dumps(content, ensure_ascii=False)),
    )


def find(cleanup_id: int, source: str) -> list[tuple[str, t.Any]]:
    """The keys and the columns of what was kept of a table, as of :func:`keep`, but for
    rows that are damaged."""
    found = get_db().execute(
        "SELECT CAST(key AS TEXT) AS key, CAST(content AS TEXT) AS content"
        " FROM cleanup_row WHERE cleanup_id = ? AND source = ? ORDER BY key",
        (cleanup_id, source),
    )
    kept = []

    for row in found.fetchall():
        try:
            kept.append((row["key"], read(row["content"])))
        except ValueError:
            logger.warning(f"{source} {row['key']} can't be brought back.")

    return kept


def read(content: str) -> dict[str, t.Any] | None:
    """The columns of a row that was kept.

    :raise ValueError: if they are damaged
    """
    columns: dict[str, t.Any] | None = json.loads(content)

    if not isinstance(columns, (dict, type(None))):
        raise ValueError("no columns")

    return columns


def put_back(cleanup_id: int, *sources: Source) -> None:
    """Put rows back into their tables, but for those that refer to what is not there
    any more, in the transaction of the caller."""
    for source in sources:
        for _key, content in find(cleanup_id, source.table):
            is_whole = {*source.numbers, *source.texts} <= {*(content or ())}

            if is_whole and has_all_needs(cleanup_id, source, content):
                insert(source, content)


def insert(source: Source, content: dict[str, t.Any]) -> None:
    """Put a row back, without those who did something to it and are gone, in the
    transaction of the caller."""
    for name in DOERS:
        if content.get(name) and not is_there(PERSON, content[name]):
            content[name] = None

    names = source.numbers + source.texts
    get_db().execute(
        f"INSERT INTO {source.table} ({', '.join(names)})"
        f" VALUES ({', '.join('?' * len(names))}) {source.on_conflict}",
        [content[name] for name in names],
    )


def has_all_needs(cleanup_id: int, source: Source, content: dict[str, t.Any]) -> bool:
    """Whether all that a row refers to is there."""
    return all(
        is_there(query, content[name], cleanup_id)
        for name, query in source.needs.items()
        if content[name] is not None
    )


def is_there(query: str, *parameters: int) -> bool:
    """Whether a query finds something, with as many parameters as it asks for."""
    found = get_db().execute(query, parameters[: query.count("?")])
    return found.fetchone() is not None


def forget_feed(user_id: int) -> None:
    """Bring no address back at which somebody's notices are read, in the transaction of
    the caller."""
    get_db().execute(
        "DELETE FROM cleanup_row WHERE source = ? AND user_id = ?",
        (NOTICE_FEED.table, user_id),
    )

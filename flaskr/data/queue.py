"""What waits for moderators: who asks to join, posts and comments that need approval,
and reports, the oldest first."""

import typing as t

from ..db import get_db
from ..db import Row
from ..text.fingerprints import make_fingerprint
from . import applications
from . import moderation
from . import posts
from . import profiles
from . import reports
from . import waiting
from .cursor import Cursor
from .cursor import cut_page
from .cursor import Key

# Things on one page.
PAGE_SIZE = 20

# To this number the header counts.
MAX_COUNTED = 99

Kind = t.Literal["application", "post", "comment", "report"]
KINDS: tuple[Kind, ...] = t.get_args(Kind)

# Each with a number of its own: four times the id, and the kind's. Reports of the same
# thing are one.
WAITING = (
    "SELECT 0 AS kind, min(a.user_id) AS id, min(CAST(a.created AS TEXT)) AS created"
    " FROM application a"
    ' JOIN "user" u ON u.id = a.user_id AND u.closed IS NULL'
    " AND NOT EXISTS (SELECT 1 FROM suspension x WHERE x.user_id = u.id)"
    " WHERE a.answered IS NULL GROUP BY a.user_id"
    " UNION ALL SELECT 1, w.post_id, CAST(w.created AS TEXT) FROM waiting_post w"
    " JOIN post p ON p.id = w.post_id AND p.drafted IS NOT NULL"
    " WHERE w.refused IS NULL"
    " UNION ALL SELECT 2, id, CAST(created AS TEXT) FROM waiting_comment"
    " WHERE refused IS NULL AND cleanup_id IS NULL"
    ' AND author_id IN (SELECT u.id FROM "user" u)'
    " UNION ALL SELECT 3, min(id), min(CAST(created AS TEXT)) FROM report"
    " WHERE closed IS NULL GROUP BY post_id, comment_id, person_id"
)


class Item(t.NamedTuple):
    """Something that waits: its kind and number, since when, what it says, and whose it
    is, as of :func:`.moderation.count_by_person`. ``text`` is the post's, the
    comment's, the profile's, or what the person asks, and ``tags`` the post's;
    ``post_id`` and ``comment_id`` are of what is reported, or where a comment belongs;
    ``reports`` is what others say, and ``before`` what somebody was told who asks to
    join again."""

    kind: Kind
    id: int
    created: str
    person: Row
    text: str = ""
    title: str = ""
    tags: t.Sequence[str] = ()
    why: str = ""
    due: str | None = None
    post_id: int | None = None
    comment_id: int | None = None
    has_place: bool = True
    reports: t.Sequence[Row] = ()
    before: t.Sequence[Row] = ()

    @property
    def fingerprint(self) -> str:
        """What a moderator has read of it, to see whether that has changed."""
        return make_fingerprint(self.title, self.text, self.due or "", *self.tags)


class Page(t.NamedTuple):
    """Things, the oldest first, and the key of the next page, or ``None``."""

    items: list[Item]
    newer: Key | None


def find_page(cursor: Cursor | None = None) -> Page:
    """The oldest things, or those at a cursor."""
    after_cursor = " WHERE (created, 4 * id + kind) > (?, ?)" if cursor else ""
    found = (
        get_db()
        .execute(
            f"SELECT kind, id, created, 4 * id + kind AS number FROM ({WAITING}) q"
            f"{after_cursor} ORDER BY created, 4 * id + kind LIMIT ?",
            (*(cursor.key if cursor else ()), PAGE_SIZE + 1),
        )
        .fetchall()
    )
    rows, _, newer = cut_page(found, PAGE_SIZE, cursor, get_cursor_key)
    items = (find(KINDS[row["kind"]], row["id"]) for row in rows)
    return Page([item for item in items if item], newer)


def get_cursor_key(row: Row) -> Key:
    """Since when it waits, and its number, by which the queue is sorted."""
    return row["created"], row["number"]


def count() -> int:
    """How many things wait; no more than :data:`MAX_COUNTED` and one."""
    row = (
        get_db()
        .execute(
            f"SELECT count(*) AS number FROM (SELECT 1 FROM ({WAITING}) q LIMIT ?) n",
            (MAX_COUNTED + 1,),
        )
        .fetchone()
    )
    number: int = row["number"]
    return number


def find(kind: Kind, id: int) -> Item | None:
    """Something that waits; ``None`` if it does not, or no more."""
    return {
        "application": find_application,
        "post": find_post,
        "comment": find_comment,
        "report": find_report,
    }[kind](id)


def find_application(user_id: int) -> Item | None:
    """Somebody who asks to join."""
    asked = applications.find_all(user_id)

    if not asked or asked[0]["answered"]:
        return None

    return Item(
        "application",
        user_id,
        asked[0]["created"],
        moderation.count_by_person(user_id),
        text=asked[0]["reason"],
        why=asked[0]["why"],
        before=asked[1:],
    )


def find_post(post_id: int) -> Item | None:
    """A post that waits."""
    held, post = waiting.find_post(post_id), posts.find(post_id)

    if held is None or held["refused"] or post is None:
        return None

    return Item(
        "post",
        post_id,
        held["created"],
        why=held["why"],
        due=held["due"],
        **describe_post(post),
    )


def find_comment(id: int) -> Item | None:
    """A comment that waits."""
    comment = waiting.find_comment(id)

    if comment is None or comment["refused"]:
        return None

    return Item(
        "comment",
        id,
        comment["created"],
        moderation.count_by_person(comment["author_id"]),
        text=comment["body"],
        title=comment["title"] or "",
        why=comment["why"],
        post_id=comment["post_id"],
        has_place=comment["title"] is not None,
    )


def find_report(report_id: int) -> Item | None:
    """What is reported."""
    report = reports.find(report_id)

    if report is None:
        return None

    # There may be nobody of that id, as there is no post of this one.
    nothing: tuple[reports.Kind, int] = ("post", 0)
    columns = reports.COLUMNS.items()
    kind, id = next(((k, report[c]) for k, c in columns if report[c]), nothing)
    found = find_reported(kind, id)
    said = reports.find_open(kind, id)

    # Another moderator may just have closed it.
    if found is None or not said:
        return None

    return Item("report", report_id, said[0]["created"], reports=said, **found)


def describe_post(post: Row) -> dict[str, t.Any]:
    """What :class:`Item` has of a post, as of :func:`.posts.find`."""
    return {
        "person": moderation.count_by_person(post["author_id"]),
        "text": post["body"],
        "title": post["title"],
        "tags": posts.get_tag_names(post),
        "post_id": post["id"],
    }


def find_reported(kind: reports.Kind, id: int) -> dict[str, t.Any] | None:
    """What :class:`Item` has of a post, a comment or a person."""
    if kind == "person":
        return {
            "person": moderation.count_by_person(id),
            "text": profiles.read_words(id),
        }

    if kind == "post":
        post = posts.find(id)
        return describe_post(post) if post else None

    comment = (
        get_db()
        .execute(
            "SELECT c.author_id, c.post_id, CAST(c.body AS TEXT) AS body,"
            " CAST(p.title AS TEXT) AS title FROM comment c"
            " JOIN post p ON p.id = c.post_id"
            " WHERE c.id = ? AND c.author_id IS NOT NULL",
            (id,),
        )
        .fetchone()
    )
    return comment and {
        "person": moderation.count_by_person(comment["author_id"]),
        "text": comment["body"],
        "title": comment["title"],
        "post_id": comment["post_id"],
        "comment_id": id,
    }

"""Posts: which the public sees, lists of them, and saving them."""

import json
import re
import typing as t

from flask_babel import gettext as _

from ..db import get_db
from ..db import json_rows
from ..db import Row
from ..db import transaction
from ..text.lines import clean_lines
from ..text.lines import FORBIDDEN
from ..text.markdown import VERSION
from ..text.names import is_visible
from ..text.names import name_key
from . import people
from . import renderings
from .cursor import Cursor
from .cursor import cut_page
from .cursor import Key
from .times import find_month_start
from .times import now

MAX_TITLE = 200  # characters
MAX_BODY = 200_000  # bytes of UTF-8

# All posts, for what their authors do with them.
ALL = 'post p JOIN "user" u ON u.id = p.author_id'

# Which posts the public sees, pages too. Whatever finds one for readers selects from
# this, and from nothing else.
PUBLIC = f"{ALL} AND p.drafted IS NULL"

# Which of them lists and feeds have; and whatever counts posts.
LISTED = f"{PUBLIC} AND p.page IS NULL"

# What is read of the texts of posts: nothing, all, what lists show, or their HTML
# besides. Where a rendering is kept, the text is not read for these.
NO_TEXT = "'' AS body, NULL AS html, NULL AS facts"
BODY = "coalesce(CAST(body AS TEXT), '') AS body, NULL AS html, NULL AS facts"
UNLESS_KEPT = (
    "CASE WHEN r.post_id IS NULL THEN coalesce(CAST(body AS TEXT), '') ELSE '' END"
    " AS body"
)
# Of what was found, characters in which the words are shown.
SEARCHED = (
    "coalesce(CAST(substr(body, 1, 50000) AS TEXT), '') AS body,"
    " NULL AS html, NULL AS facts"
)
FACTS = f"{UNLESS_KEPT}, NULL AS html, r.facts"
HTML = f"{UNLESS_KEPT}, CAST(r.html AS TEXT) AS html, r.facts"

# The directions that would run on into the text around a title.
DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")

# The tags of p, which come in one value: at each row, another thread may go first.
TAG_COLUMNS = "pt.id, CAST(key AS TEXT), CAST(name AS TEXT)"
OF_POST = "post_tag pt JOIN tag ON tag.id = pt.tag_id WHERE pt.post_id = p.id"

# With Start.since and Start.before of a month as parameters.
SINCE = "p.created >= ? AND NOT (p.created >= ? AND p.created < ?)"
BEFORE = "p.created < ? AND NOT (p.created >= ? AND p.created < ?)"


class Filter(t.NamedTuple):
    """Some posts: what joins to ``p``, which rows, the parameters of both, what the
    posts are sorted by, the greatest first, and the tables to select from."""

    join: str = ""
    where: str = "TRUE"
    parameters: tuple[object, ...] = ()
    sort: tuple[str, str] = ("p.created", "p.number")
    source: str = LISTED


ALL_POSTS = Filter()


def by_id(post_id: int, source: str) -> Filter:
    """One post of some tables, or none."""
    return Filter(where="p.id = ?", parameters=(post_id,), source=source)


def by_author(user_id: int) -> Filter:
    """Posts of one author, the newest first."""
    return Filter(where="p.author_id = ?", parameters=(user_id,))


def with_tag(tag_id: int) -> Filter:
    """Posts that have a tag, the newest first."""
    return Filter(
        "JOIN post_tag t ON t.post_id = p.id",
        "t.tag_id = ?",
        (tag_id,),
        ("t.created", "t.post_id"),
    )


def written_in(year: int, month: int | None = None) -> Filter:
    """Posts of a year or of a month of it, as the calendar is where the blog is."""
    start = find_month_start(year, month or 1)
    following = (year, month + 1) if month and month < 12 else (year + 1, 1)
    end = find_month_start(*following)
    return Filter(where=f"{SINCE} AND {BEFORE}", parameters=(*start.since, *end.before))


class Tag(t.NamedTuple):
    """A tag of a post: what its URL has, and how it was typed last."""

    key: str
    name: str


class Page(t.NamedTuple):
    """Posts; ``older`` and ``newer`` are the keys of the pages next to it, or
    ``None``."""

    posts: list[Row]
    older: Key | None
    newer: Key | None


def find_page(
    which: Filter, size: int, text: str = FACTS, cursor: Cursor | None = None
) -> Page:
    """The first page of posts, or the one at a cursor.

    :param text: columns of what is read of their texts
    """
    found = select_posts(which, cursor, text, size + 1)
    rows, newer, older = cut_page(found, size, cursor, get_cursor_key)
    return Page(rows, older, newer)


def select_posts(
    which: Filter, cursor: Cursor | None, text: str, limit: int
) -> list[Row]:
    """Rows of posts next to a cursor, or the first ones.

    :param text: columns of what is read of their texts
    """
    first, second = which.sort
    compare, order = (">", "ASC") if cursor and cursor.back else ("<", "DESC")
    after_cursor = f" AND ({first}, {second}) {compare} (?, ?)" if cursor else ""
    return (
        get_db()
        .execute(
            f"SELECT p.id, CAST(title AS TEXT) AS title, {text}, p.created,"
            " coalesce(p.updated, p.created) AS updated, p.author_id,"
            " CAST(p.version AS BIGINT) AS version,"
            f" {people.columns('u')}, p.comments_closed, p.drafted, p.due, p.page,"
            " CAST(coalesce(n.comments, 0) AS INTEGER) AS comments,"
            " CAST(coalesce(n.likes, 0) AS INTEGER) AS likes,"
            f" (SELECT {json_rows(TAG_COLUMNS)} FROM {OF_POST}) AS tags,"
            f" {first} AS sort"
            f" FROM {which.source} LEFT JOIN post_count n ON n.post_id = p.id"
            f" {renderings.JOIN_POST} {people.join('u')}"
            f" {which.join} WHERE {which.where}{after_cursor}"
            f" ORDER BY {first} {order}, {second} {order} LIMIT ?",
            (VERSION, *which.parameters, *(cursor.key if cursor else ()), limit),
        )
        .fetchall()
    )


def get_cursor_key(post: Row) -> Key:
    """The value that a list is sorted by, and the post's id."""
    return post["sort"], post["id"]


def find(post_id: int, text: str = BODY) -> Row | None:
    """A post with its author's name, whether the public sees it or not.

    :param text: columns of what is read of its text
    """
    return next(iter(select_posts(by_id(post_id, ALL), None, text, 1)), None)


def find_public(post_id: int) -> Row | None:
    """A post that the public sees, with its author's name."""
    return next(iter(select_posts(by_id(post_id, PUBLIC), None, HTML, 1)), None)


def find_neighbors(post: Row) -> tuple[Row | None, Row | None]:
    """The posts written just before and just after one."""
    key = get_cursor_key(post)
    earlier = select_posts(ALL_POSTS, Cursor(key), FACTS, 1)
    later = select_posts(ALL_POSTS, Cursor(key, back=True), FACTS, 1)
    return next(iter(earlier), None), next(iter(later), None)


def get_tags(post: Row) -> list[Tag]:
    """The tags of a post, in the order in which its author typed them."""
    return [Tag(key, name) for _id, key, name in sorted(json.loads(post["tags"]))]


def get_tag_names(post: Row) -> list[str]:
    """The names of a post's tags, in the order of :func:`get_tags`."""
    return [tag.name for tag in get_tags(post)]


def clean(title: str, body: str) -> tuple[str, str]:
    """A title and a body as they are stored: one line, and lines that end alike."""
    one_line = " ".join(title.split())
    title = " ".join(FORBIDDEN.sub("", DIRECTIONS.sub("", one_line)).split())
    return title, clean_lines(body)


def find_problem(title: str, body: str, is_draft: bool = False) -> str | None:
    """Why a clean title and body can't be saved, as a sentence."""
    if not is_draft and not any(map(is_visible, title)):
        return _("Title is required.")
    elif len(title) > MAX_TITLE:
        return _(
            "The title has %(number)d characters. Shorten it to %(most)d at most.",
            most=MAX_TITLE,
            number=len(title),
        )
    elif (size := len(body.encode())) > MAX_BODY:
        return _(
            "The text is %(size).1f kB, and the limit is %(most)d kB. Split it into two"
            " posts.",
            most=MAX_BODY // 1000,
            size=size / 1000,
        )
    else:
        return None


def create(
    author_id: int, title: str, body: str, tags: list[str], is_draft: bool = False
) -> int | None:
    """Publish a post, or keep it as a draft, and return its id; ``None`` if the account
    is closed."""
    rendering = renderings.make(renderings.POST, body)

    with transaction() as db:
        created = now()
        row = db.execute(
            "INSERT INTO post (title, body, author_id, created, drafted)"
            ' SELECT ?, ?, id, ?, ? FROM "user" WHERE id = ? AND closed IS NULL'
            " RETURNING id",
            (title, body, created, created if is_draft else None, author_id),
        ).fetchone()

        if row is None:
            return None

        post_id: int = row["id"]
        set_tags(post_id, tags)
        renderings.save(renderings.POST, post_id, body, rendering)

    return post_id


def update(post_id: int, title: str, body: str, tags: list[str]) -> None:
    """Save a post that was found in the same transaction."""
    rendering = renderings.make(renderings.POST, body)

    with transaction() as db:
        db.execute(
            "UPDATE post SET title = ?, body = ? WHERE id = ?", (title, body, post_id)
        )
        set_tags(post_id, tags)
        renderings.save(renderings.POST, post_id, body, rendering)


def set_tags(post_id: int, names: list[str]) -> None:
    """Give a post these tags and no others. A tag takes the name typed last, but for a
    draft, which nobody should notice, and a page, which shows none."""
    db = get_db()
    keys = [name_key(name) for name in names]
    post = find(post_id, NO_TEXT)
    is_hidden = post and (post["drafted"] or post["page"])
    newest = "tag.name" if is_hidden else "excluded.name"

    if post and [tag.key for tag in get_tags(post)] != keys:
        # All anew, since their order is that of their ids.
        db.execute("DELETE FROM post_tag WHERE post_id = ?", (post_id,))

    for tag_key, name in zip(keys, names, strict=True):
        tag = db.execute(
            "INSERT INTO tag (key, name) VALUES (?, ?)"
            f" ON CONFLICT (key) DO UPDATE SET name = {newest} RETURNING id",
            (tag_key, name),
        ).fetchone()
        db.execute(
            "INSERT INTO post_tag (post_id, tag_id, created)"
            " SELECT id, ?, CASE WHEN drafted IS NULL AND page IS NULL THEN created"
            " ELSE '' END FROM post WHERE id = ?"
            " ON CONFLICT (post_id, tag_id) DO NOTHING",
            (tag["id"], post_id),
        )

"""Pages, like one about the blog: posts that stand outside lists and feeds, and some of
them in the header."""

from ..db import get_db
from ..db import Row
from ..db import transaction
from . import posts
from .cursor import Cursor
from .cursor import cut_page
from .times import now

# Pages in the header, with those that are drafts and will be there.
MAX_IN_HEADER = 8

# Pages beside those on one page of all, and of somebody's in their texts.
PAGE_SIZE = 50

# What others than its author may know of.
KNOWN = "(p.drafted IS NULL OR p.created <> p.drafted OR p.author_id = ?)"


class HeaderFull(Exception):
    """There is no room in the header for another page."""


def find_header() -> list[Row]:
    """The pages in the header, in their order: ``id`` and ``title``."""
    return (
        get_db()
        .execute(
            f"SELECT p.id, CAST(p.title AS TEXT) AS title FROM {posts.PUBLIC}"
            " WHERE p.header_position IS NOT NULL AND p.page IS NOT NULL"
            " ORDER BY p.header_position, p.number LIMIT ?",
            (MAX_IN_HEADER,),
        )
        .fetchall()
    )


def find_all_in_header(user_id: int) -> list[Row]:
    """The pages of which somebody may know that are in the header, or will be once they
    are public, in their order."""
    which = posts.Filter(
        where=f"p.header_position IS NOT NULL AND p.page IS NOT NULL AND {KNOWN}",
        parameters=(user_id,),
        sort=("p.header_position", "p.number"),
        source=posts.ALL,
    )
    found = posts.select_posts(which, None, posts.NO_TEXT, 2 * MAX_IN_HEADER)
    return found[::-1]


def find_others(user_id: int, cursor: Cursor | None = None) -> posts.Page:
    """The pages of which somebody may know that are not in the header, the newest
    first: the first of them, or those at a cursor."""
    which = posts.Filter(
        where=f"p.page IS NOT NULL AND p.header_position IS NULL AND {KNOWN}",
        parameters=(user_id,),
        sort=("p.page", "p.number"),
        source=posts.ALL,
    )
    found = posts.select_posts(which, cursor, posts.NO_TEXT, PAGE_SIZE + 1)
    rows, newer, older = cut_page(found, PAGE_SIZE, cursor, posts.get_cursor_key)
    return posts.Page(rows, older, newer)


def find_public_by(author_id: int) -> list[Row]:
    """The newest pages of somebody that the public sees."""
    which = posts.Filter(
        where="p.author_id = ? AND p.page IS NOT NULL",
        parameters=(author_id,),
        sort=("p.page", "p.number"),
        source=posts.PUBLIC,
    )
    return posts.select_posts(which, None, posts.NO_TEXT, PAGE_SIZE)


def make(post_id: int) -> bool:
    """Make a post a page, whose comments are closed until somebody opens them; whether
    it was none."""
    with transaction() as db:
        made = now()
        changed = db.execute(
            "UPDATE post SET page = ?, comments_closed = coalesce(comments_closed, ?)"
            " WHERE id = ? AND page IS NULL",
            (made, made, post_id),
        )

    return changed.rowcount == 1


def unmake(post_id: int) -> bool:
    """Make a page a post again, with comments if they were closed because it was a
    page; whether it was one."""
    with transaction() as db:
        changed = db.execute(
            "UPDATE post SET page = NULL, header_position = NULL, comments_closed ="
            " CASE WHEN comments_closed = page THEN NULL ELSE comments_closed END"
            " WHERE id = ? AND page IS NOT NULL",
            (post_id,),
        )

    return changed.rowcount == 1


def put_in_header(post_id: int) -> bool:
    """Put a page at the end of the header; whether it is a page.

    :raise HeaderFull:
    """
    with transaction() as db:
        ids = find_order()

        if post_id in ids:
            return True
        elif len(ids) >= MAX_IN_HEADER:
            raise HeaderFull

        changed = db.execute(
            "UPDATE post SET header_position = (SELECT coalesce(max(h.header_position),"
            " 0) + 1 FROM post h WHERE h.header_position IS NOT NULL)"
            " WHERE id = ? AND page IS NOT NULL",
            (post_id,),
        )

    return changed.rowcount == 1


def take_from_header(post_id: int) -> bool:
    """Take a page out of the header; whether it is a page."""
    with transaction() as db:
        changed = db.execute(
            "UPDATE post SET header_position = NULL WHERE id = ? AND page IS NOT NULL",
            (post_id,),
        )

    return changed.rowcount == 1


def move(post_id: int, steps: int) -> bool:
    """Move a page in the header by some steps, towards the start by less than 0;
    whether it is there."""
    with transaction() as db:
        ids = find_order()

        if post_id not in ids:
            return False

        place = ids.index(post_id)
        ids.insert(max(place + steps, 0), ids.pop(place))

        for position, id in enumerate(ids, 1):
            db.execute(
                "UPDATE post SET header_position = ?"
                " WHERE id = ? AND header_position <> ?",
                (position, id, position),
            )

    return True


def find_order() -> list[int]:
    """The ids of all pages in the header, also of those that are drafts, in their
    order."""
    found = get_db().execute(
        "SELECT id FROM post WHERE header_position IS NOT NULL"
        " ORDER BY header_position, number"
    )
    return [row["id"] for row in found]


def make_room(post_id: int) -> None:
    """Keep a page that comes back out of the header if that is full by now, in the
    transaction of the caller."""
    if len(find_order()) > MAX_IN_HEADER:
        take_from_header(post_id)

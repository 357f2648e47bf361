"""What may be a tag, and which posts have it."""

import re
import typing as t

from flask_babel import gettext as _

from ..db import get_db
from ..db import Row
from ..text.names import clean
from ..text.names import is_visible
from ..text.names import MAX_TYPED
from ..text.names import name_key
from . import posts
from .cursor import Cursor
from .cursor import cut_page
from .cursor import Key

MAX_TAGS = 20
MAX_LENGTH = 50  # characters of one tag

# Tags on one page of all.
PAGE_SIZE = 200

# Posts of a tag that are counted there: beyond, the number says little.
MAX_COUNTED = 1000

# How many of the tags used last the editor suggests.
MAX_SUGGESTIONS = 200


class Page(t.NamedTuple):
    """Tags in the order of their keys. ``before`` and ``after`` are the cursor keys of
    the pages next to it, or ``None``."""

    tags: list[Row]
    before: Key | None
    after: Key | None


def parse(text: str) -> list[str]:
    """The tags that somebody typed in one field: each once, whatever its case."""
    tags: dict[str, str] = {}

    # The comma that a Chinese keyboard has, too, and what lists words with it. Nobody
    # types so many; then the rest is one that is too long.
    for part in re.split("[,，、\r\n]", text, maxsplit=MAX_TYPED):
        name = "/".join(filter(None, clean(part).lstrip("#").strip().split("/")))
        tags.setdefault(name_key(name), name)

    tags.pop("", None)
    return list(tags.values())


def find_problem(tags: list[str]) -> str | None:
    """Why a post can't have these tags, as a sentence."""
    if len(tags) > MAX_TAGS:
        return _(
            "You added %(number)d tags. Use %(most)d at most.",
            most=MAX_TAGS,
            number=len(tags),
        )

    for tag in tags:
        if len(tag) > MAX_LENGTH:
            return _(
                "The tag “%(tag)s” has %(number)d characters. Shorten it to %(most)d at"
                " most.",
                most=MAX_LENGTH,
                tag=tag,
                number=len(tag),
            )
        elif not all(c == " " or is_visible(c) for c in tag):
            return _("“%(tag)s” can’t be used as a tag. Choose another one.", tag=tag)

    return None


def is_public() -> str:
    """That a tag is on a post which lists have."""
    return (
        "EXISTS (SELECT 1 FROM post_tag t"
        f" JOIN ({posts.LISTED}) ON p.id = t.post_id WHERE t.tag_id = tag.id)"
    )


def find_public(name: str) -> Row | None:
    """A tag that the public sees, by its name as somebody typed it."""
    row: Row | None = (
        get_db()
        .execute(
            f"SELECT id, key, name FROM tag WHERE key = ? AND {is_public()}",
            (name_key(name),),
        )
        .fetchone()
    )
    return row


def find_public_names(names: t.Collection[str]) -> set[str]:
    """Those of some names, as somebody typed them, whose tag the public sees."""
    keys = {name: name_key(name) for name in names}
    marks = ", ".join("?" * len(keys))
    rows = get_db().execute(
        "SELECT CAST(tag.key AS TEXT) AS key FROM tag"
        f" WHERE key IN ({marks}) AND {is_public()}",
        tuple(keys.values()),
    )
    found = {row["key"] for row in rows}
    return {name for name, key in keys.items() if key in found}


def find_all_public(keys: t.Collection[str]) -> list[Row]:
    """The tags that the public sees and that have one of some keys."""
    marks = ", ".join("?" * len(keys))
    return (
        get_db()
        .execute(
            f"SELECT id FROM tag WHERE key IN ({marks}) AND {is_public()} ORDER BY id",
            tuple(keys),
        )
        .fetchall()
    )


def find_page(cursor: Cursor | None = None) -> Page:
    """The first page of the tags that the public sees, or the one at a cursor, each
    with the number of its ``posts``, at most :data:`MAX_COUNTED`."""
    compare, order = ("<", "DESC") if cursor and cursor.back else (">", "ASC")
    after_cursor = f" AND tag.key {compare} ?" if cursor else ""
    found = (
        get_db()
        .execute(
            "SELECT tag.id, CAST(tag.key AS TEXT) AS key, CAST(name AS TEXT) AS name,"
            " (SELECT count(*) FROM (SELECT 1 FROM post_tag t"
            f" JOIN ({posts.LISTED}) ON p.id = t.post_id"
            " WHERE t.tag_id = tag.id LIMIT ?) counted) AS posts"
            f" FROM tag WHERE {is_public()}{after_cursor}"
            f" ORDER BY tag.key {order} LIMIT ?",
            (MAX_COUNTED, *(cursor.key[:1] if cursor else ()), PAGE_SIZE + 1),
        )
        .fetchall()
    )
    return Page(*cut_page(found, PAGE_SIZE, cursor, get_cursor_key))


def get_cursor_key(tag: Row) -> Key:
    """The key by which tags are sorted, and the id."""
    return tag["key"], tag["id"]


def suggest() -> list[str]:
    """The names of the tags that were used last."""
    rows = get_db().execute(
        "SELECT CAST(name AS TEXT) AS name FROM tag WHERE id IN"
        " (SELECT tag_id FROM post_tag ORDER BY id DESC LIMIT ?)"
        f" AND {is_public()} ORDER BY key",
        (MAX_SUGGESTIONS,),
    )
    return [row["name"] for row in rows]

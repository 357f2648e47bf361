"""The HTML of texts, made when they are saved: no page pays for it.

A row belongs to a post or to a comment, and goes with its text: the triggers see what
any program writes. So nobody has to look for rows that belong to no text, and a list
need not read texts to find theirs. One that is missing, or of another version of the
renderer, is made when it is shown, and kept by ``init-db``.
"""

import json
import typing as t

from ..db import get_db
from ..db import Row
from ..db import transaction
from ..text.extract import Image
from ..text.headings import Heading
from ..text.highlight import Highlighter
from ..text.highlight import MAX_WHEN_SAVED
from ..text.markdown import Facts
from ..text.markdown import render
from ..text.markdown import Rendering
from ..text.markdown import VERSION

# Texts that are rendered between two transactions.
BATCH = 50


class Kind(t.NamedTuple):
    """What has texts: the table, that of their renderings and its key, and the level
    of the highest heading."""

    table: str
    renderings: str
    key: str
    highest: int


POST = Kind("post", "post_rendering", "post_id", 2)
COMMENT = Kind("comment", "comment_rendering", "comment_id", 0)

# The version is a parameter.
JOIN_POST = "LEFT JOIN post_rendering r ON r.post_id = p.id AND r.version = ?"
JOIN_COMMENT = "LEFT JOIN comment_rendering r ON r.comment_id = c.id AND r.version = ?"


def make(kind: Kind, body: str) -> Rendering:
    """Render a text that is saved, for which there is more time than when it is
    shown."""
    return render(body, kind.highest, Highlighter(MAX_WHEN_SAVED))


def save(kind: Kind, id: int, body: str, rendering: Rendering) -> None:
    """Keep what a text became, unless it has changed meanwhile."""
    get_db().execute(
        f"INSERT INTO {kind.renderings} ({kind.key}, version, html, facts)"
        f" SELECT id, ?, ?, ? FROM {kind.table} WHERE id = ? AND body = ?"
        f" ON CONFLICT ({kind.key}) DO UPDATE SET version = excluded.version,"
        " html = excluded.html, facts = excluded.facts",
        (VERSION, rendering.html, dump(rendering.facts), id, body),
    )


def load(row: Row) -> Rendering | None:
    """What is kept of the text of a row that has ``html`` and ``facts``, if any, and if
    it can be read."""
    if row["facts"] is None:
        return None

    try:
        found = json.loads(row["facts"])

        # As another program may have written it.
        if not isinstance(found, list):
            return None

        facts = Facts(*found)
        headings = [Heading(*heading) for heading in facts.headings]
        image = facts.image and Image(*facts.image)
    except (TypeError, ValueError):
        return None

    return Rendering(row["html"] or "", facts._replace(headings=headings, image=image))


def dump(facts: Facts) -> str:
    """Facts as JSON."""
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))


def render_all() -> None:
    """Keep what is missing, or of another version; ``init-db`` does."""
    for kind in (POST, COMMENT):
        last: int | None = 0

        while last is not None:
            last = render_some(kind, last)


def render_some(kind: Kind, after: int) -> int | None:
    """Keep the next missing renderings after an id; return the last id, or ``None`` if
    there was none."""
    rows = find_missing(kind, after)
    made = [(row["id"], row["body"], make(kind, row["body"])) for row in rows]

    with transaction():
        for id, body, rendering in made:
            save(kind, id, body, rendering)

    return rows[-1]["id"] if rows else None


def find_missing(kind: Kind, after: int) -> list[Row]:
    """Some texts whose rendering is not kept, by their ids."""
    return (
        get_db()
        .execute(
            f"SELECT s.id, coalesce(CAST(s.body AS TEXT), '') AS body"
            f" FROM {kind.table} s WHERE s.id > ? AND NOT EXISTS"
            f" (SELECT 1 FROM {kind.renderings} r WHERE r.{kind.key} = s.id"
            " AND r.version = ?) ORDER BY s.id LIMIT ?",
            (after, VERSION, BATCH),
        )
        .fetchall()
    )

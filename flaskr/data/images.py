"""Images: whose they are, and where they are used."""

import typing as t
from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

from ..db import get_db
from ..db import Row
from ..db import transaction
from ..imaging.process import ProcessedImage
from . import posts
from .cursor import Cursor
from .cursor import cut_page
from .cursor import Key
from .image_files import COLUMNS
from .image_files import count_bytes
from .image_files import find_same
from .image_files import insert
from .times import format_ago
from .times import now

MAX_ALT = 300  # characters

# Images on one page of somebody's.
PAGE_SIZE = 24

# An image whose URL is in no text.
UNUSED = "NOT EXISTS (SELECT 1 FROM image_use WHERE hash = i.hash)"


class Page(t.NamedTuple):
    """Somebody's images, the newest first, with where each hash is used, and the
    key of the next page."""

    images: list[Row]
    uses: dict[str, list[Row]]
    older: Key | None


def add(user_id: int, processed: ProcessedImage, alt: str, quota: int) -> Row | None:
    """Keep an image as somebody's, each once, and return its row; ``None`` if they
    would have more than their quota then, in bytes, or have closed their account. What
    they said before that it shows stays."""
    with transaction() as db:
        image = find_same(processed)
        more = 0 if image and owns(user_id, image["id"]) else count_bytes(processed)
        user = db.execute(
            'SELECT id FROM "user" WHERE id = ? AND closed IS NULL', (user_id,)
        ).fetchone()

        if user is None or sum_bytes(user_id) + more > quota and more:
            return None

        image = image or insert(processed)
        db.execute(
            "INSERT INTO image_upload (image_id, user_id, alt) VALUES (?, ?, ?)"
            " ON CONFLICT (image_id, user_id)"
            " DO UPDATE SET alt = coalesce(nullif(image_upload.alt, ''), excluded.alt),"
            " created = ?",
            (image["id"], user_id, alt, now()),
        )

    return image


def owns(user_id: int, image_id: int) -> bool:
    """Whether an image is among somebody's uploads."""
    upload = get_db().execute(
        "SELECT 1 FROM image_upload WHERE user_id = ? AND image_id = ?",
        (user_id, image_id),
    )
    return upload.fetchone() is not None


def count(user_id: int) -> int:
    """How many images somebody has."""
    row = (
        get_db()
        .execute(
            "SELECT count(*) AS number FROM image_upload WHERE user_id = ?", (user_id,)
        )
        .fetchone()
    )
    number: int = row["number"]
    return number


def sum_bytes(user_id: int) -> int:
    """How many bytes somebody's images have, with their picture."""
    row = (
        get_db()
        .execute(
            "SELECT CAST(coalesce(sum(size), 0) AS BIGINT) AS size FROM ("
            "SELECT i.size FROM image_upload u JOIN image i ON i.id = u.image_id"
            " WHERE u.user_id = ? UNION ALL"
            " SELECT length(content) FROM picture_file WHERE user_id = ?) files",
            (user_id, user_id),
        )
        .fetchone()
    )
    size: int = row["size"]
    return size


def find_page(user_id: int, cursor: Cursor | None = None) -> Page:
    """The first page of somebody's images, or the one at a cursor."""
    after_cursor = " AND (u.created, u.id) < (?, ?)" if cursor else ""
    found = (
        get_db()
        .execute(
            f"SELECT {COLUMNS}, CAST(u.alt AS TEXT) AS alt, u.created,"
            " u.id AS upload_id"
            " FROM image_upload u JOIN image i ON i.id = u.image_id"
            f" WHERE u.user_id = ?{after_cursor}"
            " ORDER BY u.created DESC, u.id DESC LIMIT ?",
            (user_id, *(cursor.key if cursor else ()), PAGE_SIZE + 1),
        )
        .fetchall()
    )
    rows, _, older = cut_page(found, PAGE_SIZE, cursor, get_cursor_key)
    uses = find_uses(user_id, (image["hash"] for image in rows))
    return Page(rows, uses, older)


def get_cursor_key(image: Row) -> Key:
    """When it was uploaded, and the upload's id, by which images are sorted."""
    return image["created"], image["upload_id"]


def find_uses(user_id: int, hashes: Iterable[str]) -> dict[str, list[Row]]:
    """The public's posts that show images and a user's drafts, each with ``id`` and
    ``title``, the people whose page does, with ``username``, and the bin of that user,
    with neither; all with the ``owner_id``."""
    found = tuple(hashes)
    uses: dict[str, list[Row]] = defaultdict(list)

    if not found:
        return uses

    placeholders = ", ".join("?" * len(found))

    for row in get_db().execute(
        "SELECT s.hash, p.id, CAST(p.title AS TEXT) AS title, NULL AS username,"
        " p.author_id AS owner_id"
        f" FROM image_use s JOIN ({posts.ALL}) ON p.id = s.post_id"
        f" WHERE s.hash IN ({placeholders}) AND (p.author_id = ? OR EXISTS"
        f" (SELECT 1 FROM {posts.PUBLIC} WHERE p.id = s.post_id))"
        " UNION ALL"
        " SELECT s.hash, NULL, NULL, CAST(u.username AS TEXT), u.id"
        ' FROM image_use s JOIN "user" u ON u.id = s.user_id'
        f" WHERE s.hash IN ({placeholders})"
        " UNION ALL"
        " SELECT DISTINCT s.hash, CAST(NULL AS BIGINT), CAST(NULL AS TEXT),"
        " CAST(NULL AS TEXT), b.author_id"
        " FROM image_use s JOIN binned_post b ON b.id = s.binned_id"
        f" WHERE b.author_id = ? AND s.hash IN ({placeholders})",
        (*found, user_id, *found, user_id, *found),
    ):
        uses[row["hash"]].append(row)

    return uses


def remove(user_id: int, image_id: int) -> bool:
    """Remove one of somebody's images; ``False`` if a text of theirs shows it. While
    one of another does, it stays without them."""
    with transaction() as db:
        removed = db.execute(
            "DELETE FROM image_upload WHERE user_id = ? AND image_id = ?"
            " AND NOT EXISTS (SELECT 1 FROM image i JOIN image_use s ON s.hash = i.hash"
            " LEFT JOIN post p ON p.id = s.post_id"
            " LEFT JOIN binned_post b ON b.id = s.binned_id"
            " WHERE i.id = image_id"
            " AND (p.author_id = ? OR b.author_id = ? OR s.user_id = ?))",
            (user_id, image_id, user_id, user_id, user_id),
        )

    return removed.rowcount == 1


def find_unused() -> list[Row]:
    """The images that no text shows, with when they were last uploaded, and by
    whom, the oldest first."""
    return (
        get_db()
        .execute(
            f"SELECT {COLUMNS}, max(CAST(u.created AS TEXT)) AS created,"
            " max(CAST(w.username AS TEXT)) AS username FROM image i"
            " LEFT JOIN image_upload u ON u.image_id = i.id"
            f' LEFT JOIN "user" w ON w.id = u.user_id WHERE {UNUSED}'
            " GROUP BY i.id ORDER BY max(u.created) NULLS FIRST, i.id"
        )
        .fetchall()
    )


def remove_unused(image_ids: list[int], older_than: timedelta) -> int:
    """Remove images, unless a text shows one by now or somebody just uploaded it;
    return how many."""
    removed = 0

    with transaction() as db:
        for image_id in image_ids:
            removed += db.execute(
                "DELETE FROM image WHERE id IN (SELECT i.id FROM image i"
                f" WHERE i.id = ? AND {UNUSED} AND NOT EXISTS (SELECT 1 FROM"
                " image_upload WHERE image_id = i.id AND created > ?))",
                (image_id, format_ago(older_than)),
            ).rowcount

    return removed

"""What is kept to be brought back: older versions of posts, and what cleanups took."""

from collections.abc import Iterator

from ...db import get_db
from ...findings import Finding
from ...findings import name_some
from ...findings import ok
from ...findings import wrong
from ...text.compression import Damaged
from .. import cleanup_rows
from .. import revisions

# Posts of which the newest and the oldest version are read, evenly chosen.
SAMPLE = 500


def check() -> Iterator[Finding]:
    """Read some versions, and all that can be undone."""
    versions, rows = find_bad_versions(), find_bad_rows()

    if versions:
        yield wrong(
            f"Older versions that can't be read: {name_some('post', versions)}.",
            "They are damaged, and what the posts are now is not: bring these rows of"
            " revision back from a backup, or delete them in the database's shell.",
        )

    if rows:
        yield wrong(
            f"What was taken back, and can't be read: {name_some('cleanup', rows)}.",
            "Undo leaves that out: bring these rows of cleanup_row back from a backup,"
            " or delete them in the database's shell.",
        )

    if not (versions or rows):
        yield ok("Older versions, and what can be undone.")


def find_bad_versions() -> list[int]:
    """The ids of posts that have a version that can't be read, as far as the sample
    tells."""
    found = (
        get_db()
        .execute(
            "SELECT post_id, min(version) AS oldest, max(version) AS newest"
            " FROM revision GROUP BY post_id ORDER BY post_id"
        )
        .fetchall()
    )
    return [
        row["post_id"]
        for row in found[:: max(1, len(found) // SAMPLE)]
        if not all(
            can_read(row["post_id"], row[which]) for which in ("oldest", "newest")
        )
    ]


def can_read(post_id: int, version: int) -> bool:
    """Whether a version is what it was."""
    try:
        return revisions.read(post_id, version) is not None
    except Damaged:
        return False


def find_bad_rows() -> list[int]:
    """The ids of cleanups of which a row can't be read."""
    found = get_db().execute(
        "SELECT cleanup_id, CAST(content AS TEXT) AS content FROM cleanup_row"
        " ORDER BY cleanup_id"
    )
    bad = (row["cleanup_id"] for row in found if is_damaged(row["content"]))
    return list(dict.fromkeys(bad))


def is_damaged(content: str) -> bool:
    """Whether what was kept of a row can't be read."""
    try:
        cleanup_rows.read(content)
    except ValueError:
        return True

    return False

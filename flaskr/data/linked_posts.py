"""Which posts the links in a text lead to."""

from collections.abc import Collection

from ..db import get_db
from .posts import PUBLIC

# Of a text; more are not looked up.
MAX_IDS = 200


def find_public_ids(ids: Collection[int]) -> set[int]:
    """Those of some ids, at most :data:`MAX_IDS`, whose post the public sees."""
    if not ids:
        return set()

    marks = ", ".join("?" * len(ids))
    rows = get_db().execute(
        f"SELECT p.id FROM {PUBLIC} WHERE p.id IN ({marks})", tuple(ids)
    )
    return {row["id"] for row in rows}

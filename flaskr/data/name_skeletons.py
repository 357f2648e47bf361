"""What names look like: a row for each skeleton of a name."""

from collections.abc import Collection

from ..db import get_db
from ..db import transaction
from ..text.confusables import name_skeletons

# Names that are looked at in one transaction, for which others wait.
BATCH_SIZE = 500

# Before all ids.
FIRST = -(2**63)

# The values of a row: the skeleton, whether the name is ASCII, and the user's id.
Skeleton = tuple[str, int, int]


def find_lookalike(name: str) -> str | None:
    """A name that somebody has and that looks like a clean one, if one of the two has
    letters outside ASCII: ``alice`` and ``a1ice`` may be two people."""
    skeletons = sorted(name_skeletons(name))
    marks = ", ".join("?" * len(skeletons))
    row = (
        get_db()
        .execute(
            "SELECT CAST(username AS TEXT) AS username"
            ' FROM name_skeleton s JOIN "user" u ON u.id = s.user_id'
            f" WHERE s.skeleton IN ({marks}) AND s.is_ascii <= ? LIMIT 1",
            (*skeletons, int(not name.isascii())),
        )
        .fetchone()
    )
    return row["username"] if row else None


def make_rows(user_id: int, name: str) -> set[Skeleton]:
    """The rows for a name."""
    return {(text, int(name.isascii()), user_id) for text in name_skeletons(name)}


def add(rows: Collection[Skeleton]) -> None:
    """Add some rows."""
    if rows:
        marks = ", ".join(["(?, ?, ?)"] * len(rows))

        with transaction() as db:
            db.execute(
                "INSERT INTO name_skeleton (skeleton, is_ascii, user_id)"
                f" VALUES {marks}",
                [value for row in rows for value in row],
            )


def update_all() -> None:
    """Note what the names look like that another program or an older Flaskr wrote;
    ``init-db`` does."""
    last: int | None = FIRST

    while last is not None:
        last = update_after(last)


def update_after(id: int) -> int | None:
    """Do that for the next users after one; return the id of the last, or ``None``."""
    with transaction() as db:
        people = db.execute(
            'SELECT id, CAST(username AS TEXT) AS username FROM "user" WHERE id > ?'
            " ORDER BY id LIMIT ?",
            (id, BATCH_SIZE),
        ).fetchall()

        if not people:
            return None

        last: int = people[-1]["id"]
        noted = db.execute(
            "SELECT CAST(skeleton AS TEXT) AS skeleton, is_ascii, user_id"
            " FROM name_skeleton WHERE user_id > ? AND user_id <= ?",
            (id, last),
        )
        found: set[Skeleton] = {tuple(row) for row in noted}
        wanted = {row for p in people for row in make_rows(p["id"], p["username"])}

        for row in found - wanted:
            db.execute(
                "DELETE FROM name_skeleton"
                " WHERE skeleton = ? AND is_ascii = ? AND user_id = ?",
                row,
            )

        add(wanted - found)

    return last

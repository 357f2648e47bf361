"""What names look like: a row for each skeleton of a username, also of a former one, or
of the name that somebody shows instead."""

from collections.abc import Collection

from ..db import get_db
from ..db import Row
from ..db import transaction
from ..text.confusables import name_skeletons
from . import former_names
from . import people

# Names that are looked at in one transaction, for which others wait.
BATCH_SIZE = 500

# Before all ids.
FIRST = -(2**63)

# The values of a row: the skeleton, whether another name may look like this one if it
# is ASCII, too, and the user's id.
Skeleton = tuple[str, int, int]

NAMES = f'SELECT u.id, {people.columns("u")} FROM "user" u {people.join("u")}'


def find_lookalike(name: str, user_id: int | None = None) -> str | None:
    """A name that somebody has and that looks like a clean username; of two usernames,
    if one has letters outside ASCII: ``alice`` and ``a1ice`` may be two people.

    :param user_id: who wants it, and whose other names may look like it
    """
    # Nobody has the id 0.
    condition = "s.is_ascii <= ? AND s.user_id <> ?"
    return find(name, condition, int(not name.isascii()), user_id or 0)


def find_other(name: str, user_id: int) -> str | None:
    """A name that somebody else has and that is, or looks like, a clean one that a
    user wants to show."""
    return find(name, "s.user_id <> ?", user_id)


def find(name: str, condition: str, *parameters: int) -> str | None:
    """A name that looks like a clean one, of somebody whose row fits."""
    skeletons = name_skeletons(name)
    marks = ", ".join("?" * len(skeletons))
    row = (
        get_db()
        .execute(
            f"SELECT u.id, {people.columns('u')} FROM name_skeleton s"
            f' JOIN "user" u ON u.id = s.user_id {people.join("u")}'
            f" WHERE s.skeleton IN ({marks}) AND {condition} LIMIT 1",
            (*sorted(skeletons), *parameters),
        )
        .fetchone()
    )

    if row is None:
        return None

    former = (had["name"] for had in former_names.find_all(row["id"]))
    known = (row["username"], *former)
    like = (name for name in known if skeletons & name_skeletons(name))
    return next(like, str(row["display_name"]))


def make_rows(user: Row, former: Collection[str] = ()) -> set[Skeleton]:
    """The rows for the names of a user."""
    username, shown = user["username"], user["display_name"]
    rows = {
        (text, int(name.isascii()), user["id"])
        for name in (username, *former)
        for text in name_skeletons(name)
    }

    if shown != username:
        # It is no address, so nobody needs one that looks the same.
        rows |= {(text, 0, user["id"]) for text in name_skeletons(shown)}

    return rows


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
        users = db.execute(
            f"{NAMES} WHERE u.id > ? ORDER BY u.id LIMIT ?", (id, BATCH_SIZE)
        ).fetchall()

        if not users:
            return None

        last: int = users[-1]["id"]
        replace(users, id + 1, last)

    return last


def update_one(id: int) -> None:
    """Do that for one user, who may be gone, in the transaction of the caller."""
    users = get_db().execute(f"{NAMES} WHERE u.id = ?", (id,)).fetchall()
    replace(users, id, id)


def replace(users: list[Row], first: int, last: int) -> None:
    """Note what the names look like of the users with ids from one to another."""
    db = get_db()
    noted = db.execute(
        "SELECT CAST(skeleton AS TEXT) AS skeleton, is_ascii, user_id"
        " FROM name_skeleton WHERE user_id >= ? AND user_id <= ?",
        (first, last),
    )
    found: set[Skeleton] = {tuple(row) for row in noted}
    former = former_names.find_between(first, last)
    wanted = {
        row for user in users for row in make_rows(user, former.get(user["id"], ()))
    }

    for row in found - wanted:
        db.execute(
            "DELETE FROM name_skeleton"
            " WHERE skeleton = ? AND is_ascii = ? AND user_id = ?",
            row,
        )

    add(wanted - found)

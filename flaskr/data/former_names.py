"""What people were called before: each name leads to who had it, and nobody else gets
it, whatever becomes of the account."""

import hashlib

from ..db import get_db
from ..db import Row
from ..text.names import name_key
from .times import now

# Of one person; whoever has more takes one of them back.
MAX_NAMES = 10


def hash_name(name: str) -> str:
    """What is kept of a name for good: the SHA-256 of its key, in hexadecimal."""
    return hashlib.sha256(name_key(name).encode("utf-8", "replace")).hexdigest()


def find_user_id(name: str) -> int | None:
    """The id of who had a name, whatever its case."""
    found = find(name)
    return found["user_id"] if found else None


def is_taken(name: str, user_id: int | None = None) -> bool:
    """Whether anybody had a name, unless it was a given user."""
    found = find(name)
    return found is not None and (user_id is None or found["user_id"] != user_id)


def find(name: str) -> Row | None:
    """The ``user_id`` of who had a name; ``None`` in it once that person is gone."""
    row: Row | None = (
        get_db()
        .execute("SELECT user_id FROM former_name WHERE digest = ?", (hash_name(name),))
        .fetchone()
    )
    return row


def find_all(user_id: int) -> list[Row]:
    """The ``name`` of each that somebody had, and when it was ``changed``, the last
    first."""
    return (
        get_db()
        .execute(
            "SELECT CAST(name AS TEXT) AS name, CAST(changed AS TEXT) AS changed"
            " FROM former_name WHERE user_id = ? ORDER BY changed DESC, digest",
            (user_id,),
        )
        .fetchall()
    )


def find_page(after: str, number: int) -> list[Row]:
    """Up to so many ``name`` of people that lead to them, and the ``digest`` by which
    they are sorted, of those after one."""
    return (
        get_db()
        .execute(
            "SELECT digest, CAST(name AS TEXT) AS name FROM former_name"
            " WHERE digest > ? AND user_id IS NOT NULL ORDER BY digest LIMIT ?",
            (after, number),
        )
        .fetchall()
    )


def find_between(first: int, last: int) -> dict[int, list[str]]:
    """The former names of the users with ids from one to another, by id."""
    rows = get_db().execute(
        "SELECT user_id, CAST(name AS TEXT) AS name FROM former_name"
        " WHERE user_id >= ? AND user_id <= ?",
        (first, last),
    )
    found: dict[int, list[str]] = {}

    for row in rows:
        found.setdefault(row["user_id"], []).append(row["name"])

    return found


def add(name: str, user_id: int) -> None:
    """Note a name that somebody has no more, in the transaction of the caller. In the
    tutorial, Alice and alice could be two people: the first to change it has it."""
    get_db().execute(
        "INSERT INTO former_name (digest, name, user_id, changed) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (digest) DO NOTHING",
        (hash_name(name), name, user_id, now()),
    )


def take_back(name: str, user_id: int) -> None:
    """Forget that somebody had a name, who has it again, in the transaction of the
    caller."""
    get_db().execute(
        "DELETE FROM former_name WHERE digest = ? AND user_id = ?",
        (hash_name(name), user_id),
    )


def forget(name: str, user_id: int) -> None:
    """Have a name lead nowhere, and be nobody's for good, in the transaction of the
    caller."""
    get_db().execute(
        "UPDATE former_name SET user_id = NULL WHERE digest = ? AND user_id = ?",
        (hash_name(name), user_id),
    )

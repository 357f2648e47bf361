"""Rows of an export as they are put into a database, without what it does with them."""

from collections.abc import Mapping

from ..db import Connection
from ..db import get_db
from ..db import transaction
from . import name_skeletons
from .checkup.pictures import repair_uses
from .export_rows import quote


def insert(db: Connection, table: str, row: Mapping[str, object]) -> None:
    """Add a row, in the transaction of the caller."""
    marks = ", ".join("?" * len(row))
    db.execute(
        f'INSERT INTO "{table}" ({quote(row)}) VALUES ({marks})', tuple(row.values())
    )


def set_blog(db: Connection, blog: Mapping[str, object]) -> None:
    """Have the blog be another one, in the transaction of the caller."""
    db.execute(
        "UPDATE blog SET uuid = ?, changed = ?, discussed = ?",
        (blog["uuid"], blog["changed"], blog["discussed"]),
    )


def make_rest() -> None:
    """Make what an export has not, since it follows from the rest."""
    with transaction() as db:
        db.execute(
            "INSERT INTO post_count (post_id, comments, likes)"
            " SELECT p.id, (SELECT count(*) FROM comment c WHERE c.post_id = p.id"
            " AND c.removed IS NULL), (SELECT count(*) FROM post_like l"
            " WHERE l.post_id = p.id) FROM post p"
            " WHERE EXISTS (SELECT 1 FROM comment c WHERE c.post_id = p.id"
            " AND c.removed IS NULL)"
            " OR EXISTS (SELECT 1 FROM post_like l WHERE l.post_id = p.id)"
        )
        # As a trigger keeps it.
        db.execute(
            "UPDATE post_tag SET created = coalesce((SELECT CASE"
            " WHEN p.drafted IS NULL AND p.page IS NULL THEN p.created ELSE '' END"
            " FROM post p WHERE p.id = post_tag.post_id), created)"
        )

    repair_uses()
    name_skeletons.update_all()


def count_people_without_password() -> int:
    """How many accounts nobody can log in to until they get a password."""
    row = (
        get_db()
        .execute(
            'SELECT count(*) AS number FROM "user"'
            " WHERE password = '' AND closed IS NULL"
        )
        .fetchone()
    )
    number: int = row["number"]
    return number

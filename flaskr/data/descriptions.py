"""What people say that their images show."""

from ..db import get_db
from ..db import transaction
from .opened import refuse_changed


def find(user_id: int, image_id: int) -> str | None:
    """What somebody says that one of their images shows; ``None`` if it is none."""
    row = (
        get_db()
        .execute(
            "SELECT CAST(alt AS TEXT) AS alt FROM image_upload"
            " WHERE user_id = ? AND image_id = ?",
            (user_id, image_id),
        )
        .fetchone()
    )
    return None if row is None else row["alt"] or ""


def update(user_id: int, image_id: int, alt: str, opened: str | None) -> None:
    """Say what an image of somebody's shows, in texts that are written from now on.

    :param opened: as of :func:`.opened.refuse_changed`
    :raise Changed:
    """
    with transaction() as db:
        refuse_changed(opened, (alt,), (find(user_id, image_id) or "",))
        db.execute(
            "UPDATE image_upload SET alt = ? WHERE user_id = ? AND image_id = ?",
            (alt, user_id, image_id),
        )

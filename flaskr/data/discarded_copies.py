"""Working copies that their authors put away, and bring back."""

from ..db import transaction
from .working_copies import end
from .working_copies import find_time
from .working_copies import Form


def discard(user_id: int, form_id: str, page: Form | None = None) -> None:
    """Put a copy away, if it is still there.

    :param page: the form of the page with the button, which may just be sending more
    """
    now = find_time()

    with transaction() as db:
        db.execute(
            "UPDATE working_copy SET discarded = ?, sent = ?"
            " WHERE user_id = ? AND form_id = ? AND discarded IS NULL",
            (now, now, user_id, form_id),
        )

        if page and page.id != form_id:
            end(page)


def restore(user_id: int, form_id: str) -> bool:
    """Bring a copy back; ``False`` if it was not discarded, or is gone."""
    with transaction() as db:
        restored = db.execute(
            "UPDATE working_copy SET discarded = NULL WHERE user_id = ? AND form_id = ?"
            # Nothing is left of what was published.
            " AND discarded IS NOT NULL AND (title <> '' OR tags <> '' OR body <> '')",
            (user_id, form_id),
        )

    return restored.rowcount == 1

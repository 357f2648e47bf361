"""What the forms of two tabs have both come from: the working copy that they were
filled with, kept so that what was typed in each can be merged."""

import typing as t

from ..db import get_db
from ..db import Row

# A copy as it is shown, while it is that, or as a form was filled with it.
FIND = (
    "SELECT form_id, saved, CAST(title AS TEXT) AS title, CAST(tags AS TEXT) AS tags,"
    " CAST(body AS TEXT) AS body FROM working_copy"
    " WHERE user_id = ? AND form_id = ? AND saved = ?"
    " UNION ALL SELECT base_form_id, base_saved, CAST(base_title AS TEXT),"
    " CAST(base_tags AS TEXT), CAST(base_body AS TEXT) FROM working_copy"
    " WHERE user_id = ? AND base_form_id = ? AND base_saved = ? LIMIT 1"
)


class Shown(t.NamedTuple):
    """A copy as a form was filled with it: its id, and when it was saved."""

    form_id: str
    saved: str


def find(user_id: int, form_id: str, saved: str) -> Row | None:
    """What a form of somebody had at a time, as far as that is still known."""
    place = (user_id, form_id, saved)
    row: Row | None = get_db().execute(FIND, (*place, *place)).fetchone()
    return row


def keep(user_id: int, form_id: str, shown: Shown) -> None:
    """Keep what a form was filled with in its own working copy, before the other one
    goes, in the transaction of the caller.

    :param shown: the form whose copy it was, and when that was saved
    """
    place = (user_id, *shown)
    get_db().execute(
        "UPDATE working_copy SET"
        " (base_form_id, base_saved, base_title, base_tags, base_body) ="
        f" (SELECT form_id, saved, title, tags, body FROM ({FIND}) base)"
        " WHERE user_id = ? AND form_id = ? AND base_form_id IS NULL",
        (*place, *place, user_id, form_id),
    )

"""Noting in the log what the current user does to what somebody else wrote."""

from flask import g

from ..data import moderation
from ..db import Row
from .permissions import is_own


def note(
    action: moderation.Action,
    text: Row,
    post_id: int | None = None,
    comment_id: int | None = None,
) -> None:
    """Note what is done to a post or a comment, in the transaction of the caller;
    nothing if it is the current user's own."""
    if not is_own(text):
        moderation.log(
            action,
            g.user["id"],
            person_id=text["author_id"],
            post_id=post_id,
            comment_id=comment_id,
        )

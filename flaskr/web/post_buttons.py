"""The buttons with which a post is saved: *Publish*, *Save draft* and *Schedule*."""

import typing as t

from flask import request
from flask_babel import gettext as _

from ..data import drafts
from ..data.times import format_utc
from .due_times import describe
from .due_times import read_due


class Pressed(t.NamedTuple):
    """What a post is to be, ``None`` if that is what it is, and what is said once it
    is."""

    state: drafts.State | None
    message: str

    @property
    def is_for_draft(self) -> bool:
        """Whether nobody else is to see what is saved."""
        return self.state is not None and self.state.is_draft


def read_button(is_new: bool = False) -> Pressed:
    """Which button was pressed. Without any, as from a script, a new post is published,
    and another one stays what it is.

    :raise NoDueTime: if a post is to be published at a time that is none
    """
    if "schedule" in request.form:
        time = read_due()
        message = _("Scheduled for %(time)s.", time=describe(time))
        return Pressed(drafts.State(True, format_utc(time)), message)
    elif "draft" in request.form:
        return Pressed(drafts.DRAFT, _("Draft saved."))
    elif is_new or "publish" in request.form:
        return Pressed(drafts.PUBLIC, _("Published."))

    return Pressed(None, _("Saved."))

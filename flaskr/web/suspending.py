"""Suspending people, wherever moderators decide it."""

from flask import g
from flask_babel import gettext as _
from werkzeug.exceptions import abort

from ..data import reasons
from ..data import roles
from ..data import suspensions
from ..db import Row
from ..db import transaction
from ..errors import lazy_gettext
from .permissions import refuse_demoted
from .permissions import refuse_greater
from .permissions import refuse_to_overrule


class NoReason(Exception):
    """What is wrong with why somebody is to be suspended, as a sentence."""


def suspend(person: Row, reason: str) -> str:
    """Suspend somebody whom the current user may; return what to say.

    :param person: with ``id`` and ``username``
    :param reason: clean
    :raise 403: if they may not
    :raise NoReason: if nothing is said, or too much
    :raise LastOwner: if the blog would have no owner
    """
    with transaction():
        refuse_demoted("person.suspend")
        refuse_greater(roles.find_role(person["id"]))
        refuse_to_overrule(person["id"])

        if person["id"] == g.user["id"]:
            abort(403, lazy_gettext("You can’t suspend yourself."))

        missing = _("Say why: the person sees it when logging in.")

        if problem := reasons.find_problem(reason, missing):
            raise NoReason(problem)

        suspensions.suspend(person["id"], reason, g.user["id"])

    return _("%(name)s is suspended.", name=person["username"])

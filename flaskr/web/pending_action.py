"""What a logged-out reader asked for with a button, done after the login."""

import time
import typing as t
from contextlib import suppress

from flask import current_app
from flask import flash
from flask import request
from flask import session
from werkzeug.exceptions import NotFound
from werkzeug.exceptions import TooManyRequests

from .features import is_marked
from .features import WAITS_FOR_LOGIN

# The endpoint of a view, its arguments, and when it was asked for.
Action = tuple[str, dict[str, t.Any], float]

# Seconds to register and log in. Who comes later to a computer that others use, too,
# does nothing for them.
MAX_AGE = 1800


def remember_action() -> None:
    """Note what this request would do, if that waits for the login. Another site could
    not have sent it; what was noted before is forgotten."""
    session.pop("action", None)

    if is_marked(WAITS_FOR_LOGIN):
        session["action"] = (request.endpoint, request.view_args, time.time())


def find_action() -> Action | None:
    """What was noted, before the login begins another session."""
    action: Action | None = session.get("action")
    return action


def do_action(action: Action | None) -> None:
    """Do for the reader, who is logged in now, what was noted just before."""
    if action is None:
        return

    endpoint, arguments, asked = action
    view = current_app.view_functions[endpoint]

    if not 0 <= time.time() - asked < MAX_AGE:
        return

    # If it is gone, so says the page that the reader comes back to.
    with suppress(NotFound):
        try:
            view(**arguments)
        except TooManyRequests as e:
            flash(str(e.description), "error")

"""Who is logged in, by the cookie of the session and its row."""

from flask import flash
from flask import g
from flask import request
from flask import session
from werkzeug.exceptions import abort

from ..data import sessions
from ..data import suspensions
from ..db import Row
from ..db import transaction
from ..errors import lazy_gettext
from .database import if_available
from .features import FOR_EVERYBODY
from .features import is_marked
from .features import NEEDS_NO_DATABASE


def load_logged_in_user() -> None:
    """If the cookie names a session that has not ended, load its user from
    the database into ``g.user``."""
    g.user = None

    if is_marked(FOR_EVERYBODY) or is_marked(NEEDS_NO_DATABASE):
        return
    elif "user_id" not in session:
        return

    g.user = sessions.find_user(session["user_id"], session.get("token", ""))

    if g.user is None:
        g.suspended = suspensions.find(session["user_id"])
        session.clear()

        if g.suspended:
            flash(str(lazy_suspended(g.suspended)), "error")

        return

    # A full disk is no reason not to show a page.
    with if_available():
        sessions.touch(g.user["session_id"], g.user["last_seen"])


def lazy_suspended(suspended: Row) -> str:
    """What somebody is told who is suspended."""
    return lazy_gettext(
        "Your account is suspended: %(reason)s", reason=suspended["reason"]
    )


def refuse_suspended() -> None:
    """Refuse who has just been logged out for that, and say why; what they typed is on
    the page, since they can't log in for it.

    :raise 403: then
    """
    if suspended := g.get("suspended"):
        # Said here.
        session.clear()
        abort(403, lazy_suspended(suspended))


def replace_session(user_id: int, password_hash: str) -> str:
    """Add a session to the database, and end the one that the browser had; return its
    token, for :func:`keep_session`."""
    with transaction(is_aside=True):
        if g.user is not None:
            sessions.end(g.user["id"], g.user["session_id"])

        return sessions.start(
            user_id, password_hash, request.remote_addr or "", request.user_agent.string
        )


def keep_session(user_id: int, token: str) -> None:
    """Give the browser the cookie of a session that was saved."""
    forget_session()
    session.permanent = True
    session["user_id"] = user_id
    session["token"] = token


def forget_session() -> None:
    """Take the cookie from the browser."""
    g.user = None
    session.clear()

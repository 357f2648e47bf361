"""Who joins: registering somebody, and logging them in."""

from flask import flash
from flask import Flask
from flask import g
from flask import make_response
from flask import redirect
from flask import request
from flask import session
from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..data import applications
from ..data import reasons
from ..data import roles
from ..data import sessions
from ..data import site_settings
from ..data import users
from ..data.roles import Role
from ..db import transaction
from . import passwords
from . import rate_rules
from .current_user import keep_session
from .current_user import replace_session
from .login import remember_browser
from .pending_action import do_action
from .pending_action import find_action
from .spam_signals import find_signals
from .spam_signals import HIDDEN_FIELD

# In the session of who has shown a right password, and can't log in yet.
APPLICANT = "applicant"


def is_open() -> bool:
    """Whether anybody may register, or ask to."""
    return site_settings.get("REGISTRATION") == "open" or needs_approval()


def needs_approval() -> bool:
    """Whether who registers waits to be let in."""
    return bool(site_settings.get("REGISTRATION") == "approval")


def read_reason() -> str | None:
    """Why somebody asks to join, clean; ``None`` where nobody has to."""
    return reasons.clean(request.form.get("reason", "")) if needs_approval() else None


def find_reason_problem(reason: str | None) -> str | None:
    """Why somebody can't ask for this reason, as a sentence."""
    if reason is None:
        return None

    return reasons.find_problem(
        reason, _("Say why you would like to join: somebody reads it and decides.")
    )


def lead_to_application(user_id: int) -> ResponseReturnValue:
    """Lead somebody who can't log in yet to where it stands."""
    session[APPLICANT] = user_id
    return redirect(url_for("applications.show"))


def add_user(username: str, password: str, reason: str | None = None) -> str | None:
    """Register somebody; return the hash, or ``None`` if the name is taken.

    :param reason: why they ask to be let in, clean; ``None`` where nobody has to ask,
        but who filled in a field that people don't see
    :raise HTTPException: 429 or 503 if many others do
    """
    # Looking first spares the hash; create() decides.
    if users.find_taken(username):
        return None

    with passwords.reserve_slot(passwords.REGISTRATIONS):
        rate_rules.refuse_registration()
        password_hash = passwords.hash_password(password)
        role = Role(site_settings.get("NEWCOMER_ROLE"))

        with transaction():
            if not users.create(username, password_hash, role):
                return None

            is_doubtful = HIDDEN_FIELD in find_signals() and roles.has_owner()
            why = "hidden" if is_doubtful else ""

            if reason is not None or why:
                user = users.find(username)
                assert user is not None
                applications.apply(user["id"], reason or "", why)

    return password_hash


def welcome(username: str, password_hash: str) -> ResponseReturnValue:
    """Log in who has just registered; the login page leads on. Somebody who has to be
    let in first is shown where it stands."""
    user = users.find(username)
    assert user is not None

    if applications.waits(user["id"]):
        return lead_to_application(user["id"])

    page, action = session.get("next") or url_for("index"), find_action()
    keep_session(user["id"], replace_session(user["id"], password_hash))
    session["next"] = page
    g.user = sessions.find_user(user["id"], session["token"])
    do_action(action)
    flash(_("Welcome, %(name)s.", name=username))
    response = make_response(redirect(url_for("auth.login")))
    remember_browser(response, user["id"], password_hash)
    return response


def init_app(app: Flask) -> None:
    """Let templates ask."""
    app.add_template_global(is_open, "can_register")
    app.add_template_global(needs_approval)

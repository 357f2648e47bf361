"""Register, log in, log out."""

import functools
import typing as t

from flask import Blueprint
from flask import flash
from flask import g
from flask import make_response
from flask import redirect
from flask import render_template
from flask import request
from flask import session
from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import Forbidden
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.exceptions import TooManyRequests

from ..data import applications
from ..data import sessions
from ..data import suspensions
from ..data import users
from ..db import Row
from ..errors import DatabaseNotReady
from ..errors import lazy_gettext
from ..text import names
from ..web import passwords
from ..web.current_user import forget_session
from ..web.current_user import keep_session
from ..web.current_user import lazy_suspended
from ..web.current_user import load_logged_in_user
from ..web.current_user import refuse_suspended
from ..web.current_user import replace_session
from ..web.error_pages import log
from ..web.error_pages import show_error
from ..web.features import find_form
from ..web.forms import is_of_another
from ..web.forms import keep_for_back
from ..web.forms import set_token
from ..web.frozen import needs_server
from ..web.login import check_password
from ..web.login import remember_browser
from ..web.pending_action import do_action
from ..web.pending_action import find_action
from ..web.pending_action import remember_action
from ..web.registration import add_user
from ..web.registration import find_reason_problem
from ..web.registration import is_open
from ..web.registration import lead_to_application
from ..web.registration import read_reason
from ..web.registration import welcome
from ..web.sealed_forms import find_sealed
from ..web.sealed_forms import seal_submission
from ..web.sealed_forms import Sealed
from ..web.sealed_forms import unseal
from ..web.security import is_browser
from ..web.urls import find_path
from ..web.urls import is_page

bp = Blueprint("auth", __name__, url_prefix="/auth")
bp.record_once(needs_server("/auth/"))
bp.before_app_request(load_logged_in_user)

View = t.TypeVar("View", bound=t.Callable[..., ResponseReturnValue])


def login_required(view: View) -> View:
    """View decorator that redirects anonymous users to the login page. What a writer
    sent comes back there, for nobody but who opened the form."""

    @functools.wraps(view)
    def wrapped_view(**kwargs: t.Any) -> ResponseReturnValue:
        refuse_suspended()

        if g.user is None or is_of_another():
            if sealed := seal_submission():
                return give_back(sealed)

        if g.user is None:
            session["next"] = page_to_return_to()
            remember_action()
            return redirect(url_for("auth.login"))

        return view(**kwargs)

    if not hasattr(view, "action"):
        wrapped_view.action = "account"  # type: ignore[attr-defined]

    return t.cast(View, wrapped_view)


def page_to_return_to() -> str:
    """The page that was asked for, or that has the form that was sent."""
    path = find_path()
    return path if is_page(path) else url_for("index")


AWAY = lazy_gettext("The blog is unavailable right now. Try again in a moment.")


@bp.errorhandler(429)
@bp.errorhandler(503)
def show_form_again(
    error: TooManyRequests | ServiceUnavailable,
) -> ResponseReturnValue:
    """Give back the form with the name, but for the password, to who is refused for
    now."""
    sealed = find_sealed()

    if "username" not in request.form or (
        isinstance(error, DatabaseNotReady) and not sealed
    ):
        return show_error(error)

    is_plain = error.description == type(error).description
    hint = str(AWAY if is_plain else error.description)
    log(error, hint)
    flash(hint, "error")
    is_login = request.endpoint == "auth.login_submit"
    page = render_login(sealed, "password") if is_login else render_register("password")
    response = make_response(page, error.code)
    response.retry_after = error.retry_after
    return response


@bp.get("/register")
def register() -> ResponseReturnValue:
    """Show the form for a new user."""
    return render_register() if is_open() else refuse_to_register()


def refuse_to_register() -> ResponseReturnValue:
    """Say how one can join."""
    return render_template("auth/closed.html"), 403


def render_register(focus: str = "username") -> str:
    return render_template(
        "auth/register.html", name_length=names.MAX_LENGTH, focus=focus
    )


@bp.post("/register")
def register_submit() -> ResponseReturnValue:
    """Register a new user.

    Validates that the username is not already taken. Hashes the
    password for security.
    """
    if not is_open():
        return refuse_to_register()

    username = names.clean(request.form["username"])
    password = request.form["password"]
    reason = read_reason()
    name_problem = users.find_name_problem(username)
    error = name_problem or passwords.find_problem(password, username)
    error = error or find_reason_problem(reason)

    if error is None:
        if password_hash := add_user(username, password, reason):
            return welcome(username, password_hash)

        error = name_problem = users.describe_taken(username)

    flash(error, "error")
    return render_register("username" if name_problem else "password"), 422


@bp.get("/login")
def login() -> ResponseReturnValue:
    """Show the login form; lead on who is logged in, as by registering."""
    if g.user is None:
        return render_login(None)

    page = session.pop("next") if "next" in session else url_for("index")
    return redirect(page)


def render_login(sealed: Sealed | None, focus: str = "username", **more: t.Any) -> str:
    """The form, with what a writer had sent."""
    user = g.get("user")

    if sealed:
        keep_for_back()

    is_other = bool(sealed and user and sealed.token.user_id not in (0, user["id"]))
    return render_template(
        "auth/login.html", sealed=sealed, is_other=is_other, focus=focus, **more
    )


# RFC 9110 wants a 401 to say how; at "Basic", browsers would ask themselves.
ASK = 'Cookie realm="Flaskr"'


def ask_to_log_in() -> ResponseReturnValue:
    """The form, for somebody who came without a name."""
    flash(_("Log in to continue."), "error")
    return render_login(None), 401, {"WWW-Authenticate": ASK}


def give_back(sealed: Sealed) -> ResponseReturnValue:
    """The form, for somebody who sent a text, logged out or as somebody else. No 401,
    of which Chromium keeps no page for Back."""
    if g.user is None:
        flash(_("Log in to continue. What you wrote has been kept."), "error")

    return render_login(sealed), 403


@bp.post("/login")
def login_submit() -> ResponseReturnValue:
    """Log in a registered user and go to the page that they wanted."""
    sealed = find_sealed()

    if "username" not in request.form:
        return ask_to_log_in()

    username = request.form["username"]
    user = users.find(username)
    password_hash = check_password(user, username, request.form["password"])

    if user is None or password_hash is None:
        is_unknown = user is None
        error = _("Incorrect username.") if is_unknown else _("Incorrect password.")
        flash(error, "error")
        return render_login(sealed, "username" if is_unknown else "password"), 422

    if suspended := suspensions.find(user["id"]):
        return refuse_login(user, str(lazy_suspended(suspended)), sealed)

    if applications.waits(user["id"]):
        return lead_to_application(user["id"])

    page = session.get("next") or url_for("index")
    action = find_action()
    keep_session(user["id"], replace_session(user["id"], password_hash))

    if sealed or action:
        # A page names the writer, and what was asked for is done as the reader.
        g.user = sessions.find_user(user["id"], session["token"])

    do_action(action)
    response = make_response(sealed and resume(sealed) or redirect(page))
    remember_browser(response, user["id"], password_hash)
    return response


def refuse_login(user: Row, hint: str, sealed: Sealed | None) -> ResponseReturnValue:
    """The form, with why somebody can't log in; or what they had sent, to copy it."""
    if sealed and sealed.token.user_id == user["id"] and (draft := unseal(sealed)):
        return show_error(Forbidden(hint), draft.texts)

    flash(hint, "error")
    return render_login(sealed, suspended=user), 403


def resume(sealed: Sealed) -> str | None:
    """The form with what a writer had sent from it, for who is logged in now; for
    somebody else, whose it is not, and a way to log in as who wrote it."""
    if sealed.token.user_id not in (0, g.user["id"]):
        return render_login(sealed)

    draft = unseal(sealed)

    if draft is None:
        return None

    set_token(sealed.token)
    return render_template(
        "auth/resume.html",
        page=draft.page,
        fields=find_form(draft.texts).template,
        hidden=draft.hidden,
        **draft.texts,
    )


@bp.get("/logout")
def logout() -> ResponseReturnValue:
    """Ask a browser, which any page can send here with a link or an image; log
    out another client at once."""
    if is_browser() and g.user is not None:
        return render_template("auth/logout.html")

    return logout_submit()


@bp.post("/logout")
def logout_submit() -> ResponseReturnValue:
    """End the session, so that no copy of its cookie is worth anything, and go to the
    index."""
    if g.user is not None:
        sessions.end(g.user["id"], g.user["session_id"])

    forget_session()
    return redirect(url_for("index"))

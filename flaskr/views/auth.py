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
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.exceptions import TooManyRequests

from ..data import sessions
from ..data import users
from ..db import transaction
from ..errors import DatabaseNotReady
from ..errors import lazy_gettext
from ..text import names
from ..web import passwords
from ..web import rate_rules
from ..web.database import if_available
from ..web.error_pages import log
from ..web.error_pages import show_error
from ..web.error_pages import submitted_text
from ..web.features import find_form
from ..web.features import FOR_EVERYBODY
from ..web.features import hides_from_robots
from ..web.features import is_marked
from ..web.features import NEEDS_NO_DATABASE
from ..web.login import check_password
from ..web.login import remember_browser
from ..web.pending_action import do_action
from ..web.pending_action import find_action
from ..web.pending_action import remember_action
from ..web.security import is_browser
from ..web.urls import find_path
from ..web.urls import is_page

bp = Blueprint("auth", __name__, url_prefix="/auth")
bp.record_once(hides_from_robots("/auth/"))

View = t.TypeVar("View", bound=t.Callable[..., ResponseReturnValue])


def login_required(view: View) -> View:
    """View decorator that redirects anonymous users to the login page."""

    @functools.wraps(view)
    def wrapped_view(**kwargs: t.Any) -> ResponseReturnValue:
        if g.user is None:
            session["next"] = page_to_return_to()
            remember_action()
            # 307 has the browser bring along what a logged-out writer typed.
            return redirect(url_for("auth.login"), 307 if submitted_text() else 302)

        return view(**kwargs)

    return t.cast(View, wrapped_view)


def page_to_return_to() -> str:
    """The page that was asked for, or that has the form that was sent."""
    path = find_path()
    return path if is_page(path) else url_for("index")


@bp.before_app_request
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
        session.clear()
        return

    # A full disk is no reason not to show a page.
    with if_available():
        sessions.touch(g.user["session_id"], g.user["last_seen"])


AWAY = lazy_gettext("The blog is unavailable right now. Try again in a moment.")


@bp.errorhandler(429)
@bp.errorhandler(503)
def show_form_again(
    error: TooManyRequests | ServiceUnavailable,
) -> ResponseReturnValue:
    """Give back the form with the name, but for the password, to who is refused for
    now."""
    if "username" not in request.form or isinstance(error, DatabaseNotReady):
        return show_error(error)

    is_plain = error.description == type(error).description
    hint = str(AWAY if is_plain else error.description)
    log(error, hint)
    flash(hint, "error")
    is_login = request.endpoint == "auth.login_submit"
    page = (
        render_login(submitted_text(), "password")
        if is_login
        else render_register("password")
    )
    response = make_response(page, error.code)
    response.retry_after = error.retry_after
    return response


@bp.get("/register")
def register() -> ResponseReturnValue:
    """Show the form for a new user."""
    return render_register()


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
    username = names.clean(request.form["username"])
    password = request.form["password"]
    name_problem = users.find_name_problem(username)
    error = name_problem or passwords.find_problem(password, username)

    if error is None:
        if add_user(username, password):
            flash(_("Welcome, %(name)s. You can log in now.", name=username))
            return redirect(url_for("auth.login"))

        error = name_problem = users.describe_taken(username)

    flash(error, "error")
    return render_register("username" if name_problem else "password"), 422


def add_user(username: str, password: str) -> bool:
    """Register somebody; ``False`` if the name is taken.

    :raise HTTPException: 429 or 503 if many others do
    """
    # Looking first spares the hash; create() decides.
    if users.find_taken(username):
        return False

    with passwords.reserve_slot(passwords.REGISTRATIONS):
        rate_rules.refuse_registration()
        return users.create(username, passwords.hash_password(password))


@bp.get("/login")
def login() -> ResponseReturnValue:
    """Show the login form."""
    return render_login({})


def render_login(draft: dict[str, str], focus: str = "username") -> str:
    """The form, with what a logged-out writer had sent."""
    page = page_after_login(draft)
    return render_template("auth/login.html", draft=draft, page=page, focus=focus)


def ask_to_log_in(draft: dict[str, str]) -> ResponseReturnValue:
    """The form, for who was sent here with a text, or came without a name."""
    flash(
        _("Log in to continue. What you wrote has been kept.")
        if draft
        else _("Log in to continue."),
        "error",
    )
    # RFC 9110 wants a 401 to say how; at "Basic", browsers would ask themselves.
    return render_login(draft), 401, {"WWW-Authenticate": 'Cookie realm="Flaskr"'}


@bp.post("/login")
def login_submit() -> ResponseReturnValue:
    """Log in a registered user and go to the page that they wanted."""
    draft = submitted_text()

    if "username" not in request.form:
        return ask_to_log_in(draft)

    username = request.form["username"]
    user = users.find(username)
    password_hash = check_password(user, username, request.form["password"])

    if user is None or password_hash is None:
        flash(
            _("Incorrect username.") if user is None else _("Incorrect password."),
            "error",
        )
        focus = "username" if user is None else "password"
        return render_login(draft, focus), 422

    page = page_after_login(draft)
    action = find_action()
    keep_session(user["id"], replace_session(user["id"], password_hash))

    if draft or action:
        # A page names the writer, and what was asked for is done as the reader.
        g.user = sessions.find_user(user["id"], session["token"])

    do_action(action)

    if draft:
        response = make_response(render_resume(page, draft))
    else:
        response = make_response(redirect(page))

    remember_browser(response, user["id"], password_hash)
    return response


def render_resume(page: str, draft: dict[str, str]) -> str:
    """The form with what a logged-out writer had sent from it."""
    fields = find_form(draft).template
    return render_template("auth/resume.html", page=page, fields=fields, **draft)


def page_after_login(draft: dict[str, str]) -> str:
    """Where to go on; a text, to the page that it was sent to, whatever another
    tab has asked for since."""
    page = request.form.get("page", "")

    if draft and is_page(page):
        return page

    return session.get("next") or url_for("blog.create" if draft else "index")


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

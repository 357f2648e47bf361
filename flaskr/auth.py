import functools
import typing as t

from flask import Blueprint
from flask import current_app
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
from werkzeug.exceptions import HTTPException

from . import names
from . import passwords
from . import sessions
from . import users
from .db import if_available
from .db import needs_db
from .errors import what_was_typed
from .login_limits import check_password
from .login_limits import remember_browser
from .security import is_browser

bp = Blueprint("auth", __name__, url_prefix="/auth")

# What is the same for everybody, whatever the cookie.
FOR_EVERYBODY = ("feeds", "comment_feeds", "sitemap")

View = t.TypeVar("View", bound=t.Callable[..., ResponseReturnValue])


def login_required(view: View) -> View:
    """View decorator that redirects anonymous users to the login page."""

    @functools.wraps(view)
    def wrapped_view(**kwargs: t.Any) -> ResponseReturnValue:
        if g.user is None:
            session["next"] = page_to_return_to()
            # 307 has the browser bring along what a logged-out writer typed.
            return redirect(url_for("auth.login"), 307 if what_was_typed() else 302)

        return view(**kwargs)

    return t.cast(View, wrapped_view)


def page_to_return_to() -> str:
    """The page that was asked for, or that has the form that was sent."""
    return request.path if is_page(request.path) else url_for("index")


def is_page(path: str) -> bool:
    try:
        current_app.url_map.bind("").match(path, "GET")
    except HTTPException:
        # Not found, not to be read, or only after a redirect.
        return False

    # "//tag/x" is a path here, and a host to a browser.
    return path.startswith("/") and not path.startswith("//")


@bp.before_app_request
def load_logged_in_user() -> None:
    """If the cookie names a session that has not ended, load its user from
    the database into ``g.user``."""
    g.user = None

    if request.endpoint == "images.show" or request.blueprint in FOR_EVERYBODY:
        return

    if not needs_db() or "user_id" not in session:
        return

    g.user = sessions.find_user(session["user_id"], session.get("token", ""))

    if g.user is None:
        session.clear()
        return

    # A full disk is no reason not to show a page.
    with if_available():
        sessions.see(g.user["session_id"], g.user["last_seen"])


@bp.get("/register")
def register() -> ResponseReturnValue:
    """Show the form for a new user."""
    return register_page()


def register_page() -> str:
    return render_template("auth/register.html", name_length=names.MAX_LENGTH)


@bp.post("/register")
def register_submit() -> ResponseReturnValue:
    """Register a new user.

    Validates that the username is not already taken. Hashes the
    password for security.
    """
    username = names.clean(request.form["username"])
    password = request.form["password"]
    error = names.problem_with(username) or passwords.problem_with(password, username)

    if error is None:
        if add_user(username, password):
            flash(_("Welcome, %(name)s. Now log in.", name=username))
            return redirect(url_for("auth.login"))

        error = _("User %(name)s is already registered.", name=username)

    flash(error, "error")
    return register_page(), 422


def add_user(username: str, password: str) -> bool:
    # Looking first spares the hash; create() decides.
    if users.find(username) is not None:
        return False

    with passwords.slot(names.name_key(username)):
        return users.create(username, passwords.hash_password(password))


@bp.get("/login")
def login() -> ResponseReturnValue:
    """Show the login form."""
    return render_template("auth/login.html", kept={})


@bp.post("/login")
def login_submit() -> ResponseReturnValue:
    """Log in a registered user and go to the page that they wanted."""
    kept = what_was_typed()
    page = page_after_login(kept)

    if "username" not in request.form:
        flash(
            _("Log in to go on. What you wrote is kept.")
            if kept
            else _("Log in to go on."),
            "error",
        )
        return render_template("auth/login.html", kept=kept, page=page), 401

    username = request.form["username"]
    user = users.find(username)
    password_hash = check_password(user, username, request.form["password"])

    if user is None or password_hash is None:
        flash(
            _("Incorrect username.") if user is None else _("Incorrect password."),
            "error",
        )
        return render_template("auth/login.html", kept=kept, page=page), 422

    start_session(user["id"], password_hash)

    if kept:
        response = make_response(
            render_template("auth/resume.html", page=page, kept=kept)
        )
    else:
        response = make_response(redirect(page))

    remember_browser(response, user["id"])
    return response


def page_after_login(kept: dict[str, str]) -> str:
    """Where to go on; a text, to the page that it was sent to, whatever another
    tab has asked for since."""
    page = request.form.get("page", "")

    if kept and is_page(page):
        return page

    return session.get("next") or url_for("blog.create" if kept else "index")


def start_session(user_id: int, password_hash: str) -> None:
    """Log the browser in; a session that it had before ends."""
    end_session()
    session.permanent = True
    session["user_id"] = user_id
    session["token"] = sessions.start(
        user_id, password_hash, request.remote_addr or "", request.user_agent.string
    )
    g.user = sessions.find_user(user_id, session["token"])


def end_session() -> None:
    """Log the browser out, so that no copy of its cookie is worth anything."""
    if g.user is not None:
        sessions.end(g.user["id"], g.user["session_id"])

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
    """End the session and go to the index."""
    end_session()
    return redirect(url_for("index"))

"""A person's sessions, username and password, and closing the account."""

from flask import Blueprint
from flask import flash
from flask import g
from flask import make_response
from flask import redirect
from flask import render_template
from flask import request
from flask import Response
from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..data import bin
from ..data import drafts
from ..data import former_names
from ..data import images
from ..data import renaming
from ..data import sessions
from ..data import users
from ..data.roles import LastOwner
from ..db import Row
from ..db import transaction
from ..text import names
from ..web import passwords
from ..web import rate_rules
from ..web.current_user import forget_session
from ..web.current_user import keep_session
from ..web.current_user import replace_session
from ..web.features import hides_from_robots
from ..web.login import check_password
from ..web.login import remember_browser
from .auth import login_required

bp = Blueprint("account", __name__, url_prefix="/account")
bp.record_once(hides_from_robots("/account/"))

# In the order of asking: most browsers also name the one that they descend from.
BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser/": "Samsung Internet",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "CriOS/": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


@bp.app_template_filter()
def browser(user_agent: str) -> str:
    """What a person would call their browser, from its User-Agent header."""
    name = next((n for mark, n in BROWSERS.items() if mark in user_agent), None)
    system = next((n for mark, n in SYSTEMS.items() if mark in user_agent), None)

    if name is None:
        return user_agent.partition(" ")[0][:40] or _("Unknown browser")

    if system is None:
        return name

    return _("%(browser)s on %(system)s", browser=name, system=system)


@bp.after_request
def keep_private(response: Response) -> Response:
    """Leave nothing in the browser for whoever sits there next."""
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/")
@login_required
def show() -> ResponseReturnValue:
    """Show a person where they are logged in."""
    return render_template(
        "account/show.html", sessions=sessions.find_all(g.user["id"])
    )


@bp.app_template_global()
def count_in_rooms() -> dict[str, int]:
    """How much there is in the rooms of the current user's account."""
    user_id = g.user["id"]
    return {
        "images": images.count(user_id),
        "drafts": drafts.count(user_id),
        "bin": bin.count(user_id),
        "sessions": sessions.count(user_id),
    }


@bp.get("/name")
@login_required
def name() -> ResponseReturnValue:
    """Show the form for another username."""
    return render_name()


def render_name(focus: str = "name") -> str:
    return render_template(
        "account/name.html",
        name_length=names.MAX_LENGTH,
        former=former_names.find_all(g.user["id"]),
        focus=focus,
    )


@bp.post("/name")
@login_required
def name_submit() -> ResponseReturnValue:
    """Change the username; the old one leads to it."""
    user = g.user
    name = names.clean(request.form["name"])
    focus = "name"
    error = renaming.find_problem(user, name)

    if error is None and not check_password(
        user, user["username"], request.form["password"]
    ):
        focus, error = "password", _("Incorrect password.")

    if error is None:
        if seconds := rate_rules.spend("RENAMES"):
            flash(str(rate_rules.describe_wait(seconds)), "error")
            return render_name(), 429, {"Retry-After": str(seconds)}

        try:
            renaming.rename(user["id"], name)
        except renaming.NotRenamed as e:
            error = str(e)

    if error is not None:
        flash(error, "error")
        return render_name(focus), 422

    flash(_("You’re now %(name)s. Your old address leads to the new one.", name=name))
    return redirect(url_for("account.name"))


@bp.get("/password")
@login_required
def password() -> ResponseReturnValue:
    """Show the form for a new password."""
    return render_template("account/password.html")


def refuse_password(error: str, focus: str) -> ResponseReturnValue:
    """The form again, with what is wrong and the field of it."""
    flash(error, "error")
    return render_template("account/password.html", focus=focus), 422


@bp.post("/password")
@login_required
def password_submit() -> ResponseReturnValue:
    """Change the password. All other sessions end, and this one gets a new
    cookie."""
    user = g.user
    new = request.form["new_password"]

    if error := passwords.find_problem(new, user["username"]):
        return refuse_password(error, "new_password")

    old_hash = check_password(user, user["username"], request.form["password"])
    new_hash = old_hash and replace_password(user, old_hash, new)

    if not new_hash:
        return refuse_password(_("Incorrect password."), "password")

    flash(_("Your password was changed. All other browsers were logged out."))
    response = make_response(redirect(url_for("account.show")))
    remember_browser(response, user["id"], new_hash)
    return response


def replace_password(user: Row, old_hash: str, new: str) -> str | None:
    """Change a password, and go on in a new session; return its hash, or ``None`` if
    another browser was first."""
    with passwords.reserve_slot(names.name_key(user["username"]), is_known=True):
        new_hash = passwords.hash_password(new)

    with transaction():
        if not users.change_password(user["id"], old_hash, new_hash):
            return None

        token = replace_session(user["id"], new_hash)

    keep_session(user["id"], token)
    return new_hash


@bp.post("/sessions/<int:id>/end")
@login_required
def end_one(id: int) -> ResponseReturnValue:
    """Log another browser out."""
    sessions.end(g.user["id"], id)
    flash(_("That browser was logged out."))
    return redirect(url_for("account.show"))


@bp.post("/sessions/end-others")
@login_required
def end_others() -> ResponseReturnValue:
    """Log all other browsers out."""
    sessions.end_others(g.user["id"], g.user["session_id"])
    flash(_("All other browsers were logged out."))
    return redirect(url_for("account.show"))


@bp.get("/close")
@login_required
def close() -> ResponseReturnValue:
    """Ask again before closing the account."""
    return render_template("account/close.html")


@bp.post("/close")
@login_required
def close_submit() -> ResponseReturnValue:
    """Close the account; its posts go or stay."""
    posts = request.form.get("posts")
    focus = "password" if posts in ("delete", "keep") else "posts"

    if focus == "posts":
        error = _("Choose what happens to your posts and comments.")
    elif not check_password(g.user, g.user["username"], request.form["password"]):
        error = _("Incorrect password.")
    elif not close_account(delete_posts=posts == "delete"):
        error = _("You’re the only owner of this blog. Make somebody else one first.")
    else:
        flash(_("Your account was closed."))
        return redirect(url_for("index"))

    flash(error, "error")
    return render_template("account/close.html", focus=focus), 422


def close_account(delete_posts: bool) -> bool:
    """Close the account of the current user; ``False`` if the blog had no owner
    then."""
    try:
        users.close(g.user["id"], delete_posts)
    except LastOwner:
        return False

    # The sessions in the database went with it.
    forget_session()
    return True

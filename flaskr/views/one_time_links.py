"""What a one-time link leads to. To look at it, as programs do that follow links in
mail and chats, uses nothing up: the button does."""

import typing as t

from flask import Blueprint
from flask import flash
from flask import Flask
from flask import g
from flask import make_response
from flask import redirect
from flask import render_template
from flask import request
from flask import Response
from flask import session
from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import abort
from werkzeug.exceptions import ServiceUnavailable

from ..data import one_time_links
from ..data import posts
from ..data import roles
from ..data import users
from ..data.roles import Role
from ..db import Row
from ..db import transaction
from ..errors import lazy_gettext
from ..text import names
from ..web import passwords
from ..web.current_user import forget_session
from ..web.frozen import needs_server
from ..web.registration import welcome
from ..web.urls import find_path
from . import draft_links
from . import link_commands

bp = Blueprint("one_time_links", __name__)
bp.record_once(needs_server("/link/"))

NOT_OPEN = lazy_gettext(
    "This link can’t be used. It may have been used, revoked or expired: ask whoever"
    " sent it for another one."
)

# In the order of what they may do.
ROLES = {
    Role.OWNER: lazy_gettext("You can own this blog, together with others who do."),
    Role.EDITOR: lazy_gettext("You can write here, and edit what others write."),
    Role.AUTHOR: lazy_gettext("You can write here."),
    Role.READER: lazy_gettext("You can comment here, and like what others write."),
}


class Taken(Exception):
    """Somebody has the name, or one that looks like it."""


@bp.after_request
def keep_nothing(response: Response) -> Response:
    """Keep no page, here or in a search engine, and tell no other site of it."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def get_link(token: str) -> Row:
    """A link that is open, or by which somebody reads a draft.

    :raise 404: for all else
    """
    return one_time_links.find(token) or abort(404, NOT_OPEN)


def render(link: Row, focus: str | None = None) -> str:
    """What a link leads to."""
    if link["role"] is None:
        return render_template("links/password.html", link=link, focus=focus)

    template = "links/accept.html" if g.user else "links/join.html"
    return render_template(
        template,
        role_sentence=ROLES[roles.read(link["role"])],
        name_length=names.MAX_LENGTH,
        focus=focus or "username",
    )


@bp.get("/link/<token>")
def show(token: str) -> ResponseReturnValue:
    """Show what can be done with a link."""
    link = get_link(token)
    return (
        with_draft(draft_links.show, link, token) if link["post_id"] else render(link)
    )


@bp.post("/link/<token>")
def submit(token: str) -> ResponseReturnValue:
    """Use a link."""
    if used := find_own(token):
        return answer_again(used)

    link = get_link(token)

    if link["post_id"]:
        return with_draft(draft_links.submit, link, token)
    elif link["role"] is None:
        return set_password(link)
    elif g.user:
        return accept(link)
    elif "login" in request.form:
        session["next"] = find_path()
        return redirect(url_for("auth.login"))

    return join(link)


def with_draft(
    answer: t.Callable[[Row, Row, str], ResponseReturnValue], link: Row, token: str
) -> ResponseReturnValue:
    """What a link to a draft leads to: to the post, once that is public.

    :raise 404: if an editor has to read it first
    """
    post = posts.find(link["post_id"]) or abort(404, NOT_OPEN)

    if elsewhere := draft_links.find_elsewhere(link, post):
        return redirect(elsewhere)
    elif draft_links.must_wait(link, post):
        abort(404, NOT_OPEN)

    return answer(link, post, token)


def find_own(token: str) -> Row | None:
    """A link that whoever sends this has used already, as with a second click."""
    used = one_time_links.find_by_token(token)

    if used is None or not used["used"] or used["post_id"]:
        return None

    name = names.clean(request.form.get("username", ""))
    is_accepted = g.user and used["role"] and used["used_by"] == g.user["id"]
    return used if is_accepted or used["used_by_name"] == name else None


def answer_again(used: Row) -> ResponseReturnValue:
    """Lead on from a link that was used, as the first time."""
    if g.user is None:
        done = _("Your password was changed.") if used["role"] is None else _("Joined.")
        flash(done + " " + _("Log in to continue."))
        return redirect(url_for("auth.login"))

    return redirect(url_for("index"))


def set_password(link: Row) -> ResponseReturnValue:
    """Give the person of a link another password, and end their sessions."""
    new = request.form["new_password"]

    if error := passwords.find_problem(new, link["username"]):
        flash(error, "error")
        return render(link, "new_password"), 422

    try:
        with passwords.reserve_slot(names.name_key(link["username"]), is_known=True):
            new_hash = passwords.hash_password(new)
    except ServiceUnavailable as e:
        return ask_again(link, e, "new_password")

    with transaction():
        use(link, link["user_id"])
        users.set_password(link["user_id"], new_hash)

    forget_session()
    flash(_("Your password was changed. Log in with it."))
    return redirect(url_for("auth.login"))


def ask_again(link: Row, error: ServiceUnavailable, focus: str) -> ResponseReturnValue:
    """The form with what was typed, for whoever has to wait for others."""
    flash(str(error.description), "error")
    response = make_response(render(link, focus), 503)
    response.retry_after = error.retry_after
    return response


def accept(link: Row) -> ResponseReturnValue:
    """Give the current user the role of a link, unless they may do more already."""
    role = roles.read(link["role"])

    with transaction():
        # It may have changed since the request began.
        may_less = roles.is_less(roles.find_role(g.user["id"]), role)
        is_taken = may_less and not one_time_links.is_for_newcomers(link)

        if is_taken:
            use(link, g.user["id"])
            roles.change(g.user["id"], role, link["made_by"])

    if is_taken:
        flash(str(ROLES[role]))
    elif may_less:
        flash(_("This link is for somebody who has no account yet."), "error")
    else:
        flash(_("You can do this already. The link can be used by somebody else."))

    return redirect(url_for("index"))


def join(link: Row) -> ResponseReturnValue:
    """Register somebody with the role of a link, and log them in."""
    username = names.clean(request.form["username"])
    password = request.form["password"]
    name_problem = users.find_name_problem(username)
    error = name_problem or passwords.find_problem(password, username)

    if error is None and users.find_taken(username):
        error = name_problem = users.describe_taken(username)

    if error is None:
        try:
            with passwords.reserve_slot(passwords.REGISTRATIONS):
                password_hash = passwords.hash_password(password)
        except ServiceUnavailable as e:
            return ask_again(link, e, "password")

        try:
            add_user(link, username, password_hash)
            session.pop("next", None)
            return welcome(username, password_hash)
        except Taken:
            error = name_problem = users.describe_taken(username)

    flash(error, "error")
    return render(link, "username" if name_problem else "password"), 422


def add_user(link: Row, username: str, password_hash: str) -> None:
    """Register somebody and use the link up, or neither.

    :raise Taken: if somebody has the name
    """
    with transaction():
        if not users.create(username, password_hash, roles.read(link["role"])):
            raise Taken

        use(link, t.cast(Row, users.find(username))["id"])


def use(link: Row, user_id: int) -> None:
    """Use a link up, in the transaction of the caller.

    :raise 404: if another one was first
    """
    if not one_time_links.use(link["id"], user_id):
        abort(404, NOT_OPEN)


def init_app(app: Flask) -> None:
    """Register the pages and the commands."""
    app.register_blueprint(bp)
    app.register_blueprint(draft_links.bp)
    link_commands.init_app(app)

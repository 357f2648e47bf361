"""The page of an author, and what they say of themselves."""

from flask import Blueprint
from flask import flash
from flask import g
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import abort

from ..data import posts
from ..data import users
from ..db import Row
from ..errors import lazy_gettext
from ..web import pagination
from ..web import rate_rules
from ..web.features import gives_back
from ..web.features import lets_prefetch
from ..web.urls import is_here
from ..web.urls import redirect_permanently
from .auth import login_required

bp = Blueprint("authors", __name__)
bp.record_once(gives_back("authors/field.html", about=lazy_gettext("About you")))
bp.record_once(lets_prefetch("/author/:name"))


def get_author(name: str) -> Row:
    """The user of a name, closed accounts included.

    :raise 404: if nobody has the name
    """
    author = users.find(name, include_closed=True)

    if author is None:
        abort(404, _("There is no user called “%(name)s”.", name=name))

    return author


@bp.get("/author/<name:name>", merge_slashes=False)
def show(name: str) -> ResponseReturnValue:
    """Show what somebody wrote, at the one address of the name."""
    author = get_author(name)
    page = url_for("authors.show", name=author["username"])

    if not is_here(page):
        return redirect_permanently(page)

    return pagination.render_list(
        "authors/show.html", posts.by_author(author["id"]), author=author
    )


@bp.get("/account/about")
@login_required
def about() -> ResponseReturnValue:
    """Show the form for what a person says of themselves."""
    author = get_author(g.user["username"])
    return render_about(author["about"])


@bp.app_context_processor
def give_limits() -> dict[str, int]:
    """How much people may say of themselves, for the pages that have it in a form."""
    return {"max_about": users.MAX_ABOUT}


def render_about(about: str) -> str:
    return render_template("authors/about.html", about=about)


@bp.post("/account/about")
@login_required
def about_submit() -> ResponseReturnValue:
    """Save what a person says of themselves."""
    about = users.clean_about(request.form["about"])

    if error := users.find_about_problem(about):
        flash(error, "error")
        return render_about(about), 422

    if seconds := rate_rules.spend("EDITS"):
        flash(str(rate_rules.describe_wait(seconds)), "error")
        return render_about(about), 429, {"Retry-After": str(seconds)}

    if not users.set_about(g.user["id"], about):
        abort(403, lazy_gettext("This account was closed in another browser."))

    flash(_("Saved."))
    return redirect(url_for("authors.show", name=g.user["username"]))

import sqlite3

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

from . import listings
from . import posts
from . import users
from .auth import login_required
from .errors import lazy_gettext
from .permalinks import moved

bp = Blueprint("authors", __name__)


def get_author(name: str) -> sqlite3.Row:
    """
    :raise 404: if nobody has the name
    """
    author = users.find(name, or_closed=True)

    if author is None:
        abort(404, _("Nobody here is called “%(name)s”.", name=name))

    return author


@bp.get("/author/<path:name>", merge_slashes=False)
def show(name: str) -> ResponseReturnValue:
    """Show what somebody wrote, at the one address of the name."""
    author = get_author(name)

    if name != author["username"]:
        return moved(url_for("authors.show", name=author["username"]))

    return listings.show(
        "authors/show.html", posts.by_author(author["id"]), author=author
    )


@bp.get("/account/about")
@login_required
def about() -> ResponseReturnValue:
    """Show the form for what a person says of themselves."""
    author = get_author(g.user["username"])
    return about_page(author["about"])


def about_page(about: str) -> str:
    return render_template("authors/about.html", about=about)


@bp.post("/account/about")
@login_required
def about_submit() -> ResponseReturnValue:
    """Save what a person says of themselves."""
    about = users.clean_about(request.form["about"])

    if error := users.problem_with_about(about):
        flash(error, "error")
        return about_page(about), 422

    if not users.set_about(g.user["id"], about):
        abort(403, lazy_gettext("This account was closed in another browser."))

    flash(_("Saved."))
    return redirect(url_for("authors.show", name=g.user["username"]))

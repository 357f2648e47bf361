"""The pages of the blog, and which of them are in the header."""

from collections.abc import Callable
from functools import partial

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

from ..data import moderation
from ..data import pages
from ..db import transaction
from ..web import pagination
from ..web.permissions import get_post
from ..web.permissions import refuse_demoted
from ..web.permissions import requires
from ..web.rate_rules import refuse_too_many
from .admin import keep_nothing
from .auth import login_required

bp = Blueprint("admin_pages", __name__, url_prefix="/admin/pages")
bp.after_request(keep_nothing)

STEPS = {"up": -1, "down": 1}


@bp.get("")
@login_required
@requires("page.update")
def index() -> ResponseReturnValue:
    """Show the pages: those in the header in their order, and the others."""
    return render()


def render() -> str:
    """The list."""
    others = pages.find_others(g.user["id"], pagination.cursor_from_request())
    return render_template(
        "admin/pages.html",
        in_header=pages.find_all_in_header(g.user["id"]),
        others=others.posts,
        newest_url=others.newer and pagination.page_url(),
        older_url=others.older and pagination.page_url(older=others.older),
        most=pages.MAX_IN_HEADER,
    )


@bp.post("/<int:id>/show")
@login_required
@requires("page.update")
def show(id: int) -> ResponseReturnValue:
    """Put a page into the header, as the last one."""
    try:
        return change(id, pages.put_in_header)
    except pages.HeaderFull:
        flash(
            _(
                "The header has room for %(most)d pages. Take one out first.",
                most=pages.MAX_IN_HEADER,
            ),
            "error",
        )
        return render(), 409


@bp.post("/<int:id>/hide")
@login_required
@requires("page.update")
def hide(id: int) -> ResponseReturnValue:
    """Take a page out of the header."""
    return change(id, pages.take_from_header)


@bp.post("/<int:id>/move")
@login_required
@requires("page.update")
def move(id: int) -> ResponseReturnValue:
    """Have a page earlier or later in the header."""
    steps = STEPS.get(request.form.get("to", "")) or abort(400)
    return change(id, partial(pages.move, steps=steps))


@bp.post("/<int:id>/unmake")
@login_required
@requires("page.update")
def unmake(id: int) -> ResponseReturnValue:
    """Make a page a post again."""
    return change(id, pages.unmake)


def change(id: int, act: Callable[[int], bool]) -> ResponseReturnValue:
    """Do something to a post that the current user may make a page, note it, and lead
    back to the list.

    :param act: gets the id, and says whether the post was what it is for
    """
    get_post(id, "page.update")
    refuse_too_many("EDITS")

    with transaction():
        refuse_demoted("page.update")
        is_changed = act(id)

        if is_changed:
            moderation.log("page.update", g.user["id"], post_id=id)

    if is_changed:
        flash(_("Saved."))
    else:
        flash(_("Nothing was saved: this was changed in another browser."), "error")

    return redirect(url_for("admin_pages.index"))

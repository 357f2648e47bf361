"""What becomes of a post that somebody writes, for the editor's script."""

from flask import abort
from flask import Blueprint
from flask import g
from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from ..data import posts
from ..errors import lazy_gettext
from ..text.markdown import read
from ..text.preview import render_blocks
from ..web.checks import check_text
from ..web.permissions import requires
from ..web.urls import find_root
from .autosave import answer_errors_in_json

bp = Blueprint("previews", __name__)
answer_errors_in_json(bp)


@bp.post("/preview")
@requires("post.create")
def show() -> ResponseReturnValue:
    """Show a text as its readers would see it, in pieces, each with its line; nothing
    is kept."""
    if g.user is None:
        abort(401, lazy_gettext("You’re logged out."))

    body = posts.clean("", request.form["body"])[1]
    tree = read(body, with_lines=True)
    checks = check_text(tree, body)
    preview = render_blocks(tree, find_root(), "preview-")
    return {
        "blocks": preview.blocks,
        "language": preview.language,
        "minutes": ngettext("%(num)d min", "%(num)d min", preview.minutes),
        "checks": checks,
    }

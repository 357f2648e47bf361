"""What somebody pastes into a text, as Markdown."""

from flask import Blueprint
from flask import g
from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from werkzeug.exceptions import abort
from werkzeug.exceptions import RequestEntityTooLarge

from ..errors import lazy_gettext
from ..text import pasted
from ..web.permissions import requires
from ..web.rate_rules import refuse_too_many
from .autosave import answer_errors_in_json

bp = Blueprint("pasting", __name__)

# Bytes of a request: the HTML, the same as text, and the form around them.
MAX_REQUEST = 1_900_000
MAX_LANGUAGE = 30

answer_errors_in_json(bp)


@bp.post("/paste")
@requires("account")
def convert() -> ResponseReturnValue:
    """Answer with the Markdown of what was copied, and say what is missing in it."""
    if g.user is None:
        abort(401, lazy_gettext("You’re logged out."))

    request.max_content_length = MAX_REQUEST

    try:
        form = request.form
        refuse_too_many("PASTES")
        language = form.get("language", "")[:MAX_LANGUAGE].lower()
        found = pasted.convert(form.get("html", ""), form.get("text", ""), language)
    except (RequestEntityTooLarge, pasted.TooMuch):
        abort(413, lazy_gettext("This is too much to paste with its formatting."))

    note = found.left_out and ngettext(
        "%(num)d image was left out. Add it as a file.",
        "%(num)d images were left out. Add them as files.",
        found.left_out,
    )
    return {"markdown": found.markdown, "note": note or ""}

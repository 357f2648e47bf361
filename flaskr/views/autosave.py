"""What the editor's script sends while somebody types: kept as a working copy, and
answered in JSON, whatever comes of it."""

from flask import Blueprint
from flask import g
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import abort
from werkzeug.exceptions import HTTPException
from werkzeug.exceptions import ServiceUnavailable

from ..data import posts
from ..data import working_copies
from ..data.working_copies import Late
from ..db import Row
from ..db import transaction
from ..errors import lazy_gettext
from ..web.current_user import refuse_suspended
from ..web.dates import iso
from ..web.error_pages import find_description
from ..web.error_pages import log
from ..web.error_pages import LOGGED_ONCE_A_MINUTE
from ..web.error_pages import MESSAGES
from ..web.forms import find_form_id
from ..web.forms import is_of_another
from ..web.permissions import may
from ..web.permissions import requires
from ..web.rate_rules import refuse_too_many
from ..web.working_copies import find_sent_post
from ..web.working_copies import is_published
from ..web.working_copies import read_form
from ..web.working_copies import read_text
from .auth import ASK
from .history import read_opened

bp = Blueprint("autosave", __name__)


def answer_error(error: HTTPException) -> ResponseReturnValue:
    """Say in a sentence what is wrong."""
    code = error.code or 500
    title, _hint = MESSAGES.get(code, MESSAGES[500])
    sentence = str(find_description(error) or title)

    if code in LOGGED_ONCE_A_MINUTE:
        log(error, sentence)

    retry_after = getattr(error, "retry_after", None)
    headers = {"Retry-After": str(retry_after)} if retry_after else {}

    if code == 401:
        headers["WWW-Authenticate"] = ASK

    return {"error": sentence}, code, headers


def answer_errors_in_json(bp: Blueprint) -> None:
    """Have whatever goes wrong in the views of a blueprint answered to a script."""
    for code in (*MESSAGES, 401):
        bp.register_error_handler(code, answer_error)


answer_errors_in_json(bp)


@bp.post("/create/working-copy")
@requires("post.create")
def save_new() -> ResponseReturnValue:
    """Keep what somebody types in a new post."""
    form_id = get_form_id()
    return save(form_id, *find_sent_post(form_id))


@bp.post("/<int:id>/working-copy")
@requires("post.update")
def save_edit(id: int) -> ResponseReturnValue:
    """Keep what the author types in a post."""
    form_id = get_form_id()
    post = posts.find(id)

    if post is None or not may("post.update", post):
        abort(404, lazy_gettext("This post doesn’t exist. It may have been deleted."))

    opened = read_opened()
    return save(form_id, post, post["version"] if opened is None else opened)


def get_form_id() -> str:
    """The id of the form, for who opened it.

    :raise HTTPException: 401 for nobody, 403 for somebody else, 400 without an id
    """
    refuse_suspended()

    if g.user is None:
        abort(401, lazy_gettext("You’re logged out."))
    elif is_of_another():
        abort(403, lazy_gettext("You’re logged in to another account."))

    return find_form_id() or abort(400)


def save(form_id: str, post: Row | None, opened: int | None) -> ResponseReturnValue:
    """Keep what came with a form, unless it is what the post has."""
    names = post and ", ".join(posts.get_tag_names(post))
    text = read_text(tags_before=names or "")
    form = read_form(form_id, post, opened)

    if problem := text.find_problem():
        abort(413, problem)

    try:
        with transaction():
            refuse_too_many("AUTOSAVES")

            if is_published(text, post):
                working_copies.remove(form)
                return {"saved": None}

            return {"saved": iso(working_copies.save(form, text))}
    except Late:
        raise ServiceUnavailable(
            lazy_gettext("This was just saved or discarded. Try again in a moment."),
            retry_after=int(working_copies.LATE.total_seconds()),
        ) from None

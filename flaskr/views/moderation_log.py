"""The log of moderation, for owners and editors, and for all if a setting says so."""

from flask import Blueprint
from flask import current_app
from flask import render_template
from flask import Response
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import abort

from ..data import cleanups
from ..data import moderation
from ..errors import lazy_gettext
from ..web import pagination
from ..web.features import hides_from_robots
from ..web.permissions import requires
from .admin import role_name
from .auth import login_required

bp = Blueprint("moderation_log", __name__)
bp.record_once(hides_from_robots("/moderation"))

SENTENCES = {
    "application.accept": lazy_gettext("let in who asked to join"),
    "application.refuse": lazy_gettext("did not let in who asked to join"),
    "post.approve": lazy_gettext("approved a post"),
    "post.refuse": lazy_gettext("did not approve a post"),
    "post.update": lazy_gettext("changed a post"),
    "post.withdraw": lazy_gettext("took back the publication of a post"),
    "post.publish": lazy_gettext("published a post"),
    "post.delete": lazy_gettext("put a post into the bin"),
    "post.restore": lazy_gettext("restored a post"),
    "post.comments": lazy_gettext("opened or closed the comments of a post"),
    "page.update": lazy_gettext("changed which texts are pages, or in the header"),
    "comment.approve": lazy_gettext("approved a comment"),
    "comment.refuse": lazy_gettext("did not approve a comment"),
    "comment.update": lazy_gettext("changed a comment"),
    "comment.remove": lazy_gettext("removed a comment"),
    "report.dismiss": lazy_gettext("found nothing wrong with what was reported"),
    "person.role": lazy_gettext("changed a role"),
    "person.suspend": lazy_gettext("suspended"),
    "person.restore": lazy_gettext("let in again"),
    "person.remove": lazy_gettext("closed an account"),
    "person.rename": lazy_gettext("changed a username"),
    "person.cleanup": lazy_gettext("took back everything as spam"),
    "person.undo": lazy_gettext("brought everything back"),
    "link.create": lazy_gettext("made a link that lets somebody in"),
    "link.revoke": lazy_gettext("revoked a link"),
    "site.update": lazy_gettext("changed the settings of the blog"),
}


@bp.after_request
def keep_nothing(response: Response) -> Response:
    """Keep no page: an entry raises no version."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@bp.app_template_filter()
def action_sentence(action: str) -> str:
    """What somebody did, in words."""
    return str(SENTENCES.get(action, action))


@bp.app_template_filter()
def reason_sentence(entry: dict[str, str]) -> str:
    """Why, or which role somebody was given."""
    is_role = entry["action"] in ("person.role", "link.create")
    return role_name(entry["reason"]) if is_role else entry["reason"]


@bp.get("/admin/log")
@login_required
@requires("log.read")
def index() -> ResponseReturnValue:
    """Show owners and editors what was done."""
    return render_template(
        "moderation/log.html",
        page=moderation.find_page(pagination.cursor_from_request()),
        page_url=pagination.page_url,
        cleanups=cleanups.find_all(),
        shows_names=True,
    )


@bp.get("/moderation")
def public() -> ResponseReturnValue:
    """Show all readers what was done, where the settings let them."""
    if not current_app.config["PUBLIC_LOG"]:
        abort(404, lazy_gettext("This blog doesn’t show its log of moderation."))

    return render_template(
        "moderation/public.html",
        page=moderation.find_page(pagination.cursor_from_request(), is_public=True),
        page_url=pagination.page_url,
        shows_names=current_app.config["PUBLIC_LOG_NAMES"],
    )

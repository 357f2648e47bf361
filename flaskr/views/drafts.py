"""What somebody wrote, public or not, and who else may read a draft."""

from datetime import timedelta

from flask import Blueprint
from flask import flash
from flask import g
from flask import redirect
from flask import render_template
from flask import request
from flask import Response
from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from itsdangerous import BadSignature
from itsdangerous import URLSafeSerializer
from werkzeug.exceptions import abort

from ..data import draft_links
from ..data import drafts
from ..data import edits
from ..data import posts
from ..data import working_copies
from ..data.revisions import Content
from ..db import Row
from ..errors import lazy_gettext
from ..web import pagination
from ..web.features import hides_from_robots
from ..web.flashes import SAVED
from ..web.forms import find_keys
from ..web.permissions import get_post
from ..web.post_buttons import Pressed
from ..web.rate_rules import refuse_too_many
from ..web.urls import absolute
from ..web.urls import permalink
from ..web.working_copies import find_unsaved
from .auth import login_required
from .history import read_opened

bp = Blueprint("drafts", __name__)
bp.record_once(hides_from_robots("/draft/"))

# Posts that the public sees, of those that somebody wrote.
NEWEST = 10

# For how many days a link leads to a draft: the choices, the first of them by default.
LIFETIMES = (7, 1, 30)

NO_LINK = lazy_gettext(
    "This link doesn’t lead to a draft. It may have expired or been revoked. Ask the"
    " author for another one."
)


class AlreadyPublic(Exception):
    """What was to be saved as a draft is public."""


@bp.get("/account/texts")
@login_required
def index() -> ResponseReturnValue:
    """Show a person what they wrote: drafts, scheduled and public posts."""
    read = pagination.cursor_from_request
    user_id = g.user["id"]
    return render_template(
        "drafts/index.html",
        copies=working_copies.find_all(user_id, None),
        drafts=drafts.find_page(user_id, False, read()),
        scheduled=drafts.find_page(user_id, True, read(back="later", on="sooner")),
        published=posts.find_page(posts.by_author(user_id), NEWEST),
        page_url=pagination.page_url,
    )


def save(
    id: int, content: Content, pressed: Pressed
) -> edits.Saved | edits.Conflict | None:
    """Save a post, and have it be what a button says, in the transaction of the caller;
    the rest as of :func:`.edits.save`.

    :raise AlreadyPublic: if it is public by now, and a draft was to be saved
    """
    post = posts.find(id, posts.NO_TEXT) if pressed.is_for_draft else None

    if post and not drafts.read_state(post).is_draft:
        raise AlreadyPublic

    outcome = edits.save(id, g.user["id"], content, read_opened())

    if pressed.state and isinstance(outcome, edits.Saved):
        drafts.set_state(id, pressed.state)

    return outcome


def render(post: Row) -> str:
    """A draft as it will be."""
    return render_template(
        "drafts/show.html",
        post=post,
        links=draft_links.find_all(post["id"]),
        unsaved=find_unsaved(post),
        lifetimes=LIFETIMES,
    )


@bp.post("/<int:id>/withdraw")
@login_required
def withdraw(id: int) -> ResponseReturnValue:
    """Turn a post of the current user's back into a draft."""
    post = get_post(id)
    refuse_too_many("EDITS")
    drafts.withdraw(id)
    flash(
        _("Only you can see this post now. Its address, comments and likes are kept."),
        SAVED,
    )
    return redirect(permalink(id, post["title"]))


@bp.post("/<int:id>/publish")
@login_required
def publish(id: int) -> ResponseReturnValue:
    """Publish a draft of the current user's as it is."""
    post = get_post(id)

    if problem := posts.find_problem(post["title"], post["body"]):
        flash(problem, "error")
        return redirect(url_for("blog.update", id=id))

    refuse_too_many("EDITS")
    drafts.set_state(id, drafts.PUBLIC)
    flash(_("Published."), SAVED)
    return redirect(permalink(id, post["title"]))


def get_serializer() -> URLSafeSerializer:
    """What signs links; how long one leads to the draft, its row says."""
    return URLSafeSerializer(find_keys(), salt="flaskr draft link")


@bp.app_template_global()
def draft_link_url(link_id: int) -> str:
    """The whole address of a link to a draft."""
    token = get_serializer().dumps(link_id)
    return absolute(url_for("drafts.show_link", token=token))


@bp.post("/<int:id>/links")
@login_required
def create_link(id: int) -> ResponseReturnValue:
    """Make a link with which anybody can read a draft of the current user's."""
    post = get_post(id)
    refuse_too_many("EDITS")
    days = request.form.get("days", type=int)

    if not draft_links.create(
        id, timedelta(days=days if days in LIFETIMES else LIFETIMES[0])
    ):
        flash(
            _(
                "This draft has %(most)d links. Revoke one first.",
                most=draft_links.MAX_LINKS,
            ),
            "error",
        )

    return redirect(permalink(id, post["title"]) + "#links")


@bp.post("/<int:id>/links/<int:link_id>/revoke")
@login_required
def revoke_link(id: int, link_id: int) -> ResponseReturnValue:
    """Have a link lead nowhere."""
    post = get_post(id)
    draft_links.remove(link_id, id)
    flash(_("Revoked."))
    return redirect(permalink(id, post["title"]) + "#links")


@bp.get("/draft/<token>")
def show_link(token: str) -> ResponseReturnValue:
    """Show a draft to somebody who has a link to it, or lead to the post once the
    public sees it."""
    link = find_link(token)
    post = link and posts.find(link["post_id"], posts.HTML)

    if not link or not post:
        abort(404, NO_LINK)
    elif not drafts.read_state(post).is_draft:
        return redirect(permalink(post["id"], post["title"]))

    return render_template("drafts/show.html", post=post, link=link)


def find_link(token: str) -> Row | None:
    """The link of a token that this blog has signed, while it leads somewhere."""
    try:
        link_id = get_serializer().loads(token)
    except BadSignature:
        return None

    return draft_links.find(link_id)


@bp.after_request
def keep_nothing(response: Response) -> Response:
    """Keep no page, here or in a search engine: a link is revoked at once."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response

"""Links with which somebody who has no account reads a draft: one browser each."""

import re
import secrets
from datetime import datetime
from datetime import timedelta
from datetime import UTC

from flask import Blueprint
from flask import current_app
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
from werkzeug.exceptions import abort

from ..data import drafts
from ..data import one_time_links
from ..data import posts
from ..db import Row
from ..db import transaction
from ..web.approval import find_rule
from ..web.features import reads_cookie
from ..web.people import isolate_text
from ..web.permissions import get_post
from ..web.permissions import get_readable_post
from ..web.permissions import may_read_draft
from ..web.permissions import requires
from ..web.rate_rules import refuse_too_many
from ..web.urls import permalink
from .admin import describe_too_many
from .admin import find_address
from .auth import login_required
from .drafts import keep_nothing
from .drafts import LIFETIMES
from .drafts import render

bp = Blueprint("draft_links", __name__)
bp.after_request(keep_nothing)

# What tells the browser that reads a draft from all others; each link has its own,
# which no other page gets.
COOKIE = "flaskr_draft"
bp.record_once(reads_cookie(COOKIE))


def find_reason_against(post: Row) -> str | None:
    """Why the current user can't make a link to a post."""
    if not drafts.read_state(post).is_draft:
        return _("Readers see this post, so it needs no link.")
    elif find_rule(g.user["id"], g.user["role"], post["title"], post["body"]):
        return _(
            "An editor reads what newcomers write before others can, so this draft"
            " can’t have a link yet. Publish it: then an editor looks at it."
        )

    return None


@bp.post("/<int:id>/links")
@login_required
@requires("post.update")
def create(id: int) -> ResponseReturnValue:
    """Make a link with which one person reads a draft of the current user's."""
    post = get_post(id)
    refuse_too_many("EDITS")

    if reason := find_reason_against(post):
        flash(reason, "error")
        return redirect(permalink(id, post["title"]) + "#links")

    days = request.form.get("days", type=int)
    lifetime = timedelta(days=days if days in LIFETIMES else LIFETIMES[0])

    try:
        token = one_time_links.share(id, lifetime, g.user["id"])
    except one_time_links.TooManyOfDraft:
        most = one_time_links.MAX_OF_DRAFT
        flash(_("This draft has %(most)d links. Revoke one first.", most=most), "error")
        return render(get_readable_post(id)), 409
    except one_time_links.TooMany:
        flash(describe_too_many(), "error")
        return render(get_readable_post(id)), 409

    return render(get_readable_post(id), find_address(token)), 201


@bp.post("/<int:id>/links/<int:link_id>/revoke")
@login_required
@requires("post.update")
def revoke(id: int, link_id: int) -> ResponseReturnValue:
    """Have a link lead nowhere, and whoever reads the draft by it read it no more."""
    post = get_post(id)
    link = one_time_links.find_by_id(link_id)

    if link and link["post_id"] == id:
        one_time_links.revoke(link_id)

    flash(_("Revoked."))
    return redirect(permalink(id, post["title"]) + "#links")


def must_wait(link: Row, draft: Row) -> bool:
    """Whether an editor has to read a draft before those who have a link to it: its
    author may have changed it since. The command line asks nobody."""
    if link["made_by"] is None:
        return False

    texts = (draft["title"], draft["body"])
    return bool(find_rule(link["made_by"], link["maker_role"], *texts))


def find_elsewhere(link: Row, post: Row) -> str | None:
    """Where the current user reads a draft without its link, or anybody what was one:
    then it is there for somebody else."""
    is_draft = drafts.read_state(post).is_draft

    if is_draft and not (g.user and may_read_draft(post)):
        return None
    elif is_draft and not link["used"]:
        flash(_("You can read this draft anyway. The link is for somebody else."))

    return permalink(post["id"], post["title"])


def find_reader() -> str | None:
    """What the browser has that tells it from others."""
    reader = request.cookies.get(COOKIE, "")
    return reader if re.fullmatch(r"[\w-]{32}", reader, re.ASCII) else None


def describe_used(link: Row) -> str:
    """What another one is told than who reads the draft."""
    if link["maker"] is None:
        return _(
            "This link was used: it shows the draft in one browser only. Ask whoever"
            " sent it for another one."
        )

    return _(
        "This link was used: it shows the draft in one browser only. Ask %(name)s for"
        " another one.",
        name=isolate_text(link["maker"]),
    )


def show(link: Row, draft: Row, token: str) -> ResponseReturnValue:
    """Show a draft to who reads it by a link, and to others what the link is for."""
    if one_time_links.is_reader(link, find_reader()):
        post = posts.find(draft["id"], posts.HTML) or draft
        return render_template("drafts/show.html", post=post, link=link)
    elif link["used"]:
        abort(404, describe_used(link))

    return offer(link, draft, token)


def offer(link: Row, draft: Row, token: str) -> Response:
    """The page that says what a link is for, with what a browser will be known by: a
    second click sends it again, and who keeps no cookies uses nothing up."""
    response = make_response(render_template("links/draft.html", link=link, post=draft))

    if find_reader() is None:
        expires = datetime.fromisoformat(link["expires"]).replace(tzinfo=UTC)
        response.set_cookie(
            COOKIE,
            secrets.token_urlsafe(24),
            # By the browser's clock: the one here may have been set back.
            max_age=expires - datetime.now(UTC),
            path=url_for("one_time_links.show", token=token),
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )

    return response


def submit(link: Row, draft: Row, token: str) -> ResponseReturnValue:
    """Use a link up: the browser reads the draft from now on."""
    reader = find_reader()

    if link["used"] is None and reader is None:
        flash(
            _(
                "Your browser sent no cookie. Allow them here, and press the button"
                " again."
            ),
            "error",
        )
        response = offer(link, draft, token)
        response.status_code = 422
        return response

    with transaction():
        one_time_links.use(link["id"], g.user and g.user["id"], reader)

    # Another one, or a first click, may have been sooner.
    used = one_time_links.find_by_id(link["id"]) or link

    if not one_time_links.is_reader(used, reader):
        abort(404, describe_used(used))

    return redirect(url_for("one_time_links.show", token=token))

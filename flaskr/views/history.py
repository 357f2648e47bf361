"""What posts were before, and what becomes of a text that is saved over another."""

import re

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
from markupsafe import Markup
from werkzeug.exceptions import abort

from ..data import edits
from ..data import posts
from ..data import revisions
from ..data import site_settings
from ..data import tags
from ..data import waiting
from ..data import working_copies
from ..data.revisions import Content
from ..db import Row
from ..db import transaction
from ..errors import lazy_gettext
from ..text.compression import Damaged
from ..text.differences import compare
from ..text.differences import compare_words
from ..web import rate_rules
from ..web.approval import describe_waiting
from ..web.approval import save_or_hold
from ..web.flashes import SAVED
from ..web.moderation_notes import note
from ..web.permissions import is_own
from ..web.permissions import may
from ..web.permissions import may_read_draft
from ..web.permissions import requires
from ..web.urls import permalink
from .auth import login_required

bp = Blueprint("history", __name__)
bp.add_app_template_filter(compare, "differences")
bp.add_app_template_filter(compare_words, "word_differences")

# No post has it: it is for what is no version.
NO_VERSION = 0
NO_SUCH_VERSION = lazy_gettext("This post has no such version.")


@bp.after_request
def keep_nothing(response: Response) -> Response:
    """Keep no page: who takes a version out of the database wants it gone."""
    response.headers["Cache-Control"] = "no-store"
    return response


def parse_version(text: str) -> int:
    """The version that somebody typed or sent, or one that no post has."""
    is_number = re.fullmatch(r"[1-9]\d{0,17}", text, re.ASCII)
    return int(text) if is_number else NO_VERSION


def read_opened() -> int | None:
    """The version of the post that was opened, which comes with the form; ``None``
    where none does, as from a script: it is the newest then."""
    text = request.form.get("version")
    return parse_version(text) if text else None


def get_post(id: int) -> Row:
    """A post whose history the current user may see.

    :raise 404: if there is none
    """
    post = posts.find(id) if g.user else None

    if post is None or not may_read_draft(post):
        is_public = site_settings.get("PUBLIC_REVISIONS")
        post = posts.find_public(id) if is_public else None

    # Nobody is told whether there is one.
    return post or abort(404, lazy_gettext("This address doesn’t lead to a post."))


def find_content(post: Row, version: int) -> tuple[Content | None, str | None]:
    """What a post was at a version, or why that can't be read.

    :raise 404: if there was no such version
    """
    try:
        content = edits.read_version(post, version)
    except Damaged:
        problem = _(
            "This version can’t be read: it, or one that it was stored with, is"
            " damaged or missing. The other versions aren’t affected."
        )
        return None, problem

    return content or abort(404, NO_SUCH_VERSION), None


@bp.get("/<int:id>/history")
def index(id: int) -> ResponseReturnValue:
    """Show the versions of a post, the newest first."""
    post = get_post(id)
    text = request.args.get("before")
    before = None if text is None else parse_version(text)

    if before == NO_VERSION:
        abort(400, lazy_gettext("This page doesn’t exist. Start from the newest one."))

    page = revisions.find_page(id, before, is_public=not is_own(post))
    newest = None if before else edits.describe_newest(post)
    copies = (
        working_copies.find_all(g.user["id"], id)
        if is_own(post) and before is None
        else []
    )
    return render_template(
        "history/index.html",
        post=post,
        copies=copies,
        found=[*([newest] if newest else []), *page.revisions],
        before=page.before,
    )


@bp.get("/<int:id>/history/<int:version>")
def show(id: int, version: int) -> ResponseReturnValue:
    """Show a version of a post, and what was changed in it."""
    post = get_post(id)
    version = min(version, 2**63 - 1)
    revision = revisions.find(id, version)

    if revision and revision["drafted"] and not is_own(post):
        abort(404, NO_SUCH_VERSION)

    content, problem = find_content(post, version)
    earlier = revisions.find_newest(id, version, is_public=not is_own(post))
    # Without it, all of a text is new.
    before = earlier and edits.find_kept(id, earlier["version"])
    return render_template(
        "history/show.html",
        post=post,
        revision=revision or edits.describe_newest(post),
        content=content,
        problem=problem,
        earlier=earlier,
        before=before,
        may_restore=may("post.update", post),
    )


@bp.post("/<int:id>/history/<int:version>/restore")
@login_required
@requires("post.update")
def restore(id: int, version: int) -> ResponseReturnValue:
    """Save an older version of a post as its newest one."""
    post = posts.find(id)

    if post is None or not may("post.update", post):
        abort(404, lazy_gettext("This address doesn’t lead to a post."))

    content, problem = find_content(post, min(version, 2**63 - 1))

    if content is None:
        flash(str(problem), "error")
        return redirect(url_for("history.index", id=id))

    rate_rules.refuse_too_many("EDITS")

    with transaction():
        outcome = save_or_hold(id, content, None, read_opened())
        note("post.update", post, post_id=id)

    message = describe_waiting() if waiting.waits(id) else None
    return answer_saved(id, content, outcome, message)


def answer_saved(
    id: int,
    typed: Content,
    outcome: edits.Saved | edits.Conflict | None,
    message: str | None = None,
) -> ResponseReturnValue:
    """What to answer somebody who saved a post, with a message if all went well.

    :raise 404: if it is gone
    """
    if outcome is None:
        abort(404, _("Post id %(id)s was deleted in another browser.", id=id))

    if isinstance(outcome, edits.Conflict):
        return render_conflict(id, typed, outcome), 409

    if outcome.is_merged:
        flash_merged(id, outcome)
    else:
        flash(message or _("Saved."), SAVED)

    return redirect(permalink(id, outcome.title))


def flash_merged(id: int, saved: edits.Saved) -> None:
    """Say that a post has changes that its writer has not seen."""
    flash(
        Markup('{} <a href="{}">{}</a>').format(
            _(
                "Saved, together with changes that were made elsewhere while you"
                " were writing."
            ),
            url_for("history.show", id=id, version=saved.version),
            _("See the difference"),
        ),
        SAVED,
    )


def describe_conflict(conflict: edits.Conflict) -> str:
    if conflict.is_known:
        return _(
            "Nothing was saved yet: this post was changed elsewhere while you were"
            " writing, in the same places."
        )

    return _(
        "Nothing was saved yet: it’s unclear which version of this post you were"
        " editing. Compare your text with the post as it is now."
    )


def render_conflict(
    id: int, typed: Content, conflict: edits.Conflict, problem: str = ""
) -> str:
    """Both texts, and the form with the one that was typed."""
    flash(problem or describe_conflict(conflict), "error")
    return render_template(
        "history/conflict.html",
        post=posts.find(id, posts.NO_TEXT),
        newest=conflict.newest,
        typed=typed,
        version=conflict.version,
        copy=request.form.get("copy"),
        title=typed.title,
        body=typed.body,
        tags=", ".join(typed.tags),
        suggestions=tags.suggest(),
    )

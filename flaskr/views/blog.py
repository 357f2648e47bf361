"""The index, a post, and writing posts."""

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

from ..data import bin_moves
from ..data import edits
from ..data import notices
from ..data import posts
from ..data import waiting
from ..data.drafts import PUBLIC
from ..data.linked_posts import find_public_ids
from ..data.revisions import Content
from ..db import Row
from ..db import transaction
from ..errors import lazy_gettext
from ..web import pagination
from ..web import rate_rules
from ..web.approval import describe_waiting
from ..web.features import checks_links
from ..web.features import gives_back
from ..web.features import lets_prefetch
from ..web.flashes import flash_with_button
from ..web.flashes import SAVED
from ..web.moderation_notes import note
from ..web.permissions import get_post
from ..web.permissions import get_readable_post
from ..web.permissions import requires
from ..web.personal_pages import kept_per_person
from ..web.post_buttons import Pressed
from ..web.post_form import check
from ..web.post_form import read_form
from ..web.post_form import refuse_for_now
from ..web.post_form import refuse_image
from ..web.post_form import render_editor
from ..web.post_form import take_image
from ..web.post_kind import set_kind
from ..web.sending import note_published
from ..web.sending import Outcome
from ..web.sending import save_post
from ..web.urls import permalink
from ..web.urls import redirect_permanently
from ..web.working_copies import find_opening
from ..web.working_copies import keep_draft
from ..web.working_copies import NotKept
from . import drafts
from .auth import login_required
from .comments import find_requested_page
from .comments import OUTDATED
from .history import answer_saved
from .history import flash_merged
from .history import read_opened
from .history import render_conflict

bp = Blueprint("blog", __name__)
bp.record_once(lets_prefetch("/", "/:id(\\d+)", "/:id(\\d+)-:slug"))
bp.record_once(checks_links("/<int:id>", find_public_ids, "id"))
bp.record_once(
    gives_back(
        "blog/fields.html",
        *("version", "copy", "publish", "draft", "schedule", "due", "zone"),
        *("kind", "opened_kind"),
        title=lazy_gettext("Title"),
        body=lazy_gettext("Text"),
        tags=lazy_gettext("Tags"),
    )
)

# The buttons that only show the form again.
NOT_TO_SAVE = {"upload", "preview"}

IS_PUBLIC = lazy_gettext("Nothing was saved: this post is public by now.")


@bp.get("/")
@kept_per_person
def index() -> ResponseReturnValue:
    """Show the posts, newest first, a page at a time."""
    return pagination.render_list("blog/index.html", posts.ALL_POSTS)


@bp.get("/<int:id>", defaults={"slug": ""})
@bp.get("/<int:id>-<slug>")
def show(id: int, slug: str) -> ResponseReturnValue:
    """Show one post whole, at its permalink. Every older one leads there."""
    post = get_readable_post(id)
    here = permalink(id, post["title"])

    if here != url_for("blog.show", id=id, slug=slug):
        return redirect_permanently(here)
    elif post["drafted"]:
        return drafts.render(post)

    comment_page = find_requested_page(id)

    if (
        "before" in request.args
        and comment_page.before is None
        or ("after" in request.args and not comment_page.comments)
    ):
        # The first page has one address, and is full; none is empty.
        return redirect(f"{here}#comments")

    earlier, later = (None, None) if post["page"] else posts.find_neighbors(post)
    return render_template(
        "blog/show.html",
        post=post,
        earlier=earlier,
        later=later,
        comment_page=comment_page,
        page_url=pagination.page_url,
    )


@bp.get("/<int:id>/", defaults={"rest": "/"})
@bp.get("/<int:id>-", defaults={"rest": "-"})
@bp.get("/<int:id>-<path:rest>")
def show_mistyped(id: int, rest: str) -> ResponseReturnValue:
    """Lead from an address that was cut off, or went on, to the post."""
    return redirect_permanently(permalink(id, get_readable_post(id)["title"]))


@bp.app_context_processor
def give_limits() -> dict[str, int]:
    """How long a post may be, for the pages that have it in a form."""
    return {"max_title": posts.MAX_TITLE, "max_body": posts.MAX_BODY}


@bp.get("/create")
@login_required
@requires("post.create")
def create() -> ResponseReturnValue:
    """Show the form for a new post."""
    return render_editor("blog/create.html", Content("", "", []), **find_opening())


@bp.post("/create")
@login_required
@requires("post.create")
def create_submit() -> ResponseReturnValue:
    """Create a new post for the current user, or preview it."""
    form, refused = take_image(read_form())

    if refused:
        return refuse_image(refused, "blog/create.html", form)

    if request.form.keys() & NOT_TO_SAVE:
        return render_editor("blog/create.html", form)

    pressed, error = check(form)

    if error:
        flash(error, "error")
        return render_editor("blog/create.html", form), 422

    sent = save_post(form, pressed.state or PUBLIC)

    if sent.seconds:
        return refuse_for_now(sent.seconds, "blog/create.html", form)

    if not sent.id:
        abort(403, lazy_gettext("This account was closed in another browser."))

    if sent.is_outdated:
        return answer_outdated(get_post(sent.id), form)

    flash_sent(sent, pressed)
    return redirect(permalink(sent.id, (sent.merged or form).title))


def answer_outdated(post: Row, form: Content) -> ResponseReturnValue:
    """Keep what was typed in a form whose post has changed, beside that."""
    if "draft" in request.form:
        return save_draft(post, form)

    newest = edits.Conflict(edits.read_post(post), post["version"])
    return render_conflict(post["id"], form, newest, str(OUTDATED)), 409


def flash_sent(sent: Outcome, pressed: Pressed) -> None:
    """Say what became of a form for a new post."""
    if sent.merged:
        flash_merged(sent.id, sent.merged)

    if sent.is_waiting:
        flash(describe_waiting(), SAVED)
    elif sent.merged:
        pass
    elif sent.is_public and pressed.is_for_draft:
        flash(str(IS_PUBLIC), "error")
    elif sent.has_changed:
        flash(_("The post you already published was updated."), SAVED)
    else:
        flash(pressed.message, SAVED)


@bp.get("/<int:id>/update")
@login_required
@requires("post.update")
def update(id: int) -> ResponseReturnValue:
    """Show the form with a post, if the current user is its author."""
    post = get_post(id)
    form = edits.read_post(post)
    opening = {"version": post["version"], **find_opening(post)}
    return render_editor("blog/update.html", form, post=post, **opening)


@bp.post("/<int:id>/update")
@login_required
@requires("post.update")
def update_submit(id: int) -> ResponseReturnValue:
    """Update a post if the current user is the author, or preview it. What others
    saved since it was opened stays."""
    post = get_post(id)
    form, refused = take_image(read_form(",".join(posts.get_tag_names(post))))

    if refused:
        return refuse_image(refused, "blog/update.html", form, post=post)

    if request.form.keys() & NOT_TO_SAVE:
        return render_editor("blog/update.html", form, post=post)

    if "draft" in request.form and not post["drafted"]:
        return save_draft(post, form)

    pressed, error = check(form, post)

    if error:
        flash(error, "error")
        return render_editor("blog/update.html", form, post=post), 422

    try:
        with transaction():
            seconds = rate_rules.spend("EDITS")
            outcome = None if seconds else drafts.save(id, form, pressed)

            if isinstance(outcome, edits.Saved):
                set_kind(id)
                note_published(id, *form)
                note("post.update", post, post_id=id)
    except drafts.AlreadyPublic:
        flash(str(IS_PUBLIC), "error")
        return render_editor("blog/update.html", form, post=get_post(id)), 409

    if seconds:
        return refuse_for_now(seconds, "blog/update.html", form, post=post)

    message = describe_waiting() if waiting.waits(id) else pressed.message
    return answer_saved(id, form, outcome, message)


def save_draft(post: Row, form: Content) -> ResponseReturnValue:
    """Keep the changes of a post without publishing them."""
    try:
        message = keep_draft(post, read_opened(), form.body)
    except NotKept as e:
        flash(str(e), "error")
        page = render_editor("blog/update.html", form, post=post)
        return page, e.status, e.headers

    flash(message)
    return redirect(url_for("blog.update", id=post["id"]))


@bp.post("/<int:id>/delete")
@login_required
@requires("post.delete")
def delete(id: int) -> ResponseReturnValue:
    """Delete a post: put it into the bin of its author.

    Ensures that the post exists and that the logged in user is the
    author of the post.
    """
    post = get_post(id, "post.delete")

    with transaction():
        binned_id = bin_moves.put(id)
        note("post.delete", post, post_id=id)
        notices.add(post["author_id"], "binned", post_id=id, by=g.user["id"])

    if binned_id is None:
        flash(_("Deleted."))
    else:
        undo = url_for("bin.restore_submit", id=binned_id)
        flash_with_button(_("Deleted."), _("Undo"), undo)

    return redirect(url_for("index"))

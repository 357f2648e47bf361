"""The index, a post, and writing posts."""

from typing import NamedTuple

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
from ..data import posts
from ..data import tags
from ..data.revisions import Content
from ..db import Row
from ..db import transaction
from ..errors import lazy_gettext
from ..web import pagination
from ..web import rate_rules
from ..web import uploads
from ..web.features import gives_back
from ..web.features import lets_prefetch
from ..web.flashes import flash_with_button
from ..web.flashes import SAVED
from ..web.forms import open_form
from ..web.permissions import get_post
from ..web.personal_pages import kept_per_person
from ..web.sending import note_published
from ..web.sending import publish
from ..web.urls import permalink
from ..web.urls import redirect_permanently
from ..web.working_copies import find_opening
from ..web.working_copies import keep_draft
from ..web.working_copies import NotKept
from .auth import login_required
from .comments import find_requested_page
from .comments import OUTDATED
from .history import answer_saved
from .history import read_opened
from .history import render_conflict

bp = Blueprint("blog", __name__)
bp.record_once(lets_prefetch("/", "/:id(\\d+)", "/:id(\\d+)-:slug"))
bp.record_once(
    gives_back(
        "blog/fields.html",
        "version",
        "copy",
        "draft",
        title=lazy_gettext("Title"),
        body=lazy_gettext("Text"),
        tags=lazy_gettext("Tags"),
    )
)


@bp.get("/")
@kept_per_person
def index() -> ResponseReturnValue:
    """Show the posts, newest first, a page at a time."""
    return pagination.render_list("blog/index.html", posts.ALL_POSTS)


@bp.get("/<int:id>", defaults={"slug": ""})
@bp.get("/<int:id>-<slug>")
def show(id: int, slug: str) -> ResponseReturnValue:
    """Show one post whole, at its permalink. Every older one leads there."""
    post = get_post(id, check_author=False)
    here = permalink(id, post["title"])

    if here != url_for("blog.show", id=id, slug=slug):
        return redirect_permanently(here)

    comment_page = find_requested_page(id)

    if (
        "before" in request.args
        and comment_page.before is None
        or ("after" in request.args and not comment_page.comments)
    ):
        # The first page has one address, and is full; none is empty.
        return redirect(f"{here}#comments")

    earlier, later = posts.find_neighbors(post)
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
    return redirect_permanently(
        permalink(id, get_post(id, check_author=False)["title"])
    )


class PostForm(NamedTuple):
    """A post as its author typed it."""

    title: str
    body: str
    tags: list[str]

    def problem(self) -> str | None:
        """Why it can't be saved, as a sentence."""
        return posts.find_problem(self.title, self.body) or tags.find_problem(self.tags)


def read_form(tags_before: str = "") -> PostForm:
    """What came with the form. Without a field for tags, those before stay."""
    title, body = posts.clean(request.form["title"], request.form["body"])
    return PostForm(title, body, tags.parse(request.form.get("tags", tags_before)))


@bp.app_context_processor
def give_limits() -> dict[str, int]:
    """How long a post may be, for the pages that have it in a form."""
    return {"max_title": posts.MAX_TITLE, "max_body": posts.MAX_BODY}


def render_editor(template: str, form: PostForm, **context: object) -> str:
    """The form with what was typed; with its preview, if that was asked for."""
    open_form()
    # What was opened first stays what it is saved over.
    context = {
        "version": request.form.get("version"),
        "copy": request.form.get("copy"),
        "title": form.title,
        "body": form.body,
        "tags": ", ".join(form.tags),
        **context,
    }
    return render_template(
        template,
        suggestions=tags.suggest(),
        preview="preview" in request.form,
        **context,
    )


def render_with_image(
    template: str, form: PostForm, **context: object
) -> ResponseReturnValue:
    """The form again, with the image that came with it at the end of the text."""
    try:
        image = uploads.upload()
    except uploads.NotUploaded as e:
        flash(str(e), "error")
        return render_editor(template, form, **context), e.status, e.headers

    body = f"{form.body.rstrip()}\n\n{image}\n".lstrip("\n")
    flash(_("The image was added at the end of your text. Save to keep it there."))
    return render_editor(template, form._replace(body=body), **context)


def refuse_for_now(
    seconds: int, template: str, form: PostForm, **context: object
) -> ResponseReturnValue:
    """The form again, for somebody who saved too much in a short time."""
    flash(str(rate_rules.describe_wait(seconds)), "error")
    page = render_editor(template, form, **context)
    return page, 429, {"Retry-After": str(seconds)}


@bp.get("/create")
@login_required
def create() -> ResponseReturnValue:
    """Show the form for a new post."""
    return render_editor("blog/create.html", PostForm("", "", []), **find_opening())


@bp.post("/create")
@login_required
def create_submit() -> ResponseReturnValue:
    """Create a new post for the current user, or preview it."""
    form = read_form()

    # One that was chosen and not inserted must not be lost with the page.
    if uploads.is_sent():
        return render_with_image("blog/create.html", form)

    if "preview" in request.form:
        return render_editor("blog/create.html", form)

    if error := form.problem():
        flash(error, "error")
        return render_editor("blog/create.html", form), 422

    sent = publish(*form)

    if sent.seconds:
        return refuse_for_now(sent.seconds, "blog/create.html", form)

    if not sent.id:
        abort(403, lazy_gettext("This account was closed in another browser."))

    if sent.is_outdated:
        post = get_post(sent.id)
        newest = edits.Conflict(edits.read_post(post), post["version"])
        return render_conflict(sent.id, Content(*form), newest, str(OUTDATED)), 409

    was = _("The post you already published was updated.")
    flash(was if sent.has_changed else _("Published."), SAVED)
    return redirect(permalink(sent.id, form.title))


@bp.get("/<int:id>/update")
@login_required
def update(id: int) -> ResponseReturnValue:
    """Show the form with a post, if the current user is its author."""
    post = get_post(id)
    form = PostForm(post["title"], post["body"], posts.get_tag_names(post))
    opening = {"version": post["version"], **find_opening(post)}
    return render_editor("blog/update.html", form, post=post, **opening)


@bp.post("/<int:id>/update")
@login_required
def update_submit(id: int) -> ResponseReturnValue:
    """Update a post if the current user is the author, or preview it. What others
    saved since it was opened stays."""
    post = get_post(id)
    form = read_form(tags_before=",".join(posts.get_tag_names(post)))

    if uploads.is_sent():
        return render_with_image("blog/update.html", form, post=post)

    if "preview" in request.form:
        return render_editor("blog/update.html", form, post=post)

    if "draft" in request.form:
        return save_draft(post, form)

    if error := form.problem():
        flash(error, "error")
        return render_editor("blog/update.html", form, post=post), 422

    with transaction():
        seconds = rate_rules.spend("EDITS")
        content = Content(*form)
        outcome = (
            None if seconds else edits.save(id, g.user["id"], content, read_opened())
        )

        if isinstance(outcome, edits.Saved):
            note_published(id, *form)

    if seconds:
        return refuse_for_now(seconds, "blog/update.html", form, post=post)

    return answer_saved(id, content, outcome)


def save_draft(post: Row, form: PostForm) -> ResponseReturnValue:
    """Keep the changes of a post without publishing them."""
    try:
        message = keep_draft(post, read_opened())
    except NotKept as e:
        flash(str(e), "error")
        page = render_editor("blog/update.html", form, post=post)
        return page, e.status, e.headers

    flash(message)
    return redirect(url_for("blog.update", id=post["id"]))


@bp.post("/<int:id>/delete")
@login_required
def delete(id: int) -> ResponseReturnValue:
    """Delete a post: put it into the bin of its author.

    Ensures that the post exists and that the logged in user is the
    author of the post.
    """
    get_post(id)
    binned_id = bin_moves.put(id)

    if binned_id is None:
        flash(_("Deleted."))
    else:
        undo = url_for("bin.restore_submit", id=binned_id)
        flash_with_button(_("Deleted."), _("Undo"), undo)

    return redirect(url_for("index"))

import sqlite3
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

from . import comments
from . import images
from . import listings
from . import posts
from . import tags
from . import users
from .auth import login_required
from .discussion import asked_page
from .errors import lazy_gettext
from .likes import has_liked
from .permalinks import moved
from .permalinks import permalink

bp = Blueprint("blog", __name__)


@bp.get("/")
def index() -> ResponseReturnValue:
    """Show the posts, newest first, a page at a time."""
    return listings.show("blog/index.html", posts.EVERYTHING)


def get_post(id: int, check_author: bool = True) -> sqlite3.Row:
    """Get a post and its author by id.

    Checks that the id exists and optionally that the current user is
    the author.

    :param id: id of post to get
    :param check_author: require the current user to be the author
    :return: the post with author information
    :raise 404: if a post with the given id doesn't exist
    :raise 403: if the current user isn't the author
    """
    post = posts.find(id)

    if post is None:
        abort(404, _("Post id %(id)s doesn’t exist. It may have been deleted.", id=id))

    if check_author and post["author_id"] != g.user["id"]:
        abort(403)

    return post


@bp.get("/<int:id>", defaults={"slug": ""})
@bp.get("/<int:id>-<slug>")
def show(id: int, slug: str) -> ResponseReturnValue:
    """Show one post whole, at its permalink. Every older one leads there."""
    post = get_post(id, check_author=False)
    here = permalink(id, post["title"])

    if here != url_for("blog.show", id=id, slug=slug):
        return moved(here)

    discussion = asked_page(id)

    if (
        "before" in request.args
        and discussion.before is None
        or ("after" in request.args and not discussion.comments)
    ):
        # The first page has one address, and is full; none is empty.
        return redirect(f"{here}#comments")

    earlier, later = posts.neighbors(post)
    return render_template(
        "blog/show.html",
        post=post,
        earlier=earlier,
        later=later,
        discussion=discussion,
        page_url=listings.page_url,
        liked=g.user is not None and has_liked(g.user["id"], id),
    )


@bp.get("/<int:id>/", defaults={"rest": "/"})
@bp.get("/<int:id>-", defaults={"rest": "-"})
@bp.get("/<int:id>-<path:rest>")
def show_mistyped(id: int, rest: str) -> ResponseReturnValue:
    """Lead from an address that was cut off, or went on, to the post."""
    return moved(permalink(id, get_post(id, check_author=False)["title"]))


class PostForm(NamedTuple):
    """A post as its author typed it."""

    title: str
    body: str
    tags: list[str]

    def problem(self) -> str | None:
        """Why it can't be saved, as a sentence."""
        return posts.problem_with(self.title, self.body) or tags.problem_with(self.tags)


def posted_form(tags_before: str = "") -> PostForm:
    """What came with the form. Without a field for tags, those before stay."""
    title, body = posts.clean(request.form["title"], request.form["body"])
    return PostForm(title, body, tags.parse(request.form.get("tags", tags_before)))


@bp.app_context_processor
def lengths() -> dict[str, int]:
    """How long a text may be, for the pages that have it in a form."""
    return {
        "max_title": posts.MAX_TITLE,
        "max_body": posts.MAX_BODY,
        "max_about": users.MAX_ABOUT,
        "max_comment": comments.MAX_BODY,
    }


def editor(template: str, form: PostForm, **context: object) -> str:
    """The form with what was typed; with its preview, if that was asked for."""
    return render_template(
        template,
        title=form.title,
        body=form.body,
        tags=", ".join(form.tags),
        suggestions=tags.suggestions(),
        preview="preview" in request.form,
        **context,
    )


def with_image(template: str, form: PostForm, **context: object) -> ResponseReturnValue:
    """The form again, with the image that came with it at the end of the text."""
    try:
        image = images.upload()
    except images.NotUploaded as e:
        flash(str(e), "error")
        return editor(template, form, **context), e.status, e.headers

    body = f"{form.body.rstrip()}\n\n{image}\n".lstrip("\n")
    flash(_("The image is at the end of the text. Save to keep it there."))
    return editor(template, form._replace(body=body), **context)


@bp.get("/create")
@login_required
def create() -> ResponseReturnValue:
    """Show the form for a new post."""
    return editor("blog/create.html", PostForm("", "", []))


@bp.post("/create")
@login_required
def create_submit() -> ResponseReturnValue:
    """Create a new post for the current user, or preview it."""
    form = posted_form()

    # One that was chosen and not inserted must not be lost with the page.
    if images.is_sent():
        return with_image("blog/create.html", form)

    if "preview" in request.form:
        return editor("blog/create.html", form)

    if error := form.problem():
        flash(error, "error")
        return editor("blog/create.html", form), 422

    if posts.create(g.user["id"], *form) is None:
        abort(403, lazy_gettext("This account was closed in another browser."))

    flash(_("Published."))
    return redirect(url_for("index"))


@bp.get("/<int:id>/update")
@login_required
def update(id: int) -> ResponseReturnValue:
    """Show the form with a post, if the current user is its author."""
    post = get_post(id)
    form = PostForm(post["title"], post["body"], posts.tag_names(post))
    return editor("blog/update.html", form, post=post)


@bp.post("/<int:id>/update")
@login_required
def update_submit(id: int) -> ResponseReturnValue:
    """Update a post if the current user is the author, or preview it."""
    post = get_post(id)
    form = posted_form(tags_before=",".join(posts.tag_names(post)))

    if images.is_sent():
        return with_image("blog/update.html", form, post=post)

    if "preview" in request.form:
        return editor("blog/update.html", form, post=post)

    if error := form.problem():
        flash(error, "error")
        return editor("blog/update.html", form, post=post), 422

    if not posts.update(id, *form):
        abort(404, _("Post id %(id)s was deleted in another browser.", id=id))

    flash(_("Saved."))
    return redirect(url_for("index"))


@bp.post("/<int:id>/delete")
@login_required
def delete(id: int) -> ResponseReturnValue:
    """Delete a post.

    Ensures that the post exists and that the logged in user is the
    author of the post.
    """
    get_post(id)
    posts.delete(id)
    flash(_("Deleted."))
    return redirect(url_for("index"))

"""The form in which a post is written, and showing it again with what was typed."""

from flask import flash
from flask import render_template
from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..data import posts
from ..data import tags
from ..data.drafts import DRAFT
from ..data.revisions import Content
from ..db import Row
from ..text.markdown import read
from ..text.names import is_visible
from . import rate_rules
from . import uploads
from .checks import check_text
from .due_times import NoDueTime
from .post_buttons import Pressed
from .post_buttons import read_button
from .post_kind import find_kind_problem


def read_form(tags_before: str = "") -> Content:
    """What came with the form. Without a field for tags, those before stay."""
    title, body = posts.clean(request.form["title"], request.form["body"])
    return Content(title, body, tags.parse(request.form.get("tags", tags_before)))


def check(form: Content, post: Row | None = None) -> tuple[Pressed, str | None]:
    """The button with which a post, or a new one, was sent, and why it can't be saved,
    as a sentence."""
    try:
        pressed = read_button(is_new=post is None)
    except NoDueTime as e:
        return Pressed(None, ""), str(e)

    is_draft = pressed.is_for_draft

    if post and pressed.state is None:
        is_draft = post["drafted"] is not None
    elif post and post["due"] and pressed.state == DRAFT:
        message = _("Draft saved. It isn’t scheduled any more.")
        pressed = pressed._replace(message=message)

    if is_draft and not any(map(is_visible, form.title + form.body)):
        return pressed, _("Write something first.")

    problem = posts.find_problem(form.title, form.body, is_draft)
    problem = problem or tags.find_problem(form.tags)
    return pressed, problem or find_kind_problem(post)


def take_image(form: Content) -> tuple[Content, uploads.NotUploaded | None]:
    """A form with the image that came with it at the end of its text, and why that was
    not kept, if it was not."""
    if not uploads.is_sent():
        return form, None

    try:
        image = uploads.upload()
    except uploads.NotUploaded as e:
        return form, e

    body = f"{form.body.rstrip()}\n\n{image}\n".lstrip("\n")
    return form._replace(body=body), None


def render_editor(template: str, form: Content, **context: object) -> str:
    """The form with what was typed, and where its image is; with its preview, if that
    was asked for.

    :param context: with the fields of an image as ``unsent``, if that was refused
    """
    if uploads.is_chosen() and "unsent" not in context:
        flash(_("The image was added at the end of your text. Save to keep it there."))

    # What was opened first stays what it is saved over.
    context = {
        "version": request.form.get("version"),
        "copy": request.form.get("copy"),
        "title": form.title,
        "body": form.body,
        "tags": ", ".join(form.tags),
        **context,
    }
    is_preview = "preview" in request.form
    tree = read(form.body, with_lines=True) if is_preview else None
    return render_template(
        template,
        suggestions=tags.suggest(),
        preview=is_preview,
        checks=[] if tree is None else check_text(tree, form.body),
        **context,
    )


def refuse_image(
    refused: uploads.NotUploaded, template: str, form: Content, **context: object
) -> ResponseReturnValue:
    """The form again, for somebody whose image was not kept."""
    flash(str(refused), "error")
    page = render_editor(template, form, unsent=request.form, **context)
    return page, refused.status, refused.headers


def refuse_for_now(
    seconds: int, template: str, form: Content, **context: object
) -> ResponseReturnValue:
    """The form again, for somebody who saved too much in a short time."""
    flash(str(rate_rules.describe_wait(seconds)), "error")
    page = render_editor(template, form, **context)
    return page, 429, {"Retry-After": str(seconds)}

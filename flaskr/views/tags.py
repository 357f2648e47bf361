"""The page of each tag, and all of them."""

from flask import Blueprint
from flask import redirect
from flask import render_template
from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import abort

from ..data import posts
from ..data.tags import find_page
from ..data.tags import find_public
from ..data.tags import find_public_names
from ..data.tags import MAX_COUNTED
from ..db import Row
from ..web import pagination
from ..web.features import checks_links
from ..web.features import lets_prefetch
from ..web.personal_pages import kept_per_person
from ..web.urls import is_here
from ..web.urls import redirect_permanently

bp = Blueprint("tags", __name__)
bp.record_once(checks_links("/tag/<name:name>", find_public_names, "name"))
bp.record_once(lets_prefetch("/tags", "/tag/:name"))


def get_tag(name: str) -> Row:
    """A tag of a post that the public sees.

    :raise 404: if no post has it
    """
    tag = find_public(name)

    if tag is None:
        abort(404, _("No posts are tagged “%(tag)s”.", tag=name))

    return tag


@bp.get("/tags")
@kept_per_person
def index() -> ResponseReturnValue:
    """Show the tags, a page at a time."""
    cursor = pagination.cursor_from_request(back="before", on="after")
    page = find_page(cursor)

    if cursor and (not page.tags or cursor.back and page.before is None):
        # The first page has one address, and is full; none is empty.
        return redirect(pagination.page_url())

    return render_template(
        "tags/index.html",
        page=page,
        page_url=pagination.page_url,
        max_counted=MAX_COUNTED,
    )


@bp.get("/tag/<name:name>", merge_slashes=False)
@kept_per_person
def show(name: str) -> ResponseReturnValue:
    """Show the posts with a tag, at its one address."""
    tag = get_tag(name)
    page = url_for("tags.show", name=tag["key"])

    if not is_here(page):
        return redirect_permanently(page)

    return pagination.render_list("tags/show.html", posts.with_tag(tag["id"]), tag=tag)

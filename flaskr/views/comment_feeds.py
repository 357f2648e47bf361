"""The feeds of comments: what feeds.py has for posts."""

from uuid import UUID
from uuid import uuid5

from flask import Blueprint
from flask import Response
from flask import url_for
from markupsafe import escape

from ..data import comments
from ..data import site_settings
from ..data import times
from ..db import Row
from ..web import pagination
from ..web import post_text
from ..web.features import for_everybody
from ..web.opened_feeds import lead_to_page
from ..web.permissions import get_post
from ..web.urls import absolute
from ..web.urls import find_root
from ..web.urls import permalink
from . import feeds

bp = Blueprint("comment_feeds", __name__)
bp.before_request(lead_to_page)


@bp.get(f"/comments/feed.<{feeds.FORMATS}>")
@for_everybody
def blog(format: str) -> Response:
    """The feed of all comments."""
    title = site_settings.get("SITE_TITLE")
    return feeds.answer(format, make_comments_source(None, title, url_for("index")))


@bp.get(f"/<int:id>/comments/feed.<{feeds.FORMATS}>")
@for_everybody
def post(id: int, format: str) -> Response:
    """The feed of the comments on one post."""
    post = get_post(id, action=None)
    title = feeds.make_title(post["title"])
    page = permalink(id, post["title"]) + "#comments"
    source = make_comments_source(id, title, page)
    return feeds.answer(format, source._replace(began=times.parse(post["created"])))


def make_comments_source(post_id: int | None, title: str, page: str) -> feeds.Source:
    """The page of a post's comments, or of all, that is asked for."""
    rows = comments.find_newest(
        post_id, pagination.cursor_from_request(), feeds.PAGE_SIZE + 1
    )
    shown = rows[: feeds.PAGE_SIZE]
    return feeds.Source(
        # As in the subjects of letters, in any language.
        f"Re: {title}",
        page,
        f"comments/{post_id or ''}",
        shown,
        (shown[-1]["created"], shown[-1]["id"])
        if len(rows) > feeds.PAGE_SIZE
        else None,
        make_entry,
        changes=("changed", "discussed"),
    )


def make_entry(comment: Row, blog_id: UUID) -> feeds.Entry:
    url = absolute(url_for("comments.show", id=comment["id"]))
    published = times.parse(comment["created"]) or feeds.EPOCH
    text = post_text.find_rendering(comment, highest=0)
    # Where the footnotes are: browsers take the fragment along.
    page = absolute(url_for("comments.show", id=comment["id"], within=""))
    return feeds.Entry(
        id=uuid5(blog_id, f"comment/{comment['id']}").urn,
        url=url,
        title=f"{comment['display_name']}: Re: {comment['title']}",
        author=comment["display_name"],
        author_url=absolute(url_for("authors.show", name=comment["username"])),
        tags=(),
        published=published,
        updated=max(published, times.parse(comment["updated"]) or feeds.EPOCH),
        excerpt=str(escape(text.facts.excerpt)),
        html=str(text.in_feed(page, find_root(), f"c{comment['id']}-")),
    )

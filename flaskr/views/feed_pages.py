"""The pages of feeds, for people who open one: what it is for, and what is in it."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from . import comment_feeds
from . import feeds

bp = Blueprint("feed_pages", __name__)


@bp.get("/feed.html")
def blog() -> ResponseReturnValue:
    """The page of the feed of the whole blog."""
    return feeds.blog("html")


@bp.get("/author/<name:name>/feed.html", merge_slashes=False)
def author(name: str) -> ResponseReturnValue:
    """The page of the feed of one author."""
    return feeds.author(name, "html")


@bp.get("/tag/<name:name>/feed.html", merge_slashes=False)
def tag(name: str) -> ResponseReturnValue:
    """The page of the feed of one tag."""
    return feeds.tag(name, "html")


@bp.get("/comments/feed.html")
def all_comments() -> ResponseReturnValue:
    """The page of the feed of all comments."""
    return comment_feeds.blog("html")


@bp.get("/<int:id>/comments/feed.html")
def comments(id: int) -> ResponseReturnValue:
    """The page of the feed of the comments on one post."""
    return comment_feeds.post(id, "html")

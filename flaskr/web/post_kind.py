"""Whether a text is a post or a page, which owners choose where they write it."""

from flask import Flask
from flask import request
from flask_babel import gettext as _

from ..data import pages
from ..data import posts
from ..db import Row
from .permissions import may
from .permissions import refuse_demoted

IS_PAGE = {"page": True, "post": False}


def read_kind() -> bool | None:
    """Whether a text is to be a page; ``None`` if that was not said, and it stays what
    it is."""
    return IS_PAGE.get(request.form.get("kind", ""))


def has_kind(post: Row | None) -> bool:
    """Whether a post, or a new one, already is what was chosen, or nobody chose: what
    the form began with may have changed meanwhile."""
    return not is_chosen() or read_kind() == is_page(post)


def is_chosen() -> bool:
    """Whether the form says something else than what it began with."""
    is_touched = request.form.get("kind") != request.form.get("opened_kind")
    return is_touched and read_kind() is not None


def find_choice() -> str | None:
    """What was chosen, as the form has it; ``None`` if nobody chose."""
    return request.form["kind"] if is_chosen() else None


def is_page(post: Row | None) -> bool:
    """Whether a post is a page, as no new one is."""
    return post is not None and post["page"] is not None


def find_kind_problem(post: Row | None) -> str | None:
    """Why a text can't be what was chosen, as a sentence."""
    if has_kind(post) or may("page.update", post):
        return None

    return _(
        "Only an owner decides what is a page. All else is as you typed it: send it"
        " again."
    )


def set_kind(post_id: int) -> None:
    """Have a post be what was chosen, in the transaction of the caller.

    :raise 403: if that is not for the current user any more
    """
    if not is_chosen() or has_kind(posts.find(post_id, posts.NO_TEXT)):
        return

    refuse_demoted("page.update")
    change = pages.make if read_kind() else pages.unmake
    change(post_id)


def is_page_chosen(post: Row | None, copy: Row | None) -> bool:
    """Whether the form begins, or goes on, with a page: as was chosen, in the address
    of a new text too, or in its working copy, or as the post is."""
    kept = copy["kind"] if copy else ""
    chosen = IS_PAGE.get(request.values.get("kind", kept))
    return is_page(post) if chosen is None else chosen


def init_app(app: Flask) -> None:
    """Let the form ask."""
    app.add_template_global(is_page_chosen)

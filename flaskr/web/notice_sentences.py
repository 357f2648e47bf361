"""What notices say, and how many are new."""

from contextlib import suppress

from flask import Flask
from flask import g
from flask import url_for
from flask_babel import gettext as _

from .. import db
from ..data import notices
from ..db import Row
from ..errors import DatabaseUnavailable
from .urls import permalink


def count_new() -> int:
    """How many notices the current user has not seen, as of
    :func:`.notices.count_unseen`: asked once a request, and never for a reader who is
    logged out."""
    if g.get("user") is None:
        return 0

    if "new_notices" not in g:
        g.new_notices = 0

        # A number is no reason not to show a page, which may say what is wrong.
        with suppress(DatabaseUnavailable, *db.Error):
            g.new_notices = notices.count_unseen(g.user["id"])

    number: int = g.new_notices
    return number


def write_number(number: int) -> str:
    """A number of notices as it is shown: ``99+`` for more than are counted."""
    return str(number) if number <= notices.MAX_COUNTED else f"{notices.MAX_COUNTED}+"


def describe(notice: Row) -> str:
    """What happened, as a sentence."""
    names = {"name": notice["display_name"], "title": notice["title"]}
    is_post = notice["comment_id"] is None

    match notice["kind"]:
        case "comment":
            return _("%(name)s commented on “%(title)s”.", **names)
        case "reply":
            return _("%(name)s replied to you on “%(title)s”.", **names)
        case "approved" if is_post:
            return _("Your post “%(title)s” was approved.", **names)
        case "approved":
            return _("Your comment on “%(title)s” was approved.", **names)
        case "refused":
            return _("Your post “%(title)s” was not approved.", **names)
        case "refused_comment":
            return _("Your comment on “%(title)s” was not approved.", **names)
        case "report" if notice["person_id"]:
            return _("%(name)s was reported.", **names)
        case "report" if is_post:
            return _("The post “%(title)s” was reported.", **names)
        case "report":
            return _("A comment on “%(title)s” was reported.", **names)
        case "edited" if is_post:
            return _("An editor changed your post “%(title)s”.", **names)
        case "edited":
            return _("An editor changed your comment on “%(title)s”.", **names)
        case "unpublished":
            return _("An editor made your post “%(title)s” a draft again.", **names)
        case "binned":
            return _("An editor moved your post “%(title)s” to your bin.", **names)
        case "removed":
            return _("Your comment on “%(title)s” was removed.", **names)

    # Of a newer Flaskr, or another program.
    return _("Something happened on “%(title)s”.", **names)


# Where what somebody can do about it is in one place.
PLACES = {
    "binned": "bin.index",
    "refused_comment": "drafts.index",
    "report": "queue.index",
}

# Those that are about what somebody wrote, which is shown.
WITH_TEXT = ("comment", "reply", "report", "edited", "approved")


def has_text(notice: Row) -> bool:
    """Whether a notice shows the comment that it is about."""
    return notice["comment_id"] is not None and notice["kind"] in WITH_TEXT


def find_url(notice: Row) -> str:
    """Where somebody goes from a notice: to the comment on its page, to the post, to
    their bin, to their texts, or to what waits for moderators."""
    if notice["kind"] in PLACES:
        return url_for(PLACES[notice["kind"]])
    elif has_text(notice):
        return url_for("comments.show", id=notice["comment_id"])

    return permalink(notice["post_id"], notice["title"])


def init_app(app: Flask) -> None:
    """Let templates ask."""
    app.add_template_global(count_new, "count_new_notices")
    app.add_template_filter(write_number, "notice_number")
    app.add_template_filter(describe, "notice_sentence")
    app.add_template_filter(find_url, "notice_url")
    app.add_template_test(has_text, "with_comment")

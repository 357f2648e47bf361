"""What moderators do about what readers report."""

from flask import g
from flask_babel import gettext as _

from ..data import bin_moves
from ..data import comments
from ..data import drafts
from ..data import moderation
from ..data import notices
from ..data import queue
from ..data import reports
from ..data import roles
from ..data import spam_filter
from .approval import find_doubts
from .suspending import suspend


def report_doubts(text: str) -> None:
    """Have moderators look at what the current user says of themselves, if anything
    speaks against that, in the transaction of the caller. Others see it meanwhile."""
    is_read = roles.has_owner() and roles.read(g.user["role"]) not in roles.EDITORS

    if text and is_read and (doubts := find_doubts(text)):
        reports.add("person", g.user["id"], None, " ".join(doubts))


def decide(item: queue.Item, decision: str, reason: str) -> str | None:
    """Do something about what is reported, in the transaction of the caller, and close
    the reports; return what to say, or ``None`` if it is no such decision.

    :raise NoReason, LastOwner: as of :func:`.suspending.suspend`
    """
    by = g.user["id"]
    kind, id = find_subject(item)

    if decision in ("dismiss", "approve"):
        log("report.dismiss", item, reason)
        learn_welcome(item)
        message = _("Nothing is wrong with it, then.")
    elif decision == "withdraw" and kind == "post":
        drafts.withdraw(id)
        log("post.withdraw", item, reason)
        message = _("“%(title)s” is a draft of its author’s again.", title=item.title)
    elif decision == "delete" and kind == "post":
        log("post.delete", item, reason)
        bin_moves.put(id)
        message = _("“%(title)s” is in the bin of its author.", title=item.title)
    elif decision == "delete" and kind == "comment":
        log("comment.remove", item, reason)
        comments.remove(id, by, is_moderated=True)
        message = _("The comment is removed.")
    elif decision == "suspend" and kind == "person":
        message = suspend(item.person, reason)
    else:
        return None

    reports.close(kind, id, by)
    return message


def learn_welcome(item: queue.Item) -> None:
    """Teach the filter that a text is welcome."""
    if item.text:
        kind, id = find_subject(item)
        words = item.text if item.comment_id else f"{item.title}\n{item.text}"
        spam_filter.learn(f"{kind}:{id}", words, is_spam=False)


def find_subject(item: queue.Item) -> tuple[reports.Kind, int]:
    """What is reported, and its id."""
    if item.comment_id:
        return "comment", item.comment_id
    elif item.post_id:
        return "post", item.post_id

    return "person", item.person["id"]


# What the person is told, without the reason, which is for the log.
NOTICES: dict[str, notices.Kind] = {
    "post.withdraw": "unpublished",
    "post.delete": "binned",
    "comment.remove": "removed",
}


def log(action: moderation.Action, item: queue.Item, reason: str) -> None:
    """Note what the current user did, and tell whose it is if something changed."""
    if item.post_id and action in NOTICES:
        notices.add(
            item.person["id"],
            NOTICES[action],
            post_id=item.post_id,
            comment_id=item.comment_id,
            by=g.user["id"],
        )

    moderation.log(
        action,
        g.user["id"],
        person_id=item.person["id"],
        post_id=item.post_id,
        comment_id=item.comment_id,
        reason=reason,
    )

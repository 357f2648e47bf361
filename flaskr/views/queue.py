"""What waits for owners and editors, and what they decide."""

import typing as t

from flask import Blueprint
from flask import flash
from flask import g
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.exceptions import abort

from ..data import applications
from ..data import queue
from ..data import reasons
from ..data import roles
from ..data import waiting
from ..db import transaction
from ..web import pagination
from ..web import reported
from ..web.permissions import LAST_OWNER
from ..web.permissions import refuse_demoted
from ..web.permissions import requires
from ..web.suspending import NoReason
from .admin import keep_nothing
from .auth import login_required
from .cleanups import clean_up
from .cleanups import Refused

bp = Blueprint("queue", __name__, url_prefix="/admin/queue")
bp.after_request(keep_nothing)


class NotDone(Exception):
    """What was decided can't be, with what to do instead."""


@bp.get("")
@login_required
@requires("queue.decide")
def index() -> ResponseReturnValue:
    """Show what waits, the oldest first."""
    return render()


def render() -> str:
    cursor = pagination.cursor_from_request(back="older", on="newer")
    # Back is not a way here: what was decided is gone.
    page = queue.find_page(cursor and cursor._replace(back=False))
    return render_template(
        "moderation/queue.html",
        page=page,
        number=queue.count(),
        page_url=pagination.page_url,
        has_all="all" in request.args,
    )


@bp.post("")
@login_required
@requires("queue.decide")
def decide_several() -> ResponseReturnValue:
    """Approve, or take back as spam, what was selected."""
    decision = request.form.get("decision", "")
    names = request.form.getlist("item")[: queue.PAGE_SIZE]
    found = [(find_item(name), name.partition(".")[2]) for name in names]
    items = [(item, seen) for item, seen in found if item]

    if decision not in ("approve", "spam"):
        abort(400)
    elif not items:
        flash(_("Select something first."), "error")
        return render(), 422
    elif decision == "spam":
        return answer_spam([item.person["id"] for item, _seen in items])

    done = sum(try_to_approve(item, seen) for item, seen in items)
    flash(ngettext("%(num)d approved.", "%(num)d approved.", done))
    return redirect(url_for("queue.index"))


def find_item(name: str) -> queue.Item | None:
    """What waits under a name of the form, as ``post-1``, after which may follow a dot
    and what was seen of it; ``None`` if nothing does."""
    kind, _sign, number = name.partition(".")[0].partition("-")

    if kind not in queue.KINDS or not number.isdecimal() or len(number) > 18:
        return None

    return queue.find(kind, int(number))


def try_to_approve(item: queue.Item, seen: str) -> bool:
    """Whether something could be approved; if not, say why."""
    try:
        decide(item, "approve", "", seen)
    except NotDone as e:
        flash(str(e), "error")
        return False

    return True


@bp.post("/<kind>/<int:id>")
@login_required
@requires("queue.decide")
def decide_submit(kind: str, id: int) -> ResponseReturnValue:
    """Decide about one thing."""
    item = find_item(f"{kind}-{id}")
    decision = request.form.get("decision", "")
    reason = reasons.clean(request.form.get("reason", ""))

    if item is None:
        flash(_("This doesn’t wait any more: somebody else was first."), "error")
        return redirect(url_for("queue.index"))
    elif decision == "spam":
        return answer_spam([item.person["id"]])
    elif problem := reasons.find_problem(reason):
        flash(problem, "error")
        return render(), 422

    try:
        message = decide(item, decision, reason, request.form.get("seen", ""))
    except NotDone as e:
        flash(str(e), "error")
        return render(), 422

    flash(message)
    return redirect(url_for("queue.index"))


def answer_spam(user_ids: list[int]) -> ResponseReturnValue:
    """Take back everything of people, and lead back to the queue."""
    try:
        clean_up(user_ids)
    except Refused as e:
        flash(str(e), "error")
        return render(), 422

    return redirect(url_for("queue.index"))


def decide(item: queue.Item, decision: str, reason: str, seen: str) -> str:
    """Do what was decided; return what to say.

    :param seen: the fingerprint of what was read, which its writer may have changed
        since; without one, as from a script, it is the newest
    :raise NotDone:
    """
    deciders: dict[str, t.Callable[[queue.Item, str, str], str | None]] = {
        "application": decide_application,
        "post": decide_post,
        "comment": decide_comment,
        "report": decide_report,
    }

    with transaction():
        refuse_demoted("queue.decide")
        newest = queue.find(item.kind, item.id)

        if newest and seen and newest.fingerprint != seen:
            raise NotDone(
                _("This was changed since you read it. Read it again, and decide then.")
            )

        message = newest and deciders[item.kind](newest, decision, reason)

    if message is None:
        raise NotDone(_("This doesn’t wait any more: somebody else was first."))

    return message


def decide_application(item: queue.Item, decision: str, reason: str) -> str | None:
    """Let somebody in, or not."""
    is_accepted = decision == "approve"

    if decision not in ("approve", "refuse"):
        abort(400)
    elif not is_accepted and not reason:
        raise NotDone(_("Give a reason: the person sees it, and so does who decides."))

    is_done = applications.answer(item.id, is_accepted, reason, g.user["id"])
    name = item.person["username"]

    if not is_done:
        return None
    elif is_accepted:
        return _("%(name)s can log in now.", name=name)

    return _("%(name)s was not let in.", name=name)


def decide_post(item: queue.Item, decision: str, reason: str) -> str | None:
    """Publish a post that waits, or give it back."""
    if decision == "approve":
        if not waiting.approve_post(item.id, g.user["id"]):
            return None

        return _("“%(title)s” is approved.", title=item.title)
    elif decision == "refuse":
        if not waiting.refuse_post(item.id, reason, g.user["id"]):
            return None

        return _("“%(title)s” is a draft of its author’s again.", title=item.title)

    abort(400)


def decide_comment(item: queue.Item, decision: str, reason: str) -> str | None:
    """Publish a comment that waits, or give it back."""
    if decision == "approve":
        try:
            approved = waiting.approve_comment(item.id, g.user["id"])
        except waiting.NoPlace:
            raise NotDone(
                _(
                    "The post is gone, or its comments are closed. The comment still"
                    " waits: refuse it, or open the comments first."
                )
            ) from None

        return _("The comment is approved.") if approved else None
    elif decision == "refuse":
        if not waiting.refuse_comment(item.id, reason, g.user["id"]):
            return None

        return _("The comment was given back to who wrote it.")

    abort(400)


def decide_report(item: queue.Item, decision: str, reason: str) -> str | None:
    """Do something about what is reported, or not."""
    try:
        message = reported.decide(item, decision, reason)
    except NoReason as e:
        raise NotDone(str(e)) from None
    except roles.LastOwner:
        raise NotDone(str(LAST_OWNER)) from None

    return message or abort(400)


bp.add_app_template_global(queue.count, "count_waiting")

"""Which texts of the current user wait for a moderator before they are public."""

import re
import typing as t
from collections.abc import Iterable

from flask import current_app
from flask import Flask
from flask import g
from flask_babel import gettext as _

from ..data import approvals
from ..data import drafts
from ..data import edits
from ..data import posts
from ..data import roles
from ..data import site_settings
from ..data import spam_filter
from ..data import waiting
from ..data.revisions import Content
from ..db import Row
from ..errors import lazy_gettext
from ..text.blocked_words import find_blocked
from ..text.markdown import render
from .spam_signals import DESCRIPTIONS
from .spam_signals import find_signals
from .spam_signals import HIDDEN_FIELD
from .spam_signals import TOO_FAST

# Of a rendering: what leads to another site or to somebody's mail, or is shown from
# there.
LINK = re.compile(r'(?:href|src)="(?:(?:https?:)?//|mailto:)', re.IGNORECASE)

# Why something waits, by the words in which the database has that.
WHY = {
    "newcomer": lazy_gettext("By a newcomer"),
    "links": lazy_gettext("By a newcomer, with links"),
    "blocked": lazy_gettext("With a blocked word"),
    "spam": lazy_gettext("The filter takes it for spam"),
    "hidden": DESCRIPTIONS[HIDDEN_FIELD],
    "fast": DESCRIPTIONS[TOO_FAST],
}
SIGNALS = {HIDDEN_FIELD: "hidden", TOO_FAST: "fast"}

# Decisions of each kind before the filter has a say.
MIN_DECISIONS = 5


def find_reason(*texts: str, tags: Iterable[str] = ()) -> str:
    """Why something waits in which the current user says this: words of :data:`WHY`;
    nothing if it does not."""
    if roles.read(g.user["role"]) in roles.EDITORS:
        return ""

    rule = find_rule(g.user["id"], g.user["role"], *texts, *tags)
    doubts = [rule] if rule else []

    # Of a blog that nobody owns, nobody reads the queue but who asked for one.
    if roles.has_owner():
        doubts += find_doubts("\n".join(texts), tags)

    return " ".join(doubts)


def find_doubts(text: str, tags: Iterable[str] = ()) -> list[str]:
    """What speaks against a text of the current user, but for the setting: words of
    :data:`WHY`. The signals of a program count for newcomers only; the filter, which
    learns from no tags, judges none."""
    signals = find_signals()
    is_doubtful = bool(signals) and approvals.is_newcomer(g.user["id"])
    doubts = [SIGNALS[signal] for signal in signals] if is_doubtful else []

    if find_blocked_words("\n".join((text, *tags))):
        doubts.append("blocked")

    if is_judged() and spam_filter.judge(text).is_spam:
        doubts.append("spam")

    return doubts


def find_rule(user_id: int, role: str, *texts: str) -> str:
    """Why the setting of the blog alone has something of somebody wait: a word of
    :data:`WHY`, or nothing."""
    mode = site_settings.get("NEWCOMER_APPROVAL")

    if mode == "none" or roles.read(role) in roles.EDITORS:
        return ""

    # Each by itself: the first could make code of the rest.
    if mode == "links" and not any(LINK.search(render(text).html) for text in texts):
        return ""

    if not approvals.is_newcomer(user_id):
        return ""

    return "newcomer" if mode == "all" else "links"


def is_judged() -> bool:
    """Whether enough was decided for the filter to have a say."""
    return min(spam_filter.count_decisions()) >= MIN_DECISIONS


def find_blocked_words(text: str) -> list[str]:
    """Which blocked words a text has."""
    return find_blocked(text, current_app.config["BLOCKED_WORDS"])


def find_hold(state: drafts.State, content: Content) -> waiting.Hold | None:
    """Whether a post is to wait that the current user saves as what it is to be; a
    draft does not."""
    if state.is_draft and not state.due:
        return None

    reason = find_reason(content.title, content.body, tags=content.tags)
    return waiting.Hold(reason, state.due) if reason else None


def save_or_hold(
    id: int,
    content: Content,
    state: drafts.State | None,
    opened: int | None,
    base: Content | None = None,
) -> edits.Saved | edits.Conflict | None:
    """Save a post, in the transaction of the caller; if an editor has to read it first,
    as a draft that waits for that. The rest as of :func:`.edits.save`.

    :param state: what it is to be, or ``None`` for what it is
    """
    post = posts.find(id, posts.NO_TEXT)
    outcome = edits.save(id, g.user["id"], content, opened, base)

    if post is None or not isinstance(outcome, edits.Saved):
        return outcome

    before = drafts.read_state(post)

    if outcome.is_merged:
        # With what was saved elsewhere meanwhile.
        content = edits.read_post(t.cast(Row, posts.find(id)))

    hold = find_hold(state or before, content)

    if hold and not before.is_draft:
        if outcome.version != post["version"]:
            drafts.withdraw(id)
            drafts.hide_version(id)
            waiting.set_post(id, hold)
    elif hold:
        drafts.set_state(id, drafts.DRAFT)
        waiting.set_post(id, hold)
    elif state:
        drafts.set_state(id, state)
        waiting.set_post(id, None)

    return outcome


def hold_back(id: int) -> bool:
    """Whether a post is to wait that the current user has just brought back; then it
    does, in the transaction of the caller."""
    post = t.cast(Row, posts.find(id))
    hold = find_hold(drafts.read_state(post), edits.read_post(post))

    if hold is None:
        return False

    drafts.withdraw(id)
    drafts.set_state(id, drafts.DRAFT)
    waiting.set_post(id, hold)
    return True


def describe_waiting() -> str:
    """What somebody is told whose text waits."""
    return _("Saved. An editor reads it before others can.")


def describe_why(why: str) -> str:
    """Why something waits, in words."""
    return ", ".join(str(WHY[word]) for word in why.split() if word in WHY)


def init_app(app: Flask) -> None:
    """Let templates say it."""
    app.add_template_filter(describe_why, "why")
    app.add_template_filter(spam_filter.judge, "verdict")
    app.add_template_filter(find_blocked_words, "blocked_words")
    app.add_template_global(is_judged, "is_filter_ready")

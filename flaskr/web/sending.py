"""Publishing a post or a comment once, however often its form is sent: with a double
click, or once more after Back."""

import typing as t

from flask import g

from ..data import comments
from ..data import drafts
from ..data import edits
from ..data import posts
from ..data import sent_forms
from ..data import waiting
from ..data.revisions import Content
from ..db import Row
from ..db import transaction
from ..text.corrections import is_correction
from ..text.corrections import is_revision
from . import rate_rules
from .approval import find_hold
from .approval import find_reason
from .forms import find_form_id
from .permissions import find_written
from .permissions import is_editable
from .post_kind import has_kind
from .post_kind import set_kind
from .working_copies import end_copy
from .working_copies import find_base
from .working_copies import read_origins
from .working_copies import UNKNOWN_VERSION


class Outcome(t.NamedTuple):
    """What became of a form: the ``id`` of the post or the comment, 0 if there can be
    none; the seconds to wait first; and whether what the form became before has
    changed with it, or had changed meanwhile, so that nothing is saved; whether it is
    public, and stays so; and whether it waits for a moderator, as a comment without an
    id does. ``merged`` is what was saved if that has the changes of another form."""

    id: int = 0
    seconds: int = 0
    has_changed: bool = False
    is_outdated: bool = False
    is_public: bool = False
    is_waiting: bool = False
    merged: edits.Saved | None = None


def save_post(content: Content, state: drafts.State) -> Outcome:
    """Save what a form for a new post has, as what it is to be."""
    digest = sent_forms.hash_post(*content)
    hold = find_hold(state, content)
    state = drafts.DRAFT if hold else state
    sent, is_own = find_sent_post(content)

    # Without a write, for which a disk may have no room.
    if sent and sent.digest == digest and is_done(sent.row, state, hold):
        return answer_sent(sent)

    with transaction():
        # Another click may have been first.
        sent, is_own = find_sent_post(content)
        is_same = sent is not None and sent.digest == digest

        if sent and is_same and is_done(sent.row, state, hold):
            return answer_sent(sent)
        elif sent and not is_same and hides(sent, state):
            return Outcome(sent.row["id"], is_outdated=True)

        if seconds := rate_rules.spend("EDITS" if sent else "POSTS"):
            return Outcome(seconds=seconds)

        saved = change_post(content, sent, is_own) if sent and not is_same else None

        if sent and isinstance(saved, edits.Conflict):
            return Outcome(sent.row["id"], is_outdated=True)

        id = set_post(content, sent, state, hold)

    was_public = sent is not None and not sent.row["drafted"]
    merged = saved if isinstance(saved, edits.Saved) and saved.is_merged else None
    return Outcome(
        id, has_changed=was_public, is_waiting=hold is not None, merged=merged
    )


def change_post(
    content: Content, sent: sent_forms.SentForm, is_own: bool
) -> edits.Saved | edits.Conflict | None:
    """Save a text over the post that a form became before, in the transaction of the
    caller: in its place while it is still that form's, and else merged."""
    id, is_still = sent.row["id"], is_own and sent.is_unchanged
    opened, base = (None, None) if is_still else (UNKNOWN_VERSION, find_base(id))
    return edits.save(id, g.user["id"], content, opened, base)


def set_post(
    content: Content,
    sent: sent_forms.SentForm | None,
    state: drafts.State,
    hold: waiting.Hold | None,
) -> int:
    """Create a post, unless a form became one before, and have it be what it is to be,
    in the transaction of the caller; return its id, or 0 if there can be none."""
    if sent:
        id: int = sent.row["id"]
    else:
        numbered = content.number_footnotes()
        id = posts.create(g.user["id"], *numbered, is_draft=state.is_draft) or 0

    if id and (sent or state.due):
        drafts.set_state(id, state)

    if id:
        set_kind(id)
        waiting.set_post(id, hold)
        note_published(id, *content)

    return id


def answer_sent(sent: sent_forms.SentForm) -> Outcome:
    """What became of a form that was sent before, with the same text."""
    id, is_public = sent.row["id"], not sent.row["drafted"]
    return Outcome(id, is_public=is_public, is_waiting=waiting.waits(id))


def find_sent_post(content: Content) -> tuple[sent_forms.SentForm | None, bool]:
    """The post that the form became if it was sent before, and whether it was this
    form: two tabs may have been filled with the same working copy, and then the other
    one may have been sent, with this text or one much like it."""
    sent = sent_forms.find_post(find_form_id(), g.user["id"])

    for form_id, _saved in () if sent else read_origins():
        other = sent_forms.find_post(form_id, g.user["id"])

        if other and is_of_one_text(other.row, content.body):
            return other, False

    return sent, True


def is_of_one_text(post: Row, body: str) -> bool:
    """Whether a text and the post that another form became, which was filled with the
    same one, are two versions of that, and not another text."""
    if is_revision(post["body"], body):
        return True

    base = find_base(post["id"])
    return base is not None and all(
        is_revision(base.body, text) for text in (post["body"], body)
    )


def is_done(post: Row, state: drafts.State, hold: waiting.Hold | None) -> bool:
    """Whether a post is what it is to be. What is public is not taken back by a form
    that was left before."""
    was = drafts.read_state(post)

    if state.is_draft and not was.is_draft:
        return True

    is_same = was == state and waiting.waits(post["id"]) == (hold is not None)
    return has_kind(post) and (is_same or not was.is_draft)


def hides(sent: sent_forms.SentForm, state: drafts.State) -> bool:
    """Whether a post that is public would not be so any more."""
    return state.is_draft and not drafts.read_state(sent.row).is_draft


def note_sent(column: sent_forms.Column, id: int | None, digest: str) -> None:
    """Remember that the form of this request was saved, in the transaction of the
    caller; the arguments as of :func:`.sent_forms.note`."""
    if form_id := find_form_id():
        sent_forms.note(form_id, g.user["id"], column, id, digest)


def note_published(post_id: int, title: str, body: str, tags: list[str]) -> None:
    """As :func:`note_sent`, of a post, whose working copy has done its part."""
    digest = sent_forms.hash_post(title, body, tags)
    note_sent("post_id", post_id, digest)

    others = [form for form in read_origins() if form.form_id != find_form_id()]

    for form_id, continued in others:
        user_id = g.user["id"]
        sent_forms.note(form_id, user_id, "post_id", post_id, digest, continued)

    end_copy(post_id)


def send_comment(post_id: int, thread_id: int, text: str, answered: int = 0) -> Outcome:
    """Save what a form for a new comment has. In other words than before, it is another
    comment: nobody could find the first one again.

    :param thread_id: the parent comment, or 0
    :param answered: the comment of the thread that it answers, or 0
    """
    where = (post_id, thread_id, g.user["id"])

    # Without a write, as above; and without the form's id, too.
    if same := find_same(find_sent_comment(), *where, text):
        return Outcome(same)
    elif reason := find_reason(text):
        return hold_comment(*where, text, reason)

    with transaction():
        sent = find_sent_comment()

        if same := find_same(sent, *where, text):
            return Outcome(same)

        if sent and not may_correct(sent, post_id, thread_id, text):
            sent = None
        elif sent and not sent.is_unchanged:
            return Outcome(sent.row["id"], is_outdated=True)

        if seconds := rate_rules.spend("EDITS" if sent else "COMMENTS"):
            return Outcome(seconds=seconds)

        if sent:
            id = change(sent.row, text)
        else:
            id = comments.create(*where, text, answered)

        if id:
            note_sent("comment_id", id, sent_forms.hash_texts(text))

    return Outcome(id, has_changed=sent is not None)


def hold_comment(
    post_id: int, thread_id: int, user_id: int, text: str, reason: str
) -> Outcome:
    """Have a new comment wait for a moderator."""
    with transaction():
        if seconds := rate_rules.spend("COMMENTS"):
            return Outcome(seconds=seconds)

        waiting.add_comment(post_id, thread_id, user_id, text, reason)

    return Outcome(is_waiting=True)


def find_sent_comment() -> sent_forms.SentForm | None:
    """The comment that the form became, if it was sent before."""
    return sent_forms.find_comment(find_form_id(), g.user["id"])


def find_same(
    sent: sent_forms.SentForm | None,
    post_id: int,
    thread_id: int,
    user_id: int,
    text: str,
) -> int:
    """The id of the comment that already has these words, or 0."""
    if sent and sent.digest == sent_forms.hash_texts(text):
        id: int = sent.row["id"]
        return id

    return comments.find_same(post_id, thread_id, user_id, text)


def may_correct(
    sent: sent_forms.SentForm, post_id: int, thread_id: int, text: str
) -> bool:
    """Whether this is how the writer of a comment would correct it, and still may."""
    return (
        is_editable(sent.row)
        and (sent.row["post_id"], sent.row["parent_id"] or 0) == (post_id, thread_id)
        and is_correction(sent.row["body"], text)
    )


def change(comment: Row, text: str) -> int:
    """Save a comment that was written before; return its id, or 0 if it is gone."""
    id: int = comment["id"]
    return id if comments.update(id, text, find_written(comment)) else 0

"""Publishing a post or a comment once, however often its form is sent: with a double
click, or once more after Back."""

import typing as t

from flask import current_app
from flask import g

from ..data import comments
from ..data import drafts
from ..data import edits
from ..data import posts
from ..data import sent_forms
from ..data.revisions import Content
from ..db import Row
from ..db import transaction
from ..text.corrections import is_correction
from . import rate_rules
from .forms import find_form_id
from .permissions import is_editable
from .working_copies import end_copy


class Outcome(t.NamedTuple):
    """What became of a form: the ``id`` of the post or the comment, 0 if there can be
    none; the seconds to wait first; and whether what the form became before has
    changed with it, or had changed meanwhile, so that nothing is saved; and whether
    it is public, and stays so."""

    id: int = 0
    seconds: int = 0
    has_changed: bool = False
    is_outdated: bool = False
    is_public: bool = False


def save_post(content: Content, state: drafts.State) -> Outcome:
    """Save what a form for a new post has, as what it is to be."""
    form_id, user_id = find_form_id(), g.user["id"]
    digest = sent_forms.hash_post(*content)
    sent = sent_forms.find_post(form_id, user_id)

    # Without a write, for which a disk may have no room.
    if sent and sent.digest == digest and is_done(sent.row, state):
        return Outcome(sent.row["id"], is_public=not sent.row["drafted"])

    with transaction():
        # Another click may have been first.
        sent = sent_forms.find_post(form_id, user_id)

        if sent and sent.digest == digest and is_done(sent.row, state):
            return Outcome(sent.row["id"], is_public=not sent.row["drafted"])
        elif sent and sent.digest != digest and not may_correct_post(sent, state):
            return Outcome(sent.row["id"], is_outdated=True)

        if seconds := rate_rules.spend("EDITS" if sent else "POSTS"):
            return Outcome(seconds=seconds)

        if sent:
            id = sent.row["id"]

            if sent.digest != digest:
                edits.save(id, user_id, content)
        else:
            numbered = content.number_footnotes()
            id = posts.create(user_id, *numbered, is_draft=state.is_draft) or 0

        if id and (sent or state.due):
            drafts.set_state(id, state)

        if id:
            note_published(id, *content)

    was_public = sent is not None and not sent.row["drafted"]
    return Outcome(id, has_changed=was_public)


def is_done(post: Row, state: drafts.State) -> bool:
    """Whether a post is what it is to be. What is public is not taken back by a form
    that was left before."""
    was = drafts.read_state(post)
    return was == state or not was.is_draft


def may_correct_post(sent: sent_forms.SentForm, state: drafts.State) -> bool:
    """Whether a text may take the place of the one that the same form had before: it is
    still that, and what is public is to be so."""
    is_public = not drafts.read_state(sent.row).is_draft
    return sent.is_unchanged and not (is_public and state.is_draft)


def note_sent(column: sent_forms.Column, id: int | None, digest: str) -> None:
    """Remember that the form of this request was saved, in the transaction of the
    caller; the arguments as of :func:`.sent_forms.note`."""
    if form_id := find_form_id():
        sent_forms.note(form_id, g.user["id"], column, id, digest)


def note_published(post_id: int, title: str, body: str, tags: list[str]) -> None:
    """As :func:`note_sent`, of a post, whose working copy has done its part."""
    note_sent("post_id", post_id, sent_forms.hash_post(title, body, tags))
    end_copy(post_id)


def send_comment(post_id: int, thread_id: int, text: str) -> Outcome:
    """Save what a form for a new comment has. In other words than before, it is another
    comment: nobody could find the first one again.

    :param thread_id: the parent comment, or 0
    """
    where = (post_id, thread_id, g.user["id"])

    # Without a write, as above; and without the form's id, too.
    if same := find_same(find_sent_comment(), *where, text):
        return Outcome(same)

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

        id = change(sent.row, text) if sent else comments.create(*where, text)

        if id:
            note_sent("comment_id", id, sent_forms.hash_texts(text))

    return Outcome(id, has_changed=sent is not None)


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
    within = current_app.config["COMMENT_EDIT_TIME"]
    id: int = comment["id"]
    return id if comments.update(id, g.user["id"], text, within) else 0

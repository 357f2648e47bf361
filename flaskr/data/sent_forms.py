"""What became of a form that was sent, so that it is one post or one comment, however
often it is sent."""

import hashlib
import json
import typing as t

from flask import current_app

from ..db import get_db
from ..db import Row
from ..db import transaction
from ..text.footnotes import number
from ..text.names import name_key
from . import comments
from . import posts
from .times import format_ago
from .times import now

# Forms of one person that are remembered; of more, those that were sent last.
MAX_FORMS = 100

Column = t.Literal["post_id", "comment_id"]


class SentForm(t.NamedTuple):
    """What a form became: the post or comment as it is now, what the form said, and
    whether it is still that. ``continued`` is of a form that was not sent itself: of
    when the text is that another form was filled with, which was sent."""

    row: Row
    digest: str
    is_unchanged: bool
    continued: str | None = None


def hash_texts(*texts: str) -> str:
    """What is kept of the texts of a form: a SHA-256 in hexadecimal."""
    return hashlib.sha256(json.dumps(texts).encode()).hexdigest()


def hash_post(title: str, body: str, tags: t.Iterable[str]) -> str:
    """As :func:`hash_texts`, of a post; a tag takes the case that others write, and the
    footnotes are numbered."""
    return hash_texts(title, number(body), *map(name_key, tags))


def find_post(form_id: str | None, user_id: int) -> SentForm | None:
    """The post that somebody published with a form; ``None`` if that is none, or no
    more."""
    sent = form_id and find(form_id, user_id, "post_id")
    post = posts.find(sent["post_id"]) if sent else None

    if not sent or post is None:
        return None

    digest, continued = sent["digest"], sent["continued"]
    now = hash_post(post["title"], post["body"], posts.get_tag_names(post))
    # What another form sent is nothing that this one ever was.
    is_unchanged = now == digest and continued is None
    return SentForm(post, digest, is_unchanged, continued)


def find_comment(form_id: str | None, user_id: int) -> SentForm | None:
    """The comment that somebody wrote with a form; ``None`` if that is none, or no
    more."""
    sent = form_id and find(form_id, user_id, "comment_id")
    comment = comments.find_public(sent["comment_id"]) if sent else None

    if not sent or comment is None or comment["removed"]:
        return None

    is_unchanged = hash_texts(comment["body"]) == sent["digest"]
    return SentForm(comment, sent["digest"], is_unchanged)


def find(form_id: str, user_id: int, column: Column) -> Row | None:
    """The row of a form that became a post, or a comment."""
    row: Row | None = (
        get_db()
        .execute(
            f"SELECT {column}, digest, sent, continued FROM sent_form"
            f" WHERE id = ? AND user_id = ? AND {column} IS NOT NULL",
            (form_id, user_id),
        )
        .fetchone()
    )
    return row


def find_common(form_id: str, user_id: int, post_id: int, saved: str) -> str | None:
    """When the last text of a form was saved from which its text at a time and a post
    have both come; ``None`` if the form did not become that post, or before that."""
    sent = find(form_id, user_id, "post_id")

    if sent is None or sent["post_id"] != post_id:
        return None
    elif sent["continued"]:
        return min(saved, str(sent["continued"]))

    # What a page still sends in that second is late.
    return saved if saved[: len(sent["sent"])] <= sent["sent"] else None


def find_digest(form_id: str, user_id: int) -> str | None:
    """The hash of the texts that somebody saved last with a form, if that is known."""
    row = (
        get_db()
        .execute(
            "SELECT digest FROM sent_form WHERE id = ? AND user_id = ?",
            (form_id, user_id),
        )
        .fetchone()
    )
    return row and str(row["digest"])


def remove_expired() -> int:
    """Forget forms that were sent long ago; return how many."""
    lifetime = current_app.config["PERMANENT_SESSION_LIFETIME"]

    with transaction(is_aside=True) as db:
        return db.execute(
            "DELETE FROM sent_form WHERE sent <= ?", (format_ago(lifetime),)
        ).rowcount


def note(
    form_id: str,
    user_id: int,
    column: Column,
    id: int | None,
    digest: str,
    continued: str | None = None,
) -> None:
    """Remember what a form became, in the transaction of the caller, and forget old
    ones: Back leads to no page that was left so long ago.

    :param column: what ``id`` is; ``None`` for a text that is no row
    :param continued: if another form was sent that was filled with this one's text, of
        when that was; what the form became before is what counts
    """
    db = get_db()
    db.execute(
        f"INSERT INTO sent_form (id, user_id, {column}, digest, sent, continued)"
        " VALUES (?, ?, ?, ?, ?, ?)"
        f" ON CONFLICT (id) DO UPDATE SET {column} = excluded.{column},"
        " digest = excluded.digest, sent = excluded.sent, continued = NULL"
        # An id that somebody else's form has is not this person's.
        " WHERE sent_form.user_id = excluded.user_id AND excluded.continued IS NULL",
        (form_id, user_id, id, digest, now(), continued),
    )
    remove_expired()
    db.execute(
        "DELETE FROM sent_form WHERE user_id = ? AND id NOT IN"
        " (SELECT id FROM sent_form WHERE user_id = ?"
        " ORDER BY sent DESC, id DESC LIMIT ?)",
        (user_id, user_id, MAX_FORMS),
    )

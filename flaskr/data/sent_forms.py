"""What became of a form that was sent, so that it is one post or one comment, however
often it is sent."""

import hashlib
import json
import typing as t

from flask import current_app

from ..db import get_db
from ..db import Row
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
    whether it is still that."""

    row: Row
    digest: str
    is_unchanged: bool


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

    digest = hash_post(post["title"], post["body"], posts.get_tag_names(post))
    return SentForm(post, sent["digest"], digest == sent["digest"])


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
            f"SELECT {column}, digest FROM sent_form"
            f" WHERE id = ? AND user_id = ? AND {column} IS NOT NULL",
            (form_id, user_id),
        )
        .fetchone()
    )
    return row


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


def note(
    form_id: str, user_id: int, column: Column, id: int | None, digest: str
) -> None:
    """Remember what a form became, in the transaction of the caller, and forget old
    ones: Back leads to no page that was left so long ago.

    :param column: what ``id`` is; ``None`` for a text that is no row
    """
    db = get_db()
    db.execute(
        f"INSERT INTO sent_form (id, user_id, {column}, digest, sent)"
        " VALUES (?, ?, ?, ?, ?)"
        f" ON CONFLICT (id) DO UPDATE SET {column} = excluded.{column},"
        " digest = excluded.digest, sent = excluded.sent",
        (form_id, user_id, id, digest, now()),
    )
    lifetime = current_app.config["PERMANENT_SESSION_LIFETIME"]
    db.execute("DELETE FROM sent_form WHERE sent <= ?", (format_ago(lifetime),))
    db.execute(
        "DELETE FROM sent_form WHERE user_id = ? AND id NOT IN"
        " (SELECT id FROM sent_form WHERE user_id = ?"
        " ORDER BY sent DESC, id DESC LIMIT ?)",
        (user_id, user_id, MAX_FORMS),
    )

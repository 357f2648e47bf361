"""Posts and comments that wait for a moderator: drafts with a note, and comments in a
table of their own, so that no list of what is public can show them."""

import typing as t

from ..db import get_db
from ..db import Row
from ..db import transaction
from ..text.corrections import is_correction
from . import approvals
from . import comments
from . import drafts
from . import moderation
from . import notices
from . import posts
from . import spam_filter
from .bin import find_expiry_cutoff
from .times import now

# Comments of one person on the page of their texts, the newest.
MAX_LISTED = 50


class Hold(t.NamedTuple):
    """Why a post waits: words of ``WHY`` in web/approval.py; and when it is to be
    published, in UTC, if later."""

    why: str
    due: str | None = None


class NoPlace(Exception):
    """The post or the comment is gone, or takes no comments any more."""


POST = (
    "SELECT w.post_id AS id, p.author_id, CAST(p.title AS TEXT) AS title,"
    " coalesce(CAST(p.body AS TEXT), '') AS body, CAST(w.created AS TEXT) AS created,"
    " CAST(w.due AS TEXT) AS due, CAST(w.why AS TEXT) AS why,"
    " CAST(w.refused AS TEXT) AS refused, CAST(w.answer AS TEXT) AS answer"
    " FROM waiting_post w JOIN post p ON p.id = w.post_id AND p.drafted IS NOT NULL"
)
COMMENT = (
    "SELECT w.id, w.author_id, w.post_id, w.parent_id, CAST(w.body AS TEXT) AS body,"
    " CAST(w.created AS TEXT) AS created, CAST(w.why AS TEXT) AS why,"
    " CAST(w.refused AS TEXT) AS refused, CAST(w.answer AS TEXT) AS answer,"
    " CAST(p.title AS TEXT) AS title"
    " FROM waiting_comment w LEFT JOIN post p ON p.id = w.post_id"
    ' JOIN "user" u ON u.id = w.author_id'
)


def set_post(post_id: int, hold: Hold | None) -> None:
    """Have a draft wait, or not any more, in the transaction of the caller."""
    with transaction() as db:
        if hold is None:
            db.execute("DELETE FROM waiting_post WHERE post_id = ?", (post_id,))
            return

        db.execute(
            "INSERT INTO waiting_post (post_id, created, due, why) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (post_id) DO UPDATE SET created = CASE"
            " WHEN waiting_post.refused IS NULL THEN waiting_post.created"
            " ELSE excluded.created END,"
            " due = excluded.due, why = excluded.why, refused = NULL",
            (post_id, now(), hold.due, hold.why),
        )


def find_post(post_id: int) -> Row | None:
    """A draft that waits, or was refused: ``id``, ``author_id``, ``title``, ``body``,
    since when (``created``), ``due`` and ``why``, ``refused`` and the last
    ``answer``."""
    row: Row | None = (
        get_db().execute(f"{POST} WHERE w.post_id = ?", (post_id,)).fetchone()
    )
    return row


def waits(post_id: int) -> bool:
    """Whether a post waits for a moderator."""
    row = get_db().execute(
        "SELECT 1 FROM waiting_post w JOIN post p ON p.id = w.post_id"
        " AND p.drafted IS NOT NULL WHERE w.post_id = ? AND w.refused IS NULL",
        (post_id,),
    )
    return row.fetchone() is not None


def add_comment(
    post_id: int, thread_id: int, author_id: int, body: str, why: str
) -> int:
    """Have a comment wait and return its number, which is no comment's; the same words
    again, or corrected, are one.

    :param thread_id: the parent comment, or 0
    """
    with transaction() as db:
        last = db.execute(
            "SELECT id, CAST(body AS TEXT) AS body FROM waiting_comment"
            " WHERE author_id = ? AND post_id = ? AND coalesce(parent_id, 0) = ?"
            " AND refused IS NULL AND cleanup_id IS NULL ORDER BY id DESC LIMIT 1",
            (author_id, post_id, thread_id),
        ).fetchone()

        if last and (last["body"] == body or is_correction(last["body"], body)):
            db.execute(
                "UPDATE waiting_comment SET body = ?, why = ? WHERE id = ?",
                (body, why, last["id"]),
            )
            id: int = last["id"]
            return id

        row = db.execute(
            "INSERT INTO waiting_comment (post_id, parent_id, author_id, body, why)"
            " VALUES (?, nullif(?, 0), ?, ?, ?) RETURNING id",
            (post_id, thread_id, author_id, body, why),
        ).fetchone()

    id = row["id"]
    return id


def find_comment(id: int) -> Row | None:
    """A comment that waits, or was refused: as :func:`find_post`, with ``post_id``,
    ``parent_id``, and the post's ``title``, ``None`` while that is in the bin."""
    row: Row | None = (
        get_db()
        .execute(f"{COMMENT} WHERE w.id = ? AND w.cleanup_id IS NULL", (id,))
        .fetchone()
    )
    return row


def find_comments_by(author_id: int) -> list[Row]:
    """The comments of somebody that wait or were refused, the newest first, as
    :func:`find_comment`."""
    return (
        get_db()
        .execute(
            f"{COMMENT} WHERE w.author_id = ? AND w.cleanup_id IS NULL"
            " ORDER BY w.id DESC LIMIT ?",
            (author_id, MAX_LISTED),
        )
        .fetchall()
    )


def find_posts_by(author_id: int) -> dict[int, Row]:
    """The drafts of somebody that wait or were refused, as :func:`find_post`, by
    their ids."""
    found = get_db().execute(
        f"{POST} WHERE p.author_id = ? ORDER BY w.created DESC LIMIT ?",
        (author_id, MAX_LISTED),
    )
    return {row["id"]: row for row in found}


def approve_post(post_id: int, by: int) -> Row | None:
    """Publish a draft that waits, or schedule it if its time is still to come, and have
    its author be no newcomer any more; return it, or ``None`` if it doesn't wait."""
    with transaction():
        post = find_post(post_id)

        if post is None or post["refused"]:
            return None

        is_early = bool(post["due"] and post["due"] > now())
        state = drafts.State(True, post["due"]) if is_early else drafts.PUBLIC
        set_post(post_id, None)
        drafts.set_state(post_id, state)
        words = f"{post['title']}\n{post['body']}"
        spam_filter.learn(f"post:{post_id}", words, is_spam=False)
        approvals.approve(post["author_id"], by)
        tell(post["author_id"], "approved", "post.approve", by, post_id)

    return post


def approve_comment(id: int, by: int) -> int | None:
    """Publish a comment that waits, as of now, so that no feed reader has passed it;
    return its id, or ``None`` if it doesn't wait.

    :raise NoPlace: then it still waits
    """
    with transaction() as db:
        waiting = find_comment(id)

        if waiting is None or waiting["refused"]:
            return None

        comment_id = comments.create(
            waiting["post_id"],
            waiting["parent_id"] or 0,
            waiting["author_id"],
            waiting["body"],
        )

        if not comment_id:
            raise NoPlace

        db.execute("DELETE FROM waiting_comment WHERE id = ?", (id,))
        spam_filter.learn(f"comment:{comment_id}", waiting["body"], is_spam=False)
        approvals.approve(waiting["author_id"], by)
        author_id, post_id = waiting["author_id"], waiting["post_id"]
        tell(author_id, "approved", "comment.approve", by, post_id, comment_id)

    return comment_id


def tell(
    author_id: int,
    kind: notices.Kind,
    action: moderation.Action,
    by: int,
    post_id: int,
    comment_id: int | None = None,
    answer: str = "",
) -> None:
    """Tell whoever wrote something what was decided about it, and note it in the log,
    in the transaction of the caller."""
    notices.add(
        author_id, kind, post_id=post_id, comment_id=comment_id, by=by, text=answer
    )
    moderation.log(
        action,
        by,
        person_id=author_id,
        post_id=post_id,
        comment_id=comment_id,
        reason=answer,
    )


def refuse_post(post_id: int, answer: str, by: int) -> bool:
    """Give a draft that waits back to its author, with an answer; ``False`` if it
    doesn't wait."""
    with transaction() as db:
        refused = db.execute(
            "UPDATE waiting_post SET refused = ?, refused_by = ?, answer = ?"
            " WHERE post_id = ? AND refused IS NULL",
            (now(), by, answer, post_id),
        )
        post = posts.find(post_id, posts.NO_TEXT)

        if refused.rowcount < 1 or post is None:
            return False

        author_id = post["author_id"]
        tell(author_id, "refused", "post.refuse", by, post_id, answer=answer)

    return True


def refuse_comment(id: int, answer: str, by: int) -> bool:
    """As :func:`refuse_post`, of a comment, which its author can still read for the
    bin's time."""
    with transaction() as db:
        waiting = find_comment(id)

        if waiting is None or waiting["refused"]:
            return False

        db.execute(
            "UPDATE waiting_comment SET refused = ?, refused_by = ?, answer = ?"
            " WHERE id = ?",
            (now(), by, answer, id),
        )
        author_id, post_id = waiting["author_id"], waiting["post_id"]
        tell(author_id, "refused_comment", "comment.refuse", by, post_id, answer=answer)

    return True


def remove_comment(id: int, author_id: int) -> bool:
    """Delete a comment of somebody's own that waits or was refused; ``False`` if there
    is none."""
    with transaction() as db:
        removed = db.execute(
            "DELETE FROM waiting_comment WHERE id = ? AND author_id = ?"
            " AND cleanup_id IS NULL",
            (id, author_id),
        )

    return removed.rowcount == 1


def remove_expired() -> int:
    """Delete refused comments that their authors could read for long enough; return how
    many."""
    expired = "FROM waiting_comment WHERE refused <= ?"
    cutoff = find_expiry_cutoff()

    # Most often there is none, and nobody has to wait for a turn to write.
    if get_db().execute(f"SELECT 1 {expired} LIMIT 1", (cutoff,)).fetchone():
        with transaction(is_aside=True) as db:
            return db.execute(f"DELETE {expired}", (cutoff,)).rowcount

    return 0

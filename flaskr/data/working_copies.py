"""What people typed in the editor of a post and have not published. Nobody else sees
it, and it never changes the post."""

import typing as t
from datetime import datetime
from datetime import timedelta
from datetime import UTC

from flask_babel import gettext as _

from ..db import get_db
from ..db import Row
from ..db import transaction
from ..writers import SHORT_WAIT
from . import bin
from . import merge_bases
from . import posts
from .merge_bases import Shown
from .times import format_ago

# What is kept of what can't be published yet: bytes of UTF-8, and characters.
MAX_BODY = 2 * posts.MAX_BODY
MAX_TITLE = 1000
MAX_TAGS = 10_000

# Copies of one person for one post, or for new posts, and for all posts together; of
# more, those that were saved last.
MAX_OF_POST = 20
MAX_OF_PERSON = 500

# How long a copy that was discarded can come back.
UNDO_TIME = timedelta(days=1)

# For how long what the page of a form sends by itself may be on its way, once a button
# has sent the form.
LATE = timedelta(seconds=10)

# Copies that are deleted in one go, once their time is over.
MAX_EXPIRED = 20

# Characters of the text that a list shows.
EXCERPT = 200

FACTS = (
    "form_id, post_id, CAST(opened AS BIGINT) AS opened, CAST(saved AS TEXT) AS saved,"
    " CAST(title AS TEXT) AS title, CAST(origin AS TEXT) AS origin,"
    " CAST(kind AS TEXT) AS kind"
)
COLUMNS = f"{FACTS}, CAST(tags AS TEXT) AS tags, CAST(body AS TEXT) AS body"


class Text(t.NamedTuple):
    """A post as somebody typed it, with the tags in one line."""

    title: str
    body: str
    tags: str

    def find_problem(self) -> str | None:
        """Why it can't be kept, as a sentence."""
        is_kept = (
            len(self.title) <= MAX_TITLE
            and len(self.tags) <= MAX_TAGS
            and len(self.body.encode("utf-8", "replace")) <= MAX_BODY
        )
        return None if is_kept else _("This is too long to be kept on the server.")


class Form(t.NamedTuple):
    """An open form of somebody, by its own id: for which post, or ``None`` for a new
    one, of which version, the copy that it was filled with, and the first of the forms
    that its text went through, each filled with the copy of the one before; and what
    it is to be, ``post`` or ``page``, if an owner chose that."""

    user_id: int
    id: str
    post_id: int | None = None
    opened: int | None = None
    origins: tuple[Shown, ...] = ()
    kind: str | None = None

    @property
    def shown(self) -> Shown | None:
        """The copy that it was filled with."""
        return self.origins[0] if self.origins else None

    @property
    def origin(self) -> str | None:
        """Where its text comes from, as the column has it."""
        return ".".join(self.origins[-1]) if self.origins else None


class Late(Exception):
    """The form was published, saved or discarded a moment ago: what comes now may be
    older than that."""


def find_time() -> str:
    """Now, in microseconds: two copies may be saved in one second."""
    return datetime.now(UTC).isoformat(" ", "microseconds")[:26]


def find_place(user_id: int, post_id: int | None) -> tuple[str, tuple[int, ...]]:
    """The condition that a copy is somebody's for a post, or for a new one, and its
    parameters."""
    if post_id is None:
        return "user_id = ? AND post_id IS NULL", (user_id,)

    return "user_id = ? AND post_id = ?", (user_id, post_id)


def find_newest(user_id: int, post_id: int | None) -> Row | None:
    """The copy that somebody saved last for a post, or for a new one."""
    where, parameters = find_place(user_id, post_id)
    row: Row | None = (
        get_db()
        .execute(
            f"SELECT {COLUMNS} FROM working_copy WHERE {where} AND discarded IS NULL"
            " ORDER BY saved DESC, form_id DESC LIMIT 1",
            parameters,
        )
        .fetchone()
    )
    return row


def find(user_id: int, form_id: str, is_discarded: bool = False) -> Row | None:
    """A copy of somebody; or one that was discarded and is still there."""
    row: Row | None = (
        get_db()
        .execute(
            f"SELECT {COLUMNS} FROM working_copy WHERE user_id = ? AND form_id = ?"
            f" AND discarded IS {'NOT ' if is_discarded else ''}NULL",
            (user_id, form_id),
        )
        .fetchone()
    )
    return row


def find_all(user_id: int, post_id: int | None) -> list[Row]:
    """Somebody's copies for a post, or for new ones, the newest first, each with the
    beginning of its text."""
    where, parameters = find_place(user_id, post_id)
    return (
        get_db()
        .execute(
            f"SELECT {FACTS}, substr(CAST(body AS TEXT), 1, {EXCERPT}) AS beginning"
            f" FROM working_copy WHERE {where} AND discarded IS NULL"
            " ORDER BY saved DESC, form_id DESC",
            parameters,
        )
        .fetchall()
    )


def save(form: Form, text: Text, is_sent: bool = False) -> str:
    """Keep what is in a form, and return when: in the place of the copy that it was
    filled with, if nobody has changed that since.

    :param is_sent: with a button, which leads to another page
    :raise Late: if it was sent so a moment ago, and comes from the page now
    """
    saved = find_time()
    # All that was sent before now, or that long ago.
    sent_before = saved if is_sent else format_ago(LATE)

    with transaction() as db:
        kept = db.execute(
            "INSERT INTO working_copy AS w"
            " (user_id, form_id, post_id, opened, saved, sent, origin, kind, title,"
            " tags, body)"
            " SELECT id, ?, CAST(? AS BIGINT), CAST(? AS BIGINT), ?, CAST(? AS TEXT),"
            ' CAST(? AS TEXT), CAST(? AS TEXT), ?, ?, ? FROM "user" WHERE id = ?'
            " AND closed IS NULL"
            " ON CONFLICT (user_id, form_id) DO UPDATE SET post_id = excluded.post_id,"
            " opened = excluded.opened, saved = excluded.saved, sent = excluded.sent,"
            " discarded = NULL, kind = excluded.kind, title = excluded.title,"
            " tags = excluded.tags,"
            " body = excluded.body WHERE w.sent IS NULL OR w.sent <= ?",
            (
                *(form.id, form.post_id, form.opened, saved),
                *(saved if is_sent else None, form.origin, form.kind),
                *(text.title, text.tags, text.body),
                *(form.user_id, sent_before),
            ),
        )

        # Another process may have sent it in this moment.
        if kept.rowcount < 1:
            raise Late

        remove_shown(form)
        remove_old(form.user_id, form.post_id)

    return saved


def remove_shown(form: Form) -> None:
    """Delete the copy that a form was filled with, unless it was changed since, in the
    transaction of the caller. The form's own one keeps what it had."""
    if form.shown and form.shown.form_id != form.id:
        merge_bases.keep(form.user_id, form.id, form.shown)
        get_db().execute(
            "DELETE FROM working_copy"
            " WHERE user_id = ? AND form_id = ? AND saved = ? AND discarded IS NULL",
            (form.user_id, *form.shown),
        )


def remove_old(user_id: int, post_id: int | None) -> None:
    """Delete the copies that are too many, in the transaction of the caller."""
    db = get_db()

    for most, (where, parameters) in (
        (MAX_OF_POST, find_place(user_id, post_id)),
        (MAX_OF_PERSON, ("user_id = ?", (user_id,))),
    ):
        db.execute(
            f"DELETE FROM working_copy WHERE {where} AND form_id NOT IN"
            f" (SELECT form_id FROM working_copy WHERE {where}"
            " ORDER BY CASE WHEN discarded IS NULL THEN 0 ELSE 1 END,"
            " saved DESC, form_id LIMIT ?)",
            (*parameters, *parameters, most),
        )


def remove(form: Form) -> None:
    """Delete the copy of a form that has nothing of its own any more."""
    with transaction() as db:
        db.execute(
            "DELETE FROM working_copy"
            " WHERE user_id = ? AND form_id = ? AND discarded IS NULL",
            (form.user_id, form.id),
        )
        remove_shown(form)


def end(form: Form) -> None:
    """Forget what was in a form, which was published, in the transaction of the
    caller."""
    now = find_time()
    get_db().execute(
        "INSERT INTO working_copy"
        " (user_id, form_id, post_id, saved, sent, discarded, title, tags, body)"
        " VALUES (?, ?, ?, ?, ?, ?, '', '', '')"
        " ON CONFLICT (user_id, form_id) DO UPDATE SET post_id = excluded.post_id,"
        " saved = excluded.saved, sent = excluded.sent, discarded = excluded.discarded,"
        " title = '', tags = '', body = ''",
        (form.user_id, form.id, form.post_id, now, now, now),
    )
    remove_shown(form)


def remove_expired() -> int:
    """Delete what was saved or discarded too long ago, some of it at a time; return how
    many copies."""
    cutoffs = format_ago(bin.get_time()), format_ago(UNDO_TIME)
    expired = (
        "SELECT user_id, form_id FROM working_copy WHERE saved <= ?"
        " UNION ALL SELECT user_id, form_id FROM working_copy WHERE discarded <= ?"
        " LIMIT ?"
    )

    # Most often there is nothing, and nobody has to wait for a turn to write.
    if get_db().execute(expired, (*cutoffs, 1)).fetchone():
        with transaction(is_aside=True, seconds=SHORT_WAIT) as db:
            return db.execute(
                "DELETE FROM working_copy WHERE (user_id, form_id) IN"
                f" (SELECT user_id, form_id FROM ({expired}) gone)",
                (*cutoffs, MAX_EXPIRED),
            ).rowcount

    return 0

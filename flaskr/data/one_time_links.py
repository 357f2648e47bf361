"""Links that can be used once, within a limited time: to join, to take a role, to have
a new password, or to read a draft. The database has a hash of each, and so nothing to
open it with."""

import secrets
from datetime import timedelta

from ..db import get_db
from ..db import Row
from ..db import transaction
from . import roles
from . import site_settings
from .roles import Role
from .sessions import hash_token
from .times import format_ago
from .times import now

# How long one that was not used in time is listed, and one that was used counts.
KEPT_FOR = timedelta(days=30)

# Those that a list shows, the newest.
MAX_LISTED = 200

# Open ones of one person.
MAX_OPEN = 100

# Those to one draft that have not expired; a person knows whom they are for.
MAX_OF_DRAFT = 10

COLUMNS = (
    "l.id, l.user_id, l.post_id, l.made_by, l.used_by, p.author_id,"
    " CAST(l.role AS TEXT) AS role, CAST(l.reader_hash AS TEXT) AS reader_hash,"
    " CAST(l.created AS TEXT) AS created, CAST(l.expires AS TEXT) AS expires,"
    " CAST(l.used AS TEXT) AS used, CAST(u.username AS TEXT) AS username,"
    " CAST(u.role AS TEXT) AS user_role, CAST(a.username AS TEXT) AS author,"
    " CAST(m.username AS TEXT) AS maker, CAST(m.role AS TEXT) AS maker_role,"
    " CAST(b.username AS TEXT) AS used_by_name"
)
TABLES = (
    'one_time_link l LEFT JOIN "user" u ON u.id = l.user_id'
    ' LEFT JOIN "user" m ON m.id = l.made_by LEFT JOIN "user" b ON b.id = l.used_by'
    ' LEFT JOIN post p ON p.id = l.post_id LEFT JOIN "user" a ON a.id = p.author_id'
)

# Another program may have removed whom one is for, or the draft.
IS_OF_SOMETHING = (
    "(l.user_id IS NULL OR u.id IS NOT NULL)"
    " AND (l.post_id IS NULL OR a.id IS NOT NULL)"
)

# What ends when whoever made a link may do so no more: who reads a draft by one that
# was used does so by it, and who has joined or a new password needs it no more.
CAN_END = "(used IS NULL OR post_id IS NOT NULL)"


class TooMany(Exception):
    """Somebody has as many open links as one person may have."""


class TooManyOfDraft(TooMany):
    """A draft has as many links as one may have."""


def invite(role: Role, lifetime: timedelta, made_by: int | None = None) -> str:
    """Make a link with which somebody joins, or takes a role; return its token.

    :param made_by: the id of who does, or ``None`` on the command line
    :raise TooMany:
    """
    return make(lifetime, made_by, role=role)


def let_reset(user_id: int, lifetime: timedelta, made_by: int | None = None) -> str:
    """Make a link with which somebody sets a new password; as :func:`invite`."""
    return make(lifetime, made_by, user_id=user_id)


def share(post_id: int, lifetime: timedelta, made_by: int | None = None) -> str:
    """Make a link with which somebody reads a draft; as :func:`invite`."""
    with transaction():
        if len(find_of_draft(post_id)) >= MAX_OF_DRAFT:
            raise TooManyOfDraft

        return make(lifetime, made_by, post_id=post_id)


def make(
    lifetime: timedelta,
    made_by: int | None,
    *,
    role: Role | None = None,
    user_id: int | None = None,
    post_id: int | None = None,
) -> str:
    """Make a link for one of the three; as :func:`invite`."""
    token = secrets.token_urlsafe(24)

    with transaction() as db:
        remove_expired()
        row = db.execute(
            "SELECT count(*) AS number FROM one_time_link"
            " WHERE made_by = ? AND used IS NULL AND expires > ?",
            (made_by, now()),
        ).fetchone()

        if row["number"] >= MAX_OPEN:
            raise TooMany

        db.execute(
            "INSERT INTO one_time_link"
            " (token_hash, role, user_id, post_id, made_by, expires)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (
                *(hash_token(token), role, user_id, post_id, made_by),
                format_ago(-lifetime),
            ),
        )

    return token


def remove_expired() -> int:
    """Delete the links that were not used in time, and those to drafts, a month later;
    return how many. Who was let in by whom is kept."""
    with transaction(is_aside=True) as db:
        return db.execute(
            f"DELETE FROM one_time_link WHERE expires <= ? AND {CAN_END}",
            (format_ago(KEPT_FOR),),
        ).rowcount


def select(condition: str, *parameters: object) -> list[Row]:
    """The newest links that a condition holds for, the newest first: with the
    ``username`` and the ``user_role`` of whose password one is for, the ``author`` of
    the draft, the ``maker`` and the ``maker_role``, and the ``used_by_name``."""
    return (
        get_db()
        .execute(
            f"SELECT {COLUMNS} FROM {TABLES} WHERE {condition} AND {IS_OF_SOMETHING}"
            " ORDER BY l.id DESC LIMIT ?",
            (*parameters, MAX_LISTED),
        )
        .fetchall()
    )


def find_all() -> list[Row]:
    """The newest links, as :func:`select`."""
    return select("1 = 1")


def find_given(made_by: int) -> list[Row]:
    """The newest invitations of somebody, as :func:`select`."""
    return select("l.made_by = ? AND l.post_id IS NULL", made_by)


def find_of_draft(post_id: int) -> list[Row]:
    """The links to a draft that have not expired, as :func:`select`."""
    return select("l.post_id = ? AND l.expires > ?", post_id, now())


def find_by_id(link_id: int) -> Row | None:
    """A link, open or not, as :func:`select`."""
    return next(iter(select("l.id = ?", link_id)), None)


def find_by_token(token: str) -> Row | None:
    """A link, open or not, as :func:`select`."""
    return next(iter(select("l.token_hash = ?", hash_token(token))), None)


def find(token: str) -> Row | None:
    """A link that is open, as :func:`select`, if whoever made it may still do so; one
    to a draft may have been used, too, by who reads it."""
    link = find_by_token(token)

    if link is None or link["expires"] <= now() or not is_valid(link):
        return None

    return link if link["post_id"] or not link["used"] else None


def is_valid(link: Row) -> bool:
    """Whether who made a link may do so, by the roles of today."""
    if link["made_by"] is None:
        return True
    elif link["post_id"]:
        is_own = link["made_by"] == link["author_id"]
        return roles.may(link["maker_role"], "post.update", is_own)

    is_known = link["role"] is not None or roles.may(link["maker_role"], "link.create")
    return is_known and may_make(link["maker_role"], find_role(link))


def is_for_newcomers(link: Row) -> bool:
    """Whether an invitation only lets people join, and none who did take a role: that
    of an author."""
    maker = link["maker_role"]
    return maker is not None and not roles.may(maker, "link.create")


def find_role(link: Row) -> Role:
    """What somebody becomes by a link, or may do whose password it is for."""
    return roles.read(link["role"] or link["user_role"])


def may_make(maker_role: str, role: Role) -> bool:
    """Whether somebody with a role may make a link for another one, or for the password
    of somebody who has it."""
    return role in makeable_roles(maker_role)


def makeable_roles(maker_role: str) -> tuple[Role, ...]:
    """The roles for which somebody with a role may make links: owners for all, editors
    for those who may do less, and authors, where that is how people join, for
    newcomers."""
    role = roles.read(maker_role)

    if roles.may(role, "link.create"):
        return roles.ALL if role is Role.OWNER else (Role.AUTHOR, Role.READER)
    elif roles.may(role, "invitation.create") and lets_authors_invite():
        return (Role(site_settings.get("NEWCOMER_ROLE")),)

    return ()


def lets_authors_invite() -> bool:
    """Whether authors let people in."""
    return bool(site_settings.get("REGISTRATION") == "invitation")


def use(link_id: int, user_id: int | None, reader: str | None = None) -> bool:
    """Use a link up, for somebody, in the transaction of the caller; ``False`` if
    another one was first, if it is too late, or if who made it may do so no more.

    :param user_id: the id of who does, or ``None`` for a reader without an account
    :param reader: what the browser has that reads a draft from now on
    """
    link = find_by_id(link_id)

    if link is None or not is_valid(link):
        return False

    used = get_db().execute(
        "UPDATE one_time_link SET used = ?, used_by = ?, reader_hash = ?"
        " WHERE id = ? AND used IS NULL AND expires > ?",
        (now(), user_id, reader and hash_token(reader), link_id, now()),
    )
    return used.rowcount == 1


def is_reader(link: Row, reader: str | None) -> bool:
    """Whether a browser is the one that used a link to a draft.

    :param reader: what it has, as in :func:`use`
    """
    return bool(reader) and link["reader_hash"] == hash_token(reader or "")


def count_given(made_by: int) -> int:
    """How many invitations of somebody are open, or were used within a month."""
    row = (
        get_db()
        .execute(
            "SELECT count(*) AS number FROM one_time_link WHERE made_by = ?"
            " AND role IS NOT NULL"
            " AND (used > ? OR used IS NULL AND expires > ?)",
            (made_by, format_ago(KEPT_FOR), now()),
        )
        .fetchone()
    )
    number: int = row["number"]
    return number


def revoke(link_id: int) -> bool:
    """Have an open link lead nowhere, or end that somebody reads a draft by it;
    ``False`` if there is none."""
    with transaction() as db:
        removed = db.execute(
            f"DELETE FROM one_time_link WHERE id = ? AND {CAN_END}", (link_id,)
        )

    return removed.rowcount == 1

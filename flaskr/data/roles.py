"""What people may do: the one table of it, and who has which role."""

import typing as t
from enum import StrEnum

from ..db import get_db
from ..db import Row
from ..db import transaction
from . import applications
from . import drafts
from . import moderation
from . import people


class Role(StrEnum):
    """What somebody is to the blog, from those who may do all to those who may do
    least."""

    OWNER = "owner"
    EDITOR = "editor"
    AUTHOR = "author"
    READER = "reader"


OWNERS = (Role.OWNER,)
EDITORS = (*OWNERS, Role.EDITOR)
AUTHORS = (*EDITORS, Role.AUTHOR)
ALL = tuple(Role)
NOBODY: tuple[Role, ...] = ()

Action = t.Literal[
    "post.create",
    "post.update",
    "post.delete",
    "post.restore",
    "image.upload",
    "comment.create",
    "comment.update",
    "comment.remove",
    "post.likes",
    "account",
    "invitation.create",
    "link.create",
    "person.list",
    "person.role",
    "person.suspend",
    "report.create",
    "queue.decide",
    "person.cleanup",
    "log.read",
    "site.update",
    "page.update",
    "spam.test",
    "numbers.read",
    "health.read",
]


class Permission(t.NamedTuple):
    """Who may do something to what is their own, and to what is somebody else's."""

    own: tuple[Role, ...]
    others: tuple[Role, ...] = NOBODY


# What is not here, everybody may, without an account, too.
PERMISSIONS: dict[Action, Permission] = {
    "post.create": Permission(AUTHORS),
    # Its text and tags, older versions, when it is public and to whom before that, and
    # whether it can be commented on.
    "post.update": Permission(AUTHORS, EDITORS),
    "post.delete": Permission(AUTHORS, EDITORS),
    # From the bin of its author.
    "post.restore": Permission(AUTHORS, EDITORS),
    "image.upload": Permission(AUTHORS),
    "comment.create": Permission(ALL),
    "comment.update": Permission(ALL, EDITORS),
    # The author of the post may, too.
    "comment.remove": Permission(ALL, EDITORS),
    "post.likes": Permission(ALL),
    # One's own profile, sessions, images, bin and working copies.
    "account": Permission(ALL),
    # Where REGISTRATION is "invitation".
    "invitation.create": Permission(AUTHORS),
    # One-time links; an editor's are for those who may do less.
    "link.create": Permission(EDITORS),
    "person.list": Permission(EDITORS),
    "person.role": Permission(OWNERS),
    # Of editors, those who may do less.
    "person.suspend": Permission(EDITORS),
    # Of what somebody else wrote, or is.
    "report.create": Permission(NOBODY, ALL),
    # Approve, refuse and dismiss what waits for that.
    "queue.decide": Permission(EDITORS),
    # Everything of spammers at once, and undo that; as with suspending.
    "person.cleanup": Permission(EDITORS),
    "log.read": Permission(EDITORS),
    # The settings of the blog.
    "site.update": Permission(OWNERS),
    # Which posts are pages, and which of them are in the header.
    "page.update": Permission(OWNERS, OWNERS),
    # Look at what the spam filter says of a text.
    "spam.test": Permission(EDITORS),
    # How much was written, and who came, in the last weeks.
    "numbers.read": Permission(EDITORS),
    # Whether the blog can do all that it should.
    "health.read": Permission(EDITORS),
}


class LastOwner(Exception):
    """Nobody would own the blog any more."""


def read(name: str) -> Role:
    """The role of a name, or the least one of none, as another program may write it."""
    return Role(name) if name in ALL else Role.READER


def may(name: str, action: Action, is_own: bool = True) -> bool:
    """Whether somebody with a role may do something, to what is their own or to what is
    somebody else's."""
    permission = PERMISSIONS[action]
    return read(name) in (permission.own if is_own else permission.others)


def may_at_all(name: str, action: Action) -> bool:
    """Whether somebody with a role may do something to anything."""
    return may(name, action) or may(name, action, is_own=False)


def is_less(role: Role, other: Role) -> bool:
    """Whether who has a role may do less than who has another one."""
    return ALL.index(role) > ALL.index(other)


# Who owns the blog, and can say so.
OWNS = (
    "o.role = 'owner' AND o.closed IS NULL"
    " AND NOT EXISTS (SELECT 1 FROM suspension x WHERE x.user_id = o.id)"
)


def change(user_id: int, role: Role, by: int | None = None) -> None:
    """Give somebody another role. With one that lets them do less, what they let others
    do by links ends; and of readers, no post becomes public any more.

    :param by: the id of who does, or ``None`` on the command line
    :raise LastOwner: if it is the only owner's, and another one
    """
    with transaction() as db:
        if role != Role.OWNER:
            keep_an_owner(user_id)

        if is_less(role, find_role(user_id)):
            db.execute(
                "DELETE FROM one_time_link WHERE made_by = ?"
                " AND (used IS NULL OR post_id IS NOT NULL)",
                (user_id,),
            )

        db.execute('UPDATE "user" SET role = ? WHERE id = ?', (role, user_id))

        if not may(role, "post.create"):
            drafts.hold_back(user_id)

        moderation.log("person.role", by, person_id=user_id, reason=role)


def keep_an_owner(user_id: int) -> None:
    """Make sure, in the transaction of the caller, that there is an owner beside
    somebody, or that this is none.

    :raise LastOwner: otherwise
    """
    owners = get_db().execute(
        f'SELECT id FROM "user" o WHERE {OWNS} ORDER BY id = ? LIMIT 1', (user_id,)
    )

    # Whoever is another one comes first.
    if [row["id"] for row in owners] == [user_id]:
        raise LastOwner


def find_role(user_id: int) -> Role:
    """The role that somebody has now."""
    row = (
        get_db()
        .execute(
            'SELECT CAST(role AS TEXT) AS role FROM "user" WHERE id = ?', (user_id,)
        )
        .fetchone()
    )
    return read(row["role"]) if row else Role.READER


def has_owner() -> bool:
    """Whether the blog has an owner."""
    owner = get_db().execute(f'SELECT 1 FROM "user" o WHERE {OWNS} LIMIT 1')
    return owner.fetchone() is not None


def find_people(after: int, limit: int, is_newest: bool = False) -> list[Row]:
    """Whose accounts are not closed, in the order of their ids, from the one after
    another: ``id``, names, ``role``, when they ``joined``, ``posts`` and ``comments``
    that the public sees, whether they ``wait`` to be let in, since when they are
    ``suspended`` and the ``reason``, and ``last_seen``, if they are logged in.

    :param is_newest: whether the order is the other one
    """
    compare, order = ("<", "DESC") if is_newest else (">", "ASC")
    return (
        get_db()
        .execute(
            f"SELECT u.id, {people.columns('u')}, CAST(u.role AS TEXT) AS role,"
            " CAST(u.joined AS TEXT) AS joined,"
            f" {moderation.WRITTEN},"
            f" {applications.WAITS} AS wait,"
            " (SELECT CAST(suspended AS TEXT) FROM suspension x"
            " WHERE x.user_id = u.id) AS suspended,"
            " (SELECT CAST(reason AS TEXT) FROM suspension x"
            " WHERE x.user_id = u.id) AS reason,"
            " (SELECT CAST(max(last_seen) AS TEXT) FROM session s"
            " WHERE s.user_id = u.id) AS last_seen"
            f' FROM "user" u {people.join("u")}'
            f" WHERE u.closed IS NULL AND u.id {compare} ? ORDER BY u.id {order}"
            " LIMIT ?",
            (after, limit),
        )
        .fetchall()
    )

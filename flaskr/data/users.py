"""Users, and closing an account."""

import typing as t

from flask_babel import gettext as _

from ..db import Connection
from ..db import get_db
from ..db import IntegrityError
from ..db import Row
from ..db import transaction
from ..text.names import is_visible
from ..text.names import MAX_LENGTH
from ..text.names import name_key
from . import bin
from . import bin_moves
from . import cleanup_rows
from . import comments
from . import drafts
from . import former_names
from . import name_skeletons
from . import notice_feeds
from . import people
from . import posts
from . import roles
from . import times


def find_name_problem(name: str) -> str | None:
    """Why a clean name can't be taken, as a sentence; ``None`` if it can."""
    if not name:
        return _("Username is required.")
    elif len(name) > MAX_LENGTH:
        return _(
            "The username has %(length)d characters. Shorten it to %(most)d at most.",
            most=MAX_LENGTH,
            length=len(name),
        )
    elif not all(c == " " or is_visible(c) for c in name):
        return _(
            "Usernames can’t contain invisible or text-direction characters. Remove"
            " them."
        )
    else:
        return None


def find(name: str, include_closed: bool = False) -> Row | None:
    """The user of a name as somebody typed it, whatever its case; of a former one, who
    had it.

    :param include_closed: an account that is closed keeps its name while it has posts,
        in the bin, too
    """
    found = find_where(
        "(username = ? OR u.name_key = ?) AND (closed IS NULL OR ?)"
        # In the tutorial, Alice and alice could be two people.
        " ORDER BY username = ? DESC LIMIT 1",
        (name, name_key(name), include_closed, name),
    )

    if found is None and (user_id := former_names.find_user_id(name)):
        return find_where(
            "u.id = ? AND (closed IS NULL OR ?)", (user_id, include_closed)
        )

    return found


def find_where(condition: str, parameters: tuple[object, ...]) -> Row | None:
    """The user for whom a condition holds."""
    row: Row | None = (
        get_db()
        .execute(
            f"SELECT u.id, {people.columns('u')},"
            " CAST(password AS TEXT) AS password, CAST(about AS TEXT) AS about,"
            " CAST(closed AS TEXT) AS closed"
            f' FROM "user" u {people.join("u")} WHERE {condition}',
            parameters,
        )
        .fetchone()
    )
    return row


def find_names(names: t.Collection[str]) -> set[str]:
    """Those of some names, as somebody typed them, that have a page: of all accounts
    but those that are closed and left nothing."""
    marks = ", ".join("?" * len(names))
    keys = {name: name_key(name) for name in names}
    rows = get_db().execute(
        "SELECT CAST(u.username AS TEXT) AS username,"
        ' CAST(u.name_key AS TEXT) AS name_key FROM "user" u'
        f" WHERE (username IN ({marks}) OR u.name_key IN ({marks}))"
        " AND (closed IS NULL"
        " OR EXISTS (SELECT 1 FROM post WHERE author_id = u.id)"
        " OR EXISTS (SELECT 1 FROM comment WHERE author_id = u.id))",
        (*names, *keys.values()),
    )
    found = {name for row in rows for name in (row["username"], row["name_key"])}
    return {name for name, key in keys.items() if {name, key} & found}


def find_username(db: Connection, user_id: int) -> str:
    """The username of somebody; empty if there is nobody."""
    row = db.execute(
        'SELECT CAST(username AS TEXT) AS username FROM "user" WHERE id = ?',
        (user_id,),
    ).fetchone()
    return str(row["username"]) if row else ""


def has_written(user_id: int) -> bool:
    """Whether there is a post or a comment by somebody that is not in the bin."""
    written = get_db().execute(
        "SELECT 1 FROM post WHERE author_id = ?"
        " UNION ALL SELECT 1 FROM comment WHERE author_id = ?",
        (user_id, user_id),
    )
    return written.fetchone() is not None


def find_shown(name: str) -> Row | None:
    """The ``id`` of whom readers know by a name, whatever its case: the username, or
    the name that is shown."""
    row: Row | None = (
        get_db()
        .execute(
            "SELECT user_id AS id FROM profile WHERE name_key = ?", (name_key(name),)
        )
        .fetchone()
    )
    return find(name, include_closed=True) or row


def find_authors(names: t.Collection[str], keys: t.Collection[str]) -> list[Row]:
    """The users who have, or had, one of some names, or of some keys of names, and
    posts that lists have; by the name that they show, too."""
    digests = sorted({former_names.hash_name(name) for name in names})
    some_names, some_keys, some_digests = (
        ", ".join("?" * len(some)) for some in (names, keys, digests)
    )
    return (
        get_db()
        .execute(
            f'SELECT a.id, {people.columns("a")} FROM "user" a {people.join("a")}'
            f" WHERE (username IN ({some_names}) OR a.name_key IN ({some_keys})"
            " OR a.id IN"
            f" (SELECT user_id FROM profile WHERE name_key IN ({some_keys}))"
            " OR a.id IN"
            f" (SELECT user_id FROM former_name WHERE digest IN ({some_digests})))"
            f" AND EXISTS (SELECT 1 FROM {posts.LISTED} WHERE p.author_id = a.id)"
            " ORDER BY a.id",
            (*names, *keys, *keys, *digests),
        )
        .fetchall()
    )


def find_taken(name: str, user_id: int | None = None) -> str | None:
    """The name that somebody has, or had, who keeps others from taking a clean one: the
    same, or one that looks like it.

    :param user_id: who wants it, and may be the one who has it
    """
    if former_names.is_taken(name, user_id):
        return name

    same = find(name, include_closed=True)

    if same and same["id"] != user_id:
        return name

    return name_skeletons.find_lookalike(name, user_id)


def describe_taken(name: str, user_id: int | None = None) -> str:
    """Why a name can't be registered that somebody has, or one that looks like it; as
    :func:`find_taken`."""
    taken = find_taken(name, user_id) or name

    if name_key(taken) == name_key(name):
        return _("User %(name)s is already registered.", name=name)

    return _(
        "“%(name)s” looks too much like “%(taken)s”, which is taken. Choose another"
        " name.",
        name=name,
        taken=taken,
    )


def create(name: str, password_hash: str, role: roles.Role = roles.Role.AUTHOR) -> bool:
    """Add a user of a clean name; ``False`` if the name is taken."""
    try:
        with transaction() as db:
            # Nobody else writes meanwhile, in no process.
            if former_names.is_taken(name) or name_skeletons.find_lookalike(name):
                return False

            added = db.execute(
                'INSERT INTO "user" (username, name_key, password, role, joined)'
                " VALUES (?, ?, ?, ?, ?) RETURNING id",
                (name, name_key(name), password_hash, role, times.now()),
            ).fetchone()

            name_skeletons.update_one(added["id"])
    except IntegrityError:
        return False

    return True


# Nobody else has changed the password meanwhile.
REPLACE_HASH = 'UPDATE "user" SET password = ? WHERE id = ? AND password = ?'


def replace_hash(user_id: int, old_hash: str, new_hash: str) -> None:
    """Store the same password hashed anew, unless it was changed meanwhile."""
    with transaction(is_aside=True) as db:
        db.execute(REPLACE_HASH, (new_hash, user_id, old_hash))


def change_password(user_id: int, old_hash: str, new_hash: str) -> bool:
    """Store a new password and end what the old one began;
    ``False`` if it was changed meanwhile."""
    with transaction() as db:
        changed = db.execute(REPLACE_HASH, (new_hash, user_id, old_hash))

        if changed.rowcount == 1:
            end_ways_in(user_id)

    return changed.rowcount == 1


def end_ways_in(user_id: int) -> None:
    """End what an older password began, in the transaction of the caller: sessions, and
    the address at which notices are read without one."""
    get_db().execute("DELETE FROM session WHERE user_id = ?", (user_id,))
    notice_feeds.remove(user_id)
    cleanup_rows.forget_feed(user_id)


def set_password(user_id: int, new_hash: str) -> None:
    """Store a new password, whatever the old one was, and end what that began."""
    with transaction() as db:
        db.execute(
            'UPDATE "user" SET password = ? WHERE id = ? AND closed IS NULL',
            (new_hash, user_id),
        )
        end_ways_in(user_id)


def close(user_id: int, delete_posts: bool) -> None:
    """Close an account for good, with all posts and comments or without; what else
    goes with it, the tables say. Its name is free again unless a post or a comment
    keeps it, and then with the last of them. The posts go to the bin.

    :raise LastOwner: if it is the only owner's
    """
    closed = times.now()

    with transaction() as db:
        roles.keep_an_owner(user_id)

        if delete_posts:
            comments.remove_all_by(user_id)
            bin.remove_comments_by(user_id)
            bin_moves.put_all_by(user_id, closed)

        drafts.hold_back(user_id)
        # First, since what it shows counts as used.
        db.execute(
            "UPDATE \"user\" SET password = '', about = '' WHERE id = ?", (user_id,)
        )
        db.execute('UPDATE "user" SET closed = ? WHERE id = ?', (closed, user_id))
        name_skeletons.update_one(user_id)

"""Users, and closing an account."""

import typing as t

from flask_babel import gettext as _

from ..db import get_db
from ..db import IntegrityError
from ..db import Row
from ..db import transaction
from ..text.names import is_visible
from ..text.names import MAX_LENGTH
from ..text.names import name_key
from . import bin
from . import bin_moves
from . import comments
from . import name_skeletons
from . import people
from . import posts
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
    """The user of a name as somebody typed it, whatever its case.

    :param include_closed: an account that is closed keeps its name while it has posts,
        in the bin, too
    """
    row: Row | None = (
        get_db()
        .execute(
            f"SELECT u.id, {people.columns('u')},"
            " CAST(password AS TEXT) AS password, CAST(about AS TEXT) AS about,"
            " CAST(closed AS TEXT) AS closed"
            f' FROM "user" u {people.join("u")}'
            " WHERE (username = ? OR u.name_key = ?) AND (closed IS NULL OR ?)"
            # In the tutorial, Alice and alice could be two people.
            " ORDER BY username = ? DESC LIMIT 1",
            (name, name_key(name), include_closed, name),
        )
        .fetchone()
    )
    return row


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
    """The users who have one of some names, or of some keys of names, and posts that
    the public sees; by the name that they show, too."""
    some_names, some_keys = (", ".join("?" * len(some)) for some in (names, keys))
    return (
        get_db()
        .execute(
            f'SELECT a.id, {people.columns("a")} FROM "user" a {people.join("a")}'
            f" WHERE (username IN ({some_names}) OR a.name_key IN ({some_keys})"
            " OR a.id IN"
            f" (SELECT user_id FROM profile WHERE name_key IN ({some_keys})))"
            f" AND EXISTS (SELECT 1 FROM {posts.PUBLIC} WHERE p.author_id = a.id)"
            " ORDER BY a.id",
            (*names, *keys, *keys),
        )
        .fetchall()
    )


def find_taken(name: str) -> str | None:
    """The name that somebody has who keeps others from taking a clean one: the same, or
    one that looks like it."""
    same = find(name, include_closed=True)
    return same["username"] if same else name_skeletons.find_lookalike(name)


def describe_taken(name: str) -> str:
    """Why a name can't be registered that somebody has, or one that looks like it."""
    taken = find_taken(name) or name

    if name_key(taken) == name_key(name):
        return _("User %(name)s is already registered.", name=name)

    return _(
        "“%(name)s” looks too much like “%(taken)s”, which is taken. Choose another"
        " name.",
        name=name,
        taken=taken,
    )


def create(name: str, password_hash: str) -> bool:
    """Add a user of a clean name; ``False`` if the name is taken."""
    try:
        with transaction() as db:
            # Nobody else writes meanwhile, in no process.
            if name_skeletons.find_lookalike(name):
                return False

            added = db.execute(
                'INSERT INTO "user" (username, name_key, password) VALUES (?, ?, ?)'
                " RETURNING id",
                (name, name_key(name), password_hash),
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
    """Store a new password and end every session that the old one began;
    ``False`` if it was changed meanwhile."""
    with transaction() as db:
        changed = db.execute(REPLACE_HASH, (new_hash, user_id, old_hash))

        if changed.rowcount == 1:
            db.execute("DELETE FROM session WHERE user_id = ?", (user_id,))

    return changed.rowcount == 1


def close(user_id: int, delete_posts: bool) -> None:
    """Close an account for good, with all posts and comments or without; what else
    goes with it, the tables say. Its name is free again unless a post or a comment
    keeps it, and then with the last of them. The posts go to the bin."""
    closed = times.now()

    with transaction() as db:
        if delete_posts:
            comments.remove_all_by(user_id)
            bin.remove_comments_by(user_id)
            bin_moves.put_all_by(user_id, closed)

        # First, since what it shows counts as used.
        db.execute(
            "UPDATE \"user\" SET password = '', about = '' WHERE id = ?", (user_id,)
        )
        db.execute('UPDATE "user" SET closed = ? WHERE id = ?', (closed, user_id))
        name_skeletons.update_one(user_id)

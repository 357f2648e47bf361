"""Users, and closing an account."""

import typing as t

from flask_babel import gettext as _

from ..db import get_db
from ..db import IntegrityError
from ..db import Row
from ..db import transaction
from ..text.lines import clean_lines
from ..text.names import is_visible
from ..text.names import MAX_LENGTH
from ..text.names import name_key
from . import comments
from . import name_skeletons
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


MAX_ABOUT = 1000  # characters


def find(name: str, include_closed: bool = False) -> Row | None:
    """The user of a name as somebody typed it, whatever its case.

    :param include_closed: an account that is closed keeps its name while it has posts
    """
    row: Row | None = (
        get_db()
        .execute(
            "SELECT id, CAST(username AS TEXT) AS username,"
            " CAST(password AS TEXT) AS password, CAST(about AS TEXT) AS about"
            ' FROM "user"'
            " WHERE (username = ? OR name_key = ?) AND (closed IS NULL OR ?)"
            # In the tutorial, Alice and alice could be two people.
            " ORDER BY username = ? DESC LIMIT 1",
            (name, name_key(name), include_closed, name),
        )
        .fetchone()
    )
    return row


def find_authors(names: t.Collection[str]) -> list[Row]:
    """The users of names, whatever their case, who have posts that the public sees."""
    marks = ", ".join("?" * len(names))
    return (
        get_db()
        .execute(
            'SELECT id, CAST(username AS TEXT) AS username FROM "user" a'
            f" WHERE (username IN ({marks}) OR name_key IN ({marks}))"
            f" AND EXISTS (SELECT 1 FROM {posts.PUBLIC} WHERE p.author_id = a.id)"
            " ORDER BY id",
            (*names, *map(name_key, names)),
        )
        .fetchall()
    )


def clean_about(text: str) -> str:
    """What a person says of themselves, as it is stored."""
    return clean_lines(text).strip()


def find_about_problem(text: str) -> str | None:
    """Why it can't be saved, as a sentence."""
    if len(text) > MAX_ABOUT:
        return _(
            "This has %(number)d characters. Shorten it to %(most)d at most.",
            most=MAX_ABOUT,
            number=len(text),
        )

    return None


def set_about(user_id: int, text: str) -> bool:
    """Save what a person says of themselves; ``False`` if the account is closed."""
    with transaction() as db:
        saved = db.execute(
            'UPDATE "user" SET about = ? WHERE id = ? AND closed IS NULL',
            (text, user_id),
        )

    return saved.rowcount == 1


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

            name_skeletons.add(name_skeletons.make_rows(added["id"], name))
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
    keeps it, and then with the last of them."""
    with transaction() as db:
        if delete_posts:
            comments.remove_all_by(user_id)
            db.execute("DELETE FROM post WHERE author_id = ?", (user_id,))

        # First, since what it shows counts as used.
        db.execute(
            "UPDATE \"user\" SET password = '', about = '' WHERE id = ?", (user_id,)
        )
        db.execute('UPDATE "user" SET closed = ? WHERE id = ?', (times.now(), user_id))

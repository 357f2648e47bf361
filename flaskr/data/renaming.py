"""Giving somebody another name to log in with: the old one leads to it."""

from flask_babel import gettext as _

from ..db import get_db
from ..db import IntegrityError
from ..db import Row
from ..db import transaction
from ..text.names import name_key
from . import former_names
from . import name_skeletons
from . import users


class NotRenamed(Exception):
    """Its string is a sentence for the person."""


def find_problem(user: Row, name: str) -> str | None:
    """Why somebody can't have a clean name instead, as a sentence."""
    if problem := users.find_name_problem(name):
        return problem
    elif name == user["username"]:
        return _("That is your username already.")
    elif users.find_taken(name, user["id"]):
        return users.describe_taken(name, user["id"])
    elif has_enough(user, name):
        return _(
            "You have had %(most)d other usernames, which is as many as are kept. Take"
            " one of them back.",
            most=former_names.MAX_NAMES,
        )
    else:
        return None


def has_enough(user: Row, name: str) -> bool:
    """Whether somebody has had as many names as one person may have, and this is a new
    one."""
    had = {name_key(row["name"]) for row in former_names.find_all(user["id"])}
    return name_key(name) not in had | {name_key(user["username"])} and (
        len(had) >= former_names.MAX_NAMES
    )


def rename(user_id: int, name: str, forgets: bool = False) -> None:
    """Give somebody whose account is open a clean name.

    :param forgets: whether the old name leads nowhere from now on
    :raise NotRenamed: if that can't be, or not any more
    """
    try:
        with transaction() as db:
            # Nobody else writes meanwhile, in no process.
            user = find_open(user_id)

            if problem := find_problem(user, name):
                raise NotRenamed(problem)

            db.execute(
                'UPDATE "user" SET username = ?, name_key = ? WHERE id = ?',
                (name, name_key(name), user_id),
            )
            former_names.take_back(name, user_id)

            if name_key(name) != name_key(user["username"]):
                former_names.add(user["username"], user_id)

            if forgets:
                former_names.forget(user["username"], user_id)

            name_skeletons.update_one(user_id)
    except IntegrityError as e:
        # A row of another program, of which the key does not say its name. The database
        # may answer no more questions in a transaction of the caller.
        raise NotRenamed(_("User %(name)s is already registered.", name=name)) from e


def find_open(user_id: int) -> Row:
    """The ``id`` and the ``username`` of somebody.

    :raise NotRenamed: if the account is closed
    """
    row: Row | None = (
        get_db()
        .execute(
            'SELECT id, CAST(username AS TEXT) AS username FROM "user"'
            " WHERE id = ? AND closed IS NULL",
            (user_id,),
        )
        .fetchone()
    )

    if row is None:
        raise NotRenamed(_("This account was closed in another browser."))

    return row

"""What people show of themselves: a name, a text, links and a picture."""

import typing as t

from flask_babel import gettext as _

from ..db import get_db
from ..db import Row
from ..db import transaction
from ..imaging.process import ProcessedImage
from ..text import names
from ..text import profile_links
from ..text.lines import clean_lines
from . import name_skeletons
from . import pictures
from . import users
from .opened import refuse_changed

MAX_NAME = 50  # characters
MAX_ABOUT = 1000  # characters
MAX_LINKS = 5
MAX_URL = 300  # characters
MAX_LABEL = 50  # characters


class Profile(t.NamedTuple):
    """What somebody typed, as it is stored; the links as lines."""

    display_name: str
    about: str
    links: str


class NameTaken(Exception):
    """Its string is a sentence for the person: that somebody was first, in a name that
    looks the same."""


def clean(display_name: str, about: str, links: str) -> Profile:
    """What somebody typed, as it is stored."""
    return Profile(
        names.clean(display_name),
        clean_lines(about).strip(),
        clean_lines(links).strip(),
    )


def read(user: Row) -> Profile:
    """The profile of a user of :func:`.users.find`."""
    name = user["display_name"] if user["display_name"] != user["username"] else ""
    return Profile(name, user["about"], profile_links.format_links(find_links(user)))


def find_links(user: Row) -> list[profile_links.Link]:
    """The links of a user, in their order."""
    rows = get_db().execute(
        "SELECT CAST(url AS TEXT) AS url, CAST(label AS TEXT) AS label"
        " FROM profile_link WHERE user_id = ? ORDER BY position LIMIT ?",
        (user["id"], MAX_LINKS),
    )
    return [profile_links.Link(row["url"], row["label"]) for row in rows]


def read_words(user_id: int) -> str:
    """What somebody whom there is says of themselves, with the links, as one text."""
    user = (
        get_db()
        .execute(
            "SELECT id, coalesce(CAST(about AS TEXT), '') AS about"
            ' FROM "user" WHERE id = ?',
            (user_id,),
        )
        .fetchone()
    )
    return join_words(user["about"], profile_links.format_links(find_links(user)))


def join_words(about: str, links: str) -> str:
    """The parts of a profile as :func:`read_words` has them."""
    return "\n".join(part for part in (about, links) if part)


def find_problems(user: Row, profile: Profile) -> dict[str, str]:
    """Why a clean profile can't be saved: a sentence by the name of each field."""
    problems = {
        "display_name": find_name_problem(user, profile.display_name),
        "about": find_about_problem(profile.about),
        "links": find_links_problem(profile_links.parse(profile.links)),
    }
    return {field: problem for field, problem in problems.items() if problem}


def find_name_problem(user: Row, name: str) -> str | None:
    """Why a user can't show a clean name, as a sentence."""
    if len(name) > MAX_NAME:
        return _(
            "This name has %(number)d characters. Shorten it to %(most)d at most.",
            most=MAX_NAME,
            number=len(name),
        )
    elif not all(c == " " or names.is_visible(c) for c in name):
        return _(
            "Names can’t contain invisible or text-direction characters. Remove them."
        )
    elif name and (taken := name_skeletons.find_other(name, user["id"])):
        return _(
            "Readers could mistake you for “%(taken)s”, who also writes here. Choose"
            " another name.",
            taken=taken,
        )
    else:
        return None


def find_about_problem(text: str) -> str | None:
    """Why a text can't be saved, as a sentence."""
    if len(text) > MAX_ABOUT:
        return _(
            "This has %(number)d characters. Shorten it to %(most)d at most.",
            most=MAX_ABOUT,
            number=len(text),
        )

    return None


def find_links_problem(links: list[profile_links.Link]) -> str | None:
    """Why links can't be saved, as a sentence."""
    if len(links) > MAX_LINKS:
        return _(
            "You have %(number)d links. Keep %(most)d at most.",
            most=MAX_LINKS,
            number=len(links),
        )

    for url, label in links:
        if not profile_links.is_safe(url):
            return _(
                "“%(url)s” isn’t a web address. Start it with https://, like"
                " https://example.org.",
                url=url[:MAX_URL],
            )
        elif len(url) > MAX_URL:
            return _(
                "A link’s address can have up to %(most)d characters. Shorten it.",
                most=MAX_URL,
            )
        elif len(label) > MAX_LABEL:
            return _(
                "“%(label)s” has %(number)d characters. Shorten it to %(most)d at"
                " most.",
                most=MAX_LABEL,
                label=label,
                number=len(label),
            )
        elif not all(c == " " or names.is_visible(c) for c in label):
            return _(
                "“%(label)s” contains invisible characters. Type it again.", label=label
            )

    return None


def save(
    user: Row,
    profile: Profile,
    picture: ProcessedImage | None,
    keeps_picture: bool,
    opened: str | None = None,
) -> bool:
    """Save a clean profile; ``False`` if the account is closed.

    :param picture: the picture from now on, unless theirs is kept
    :param opened: as of :func:`.opened.refuse_changed`
    :raise NameTaken: if somebody has taken the name meanwhile
    :raise Changed:
    """
    id = user["id"]
    name = profile.display_name if profile.display_name != user["username"] else ""

    with transaction() as db:
        if newest := users.find(user["username"]):
            refuse_changed(opened, profile, read(newest))

        saved = db.execute(
            'UPDATE "user" SET about = ? WHERE id = ? AND closed IS NULL',
            (profile.about, id),
        )

        if saved.rowcount == 0:
            return False

        set_name(user, name)
        set_links(id, profile_links.parse(profile.links))

        if not keeps_picture:
            pictures.replace(id, picture)

    return True


def set_name(user: Row, name: str) -> None:
    """Have a name shown for somebody, or none but their own, in the transaction of the
    caller.

    :raise NameTaken: if somebody has taken it meanwhile
    """
    # Nobody else writes meanwhile, in no process.
    if problem := find_name_problem(user, name):
        raise NameTaken(problem)

    get_db().execute(
        "INSERT INTO profile (user_id, display_name, name_key) VALUES (?, ?, ?)"
        " ON CONFLICT (user_id) DO UPDATE SET"
        " display_name = excluded.display_name, name_key = excluded.name_key",
        (user["id"], name or None, names.name_key(name) or None),
    )
    name_skeletons.update_one(user["id"])


def set_links(user_id: int, links: list[profile_links.Link]) -> None:
    """Give somebody who has a profile these links and no others, in the transaction of
    the caller."""
    db = get_db()
    db.execute("DELETE FROM profile_link WHERE user_id = ?", (user_id,))

    for position, link in enumerate(links):
        db.execute(
            "INSERT INTO profile_link (user_id, position, url, label)"
            " VALUES (?, ?, ?, ?)",
            (user_id, position, link.url, link.label),
        )

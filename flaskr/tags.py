import re
import sqlite3

from flask import Blueprint
from flask import render_template
from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import abort

from . import listings
from . import posts
from .db import get_db
from .names import clean
from .names import is_visible
from .names import leads_elsewhere
from .names import name_key
from .permalinks import moved

bp = Blueprint("tags", __name__)

MAX_TAGS = 20
MAX_LENGTH = 50  # characters of one tag

# How many of the tags used last the editor suggests.
SUGGESTIONS = 200


def parse(text: str) -> list[str]:
    """The tags that somebody typed in one field: each once, whatever its case."""
    tags: dict[str, str] = {}

    # The comma that a Chinese keyboard has, too, and what lists words with it.
    for part in re.split("[,，、\r\n]", text):
        name = "/".join(filter(None, clean(part).lstrip("#").strip().split("/")))
        tags.setdefault(name_key(name), name)

    tags.pop("", None)
    return list(tags.values())


def problem_with(tags: list[str]) -> str | None:
    """Why a post can't have these tags, as a sentence."""
    if len(tags) > MAX_TAGS:
        return _(
            "Use at most %(most)d tags; these are %(number)d.",
            most=MAX_TAGS,
            number=len(tags),
        )

    for tag in tags:
        if len(tag) > MAX_LENGTH:
            return _(
                "Use at most %(most)d characters for a tag; “%(tag)s” has %(number)d.",
                most=MAX_LENGTH,
                tag=tag,
                number=len(tag),
            )
        elif not all(c == " " or is_visible(c) for c in tag) or leads_elsewhere(tag):
            return _("“%(tag)s” can’t be a tag.", tag=tag)

    return None


def is_public() -> str:
    """That a tag is on a post which the public sees."""
    return (
        "EXISTS (SELECT 1 FROM post_tag t"
        f" JOIN ({posts.PUBLIC}) ON p.id = t.post_id WHERE t.tag_id = tag.id)"
    )


def find(name: str) -> sqlite3.Row | None:
    """A tag by its name as somebody typed it, whatever its case."""
    row: sqlite3.Row | None = (
        get_db()
        .execute(
            f"SELECT id, key, name FROM tag WHERE key = ? AND {is_public()}",
            (name_key(name),),
        )
        .fetchone()
    )
    return row


def counted() -> list[sqlite3.Row]:
    """Every tag that the public sees, with the number of its ``posts``."""
    return (
        get_db()
        .execute(
            "SELECT CAST(tag.key AS TEXT) AS key, CAST(tag.name AS TEXT) AS name,"
            " count(*) AS posts"
            " FROM tag JOIN post_tag t ON t.tag_id = tag.id"
            f" JOIN ({posts.PUBLIC}) ON p.id = t.post_id"
            " GROUP BY tag.id ORDER BY tag.key"
        )
        .fetchall()
    )


def suggestions() -> list[str]:
    """The names of the tags that were used last."""
    rows = get_db().execute(
        "SELECT CAST(name AS TEXT) AS name FROM tag WHERE id IN"
        " (SELECT tag_id FROM post_tag ORDER BY id DESC LIMIT ?)"
        f" AND {is_public()} ORDER BY key",
        (SUGGESTIONS,),
    )
    return [row["name"] for row in rows]


def get_tag(name: str) -> sqlite3.Row:
    """
    :raise 404: if no post has the tag
    """
    tag = find(name)

    if tag is None:
        abort(404, _("No post has the tag “%(tag)s”.", tag=name))

    return tag


@bp.get("/tags")
def index() -> ResponseReturnValue:
    """Show all tags."""
    return render_template("tags/index.html", tags=counted())


@bp.get("/tag/<path:name>", merge_slashes=False)
def show(name: str) -> ResponseReturnValue:
    """Show the posts with a tag, at its one address."""
    tag = get_tag(name)

    if name != tag["key"]:
        return moved(url_for("tags.show", name=tag["key"]))

    return listings.show("tags/show.html", posts.with_tag(tag["id"]), tag=tag)

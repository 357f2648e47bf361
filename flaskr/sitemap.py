"""What search engines are told: sitemap.xml, robots.txt."""

import sqlite3

from flask import Blueprint
from flask import render_template
from flask import Response
from flask import url_for
from werkzeug.exceptions import abort

from . import posts
from .db import get_db
from .permalinks import absolute

bp = Blueprint("sitemap", __name__)

# Posts in one file. sitemaps.org allows 50,000, which would keep a thread for more
# than a second.
PART = 10_000
LAST_ID = 2**63 - 1


def parts() -> list[int]:
    """The numbers of the parts that have posts, by a jump from each to the next."""
    found = []
    last = 0

    while post_id := next_id(last):
        found.append(-(-post_id // PART))
        last = min(found[-1] * PART, LAST_ID)

    return found


def next_id(after: int) -> int:
    row = (
        get_db()
        .execute(
            f"SELECT p.id FROM {posts.PUBLIC} WHERE p.id > ? ORDER BY p.id LIMIT 1",
            (after,),
        )
        .fetchone()
    )
    return row["id"] if row else 0


def part(number: int) -> list[sqlite3.Row]:
    """The posts of one part: by their numbers, so that a part stays as it is when
    somebody writes."""
    return (
        get_db()
        .execute(
            "SELECT p.id, CAST(title AS TEXT) AS title,"
            " coalesce(p.updated, p.created) AS updated"
            f" FROM {posts.PUBLIC} WHERE p.id > ? AND p.id <= ? ORDER BY p.id",
            tuple(min(n * PART, LAST_ID) for n in (number - 1, number)),
        )
        .fetchall()
    )


# What has nothing for search engines, or only leads elsewhere.
NOTHING_TO_FIND = ("/account/", "/auth/", "/comment/", "/language/", "/search")


@bp.get("/sitemap.xml")
def index() -> Response:
    """The addresses of all posts, or of the parts that have them."""
    numbers = parts()

    if len(numbers) > 1:
        xml = render_template("sitemap/index.xml", numbers=numbers)
        return Response(xml, content_type="application/xml; charset=utf-8")

    return show(numbers[0] if numbers else 1)


@bp.get("/sitemap-<int:number>.xml")
def show(number: int) -> Response:
    """The addresses of some posts."""
    found = part(number)

    if not found and number != 1:
        abort(404)

    # The first has the address of the blog, too.
    is_first = number == 1 or [number] == parts()
    xml = render_template("sitemap/part.xml", is_first=is_first, part=found)
    return Response(xml, content_type="application/xml; charset=utf-8")


@bp.get("/robots.txt")
def robots() -> Response:
    """Keep robots from what has nothing to find, and show them the rest."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in NOTHING_TO_FIND),
        f"Sitemap: {absolute(url_for('sitemap.index'))}",
    ]
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")

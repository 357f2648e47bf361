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


def last_id() -> int:
    row = (
        get_db()
        .execute(f"SELECT p.id FROM {posts.PUBLIC} ORDER BY p.id DESC LIMIT 1")
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
            ((number - 1) * PART, number * PART),
        )
        .fetchall()
    )


NOTHING_TO_FIND = ("/account/", "/auth/", "/language/", "/search")


@bp.get("/sitemap.xml")
def index() -> Response:
    """The addresses of all posts, or of the parts that have them."""
    parts = parts_of(last_id())

    if parts > 1:
        xml = render_template("sitemap/index.xml", parts=parts)
        return Response(xml, content_type="application/xml; charset=utf-8")

    return show(1)


@bp.get("/sitemap-<int:number>.xml")
def show(number: int) -> Response:
    """The addresses of some posts."""
    if not 1 <= number <= parts_of(last_id()):
        abort(404)

    xml = render_template("sitemap/part.xml", number=number, part=part(number))
    return Response(xml, content_type="application/xml; charset=utf-8")


def parts_of(last_id: int) -> int:
    return max(1, -(-last_id // PART))


@bp.get("/robots.txt")
def robots() -> Response:
    """Keep robots from what has nothing to find, and show them the rest."""
    lines = [
        "User-agent: *",
        *(
            f"Disallow: {path}"
            for path in ("/auth/", "/account/", "/language/", "/search")
        ),
        f"Sitemap: {absolute(url_for('sitemap.index'))}",
    ]
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")

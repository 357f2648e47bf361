"""What search engines are told: sitemap.xml, robots.txt."""

from flask import Blueprint
from flask import render_template
from flask import Response
from flask import url_for
from werkzeug.exceptions import abort

from ..data.sitemap import find_part
from ..data.sitemap import find_parts
from ..web.features import find_paths_to_skip
from ..web.features import for_everybody
from ..web.features import needs_no_database
from ..web.urls import absolute
from ..web.urls import find_root

bp = Blueprint("sitemap", __name__)


@bp.get("/sitemap.xml")
@for_everybody
def index() -> Response:
    """The addresses of all posts, or of the parts that have them."""
    numbers = find_parts()

    if len(numbers) > 1:
        xml = render_template("sitemap/index.xml", numbers=numbers)
        return Response(xml, content_type="application/xml; charset=utf-8")

    return show(numbers[0] if numbers else 1)


@bp.get("/sitemap-<int:number>.xml")
@for_everybody
def show(number: int) -> Response:
    """The addresses of some posts."""
    found = find_part(number)

    if not found and number != 1:
        abort(404)

    # The first has the address of the blog, too.
    is_first = number == 1 or [number] == find_parts()
    xml = render_template("sitemap/part.xml", is_first=is_first, part=found)
    return Response(xml, content_type="application/xml; charset=utf-8")


@bp.get("/robots.txt")
@for_everybody
@needs_no_database
def robots() -> Response:
    """Keep robots from what has nothing to find, and show them the rest."""
    root = find_root()
    lines = [
        "User-agent: *",
        *(f"Disallow: {root}{path}" for path in find_paths_to_skip()),
        f"Sitemap: {absolute(url_for('sitemap.index'))}",
    ]
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")

"""The addresses of posts, people and tags."""

import re
from urllib.parse import quote
from urllib.parse import unquote
from urllib.parse import urljoin

from flask import current_app
from flask import Flask
from flask import redirect
from flask import request
from flask import url_for
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter
from werkzeug.routing import IntegerConverter
from werkzeug.routing import Map
from werkzeug.wrappers import Response

from ..text.slugs import MAX_TITLE
from ..text.slugs import slug as slug


def find_root() -> str:
    """The path below which the blog is, as URLs have it; empty at the root of its
    host."""
    return quote(request.script_root)


def find_path() -> str:
    """The path of this request, from the root of the host."""
    return request.script_root + request.path


def is_page(path: str) -> bool:
    """Whether a path, from the root of the host, is that of a page here, and leads
    nowhere else."""
    root = request.script_root

    # "//tag/x" is a path here, and a host to a browser.
    if not path.startswith(f"{root}/") or path.startswith("//"):
        return False

    try:
        current_app.url_map.bind("").match(path.removeprefix(root), "GET")
    except HTTPException:
        # Not found, not to be read, or only after a redirect.
        return False

    return True


def find_without_slash() -> str | None:
    """The address of the page that was asked for with a slash too many, if it is
    one."""
    path = find_path()
    page = path.rstrip("/")

    if request.method in ("GET", "HEAD") and path != page and is_page(page):
        return quote(page)

    return None


class RowId(IntegerConverter):
    """The numbers in addresses; what no row can have as its id matches nothing."""

    # Not the digits of all scripts: each page has one address.
    regex = "[0-9]+"

    def __init__(self, map: Map, fixed_digits: int = 0) -> None:
        super().__init__(map, fixed_digits, max=2**63 - 1)


# What a browser or a proxy would take out of a path between slashes (RFC 3986, section
# 5.2.4), and what is another page.
NO_SEGMENT = re.compile(r"(^|/)(\.{0,2}|feed\.\w+)(/|\Z)")


class Name(BaseConverter):
    """The name of a person or a tag, whatever is in it. A slash stays one, as in
    ``/tag/tcp/ip``, where that leads to the page; else it is ``~1``, as in JSON Pointer
    (RFC 6901), and ``~`` is ``~0`` where it would be read so."""

    regex = "(?s:.+?)"
    part_isolating = False
    # That of Werkzeug's own for paths.
    weight = 200

    def to_python(self, value: str) -> str:
        """The name in a path."""
        return re.sub("~([012])", lambda escape: "~/."[int(escape[1])], value)

    def to_url(self, value: str) -> str:
        """The part of a path that leads to a name."""
        escaped = re.sub("~(?=[012])", "~0", value)

        if NO_SEGMENT.search(value):
            escaped = escaped.replace("/", "~1")

        if escaped in (".", ".."):
            escaped = escaped.replace(".", "~2")

        return super().to_url(escaped)


def permalink(post_id: int, title: str) -> str:
    """The path of a post: its number finds it, and the rest follows the title."""
    if words := slug(title[:MAX_TITLE]):
        return url_for("blog.show", id=post_id, slug=words)

    return url_for("blog.show", id=post_id)


def is_here(path: str) -> bool:
    """Whether a path, as URLs have it, is that of this request."""
    return unquote(path) == find_path()


def redirect_permanently(path: str) -> Response:
    """Lead to a page's one address for good, with the query that was asked."""
    query = request.query_string.decode("latin-1")
    return redirect(f"{path}?{query}" if query else path, 301)


def absolute(path: str) -> str:
    """The address of a path for what leaves the blog."""
    site: str | None = current_app.config["SITE_URL"]

    if site:
        # Its path, if it has one, begins this one.
        return urljoin(site, path)

    # As it was sent, once web/hosts.py has looked at it: an IRI is no URL.
    host = request.environ.get("HTTP_HOST") or request.host
    return f"{request.scheme}://{host}{path}"


def init_app(app: Flask) -> None:
    """Let templates write addresses."""
    app.url_map.converters["int"] = RowId
    app.url_map.converters["name"] = Name
    app.add_template_global(permalink)
    app.add_template_filter(absolute)

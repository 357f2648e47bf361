"""Where the links in a text lead, within this blog."""

import typing as t
from itertools import islice
from urllib.parse import SplitResult
from urllib.parse import unquote
from urllib.parse import urljoin
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from flask import current_app
from flask import request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from ..data.linked_posts import find_public_texts
from ..text.checks import find_links
from ..text.checks import find_places
from ..text.checks import Kind
from ..text.checks import Problem
from ..text.lines import FORBIDDEN
from ..text.links import match_own_image
from ..text.markdown import read
from .features import find_linked
from .features import Linked
from .urls import absolute
from .urls import find_root

# Different URLs of a text that lead here; more are not looked at.
MAX_URLS = 200

POST = "/<int:id>"
IMAGE = "/image/<name>"
KINDS: dict[str, Kind] = {POST: "post", IMAGE: "image"}
PORTS = {"http": 80, "https": 443}


Host = tuple[str, int | None]


class Here(t.NamedTuple):
    """Where the URLs in a text begin, and under which hosts and ports this blog is."""

    base: str
    hosts: set[Host]


class Target(t.NamedTuple):
    """A page of this blog that a URL leads to: how that is checked, ``None`` if there
    is no such page; its key; and the fragment."""

    linked: Linked | None
    key: t.Any
    fragment: str


def find_dead_links(tree: Element) -> list[Problem]:
    """The links in a text to what readers do not find in this blog, and the images that
    are not there.

    :param tree: with lines, and as it was read
    """
    links = list(find_links(tree, with_images=True))
    urls = dict.fromkeys(link.url for link in links if not link.url.startswith("#"))
    here = find_here()
    found = ((url, find_target(url, here)) for url in urls)
    targets = dict(islice(((url, to) for url, to in found if to), MAX_URLS))
    dead = find_dead(targets)
    dead |= find_dead_places(
        {url: target for url, target in targets.items() if url not in dead}, tree
    )
    return [
        Problem("image" if is_image else dead[url], line, url)
        for line, url, is_image in links
        if url in dead
    ]


def find_dead(targets: dict[str, Target]) -> dict[str, Kind]:
    """Of what kind those of some URLs are whose page readers do not find: with a query
    for each kind of page."""
    keys: dict[Linked, dict[t.Any, None]] = {}

    for target in targets.values():
        if target.linked:
            keys.setdefault(target.linked, {})[target.key] = None

    found = {linked: set(linked.find(list(some))) for linked, some in keys.items()}
    return {
        url: KINDS.get(linked.beginning, "page") if linked else "page"
        for url, (linked, key, _fragment) in targets.items()
        if linked is None or key not in found[linked]
    }


def find_dead_places(targets: dict[str, Target], tree: Element) -> dict[str, Kind]:
    """Those of some URLs that lead to a place in another post that is not there.

    :param tree: of the text with the links: it may be that post, and newer
    """
    whole = {
        url: target
        for url, target in targets.items()
        if target.fragment and target.linked and target.linked.beginning == POST
    }

    if not whole:
        return {}

    ids = {target.key for target in whole.values()}
    here = find_places(tree)
    places = {id: find_places(read(body)) for id, body in find_public_texts(ids)}
    return {
        url: "place"
        for url, (_linked, id, fragment) in whole.items()
        if id in places and not (places[id].has(fragment) or here.has(fragment))
    }


def find_here() -> Here:
    """The base of the URLs in posts, beside which the posts are, and the hosts."""
    # A post links to itself with a fragment.
    base = absolute(f"{find_root()}/post")
    return Here(base, {find_host(urlsplit(url)) for url in (base, request.url)})


def find_target(url: str, here: Here) -> Target | None:
    """What a URL in a post leads to within this blog, if it does."""
    if own_image := match_own_image(url):
        # As it is below any root.
        url = f"{find_root()}{own_image[0]}"

    try:
        parts = urlsplit(urljoin(here.base, url))
        is_here = find_host(parts) in here.hosts
    except ValueError:
        # No host or port is so.
        return None

    path = unquote(parts.path) or "/"
    root = request.script_root

    if not is_here or not f"{path}/".startswith(f"{root}/"):
        return None

    return match(path.removeprefix(root), unquote(parts.fragment))


def find_host(parts: SplitResult) -> Host:
    """The host of a URL, as DNS has it, and the port, unless that is its
    scheme's.

    :raise ValueError: if there are none such
    """
    host = unquote(parts.hostname or "")
    name = host if host.isascii() else host.encode("idna").decode()
    is_default = parts.port == PORTS.get(parts.scheme)
    return name, None if is_default else parts.port


def match(path: str, fragment: str) -> Target | None:
    """The page at a path below the root, if it may be none."""
    if FORBIDDEN.search(path):
        return Target(None, None, "")

    try:
        # With a slash too many, it leads to the one without.
        rule, values = current_app.url_map.bind("").match(
            path.rstrip("/") or "/", "GET", return_rule=True
        )
    except RequestRedirect:
        return None
    except HTTPException:
        return Target(None, None, "")

    linked = find_linked(rule.rule)
    keys = tuple(values.get(name) for name in linked.names) if linked else ()
    return linked and Target(linked, keys[0] if len(keys) == 1 else keys, fragment)

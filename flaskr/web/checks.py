"""What a writer may want to look at before a post is published, in sentences."""

import typing as t
from urllib.parse import urljoin
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from flask import request
from flask_babel import gettext as _

from ..data.linked_posts import find_public_ids
from ..data.linked_posts import MAX_IDS
from ..text.checks import find_links
from ..text.checks import find_post_id
from ..text.checks import find_problems
from ..text.checks import Problem
from ..text.checks import sort
from .urls import absolute
from .urls import find_root


class Check(t.NamedTuple):
    """Something to look at: the number of its line, from 1, and a sentence."""

    line: int
    sentence: str


def check_text(tree: Element) -> list[Check]:
    """What is probably not meant in a text, in its order.

    :param tree: with lines, and as it was read
    """
    found = sort([*find_problems(tree), *find_dead_links(tree)])
    return [Check(problem.line, describe(problem)) for problem in found]


def find_dead_links(tree: Element) -> list[Problem]:
    """The links to posts of this blog that readers do not find."""
    links = [(find_linked_id(link.url), link) for link in find_links(tree)]
    ids = sorted({id for id, _link in links if id is not None})
    known = {*find_public_ids(ids[:MAX_IDS]), *ids[MAX_IDS:]}
    return [
        Problem("post", link.line, link.url)
        for id, link in links
        if id is not None and id not in known
    ]


def find_linked_id(url: str) -> int | None:
    """The id of the post of this blog that a link on a post's page leads to, if it
    leads to one."""
    root = find_root()

    try:
        # From a page beside the post, which links to itself with a fragment.
        parts = urlsplit(urljoin(absolute(f"{root}/post"), url))
    except ValueError:
        # No host is so.
        return None

    hosts = (urlsplit(absolute("/")).netloc, request.host)

    if parts.netloc not in hosts or not parts.path.startswith(f"{root}/"):
        return None

    return find_post_id(parts.path.removeprefix(root))


def describe(problem: Problem) -> str:
    """A problem in a sentence."""
    what = problem.what if len(problem.what) <= 60 else f"{problem.what[:59]}…"

    if problem.kind == "alt":
        return _("An image has no description.")
    elif problem.kind == "heading":
        return _("The heading “%(text)s” skips a level.", text=what)
    elif problem.kind == "fragment":
        return _("“%(link)s” leads to no heading of this text.", link=what)
    elif problem.kind == "note":
        return _("The footnote “%(name)s” has no text.", name=what)

    return _("“%(link)s” leads to no public post.", link=what)

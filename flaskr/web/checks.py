"""What a writer may want to look at before a post is published, in sentences."""

import typing as t
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from flask_babel import gettext as _

from ..text.checks import find_problems
from ..text.checks import Problem
from ..text.checks import sort
from .links import find_dead_links

# What has a URL, which people read without its escapes.
LINKS = ("post", "image", "place", "page")


class Check(t.NamedTuple):
    """Something to look at: the number of its line, from 1, and a sentence."""

    line: int
    sentence: str


def check_text(tree: Element, text: str) -> list[Check]:
    """What is probably not meant in a text, in its order.

    :param tree: with lines, and as it was read
    """
    found = sort([*find_problems(tree, text), *find_dead_links(tree)])
    return [Check(problem.line, describe(problem)) for problem in found]


def describe(problem: Problem) -> str:
    """A problem in a sentence."""
    whole = unquote(problem.what) if problem.kind in LINKS else problem.what
    what = whole if len(whole) <= 60 else f"{whole[:59]}…"

    if problem.kind == "alt":
        return _("An image has no description.")
    elif problem.kind == "heading":
        return _("The heading “%(text)s” skips a level.", text=what)
    elif problem.kind == "fragment":
        return _("“%(link)s” leads to no heading of this text.", link=what)
    elif problem.kind == "note":
        return _("The footnote “%(name)s” has no text.", name=what)
    elif problem.kind == "unused":
        return _("Nothing refers to the footnote “%(name)s”.", name=what)
    elif problem.kind == "post":
        return _("“%(link)s” leads to no public post.", link=what)
    elif problem.kind == "image":
        return _("There is no image at “%(link)s”.", link=what)
    elif problem.kind == "place":
        return _("“%(link)s” leads to no heading of that post.", link=what)

    return _("“%(link)s” leads to no page of this blog.", link=what)

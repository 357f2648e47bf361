"""Posts in part and whole, for lists, pages and search engines."""

import re
import typing as t

from flask import Flask
from markupsafe import Markup

from ..data import posts
from ..text import highlight
from ..text import reading
from ..text.markdown import plain
from ..text.markdown import prose
from ..text.markdown import render
from .fragments import make_memoizer
from .urls import find_root

# Characters of an excerpt, and of the description that search engines show.
EXCERPT_LENGTH = 400
DESCRIPTION_LENGTH = 160


def excerpt(body: str, length: int = EXCERPT_LENGTH) -> str:
    """The beginning of a body without its markup, cut between words."""
    text = prose(body[: posts.EXCERPT_SOURCE])

    if len(body) >= posts.EXCERPT_SOURCE:
        # What these refer to is at the end, which was not read.
        text = re.sub(r"\[([^]\[]+)\](?:\[[^]]*\])?", note_or_link, text)

    if len(text) <= length and len(body) < posts.EXCERPT_SOURCE:
        return text

    text = text[:length]
    end = max(text.rfind(" "), text.rfind("\n"))

    # Not every script has spaces.
    if end > length * 0.8:
        text = text[:end]

    return text.rstrip() + " …"


def note_or_link(match: re.Match[str]) -> str:
    """What is left of a reference whose target was cut off: nothing of a note."""
    return "" if match[1].startswith("^") else match[1]


def markdown(text: str, **options: t.Any) -> Markup:
    """As :func:`flaskr.text.markdown.render`, once for the same text; texts that
    share what their colors may cost are made anew."""
    options["root"] = find_root()

    if "highlighter" in options:
        return render(text, **options)

    key = ("markdown", text, *options.items())
    return make_memoizer()(key, lambda: render(text, **options))


def description(body: str) -> str:
    """A line about a post, for search engines and for those it is sent to."""
    return " ".join(excerpt(body, DESCRIPTION_LENGTH).split())


def init_app(app: Flask) -> None:
    """Let templates write posts in part and whole."""
    app.add_template_filter(posts.get_tags, "tags")
    app.add_template_filter(excerpt)
    app.add_template_filter(description)
    app.add_template_filter(markdown)
    app.add_template_filter(plain)
    app.add_template_global(highlight.Highlighter, "highlighter")
    app.add_template_filter(reading.guess_language, "language_of")
    app.add_template_filter(reading.reading_minutes)

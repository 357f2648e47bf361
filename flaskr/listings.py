"""Pages of posts, whichever posts they are; no routes."""

import re
import typing as t

from flask import current_app
from flask import Flask
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import abort

from . import markup
from . import posts
from . import reading
from .errors import lazy_gettext

ReadKey = t.Callable[[str], str | float]

# Characters of an excerpt, and of the description that search engines show.
EXCERPT = 400
DESCRIPTION = 160


def show(
    template: str, filter: posts.Filter, length: int = 0, **context: object
) -> ResponseReturnValue:
    """Show the page of a listing that ``?older=`` or ``?newer=`` asks for, or the
    first. The template gets ``page`` and ``turn``, which writes a page's address.

    :param length: characters of each body, if not what the settings say
    """
    size = current_app.config["PAGE_SIZE"]
    whole = current_app.config["WHOLE_POSTS"]
    length = length or (posts.WHOLE if whole else posts.BEGINNING)

    if "newer" in request.args:
        newer_than = parse_key(request.args["newer"], filter.read_key)
        page = posts.page_before(filter, size, length, newer_than)

        if page.newer is None:
            # The first page has one address, and is full.
            return redirect(turn())
    else:
        page = posts.page(filter, size, length, asked_key(filter.read_key))

    return render_template(template, page=page, turn=turn, **context)


def asked_key(read: ReadKey = str, name: str = "older") -> posts.Key | None:
    """The key in ``?older=`` or ``?newer=``, if there is one."""
    return parse_key(request.args[name], read) if name in request.args else None


def parse_key(text: str, read: ReadKey) -> posts.Key:
    """Read the key of a page from its address, ``<created>_<id>``.

    :raise 400: if it is no key
    """
    match = re.fullmatch(r"(.{1,40})_(\d{1,18})", text)

    try:
        if match is not None:
            return read(match[1]), int(match[2])
    except ValueError:
        pass

    abort(
        400,
        lazy_gettext("That is not the address of a page. Start from the newest posts."),
    )


def turn(**key: posts.Key) -> str:
    """The address of another page of the listing that is shown."""
    values: dict[str, t.Any] = {**(request.view_args or {})}

    for name, (first, id) in key.items():
        values[name] = f"{first}_{id}"

    if "q" in request.args:
        # What was searched for stays.
        values["q"] = request.args["q"]

    return url_for(request.endpoint or "index", **values)


def excerpt(body: str, length: int = EXCERPT) -> str:
    """The beginning of a body without its markup, cut between words."""
    text = markup.prose(body[: posts.BEGINNING])

    if len(text) <= length and len(body) < posts.BEGINNING:
        return text

    text = text[:length]
    end = max(text.rfind(" "), text.rfind("\n"))

    # Not every script has spaces.
    if end > length * 0.8:
        text = text[:end]

    return text.rstrip() + " …"


def description(body: str) -> str:
    """A line about a post, for search engines and for those it is sent to."""
    return " ".join(excerpt(body, DESCRIPTION).split())


def init_app(app: Flask) -> None:
    """Let templates write posts in part and whole."""
    app.add_template_filter(excerpt)
    app.add_template_filter(description)
    app.add_template_filter(markup.render, "markdown")
    app.add_template_filter(markup.plain)
    app.add_template_filter(reading.language, "language_of")
    app.add_template_filter(reading.reading_minutes)

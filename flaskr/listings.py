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
from markupsafe import Markup
from werkzeug.exceptions import abort

from . import highlighting
from . import markup
from . import posts
from . import reading
from .errors import lazy_gettext
from .fragments import remember

# Characters of an excerpt, and of the description that search engines show.
EXCERPT = 400
DESCRIPTION = 160


def show(
    template: str,
    which: posts.Filter,
    read: t.Callable[[str], object] = str,
    length: int = 0,
    **context: object,
) -> ResponseReturnValue:
    """Show the page of a listing that is asked for, or the first. The template gets
    ``page``, and the addresses of those around it.

    :param read: reads what the posts are sorted by from an address
    :param length: characters of each body, if not what the settings say
    """
    whole = current_app.config["WHOLE_POSTS"]
    place = asked_place(read)
    page = posts.page(
        which,
        current_app.config["PAGE_SIZE"],
        length or (posts.WHOLE if whole else posts.BEGINNING),
        place,
    )

    if place and place.back and page.newer is None:
        # The first page has one address, and is full.
        return redirect(page_url())

    return render_template(
        template,
        page=page,
        first_url=page_url(),
        newer_url=page.newer and page_url(newer=page.newer),
        older_url=page.older and page_url(older=page.older),
        **context,
    )


def asked_place(
    read: t.Callable[[str], object] = str, back: str = "newer", on: str = "older"
) -> posts.Place | None:
    """The place in the list that ``?older=`` or ``?newer=`` names, if there is one:
    the key of a post, ``<created>_<id>``.

    :param back, on: other names for these
    :raise 400: if it is no key
    """
    for name in (back, on):
        if name in request.args:
            match = re.fullmatch(r"(.*)_(\d{1,18})", request.args[name], re.DOTALL)

            try:
                if match is not None:
                    return posts.Place((read(match[1]), int(match[2])), name == back)
            except ValueError:
                pass

            abort(
                400, lazy_gettext("There is no such page. Start from the newest posts.")
            )

    return None


def page_url(**key: posts.Key) -> str:
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

    if len(body) >= posts.BEGINNING:
        # What these refer to is at the end, which was not read.
        text = re.sub(r"\[([^]\[]+)\](?:\[[^]]*\])?", note_or_link, text)

    if len(text) <= length and len(body) < posts.BEGINNING:
        return text

    text = text[:length]
    end = max(text.rfind(" "), text.rfind("\n"))

    # Not every script has spaces.
    if end > length * 0.8:
        text = text[:end]

    return text.rstrip() + " …"


def note_or_link(match: re.Match[str]) -> str:
    return "" if match[1].startswith("^") else match[1]


def markdown(text: str, **options: t.Any) -> Markup:
    """:func:`markup.render`, once for the same text; texts that share what their
    colors may cost are made anew."""
    if "highlighter" in options:
        return markup.render(text, **options)

    key = ("markdown", text, *options.items())
    return remember(key, lambda: markup.render(text, **options))


def description(body: str) -> str:
    """A line about a post, for search engines and for those it is sent to."""
    return " ".join(excerpt(body, DESCRIPTION).split())


def init_app(app: Flask) -> None:
    """Let templates write posts in part and whole."""
    app.add_template_filter(posts.tags_of)
    app.add_template_filter(excerpt)
    app.add_template_filter(description)
    app.add_template_filter(markdown)
    app.add_template_filter(markup.plain)
    app.add_template_global(highlighting.Highlighter, "highlighter")
    app.add_template_filter(reading.language, "language_of")
    app.add_template_filter(reading.reading_minutes)

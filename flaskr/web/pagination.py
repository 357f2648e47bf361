"""Pages of lists, by cursors in their addresses."""

import re
import typing as t

from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import abort

from ..data import posts
from ..data import site_settings
from ..data.cursor import Cursor
from ..data.cursor import Key
from ..errors import lazy_gettext


def render_list(
    template: str,
    which: posts.Filter,
    read: t.Callable[[str], object] = str,
    text: str | None = None,
    keep: tuple[str, ...] = (),
    if_empty: str | None = None,
    **context: object,
) -> ResponseReturnValue:
    """Show the page of a listing that is asked for, or the first. The template gets
    ``page``, and the addresses of those around it.

    :param read: reads what the posts are sorted by from an address
    :param text: columns of what is read of the texts, if not what the settings say
    :param keep: what else of the query the other pages are asked with
    :param if_empty: what a 404 says where there are no posts, if that is no page
    """
    whole = site_settings.get("WHOLE_POSTS")
    cursor = cursor_from_request(read)
    page = posts.find_page(
        which,
        site_settings.get("PAGE_SIZE"),
        text or (posts.HTML if whole else posts.FACTS),
        cursor,
    )

    if cursor and cursor.back and page.newer is None:
        # The first page has one address, and is full.
        return redirect(page_url(keep))
    elif if_empty and not cursor and not page.posts:
        abort(404, if_empty)

    return render_template(
        template,
        page=page,
        first_url=page_url(keep),
        newer_url=page.newer and page_url(keep, newer=page.newer),
        older_url=page.older and page_url(keep, older=page.older),
        **context,
    )


def cursor_from_request(
    read: t.Callable[[str], object] = str, back: str = "newer", on: str = "older"
) -> Cursor | None:
    """The place in the list that ``?older=`` or ``?newer=`` names, if there is one:
    the key of a post, ``<created>_<id>``.

    :param back, on: other names for these
    :raise 400: if it is no key
    """
    for name in (back, on):
        if name in request.args:
            try:
                return Cursor(parse_key(request.args[name], read), name == back)
            except ValueError:
                abort(
                    400,
                    lazy_gettext(
                        "This page doesn’t exist. Start from the newest posts."
                    ),
                )

    return None


def parse_key(text: str, read: t.Callable[[str], object]) -> Key:
    """The key of a post in an address.

    :raise ValueError: if it is none
    """
    match = re.fullmatch(r"(.*)_(\d{1,18})", text, re.DOTALL)

    if match is None:
        raise ValueError(text)

    return read(match[1]), int(match[2])


def page_url(keep: tuple[str, ...] = (), **key: Key) -> str:
    """The address of another page of the listing that is shown."""
    values: dict[str, t.Any] = {**(request.view_args or {})}
    values |= {name: request.args[name] for name in keep if name in request.args}

    for name, (first, id) in key.items():
        values[name] = f"{first}_{id}"

    return url_for(request.endpoint or "index", **values)

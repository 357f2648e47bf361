"""One page for every refusal, and its line in the log."""

import logging
import re
import time
from contextlib import suppress

from flask import current_app
from flask import Flask
from flask import g
from flask import has_request_context
from flask import render_template
from flask import request
from flask.globals import request_ctx
from flask_babel import force_locale
from werkzeug.exceptions import BadRequestKeyError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from ..data import posts
from ..db import Error
from ..db import Row
from ..errors import lazy_gettext
from .features import find_form
from .features import get_forms
from .forms import address_form
from .forms import FIELD
from .forms import keep_for_back
from .header import find_header
from .old_addresses import find_redirect
from .request_ids import find_request_id
from .request_ids import read_path
from .urls import find_path
from .urls import find_without_slash
from .urls import is_page
from .urls import redirect_permanently

logger = logging.getLogger(__name__)

# What happened, and what to do next. A message given to abort() replaces the
# second.
MESSAGES = {
    400: (
        lazy_gettext("That request couldn’t be read"),
        lazy_gettext("Go back, check what you sent, and try again."),
    ),
    403: (
        lazy_gettext("Not allowed"),
        lazy_gettext("You don’t have permission to do this."),
    ),
    404: (
        lazy_gettext("Nothing here"),
        lazy_gettext("The address may be wrong, or the post may have been deleted."),
    ),
    405: (
        lazy_gettext("Method not allowed"),
        lazy_gettext("This address doesn’t accept that kind of request."),
    ),
    413: (
        lazy_gettext("Too large"),
        lazy_gettext("Go back and send less. Your text is still in the form."),
    ),
    429: (
        lazy_gettext("Too many attempts"),
        lazy_gettext("Wait a moment, then try again."),
    ),
    500: (
        lazy_gettext("Something went wrong"),
        lazy_gettext("The error has been logged. Go back and try again."),
    ),
    503: (
        lazy_gettext("The blog is unavailable right now"),
        lazy_gettext("Go back and try again in a moment."),
    ),
}

# Posts on the page of a 404.
NEWEST = 4

# A form that was refused with these may be taken the next time. The cross-origin rule
# comes before them.
SENT_AGAIN = (500, 503)

# Strangers can cause these at will.
LOGGED_ONCE_A_MINUTE = (400, 403, 429, 503)


def show_error(
    error: HTTPException, typed: dict[str, str] | None = None
) -> HTTPException | Response:
    """Answer an error that people meet with one page in the blog's own look.

    :param typed: the texts to give back, if this request did not send them as they are
    """
    if error.code not in MESSAGES:
        return error
    elif error.code == 404 and (page := find_without_slash()):
        return redirect_permanently(page)
    elif error.code == 404 and (elsewhere := find_redirect()):
        return elsewhere

    title, hint = MESSAGES[error.code]
    command = getattr(error, "command", "")

    hint = find_description(error) or hint

    if error.code in LOGGED_ONCE_A_MINUTE:
        log(error, hint, command)

    if request_ctx.url_adapter is None:
        # The Host header was refused before URLs were bound to it, and the page
        # has links.
        request_ctx.url_adapter = current_app.url_map.bind("localhost")

    page = render_template(
        "error.html",
        code=error.code,
        title=str(title),
        # Jinja would take a lazy text for safe HTML.
        hint=str(hint),
        command=command,
        request_id=find_request_id(request.environ) if error.code >= 500 else None,
        **({"typed": typed, "labels": find_labels()} if typed else find_typed(error)),
        newest=find_newest() if error.code == 404 else [],
        pages_in_header=find_pages_in_header(),
    )
    return make_response(error, page)


def make_response(error: HTTPException, page: str) -> Response:
    """The answer with a page; of what is logged, with the request's name there."""
    # The error's own response has its headers: Allow, Retry-After.
    response = Response(page, error.code, error.get_headers())
    response.content_type = "text/html; charset=utf-8"

    if error.code in (500, *LOGGED_ONCE_A_MINUTE):
        # None of these is kept for others.
        response.headers["X-Request-ID"] = find_request_id(request.environ)

    return response


def find_description(error: HTTPException) -> str | None:
    """What an error says of itself for people, if it does."""
    # A form without a field has a description of its own, for programmers.
    is_plain = isinstance(error, BadRequestKeyError)
    has_own = error.description != type(error).description
    return error.description if has_own and not is_plain else None


def find_newest() -> list[Row]:
    """Posts for whoever found nothing, if the database is open and answers."""
    if "db" in g:
        with suppress(HTTPException, *Error):
            return posts.find_page(posts.ALL_POSTS, NEWEST).posts

    return []


def find_pages_in_header() -> list[Row]:
    """The pages in the header, if the database is open and answers."""
    with suppress(HTTPException, *Error):
        return find_header()

    return []


def submitted_text() -> dict[str, str]:
    """The texts that came with the refused request, to give them back."""
    try:
        fields = find_labels()
        return {k: v for k, v in request.form.items() if k in fields and v}
    except HTTPException:
        # Reading the form is what failed.
        return {}


def find_typed(error: HTTPException) -> dict[str, object]:
    """What the page gives back of a form, with the address to send it to again, if
    that may help: nothing of what another site has sent."""
    typed = submitted_text()
    path = find_path()
    found: dict[str, object] = {"typed": typed, "labels": find_labels()}

    if typed and error.code in SENT_AGAIN and is_page(path):
        names = (FIELD, *find_form(typed).hidden)
        found["again"] = address_form(path)
        keep_for_back()
        found["hidden"] = [item for item in request.form.items() if item[0] in names]

    return found


def find_labels() -> dict[str, str]:
    """The labels of the texts that are given back, by the names of their fields."""
    return {name: text for form in get_forms() for name, text in form.labels.items()}


def log(error: HTTPException, hint: str = "", command: str = "") -> None:
    """Log a refusal, each kind once a minute so that nobody can fill the disk."""
    with force_locale("en"):
        reason = str(getattr(error, "reason", hint))

    if command:
        reason += f" Run: {command}"

    # What is wrong with the database is no stranger's choice, but for its numbers.
    what = re.sub(r"\d+", "", reason) if error.code == 503 else ""

    if is_due((error.code, type(error), request.endpoint, what)):
        logger.warning(
            "%s for %s %r from %s (request %s): %s",
            error.code,
            request.method,
            read_path(request.environ),
            request.remote_addr,
            find_request_id(request.environ),
            reason,
        )


def is_due(kind: object) -> bool:
    """Whether something of a kind was not logged within the last minute; it is now."""
    logged: dict[object, float] = current_app.extensions["flaskr.errors"]
    now = time.monotonic()

    if kind in logged and now - logged[kind] < 60:
        return False

    logged[kind] = now
    return True


def is_worth_logging(record: logging.LogRecord) -> bool:
    """Whether a record of Flask's has no traceback, or one of a kind that is due: a
    table that is broken breaks each page. Its path becomes one that a log may have."""
    if not (record.exc_info and has_request_context()):
        return True

    if record.getMessage().startswith("Exception on "):
        record.msg = "Exception on %r [%s] (request %s)"
        path, request_id = read_path(request.environ), find_request_id(request.environ)
        record.args = (path, request.method, request_id)

    kind, _, traceback = record.exc_info

    while traceback and traceback.tb_next:
        traceback = traceback.tb_next

    place = traceback and (traceback.tb_frame.f_code.co_filename, traceback.tb_lineno)
    return is_due((kind, place, request.endpoint))


def init_app(app: Flask) -> None:
    """Show every error on the blog's own page."""
    # That of app.logger, which would add a handler before the operator can.
    logging.getLogger(app.name).addFilter(is_worth_logging)
    app.extensions["flaskr.errors"] = {}
    app.register_error_handler(HTTPException, show_error)

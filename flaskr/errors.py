import logging
import time

from flask import current_app
from flask import Flask
from flask import render_template
from flask import request
from flask.globals import request_ctx
from werkzeug.exceptions import BadRequestKeyError
from werkzeug.exceptions import HTTPException
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.wrappers import Response

logger = logging.getLogger(__name__)

# What happened, and what to do next. A message given to abort() replaces the
# second.
MESSAGES = {
    400: ("That request can’t be read", "Go back, check what you sent, and try again."),
    403: ("Not allowed", "Only its author may change a post."),
    404: ("Nothing here", "The address is mistyped, or the post was deleted."),
    405: ("Method not allowed", "This address does not answer that kind of request."),
    413: ("Too much at once", "Go back and send less: your text is still in the form."),
    429: ("Too many attempts", "Wait a little, then try again."),
    500: ("Something broke", "It is in the log of the server. Go back and try again."),
    503: ("The blog is not available", "Go back and try again in a moment."),
}

# Strangers can cause these at will.
LOGGED_ONCE_A_MINUTE = (400, 403, 429, 503)


class DatabaseNotReady(ServiceUnavailable):
    """The database is missing, older or newer; ``command`` is what the operator
    runs to mend it."""

    def __init__(self, description: str, command: str = "") -> None:
        super().__init__(description, retry_after=10)
        self.command = command


class DatabaseUnavailable(ServiceUnavailable):
    """The file or the disk does not let us work now; ``reason`` is for the log."""

    def __init__(self, reason: object) -> None:
        super().__init__(retry_after=10)
        self.reason = f"The database is not available: {reason}."


def show_error(error: HTTPException) -> HTTPException | Response:
    """Answer an error that people meet with one page in the blog's own look."""
    if error.code not in MESSAGES:
        return error

    title, hint = MESSAGES[error.code]
    command = getattr(error, "command", "")

    # A form without a field has a description of its own, for programmers.
    if error.description != type(error).description and not isinstance(
        error, BadRequestKeyError
    ):
        hint = error.description or hint

    if error.code in LOGGED_ONCE_A_MINUTE:
        log(error, f"{hint} Run: {command}" if command else hint)

    if request_ctx.url_adapter is None:
        # The Host header was refused before URLs were bound to it, and the page
        # has links.
        request_ctx.url_adapter = current_app.url_map.bind("localhost")

    page = render_template(
        "error.html",
        code=error.code,
        title=title,
        hint=hint,
        command=command,
        typed=what_was_typed(),
    )
    # The error's own response has its headers: Allow, Retry-After.
    response = Response(page, error.code, error.get_headers())
    response.content_type = "text/html; charset=utf-8"
    return response


def what_was_typed() -> dict[str, str]:
    """The title and body that came with the refused request, to give them back."""
    try:
        return {k: v for k, v in request.form.items() if k in ("title", "body") and v}
    except HTTPException:
        # Reading the form is what failed.
        return {}


def log(error: HTTPException, hint: str = "") -> None:
    """Log a refusal, each kind once a minute so that nobody can fill the disk."""
    logged: dict[object, float] = current_app.extensions["flaskr.errors"]
    kind = (error.code, type(error), request.endpoint)
    now = time.monotonic()

    if kind not in logged or now - logged[kind] >= 60:
        logged[kind] = now
        logger.warning(
            "%s for %s %r from %s: %s",
            error.code,
            request.method,
            request.path,
            request.remote_addr,
            getattr(error, "reason", hint),
        )


def init_app(app: Flask) -> None:
    """Show every error on the blog's own page."""
    app.extensions["flaskr.errors"] = {}
    app.register_error_handler(HTTPException, show_error)

"""Pages that become files: without what needs a server."""

from flask import Flask
from flask import request
from flask.sansio.blueprints import BlueprintSetupState
from werkzeug.exceptions import NotFound

from ..freezing.mode import FROZEN
from .features import hides_from_robots
from .features import Setup
from .security import HEADERS

# What browsers don't take from a page.
NOT_IN_PAGES = "frame-ancestors"


def is_frozen() -> bool:
    """Whether this page becomes a file."""
    return FROZEN in request.environ


def find_frozen_policy() -> str:
    """The Content-Security-Policy of a page that comes without headers."""
    rules = HEADERS["Content-Security-Policy"].split("; ")
    return "; ".join(rule for rule in rules if not rule.startswith(NOT_IN_PAGES))


def refuse_frozen() -> None:
    """Have no file of what needs a server.

    :raise 404: then
    """
    if is_frozen():
        raise NotFound


def needs_server(*paths: str) -> Setup:
    """Have the pages of a blueprint left out where the blog is files, and skipped by
    search engines: they answer what only a server can.

    :param paths: as of :func:`.features.hides_from_robots`
    """

    def leave_out(state: BlueprintSetupState) -> None:
        hides_from_robots(*paths)(state)
        hooks = state.app.before_request_funcs
        hooks.setdefault(state.blueprint.name, []).append(refuse_frozen)

    return leave_out


def init_app(app: Flask) -> None:
    """Let templates ask."""
    app.add_template_global(is_frozen)
    app.add_template_global(find_frozen_policy)

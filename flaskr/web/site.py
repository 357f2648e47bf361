"""What owners set, as pages show it."""

from collections.abc import Mapping

from flask import Flask
from flask import Response

from .. import settings
from ..data import site_settings

# Of a setting that is from the environment, after the name of the variable.
ENVIRONMENT = " in the environment"


def name_places(
    config: Mapping[str, object],
    places: Mapping[str, str],
    test_config: Mapping[str, object] | None,
) -> dict[str, str]:
    """Where the operator set what owners can't change then, by name: as
    :func:`.site_settings.find_place` tells it, without a path of the server.

    :param places: as errors name them, without ``test_config``
    """
    found = {}

    for name in site_settings.NAMES:
        place = places.get(name, "")

        if place.endswith(ENVIRONMENT):
            found[name] = place.removesuffix(ENVIRONMENT)
        elif test_config and name in test_config:
            found[name] = "create_app()"
        elif place or config[name] != getattr(settings, name):
            # A program in config.py may set it without naming it.
            found[name] = "config.py"

    return found


def keep_nothing_outdated(response: Response) -> Response:
    """Have nobody keep what was made while the database did not say what owners have
    set."""
    # What has a hash in its address is what was asked for.
    if site_settings.is_outdated() and not response.cache_control.immutable:
        response.headers["Cache-Control"] = "no-store"

    return response


def init_app(app: Flask) -> None:
    """Let templates show it: ``setting('SITE_TITLE')``."""
    app.add_template_global(site_settings.get, "setting")
    app.after_request(keep_nothing_outdated)

"""A blog below a path of its host."""

from collections.abc import Iterable
from wsgiref.types import StartResponse
from wsgiref.types import WSGIApplication
from wsgiref.types import WSGIEnvironment

from flask import Flask

from .security import split_site


class Prefix:
    """Tell the application below which path it is, unless the server did, as waitress
    does with ``--url-prefix``. A proxy in front may have taken the path off, or not."""

    def __init__(self, app: WSGIApplication, prefix: str) -> None:
        self.app = app
        self.prefix = prefix

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        if not environ.get("SCRIPT_NAME"):
            path = environ["PATH_INFO"]
            environ["SCRIPT_NAME"] = self.prefix

            if f"{path}/".startswith(f"{self.prefix}/"):
                environ["PATH_INFO"] = path.removeprefix(self.prefix)

        return self.app(environ, start_response)


def init_app(app: Flask) -> None:
    """Be below the path of ``SITE_URL``, if it has one."""
    if path := split_site(app.config["SITE_URL"] or "")[1]:
        app.wsgi_app = Prefix(app.wsgi_app, path)  # type: ignore[method-assign]

"""What proxies, containers and Prometheus ask, and no reader: answered in front of all
else, under any host, and neither counted nor logged."""

import typing as t
from collections.abc import Callable
from collections.abc import Iterable
from functools import partial
from wsgiref.types import StartResponse
from wsgiref.types import WSGIApplication
from wsgiref.types import WSGIEnvironment

from flask import Flask

from .metrics import Metrics
from .proxies import Addresses
from .proxies import describe_bad
from .proxies import FROM_PROXY
from .readiness import Readiness
from .security import HEADERS
from .seen import may_see
from .seen import see

TEXT = "text/plain; charset=utf-8"

JSON = "application/json"

# The version of Prometheus' text form.
PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"

METHODS = ("GET", "HEAD")

# A status, a type, and what is sent.
Answer = tuple[str, str, str]


class Health:
    """Stands in front of the page cache."""

    def __init__(self, app: Flask, metrics: Metrics | None) -> None:
        self.app: WSGIApplication = app.wsgi_app
        self.may_see = partial(may_see, app)
        self.see = partial(see, app)
        self.readiness = app.extensions["flaskr.readiness"] = Readiness(app)
        self.metrics = metrics
        self.readers = Addresses(app.config["METRICS_FROM"])
        self.answers: dict[str, Callable[[], Answer]] = {
            "/healthz": lambda: ("200 OK", TEXT, "ok\n"),
            "/readyz": self.tell_readiness,
            "/metrics": self.tell_metrics,
        }

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        path = environ["PATH_INFO"]

        if path not in self.answers or (
            path == "/metrics" and not self.may_read_metrics(environ)
        ):
            return self.app(environ, start_response)

        method = environ["REQUEST_METHOD"]

        if method not in METHODS:
            status, kind, text = "405 METHOD NOT ALLOWED", TEXT, "Use GET.\n"
        elif path == "/healthz" and self.may_see(environ):
            status, kind, text = "200 OK", JSON, self.see(environ)
        else:
            status, kind, text = self.answers[path]()

        body = text.encode()
        headers = [
            ("Content-Type", kind),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            *HEADERS.items(),
        ]

        if status.startswith("405"):
            headers.append(("Allow", ", ".join(METHODS)))

        start_response(status, headers)
        return [] if method == "HEAD" else [body]

    def may_read_metrics(self, environ: WSGIEnvironment) -> bool:
        """Whether a request comes from an address that may. One that came through a
        proxy has no address if that proxy is not trusted, or said nothing."""
        address = environ.get("REMOTE_ADDR", "")

        if "HTTP_X_FORWARDED_FOR" in environ or "HTTP_FORWARDED" in environ:
            named = environ.get("HTTP_X_FORWARDED_FOR", "").replace(" ", "").split(",")

            if FROM_PROXY not in environ or address not in named:
                return False

        return self.metrics is not None and address in self.readers

    def tell_readiness(self) -> Answer:
        """What is wrong, if something is."""
        report = self.readiness.get()
        status = "200 OK" if report.is_ready() else "503 SERVICE UNAVAILABLE"
        return status, TEXT, str(report)

    def tell_metrics(self) -> Answer:
        """The numbers."""
        return "200 OK", PROMETHEUS, t.cast(Metrics, self.metrics).render()


def init_app(app: Flask) -> None:
    """Answer, and let those of ``METRICS_FROM`` read the numbers."""
    metrics: Metrics | None = app.extensions.get("flaskr.metrics")

    try:
        app.wsgi_app = Health(app, metrics)  # type: ignore[method-assign]
    except (TypeError, ValueError) as e:
        raise describe_bad("METRICS_FROM", app.config["METRICS_FROM"], e) from e

"""What Flask answers to a reader without a session, whole: whoever asks for less gets
a part of it, and it may be kept."""

import re
import typing as t
from collections.abc import Iterable
from io import BytesIO
from wsgiref.types import StartResponse
from wsgiref.types import WSGIApplication
from wsgiref.types import WSGIEnvironment

from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wrappers import Response

from .i18n import LANGUAGE_KEY
from .limited_request import ignore_unknown_range
from .security import PRIVATE

TEXT = re.compile(r"text/|application/.*(xml|json)|image/svg\+xml")

# What Flask gets of a request whose answer others may get, too: what is in its key,
# and what no page shows. No body, and no other header.
PASSED_ON = {
    *("PATH_INFO", "QUERY_STRING", "SCRIPT_NAME", "HTTP_HOST"),
    *("SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL", "REMOTE_ADDR"),
}
OF_THE_SERVER = ("wsgi.", "werkzeug.", "flask.", "flaskr.")


class WholeResponse(t.NamedTuple):
    """What Flask answered to a reader without a session: all of it, whatever the
    request's conditions."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes

    def is_cacheable(self) -> bool:
        """Whether it is good for all others whose requests have the same
        key."""
        headers = dict(self.headers)
        cache_control = headers.get("Cache-Control", "")
        return (
            self.status == "200 OK"
            and "Set-Cookie" not in headers
            and "no-store" not in cache_control
            # The default, or nobody's.
            and (cache_control == PRIVATE or "private" not in cache_control)
            # A browser asks for an image once, and images are large.
            and TEXT.match(headers.get("Content-Type", "")) is not None
        )

    def answer(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Send what of it was asked for."""
        ignore_unknown_range(environ)
        response = Response(self.body, self.status, self.headers)
        accept_ranges = response.headers.get("Accept-Ranges", False)

        if self.status == "200 OK":
            try:
                response.make_conditional(environ, accept_ranges, len(self.body))
            except RequestedRangeNotSatisfiable as e:
                response.status_code = e.code
                response.headers.extend(e.get_headers())
                response.set_data(b"")

        return response(environ, start_response)


def call_flask(
    wsgi_app: WSGIApplication, environ: WSGIEnvironment, language: str | None
) -> WholeResponse:
    """What Flask answers to all requests for the same page in a language."""
    passed_on = {
        name: value
        for name, value in environ.items()
        if name in PASSED_ON or name.startswith(OF_THE_SERVER)
    }
    passed_on |= {
        "REQUEST_METHOD": "GET",
        "wsgi.input": BytesIO(),
        LANGUAGE_KEY: language,
    }
    started: list[t.Any] = []

    def start_response(*args: t.Any) -> t.Any:
        started[:] = args

    # Flask's has a close().
    body: t.Any = wsgi_app(passed_on, start_response)

    try:
        return WholeResponse(started[0], started[1], b"".join(body))
    finally:
        body.close()

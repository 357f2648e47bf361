"""Whether the proxy in front passes what the blog needs; ``check --url`` asks it."""

from collections.abc import Iterator
from contextlib import closing
from urllib.parse import SplitResult

from flask import current_app

from ..findings import Finding
from ..findings import ok
from ..findings import unknown
from ..findings import warning
from ..findings import wrong
from . import forwarding_check
from .asking import ask
from .asking import connect
from .asking import FAILURES
from .asking import MAX_PAGE
from .asking import split
from .security import split_site


def check(url: str | None) -> Iterator[Finding]:
    """Ask the running blog through its proxy.

    :param url: where readers find it; ``None``: nobody wants that
    """
    if url is None:
        yield unknown(
            "The proxy's limits: nothing was asked over the net.",
            "While the blog runs: flask --app flaskr check --url https://blog.example",
        )
        return

    parts = split(url)

    if parts is None:
        yield wrong(f"{url} is no URL of a blog.", "Give one as https://blog.example.")
        return

    yield from check_site(parts)

    try:
        answer = ask(parts, "/hello")
    except FAILURES as e:
        yield wrong(f"{url} does not answer: {e}.", "Start the server and the proxy.")
        return

    if answer.status != 200 or answer.text != "Hello, World!":
        yield wrong(
            f"{url} answers {answer.status} to /hello, and not as Flaskr does.",
            "Is it the blog's address, and does the proxy pass Host as it came?",
        )
        return

    yield ok(f"{url} answers.")
    yield from check_https(parts, answer.headers)
    yield check_size(parts)
    yield from forwarding_check.check(parts)


def check_site(parts: SplitResult) -> Iterator[Finding]:
    """Whether the blog is asked where it is."""
    site = current_app.config["SITE_URL"] or ""
    asked = f"{parts.scheme}://{parts.netloc}{parts.path}"

    if site and split_site(site) != split_site(asked):
        yield warning(
            f"SITE_URL is {site}, and {asked} is asked: links lead to SITE_URL, and"
            " nobody can log in elsewhere.",
            "Set SITE_URL to where readers find the blog, or ask there.",
        )


def check_https(parts: SplitResult, headers: set[str]) -> Iterator[Finding]:
    """Whether the blog knows that it is reached by https."""
    site = current_app.config["SITE_URL"] or ""

    if parts.scheme != "https":
        yield warning(f"{parts.netloc} is reached without https.", "Get a certificate.")
    elif "strict-transport-security" not in headers:
        yield wrong(
            "The blog is reached by https, and does not know it: no HSTS.",
            f'Set SITE_URL = "https://{parts.netloc}" in config.py'
            f"{f', which is {site}' if site else ''}, and restart the server.",
        )
    else:
        yield ok("https, with HSTS.")


def check_size(parts: SplitResult) -> Finding:
    """Whether the proxy lets through what the blog takes: of the largest request, only
    the headers are sent."""
    size = current_app.config["MAX_CONTENT_LENGTH"]

    try:
        status = announce(parts, size)
    except FAILURES as e:
        return unknown(f"Whether the proxy takes {size:,} bytes: {e}.")

    if status == 413:
        return wrong(
            f"The proxy refuses a request of {size:,} bytes, which MAX_CONTENT_LENGTH"
            " allows: large images get lost.",
            f"In nginx, set client_max_body_size {-(-size // 1_000_000)}m.",
        )

    return ok(f"A request of {size:,} bytes passes.")


def announce(parts: SplitResult, size: int) -> int:
    """The first status that is answered to the headers of a request of some size."""
    with closing(connect(parts)) as connection:
        connection.putrequest("POST", f"{parts.path.rstrip('/')}/hello")
        connection.putheader("Content-Length", str(size))
        connection.putheader("Content-Type", "application/octet-stream")
        connection.putheader("Expect", "100-continue")
        connection.endheaders()
        # As http.client skips it, the first line is read here.
        with closing(connection.sock.makefile("rb")) as answer:
            words = answer.readline(MAX_PAGE).split()

    return int(words[1])

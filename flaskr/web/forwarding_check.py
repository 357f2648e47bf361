"""Whether the blog knows who asks, and through the proxy only: ``check --url`` sends
what a stranger would, and has the blog tell whom it takes that for."""

import typing as t
from collections.abc import Iterator
from urllib.parse import SplitResult

from ..findings import Finding
from ..findings import ok
from ..findings import unknown
from ..findings import warning
from ..findings import wrong
from . import seen
from .asking import Answer
from .asking import ask
from .asking import FAILURES
from .proxies import parse_address
from .proxies import SOCKET_ADDRESSES
from .proxies import UNIX
from .seen import Seen

# What a stranger says to be: an address that nobody has (RFC 5737), and a host (RFC
# 6761).
ADDRESS = "198.51.100.1"
HOST = "stranger.invalid"

PORTS = {"http": "80", "https": "443"}
NGINX = "In nginx: proxy_set_header"


class Lie(t.NamedTuple):
    """What a stranger says by a header, which field of :class:`Seen` it would be, what
    follows if that is believed, and how a proxy replaces it."""

    header: str
    field: str
    value: str
    follows: str
    line: str


def list_lies(scheme: str) -> list[Lie]:
    """What a stranger says whose request is of a scheme."""
    other = "http" if scheme == "https" else "https"
    return [
        Lie(
            "X-Forwarded-For",
            "address",
            ADDRESS,
            "limits, the log and METRICS_FROM go by an address that they choose",
            "X-Forwarded-For $proxy_add_x_forwarded_for;",
        ),
        Lie(
            "X-Forwarded-Proto",
            "scheme",
            other,
            "they choose whether links begin with https",
            "X-Forwarded-Proto $scheme;",
        ),
        Lie(
            "X-Forwarded-Host",
            "host",
            HOST,
            "they choose where links lead",
            "Host $http_host;",
        ),
    ]


def check(parts: SplitResult) -> Iterator[Finding]:
    """Ask as a reader, and as a stranger who pretends to be a proxy."""
    try:
        answer, plain = look(parts, {})
        lies = list_lies(plain.scheme if plain else "")
        _, lied = look(parts, {lie.header: lie.value for lie in lies})
    except FAILURES as e:
        yield unknown(f"Whom the blog believes: {e}.")
        return

    if plain is None or lied is None:
        yield unknown(
            f"Whom the blog believes: /healthz answers {answer.status}, and does not"
            " tell.",
            "Is it this blog, restarted since the last upgrade and with the same"
            " SECRET_KEY, and does the proxy pass /healthz and all headers?",
        )
    elif is_direct(answer, plain) and plain.is_trusted:
        yield unknown(
            f"Whom the blog believes: this comes from {plain.peer}, which"
            " TRUSTED_PROXIES names, and through no proxy.",
            "Ask where readers do: flask --app flaskr check --url https://…",
        )
    else:
        yield from check_host(parts, plain)
        yield from check_client(answer, plain)
        yield from check_lies(plain, lied, lies)


def look(parts: SplitResult, headers: dict[str, str]) -> tuple[Answer, Seen | None]:
    """What the blog answers to some headers, and takes them for; ``None`` if it does
    not tell.

    :raise FAILURES: if nothing answers
    """
    answer = ask(parts, "/healthz", {seen.HEADER: seen.make_token(), **headers})
    return answer, seen.read(answer.text)


def is_direct(answer: Answer, plain: Seen) -> bool:
    """Whether nothing stands between this program and the server."""
    address, port = answer.asker
    has_port = plain.port in ("", str(port))
    is_own = parse_address(address) == parse_address(plain.peer)
    return is_own and has_port and not plain.is_forwarded


def check_host(parts: SplitResult, plain: Seen) -> Iterator[Finding]:
    """Whether the proxy passes the host as it came."""
    default = f":{PORTS[parts.scheme]}"
    asked = parts.netloc.rpartition("@")[2].lower().removesuffix(default)

    if plain.host.removesuffix(default) != asked:
        yield warning(
            f"{asked} was asked, and the proxy says {plain.host}: some readers' forms"
            " are refused.",
            f"{NGINX} Host $http_host;",
        )


def check_client(answer: Answer, plain: Seen) -> Iterator[Finding]:
    """Whether the blog has the address of who asks."""
    peer = UNIX if plain.peer in SOCKET_ADDRESSES else plain.peer
    address = parse_address(peer)
    is_behind = plain.is_forwarded or address is None or address.is_private

    if plain.is_trusted and not plain.is_forwarded:
        yield wrong(
            f"The proxy at {peer} does not say who asks: all readers have its address,"
            " and share its limits.",
            f"{NGINX} {list_lies('')[0].line}",
        )
    elif plain.is_trusted:
        yield from check_trusted_client(plain)
    elif is_behind and not is_direct(answer, plain):
        yield wrong(
            f"All readers come from {peer}, and share its limits: it is a proxy that"
            " TRUSTED_PROXIES does not name.",
            f'Set TRUSTED_PROXIES = ["{peer}"] in config.py, and restart the server.',
        )
    else:
        yield ok(f"No proxy stands in front; this comes from {plain.address}.")


def check_trusted_client(plain: Seen) -> Iterator[Finding]:
    """Whether the proxies that are trusted are proxies only."""
    address = parse_address(plain.address)

    if not plain.is_client_trusted:
        yield ok(f"The proxy at {plain.peer or UNIX} says that {plain.address} asks.")
    elif address is None or address.is_loopback:
        yield unknown(
            "Whether others are trusted as proxies: this machine is one.",
            "Run this where readers are.",
        )
    else:
        yield wrong(
            f"TRUSTED_PROXIES names {plain.address}, from which this asks: whoever is"
            " there can pretend to be anybody.",
            "Name nothing but proxies in TRUSTED_PROXIES, and restart the server; if"
            " this is one, run this elsewhere.",
        )


def check_lies(plain: Seen, lied: Seen, lies: list[Lie]) -> Iterator[Finding]:
    """Whether what a stranger said is believed. Of an address, who is trusted as a
    proxy is believed rightly."""
    is_proxy = plain.is_forwarded and plain.is_client_trusted
    tried = [lie for lie in lies if not (is_proxy and lie.field == "address")]
    believed = [lie for lie in tried if getattr(lied, lie.field) == lie.value]

    for lie in believed:
        yield wrong(
            f"What strangers send as {lie.header} is believed: {lie.follows}.",
            f"Have the proxy replace it, in nginx with proxy_set_header {lie.line}"
            " and name nothing but proxies in TRUSTED_PROXIES.",
        )

    if not believed:
        names = ", ".join(lie.header for lie in tried)
        yield ok(f"Strangers are not believed: {names}.")

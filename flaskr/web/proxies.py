"""Who is asking, when proxies stand in between."""

from collections.abc import Collection
from collections.abc import Iterable
from ipaddress import ip_address
from ipaddress import ip_network
from ipaddress import IPv4Address
from ipaddress import IPv6Address
from wsgiref.types import StartResponse
from wsgiref.types import WSGIApplication
from wsgiref.types import WSGIEnvironment

from flask import Flask
from flask import request

from ..errors import SettingsError

# What TRUSTED_PROXIES calls whoever comes through a Unix socket, and what servers do.
UNIX = "unix"
SOCKET_ADDRESSES = ("", "localhost", "unix", "unix:", "None")


# In the environment of a request that a trusted proxy has sent: what that calls it.
FROM_PROXY = "flaskr.from_proxy"

# In the environment of a request, if there are trusted proxies: the address that sent
# it, whoever that asks for.
PEER = "flaskr.peer"


class Addresses:
    """A set of addresses and networks, or :data:`UNIX` for a Unix socket.

    :raise ValueError: or ``TypeError``, if there is something else
    """

    def __init__(self, names: Collection[str]) -> None:
        self.has_socket = UNIX in names
        # A number would be an address, too.
        self.networks = [ip_network(str(name)) for name in names if name != UNIX]

    def __contains__(self, text: str) -> bool:
        if text in SOCKET_ADDRESSES:
            return self.has_socket

        address = parse_address(text)
        return address is not None and any(address in n for n in self.networks)


class TrustedProxies:
    """Believe X-Forwarded-For and X-Forwarded-Proto from named proxies only.

    Werkzeug's ``ProxyFix`` counts hops and does not ask who the last one is, so
    that it must be off where the server can be reached directly.
    """

    def __init__(self, app: WSGIApplication, proxies: Collection[str]) -> None:
        self.app = app
        self.proxies = Addresses(proxies)

        for network in self.proxies.networks:
            if network.prefixlen < (8 if network.version == 4 else 7):
                raise ValueError(f"{network} is half the internet")

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        environ[PEER] = environ.get("REMOTE_ADDR", "")

        if environ[PEER] in self.proxies:
            environ[FROM_PROXY] = environ.get("HTTP_X_REQUEST_ID", "")

            # Each proxy appended whom it heard from. The rightmost address that
            # is no proxy of ours is the client; what is left of it, it claims.
            for address in reversed(
                environ.get("HTTP_X_FORWARDED_FOR", "").replace(" ", "").split(",")
            ):
                if parse_address(address) is None:
                    break

                environ["REMOTE_ADDR"] = address

                if address not in self.proxies:
                    break

            if environ.get("HTTP_X_FORWARDED_PROTO") in ("http", "https"):
                environ["wsgi.url_scheme"] = environ["HTTP_X_FORWARDED_PROTO"]

        return self.app(environ, start_response)


def parse_address(text: str) -> IPv4Address | IPv6Address | None:
    """Read an IP address; one of IPv4 that is written as IPv6 is one of IPv4."""
    try:
        address = ip_address(text)
    except ValueError:
        return None

    return getattr(address, "ipv4_mapped", None) or address


def client_network() -> str:
    """The client's address; of IPv6, the /64 that one household has."""
    address = parse_address(request.remote_addr or "")

    if address is None:
        # A Unix socket has no addresses.
        return "nowhere"

    prefix = 64 if address.version == 6 else 32
    return str(ip_network((address, prefix), strict=False))


def describe_bad(name: str, value: object, error: Exception) -> SettingsError:
    """What to raise for a setting that is no list of addresses."""
    return SettingsError(
        f"{name} is {value!r}; it should be a list of addresses or networks, such as"
        f" ['127.0.0.1', '10.0.0.0/8', 'unix']: {error}."
    )


def init_app(app: Flask) -> None:
    """Believe the proxies of ``TRUSTED_PROXIES``, if there are any."""
    proxies = app.config["TRUSTED_PROXIES"]

    if not proxies:
        return

    try:
        trusting = TrustedProxies(app.wsgi_app, proxies)
    except (TypeError, ValueError) as e:
        raise describe_bad("TRUSTED_PROXIES", proxies, e) from e

    app.wsgi_app = trusting  # type: ignore[method-assign]

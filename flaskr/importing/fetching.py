"""Files from the web: of public addresses only, and of a bounded size."""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
import typing as t
from collections import Counter
from contextlib import suppress
from urllib.parse import quote
from urllib.parse import urljoin
from urllib.parse import urlsplit
from urllib.parse import urlunsplit

SCHEMES = ("http", "https")
PORTS = {"http": 80, "https": 443}
MAX_REDIRECTS = 5
REDIRECTS = (301, 302, 303, 307, 308)
CHUNK = 65_536
HEADERS = {"Accept-Encoding": "identity", "User-Agent": "Flaskr"}

# Characters that stay in a path and a query as they are.
SAFE = "/%?=&:;,+!*'()@~$"

# Seconds: for each step, and for all of one file.
TIMEOUT = 10
MAX_TIME = 60

# A host that did not answer so often is asked no more.
MAX_FAILURES = 3

# Networks that lead on to others, to private ones, too.
GATEWAYS = tuple(
    map(
        ipaddress.ip_network,
        ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "192.88.99.0/24"),
    )
)


class NotFetched(Exception):
    """Why a file was not fetched, as the end of a sentence."""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet's, and of one machine."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    ip = getattr(ip, "ipv4_mapped", None) or ip
    is_gateway = any(ip in network for network in GATEWAYS)
    # fec0::/10, which Python takes for global.
    is_site = getattr(ip, "is_site_local", False)
    return ip.is_global and not (
        ip.is_multicast or ip.is_reserved or is_gateway or is_site
    )


class Fetcher:
    """Fetches files, and remembers which hosts do not answer."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.failures: Counter[str] = Counter()

    def fetch(self, url: str) -> bytes:
        """The content of a file.

        :raise NotFetched:
        """
        until = time.monotonic() + MAX_TIME

        for _step in range(MAX_REDIRECTS + 1):
            host = find_host(url)

            if self.failures[host] >= MAX_FAILURES:
                raise NotFetched("its host did not answer")

            try:
                answer = self.ask(url, until)
            except ValueError as e:
                raise NotFetched("its address is not one of the web") from e
            except (OSError, http.client.HTTPException) as e:
                self.failures[host] += 1
                raise NotFetched(f"its host did not answer ({type(e).__name__})") from e

            if isinstance(answer, bytes):
                return answer

            url = answer

        raise NotFetched("it leads on too often")

    def ask(self, url: str, until: float) -> bytes | str:
        """The content of a file, or where it is.

        :param until: when to give up, as :func:`time.monotonic` has it
        :raise NotFetched:
        :raise OSError: or :exc:`http.client.HTTPException`, if there is no answer
        """
        parts = urlsplit(url)
        host = find_host(url)
        port = parts.port or PORTS[parts.scheme]
        path = urlunsplit(("", "", parts.path or "/", parts.query, ""))
        connection = connect(parts.scheme, host, port)
        # Whatever it is that it gives slowly.
        timer = threading.Timer(until - time.monotonic(), close, [connection.sock])
        timer.daemon = True
        timer.start()

        try:
            connection.request("GET", quote(path, safe=SAFE), headers=HEADERS)

            with connection.getresponse() as response:
                return self.read_answer(response, url, until)
        except (OSError, http.client.HTTPException) as e:
            if time.monotonic() >= until:
                raise TimeoutError from e

            raise
        finally:
            timer.cancel()
            connection.close()

    def read_answer(
        self, response: http.client.HTTPResponse, url: str, until: float
    ) -> bytes | str:
        """As :meth:`ask`."""
        place = response.getheader("Location")

        if response.status in REDIRECTS and place:
            return urljoin(url, place)
        elif response.status != 200:
            raise NotFetched(f"its host answered {response.status}")

        return self.read(response, until)

    def read(self, response: http.client.HTTPResponse, until: float) -> bytes:
        """The content of an answer.

        :raise NotFetched: if it is too long
        :raise TimeoutError: if it takes too long, as from a host that gives a byte now
            and then
        """
        content = b""

        while chunk := response.read1(CHUNK):
            content += chunk

            if len(content) > self.max_bytes:
                raise NotFetched(f"it has more than {self.max_bytes // 1_000_000} MB")

        # What was cut off may look like the end.
        if time.monotonic() >= until:
            raise TimeoutError

        return content


def close(stream: socket.socket) -> None:
    """Have whoever reads from a socket read no more."""
    with suppress(OSError):
        stream.shutdown(socket.SHUT_RDWR)


def find_host(url: str) -> str:
    """The host of a URL.

    :raise NotFetched: if it is none of the web
    """
    try:
        parts = urlsplit(url)
        is_of_web = parts.scheme in SCHEMES and parts.hostname and parts.port != 0
    except ValueError:
        is_of_web = False

    if not is_of_web:
        raise NotFetched("its address is not one of the web")

    return t.cast(str, parts.hostname)


def connect(scheme: str, host: str, port: int) -> http.client.HTTPConnection:
    """A connection to the very address that was looked at: a name may lead elsewhere
    the next time.

    :raise NotFetched: if the host has an address that is not public
    :raise OSError: if there is none, or it does not answer
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as e:
        raise NotFetched("its address is not one of the web") from e

    addresses = [str(address[4][0]) for address in found]

    if not all(map(is_public, addresses)):
        raise NotFetched("its host is in a private network")

    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
    connection.default_port = PORTS[scheme]
    stream = socket.create_connection((addresses[0], port), TIMEOUT)

    try:
        if scheme == "https":
            context = ssl.create_default_context()
            stream = context.wrap_socket(stream, server_hostname=host)
    except OSError:
        stream.close()
        raise

    connection.sock = stream
    return connection

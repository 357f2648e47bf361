"""What a URL says of a PostgreSQL database, without asking anybody."""

import difflib
import re
from urllib.parse import parse_qsl

import psycopg
from psycopg.abc import ConnDict
from psycopg.conninfo import conninfo_to_dict
from psycopg.conninfo import make_conninfo
from psycopg.pq import Conninfo
from psycopg.pq import PGconn

from ..errors import SettingsError

# In a host or the name of a database, these nearly always are a password's.
STRAY_IN_HOST = re.compile("@")
STRAY_IN_NAME = re.compile("[@:;=]")

# How alike two names of options are, one of which is a slip of the other.
ALIKE = 0.8

# Options that are looked at when a connection is made, and no sooner.
NUMBERS = {
    "connect_timeout",
    "keepalives",
    "keepalives_count",
    "keepalives_idle",
    "keepalives_interval",
    "tcp_user_timeout",
}

# A socket below what is no folder, and how libpq begins to say that it can't connect.
NOWHERE = "/dev/null"
CONNECTED = "connection to server "


def check_database(url: str, setting: str) -> None:
    """Do nothing if a URL makes sense.

    :raise SettingsError: that does not repeat it, since a password may be in it
    """
    if alike := find_misspelt(url):
        raise SettingsError(f"{setting} has an unknown option. Did you mean {alike}?")

    try:
        parts = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        parts = {"port": "?"}

    ports = str(parts.get("port", "")).split(",")

    if has_stray(url) or not all(port.isdecimal() for port in ports if port):
        raise SettingsError(
            f"{setting} is not a URL that PostgreSQL understands. It should look like"
            " 'postgresql://flaskr@db.example/flaskr'. Put the password in PGPASSWORD"
            " or ~/.pgpass; in a URL, write its @ / : ? # & % as %40 %2F %3A %3F %23"
            " %26 %25."
        )
    elif not all(0 < int(port) < 65536 for port in ports if port):
        raise SettingsError(
            f"{setting} has an invalid port. Use a number from 1 to 65535."
        )

    for name in NUMBERS & parts.keys():
        if not re.fullmatch(r"\s*-?\d{1,9}\s*", str(parts[name])):
            raise SettingsError(
                f"{setting} has an invalid {name}. It should be a number."
            )

    if reason := find_mistake(parts):
        raise SettingsError(f"{setting} is not valid: {reason}.")


def find_misspelt(url: str) -> str | None:
    """The option that another one in a URL is a slip of, if there is one."""
    known = [option.keyword.decode() for option in Conninfo.get_defaults()]
    names = [name for name, _ in parse_qsl(url.partition("?")[2], True)]
    alike = (
        difflib.get_close_matches(n, known, 1, ALIKE) for n in names if n not in known
    )
    return next((found[0] for found in alike if found), None)


def find_mistake(parts: ConnDict) -> str:
    """What libpq says of options before it connects, which here is to nowhere; the
    empty string if it would connect."""
    hosts = str(parts.get("host", parts.get("hostaddr", ""))).split(",")
    tried: ConnDict = {**parts, "host": ",".join([NOWHERE] * len(hosts))}
    tried.pop("hostaddr", None)
    connection = PGconn.connect_start(make_conninfo("", **tried).encode())
    error = " ".join(connection.error_message.decode(errors="replace").split())
    connection.finish()
    # Where hosts and ports are not both in the URL, a service or the environment has
    # the rest.
    is_elsewhere = error.startswith("could not match") and "host" not in parts
    return "" if CONNECTED in error or is_elsewhere else error


def has_stray(url: str) -> bool:
    """Whether a part of a password is taken for another part of the URL."""
    host, _, name = url.partition("://")[2].partition("/")
    host = host.partition("@")[2]
    return bool(
        STRAY_IN_HOST.search(host.partition("?")[0])
        or STRAY_IN_NAME.search(name.partition("?")[0])
    )


def describe(url: str) -> str:
    """A database for people: where it is, without the password."""
    parts = {key: str(value) for key, value in conninfo_to_dict(url).items()}
    hosts = parts.get("host", parts.get("hostaddr", "")).split(",")
    ports = parts.get("port", "").split(",")
    # One port is that of all hosts.
    ports = ports if len(ports) == len(hosts) else ports * len(hosts)
    servers = ",".join(
        f"{host}:{port}" if port else host
        for host, port in zip(hosts, ports, strict=False)
    )
    service = f"service {parts['service']}" if "service" in parts else ""
    place = "/".join(filter(None, (servers or service, parts.get("dbname"))))
    return f"PostgreSQL {place}".strip()

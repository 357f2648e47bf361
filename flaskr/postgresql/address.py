"""What a URL says of a PostgreSQL database, without asking anybody."""

import re

import psycopg
from psycopg.conninfo import conninfo_to_dict

from ..errors import SettingsError

# In a host or the name of a database, these nearly always are a password's.
STRAY_IN_HOST = re.compile("@")
STRAY_IN_NAME = re.compile("[@:;=]")


def check_database(url: str, setting: str) -> None:
    """Do nothing if a URL makes sense.

    :raise SettingsError: that does not repeat it, since a password may be in it
    """
    try:
        ports = str(conninfo_to_dict(url).get("port", "")).split(",")
    except psycopg.ProgrammingError:
        ports = ["?"]

    if has_stray(url) or not all(port.isdecimal() for port in ports if port):
        raise SettingsError(
            f"{setting} is a URL that PostgreSQL does not understand. It should be like"
            " 'postgresql://flaskr@db.example/flaskr'. A password belongs into"
            " PGPASSWORD or ~/.pgpass; in a URL, write @ / : ? # & % of it as %40 %2F"
            " %3A %3F %23 %26 %25."
        )


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

"""What errors of a server mean, and what the operator does about them."""

import re
import typing as t

import psycopg
from psycopg.conninfo import conninfo_to_dict

from ..errors import DatabaseUnavailable
from .address import describe

# What begins a SQLSTATE that comes from the server, the disk or the network and not
# from the SQL: connection; a server that only reads, and a transaction that failed, was
# idle or took too long; given up; what its user may not do; resources; a lock;
# operator; system; a snapshot that is too old; configuration; a server that is broken.
UNAVAILABLE = (
    *("08", "25006", "25P02", "25P03", "25P04", "40", "42501", "53", "55", "57", "58"),
    *("72", "F0", "XX"),
)

# Two transactions were in each other's way: to try again helps.
CONFLICT = ("40001", "40P01")

# To COMMIT, when there is no transaction any more that it could have ended: what was
# written is not there.
NOT_COMMITTED = (*CONFLICT, "25")

# What failed at which server, and what else libpq says of it.
FAILED = re.compile(
    r'connection to server (?:at|on socket) ".+?"(, port \d+)? failed: '
)
NOISE = re.compile(
    r"connection failed: |\s*Is the server running (locally|on that host).*\?|FATAL:  "
)
# psycopg's, of each server that a URL or a name leads to.
ATTEMPT = re.compile(r"^- host: '?(.*?)'?, port: '?(\w*?)'?, hostaddr: .*?: ", re.M)

# What the operator does, by what the server says.
ADVICE = {
    "no password supplied|password authentication failed": (
        "Put the password in PGPASSWORD, or in ~/.pgpass (mode 600) of the user who"
        " runs Flaskr"
    ),
    'database ".*" does not exist': (
        "Create it as postgres: createdb --owner={user} --encoding=UTF8"
        " --template=template0 {name}"
    ),
    'role ".*" does not exist': "Create it as postgres: createuser --pwprompt {user}",
    "no pg_hba.conf entry": "Add a line to the server's pg_hba.conf that lets it in",
    "Connection refused|No such file or directory": (
        "Check that the server is running, and that its listen_addresses and port match"
    ),
    "permission denied|must be owner": (
        "Make {user} the owner of the database and everything in it; pg_restore does"
        " that with --no-owner --role={user}"
    ),
    "read-only transaction|session is read-only|hot standby": (
        "This server is a replica or otherwise read-only. Use its primary"
    ),
}


def is_unavailable(error: psycopg.Error) -> bool:
    """Whether an error comes from the server or the network and not from the SQL."""
    if error.sqlstate is None:
        # The connection broke, or was never made.
        return isinstance(error, psycopg.OperationalError)

    return error.sqlstate.startswith(UNAVAILABLE)


def is_conflict(error: psycopg.Error) -> bool:
    """Whether a transaction was given up for another one."""
    return error.sqlstate in CONFLICT


def unavailable(error: object, url: str) -> DatabaseUnavailable:
    """What to raise for an error of the server or the network."""
    reason = shorten(error)
    return DatabaseUnavailable(f"{reason} ({describe(url)}){advise(reason, url)}")


def explain(error: Exception, url: str) -> str:
    """What went wrong, and what to do, without the full stop."""
    reason = shorten(error)
    return f"{reason}{advise(reason, url)}"


def shorten(error: object) -> str:
    """What went wrong, in one line: of each server, if there are several."""
    diagnostics: t.Any = getattr(error, "diag", None)
    text = str((diagnostics and diagnostics.message_primary) or error)
    attempts = ATTEMPT.split(text)[1:]

    if not attempts:
        return tidy(text)

    # The host, the port and the error of one after the other.
    found = zip(attempts[::3], attempts[1::3], attempts[2::3], strict=True)
    lines = [f"{host}:{port}: {tidy(error)}" for host, port, error in found]
    # A name may lead to several addresses.
    return "; ".join(dict.fromkeys(lines))


def tidy(text: str) -> str:
    """One line, without what the address says, too."""
    return " ".join(NOISE.sub("", FAILED.sub("", text)).split()).rstrip(".")


def advise(reason: str, url: str) -> str:
    """What to do, as a sentence to be appended, if that is known."""
    parts = conninfo_to_dict(url)
    names = {"user": parts.get("user", "flaskr"), "name": parts.get("dbname", "flaskr")}

    for pattern, advice in ADVICE.items():
        if re.search(pattern, reason):
            return f". {advice.format(**names)}"

    return ""

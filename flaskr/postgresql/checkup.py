"""What only PostgreSQL can say of a database's health; ``check`` asks an engine for
these."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from contextlib import closing
from contextlib import contextmanager

from ..errors import no_database
from ..findings import Finding
from ..findings import ok
from ..findings import unknown
from ..findings import warning
from ..findings import wrong
from .connection import Connection
from .connection import open_connection
from .copying import NO_LIMITS
from .schema import find_version as find_schema
from .schema import LATEST
from .schema import MIGRATIONS
from .schema import other_schema

# The oldest major version that its makers still mend.
OLDEST = 14

# Seconds by which a replica may be behind before somebody should look.
MAX_LAG = 60

# SQL for whether a text may show images, for whether a time is none, and for a text
# that is no name.
SHOWS_IMAGE = "strpos({0}, '/image/') > 0"
IS_NO_TIME = (
    "{0} !~ '^\\d{{4}}-\\d\\d-\\d\\d([ T]\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?)?"
    "(Z|[+-]\\d\\d:?\\d\\d)?$'"
)
IS_NO_NAME = "trim({0}) = ''"

# What our migrations made, as far as the server tells.
OBJECTS = (
    "SELECT 'table' AS type, relname::text AS name FROM pg_class"
    " WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'"
    " UNION ALL SELECT 'index', relname::text FROM pg_class"
    " WHERE relnamespace = current_schema()::regnamespace AND relkind = 'i'"
    " UNION ALL SELECT 'trigger', tgname || ' on ' || relname FROM pg_trigger"
    " JOIN pg_class ON pg_class.oid = tgrelid"
    " WHERE NOT tgisinternal AND tgenabled <> 'D'"
    " AND relnamespace = current_schema()::regnamespace"
)


@contextmanager
def open_snapshot(url: str) -> Iterator[Connection]:
    """A database as it is at one moment, whatever its schema is.

    :raise DatabaseNotReady: if it has no tables, or another program's
    :raise DatabaseUnavailable: if the server does not answer
    """
    with closing(open_connection(url)) as connection:
        connection.timeout = None

        if find_schema(connection) is None:
            raise no_database()

        connection.execute(
            f"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {NO_LIMITS}"
        )
        yield connection


def check_schema(db: Connection) -> None:
    """Do nothing if a database has today's schema.

    :raise DatabaseNotReady: if it is older or newer
    """
    found = find_schema(db)

    if found != LATEST:
        raise other_schema(found or 0)


def attempt(db: Connection) -> AbstractContextManager[object]:
    """Let a statement fail, and the next one not."""
    return db.transaction()


def check_server(db: Connection) -> Iterator[Finding]:
    """The server's version, the encoding, and how far replicas are behind."""
    row = db.execute(
        "SELECT current_setting('server_version') AS version,"
        " current_setting('server_version_num')::int / 10000 AS major,"
        " current_setting('server_encoding') AS encoding,"
        " pg_is_in_recovery() AS is_replica"
    ).fetchone()
    assert row
    found = f"PostgreSQL {row['version']}, encoding {row['encoding']}."

    if row["encoding"] != "UTF8":
        yield wrong(found, "Copy the blog into a database of UTF8: copy-db.")
    elif row["is_replica"]:
        yield wrong(
            found, "DATABASE names a replica, which only reads. Name the primary."
        )
    elif row["major"] < OLDEST:
        yield warning(found, "Upgrade the server: this version gets no fixes any more.")
    else:
        yield ok(found)

    yield from check_replicas(db)


def check_replicas(db: Connection) -> Iterator[Finding]:
    """How far those that follow are behind."""
    rows = db.execute(
        "SELECT coalesce(application_name, '') AS name,"
        " coalesce(extract(epoch FROM replay_lag), 0)::bigint AS lag"
        " FROM pg_stat_replication"
    ).fetchall()

    for row in rows:
        found = f"The replica {row['name']} is {row['lag']:,} seconds behind."
        late = row["lag"] > MAX_LAG
        yield warning(found, "Look at its log and its network.") if late else ok(found)


def check_structure(db: Connection) -> Iterator[Finding]:
    """Indexes that are not valid, and pages whose checksums the server found wrong."""
    rows = db.execute(
        "SELECT indexrelid::regclass::text AS name FROM pg_index"
        " JOIN pg_class ON pg_class.oid = indexrelid"
        " WHERE relnamespace = current_schema()::regnamespace AND NOT indisvalid"
    ).fetchall()
    names = ", ".join(row["name"] for row in rows)
    failures = db.execute(
        "SELECT coalesce(checksum_failures, 0) AS number FROM pg_stat_database"
        " WHERE datname = current_database()"
    ).fetchone()

    if names:
        yield wrong(
            f"Indexes that are not valid: {names}.", f"Run: REINDEX INDEX {names}"
        )

    if failures and failures["number"]:
        yield wrong(
            f"The server found {failures['number']:,} pages with wrong checksums.",
            "Look at the disk, and restore a backup.",
        )
    elif not names:
        yield ok("No invalid indexes, no failed checksums.")

    yield unknown("Pages and indexes as a whole.", "To look at them, run: pg_amcheck")


def repair_structure(db: Connection) -> None:
    """Nothing: the server does it."""


def find_dangling(db: Connection) -> list[tuple[str, str, str]]:
    """Rows that refer to missing ones: none, since the server enforces that."""
    return []


def find_schema_changes(db: Connection) -> list[tuple[str, str, str]]:
    """What of the schema is missing, as :mod:`..sqlite.checkup`; without SQL, since
    here a trigger is nothing without its function."""
    found = {(row["type"], row["name"]) for row in db.execute(OBJECTS)}
    return [(*each, "") for each in find_wanted() if each not in found]


def find_strange(db: Connection) -> list[tuple[str, str]]:
    """What is not Flaskr's: nothing, since only who owns the database makes it."""
    return []


def find_wanted() -> list[tuple[str, str]]:
    """The tables and the indexes that the migrations name."""
    wanted: dict[tuple[str, str], str] = {}

    for path in MIGRATIONS.values():
        for line in path.read_text("utf-8").splitlines():
            note_object(wanted, line.replace('"', "").replace("(", " ").split())

    return list(wanted)


def note_object(wanted: dict[tuple[str, str], str], words: list[str]) -> None:
    """Note what a line makes, or no more, each with its table."""
    if words[:1] not in (["CREATE"], ["DROP"]):
        return

    rest = [word for word in words[1:] if word not in ("UNIQUE", "IF", "EXISTS")]
    type, name = rest[0].lower(), rest[1].rstrip(";") if rest[1:] else ""

    if type not in ("table", "index"):
        return

    if words[0] == "CREATE":
        wanted[type, name] = name if type == "table" else rest[3]
    elif type == "index":
        del wanted[type, name]
    else:
        for found in [key for key, table in wanted.items() if table == name]:
            del wanted[found]


def can_make(type: str, name: str) -> bool:
    """Whether a part of the schema can be made anew: none, without its functions."""
    return False


def repair_schema(db: Connection, changes: list[tuple[str, str, str]]) -> None:
    """Nothing: no part can be made alone."""


def find_missing_columns(db: Connection) -> list[str]:
    """Columns that a table should have: none is missing without a table's refusing
    what is written."""
    return []


def find_bad_kinds(db: Connection) -> list[tuple[str, str]]:
    """Values of another kind than their column: none, since the server refuses them."""
    return []


def find_bad_texts(db: Connection, table: str, column: str) -> list[int]:
    """The rows of a table with a text that is no UTF-8: none, since the server refuses
    them."""
    return []


def measure(url: str) -> int | None:
    """The bytes of a database on a disk of this machine: who knows."""
    return None


def advise(error: Exception) -> str:
    """What to do when the server does not answer; its own sentence may say more."""
    return "Look at the server and its log, and at DATABASE in config.py."


def unblock(url: str) -> None:
    """Have one row at most of what says the public version: with two, each page
    fails."""
    with closing(open_connection(url)) as connection:
        connection.execute(
            "DELETE FROM public_version a USING public_version b WHERE a.ctid > b.ctid"
        )


def keep_copy(url: str) -> str:
    """Where the database was copied, before rows are removed: nowhere."""
    return ""

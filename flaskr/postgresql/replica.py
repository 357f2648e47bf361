"""A server that follows the primary, and whether readers may have what it has."""

import logging
import math
import threading
import time
import typing as t

import psycopg

from ..errors import DatabaseNotReady
from ..errors import DatabaseUnavailable
from .connection import Connection

logger = logging.getLogger(__name__)

# Seconds after which it is asked again how closely a replica follows. They double each
# time that one let somebody wait in vain, up to the second number.
CHECK_EVERY = 1
MAX_PAUSE = 30

# Why nobody knows where a server is.
FAILURES = (DatabaseNotReady, DatabaseUnavailable, psycopg.Error)

# Of a server: whether it follows another one, where it is in the log, which database
# this is, and of which cluster, which is the same on a primary and its replicas.
PLACE = (
    "SELECT pg_is_in_recovery(), CASE WHEN pg_is_in_recovery()"
    " THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END, current_database()"
)
CLUSTER = ", (SELECT system_identifier FROM pg_control_system())"


class Place(t.NamedTuple):
    """Where a server is."""

    is_replica: bool
    position: int
    database: str | None
    # None if its user may not ask.
    cluster: str | None


def find_place(connection: Connection) -> Place:
    """Ask a server where it is.

    :raise psycopg.Error: if it does not say
    """
    found = None

    if connection.may_ask_cluster:
        try:
            found = connection.ask(PLACE + CLUSTER)
        except psycopg.errors.InsufficientPrivilege:
            connection.may_ask_cluster = False

    found = found or connection.ask(f"{PLACE}, NULL")
    is_replica, position, database, cluster = found or [None] * 4
    # None before a replica replayed anything.
    high, _, low = (position or "0/0").partition("/")
    number = int(high, 16) << 32 | int(low, 16)
    return Place(is_replica == "t", number, database, cluster)


class Follower(t.Protocol):
    """A pool of connections to one server."""

    def find_place(self) -> Place:
        """Where the server is."""


class Replica:
    """A server that follows the primary, and how closely.

    Each second, the primary's place in its log is asked, and whether the replica has
    come to where the primary was a second before. So what it shows is at most three
    seconds old: until that place was asked, until the next second, and until a request
    that began then has read.
    """

    def __init__(self, primary: Follower, pool: t.Any) -> None:
        self.primary = primary
        self.pool = pool
        self.lock = threading.Lock()
        self.was_close = False
        # Where the primary was, and when that was asked.
        self.written = 0
        self.asked_at = -math.inf
        self.check_at = -math.inf
        self.pause = CHECK_EVERY
        # What the log says of it.
        self.told = ""

    def is_close(self) -> bool:
        """Whether readers may have what it has. One of them finds out, and may wait for
        it; for the others, it is not close meanwhile."""
        if time.monotonic() > self.check_at and self.lock.acquire(blocking=False):
            try:
                self.check()
            finally:
                self.lock.release()

        return self.was_close and not self.lock.locked()

    def check(self) -> None:
        """Ask both servers where they are."""
        began = time.monotonic()
        self.was_close = False

        try:
            found = self.pool.find_place()
        except FAILURES as e:
            self.tell(reason_of(e))
            self.postpone(time.monotonic() - began)
            return

        self.pause = CHECK_EVERY
        self.check_at = began + CHECK_EVERY

        try:
            primary = self.primary.find_place()
        except FAILURES:
            # Nobody knows how old it is; whoever asks the primary says why.
            return

        # What was long ago says nothing of now.
        is_recent = began - self.asked_at < 2 * CHECK_EVERY
        least = self.written if is_recent else primary.position
        self.written, self.asked_at = primary.position, began
        self.tell(compare(found, primary))
        self.was_close = not self.told and found.position >= least

    def postpone(self, seconds: float) -> None:
        """Ask later what did not answer, and later again if that took long."""
        if seconds > CHECK_EVERY:
            self.pause = min(2 * self.pause, MAX_PAUSE)

        self.check_at = time.monotonic() + self.pause

    def tell(self, reason: str) -> None:
        """Log why it is not read, and when it is again, once."""
        if reason == self.told:
            return
        elif reason:
            logger.warning(
                "DATABASE_REPLICA is not used, and DATABASE serves all readers: %s",
                reason,
            )
        else:
            logger.warning("DATABASE_REPLICA is used again.")

        self.told = reason


def compare(found: Place, primary: Place) -> str:
    """Why what was found, just before the primary, is none of its replicas; the empty
    string if it is one."""
    if not found.is_replica:
        return "it is not a replica: it accepts writes"
    elif found.database != primary.database:
        return f"it has the database {found.database}, not {primary.database}"
    elif None not in (found.cluster, primary.cluster) and (
        found.cluster != primary.cluster
    ):
        return "it is a replica of another server"
    elif found.position > primary.position:
        # That of another timeline: asked first, a replica is not ahead of its primary;
        # who may not read pg_stat_wal_receiver is not told its timeline.
        return "it has data that DATABASE lacks, from another server"

    return ""


def reason_of(error: Exception) -> str:
    """What went wrong, on one line of the log."""
    reason = error.description if isinstance(error, DatabaseNotReady) else error
    return " ".join(str(reason).split())

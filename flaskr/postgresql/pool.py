"""The connections of a process to its PostgreSQL database."""

import math
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import suppress

import psycopg

from ..errors import DatabaseNotReady
from ..errors import DatabaseUnavailable
from ..writers import Writers
from .address import describe
from .connection import Connection
from .connection import open_connection
from .connection import unavailable
from .schema import read_version
from .schema import Version

# Connections of a process, and seconds to wait for one of them.
MAX_CONNECTIONS = 20
CONNECTION_WAIT = 5

# Seconds after which it is asked again how closely a replica follows.
CHECK_EVERY = 1

# Where a server is in the log: a replica, or a primary.
POSITION = (
    "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn()"
    " ELSE pg_current_wal_lsn() END"
)

# Seconds for which nobody else waits for a server that just did not answer.
PAUSE = 2


class Replica:
    """A server that follows the primary, and how closely.

    Each second, the primary's place in its log is asked, and whether the replica has
    come to where the primary was a second before. So what it shows is at most three
    seconds old: until that place was asked, until the next second, and until a request
    that began then has read.
    """

    def __init__(self, primary: "ConnectionPool", pool: "ConnectionPool") -> None:
        self.primary = primary
        self.pool = pool
        self.lock = threading.Lock()
        self.was_close = False
        # Where the primary was, and when that and all else was asked.
        self.written = 0
        self.asked_at = -math.inf

    def is_close(self) -> bool:
        """Whether readers may have what it has."""
        with self.lock:
            if time.monotonic() - self.asked_at > CHECK_EVERY:
                self.check()

            return self.was_close

    def check(self) -> None:
        """Ask both servers where they are."""
        now = time.monotonic()
        written = self.primary.find_position()
        replayed = self.pool.find_position()

        if written is None or replayed is None:
            # Nobody knows how old it is.
            self.was_close = False
        else:
            # What was long ago says nothing of now.
            is_recent = now - self.asked_at < 2 * CHECK_EVERY
            self.was_close = replayed >= (self.written if is_recent else written)

        self.written, self.asked_at = written or 0, now


class ConnectionPool:
    """Lends connections, each tried before it is lent, to one request at a time.

    psycopg's own pool connects in threads of its own, which no fork has, and lets a
    request wait while the server is away: here it is told at once.
    """

    def __init__(self, database: str, replica: str | None = None) -> None:
        self.database = database
        self.replica = Replica(self, ConnectionPool(replica)) if replica else None
        # What a parent of this process has open: closing it would end the parent's.
        self.inherited: list[Connection] = []
        self.silent_until = 0.0
        self.begin()

    def begin(self) -> None:
        """Have nothing open, as at the beginning of a process."""
        self.pid = os.getpid()
        self.idle: list[Connection] = []
        self.free = threading.BoundedSemaphore(MAX_CONNECTIONS)
        self.writers = Writers(describe(self.database))

    def find_reader(self) -> "ConnectionPool":
        """The pool of who only reads and is not logged in: the replica's, while it
        follows closely."""
        if self.replica is None:
            return self

        self.check_process()
        return self.replica.pool if self.replica.is_close() else self

    def acquire(self) -> Connection:
        """A connection for a request.

        :raise DatabaseNotReady: if there are no tables, or older or newer ones
        :raise DatabaseUnavailable: if the server does not let us work
        """
        return self.acquire_with_version()[0]

    def acquire_with_version(self) -> tuple[Connection, Version]:
        """A connection, and the versions of schema and public, as they are now."""
        self.check_process()

        if time.monotonic() < self.silent_until:
            raise unavailable("the server does not answer", self.database)
        elif not self.free.acquire(timeout=CONNECTION_WAIT):
            raise unavailable("all connections are in use", self.database)

        try:
            return self.find_working()
        except BaseException:
            self.free.release()
            raise

    def find_working(self) -> tuple[Connection, Version]:
        """An idle connection that works, or a new one, and the versions."""
        while True:
            try:
                connection, is_new = self.idle.pop(), False
            except IndexError:
                connection, is_new = open_connection(self.database), True

            connection.in_use = True

            try:
                return connection, read_version(connection)
            except psycopg.OperationalError as e:
                # The server was restarted, say; then the others are broken, too.
                connection.close()

                if connection.is_silent:
                    self.silent_until = time.monotonic() + PAUSE

                if is_new or connection.is_silent:
                    raise unavailable(e, self.database) from None
            except BaseException:
                connection.close()
                raise

    def release(self, connection: Connection) -> None:
        """Keep a connection for the next request, if it is fit for one."""
        if self.pid != os.getpid():
            self.inherited.append(connection)
            return

        if not connection.is_fit:
            # Nor are the others, which are the same server's.
            self.shutdown()

        if connection.closed or connection.in_transaction or not connection.is_fit:
            connection.close()
        else:
            connection.in_use = False
            self.idle.append(connection)

        self.free.release()

    def version(self) -> object:
        """What changes when something changes that the public sees, or the schema;
        ``None`` if there is no telling."""
        try:
            connection, version = self.acquire_with_version()
        except (DatabaseNotReady, DatabaseUnavailable, psycopg.Error):
            return None

        self.release(connection)
        return version if version[1] else None

    def find_position(self) -> int | None:
        """Up to where in its log a server has written, or replayed; ``None`` if it does
        not say."""
        try:
            connection = self.acquire()
        except (DatabaseNotReady, DatabaseUnavailable, psycopg.Error):
            return None

        try:
            (position,) = connection.ask(POSITION) or ["0/0"]
        except psycopg.Error:
            return None
        finally:
            self.release(connection)

        high, _, low = str(position).partition("/")
        return int(high, 16) << 32 | int(low, 16)

    @contextmanager
    def transaction(self, connection: Connection) -> Iterator[None]:
        """All of the block is saved when it ends, or nothing if it raises; within
        another one, when that ends."""
        if connection.in_transaction:
            yield
            return

        with self.writers.wait():
            try:
                with connection.immediate():
                    yield
            except psycopg.errors.LockNotAvailable:
                # A writer of another process, or another program.
                self.writers.is_stuck = True
                raise

    def check_process(self) -> None:
        """Begin anew in the child of a fork, and use nothing of the parent's."""
        if self.pid != os.getpid():
            self.inherited = self.idle
            self.begin()

            if self.replica is not None:
                self.replica = Replica(self, self.replica.pool)

    def shutdown(self) -> None:
        """Close what is idle."""
        if self.replica is not None:
            self.replica.pool.shutdown()

        if self.pid == os.getpid():
            with suppress(IndexError):
                while True:
                    self.idle.pop().close()

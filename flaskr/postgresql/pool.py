"""The connections of a process to its PostgreSQL database."""

import math
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import suppress

import psycopg

from ..errors import DatabaseUnavailable
from ..writers import Places
from ..writers import Waits
from ..writers import Writers
from .address import describe
from .connection import Connection
from .connection import open_connection
from .failures import is_unavailable
from .failures import unavailable
from .readers import Readers
from .replica import find_place
from .replica import Place
from .replica import Replica
from .schema import read_version
from .schema import Version

# Connections of a process, and seconds to wait for one of them.
MAX_CONNECTIONS = 20
CONNECTION_WAIT = 5

# A server that let somebody wait for so many seconds, in vain, does not answer; for so
# many more nobody waits for it, and then one at a time.
SILENCE = 1
PAUSE = 2


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
        self.begin()

    def begin(self) -> None:
        """Have nothing open, as at the beginning of a process."""
        self.pid = os.getpid()
        self.idle: list[Connection] = []
        self.free = Places(MAX_CONNECTIONS)
        self.waits = Waits()
        self.lock = threading.Lock()
        # Until when a server is not asked that did not answer; 0 if it did.
        self.silent_until = 0.0
        self.writers = Writers(describe(self.database))
        self.readers = Readers(describe(self.database))

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

        if self.silent_until:
            self.refuse_silent()

        if not (self.free.acquire(blocking=False) or self.wait_for_free()):
            self.silent_until = 0.0
            raise unavailable("all connections are in use", self.database)

        began = time.monotonic()

        try:
            found = self.find_working()
        except BaseException as e:
            self.free.release()
            now = time.monotonic()
            is_silent = isinstance(e, DatabaseUnavailable) and now - began > SILENCE
            self.silent_until = now + PAUSE if is_silent else 0.0
            raise

        self.silent_until = 0.0
        return found

    def wait_for_free(self) -> bool:
        """Whether there is a connection within :data:`CONNECTION_WAIT`."""
        with self.waits.note():
            return self.free.acquire(timeout=CONNECTION_WAIT)

    def refuse_silent(self) -> None:
        """Do nothing if it is time to look whether the server, which did not answer,
        does by now; until that is known, the others are told at once.

        :raise DatabaseUnavailable: if they are
        """
        with self.lock:
            if time.monotonic() < self.silent_until:
                raise unavailable("the server does not answer", self.database)

            self.silent_until = self.silent_until and math.inf

    def find_working(self) -> tuple[Connection, Version]:
        """An idle connection that works, or a new one, and the versions."""
        while True:
            try:
                connection, is_new = self.idle.pop(), False
            except IndexError:
                connection, is_new = open_connection(self.database), True

            connection.in_use = True
            connection.readers = self.readers

            try:
                connection.version = read_version(connection)
                return connection, connection.version
            except psycopg.Error as e:
                # The server was restarted, say; then the others are broken, too.
                connection.close()

                if not is_unavailable(e):
                    raise

                if connection.is_silent:
                    # Each of the others would be waited for as long.
                    self.close_idle()

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
            self.close_idle()

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
        except Exception:
            # Asked in front of Flask, which makes a page of what it meets itself.
            return None

        self.release(connection)
        return version if version[1] else None

    def version_of(self, connection: Connection) -> object:
        """As :meth:`version`, as it was when the connection was acquired."""
        return connection.version if connection.version[1] else None

    def find_place(self) -> Place:
        """Where the server is.

        :raise DatabaseNotReady: if there are no tables, or older or newer ones
        :raise DatabaseUnavailable: if the server does not let us work
        """
        connection = self.acquire()

        try:
            return find_place(connection)
        finally:
            self.release(connection)

    @contextmanager
    def transaction(self, connection: Connection, seconds: float) -> Iterator[None]:
        """All of the block is saved when it ends, or nothing if it raises; within
        another one, when that ends. It waits for others for so many seconds."""
        if connection.in_transaction:
            yield
            return

        with self.writers.wait(seconds):
            try:
                with connection.immediate(seconds):
                    yield
            except psycopg.errors.LockNotAvailable:
                # A writer of another process, or another program.
                self.writers.note_vain_wait(seconds)
                raise

    def check_process(self) -> None:
        """Begin anew in the child of a fork, and use nothing of the parent's."""
        if self.pid != os.getpid():
            self.inherited = self.idle
            self.begin()

            if self.replica is not None:
                self.replica = Replica(self, self.replica.pool)

    def count_connections(self) -> dict[str, int]:
        """How many are ``in_use``, and ``idle``, in this process."""
        return {"in_use": self.free.taken, "idle": len(self.idle)}

    def list_waits(self) -> dict[str, Waits]:
        """How threads of this process waited for a ``connection``, and to ``write``."""
        return {"connection": self.waits, "write": self.writers.waits}

    def shutdown(self) -> None:
        """Close what is idle, the replica's, too."""
        if self.replica is not None:
            self.replica.pool.shutdown()

        self.close_idle()

    def close_idle(self) -> None:
        """Close what is idle."""
        if self.pid == os.getpid():
            with suppress(IndexError):
                while True:
                    self.idle.pop().close()

"""The connections of a process to its PostgreSQL database."""

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
from .connection import Connection
from .connection import describe
from .connection import open_connection
from .connection import unavailable
from .schema import read_version
from .schema import Version

# Connections of a process, and seconds to wait for one of them.
MAX_CONNECTIONS = 20
CONNECTION_WAIT = 5

# Seconds for which nobody else waits for a server that just did not answer.
PAUSE = 2


class ConnectionPool:
    """Lends connections, each tried before it is lent, to one request at a time.

    psycopg's own pool connects in threads of its own, which no fork has, and lets a
    request wait while the server is away: here it is told at once.
    """

    def __init__(self, database: str) -> None:
        self.database = database
        self.pid = os.getpid()
        self.idle: list[Connection] = []
        self.free = threading.BoundedSemaphore(MAX_CONNECTIONS)
        # What a parent of this process has open: closing it would end the parent's.
        self.inherited: list[Connection] = []
        self.silent_until = 0.0
        self.writers = Writers(describe(database))

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
                is_silent = connection.timeout == 1
                connection.close()

                if is_silent:
                    self.silent_until = time.monotonic() + PAUSE

                if is_new or is_silent:
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
        if self.pid != (pid := os.getpid()):
            self.pid = pid
            self.inherited, self.idle = self.idle, []
            self.free = threading.BoundedSemaphore(MAX_CONNECTIONS)
            self.writers = Writers(describe(self.database))

    def shutdown(self) -> None:
        """Close what is idle."""
        if self.pid == os.getpid():
            with suppress(IndexError):
                while True:
                    self.idle.pop().close()

"""The connections of a process to its SQLite database."""

import gc
import sqlite3
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import suppress

from ..errors import DatabaseNotReady
from ..errors import DatabaseUnavailable
from ..errors import SettingsError
from ..writers import Waits
from ..writers import Writers
from .connection import begin
from .connection import closed_on_error
from .connection import Connection
from .connection import ended
from .connection import open_file
from .files import unavailable
from .forks import handle_forks
from .generation import Generation
from .maintenance import Maintenance
from .rescue import rescue
from .schema import require_latest

# Seconds to wait for a folder, at each try: who has it may be a thread of this process
# whose garbage collection waits for the one that tries.
FOLDER_WAIT = 0.5


class ConnectionPool:
    """Lends connections to the files that have the names of a database."""

    def __init__(self, path: str, replica: str | None = None) -> None:
        if replica:
            raise SettingsError(
                "DATABASE_REPLICA needs PostgreSQL, but DATABASE is a file."
            )

        self.path = path
        self.lock = threading.RLock()
        self.generation: Generation | None = None
        self.maintenance = Maintenance(self)
        self.writers = Writers(path)
        self.handles_forks = False
        # A generation that the parent of this process had open when it forked.
        self.inherited: weakref.ref[Generation] | None = None
        self.parents: Generation | None = None
        # The last one whose files lost their names.
        self.left: weakref.ref[Generation] | None = None

    def find_reader(self) -> "ConnectionPool":
        """The pool of who only reads: this one."""
        return self

    def acquire(self) -> Connection:
        """A connection for a request.

        :raise DatabaseNotReady: if the database is missing, older or newer
        :raise DatabaseUnavailable: if its files are not in order
        """
        generation = self.current()

        try:
            connection = generation.idle.pop()
            connection.in_use = True
        except IndexError:
            connection = self.open_connection(generation)

        with closed_on_error(connection):
            counter = generation.read_counter()

            if counter is None or connection.checked_at != counter:
                # The schema may have changed.
                require_latest(connection)
                connection.checked_at = counter

        return connection

    def open_connection(self, generation: Generation) -> Connection:
        """One more connection to the files of a generation.

        :raise DatabaseUnavailable: if other files have the names by now
        """
        # Neither a file that just got the name, which would take this log for its own
        # as soon as it is read, nor a log that did.
        connection = open_file(
            generation.path, generation.mode, check=generation.require_current
        )
        generation.add(connection)

        with closed_on_error(connection):
            connection.checked_at = generation.read_counter()
            # This reads, which is what joins the log.
            require_latest(connection)
            generation.require_current()

        return connection

    def release(self, connection: Connection) -> None:
        """Keep a connection for the next request, if it is fit for one."""
        generation: Generation = connection.generation

        if generation is not self.generation or not connection.reset():
            connection.close()
            return

        connection.in_use = False
        generation.idle.append(connection)

        if generation is not self.generation:
            # Left just now.
            generation.close_idle()

    def current(self) -> Generation:
        """What has the names now, opened if need be."""
        generation = self.generation

        if generation is not None and generation.is_current():
            return generation

        # While anybody has it, no other is opened.
        del generation

        with self.lock:
            self.leave_replaced()

            if self.generation is None:
                self.generation = self.open_generation()

            return self.generation

    def open_generation(self) -> Generation:
        """Open the database, and begin to look after it.

        :raise DatabaseUnavailable: in the child of a process that was using it
        """
        if self.inherited is not None and self.inherited() is not None:
            # SQLite would take the parent's locks for its own.
            raise unavailable("was in use when this process was forked", self.path)

        if self.left is not None and self.left() is not None:
            # An exception may hold on to it, and in a circle. While it is open, no
            # other is opened.
            gc.collect()

        generation = Generation.open(self.path)
        # A server that was killed may have left a long log.
        self.maintenance.needs_checkpoint = True

        if not self.handles_forks:
            self.handles_forks = True
            handle_forks(self)

        self.maintenance.start()
        return generation

    def leave_replaced(self, seconds: float | None = FOLDER_WAIT) -> None:
        """Leave files that have lost their names.

        :param seconds: to wait for who puts files into their folder, or as long as it
            takes
        :raise DatabaseUnavailable: while what they hold can't be saved
        """
        with self.lock:
            generation = self.generation

            if generation is not None and not generation.is_current():
                rescue(generation, seconds)
                # First, so that whoever releases a connection now closes it.
                self.generation = None
                generation.close()
                self.left = weakref.ref(generation)

    def version(self) -> object:
        """As :meth:`Generation.version`. Files that lost their names are noticed within
        a second."""
        generation = self.generation

        if generation is None:
            try:
                generation = self.current()
            except (DatabaseNotReady, DatabaseUnavailable, sqlite3.Error):
                return None

        return generation.version()

    def version_of(self, connection: Connection) -> object:
        """As :meth:`version`, of the database that a connection is to."""
        generation: Generation = connection.generation
        return generation.version()

    @contextmanager
    def transaction(self, connection: Connection, seconds: float) -> Iterator[None]:
        """All of the block is saved when it ends, in the database that has the name
        then, or nothing if it raises; within another one, when that ends. It waits for
        others for so many seconds."""
        if connection.in_transaction:
            # Its end decides of this, too.
            yield
            return

        generation: Generation = connection.generation
        generation.require_current()

        # SQLite itself would have a writer ask again and again, and sleep in between.
        with self.writers.wait(seconds):
            with self.writers.waits.note():
                # For writers of other processes.
                begin(connection, seconds)

            with ended(connection):
                yield

        self.maintenance.needs_checkpoint = True
        generation.confirm(connection)

    def shorten_log(self) -> bool:
        """Move the log into the database; return whether nothing is left to move.

        :raise sqlite3.Error: if the disk does not let us
        """
        generation = self.generation
        # The log of files that lost their names is moved when they are left.
        is_open = generation is not None and generation.is_current()
        return not (generation and is_open) or generation.checkpoint()

    def checkpoint(self) -> None:
        """As the maintenance does now and then."""
        self.maintenance.checkpoint()

    def count_connections(self) -> dict[str, int]:
        """How many are ``in_use``, and ``idle``, in this process."""
        generation = self.generation

        if generation is None:
            return {"in_use": 0, "idle": 0}

        idle = len(generation.idle)
        return {"in_use": max(0, len(generation.connections) - idle), "idle": idle}

    def list_waits(self) -> dict[str, Waits]:
        """How threads of this process waited for a ``connection``, of which one more
        is opened at once, and to ``write``."""
        return {"connection": Waits(), "write": self.writers.waits}

    def shutdown(self) -> None:
        """Leave one file, unless another process has it open."""
        self.maintenance.stop()

        with self.lock:
            try:
                # Nobody does it later.
                self.leave_replaced(None)
            except (DatabaseUnavailable, OSError) as e:
                self.maintenance.report(e)
            else:
                generation, self.generation = self.generation, None

                if generation is not None:
                    generation.finish()

    def before_fork(self) -> None:
        """Close what is open, unless it is in use or can't be saved."""
        self.lock.acquire()

        with suppress(DatabaseUnavailable, OSError):
            self.leave_replaced()

        generation = self.generation

        if generation is not None and generation.is_current():
            self.generation = None
            generation.close()

        self.inherited = weakref.ref(generation) if generation else None

    def after_fork(self) -> None:
        """Go on."""
        self.inherited = None
        self.lock.release()

    def after_fork_in_child(self) -> None:
        """Begin anew, and use nothing of the parent's."""
        # Threads that are not here may have held the old ones.
        self.lock = threading.RLock()
        self.writers = Writers(self.path)
        self.maintenance = Maintenance(self)
        # Kept, since closing it is the parent's.
        self.parents = self.generation
        self.generation = None

        if self.inherited is not None and (generation := self.inherited()):
            for connection in generation.connections:
                connection.in_use = False

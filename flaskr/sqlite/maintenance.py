"""What a process does for its database beside its requests: it keeps the log short, and
watches over the files."""

import logging
import sqlite3
import threading
import typing as t
from contextlib import suppress

from ..errors import DatabaseUnavailable

logger = logging.getLogger(__name__)

# Seconds between two looks at the files and, after commits, at the log.
MAINTAIN_EVERY = 1.0

# Seconds that a process which ends gives a checkpoint that is at work.
SHUTDOWN_WAIT = 60


class Maintained(t.Protocol):
    """What needs it."""

    def leave_replaced(self) -> None:
        """Leave files that have lost their names.

        :raise DatabaseUnavailable: while what they hold can't be saved
        """

    def shorten_log(self) -> bool:
        """Return whether nothing is left in the log.

        :raise sqlite3.Error: if the disk does not let us
        """


class Maintenance:
    """A thread, while something is open."""

    def __init__(self, pool: Maintained) -> None:
        self.pool = pool
        self.needs_checkpoint = False
        self.reported = ""
        self.thread: threading.Thread | None = None
        self.stopped = threading.Event()

    def start(self) -> None:
        """Begin, unless it has begun."""
        if self.thread is None or not self.thread.is_alive():
            # One of its own, so that a stop that has begun stays one.
            self.stopped = threading.Event()
            self.thread = threading.Thread(
                target=self.run, args=(self.stopped,), daemon=True
            )

            # An interpreter that is ending starts no thread.
            with suppress(RuntimeError):
                self.thread.start()

    def stop(self) -> None:
        """End it, after what it is doing."""
        thread = self.thread
        self.stopped.set()

        if thread and thread is not threading.current_thread():
            with suppress(RuntimeError):
                thread.join(SHUTDOWN_WAIT)

    def run(self, stopped: threading.Event) -> None:
        """Look after the log and the files until :meth:`stop`."""
        while not stopped.wait(MAINTAIN_EVERY):
            try:
                self.pool.leave_replaced()
            except (DatabaseUnavailable, OSError) as e:
                self.report(e)

            if self.needs_checkpoint:
                # An interpreter that is ending waits for this thread before it runs
                # exit hooks, and starts none.
                thread = threading.Thread(target=self.checkpoint)

                with suppress(RuntimeError):
                    thread.start()
                    thread.join()

    def checkpoint(self) -> None:
        """Shorten the log, unless readers or writers are in the way, and then in a
        second."""
        self.needs_checkpoint = False

        try:
            self.needs_checkpoint = not self.pool.shorten_log()
            self.reported = ""
        except sqlite3.Error as e:
            self.needs_checkpoint = True
            self.report(DatabaseUnavailable(e))

    def report(self, error: Exception) -> None:
        """Log what goes on going wrong once."""
        if str(error) != self.reported:
            self.reported = str(error)
            logger.error("%s", error)

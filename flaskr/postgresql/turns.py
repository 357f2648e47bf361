"""Turns at what one process does at a time, and what takes minutes, unlike a write."""

from collections.abc import Iterator
from contextlib import closing
from contextlib import contextmanager

import psycopg

from ..writers import TurnTaken
from .address import describe
from .connection import open_connection
from .copying import NO_LIMITS

LOCK = (
    "SELECT pg_advisory_xact_lock(hashtextextended("
    "CAST(? AS text) || ' ' || current_schema(), 0))"
)


@contextmanager
def hold_turn(url: str, name: str, seconds: float) -> Iterator[None]:
    """Be the only process that does what has a name, on a database.

    :raise TurnTaken: if another one does it for longer than so many seconds
    """
    with closing(open_connection(url)) as connection:
        connection.timeout = None
        # A transaction, since a pooler in between gives the next one another server
        # process.
        connection.execute(
            f"BEGIN; {NO_LIMITS}; SET LOCAL lock_timeout = '{int(1000 * seconds)}ms'"
        )

        try:
            connection.execute(LOCK, (f"flaskr {name}",))
        except psycopg.errors.LockNotAvailable as e:
            raise TurnTaken(f"another process does the same ({describe(url)})") from e

        yield

"""Connections to a PostgreSQL database, which do what SQLite's do."""

import typing as t
from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import contextmanager
from contextlib import suppress
from functools import lru_cache

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.errors import _WaitTimeout
from psycopg.errors import error_from_result
from psycopg.generators import execute
from psycopg.pq import ExecStatus
from psycopg.pq import TransactionStatus

from ..errors import DatabaseUnavailable
from ..errors import lazy_gettext
from .failures import is_conflict
from .failures import unavailable

# Seconds to wait for a server that does not answer: when connecting, and for one
# statement. A writer waits for others half as long.
CONNECT_TIMEOUT = 5
STATEMENT_TIMEOUT = 10
LOCK_TIMEOUT = 5

# Statements begin so. As one message, which is one round trip: the transaction, how
# long it may wait and be idle, and the turn among all writers.
BEGIN = (
    "BEGIN ISOLATION LEVEL READ COMMITTED;"
    f" SET LOCAL lock_timeout = '{LOCK_TIMEOUT}s';"
    f" SET LOCAL idle_in_transaction_session_timeout = '{2 * STATEMENT_TIMEOUT}s';"
    " SELECT wait_to_write()"
)


def json_rows(columns: str) -> str:
    """SQL for all rows of a query as one value: a list of lists in JSON."""
    return f"coalesce(json_agg(json_build_array({columns})), '[]')::text"


class Row:
    """A row of a query, as ``sqlite3.Row``."""

    __slots__ = ("names", "values")

    def __init__(self, names: dict[str, int], values: Sequence[t.Any]) -> None:
        self.names = names
        self.values = values

    def __getitem__(self, key: str | int) -> t.Any:
        try:
            return self.values[self.names[key] if isinstance(key, str) else key]
        except KeyError:
            raise IndexError("No item with that key") from None

    def __iter__(self) -> Iterator[t.Any]:
        return iter(self.values)

    def __len__(self) -> int:
        return len(self.values)

    def keys(self) -> list[str]:
        """The names of its columns."""
        return list(self.names)


def make_rows(cursor: psycopg.Cursor[Row]) -> t.Callable[[Sequence[t.Any]], Row]:
    """What makes a :class:`Row` of the values of one, for a cursor."""
    names = {c.name: n for n, c in enumerate(cursor.description or ())}
    return lambda values: Row(names, values)


@lru_cache(1000)
def translate(statement: str) -> str:
    """Portable SQL for psycopg: it has no literal ``?`` or ``%``."""
    return statement.replace("?", "%s")


def clean(parameter: object) -> object:
    """A parameter; what PostgreSQL has in no text is nothing that it could find."""
    if isinstance(parameter, str) and "\0" in parameter:
        return parameter.replace("\0", "\ufffd")

    return parameter


class Connection(psycopg.Connection[Row]):
    """A connection of the pool. No statement waits without a limit."""

    in_use = True
    # Whether another request may have it.
    is_fit = True
    # Whether the server did not answer in time.
    is_silent = False
    # Whether its user may ask which cluster it is, as far as that is known.
    may_ask_cluster = True
    timeout: float | None = STATEMENT_TIMEOUT

    def wait(self, gen: t.Any, interval: float = 0.1, timeout: t.Any = None) -> t.Any:
        """As psycopg's; after :attr:`timeout` seconds, the connection is closed."""
        try:
            return super().wait(gen, interval, timeout or self.timeout)
        except _WaitTimeout:
            self.is_silent = True

            with suppress(psycopg.Error):
                self.cancel_safe(timeout=1)
            self.pgconn.finish()
            raise psycopg.OperationalError(
                f"the server did not answer for {STATEMENT_TIMEOUT} seconds"
            ) from None

    def execute(  # type: ignore[override]
        self, query: str, params: Sequence[object] = (), **options: t.Any
    ) -> psycopg.Cursor[Row]:
        """As SQLite's."""
        if not self.in_use:
            raise psycopg.ProgrammingError("Cannot operate on a closed database")

        if not params:
            # So, several statements may be one message.
            return super().execute(query)

        return super().execute(
            translate(query), [clean(p) for p in params], binary=True
        )

    def ask(self, query: str) -> Sequence[str | None] | None:
        """The one row of a query without parameters, as texts, in half of the time
        that :meth:`execute` takes: each request begins with one."""
        with self.lock:
            self.pgconn.send_query(query.encode())
            (result,) = self.wait(execute(self.pgconn))

        if result.status != ExecStatus.TUPLES_OK:
            raise error_from_result(result)
        elif not result.ntuples:
            return None

        values = (result.get_value(0, n) for n in range(result.nfields))
        return [None if value is None else value.decode() for value in values]

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        return self.pgconn.transaction_status != TransactionStatus.IDLE

    @contextmanager
    def immediate(self) -> Iterator[None]:
        """A write transaction: all of the block is committed, or nothing. Writers
        come one after the other, in all processes: what one reads stays so until it
        has written, as in SQLite. On the rows that every change of the blog touches
        they would wait for each other anyway."""
        try:
            # Without parameters, several statements may be one message.
            super().execute(BEGIN)
            yield
        except BaseException as e:
            # The server may have become one that only reads.
            self.is_fit = not isinstance(e, psycopg.errors.ReadOnlySqlTransaction)

            with suppress(psycopg.Error):
                super().execute("ROLLBACK")
            raise

        self.commit_all()

    def commit_all(self) -> None:
        """End the transaction.

        :raise DatabaseUnavailable: if the server was gone before it said that it did
        """
        try:
            super().execute("COMMIT")
        except psycopg.OperationalError as e:
            if is_conflict(e):
                raise

            raise DatabaseUnavailable(
                f"{str(e).strip()}, while something was saved",
                lazy_gettext(
                    "The database went away while this was saved, and it may be there."
                    " Look for it before you send it again."
                ),
            ) from e


def open_connection(url: str) -> Connection:
    """Connect to the server.

    :raise DatabaseUnavailable: if that is not possible
    """
    parts: dict[str, t.Any] = {
        "connect_timeout": CONNECT_TIMEOUT,
        "application_name": "flaskr",
        # A server that is gone without a word is noticed.
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 20_000,
        **conninfo_to_dict(url),
        "client_encoding": "UTF8",
    }

    try:
        return Connection.connect(
            **parts,
            autocommit=True,
            row_factory=make_rows,
            # A pooler in between gives each transaction another server process, which
            # knows no statement that was prepared.
            prepare_threshold=None,
        )
    except psycopg.Error as e:
        raise unavailable(e, url) from None

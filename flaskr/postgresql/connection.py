"""Connections to a PostgreSQL database, which do what SQLite's do."""

import typing as t
from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import contextmanager
from contextlib import suppress

import psycopg
from psycopg.abc import PQGen
from psycopg.conninfo import conninfo_to_dict
from psycopg.errors import _WaitTimeout
from psycopg.errors import error_from_result
from psycopg.generators import execute
from psycopg.pq import ConnStatus
from psycopg.pq import ExecStatus
from psycopg.pq import TransactionStatus
from psycopg.pq.abc import PGresult

from ..errors import DatabaseUnavailable
from ..errors import MAY_BE_SAVED
from .failures import is_unavailable
from .failures import NOT_COMMITTED
from .failures import unavailable
from .readers import Readers
from .rows import clean
from .rows import make_rows
from .rows import Row
from .rows import translate

# Seconds to wait for a server that does not answer: when connecting, and for one
# statement. A writer waits for others half as long.
CONNECT_TIMEOUT = 5
STATEMENT_TIMEOUT = 10
LOCK_TIMEOUT = 5

# Statements begin so. As one message, which is one round trip: the transaction, how
# long it may wait and be idle, and the turn among all writers.
BEGIN = (
    "BEGIN ISOLATION LEVEL READ COMMITTED;"
    " SET LOCAL lock_timeout = '{milliseconds:.0f}ms';"
    f" SET LOCAL idle_in_transaction_session_timeout = '{2 * STATEMENT_TIMEOUT}s';"
    " SELECT wait_to_write()"
)


def json_rows(columns: str) -> str:
    """SQL for all rows of a query as one value: a list of lists in JSON."""
    return f"coalesce(json_agg(json_build_array({columns})), '[]')::text"


class Connection(psycopg.Connection[Row]):
    """A connection of the pool. No statement waits without a limit."""

    in_use = True
    # Whether another request may have it.
    is_fit = True
    # Whether the server did not answer in time.
    is_silent = False
    # What a writer waits for is bounded by the server.
    is_writing = False
    # Whether its user may ask which cluster it is, as far as that is known.
    may_ask_cluster = True
    timeout: float | None = STATEMENT_TIMEOUT
    readers: Readers | None = None
    # Of the schema and of what the public sees, when it was acquired.
    version: tuple[int, str | None] = 0, None

    def wait(self, gen: t.Any, interval: float = 0.1, timeout: t.Any = None) -> t.Any:
        """As psycopg's; after :attr:`timeout` seconds, the connection is closed.

        :raise DatabaseUnavailable: after fewer, if others wait for long, too
        """
        try:
            return self.wait_in_turn(gen, interval, timeout or self.timeout)
        except _WaitTimeout:
            self.is_silent = True
            self.give_up()
            raise psycopg.OperationalError(
                f"the server did not answer for {STATEMENT_TIMEOUT} seconds"
            ) from None
        except DatabaseUnavailable:
            self.give_up()
            raise
        except psycopg.DatabaseError as e:
            # What was no answer of a server: libpq gives up the connection, and says
            # so in words only.
            if e.sqlstate is None and self.pgconn.status == ConnStatus.BAD:
                raise psycopg.OperationalError(str(e)) from e

            raise

    def wait_in_turn(self, gen: t.Any, interval: float, timeout: float | None) -> t.Any:
        """As psycopg's, and for long only as :class:`.Readers` let it."""
        if timeout is None or self.readers is None or self.is_writing:
            return super().wait(gen, interval, timeout)

        patience = min(self.readers.find_patience(), timeout)

        try:
            return super().wait(gen, interval, patience)
        except _WaitTimeout:
            if patience == timeout:
                raise

            with self.readers.hold_turn():
                return super().wait(gen, interval, timeout - patience)

    def give_up(self) -> None:
        """Close the connection, since a statement takes too long."""
        try:
            self.cancel_safe(timeout=1)
        except psycopg.Error:
            # The statement is not all that takes long.
            self.is_fit = False

        self.pgconn.finish()

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
            result = self.wait(self.fetch_only(query))

        if not result.ntuples:
            return None

        values = (result.get_value(0, n) for n in range(result.nfields))
        return [None if value is None else value.decode() for value in values]

    def fetch_only(self, query: str) -> PQGen[PGresult]:
        """The one result of a query, for :meth:`wait`."""
        self.pgconn.send_query(query.encode())
        results = yield from execute(self.pgconn)

        for found in results:
            # PgBouncer sends two, when it has lost its server: the first says why.
            if found.status == ExecStatus.FATAL_ERROR:
                raise error_from_result(found)

        if [result.status for result in results] != [ExecStatus.TUPLES_OK]:
            raise psycopg.OperationalError("the server sent an unexpected answer")

        result: PGresult = results[0]
        return result

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        return self.pgconn.transaction_status != TransactionStatus.IDLE

    @contextmanager
    def immediate(self, seconds: float) -> Iterator[None]:
        """A write transaction: all of the block is committed, or nothing. Writers
        come one after the other, in all processes: what one reads stays so until it
        has written, as in SQLite. On the rows that every change of the blog touches
        they would wait for each other anyway, for so many seconds at most."""
        self.is_writing = True

        try:
            # Without parameters, several statements may be one message.
            super().execute(BEGIN.format(milliseconds=1000 * seconds))
            yield
        except BaseException as e:
            # The server may have become one that only reads.
            if isinstance(e, psycopg.errors.ReadOnlySqlTransaction):
                self.is_fit = False

            with suppress(psycopg.Error):
                super().execute("ROLLBACK")
            raise
        else:
            self.commit_all()
        finally:
            self.is_writing = False

    def commit_all(self) -> None:
        """End the transaction.

        :raise DatabaseUnavailable: if the server was gone before it said that it did
        """
        try:
            super().execute("COMMIT")
        except psycopg.Error as e:
            if not is_unavailable(e) or (e.sqlstate or "").startswith(NOT_COMMITTED):
                raise

            raise DatabaseUnavailable(
                f"{str(e).strip()}, during a save", MAY_BE_SAVED
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

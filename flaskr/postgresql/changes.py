"""Whether a database may have changed, without reading its rows."""

from contextlib import closing

from .connection import open_connection


def read_signature(url: str) -> object:
    """What each commit changes, of any database of the server.

    :raise DatabaseUnavailable: if the server can't be reached
    """
    with closing(open_connection(url)) as connection:
        # Two snapshots that are the same see the same rows.
        row = connection.execute(
            "SELECT pg_postmaster_start_time()::text AS server,"
            " txid_current_snapshot()::text AS seen"
        ).fetchone()

    return tuple(row or ())

"""How large a database is, what room its disk has left, and what runs it."""

from .connection import Connection


def find_free_space(url: str) -> int | None:
    """The disk is the server's, which says nothing about it: ``None``."""
    return None


def find_sizes(connection: Connection, url: str) -> dict[str, int]:
    """The bytes of a database; its log is the whole server's."""
    row = connection.execute(
        "SELECT pg_database_size(current_database()) AS size"
    ).fetchone()
    return {"database": row["size"] if row else 0}


def find_version(connection: Connection) -> str:
    """What runs a database, as ``PostgreSQL 17.2``: without what a distribution says
    of its own, and of poolers in between."""
    row = connection.execute("SHOW server_version").fetchone()
    version = str(row["server_version"]).split()[0] if row else ""
    return f"PostgreSQL {version}"

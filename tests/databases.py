"""The databases of tests: a file each, or one on a PostgreSQL server that
``FLASKR_TEST_POSTGRESQL`` names by a URL without a database."""

import itertools
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from flaskr.sqlite.pool import ConnectionPool
from flaskr.sqlite.schema import migrate

SERVER = os.environ.get("FLASKR_TEST_POSTGRESQL", "")


class Files:
    """SQLite's: what is in a file is copied to that of a test."""

    def __init__(self, folder):
        self.folder = folder
        self.numbers = itertools.count()

    def make(self):
        """A new database, for :meth:`read`."""
        path = self.folder / f"{next(self.numbers)}.sqlite"
        migrate(str(path))
        return str(path)

    def read(self, database):
        """What is in a database that nobody has open, for :meth:`write`."""
        return Path(database).read_bytes()

    def write(self, content, database):
        """Put that into a database that is empty."""
        Path(database).write_bytes(content)

    def name(self, path):
        """The setting for a test that may have a file."""
        return str(path)

    def drop(self, database):
        """Its folder goes with it."""

    def execute_in_shell(self, app, statement, *parameters, enforced=False):
        """Run a statement as the sqlite3 shell does, which knows no foreign keys."""
        with closing(sqlite3.connect(app.config["DATABASE"], timeout=5)) as db, db:
            db.execute(f"PRAGMA foreign_keys = {enforced:d}")
            db.execute(statement, parameters)

    def find_dangling(self, app):
        """Rows that refer to missing ones."""
        with closing(sqlite3.connect(app.config["DATABASE"])) as db:
            return db.execute("PRAGMA foreign_key_check").fetchall()

    def trace(self, note, monkeypatch):
        """Have a function called with each statement of a request."""

        def traced(pool, acquire=ConnectionPool.acquire):
            connection = acquire(pool)
            connection.set_trace_callback(note)
            return connection

        monkeypatch.setattr(ConnectionPool, "acquire", traced)


class Servers:
    """PostgreSQL's: what is copied is a database that others are made of."""

    def __init__(self):
        import psycopg

        self.names = (f"flaskr_test_{os.getpid()}_{n}" for n in itertools.count())
        self.connection = psycopg.connect(f"{SERVER}/postgres", autocommit=True)

    def make(self):
        from flaskr.postgresql.schema import migrate

        url = self.name()
        self.create(url)
        migrate(url)
        return url

    def create(self, url, source="template0"):
        name = url.rpartition("/")[2]
        self.connection.execute(
            f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY file_copy"
        )

    def read(self, database):
        return database.rpartition("/")[2]

    def write(self, content, database):
        self.create(database, content)

    def name(self, path=None):
        return f"{SERVER}/{next(self.names)}"

    def drop(self, database):
        name = database.rpartition("/")[2]
        self.connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def execute_in_shell(self, app, statement, *parameters, enforced=True):
        import psycopg

        with psycopg.connect(app.config["DATABASE"]) as db:
            db.execute(statement.replace("?", "%s"), parameters)

    def find_dangling(self, app):
        # It has no such rows.
        return []

    def trace(self, note, monkeypatch):
        from flaskr.postgresql.connection import Connection

        def traced(connection, sql, *args, execute=Connection.execute):
            # The pool's own question is asked of each connection.
            if "schema_version" not in sql:
                note(sql)

            return execute(connection, sql, *args)

        monkeypatch.setattr(Connection, "execute", traced)

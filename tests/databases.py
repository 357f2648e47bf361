"""The databases of tests: a file each, or one on a PostgreSQL server that
``FLASKR_TEST_POSTGRESQL`` names by a URL without a database."""

import glob
import itertools
import os
import re
import shutil
import sqlite3
from contextlib import closing
from contextlib import contextmanager
from pathlib import Path

from flaskr import settings
from flaskr.db import get_db
from flaskr.db import transaction
from flaskr.sqlite.pool import ConnectionPool
from flaskr.sqlite.schema import migrate

SERVER = os.environ.get("FLASKR_TEST_POSTGRESQL", "")


class Files:
    """SQLite's: what is in a file is copied to that of a test."""

    # Tables that the other engine has not.
    TABLES = {
        "search",
        "search_config",
        "search_content",
        "search_data",
        "search_docsize",
        "search_idx",
        "search_word",
        "sqlite_sequence",
    }
    # Steps of a plan whose work grows with the table, and one that begins at a post
    # among those of the same second.
    SCAN = re.compile("SCAN (?!.* INDEX)|TEMP B-TREE")
    SEEK = re.compile(r"\(created,\w+\)[<>]\(\?,\?\)")
    # Tables that can't be written to, or not alone.
    UNWRITABLE = {"search_content", "search_word"}

    def __init__(self, folder):
        self.folder = folder
        self.numbers = itertools.count()

    def make(self):
        """A new database, for :meth:`read`."""
        path = self.make_empty()
        migrate(path)
        return path

    def make_empty(self):
        """A database without tables."""
        return str(self.folder / f"{next(self.numbers)}.sqlite")

    def read(self, database):
        """What is in a database that nobody has open, for :meth:`write`."""
        return Path(database).read_bytes()

    def write(self, content, database):
        """Put that into a database that is empty."""
        Path(database).write_bytes(content)

    def name(self, path):
        """The setting for a test that may have a file."""
        return str(path)

    def set_default(self, database, monkeypatch):
        """Have apps without a setting use it, here and in other processes: they do."""

    def create(self, database):
        """Begin with a database without tables: the file is made with them."""

    def drop(self, database):
        """Its folder goes with it."""

    def close(self):
        """At the end of all tests."""

    def find_leftovers(self, database):
        """What a process that ended should not leave: files beside the database's."""
        return sorted(set(glob.glob(f"{database}*")) - {database})

    @contextmanager
    def lock_writers(self, database):
        """Have all writers wait."""
        with closing(sqlite3.connect(database)) as db:
            db.execute("BEGIN IMMEDIATE")
            yield

    def execute_in_shell(self, app, statement, *parameters, enforced=False):
        """Run a statement as the sqlite3 shell does, which knows no foreign keys; the
        number of rows that it changed."""
        with closing(sqlite3.connect(app.config["DATABASE"], timeout=5)) as db, db:
            db.execute(f"PRAGMA foreign_keys = {enforced:d}")
            return db.execute(statement, parameters).rowcount

    def explain(self, app, statement):
        """The steps of a traced statement."""
        with closing(sqlite3.connect(app.config["DATABASE"])) as db:
            found = db.execute(f"EXPLAIN QUERY PLAN {statement}")
            return [row[3] for row in found]

    def list_tables(self, app):
        with closing(sqlite3.connect(app.config["DATABASE"])) as db:
            found = db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
            return {name for (name,) in found}

    def list_columns(self, app, table):
        with closing(sqlite3.connect(app.config["DATABASE"])) as db:
            return [row[1] for row in db.execute(f"PRAGMA table_info({table})")]

    def find_shell(self, database):
        """The command of the engine's own shell, if there is one."""
        shell = shutil.which("sqlite3")
        return shell and [shell, database]

    def read_index(self, app):
        """What the search's index has."""
        with app.app_context(), transaction() as db:
            db.execute("INSERT INTO search (search) VALUES ('integrity-check')")
            return [
                tuple(row)
                for row in db.execute(
                    'SELECT term, doc, col, "offset" FROM search_word'
                    " ORDER BY term, doc, col, 4"
                )
            ]

    def empty_index(self, db):
        """Forget all that it has."""
        db.execute("INSERT INTO search (search) VALUES ('delete-all')")
        db.execute("DELETE FROM search_text")

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

    TABLES = {"schema_version", "search_size", "search_token"}
    SCAN = re.compile("Seq Scan|Sort")
    SEEK = re.compile(r"Index Cond: .*ROW\(created, \w+\) [<>] ROW")
    UNWRITABLE = {"schema_version"}

    def __init__(self, folder):
        import psycopg

        self.names = (f"flaskr_test_{os.getpid()}_{n}" for n in itertools.count())
        self.connection = psycopg.connect(f"{SERVER}/postgres", autocommit=True)

    def make(self):
        from flaskr.postgresql.schema import migrate

        url = self.make_empty()
        migrate(url)
        return url

    def make_empty(self):
        url = self.name()
        self.create(url)
        return url

    def set_default(self, database, monkeypatch):
        monkeypatch.setattr(settings, "DATABASE", database)
        monkeypatch.setenv("FLASKR_DATABASE", database)

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
            return db.execute(statement.replace("?", "%s"), parameters).rowcount

    def explain(self, app, statement):
        import psycopg

        with psycopg.connect(app.config["DATABASE"]) as db:
            # A few rows are quicker read and sorted than looked for.
            db.execute("SET enable_seqscan = off")
            db.execute("SET enable_sort = off")
            return [step for (step,) in db.execute(f"EXPLAIN {statement}")]

    def list_tables(self, app):
        return self.list_names(
            app, "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
        )

    def list_columns(self, app, table):
        return self.list_names(
            app,
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND table_name = %s"
            " ORDER BY ordinal_position",
            table,
        )

    def list_names(self, app, query, *parameters):
        import psycopg

        with psycopg.connect(app.config["DATABASE"]) as db:
            return [name for (name,) in db.execute(query, parameters)]

    def find_shell(self, database):
        shell = shutil.which("psql")
        return shell and [shell, "-q", "-v", "ON_ERROR_STOP=1", database]

    def read_index(self, app):
        with app.app_context():
            return [
                [tuple(row) for row in get_db().execute(f"{query} ORDER BY 1")]
                for query in (
                    "SELECT post_id, title, tags, body, keys, tokens FROM search_text",
                    "SELECT token, posts FROM search_token",
                    "SELECT posts, tokens FROM search_size",
                )
            ]

    def empty_index(self, db):
        db.execute("DELETE FROM search_text")
        db.execute("DELETE FROM search_token")
        db.execute("UPDATE search_size SET posts = 0, tokens = 0")

    def close(self):
        self.connection.close()

    def find_leftovers(self, database):
        # Connections.
        name = database.rpartition("/")[2]
        return self.connection.execute(
            "SELECT pid, query FROM pg_stat_activity WHERE datname = %s", [name]
        ).fetchall()

    @contextmanager
    def lock_writers(self, database):
        import psycopg

        with psycopg.connect(database) as db:
            db.execute("SELECT wait_to_write()")
            yield

    def find_dangling(self, app):
        # It has no such rows.
        return []

    def trace(self, note, monkeypatch):
        import psycopg

        from flaskr.postgresql.connection import Connection

        def traced(connection, sql, parameters=(), execute=Connection.execute):
            # The pool's own question is asked of each connection.
            if "schema_version" not in sql:
                with psycopg.ClientCursor(connection) as cursor:
                    note(cursor.mogrify(sql.replace("?", "%s"), parameters))

            return execute(connection, sql, parameters)

        monkeypatch.setattr(Connection, "execute", traced)


# That of this run.
ENGINE = Servers if SERVER else Files

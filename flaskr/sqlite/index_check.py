"""Whether the search's table of tokens is whole, without writing to the database."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

from ..text.ranking import Document
from .connection import Connection
from .fulltext import NOT_ALL
from .fulltext import read_columns
from .schema_check import read_wanted
from .schema_check import SHADOWS


def find_damage(db: Connection) -> str:
    """What FTS5 says of its own pages, which it tells only to who may write: so it is
    asked in a copy of them, on the disk for temporary files. Empty, if nothing."""
    sql = db.execute("SELECT sql FROM sqlite_schema WHERE name = 'search'").fetchone()

    with closing(sqlite3.connect("", isolation_level=None)) as copy:
        try:
            copy.execute(sql["sql"])
            copy.execute("BEGIN")

            for shadow in SHADOWS:
                copy.execute(f"DELETE FROM {shadow}")
                copy.executemany(*read_shadow(db, shadow))

            copy.execute("COMMIT")
            copy.execute("INSERT INTO search (search) VALUES ('integrity-check')")
        except (sqlite3.Error, TypeError) as e:
            return str(e)

    return ""


def read_shadow(
    db: Connection, shadow: str
) -> tuple[str, Iterator[tuple[object, ...]]]:
    """The statement that writes the rows of a table of FTS5, and the rows."""
    cursor = db.cursor()
    cursor.row_factory = None
    rows = cursor.execute(f"SELECT * FROM {shadow}")
    marks = ", ".join("?" * len(rows.description))
    return f"INSERT INTO {shadow} VALUES ({marks})", rows


def find_indexed(db: Connection) -> tuple[set[int], set[int]]:
    """The ids of the posts that are indexed, and of those that are by one half only."""
    rows = db.execute("SELECT post_id FROM search_text WHERE words <> ?", (NOT_ALL,))
    texts = {row["post_id"] for row in rows}
    sizes = set()

    if "search_docsize" in find_shadows(db):
        sizes = {row["id"] for row in db.execute("SELECT id FROM search_docsize")}

    return texts & sizes, texts ^ sizes


def find_shadows(db: Connection) -> set[str]:
    """Those of FTS5's own tables that are there."""
    tables = db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
    return SHADOWS.intersection(row["name"] for row in tables)


def is_same(db: Connection, post_id: int, document: Document) -> bool:
    """Whether a post was indexed as it would be now."""
    row = db.execute(
        "SELECT words FROM search_text WHERE post_id = ?", (post_id,)
    ).fetchone()
    title, tags, body, keys = document
    found = read_columns(row["words"]) if row else None
    head = [f"^{word}" for word in f"{title} {tags}".split()]
    return found == (title, tags, body, " ".join([f"={key}" for key in keys] + head))


def empty(db: Connection) -> None:
    """Forget all that is indexed, in the transaction of the caller."""
    if find_shadows(db) < SHADOWS:
        make_anew(db)

    db.execute("INSERT INTO search (search) VALUES ('delete-all')")
    db.execute("DELETE FROM search_text")


def make_anew(db: Connection) -> None:
    """Replace a table that FTS5 can't even open, nor drop."""
    db.execute("PRAGMA writable_schema = ON")
    db.execute("DELETE FROM sqlite_schema WHERE name IN ('search', 'search_word')")
    # It forgets what it knows of the schema, and is off again.
    db.execute("PRAGMA writable_schema = RESET")

    for shadow in SHADOWS:
        db.execute(f"DROP TABLE IF EXISTS {shadow}")

    for (_, name), sql in read_wanted().items():
        if name in ("search", "search_word"):
            db.execute(sql)

"""The rows of a small blog, and all that is in a database, to compare it."""

import re
import sqlite3
from contextlib import contextmanager
from datetime import datetime
from datetime import timedelta
from datetime import UTC

from flaskr.db import IntegrityError

OLD = "2020-01-01 00:00:00"
HASHES = [letter * 40 for letter in "abcd"]

# Alice and Bob write, Carol closed the account, of Dave there is nothing, and Erin has
# two names in an older database.
ROWS = {
    "user": [
        "(1, 'alice', 'x', 'alice', NULL, '')",
        f"(2, 'bob', 'x', 'bob', NULL, 'I am /image/{HASHES[1]}.png')",
        f"(3, 'carol', 'x', 'carol', '{OLD}', '')",
        "(4, 'dave', 'x', 'dave', NULL, '')",
        "(5, 'Erin', 'x', NULL, NULL, '')",
        f"(6, 'frank', 'x', 'frank', '{OLD}', '')",
        f"(7, 'grace', 'x', 'grace', '{OLD}', '')",
        f"(8, 'heidi', 'x', 'heidi', '{OLD}', '')",
    ],
    "post": [
        f"(1, 1, '{OLD}', 'first', 'one', NULL, NULL, NULL, NULL, NULL, NULL)",
        f"(2, 1, '{OLD}', 'second', '/image/{HASHES[0]}.png', '{OLD}', '{OLD}',"
        " NULL, NULL, NULL, NULL)",
        f"(3, 2, '{OLD}', 'third', '', NULL, NULL, NULL, NULL, '{OLD}', 1)",
        f"(4, 3, '{OLD}', 'of Carol', 'last', NULL, NULL, NULL, NULL, NULL, NULL)",
        f"(5, 1, '{OLD}', 'a draft', '', NULL, NULL, '{OLD}', NULL, NULL, NULL)",
        f"(6, 1, '{OLD}', 'later', '', NULL, NULL, '{OLD}', '{OLD}', NULL, NULL)",
    ],
    "tag": ["(1, 'tea', 'Tea')", "(2, 'hot', 'hot')", "(3, 'none', 'none')"],
    "post_tag": [
        *(
            f"({id}, {post}, {tag}, '{OLD}')"
            for id, post, tag in [(1, 1, 1), (2, 1, 2), (3, 2, 1), (4, 4, 1)]
        ),
        "(5, 5, 1, '')",
    ],
    # A thread of two, one whose first comment is removed, and others.
    "comment": [
        f"(1, 1, NULL, 1, '{OLD}', NULL, 'first', NULL, NULL)",
        f"(2, 1, 1, 2, '{OLD}', NULL, 'reply', NULL, NULL)",
        f"(3, 2, NULL, NULL, '{OLD}', NULL, '', '{OLD}', 1)",
        f"(4, 2, 3, 2, '{OLD}', '{OLD}', 'reply', NULL, NULL)",
        f"(5, 2, NULL, 6, '{OLD}', NULL, 'last of Frank', NULL, NULL)",
        f"(6, 3, NULL, 2, '{OLD}', NULL, 'with a reply', NULL, NULL)",
        f"(7, 3, 6, 1, '{OLD}', NULL, 'reply', NULL, NULL)",
    ],
    "post_rendering": [f"({id}, 'v', '<p>', '[]')" for id in (1, 3)],
    "comment_rendering": [f"({id}, 'v', '<p>', '[]')" for id in (1, 2, 5)],
    "post_like": [f"({p}, {u}, '{OLD}')" for p, u in [(1, 1), (1, 2), (2, 2)]],
    "image": [f"({n}, '{hash}', 'png', 9, 9, 9)" for n, hash in enumerate(HASHES, 1)],
    "image_upload": [
        f"({id}, {image}, {user}, '{OLD}', 'alt')"
        for id, image, user in [(1, 1, 1), (2, 2, 2), (3, 3, 1), (4, 3, 2), (5, 4, 4)]
    ],
    "session": [
        f"({id}, 'hash{id}', {user}, '{OLD}', '{OLD}', '', '')"
        for id, user in [(1, 1), (2, 2), (3, 2)]
    ],
    "name_skeleton": [
        f"('{text}', 1, {user})"
        for text, user in [
            ("alice", 1),
            ("bob", 2),
            ("carol", 3),
            ("dave", 4),
            ("l", 4),
        ]
    ],
    "profile": [
        "(1, 'Alice A.', 'alice a.', 'picture1')",
        "(2, NULL, NULL, 'picture2')",
        "(4, 'Dave D.', 'dave d.', NULL)",
    ],
    "profile_link": [
        f"({user}, {position}, 'https://example.org', 'mine')"
        for user, position in [(1, 0), (1, 1), (4, 0)]
    ],
    # Of Grace and of Heidi, nothing is left but a post and a comment.
    "binned_post": [
        f"({id}, 9, {user}, '{OLD}', 'in the bin', '', NULL, NULL, '{OLD}',"
        f" '{OLD}', NULL)"
        for id, user in [(1, 1), (2, 7), (3, 2)]
    ],
    "binned_tag": ["(1, 1, 'tea', 'Tea')", "(2, 1, 'tea', 'Tea')"],
    "binned_comment": [
        f"(1, 1, NULL, 2, '{OLD}', NULL, 'first', NULL, NULL)",
        f"(1, 2, 1, 1, '{OLD}', NULL, 'reply', NULL, NULL)",
        f"(1, 3, NULL, NULL, '{OLD}', NULL, '', '{OLD}', 1)",
        f"(1, 4, 3, 2, '{OLD}', NULL, 'reply', NULL, NULL)",
        f"(2, 5, NULL, 8, '{OLD}', NULL, 'last of Heidi', NULL, NULL)",
    ],
    "binned_like": [
        f"({id}, {user}, '{OLD}')" for id, user in [(1, 1), (1, 2), (2, 2)]
    ],
    "one_time_link": [
        f"(1, 'a', 'author', NULL, 1, '{OLD}', '{OLD}', NULL, NULL, NULL, NULL)",
        f"(2, 'b', NULL, 4, 2, '{OLD}', '{OLD}', NULL, NULL, NULL, NULL)",
        f"(3, 'c', 'editor', NULL, 4, '{OLD}', '{OLD}', '{OLD}', 2, NULL, NULL)",
        f"(4, 'd', NULL, 2, NULL, '{OLD}', '{OLD}', '{OLD}', 4, NULL, NULL)",
        f"(5, 'e', 'owner', NULL, 4, '{OLD}', '{OLD}', NULL, NULL, NULL, NULL)",
        f"(6, 'f', NULL, NULL, 4, '{OLD}', '{OLD}', '{OLD}', NULL, 5, 'r')",
        f"(7, 'g', NULL, NULL, 1, '{OLD}', '{OLD}', '{OLD}', 2, 6, 'r')",
        f"(8, 'h', NULL, NULL, NULL, '{OLD}', '{OLD}', NULL, NULL, 6, NULL)",
    ],
    "former_name": [
        f"('a', 'al', 1, '{OLD}')",
        f"('b', 'davy', 4, '{OLD}')",
        "('c', NULL, NULL, NULL)",
    ],
    "suspension": [f"(2, '{OLD}', 4, 'why')", f"(4, '{OLD}', 1, 'why')"],
    "application": [
        f"(1, 2, '{OLD}', 'why', '', '{OLD}', 4, 1, 'yes')",
        f"(2, 4, '{OLD}', '', 'hidden', NULL, NULL, 0, '')",
    ],
    "approval": [f"(2, '{OLD}', 4)", f"(4, '{OLD}', 1)"],
    "waiting_post": [
        f"(5, '{OLD}', NULL, 'new', NULL, NULL, '')",
        f"(6, '{OLD}', '{OLD}', 'new', '{OLD}', 4, 'no')",
    ],
    "cleanup": [f"({id}, '{OLD}', {by})" for id, by in [(1, 1), (2, 4)]],
    "waiting_comment": [
        f"(1, 1, NULL, 2, '{OLD}', 'text', 'new', NULL, NULL, '', NULL)",
        f"(2, 1, 1, 4, '{OLD}', 'text', 'new', '{OLD}', 1, 'no', NULL)",
        f"(3, 9, NULL, 1, '{OLD}', 'text', 'new', '{OLD}', 4, 'no', 1)",
    ],
    "report": [
        f"(1, '{OLD}', 4, 1, NULL, NULL, 'why', NULL, NULL)",
        f"(2, '{OLD}', 1, NULL, 2, NULL, 'why', '{OLD}', 4)",
        f"(3, '{OLD}', 2, NULL, NULL, 4, 'why', NULL, NULL)",
    ],
    "moderation": [
        f"(1, '{OLD}', 4, 'person.suspend', 2, NULL, NULL, 'why')",
        f"(2, '{OLD}', 1, 'post.delete', 4, 1, NULL, '')",
    ],
    "cleanup_person": ["(1, 2, 0)", "(1, 4, 1)"],
    "cleanup_comment": [
        f"(1, {id}, 1, NULL, {user}, '{OLD}', NULL, 'text')"
        for id, user in [(77, 2), (78, 4)]
    ],
    "cleanup_like": [f"(1, 1, {user}, '{OLD}')" for user in (2, 4)],
    "cleanup_row": [
        f"(1, 'report', '{id}', {user}, 'null')"
        for id, user in [(7, 2), (8, 4), (9, "NULL")]
    ],
    # Of a post, of comments, one of which is in the bin, and of people.
    "notice": [
        f"({id}, {user}, 'comment', {post}, {comment}, '', '{OLD}', {seen}, {person})"
        for id, user, post, comment, seen, person in [
            (1, 1, 1, "NULL", "NULL", "NULL"),
            (2, 2, 1, 2, f"'{OLD}'", "NULL"),
            (3, 4, 9, 4, "NULL", "NULL"),
            (4, 1, 0, "NULL", "NULL", 2),
            (5, 1, 0, "NULL", "NULL", 4),
        ]
    ],
    "notice_feed": [f"({id}, {id}, '{OLD}')" for id in (1, 2, 4)],
    "site_setting": [
        f"('SITE_LOGO', '\"x.svg\"', '{OLD}', 4, NULL)",
        f"('SITE_TITLE', '\"Ours\"', '{OLD}', NULL, NULL)",
    ],
    "dismissed_warning": [f"('open registration x', '{OLD}')"],
    "spam_decision": [f"('comment:1', 1, '{OLD}', 'AAAAAAAAAAE=')"],
    "spam_word": ["(1, 1, 0)", "(-9223372036854775808, 2, 3)"],
    "imported_text": [
        f"('a', 1, NULL, '{OLD}')",
        f"('b', 1, 1, '{OLD}')",
        "('c', 99, NULL, NULL)",
    ],
    "imported_person": [
        f"('{digest}', {user})" for digest, user in [("a", 1), ("b", 4)]
    ],
    # Of posts, one of which is in the bin.
    "old_address": [
        f"('/{path}', {post})"
        for path, post in [("a", 1), ("b", 1), ("c", 3), ("d", 9)]
    ],
    "rate_limit": ["('a', 1.5)", "('b', 2)"],
    "sent_form": [
        f"('a', 1, 1, NULL, 'digest', '{OLD}', NULL)",
        f"('b', 4, 2, NULL, 'digest', '{OLD}', '{OLD}')",
        f"('c', 1, NULL, 1, 'digest', '{OLD}', NULL)",
        f"('d', 2, NULL, 2, 'digest', '{OLD}', NULL)",
    ],
    # Of posts, of new ones, and of one that is in the bin.
    "working_copy": [
        f"({user}, '{form}', {post}, 1, '{OLD}', NULL, NULL, 'title', 'tags', 'text',"
        f" 'e', '{OLD}', 'title', 'tags', 'before', 'e.{OLD}', 'page')"
        for user, form, post in [
            (1, "a", 1),
            (1, "b", "NULL"),
            (4, "c", 3),
            (2, "d", 9),
        ]
    ],
}
COLUMNS = {
    "user": "id, username, password, name_key, closed, about",
    "post": "id, author_id, created, title, body, updated, comments_closed,"
    " drafted, due, page, header_position",
    "comment": "id, post_id, parent_id, author_id, created, updated, body, removed,"
    " removed_by",
    "binned_comment": "binned_id, id, parent_id, author_id, created, updated, body,"
    " removed, removed_by",
    "binned_post": "id, post_id, author_id, created, title, body, updated,"
    " comments_closed, deleted, drafted, due",
}

# Of what triggers write, and what engines have for themselves.
SETTLED = [
    'UPDATE "user" SET name_key = NULL WHERE id = 5',
    f"UPDATE post SET updated = '{OLD}'",
    f"UPDATE blog SET uuid = 'uuid', changed = '{OLD}', discussed = '{OLD}'",
    "DELETE FROM search_queue",
    "UPDATE public_version SET version = 0",
]


def fill(db):
    """Write all rows; none has a time of now."""
    for table, rows in ROWS.items():
        columns = f" ({COLUMNS[table]})" if table in COLUMNS else ""
        db.execute(f'INSERT INTO "{table}"{columns} VALUES {", ".join(rows)}')

    for image, content in enumerate((b"\x00\xff", b"", b"x", b"yy"), 1):
        db.execute("INSERT INTO image_file VALUES (?, 9, ?)", (image, content))

    for post, version, author, base in (
        (1, 1, 1, None),
        (1, 3, 4, 1),
        (2, 1, None, None),
    ):
        db.execute(
            "INSERT INTO revision VALUES (?, ?, ?, ?, 'title', '[]', 3, 0, 0, ?, ?, ?)",
            (post, version, author, OLD, base, b"x", OLD if base else None),
        )

    for binned, author in ((1, 1), (1, 4), (2, None)):
        db.execute(
            "INSERT INTO binned_revision"
            " VALUES (?, ?, ?, ?, 'title', '[]', 3, 0, 0, NULL, ?, ?)",
            (binned, author or 9, author, OLD, b"x", OLD if author else None),
        )

    for user, hash in ((1, "picture1"), (1, "other"), (2, "picture2"), (4, "none")):
        db.execute("INSERT INTO picture_file VALUES (?, ?, 9, ?)", (user, hash, b"x"))

    for binned, hash in enumerate(HASHES[2:], 1):
        db.execute(
            "INSERT INTO image_use (hash, binned_id) VALUES (?, ?)", (hash, binned)
        )

    for statement in SETTLED:
        db.execute(statement)


def read(db, tables):
    """All rows of some tables, by table; times of just now are ``now``."""
    found = {}

    for table in tables:
        rows = db.execute(f'SELECT * FROM "{table}"').fetchall()
        found[table] = sorted(
            (sorted((k, describe(row[k])) for k in row.keys()) for row in rows),
            key=repr,
        )

    if found["public_version"] != [[("version", 0)]]:
        # It is drawn.
        found["public_version"] = "another"

    return found


def describe(value):
    """A value that is the same whenever it is written."""
    if isinstance(value, str) and re.fullmatch(
        r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", value
    ):
        written = datetime.fromisoformat(value).replace(tzinfo=UTC)
        return "now" if datetime.now(UTC) - written < timedelta(minutes=5) else value

    return bytes(value) if isinstance(value, memoryview) else value


@contextmanager
def given_up(db):
    """A transaction of which nothing stays."""
    # One of SQLite's that reads first can't wait for the log to be moved.
    is_file = isinstance(db, sqlite3.Connection)
    db.execute("BEGIN IMMEDIATE" if is_file else "BEGIN")

    try:
        yield
    finally:
        db.execute("ROLLBACK")


def do(db, statement):
    """Run a statement as one alone; return how many rows it changed, or that it was
    refused."""
    db.execute("SAVEPOINT here")

    try:
        changed = db.execute(statement).rowcount

        if not isinstance(db, sqlite3.Connection):
            # What PostgreSQL looks for at the end.
            db.execute("SET CONSTRAINTS ALL IMMEDIATE")
            db.execute("SET CONSTRAINTS ALL DEFERRED")
    except IntegrityError:
        db.execute("ROLLBACK TO here")
        changed = "refused"

    db.execute("RELEASE here")
    return changed

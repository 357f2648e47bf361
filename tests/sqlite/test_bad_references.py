"""A row that refers to nothing, as another program may leave it, costs no list."""

import shutil
import sqlite3
from contextlib import closing

import pytest

from flaskr import create_app
from flaskr.web.passwords import hash_password

from ..children import long
from ..conftest import log_in
from ..postgresql.rows import fill

LISTS = [
    *("/", "/tags", "/tag/tea", "/archive", "/author/bob", "/1-first", "/2/history"),
    *("/feed.atom", "/comments/feed.json", "/search?q=first", "/sitemap.xml"),
    *("/account/", "/account/images", "/account/bin", "/account/likes", "/drafts"),
    *(
        "/account/about",
        "/account/notices",
        "/account/comments",
        "/create",
        "/1/update",
    ),
    *("/admin/queue", "/admin/log", "/admin/people", "/admin/links", "/admin/numbers"),
    *("/admin/pages", "/admin/spam", "/moderation", "/account/invitations"),
]


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    """A database that has rows in each table; Alice is an owner."""
    path = str(tmp_path_factory.mktemp("full") / "flaskr.sqlite")
    app = create_app({"DATABASE": path})
    app.test_cli_runner().invoke(args=["init-db"])

    with app.app_context():
        password = hash_password("test")

    with closing(sqlite3.connect(path)) as db, db:
        db.row_factory = sqlite3.Row
        fill(db)
        db.execute(
            "UPDATE user SET role = 'owner', password = ? WHERE id = 1", (password,)
        )

    app.extensions["flaskr.db"].shutdown()
    return path


def find_references(path):
    with closing(sqlite3.connect(path)) as db:
        return [
            (table, row[3])
            for (table,) in db.execute("SELECT name FROM sqlite_schema").fetchall()
            for row in db.execute("SELECT * FROM pragma_foreign_key_list(?)", (table,))
        ]


def break_reference(path, table, column):
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA ignore_check_constraints = ON")
        db.execute(f'UPDATE OR IGNORE "{table}" SET "{column}" = 99')


@long
def test_a_row_that_refers_to_nothing_costs_no_list(full, tmp_path):
    references = find_references(full)
    assert len(references) > 60
    found = {}

    for number, (table, column) in enumerate(references):
        path = shutil.copy(full, tmp_path / f"{number}.sqlite")
        break_reference(path, table, column)
        app = create_app({"DATABASE": str(path), "PUBLIC_LOG": True})
        owner = log_in(app, "alice", "test")

        for address in LISTS:
            status = owner.get(address, follow_redirects=True).status_code

            if status not in (200, 404):
                found[table, column, address] = status

        app.extensions["flaskr.db"].shutdown()

    assert not found

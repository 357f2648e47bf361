"""What tests of ``copy-db`` have in common: a blog with some of everything, and what
the command does and says."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

from flaskr import create_app
from flaskr.sqlite.copying import find_tables

from .children import LIMIT
from .conftest import fields_of
from .conftest import log_in
from .conftest import rows
from .conftest import write
from .profiles import show_oneself
from .test_images import upload
from .test_public_version import leave_something

TABLES = find_tables()
OPEN = []

# What ends a copy of one process in the middle, before what was written is committed.
KILLED = """
import os, signal, sys
from flaskr import create_app
from flaskr.{engine} import copying

def end(*args):
    os.kill(os.getpid(), signal.SIGKILL)

copying.{function} = end
create_app().test_cli_runner().invoke(args=["copy-db", *sys.argv[1:]])
"""


def fill(app):
    """Have some of everything in a blog, and ids that were given and are free again."""
    alice, bob = log_in(app, "alice"), log_in(app, "bob")

    for number in range(1, 5):
        write(alice, f"Title {number}", "Bread and 面包.")

    image = upload(alice, alt="a")
    data = {"title": "Title 1", "body": f"Bread. {image}", "tags": "tea, 茶"}
    alice.post("/1/update", data=data)
    bob.post("/1/comment", data={"comment": "First."})
    form = fields_of(alice.get("/1/comment").text, "/1/comment?send")
    alice.post("/1/comment", data={**form, "comment": "A reply.", "parent": "1"})
    bob.post("/2/comment", data={"comment": "Removed."})
    bob.post("/comment/3/delete")
    bob.post("/1/like")
    bob.post("/account/about", data={"about": f"Me. {image}"})
    show_oneself(alice)
    app.test_client().post("/auth/login", data={"username": "bob", "password": "x"})
    alice.post("/4/update", data={**data, "title": "Title 4"})
    bob.post("/4/comment", data={"comment": "Deleted."})
    bob.post("/4/like")
    alice.post("/4/delete")
    leave_something(alice)
    alice.get("/search?q=bread")


def read_all(app):
    """All rows of a blog by their tables, without what the engine computes."""
    return {
        table: sorted(
            (
                tuple(row.values())
                for row in rows(
                    app,
                    "SELECT "
                    + ", ".join(f'"{name}"' for name in columns)
                    + f' FROM "{table}"',
                )
            ),
            key=repr,
        )
        for table, columns in TABLES.items()
    }


def open_blog(database):
    """The app of a database, until :func:`close_blogs`."""
    OPEN.append(create_app({"TESTING": True, "DATABASE": str(database)}))
    return OPEN[-1]


def close_blogs():
    """Close what all apps have open."""
    while OPEN:
        OPEN.pop().extensions["flaskr.db"].shutdown()


def copy(app, source, target):
    """What the command says; the app is any."""
    return app.test_cli_runner().invoke(args=["copy-db", str(source), str(target)])


def copy_well(app, source, target):
    """Copy, which must be possible, and return the app of the copy."""
    result = copy(app, source, target)
    assert result.exit_code == 0, result.output
    return open_blog(target)


def refuse(app, source, target):
    """The one sentence with which a copy is refused."""
    result = copy(app, source, target)
    assert result.exit_code in (1, 2), result.output
    assert isinstance(result.exception, SystemExit), result.exception
    assert not result.stdout
    return result.stderr


def copy_killed(source, target, engine, function, folder):
    """Copy, and be killed where a function of an engine is called."""
    code = KILLED.format(engine=engine, function=function)
    done = subprocess.run(
        [sys.executable, "-c", code, str(source), str(target)],
        env={**os.environ, "FLASKR_INSTANCE_PATH": str(folder)},
        capture_output=True,
        timeout=LIMIT,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


def execute(path, statement, *parameters):
    """Run a statement on a file as the sqlite3 shell does; return what it gives."""
    with closing(sqlite3.connect(path)) as db, db:
        return db.execute(statement, parameters).fetchall()

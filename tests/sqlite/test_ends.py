"""A process of the blog ends while others write: what was acknowledged stays.
``python -m bench.ends`` does the same for long."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from importlib.util import find_spec

import pytest

from ..children import LIMIT
from ..children import long
from ..conftest import make_tutorial_database
from ..ends import Blog
from ..ends import ENDS
from ..ends import play


@long
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("end", ENDS)
def test_nothing_is_lost_when_a_process_ends(tmp_path, end):
    if end == "recycled":
        assert find_spec("gunicorn"), "pip install -e '.[test]' brings it"

    written, missing = play(Blog(tmp_path), end, pages=10, rest=0.02)
    assert len(written.posts) > 5
    # The program that commits without a pause may not let them for five seconds.
    assert set(written.others) <= {503}
    assert not missing


def test_no_command_leaves_a_log(tmp_path):
    path = tmp_path / "instance/flaskr.sqlite"
    path.parent.mkdir()
    make_tutorial_database(path)

    with closing(sqlite3.connect(path)) as db, db:
        # Its author is missing, which is wrong.
        db.execute("DELETE FROM post WHERE id = 9")

    for command in (
        ["init-db"],
        ["backup", "../copy.sqlite"],
        ["restore", "--yes", "../copy.sqlite"],
        ["backup", "--once", "../states"],
        ["restore", "--yes", "--at", "latest", "../states"],
        ["export", "../export.zip"],
        ["import", "../export.zip"],
        ["freeze", "--url", "https://blog.example", "../site"],
        ["check", "--repair", "--yes"],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "flaskr", *command],
            cwd=path.parent,
            env={**os.environ, "FLASKR_DATABASE": str(path)},
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
        )
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        left = [
            name for name in os.listdir(path.parent) if name.endswith(("wal", "shm"))
        ]
        assert not left, command

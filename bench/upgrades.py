"""An upgrade is killed again and again; what is left is the old blog or the new one:
``python -m bench.upgrades``.

``init-db`` runs on the tutorial's database with some more posts, and is killed at a
random moment. Then all rows and the schema are compared with the old ones and with
those of an upgrade that nobody disturbed. The next one goes on with what is there,
until that is the new blog; then all begins anew. 200 kills take some ten minutes.
"""

import argparse
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

from tests.conftest import make_tutorial_database

LIMIT = 600  # seconds of an upgrade
# Of the time that an upgrade takes, before which it is Python that starts.
EARLIEST, LATEST = 0.2, 1.05


def start(path):
    """Begin an upgrade, in a group of its own."""
    environ = {**os.environ, "FLASKR_DATABASE": str(path)}
    environ["FLASKR_INSTANCE_PATH"] = str(path.parent)
    return subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "flaskr", "init-db"],
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def upgrade(path):
    """Upgrade a database in peace; the seconds that it took."""
    began = time.monotonic()
    process = start(path)
    _, said = process.communicate(timeout=LIMIT)
    assert process.returncode == 0, said
    return time.monotonic() - began


def upgrade_and_kill(path, seconds):
    """Upgrade a database, and be killed after a while; whether it ended before."""
    process = start(path)
    time.sleep(seconds)
    has_ended = process.poll() is not None

    if not has_ended:
        os.killpg(process.pid, signal.SIGKILL)

    process.communicate(timeout=LIMIT)
    return has_ended


def make_old(path, posts):
    """The tutorial's database."""
    make_tutorial_database(str(path))

    with closing(sqlite3.connect(path)) as db, db:
        db.executemany(
            "INSERT INTO post (author_id, title, body) VALUES (3, ?, ?)",
            ((f"Post {number}", "Bread. " * 100) for number in range(posts)),
        )


def read(path):
    """The schema and what people wrote; a database that is not in order raises."""
    with closing(sqlite3.connect(path)) as db:
        found = db.execute("PRAGMA integrity_check").fetchone()[0]
        assert found == "ok", found
        schema = db.execute("SELECT name, sql FROM sqlite_schema ORDER BY name")
        posts = db.execute("SELECT id, author_id, created, title, body FROM post")
        users = db.execute("SELECT id, username, password FROM user")
        version = db.execute("PRAGMA user_version").fetchone()
        return [version, *(rows.fetchall() for rows in (schema, posts, users))]


def find_left(folder):
    """What only a process that is at work may have."""
    endings = (".partial", ".upgrading")
    return sorted(
        path.name
        for path in folder.iterdir()
        if path.name.startswith(".") or path.name.endswith(endings)
    )


def play(folder, kills, posts):
    """Kill upgrades; count what was left of them, and whatever is wrong."""
    old, path = folder / "old.sqlite", folder / "blog" / "flaskr.sqlite"
    make_old(old, posts)
    path.parent.mkdir()
    shutil.copyfile(old, path)
    took = upgrade(path)
    states = {"old": read(old), "new": read(path)}
    counts = Counter()
    state = "new"

    for number in range(kills):
        if state != "old":
            shutil.rmtree(path.parent)
            path.parent.mkdir()
            shutil.copyfile(old, path)

        seconds = random.uniform(EARLIEST, LATEST) * took
        has_ended = upgrade_and_kill(path, seconds)
        found = read(path)
        state = next((name for name in states if states[name] == found), "between")
        counts[state] += 1
        # As many as are old should be new, whatever else the machine does meanwhile.
        took *= 1.1 if state == "old" else 0.9
        counts["ended before"] += has_ended
        counts["old though it had ended"] += has_ended and state == "old"
        print(f"{number + 1} after {seconds:.2f} s: {state}", flush=True)

    upgrade(path)
    counts["left in the end"] += len(find_left(path.parent))
    counts["between"] += read(path) != states["new"]
    return counts


def main():
    parser = argparse.ArgumentParser("python -m bench.upgrades", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--posts", type=int, default=200)
    args = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        counts = play(Path(folder), args.kills, args.posts)

    print(", ".join(f"{name}: {number}" for name, number in counts.items()))
    wrong = ("between", "old though it had ended", "left in the end")
    sys.exit(any(counts[name] for name in wrong))


if __name__ == "__main__":
    main()

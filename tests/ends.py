"""Processes that end while others write."""

import random
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from flaskr import create_app
from flaskr.db import get_db
from flaskr.db import init_db

from .children import child
from .children import end
from .children import LIMIT
from .children import read_line
from .conftest import cookie
from .conftest import log_in
from .conftest import wait_until
from .conftest import write
from .servers import find_missing
from .servers import restore_sigint
from .servers import Server
from .servers import write_from

SETTINGS = """
COMMENTS_PER_PERSON = COMMENTS_PER_ADDRESS = 1_000_000
POSTS_PER_PERSON = POSTS_PER_ADDRESS = 1_000_000
"""

# A process of the blog that commits a large transaction, and has the checkpoint of it
# at work when it ends, by itself or not.
ENDING = """
import faulthandler, os, sys, time
from flaskr import create_app
from flaskr.db import transaction
from flaskr.sqlite import maintenance
maintenance.MAINTAIN_EVERY = 0.2
# Whoever waits for it in vain sees where it is.
faulthandler.dump_traceback_later(45)
app = create_app({"DATABASE": sys.argv[1], "SECRET_KEY": "x" * 40})
with app.app_context(), transaction() as db:
    db.execute("CREATE TABLE IF NOT EXISTS big (content)")
    for _ in range(100):
        db.execute("INSERT INTO big VALUES (randomblob(100000))")
print(flush=True)
if sys.argv[2] == "stay":
    # A signal that comes just before a sleep does not shorten it.
    try:
        for _ in range(600):
            time.sleep(0.1)
    except KeyboardInterrupt:
        sys.exit()
import threading
thread = threading.Thread(target=app.extensions["flaskr.db"].checkpoint, daemon=True)
thread.start()
time.sleep(float(sys.argv[3]))
"""


# Another program that commits a hundred times, says so, and rests.
COMMITTING = """
import sqlite3, sys, time
db = sqlite3.connect(sys.argv[1], timeout=60, isolation_level=None)
db.execute("PRAGMA wal_autocheckpoint = 0")
db.execute("PRAGMA synchronous = NORMAL")
db.execute("CREATE TABLE IF NOT EXISTS small (n INTEGER PRIMARY KEY)")
print("ready", flush=True)
for n in range(1_000_000):
    db.execute("INSERT INTO small VALUES (?)", (n,))
    print(n, flush=True)
    if n % 100 == 0:
        time.sleep(float(sys.argv[2]))
"""


def end_by_itself(path, folder):
    with ending(path, "exit") as process:
        process.wait(LIMIT)


def end_by_signal(number):
    def end_process(path, folder):
        with ending(path, "stay") as process:
            # The checkpoint comes now.
            time.sleep(random.uniform(0.1, 0.3))
            end(process, number)

    return end_process


@contextmanager
def ending(path, how):
    with child(
        [sys.executable, "-c", ENDING, path, how, str(random.uniform(0, 0.1))],
        stdout=subprocess.PIPE,
        preexec_fn=restore_sigint,
    ) as process:
        read_line(process)
        yield process


def run_command(path, folder):
    """Two commands, as cron runs them."""
    app = write_app(folder)

    for arguments in (["init-db"], ["prune-images", "--remove", "--days", "0"]):
        subprocess.run(
            [sys.executable, "-m", "flask", "--app", app, *arguments],
            stdout=subprocess.DEVNULL,
            check=True,
            timeout=LIMIT,
        )


def write_app(folder):
    """A module with the app of an instance folder."""
    path = Path(folder, "served.py")
    path.write_text(APP.format(str(folder)), "utf-8")
    return path


APP = """
from flaskr import Flask, create_app
Flask.auto_find_instance_path = lambda app: {!r}
app = create_app()
"""


class Gunicorn(Server):
    """Two workers, of which each ends after some requests and is replaced."""

    def __init__(self, folder):
        write_app(folder)
        self.port = random.randint(20_000, 30_000)
        self.log = open(Path(folder, f"log-{self.port}"), "w+")
        command = [sys.executable, "-m", "gunicorn", "--workers=2", "--threads=4"]
        command += ["--max-requests=20", f"--bind=127.0.0.1:{self.port}", "served:app"]
        self.process = subprocess.Popen(
            command, cwd=folder, stdout=subprocess.PIPE, stderr=self.log
        )
        self.wait_until_it_answers()


def see_recycling(path, folder):
    """Wait until two workers have ended."""

    def is_over():
        logs = [log.read_text("utf-8") for log in Path(folder).glob("log-*")]
        return sum(log.count("Worker exiting") for log in logs) > 1

    wait_until(is_over, LIMIT)


ENDS = {
    "exit": end_by_itself,
    "SIGTERM": end_by_signal(signal.SIGTERM),
    "SIGINT": end_by_signal(signal.SIGINT),
    "SIGKILL": end_by_signal(signal.SIGKILL),
    "command": run_command,
    "recycled": see_recycling,
}


class Blog:
    """A blog with one post, and somebody who is logged in."""

    def __init__(self, folder):
        self.folder = folder
        Path(folder, "config.py").write_text(SETTINGS, "utf-8")
        self.path = str(Path(folder, "flaskr.sqlite"))
        app = self.open()

        with app.app_context():
            init_db()

        # As the servers say it, whose key this is.
        app.config["SECRET_KEY"] = "x" * 40
        Path(folder, "secret_key").write_text("x" * 40)
        alice = log_in(app, "alice")
        write(alice, "The first", "post")
        self.session = cookie(alice)
        app.extensions["flaskr.db"].shutdown()

    def open(self):
        return create_app({"DATABASE": self.path, "TESTING": True})


@contextmanager
def committing(path, rest):
    """Have rows committed by another program; give the number of the last one that it
    said it had."""
    with (
        tempfile.TemporaryFile("w+") as said,
        child(
            [sys.executable, "-c", COMMITTING, path, str(rest)], stdout=said
        ) as program,
    ):
        last = [-1]
        yield last
        program.kill()
        program.wait(LIMIT)
        said.seek(0)
        # The last line may not be whole.
        last[0] = max(map(int, said.read().split("\n")[1:-1]), default=-1)


def play(blog, end, pages=None, rest=0.0):
    """One round: what people were told that is saved, and what of it is missing, as
    :func:`find_missing`.

    :param rest: how many seconds the other program rests after a hundred commits
    """
    with committing(blog.path, rest) as last:
        written = serve_and_end(blog, end)

    app = blog.open()
    missing = list(find_missing(app, written, pages))

    with app.app_context():
        rows = get_db().execute("SELECT count(*), max(n) FROM small").fetchone()

    if not rows[0] - 1 == rows[1] >= last[0]:
        missing.append(f"{last[0] + 1} rows were committed, {rows[0]} are there")

    app.extensions["flaskr.db"].shutdown()
    return written, missing


def serve_and_end(blog, end):
    kind = Gunicorn if end == "recycled" else Server
    server = kind(blog.folder)

    try:
        return write_from(
            [server.port],
            blog.session,
            0.1,
            lambda: ENDS[end](blog.path, blog.folder),
            comments=True,
            at_least=6,
        )
    finally:
        server.end(signal.SIGKILL if random.random() < 0.5 else signal.SIGTERM)

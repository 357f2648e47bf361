"""What backups cost readers and writers: ``python -m bench.backups``.

Pages are asked for by ``wrk`` with 16 connections, while somebody publishes ten posts a
second, with and without a loop of ``flask backup`` in another process; each run is
beside a quiet one right before it. Then, the time and the memory of a backup and of a
restore.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path

from flaskr import create_app

from . import blogs
from .contestants import LANGUAGE
from .contestants import Server
from .load import load

LIMIT = 600  # seconds of a command
UNLIMITED = {"POSTS_PER_PERSON": 10**9, "POSTS_PER_ADDRESS": 10**9}
PAUSE = 0.1  # seconds between two posts


def run_command(path, *args):
    """Run a command on a database; the seconds that it took."""
    began = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "flask", "--app", "flaskr", *args],
        env={**os.environ, "FLASKR_DATABASE": path},
        stdout=subprocess.DEVNULL,
        check=True,
        timeout=LIMIT,
    )
    return time.monotonic() - began


@contextmanager
def repeating(function, pause=0):
    """Have a function called again and again, and yield a list of the times of each."""
    times, stop = [], threading.Event()

    def repeat():
        while not stop.wait(pause):
            began = time.monotonic()
            function()
            times.append(time.monotonic() - began)

    thread = threading.Thread(target=repeat)
    thread.start()

    try:
        yield times
    finally:
        stop.set()
        thread.join()


def write_posts(app):
    """What publishes a post, as somebody in a browser does."""
    client = app.test_client()
    account = {"username": "writer", "password": "a long password"}
    client.post("/auth/register", data=account)
    client.post("/auth/login", data=account)

    def write():
        answer = client.post("/create", data={"title": "Bread", "body": "Flour. " * 50})
        assert answer.status_code == 302, answer.status

    return write


def measure(server, write, path, folder, args):
    """Print what a loop of backups makes of the rates of readers and of writers."""
    numbers = iter(range(10_000))

    def back_up():
        copy = folder / f"copy-{next(numbers)}.sqlite"
        run_command(path, "backup", str(copy))
        copy.unlink()

    def run(backs_up):
        with repeating(write, PAUSE) as writes:
            if backs_up:
                with repeating(back_up):
                    found = load(server.url("/"), args.seconds, (LANGUAGE,))
            else:
                found = load(server.url("/"), args.seconds, (LANGUAGE,))

        assert not found.errors, found
        return found.rate, statistics.median(writes), max(writes)

    readers, writers, slowest = [], [], []

    for _ in range(args.rounds):
        quiet, beside = run(False), run(True)
        readers.append(beside[0] / quiet[0])
        writers.append(beside[1] / quiet[1])
        slowest.append(beside[2])

    for what, ratios in (("pages a second", readers), ("time to publish", writers)):
        print(
            f"beside backups, {what}: {statistics.median(ratios):.2f} of the quiet"
            f" ({min(ratios):.2f}–{max(ratios):.2f})"
        )

    print(f"the longest time to publish beside them: {max(slowest):.2f} s", flush=True)


def main():
    parser = argparse.ArgumentParser("python -m bench.backups", description=__doc__)
    parser.add_argument("--posts", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=10, help="of one run of load")
    args = parser.parse_args()

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = str(folder / "flaskr.sqlite")
        blogs.index(blogs.build(path, args.posts), args.posts)
        app = create_app({"DATABASE": path, "TESTING": True, **UNLIMITED})
        server = Server(18210, "flaskr", path, folder)

        try:
            server.wait()
            measure(server, write_posts(app), path, folder, args)
        finally:
            server.stop()
            app.extensions["flaskr.db"].shutdown()

        size = os.path.getsize(path) / 1e6
        copy = str(folder / "copy.sqlite")

        for command in (("backup", copy), ("restore", "--yes", copy)):
            seconds = run_command(path, *command)
            # Of the largest child so far: a restore takes more than a backup.
            memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
            print(f"{command[0]} of {size:.0f} MB: {seconds:.1f} s, {memory:.0f} MB")


if __name__ == "__main__":
    sys.exit(main())

"""What commits cost readers: ``python -m bench.commits``.

The posts of a blog are asked for at random, by ``wrk`` with 16 connections, while
nobody commits, while another process commits what no page shows (as logins and limits
do), and while it commits what pages show. Each run is beside a quiet one right before
it; once with the default ``CACHE_SIZE``, and once with one that holds all pages.
"""

import argparse
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from contextlib import closing
from contextlib import contextmanager
from pathlib import Path

from . import blogs
from .contestants import LANGUAGE
from .contestants import Server
from .load import load

# The addresses with their slugs, since others are redirects.
ADDRESSES = """
local addresses = {}
for line in io.lines("%s") do addresses[#addresses + 1] = line end
math.randomseed(os.time())
request = function()
  return wrk.format("GET", addresses[math.random(#addresses)])
end
"""

PRIVATE = "INSERT OR REPLACE INTO rate_limit VALUES ('bench', random())"
PUBLIC = "UPDATE post SET title = title || '' WHERE id = 1"


@contextmanager
def committing(path, statement, per_second):
    """Have a statement committed so many times a second."""
    stop = threading.Event()

    def commit():
        with closing(sqlite3.connect(path, timeout=60, isolation_level=None)) as db:
            db.execute("PRAGMA wal_autocheckpoint = 0")

            while not stop.wait(1 / per_second):
                db.execute(statement)

    thread = threading.Thread(target=commit)

    if per_second:
        thread.start()

    yield
    stop.set()

    if per_second:
        thread.join()


def main():
    parser = argparse.ArgumentParser("python -m bench.commits", description=__doc__)
    parser.add_argument("--posts", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=5, help="of one run of load")
    args = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder, "flaskr.sqlite"))
        app = blogs.build(path, args.posts)
        addresses = Path(folder, "addresses")
        addresses.write_text("\n".join(find_addresses(app)), "utf-8")
        blogs.index(app, args.posts)

        for kind, port in (("flaskr", 18200), ("large", 18201)):
            server = Server(port, kind, path, Path(folder))

            try:
                server.wait()
                measure(server, path, ADDRESSES % addresses, args)
            finally:
                server.stop()


def find_addresses(app):
    client = app.test_client()
    path = "/feed.json"

    while path:
        feed = client.get(path).json
        yield from (
            item["url"].removeprefix("http://localhost") for item in feed["items"]
        )
        path = feed.get("next_url")


def measure(server, path, script, args):
    def run(statement="", per_second=0):
        with committing(path, statement, per_second):
            found = load(server.url("/"), args.seconds, (LANGUAGE,), script)

        assert not found.errors, found
        return found.rate

    # Until all pages are kept that find room.
    for _ in range(4):
        run()

    for name, statement, per_second in (
        ("nobody commits", "", 0),
        ("3 private commits a second", PRIVATE, 3),
        ("10 private commits a second", PRIVATE, 10),
        ("20 private commits a second", PRIVATE, 20),
        ("1 public commit a second", PUBLIC, 1),
    ):
        rates, ratios = [], []

        for _ in range(args.rounds):
            quiet = run()
            rates.append(run(statement, per_second))
            ratios.append(rates[-1] / quiet)

        print(
            f"{server.kind}: {name}: {statistics.median(rates):.0f} requests/s,"
            f" {statistics.median(ratios):.2f} of the quiet rate"
            f" ({min(ratios):.2f}–{max(ratios):.2f}),"
            f" {server.memory():.0f} MB",
            flush=True,
        )
        time.sleep(1)


if __name__ == "__main__":
    sys.exit(main())

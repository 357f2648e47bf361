"""Measure and break a cluster: ``python -m bench.cluster``.

Three Flaskr processes, PostgreSQL with a synchronous replica, and nginx, all on this
machine, on ports of 127.0.0.1 and in a temporary folder. First ``wrk`` loads one, two
and three processes, beside one on SQLite. Then people read and publish while a process
is killed, PostgreSQL restarted and frozen, the replica lost, and the primary lost and
the replica promoted. At the end, every post that was acknowledged is looked up by its
title. Needs Debian's ``postgresql``, ``nginx-light`` and ``wrk``; as root, PostgreSQL
runs as the user ``postgres``. Exits with 1 if a write was lost or a reader saw an old
list.
"""

import argparse
import json
import os
import platform
import signal
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack
from datetime import date
from pathlib import Path

from . import failures
from . import throughput
from .people import CACHED
from .people import Checker
from .people import Client
from .people import find_paths
from .people import READ
from .people import Reader
from .people import Writer
from .postgresql import Server
from .processes import find_port
from .servers import Flaskr
from .servers import make_flaskrs
from .servers import Nginx
from .servers import PROCESSES
from .servers import SHARED_MAX_AGE

# Posts that are there when it begins.
SEEDED = 20

# Seconds for which a list may be old where processes read from a replica, as README
# says.
REPLICA_DELAY = 3


def parse_arguments():
    parser = argparse.ArgumentParser("python -m bench.cluster", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="take half a minute")
    parser.add_argument("--seconds", type=float, help="of each failure, at least")
    parser.add_argument("--readers", type=int, default=4)
    parser.add_argument("--writers", type=int, default=3)
    parser.add_argument(
        "--no-replica", action="store_true", help="read from the primary alone"
    )
    parser.add_argument("--json", help="a file to write everything to")
    args = parser.parse_args()
    args.seconds = args.seconds or (1.5 if args.quick else 8)
    args.rounds, args.load = (1, 1) if args.quick else (2, 2)
    return args


def start(folder, stack, args):
    """Start everything; return the cluster, nginx, and the cookies of writers by
    upstream."""
    primary = Server("primary", folder, find_port())
    replica = Server("replica", folder, find_port(), primary.password)
    stack.callback(primary.end)
    stack.callback(replica.end)
    primary.create()
    flaskrs = make_flaskrs(folder, primary, replica, not args.no_replica)
    file = folder / "blog.sqlite"
    on_file = Flaskr("flaskr-sqlite", folder, str(file))

    for flaskr in (flaskrs[0], on_file):
        flaskr.init_db()

    replica.copy(primary)

    for flaskr in (*flaskrs, on_file):
        stack.callback(flaskr.end)
        flaskr.launch()

    for flaskr in (*flaskrs, on_file):
        flaskr.wait()

    upstreams = {throughput.SQLITE: [on_file]}
    upstreams |= {str(n): flaskrs[:n] for n in range(1, PROCESSES + 1)}
    nginx = Nginx(folder, upstreams)
    stack.callback(nginx.end)
    nginx.start()
    cookies = {}

    for upstream in (throughput.SQLITE, str(PROCESSES)):
        port = nginx.ports[upstream, False]
        cookies[upstream] = [log_in(port, f"writer{n}") for n in range(args.writers)]
        seed(port, cookies[upstream][0])

    return failures.Cluster(flaskrs, primary, replica), nginx, cookies


def log_in(port, name):
    client = Client(port)
    client.log_in(name)
    return client.headers["Cookie"]


def seed(port, cookie):
    author = Writer(port, cookie)

    for number in range(SEEDED):
        assert author.publish(f"seed{number}"), author.answers[-1]


def break_all(cluster, nginx, cookies, args):
    """Play all failures; return what people noticed, and the writers, of whom the last
    one is the checker."""
    port, cached = (nginx.ports[str(PROCESSES), cache] for cache in (False, True))
    paths = find_paths(port)
    servers = {flaskr.name: flaskr.port for flaskr in cluster.flaskrs}
    cookie = log_in(port, "checker")
    checker = Checker(port, cookie, "checker", servers | {CACHED: cached})
    writers = [Writer(port, cookie) for cookie in cookies]
    readers = [
        Reader(*(cached, paths, CACHED) if number % 2 else (port, paths, READ))
        for number in range(max(args.readers, 2))
    ]
    everybody = [*readers, *writers, checker]
    stories, hanging = failures.play_all(cluster, everybody, args.seconds, args.quick)
    return stories, hanging, [*writers, checker]


def judge(cluster, writers, hanging, delay):
    """What became of what was written, as counts by a sentence each."""
    checker = writers[-1]
    delays = dict(checker.delays)
    cached = delays.pop(CACHED)
    direct = [d for found in delays.values() for d in found]
    rows = cluster.replica.execute("SELECT title FROM post")
    saved = Counter(title for (title,) in rows)
    acknowledged = [title for writer in writers for title in writer.acknowledged]
    refused = [title for writer in writers for title in writer.refused]
    unknown = [title for writer in writers for title in writer.unknown]
    return {
        "acknowledged writes": len(acknowledged),
        "of these lost": sum(title not in saved for title in acknowledged),
        "saved twice": sum(number > 1 for number in saved.values()),
        "refused with 503": len(refused),
        "of these saved all the same": sum(title in saved for title in refused),
        "503 without what was typed": sum(writer.texts_lost for writer in writers),
        "without an answer": len(unknown),
        "of these saved": sum(title in saved for title in unknown),
        "looks whether a post is shown": checker.looks,
        "stale ones of Flaskr": len(direct),
        f"of these after more than {delay} s": sum(d > delay for d in direct),
        "the longest, in seconds": round(max(direct, default=0), 3),
        f"old ones from nginx's cache, which may be {SHARED_MAX_AGE} s": len(cached),
        "the longest of these, in seconds": round(max(cached, default=0), 3),
        "people who wait for an answer at the end": hanging,
    }


def print_table(rows):
    print()
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]

    for row in rows:
        print("  ".join(map(str.ljust, row, widths)).rstrip())


def run(args, folder, stack):
    """Do everything; return the figures."""
    cluster, nginx, cookies = start(folder, stack, args)
    sqlite, postgresql = cookies.values()
    by_upstream = {u: postgresql for u, _ in nginx.ports} | {throughput.SQLITE: sqlite}
    measures = throughput.MEASURES

    if args.quick:
        del by_upstream["2"]
        measures = [measure for measure in measures if not measure.has_cache]

    rates, writers = throughput.measure(
        nginx, by_upstream, args.rounds, args.load, measures
    )
    stories, hanging, more = break_all(cluster, nginx, postgresql, args)
    delay = 0 if args.no_replica else REPLICA_DELAY
    found = judge(cluster, [*writers, *more], hanging, delay)
    found["Flaskr’s slowest end, in seconds"] = round(
        max(flaskr.end() for flaskr in cluster.flaskrs), 1
    )
    print(
        f"\n{date.today()}, {os.cpu_count()} cores, Python {platform.python_version()},"
        f" {args.readers} readers, {args.writers} writers and a checker"
    )
    print_table(throughput.show(rates, list(by_upstream)))
    print_table(failures.show(stories))
    print()

    for name, number in found.items():
        print(f"{name}: {number:,}")

    rates = {
        f"{name}: {upstream}": values for (name, upstream), values in rates.items()
    }
    return {"rates": rates, "phases": [s._asdict() for s in stories], "found": found}


def end_by_signal(number, frame):
    """End everything, undisturbed by a second Ctrl-C."""
    signal.signal(number, signal.SIG_IGN)
    sys.exit(128 + number)


def main():
    args = parse_arguments()

    # What was started is ended then, too.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end_by_signal)

    with tempfile.TemporaryDirectory(prefix="flaskr-cluster-") as name:
        folder = Path(name)
        # PostgreSQL's own user must get to its part of it.
        folder.chmod(0o711)

        with ExitStack() as stack:
            figures = run(args, folder, stack)

    if args.json:
        Path(args.json).write_text(json.dumps(figures, indent=1), "utf-8")

    found = figures["found"]
    late = next(number for name, number in found.items() if "after more" in name)
    sys.exit(bool(found["of these lost"] or late))


if __name__ == "__main__":
    main()

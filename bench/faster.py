"""How near kept pages come to the limits of granian and nginx: ``python -m
bench.faster``.

Each page is beside a constant answer of the same bytes from the same server, or beside
nginx's static file, in turn and in changing order. After the rates come the
microseconds of the processor that each server took for a request, which vary less on a
machine that others share. With 100,000 posts, it takes a quarter of an hour, most of it
to make them.
"""

import argparse
import os
import statistics
import tempfile
from pathlib import Path

from .contestants import start
from .load import load
from .measures import faster

TICKS = os.sysconf("SC_CLK_TCK")


def find_used(server):
    """The seconds of the processor that a server and its workers have used."""
    main = server.process.pid
    workers = Path(f"/proc/{main}/task/{main}/children").read_text("ascii").split()
    used = 0

    for pid in (main, *workers):
        stat = Path(f"/proc/{pid}/stat").read_text("ascii")
        used += sum(map(int, stat.rpartition(")")[2].split()[11:13]))

    return used / TICKS


def run(measure, servers, seconds):
    """A run of load: requests a second, and microseconds of the processor for one."""
    server = servers[measure.server]
    server.fetch(measure.path, measure.headers)
    before = find_used(server)
    found = load(server.url(measure.path), seconds, measure.headers)
    assert not found.errors, found
    return found.rate, (find_used(server) - before) / (found.rate * seconds) * 1e6


def compare(measure, beside, servers, args):
    """Print what some rounds found."""
    found = {measure: [], beside: []}

    for number in range(args.rounds):
        for one in reversed(found) if number % 2 else found:
            found[one].append(run(one, servers, args.seconds))

    ours, theirs = found.values()
    ratios = [mine[0] / other[0] for mine, other in zip(ours, theirs, strict=True)]
    mine, other = (statistics.median(x[1] for x in runs) for runs in found.values())
    print(
        f"{measure.name} ÷ {beside.name}: {statistics.median(ratios):.2f}"
        f" ({min(ratios):.2f}–{max(ratios):.2f}), {mine:.0f} ÷ {other:.0f} µs",
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser("python -m bench.faster", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 100_000])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=int, default=1, help="of one run of load")
    args = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        servers = {}

        try:
            paths = start(args.sizes, Path(folder), servers)
            sizes = dict.fromkeys((args.sizes[0], args.sizes[-1]))
            listed = {m.name: m for m in faster([*sizes], paths, servers, quick=False)}

            for measure in listed.values():
                if measure.beside:
                    compare(measure, listed[measure.beside], servers, args)
        finally:
            for server in servers.values():
                server.stop()


if __name__ == "__main__":
    main()

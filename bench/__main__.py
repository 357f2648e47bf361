"""Measure Flaskr beside what limits it and what it grew from: ``python -m bench``.

Every contestant is a server of its own, in waitress as it comes, on 127.0.0.1. They
are loaded in turn by ``wrk`` with 16 connections, in rounds, each right after what it
is compared with, since machines change their speed from second to second, and one
process of a program is quicker than the next. Without ``--quick`` it takes about
twenty minutes.
"""

import argparse
import json
import tempfile
from datetime import date
from pathlib import Path

from . import report
from .contestants import start
from .measures import measure


def main():
    parser = argparse.ArgumentParser("python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="take two minutes")
    parser.add_argument("--sizes", type=int, nargs="+", help="posts of the blogs")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=int, default=1, help="of one run of load")
    parser.add_argument("--json", default="bench.json", help="the file to write")
    args = parser.parse_args()
    sizes = args.sizes or ([10, 1000] if args.quick else [10, 1000, 100_000])
    rounds = args.rounds or (2 if args.quick else 7)

    with tempfile.TemporaryDirectory() as folder:
        servers = {}

        try:
            paths = start(sizes, Path(folder), servers)
            found = measure(
                Path(folder), paths, servers, rounds, args.seconds, args.quick
            )
        finally:
            for server in servers.values():
                server.stop()

    figures = report.show(sizes, found, f"{rounds} rounds of {args.seconds} s")
    everything = {
        "date": str(date.today()),
        "figures": figures,
        **found._asdict(),
        "listed": [measure._asdict() for measure in found.listed],
        "loads": {k: [x._asdict() for x in v] for k, v in found.loads.items()},
    }
    Path(args.json).write_text(json.dumps(everything, indent=1), "utf-8")


if __name__ == "__main__":
    main()

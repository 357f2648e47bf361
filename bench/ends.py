"""Processes end while others write; nothing that was acknowledged may be lost:
``python -m bench.ends``.

In each round people publish and comment through one server, and another process of
the blog, which has written a large log and is moving it, ends. Then every post is
looked up by its title, its id, in the search and in the feed, every comment in its
thread and in the counter. 300 rounds take about fifteen minutes.
"""

import argparse
import itertools
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from contextlib import ExitStack

from tests.ends import Blog
from tests.ends import ENDS
from tests.ends import play


@contextmanager
def busy(number):
    """Programs that take what time there is."""
    with ExitStack() as stack:
        for _ in range(number):
            command = [sys.executable, "-c", "while True: pass"]
            stack.callback(subprocess.Popen(command).kill)

        yield


def main():
    parser = argparse.ArgumentParser("python -m bench.ends", description=__doc__)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--busy", type=int, default=2, help="programs that only count")
    parser.add_argument("--ends", nargs="+", choices=ENDS, default=list(ENDS))
    args = parser.parse_args()
    lost = acknowledged = 0

    with busy(args.busy):
        for number, end in zip(range(args.rounds), itertools.cycle(args.ends)):
            with tempfile.TemporaryDirectory() as folder:
                written, missing = play(Blog(folder), end)

            lost += bool(missing)
            acknowledged += len(written.posts) + len(written.comments)
            print(
                f"{number + 1} {end}: {len(written.posts)} posts,"
                f" {len(written.comments)} comments, others {set(written.others)},"
                f" missing {missing[:5]}",
                flush=True,
            )

    print(
        f"{args.rounds} rounds, {acknowledged} acknowledged, {lost} rounds with a loss"
    )
    sys.exit(bool(lost))


if __name__ == "__main__":
    main()

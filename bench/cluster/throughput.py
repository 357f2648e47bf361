"""What one, two and three processes hand out, beside one process on SQLite."""

import itertools
import statistics
import time
from typing import NamedTuple

from ..contestants import LANGUAGE
from ..load import load
from .people import Client
from .people import Writer

SQLITE = "1 on SQLite"

# The same pages under addresses that nobody has asked for.
NEW_ADDRESSES = """
local number = 0
request = function()
  number = number + 1
  return wrk.format("GET", "/?n=%s." .. number)
end
"""


class Measure(NamedTuple):
    """What is measured of each upstream."""

    name: str
    has_cache: bool = False  # nginx's
    is_anew: bool = False  # each page
    has_writers: bool = False  # who publish meanwhile


MEASURES = (
    Measure("kept"),
    Measure("kept, nginx's cache", has_cache=True),
    Measure("made anew", is_anew=True),
    Measure("beside writers", has_writers=True),
    Measure("beside writers, nginx's cache", has_cache=True, has_writers=True),
)
POSTS = "posts published beside"


def measure(nginx, cookies, rounds, seconds, measures=MEASURES):
    """Requests a second, a list of rounds for each measure of each upstream, of which
    there are the cookies of writers; and the writers, who remember what they were
    told."""
    rates = {}
    everybody = []
    numbers = itertools.count()

    for _ in range(rounds):
        for name, has_cache, is_anew, has_writers in measures:
            for upstream in cookies:
                port = nginx.ports[upstream, has_cache]
                Client(port).fetch("/")
                script = NEW_ADDRESSES % next(numbers) if is_anew else ""
                writers = cookies[upstream] if has_writers else []
                writers = [Writer(port, cookie) for cookie in writers]
                began = time.monotonic()

                for writer in writers:
                    writer.start()

                url = f"http://127.0.0.1:{port}/"
                found = load(url, seconds, [LANGUAGE], script)
                stop(writers)
                taken = time.monotonic() - began
                rates.setdefault((name, upstream), []).append(found.rate)

                if found.errors:
                    print(f"{found.errors} errors: {name}, {upstream}")

                if has_writers and not has_cache:
                    number = sum(len(writer.acknowledged) for writer in writers)
                    rates.setdefault((POSTS, upstream), []).append(number / taken)

                everybody += [] if upstream == SQLITE else writers

    return rates, everybody


def stop(people):
    for person in people:
        person.stopped.set()

    for person in people:
        person.join(90)

        if person.is_alive():
            raise RuntimeError("somebody still waits for an answer")


def show(rates, upstreams):
    """The table: medians, and as ratios beside one process on either engine."""
    heads = ["requests/s (ratio to one process, ratio to SQLite)", *upstreams]
    rows = []

    for name in dict.fromkeys(name for name, _ in rates):
        found = {u: statistics.median(rates[name, u]) for u in upstreams}
        rows.append([name])

        for upstream in upstreams:
            one, file = found[upstreams[1]], found[SQLITE]
            ratios = f"({found[upstream] / one:.2f}, {found[upstream] / file:.2f})"
            rows[-1].append(f"{found[upstream]:,.0f} {ratios}")

    return [heads, *rows]

"""Numbers for the operator, in Prometheus' text form."""

import threading
import weakref
from collections.abc import Iterator
from collections.abc import Mapping
from pathlib import Path

from flask import Flask

from .. import db
from ..data import queue
from ..data import search
from ..data import totals
from .counts import Counts
from .counts import GAUGE
from .counts import Key
from .observed import Observed
from .observed import REQUEST
from .observed import RESULTS
from .observed import SECONDS
from .observed import SUM
from .readiness import MAX_BACKLOG
from .refreshed import Refreshed

# Seconds for which what the database tells is good, and to wait for it; and how many
# times as long as it took, so that a large blog is not busy with it.
GOOD_FOR = 10
PATIENCE = 2
REST = 50

# Seconds between two looks at what a process has in use.
SAMPLE_EVERY = 1.0

# The name, kind and help of each, in the order of the page.
HELP = {
    "flaskr_requests_total": ("counter", "Requests by route, method and status."),
    "flaskr_request_duration_seconds": ("histogram", "Seconds to make an answer."),
    "flaskr_page_cache_requests_total": (
        "counter",
        "Requests answered from the page cache, to be kept there, or past it.",
    ),
    "flaskr_processes": ("gauge", "Processes that have answered a request."),
    "flaskr_database_connections_in_use": ("gauge", "Connections of requests."),
    "flaskr_database_connections_idle": ("gauge", "Connections that wait for one."),
    "flaskr_database_waits_total": (
        "counter",
        "Waits of a millisecond or more for a connection, or to write.",
    ),
    "flaskr_database_wait_seconds_total": ("counter", "Seconds of these waits."),
    "flaskr_writers": ("gauge", "Threads that write, or wait to."),
    "flaskr_password_hashes": ("gauge", "Passwords being hashed, or waiting for it."),
    "flaskr_images": ("gauge", "Images being decoded, or waiting for it."),
    "flaskr_database_up": ("gauge", "Whether the database answers."),
    "flaskr_database_size_bytes": ("gauge", "Size of the database."),
    "flaskr_log_size_bytes": ("gauge", "Size of SQLite's write-ahead log."),
    "flaskr_search_queue": (
        "gauge",
        f"Posts that are not in the search yet, {MAX_BACKLOG + 1} for more.",
    ),
    "flaskr_moderation_queue": (
        "gauge",
        f"What waits for a moderator, {queue.MAX_COUNTED + 1} for more.",
    ),
    "flaskr_posts": ("gauge", "Public posts."),
    "flaskr_people": ("gauge", "Accounts."),
    "flaskr_comments": ("gauge", "Comments."),
    "flaskr_sessions": ("gauge", "Logins that have not ended."),
}

# What is counted of waits, as the first part of a key: how many, and nanoseconds.
WAIT = "wait"

Labels = Mapping[str, str]
Sample = tuple[str, Labels, float]


class Metrics:
    """What is known of an app, and of its other processes."""

    def __init__(self, app: Flask) -> None:
        found = weakref.ref(app)
        self.counts = Counts(Path(app.instance_path, "metrics"), self.start)
        self.pool = db.get_pool(app)
        self.hashes = app.extensions["flaskr.passwords"]
        self.images = app.extensions["flaskr.uploads"]
        self.stored = Refreshed(
            lambda: read_database(found()), GOOD_FOR, PATIENCE, REST
        )
        self.stopped = threading.Event()
        self.thread: threading.Thread | None = None

    def sample(self) -> None:
        """Note what this process has in use."""
        connections = self.pool.count_connections()
        self.counts.set_gauges(
            {
                "flaskr_processes": 1,
                "flaskr_database_connections_in_use": connections["in_use"],
                "flaskr_database_connections_idle": connections["idle"],
                "flaskr_writers": self.pool.writers.turns.taken,
                "flaskr_password_hashes": self.hashes.count_slots(),
                "flaskr_images": self.images.places.taken,
            }
        )

        for name, waits in self.pool.list_waits().items():
            number, nanoseconds = waits.take()

            if number:
                self.counts.add((WAIT, name), (0, number), (1, nanoseconds))

    def start(self) -> None:
        """Begin to do so now and then."""
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self) -> None:
        """Do so until :meth:`stop`."""
        while not self.stopped.wait(SAMPLE_EVERY):
            self.sample()

    def stop(self) -> None:
        """End, and leave the file to another process."""
        self.stopped.set()

        # It may be the thread that lets go of the last of an application.
        if self.thread not in (None, threading.current_thread()):
            self.thread.join(SAMPLE_EVERY)

        self.counts.leave()

    def render(self) -> str:
        """All of it as text."""
        self.sample()
        samples: dict[str, list[str]] = {}

        for name, labels, value in self.find_samples():
            # Those of a histogram stand under its own name.
            family = next(n for n in HELP if name.startswith(n))
            samples.setdefault(family, []).append(write(name, labels, value))

        return "".join(
            f"# HELP {name} {text}\n# TYPE {name} {kind}\n{''.join(samples[name])}"
            for name, (kind, text) in HELP.items()
            if name in samples
        )

    def find_samples(self) -> Iterator[Sample]:
        """Each number, with its name and labels."""
        counted = self.counts.read_all()
        # A disk may have damaged a file: of each kind, keys have as many parts.
        requests: dict[Key, list[int]] = {
            k: n for k, n in counted.items() if k[0] == REQUEST and len(k) == 4
        }

        for (_, route, method, status), numbers in sorted(requests.items()):
            labels = {"route": route, "method": method, "status": status}
            yield "flaskr_requests_total", labels, sum(numbers[:SUM])

        yield from find_latencies(requests)

        for result, place in RESULTS.items():
            total = sum(numbers[place] for numbers in requests.values())
            yield "flaskr_page_cache_requests_total", {"result": result}, total

        for name in self.pool.list_waits():
            number, nanoseconds, *_ = counted.get((WAIT, name), (0, 0))
            labels = {"for": name}
            yield "flaskr_database_waits_total", labels, number
            yield "flaskr_database_wait_seconds_total", labels, nanoseconds / 1e9

        for key, numbers in counted.items():
            if key[:1] == GAUGE and key[1:] and key[1] in HELP:
                yield key[1], {}, numbers[0]

        for name, value in (self.stored.get() or {"database_up": 0}).items():
            yield f"flaskr_{name}", {}, value


def find_latencies(requests: dict[Key, list[int]]) -> Iterator[Sample]:
    """The histograms of the routes: each number is of all that took no longer."""
    name = "flaskr_request_duration_seconds"
    routes: dict[str, list[int]] = {}

    for (_, route, *_), numbers in requests.items():
        sums = routes.get(route, [0] * len(numbers))
        routes[route] = [a + b for a, b in zip(sums, numbers, strict=True)]

    for route, numbers in sorted(routes.items()):
        total = 0

        for end, number in zip((*SECONDS, "+Inf"), numbers, strict=False):
            total += number
            yield f"{name}_bucket", {"route": route, "le": str(end)}, total

        yield f"{name}_sum", {"route": route}, numbers[SUM] / 1e9
        yield f"{name}_count", {"route": route}, total


def write(name: str, labels: Labels, value: float) -> str:
    """A number as a line."""
    texts = [f'{key}="{escape(text)}"' for key, text in labels.items()]
    return (
        f"{name}{'{' if texts else ''}{','.join(texts)}{'}' if texts else ''} {value}\n"
    )


def escape(text: str) -> str:
    """The value of a label between its quotes."""
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def read_database(app: Flask | None) -> dict[str, int]:
    """What the database tells, and how large it is; of one that does not answer, no
    more than that."""
    if app is None:
        return {"database_up": 0}

    with app.app_context():
        try:
            sizes = db.find_sizes()
            return {
                "database_up": 1,
                **{f"{name}_size_bytes": size for name, size in sizes.items()},
                "search_queue": search.count_pending(MAX_BACKLOG + 1),
                "moderation_queue": queue.count(),
                **totals.count_all(),
            }
        except Exception:
            # Flask says on its own pages what is wrong, and /readyz does.
            return {"database_up": 0}


def init_app(app: Flask) -> None:
    """Count requests, if somebody may read how many there were, and have a line for
    each, if there is to be one: else no request passes through here."""
    counts = None

    if app.config["METRICS_FROM"]:
        metrics = app.extensions["flaskr.metrics"] = Metrics(app)
        counts = metrics.counts
        weakref.finalize(app, metrics.stop)

    if counts is not None or app.config["LOG_REQUESTS"]:
        app.wsgi_app = Observed(  # type: ignore[method-assign]
            app, counts, app.config["LOG_REQUESTS"]
        )

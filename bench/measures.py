"""What is measured, and beside what."""

import os
import sqlite3
import statistics
import subprocess
import sys
import time
from functools import partial
from typing import NamedTuple

from . import blogs
from .contestants import LANGUAGE
from .load import load
from .load import POSTS


class Measure(NamedTuple):
    """A contestant, what it is asked for, and which measure it is compared with."""

    name: str
    server: str
    path: str
    headers: tuple = ()
    beside: str = ""


class Found(NamedTuple):
    """What was found: of each measure its runs of load, of each pair of them the
    quotients of their rates, by the round."""

    listed: list[Measure]
    loads: dict[str, list]
    ratios: dict[str, list[float]]
    memory: dict[str, float]  # megabytes, by server
    largest: str
    writes: dict[str, dict]
    starts: dict[str, list[float]]  # seconds


def measures(sizes, paths, servers, quick):
    """What is measured, and what beside."""
    etag = partial(known, servers)
    author = {
        name: server.cookie()
        for name, server in servers.items()
        if name.partition("-")[0] in ("flaskr", "tutorial")
    }
    first = sizes[0]

    for size in sizes:
        for page, path in paths[size].items():
            constant = f"constant {page} {size}"
            here = f"/{size}{path}"
            ours = f"flaskr-{size}"
            yield Measure(constant, "constant", here, (LANGUAGE,))

            if (page, size) == ("index", first):
                # What the figures of this run are worth.
                again = f"the same again, {page} {size}"
                yield Measure(again, "constant", here, (LANGUAGE,), constant)

            if not quick or (page, size) == ("index", first):
                yield Measure(
                    f"Flask, constant {page} {size}", "flask", here, (), constant
                )

            yield Measure(f"warm {page} {size}", ours, path, (LANGUAGE,), constant)
            index = f"tutorial index {first}"

            if not quick or page in ("index", "post"):
                yield Measure(
                    f"miss {page} {size}", f"miss-{size}", path, (LANGUAGE,), index
                )

            if not quick or page == "index":
                yield Measure(
                    f"logged in {page} {size}",
                    ours,
                    path,
                    (LANGUAGE, author[ours]),
                    f"tutorial logged in {first}",
                )

        theirs = f"tutorial-{size}"
        # One of its pages with 100,000 posts is timed alone.
        if size == first or not quick and size <= 1000:
            yield Measure(
                f"tutorial index {size}",
                theirs,
                "/",
                (),
                f"constant index {size}",
            )
            yield Measure(
                f"tutorial logged in {size}",
                theirs,
                "/",
                (author[theirs],),
                f"constant index {size}",
            )

    for page, path in paths[first].items():
        if not quick or page == "index":
            tag = etag(f"flaskr-{first}", path)
            constant = f"constant 304 {page}"
            yield Measure(constant, "constant", f"/{first}{path}", (LANGUAGE, tag))
            yield Measure(
                f"304 {page}", f"flaskr-{first}", path, (LANGUAGE, tag), constant
            )

    yield from faster(sizes, paths, servers, quick)
    word = blogs.ENGLISH.words[0]

    for size in sizes[1:]:
        yield Measure(
            f"search {size}",
            f"miss-{size}",
            f"/search?q={word}",
            (LANGUAGE,),
            f"search {sizes[1]}" if size != sizes[1] else "",
        )


def faster(sizes, paths, servers, quick):
    """Under granian, and with nginx."""
    first, last = sizes[0], sizes[-1]

    for size in (first, last):
        for page, path in paths[size].items():
            if page == "index" or not quick:
                constant = f"granian, constant {page} {size}"
                here = f"/{size}{path}"
                yield Measure(constant, "granian-constant", here, (LANGUAGE,))
                ours = f"granian-flaskr-{size}"
                yield Measure(
                    f"granian, warm {page} {size}", ours, path, (LANGUAGE,), constant
                )

    if "nginx-static" in servers:
        static = "nginx, static index"
        yield Measure(static, "nginx-static", "/index.html", (LANGUAGE,))
        yield Measure("nginx, cached index", "nginx-cache", "/", (LANGUAGE,), static)
        yield Measure(
            f"granian beside nginx, index {first}",
            f"granian-flaskr-{first}",
            "/",
            (LANGUAGE,),
            static,
        )


def measure(folder, paths, servers, rounds, seconds, quick):
    """Measure everything, on servers that were started."""
    sizes = list(paths)
    listed = list(measures(sizes, paths, servers, quick))
    loads, ratios = run(listed, servers, rounds, seconds, sizes)
    servers["hello"].fetch("/hello")
    load(servers["hello"].url("/hello"), seconds)
    return Found(
        listed,
        loads,
        {" ÷ ".join(pair): quotients for pair, quotients in ratios.items()},
        memory={name: server.memory() for name, server in servers.items()},
        largest=one_page(servers[f"tutorial-{sizes[-1]}"]),
        writes=writing(servers, folder, sizes[0], 2 * seconds),
        starts=starting(folder / str(sizes[0]) / "flaskr.sqlite", 3 * rounds),
    )


def known(servers, name, path):
    response, _body = servers[name].fetch(path, [LANGUAGE])
    return ("If-None-Match", response.getheader("ETag"))


def run(listed, servers, rounds, seconds, sizes):
    """Load all again and again, each right after what it is compared with.

    The servers of each round are new processes: of two that run the same program,
    one is up to a tenth quicker as long as they live.
    """
    measures = {measure.name: measure for measure in listed}
    pairs = [(m.name, m.beside) for m in listed if m.beside]
    first, last = sizes[0], sizes[-1]
    pairs += [
        (f"{kind} {last}", f"{kind} {first}")
        for kind in ("warm index", "warm post", "warm tag", "logged in index")
    ]
    loads = {name: [] for name in measures}
    ratios = {pair: [] for pair in pairs}

    for number in range(rounds):
        if number:
            restart(servers)

        for measure in listed:
            servers[measure.server].fetch(measure.path, measure.headers)

        for pair in pairs:
            print(f"\r{number + 1}/{rounds} {pair[0]:40}", end="", file=sys.stderr)

            for name in reversed(pair):
                measure = measures[name]
                url = servers[measure.server].url(measure.path)
                loads[name].append(load(url, seconds, measure.headers))
                assert not loads[name][-1].errors, (measure, loads[name][-1])

            mine, other = (loads[name][-1].rate for name in pair)
            ratios[pair].append(mine / other)

    print(file=sys.stderr)
    return loads, ratios


def restart(servers):
    for server in servers.values():
        server.stop()
        server.start()

    for server in servers.values():
        server.wait()


def writing(servers, folder, first, seconds):
    """Posts a second that 16 writers saved, counted in the database."""
    rates = {}

    for kind, name in (("flaskr", "flaskr.sqlite"), ("tutorial", "tutorial.sqlite")):
        server = servers[f"{kind}-{first}"]
        path = folder / str(first) / name
        before = count(path)
        began = time.perf_counter()
        _name, cookie = server.cookie()
        found = load(server.url("/create"), seconds, script=POSTS % cookie)
        rates[kind] = {
            "posts a second": (count(path) - before) / seconds,
            "p50": found.p50,
            "p99": found.p99,
            "errors": found.errors,
            "seconds": time.perf_counter() - began,
        }

    return rates


def count(path):
    with sqlite3.connect(path) as db:
        (number,) = db.execute("SELECT count(*) FROM post").fetchone()

    db.close()
    return number


def one_page(server):
    began = time.perf_counter()
    _response, body = server.fetch("/")
    seconds = time.perf_counter() - began
    return f"{seconds:.2f} s, {len(body)} bytes, {server.memory():.0f} megabytes"


START = """
import time
began = time.perf_counter()
{imports}
imported = time.perf_counter()
{create}
answer = app.test_client().get({path!r})
assert answer.status_code == 200
print(time.perf_counter() - began, time.perf_counter() - imported)
"""
HELLO = """
app = flask.Flask("hello")
app.add_url_rule("/hello", view_func=lambda: "Hello, World!")
"""
# As of one file where PostgreSQL isn't asked for.
FLASKR = """
import sys
sys.modules["psycopg"] = None
from flaskr import create_app
"""


def starting(database, times):
    """Seconds to the first answer, with imports and from ``create_app()`` on."""
    settings = {"SECRET_KEY": "b" * 40, "DATABASE": os.fspath(database)}
    create = f"app = create_app({settings!r})"
    programs = {
        "Flask hello": START.format(
            imports="import flask", create=HELLO, path="/hello"
        ),
        "flaskr /hello": START.format(imports=FLASKR, create=create, path="/hello"),
        "flaskr /": START.format(imports=FLASKR, create=create, path="/"),
    }
    found = {name: [] for name in programs}

    for _ in range(times):
        for name, program in programs.items():
            done = subprocess.run(
                [sys.executable, "-c", program], capture_output=True, check=True
            )
            found[name].append(list(map(float, done.stdout.split())))

    return {
        name: [statistics.median(column) for column in zip(*rows, strict=True)]
        for name, rows in found.items()
    }

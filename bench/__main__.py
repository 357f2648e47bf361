"""Measure Flaskr beside what limits it and what it grew from: ``python -m bench``.

Every contestant is a server of its own, in waitress as it comes, on 127.0.0.1. They
are loaded in turn by ``wrk`` with 16 connections, in rounds, each right after what it
is compared with, since machines change their speed from second to second. Without
``--quick`` it takes about twenty minutes.
"""

import argparse
import http.client
import json
import os
import re
import sqlite3
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from . import blogs
from .load import load
from .load import POSTS

HERE = Path(__file__).parent
LANGUAGE = ("Accept-Language", "en")


class Measure(NamedTuple):
    """A contestant, what it is asked for, and which measure it is compared with."""

    name: str
    server: str
    path: str
    headers: tuple = ()
    beside: str = ""


class Server:
    """A contestant in a process of its own."""

    def __init__(self, port, kind, argument, folder):
        self.port = port
        self.kind = kind
        command = [sys.executable, HERE / "serve.py", kind, str(port), str(argument)]
        self.log = open(folder / f"{kind}-{port}.log", "w")
        self.process = subprocess.Popen(command, stderr=self.log, cwd=folder)

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def wait(self):
        for _ in range(300):
            try:
                return self.fetch("/hello")
            except OSError:
                time.sleep(0.1)

        raise RuntimeError(f"{self.kind} did not start; see {self.log.name}")

    def fetch(self, path, headers=(), method="GET", body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        connection.request(method, path, body, dict(headers))
        response = connection.getresponse()
        return response, response.read()

    def cookie(self):
        """The cookie of an author who is logged in."""
        form = urlencode({"username": "author1", "password": blogs.PASSWORD})
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        response, _body = self.fetch("/auth/login", kind.items(), "POST", form)
        assert response.status == 302, response.status
        cookies = [
            value.partition(";")[0]
            for name, value in response.getheaders()
            if name.lower() == "set-cookie"
        ]
        return ("Cookie", "; ".join(cookies))

    def memory(self):
        """Resident megabytes now, where the system says it."""
        status = Path(f"/proc/{self.process.pid}/status")
        found = re.search(r"VmRSS:\s+(\d+)", status.read_text("ascii"))
        return int(found[1]) / 1000

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()


def tutorial(folder):
    """The tutorial's Flaskr, from Flask's source distribution."""
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        + ["--no-binary", "flask", "--dest", folder, "flask==3.1.3"],
        check=True,
    )

    with tarfile.open(next(folder.glob("flask-*.tar.gz"))) as archive:
        archive.extractall(folder, filter="data")

    source = next(folder.glob("flask-*/examples/tutorial"))
    source.rename(folder / "tutorial")
    return folder / "tutorial/flaskr/schema.sql"


def kept_answers(servers, pages):
    """What is answered to a reader, and to one who has the page already."""
    answers = {}

    for size, path in pages:
        server = servers[f"flaskr-{size}"]
        response, body = server.fetch(path, [LANGUAGE])
        assert response.getheader("ETag"), (path, response.status)
        etag = response.getheader("ETag")
        not_modified, _empty = server.fetch(path, [LANGUAGE, ("If-None-Match", etag)])
        answers[f"/{size}{path}"] = {
            "page": answer(response, body),
            "if_none_match": answer(not_modified, b""),
        }

    return answers


def answer(response, body):
    # What waitress adds by itself.
    own = ("Date", "Server", "Connection")
    headers = [header for header in response.getheaders() if header[0] not in own]
    return f"{response.status} {response.reason}", headers, body.decode("latin-1")


def paths_of(database):
    """The pages of a blog that are measured, by name."""
    app = blogs.create_app({"TESTING": True, "DATABASE": os.fspath(database)})
    response = app.test_client().get("/1")
    app.extensions["flaskr.db"].finish()
    return {
        "index": "/",
        "post": response.location,
        "tag": "/tag/tag1",
        "feed": "/feed.atom",
    }


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

    word = blogs.ENGLISH.words[0]

    for size in sizes[1:]:
        yield Measure(
            f"search {size}",
            f"miss-{size}",
            f"/search?q={word}",
            (LANGUAGE,),
            f"search {sizes[1]}" if size != sizes[1] else "",
        )


def known(servers, name, path):
    response, _body = servers[name].fetch(path, [LANGUAGE])
    return ("If-None-Match", response.getheader("ETag"))


def compare(name, beside, ratios):
    """The median, the least and the most of the quotients of rates."""
    quotients = ratios[name, beside]
    return statistics.median(quotients), min(quotients), max(quotients)


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


def starting(database, times):
    """Seconds to the first answer, with imports and from ``create_app()`` on."""
    create = f"app = create_app({{'SECRET_KEY': 'b' * 40, 'DATABASE': {database!r}}})"
    programs = {
        "Flask hello": START.format(
            imports="import flask", create=HELLO, path="/hello"
        ),
        "flaskr /hello": START.format(
            imports="from flaskr import create_app", create=create, path="/hello"
        ),
        "flaskr /": START.format(
            imports="from flaskr import create_app", create=create, path="/"
        ),
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


def start(sizes, folder, servers):
    """Start all contestants; return the pages that are asked of each size."""
    schema = tutorial(folder)
    paths = {}

    for size in sizes:
        print(f"Building a blog of {size} posts …", file=sys.stderr)
        ours = folder / str(size) / "flaskr.sqlite"
        theirs = folder / str(size) / "tutorial.sqlite"
        ours.parent.mkdir()
        blogs.index(blogs.build(os.fspath(ours), size), size)
        blogs.build_tutorial(os.fspath(theirs), schema, size)
        paths[size] = paths_of(ours)

    ports = iter(range(18000, 18100))
    servers["hello"] = Server(next(ports), "hello", "", folder)

    for size in sizes:
        for kind in ("flaskr", "miss", "tutorial"):
            database = "tutorial" if kind == "tutorial" else "flaskr"
            path = folder / str(size) / f"{database}.sqlite"
            servers[f"{kind}-{size}"] = Server(next(ports), kind, path, folder)

    for server in servers.values():
        server.wait()

    pages = [(size, path) for size in sizes for path in paths[size].values()]
    answers = folder / "answers.json"
    answers.write_text(json.dumps(kept_answers(servers, pages)), "utf-8")

    for kind in ("constant", "flask"):
        servers[kind] = Server(next(ports), kind, answers, folder)

    for kind in ("constant", "flask"):
        servers[kind].wait()

    return paths


def run(listed, servers, rounds, seconds, sizes):
    """Load all again and again, each right after what it is compared with."""
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


def table(listed, loads, ratios):
    heads = ("", "requests/s", "p50 ms", "p99 ms", "bytes", "beside", "ratio", "")
    rows = [heads]

    for measure in listed:
        found = loads[measure.name]

        if not found:
            continue

        medians = map(statistics.median, zip(*found, strict=True))
        rate, p50, p99, size, _errors = medians
        ratio = ("", "", "")

        if (measure.name, measure.beside) in ratios:
            median, least, most = compare(measure.name, measure.beside, ratios)
            ratio = (measure.beside, f"{median:.3f}", f"({least:.3f}–{most:.3f})")

        rows.append(
            (measure.name, f"{rate:.0f}", f"{p50:.2f}", f"{p99:.1f}", f"{size:.0f}")
            + ratio
        )

    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]

    for row in rows:
        print("  ".join(map(str.ljust, row, widths)).rstrip())


def figures(sizes, ratios, memory, writes, starts):
    """What the design asks for: a name, the least, or the most, and what was found."""
    first, last = sizes[0], sizes[-1]

    for page in ("index", "post", "tag", "feed"):
        for size in sizes:
            yield (
                f"warm {page} ÷ constant, {size} posts",
                0.95,
                compare(f"warm {page} {size}", f"constant {page} {size}", ratios)[0],
            )

    for page in ("index", "post", "tag"):
        yield (
            f"warm {page}, {last} posts ÷ {first}",
            0.95,
            compare(f"warm {page} {last}", f"warm {page} {first}", ratios)[0],
        )

    for size in sizes:
        yield (
            f"miss, index of {size} posts ÷ tutorial's of {first}",
            1.0,
            compare(f"miss index {size}", f"tutorial index {first}", ratios)[0],
        )

    for size in sizes:
        yield (
            f"logged in, index of {size} posts ÷ tutorial's of {first}",
            1.0,
            compare(f"logged in index {size}", f"tutorial logged in {first}", ratios)[
                0
            ],
        )

    yield (
        f"logged in, index of {last} posts ÷ {first}",
        0.9,
        compare(f"logged in index {last}", f"logged in index {first}", ratios)[0],
    )

    if len(sizes) > 2:
        yield (
            f"search in {last} posts ÷ {sizes[1]}",
            0.5,
            compare(f"search {last}", f"search {sizes[1]}", ratios)[0],
        )

    yield (
        "304 ÷ constant 304",
        0.90,
        compare("304 index", "constant 304 index", ratios)[0],
    )
    yield (
        "16 writers ÷ tutorial's",
        1.0,
        writes["flaskr"]["posts a second"] / writes["tutorial"]["posts a second"],
    )
    yield (
        "memory ÷ Flask hello's (at most)",
        2.0,
        max(memory[f"flaskr-{size}"] for size in sizes) / memory["hello"],
    )

    for path in ("/hello", "/"):
        for column, what in enumerate(("with imports", "from create_app()")):
            yield (
                f"first answer of {path} ÷ Flask hello's, {what} (at most)",
                2.0,
                starts[f"flaskr {path}"][column] / starts["Flask hello"][column],
            )


def main():
    parser = argparse.ArgumentParser("python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="take two minutes")
    parser.add_argument("--sizes", type=int, nargs="+", help="posts of the blogs")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=int, help="of one run of load")
    parser.add_argument("--json", default="bench.json", help="the file to write")
    args = parser.parse_args()
    sizes = args.sizes or ([10, 1000] if args.quick else [10, 1000, 100_000])
    rounds = args.rounds or (2 if args.quick else 5)
    seconds = args.seconds or 1

    with tempfile.TemporaryDirectory(dir=os.environ.get("BDIR")) as folder:
        folder = Path(folder)
        servers = {}

        try:
            paths = start(sizes, folder, servers)
            listed = list(measures(sizes, paths, servers, args.quick))
            loads, ratios = run(listed, servers, rounds, seconds, sizes)
            servers["hello"].fetch("/hello")
            load(servers["hello"].url("/hello"), seconds)
            memory = {name: server.memory() for name, server in servers.items()}
            largest = one_page(servers[f"tutorial-{sizes[-1]}"])
            writes = writing(servers, folder, sizes[0], 2 * seconds)
        finally:
            for server in servers.values():
                server.stop()

        database = os.fspath(folder / str(sizes[0]) / "flaskr.sqlite")
        starts = starting(database, 3 * rounds)

    print(f"{date.today()}, {os.cpu_count()} cores, Python {sys.version.split()[0]},")
    print(f"{rounds} rounds of {seconds} s; medians (least–most)\n")
    table(listed, loads, ratios)
    print("\nMegabytes after the run:")
    print(", ".join(f"{name} {size:.0f}" for name, size in memory.items()))
    print(f"\nOne index of {sizes[-1]} posts from the tutorial: {largest}")
    print("\nPosts created by 16 writers:")

    for kind, found in writes.items():
        print(f"{kind}:", ", ".join(f"{k} {v:.1f}" for k, v in found.items()))

    print("\nSeconds to the first answer, with imports and from create_app():")

    for name, (with_imports, alone) in starts.items():
        print(f"{name}: {with_imports:.3f} {alone:.4f}")

    print()
    found = list(figures(sizes, ratios, memory, writes, starts))

    for name, wanted, value in found:
        is_most = "at most" in name
        good = value <= wanted if is_most else value >= wanted
        print(f"{'ok  ' if good else 'MISS'} {value:6.3f}  ({wanted})  {name}")

    Path(args.json).write_text(
        json.dumps(
            {
                "date": str(date.today()),
                "figures": found,
                "loads": {k: [x._asdict() for x in v] for k, v in loads.items()},
                "ratios": {" ÷ ".join(k): v for k, v in ratios.items()},
                "memory": memory,
                "writes": writes,
                "starts": starts,
            },
            indent=1,
        ),
        "utf-8",
    )


if __name__ == "__main__":
    main()

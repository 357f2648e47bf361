"""Where the time of an answer goes, beside the tutorial's blog: ``python -m
bench.costs``. It takes half a minute.

Microseconds of processor time a request without a profiler, and the parts of them that
cProfile finds, which counts calls of small functions for more than they take."""

import argparse
import cProfile
import io
import json
import logging
import os
import pstats
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

if __package__:
    from . import blogs
    from . import contestants
else:
    import serve

REQUESTS = 100
ROUNDS = 8
# Posts of the blogs: more than are on a page.
POSTS = 100

# What a contestant does; the first is what it is compared by.
WORK = {
    "tutorial": ("GET /", "POST /create"),
    "miss": ("GET /", "GET /tag/tag1", "GET /feed.atom", "POST /create"),
}

POST = urlencode({"title": "A title", "body": "Some *words* of a text.\n\n" * 40})

# Where a function is, by its file; what has no file is its name.
PARTS = {
    "Flask, Werkzeug": r"/(flask|werkzeug|blinker|click|itsdangerous)/",
    "Jinja": r"/(jinja2|markupsafe)/|/templates/",
    "Flaskr: web": r"/flaskr/(web|views)/",
    "Flaskr: data, engine": r"/flaskr/(data|sqlite|\w+\.py)",
    "Flaskr: text": r"/flaskr/text/|comrak|nh3|pygments|lxml|/html/",
    "SQLite": r"sqlite3",
}


def measure(kind, database):
    """What each request of a contestant takes, as JSON: run in a process of its own,
    since both blogs are called ``flaskr``."""
    logging.disable()
    app = serve.KINDS[kind](database)
    found = {}

    for name in WORK[kind]:
        method, path = name.split()
        cookie = log_in(app) if method == "POST" else ""
        best = min(
            time_requests(app, method, path, cookie)
            for _ in range(ROUNDS if method == "GET" else 3)
        )
        profile = cProfile.Profile()
        profile.runcall(time_requests, app, method, path, cookie)
        found[name] = {"microseconds": best, **share(pstats.Stats(profile).stats)}

    json.dump(found, sys.stdout)


def time_requests(app, method, path, cookie):
    """Microseconds of processor time a request."""
    began = time.process_time()

    for _ in range(REQUESTS):
        status, _headers = answer(app, method, path, cookie)
        assert status[:3] in ("200", "302", "303"), status

    return (time.process_time() - began) / REQUESTS * 1e6


def log_in(app):
    """The cookie of an author."""
    form = urlencode({"username": "author1", "password": "three random words"})
    status, headers = answer(app, "POST", "/auth/login", "", form)
    assert status[:3] == "302", status
    cookies = [value for name, value in headers if name.lower() == "set-cookie"]
    return "; ".join(value.partition(";")[0] for value in cookies)


def answer(app, method, path, cookie, form=POST):
    """Have an application answer, as a server would; its status and headers."""
    body = form.encode() if method == "POST" else b""
    environ = {
        **{"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": ""},
        **{"SCRIPT_NAME": "", "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8080"},
        **{"HTTP_HOST": "127.0.0.1:8080", "REMOTE_ADDR": "127.0.0.1"},
        **{"SERVER_PROTOCOL": "HTTP/1.1", "CONTENT_LENGTH": str(len(body))},
        **{"CONTENT_TYPE": "application/x-www-form-urlencoded"},
        **{"wsgi.version": (1, 0), "wsgi.url_scheme": "http"},
        **{"wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr},
        **{"wsgi.multithread": True, "wsgi.multiprocess": False},
        "wsgi.run_once": False,
    }

    if cookie:
        environ["HTTP_COOKIE"] = cookie

    told = []
    result = app(
        environ, lambda status, headers, error=None: told.append((status, headers))
    )

    for _ in result:
        pass

    getattr(result, "close", lambda: None)()
    return told[-1]


def share(stats):
    """How much of the time each part takes, and the calls a request."""
    seconds = dict.fromkeys([*PARTS, "other"], 0.0)

    for (file, _line, name), (_primitive, _calls, own, _all, _callers) in stats.items():
        seconds[find_part(name if file == "~" else file)] += own

    total = sum(seconds.values())
    calls = sum(calls for _primitive, calls, *_rest in stats.values())
    parts = {part: value / total for part, value in seconds.items()}
    return {"calls": calls / REQUESTS, "parts": parts}


def find_part(place):
    """Whose a function is."""
    for part, pattern in PARTS.items():
        if re.search(pattern, place):
            return part

    return "other"


def run(kind, database):
    """What :func:`measure` finds in another process."""
    command = [sys.executable, __file__, kind, os.fspath(database)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=600)
    return json.loads(done.stdout)


def main():
    argparse.ArgumentParser("python -m bench.costs", description=__doc__).parse_args()

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        schema = contestants.tutorial(folder)
        (folder / "blog").mkdir()
        ours, theirs = (
            folder / f"blog/{kind}.sqlite" for kind in ("flaskr", "tutorial")
        )
        blogs.index(blogs.build(os.fspath(ours), POSTS), POSTS)
        # Its index has no pages: as many posts as ours shows.
        blogs.build_tutorial(os.fspath(theirs), schema, 10)
        found = {"tutorial": run("tutorial", theirs), "Flaskr": run("miss", ours)}

    for kind, requests in found.items():
        for name, one in requests.items():
            base = found["tutorial"]["POST /create" if "POST" in name else "GET /"]
            microseconds = one["microseconds"]
            ratio = base["microseconds"] / microseconds
            print(
                f"\n{kind}, {name}: {microseconds:.0f} µs, {one['calls']:.0f} calls,"
                f" {ratio:.2f} of the tutorial's rate"
            )

            for part, value in one["parts"].items():
                print(f"    {part:22} {value:4.0%} {value * microseconds:6.0f} µs")


if __name__ == "__main__":
    if __package__:
        main()
    else:
        measure(*sys.argv[1:])

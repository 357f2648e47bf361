"""What strangers send takes no memory that grows: measured of a whole process."""

import os
import subprocess
import sys

import pytest

from .children import LIMIT
from .children import long

# Sends requests of each kind, and says how many bytes they made the process grow by,
# after some others of the kind.
PROCESS = """
import ctypes, gc, io, os, sys
from urllib.parse import quote
from flaskr import create_app

app = create_app({
    "DATABASE": sys.argv[1], "TESTING": True, "CACHE_SIZE": 2_000_000,
    "LOGIN_ATTEMPTS_PER_ADDRESS": 1,
})

def resident():
    # What was given back stays the process's for a while, unless it is told.
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

def send(path="/hello", query="", method="GET", body=b"", **headers):
    environ = {
        "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query,
        "SCRIPT_NAME": "", "SERVER_NAME": "localhost", "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "localhost",
        "REMOTE_ADDR": "10.0.0.1", "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr,
        "wsgi.version": (1, 0), "wsgi.multithread": True,
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": "application/x-www-form-urlencoded", **headers,
    }
    answer = app.wsgi_app(environ, lambda status, headers: None)
    b"".join(answer)
    getattr(answer, "close", lambda: None)()

long = "x" * 100_000
KINDS = {
    "long queries": lambda n: send(query=f"{n}{long}"),
    "long paths": lambda n: send(path=f"/{n}{long}"),
    "long hosts": lambda n: send(HTTP_HOST=f"{n}{long}"),
    "long languages": lambda n: send(HTTP_ACCEPT_LANGUAGE=f"{n}{long}"),
    "long encodings": lambda n: send(HTTP_ACCEPT_ENCODING=f"{n}{long}"),
    "long cookies": lambda n: send(HTTP_COOKIE=f"a={n}{long}"),
    "long agents": lambda n: send(HTTP_USER_AGENT=f"{n}{long}"),
    "queries": lambda n: send(query=f"{n}{'x' * 1500}"),
    "paths": lambda n: send(path=f"/{n}{'x' * 1500}"),
    "pages": lambda n: send(path="/", query=f"{n}{'x' * 1500}"),
    "searches": lambda n: send(path="/search", query=f"q={n}{'%20abc' * 200}"),
    "hosts": lambda n: send(path="/", HTTP_HOST=f"{n}.example"),
    "languages": lambda n: send(HTTP_ACCEPT_LANGUAGE=f"x{n}-{'x' * 900}"),
    "cookies": lambda n: send(HTTP_COOKIE=f"a={n}{'x' * 3900}"),
    "static files": lambda n: send(path=f"/static/{n}{'x' * 1500}"),
    "sessions": lambda n: send(path="/", HTTP_COOKIE=f"flaskr_session={n}{long}"),
    # NFKC makes 18 letters of this one.
    "names": lambda n: send(
        path="/auth/login", method="POST",
        body=f"password=x&username={n}{quote(chr(0xFDFA) * 1_000)}".encode(),
    ),
}
for kind, ask in KINDS.items():
    # Names take 10 ms each, and 36 kB if they were kept.
    number = 10 if kind == "names" else 20 if "long" in kind else 60
    for n in range(number):
        ask(n)
    before = resident()
    for n in range(number, 4 * number):
        ask(n)
    print(kind, resident() - before, sep=":")
"""


@long
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says how much it is")
def test_requests_of_a_stranger_take_no_memory(databases):
    done = subprocess.run(
        [sys.executable, "-c", PROCESS, databases.make()],
        capture_output=True,
        text=True,
        timeout=LIMIT,
    )
    assert done.returncode == 0, done.stderr
    grown = dict(line.split(":") for line in done.stdout.splitlines())
    assert len(grown) == 17
    # The cache has 2 MB, of which a part may have been empty, and pages come and go.
    limits = {**dict.fromkeys(grown, 4_000_000), "names": 500_000}
    assert not {kind for kind in grown if int(grown[kind]) > limits[kind]}, grown


FIRST_APP = """
import gc
from flaskr import create_app

before = gc.get_freeze_count()
for _ in range(2):
    create_app({"TESTING": True})
    print(gc.get_freeze_count() > before)
    before = gc.get_freeze_count()
"""


def test_what_was_imported_is_looked_through_for_garbage_no_more(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", FIRST_APP],
        env={**os.environ, "FLASKR_INSTANCE_PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=LIMIT,
    )
    # By the first app of a process; the garbage of each app is found.
    assert done.stdout.split() == ["True", "False"], done.stderr

"""Readers, writers, and somebody who looks whether what was saved is shown."""

import http.client
import itertools
import random
import re
import threading
import time
from typing import NamedTuple
from urllib.parse import urlencode

PASSWORD = "three random words"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
BODY = "text " * 200

# Seconds that a browser waits, that people rest after an error, and that the checker
# looks for one post.
TIMEOUT = 60
REST = 0.05
PATIENCE = 30

# Reading without a cache and through nginx's, and writing.
KINDS = READ, CACHED, WRITE = ("read", "cached read", "write")


class Answer(NamedTuple):
    """To one request; ``status`` is a number, or the name of what the connection did.
    Times are those of ``time.monotonic()``."""

    kind: str  # one of KINDS
    begin: float
    end: float
    status: object
    is_good: bool


class Client:
    """A browser: one connection, made anew when it breaks."""

    def __init__(self, port, cookie=""):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
        self.headers = {"Accept-Language": "en", "Cookie": cookie}

    def fetch(self, path, form=None):
        """The status, the response and its text."""
        method, body = ("POST", urlencode(form)) if form else ("GET", None)

        try:
            self.connection.request(
                method, path, body, self.headers | (FORM if form else {})
            )
            response = self.connection.getresponse()
            return response.status, response, response.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as e:
            self.connection.close()
            return type(e).__name__, None, ""

    def log_in(self, name):
        """Register, and log in."""
        form = {"username": name, "password": PASSWORD}
        self.fetch("/auth/register", form)
        status, response, _ = self.fetch("/auth/login", form)
        assert status == 302, status
        cookies = response.headers.get_all("Set-Cookie")
        self.headers["Cookie"] = "; ".join(c.partition(";")[0] for c in cookies)


class Person(threading.Thread):
    """Does something again and again until told to stop."""

    def __init__(self, port, cookie=""):
        super().__init__(daemon=True)
        self.client = Client(port, cookie)
        self.answers = []
        self.stopped = threading.Event()

    def run(self):
        while not self.stopped.is_set():
            if not self.act():
                time.sleep(REST)

    def note(self, kind, begin, status, is_good):
        self.answers.append(Answer(kind, begin, time.monotonic(), status, is_good))
        return is_good


class Reader(Person):
    """Reads the index, feeds and posts, without a session."""

    def __init__(self, port, paths, kind):
        super().__init__(port)
        self.paths = paths
        self.kind = kind

    def act(self):
        begin = time.monotonic()
        status, _, _ = self.client.fetch(random.choice(self.paths))
        return self.note(self.kind, begin, status, status == 200)


class Writer(Person):
    """Publishes posts; ``acknowledged`` has the titles of those that it was told are
    saved, ``unknown`` those of which it was told nothing."""

    numbers = itertools.count()

    def __init__(self, port, cookie):
        super().__init__(port, cookie)
        self.acknowledged = []
        self.unknown = []
        self.refused = []
        self.texts_lost = 0

    def act(self):
        return self.publish(f"w{next(self.numbers)}")

    def publish(self, title):
        begin = time.monotonic()
        status, response, page = self.client.fetch(
            "/create", {"title": title, "body": f"{title} {BODY}"}
        )

        if status == 302:
            self.acknowledged.append(title)
        elif status == 401:
            # Its session is not known.
            status = "logged out"
        elif status == 503:
            self.refused.append(title)
            self.texts_lost += f"{title} text text" not in page
        else:
            self.unknown.append(title)

        return self.note(WRITE, begin, status, status == 302)


class Checker(Writer):
    """Publishes a post through nginx, and then asks each server for it: none may show
    the list without it. ``delays`` has the seconds for which one still did, by server.
    """

    def __init__(self, port, cookie, name, servers):
        super().__init__(port, cookie)
        self.path = f"/author/{name}"
        self.servers = {name: Client(port) for name, port in servers.items()}
        self.looks = 0
        self.delays = {name: [] for name in servers}

    def act(self):
        title = f"c{next(self.numbers)}"

        if not self.publish(title):
            return False

        acknowledged = time.monotonic()
        # A cache may be a second late, which is no reason to look less often elsewhere.
        names = [n for n in self.servers if n != CACHED or random.random() < 0.1]
        return all([self.look(name, title, acknowledged) for name in names])

    def look(self, name, title, acknowledged):
        """See whether a server shows a post. One that is down shows nothing."""
        stale = None

        while (asked := time.monotonic()) < acknowledged + PATIENCE:
            status, _, page = self.servers[name].fetch(self.path)

            if status == 200 and re.search(rf"\b{title}\b", page):
                break
            elif status == 200:
                stale = asked
                time.sleep(0.01)
            elif status == 503:
                time.sleep(REST)
            else:
                return False

            if self.stopped.is_set() and stale is None:
                return False

        self.looks += 1

        if stale is not None:
            self.delays[name].append(stale - acknowledged)

        return True


def find_paths(port):
    """The index, the feeds and some posts."""
    _, _, feed = Client(port).fetch("/feed.json")
    posts = re.findall(r'"url": ?"http://[^/"]+(/[^"]+)"', feed)
    assert posts, feed[:500]
    return ["/", "/feed.atom", "/feed.json", *posts]

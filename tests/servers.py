"""Servers in processes of their own, and people who write to them."""

import http.client
import itertools
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing
from typing import NamedTuple
from urllib.parse import urlencode

from flaskr.db import get_db

from .children import end
from .children import FAULTS
from .children import LIMIT
from .children import read_line
from .conftest import wait_until

SERVE = """
import os, sys
from flaskr import Flask, create_app, writers
from waitress import create_server
Flask.auto_find_instance_path = lambda app: os.environ["FOLDER"]
writers.TURN_WAIT = float(os.environ.get("TURN_WAIT", writers.TURN_WAIT))
app = create_app()
app.config |= dict.fromkeys(["POSTS_PER_PERSON", "POSTS_PER_ADDRESS"], 1_000_000)
server = create_server(app, listen="127.0.0.1:0")
print(server.effective_port, flush=True)
server.run()
"""


class Server:
    """Flaskr in a process of its own, as ``waitress-serve`` runs it; ``environ`` may
    have the ``TURN_WAIT`` of writers."""

    def __init__(self, folder, **environ):
        # What it logs goes to a file: nobody reads a pipe while it runs.
        self.log = open(os.path.join(folder, f"log-{time.monotonic_ns()}"), "w+")
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", SERVE],
            env={**os.environ, "FOLDER": str(folder), **FAULTS, **environ},
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            # A test run in the background has SIGINT ignored.
            preexec_fn=restore_sigint,
        )
        self.port = int(read_line(self.process))

    def wait_until_it_answers(self):
        for _ in range(LIMIT * 20):
            try:
                with socket.create_connection(("127.0.0.1", self.port), 1):
                    return
            except OSError:
                assert self.process.poll() is None, "it has ended"
                time.sleep(0.05)

    def end(self, how):
        """End it with a signal; return what it logged."""
        try:
            end(self.process, how)
        except subprocess.TimeoutExpired as e:
            e.add_note(self.read_log())
            raise

        return self.read_log()

    def read_log(self):
        self.process.stdout.close()

        with self.log:
            self.log.seek(0)
            return self.log.read()


def restore_sigint():
    signal.signal(signal.SIGINT, signal.default_int_handler)


class Written(NamedTuple):
    """What somebody sent, and what became of it."""

    posts: dict  # bodies by title, of those that were acknowledged
    comments: set  # texts, of those that were acknowledged
    others: list  # statuses of other answers

    def update(self, other):
        self.posts.update(other.posts)
        self.comments.update(other.comments)
        self.others.extend(other.others)


class Writer(threading.Thread):
    """Publishes posts, and comments on the first one, until told to stop or until the
    server is gone."""

    numbers = itertools.count()

    def __init__(self, port, session, comments=False):
        super().__init__(daemon=True)
        self.port = port
        self.comments = comments
        self.headers = {
            "Cookie": f"flaskr_session={session}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self.written = Written({}, set(), [])
        self.stop = False

    def run(self):
        with closing(
            http.client.HTTPConnection("127.0.0.1", self.port, timeout=LIMIT)
        ) as connection:
            while not self.stop:
                word = f"w{os.getpid()}x{next(self.numbers)}"
                text = f"{word} " + "text " * 50 + "end"

                try:
                    if self.comments:
                        self.comment(connection, text)

                    self.post(connection, word, text)
                except ConnectionRefusedError:
                    return
                except (OSError, http.client.HTTPException):
                    # A worker ended; the next one answers, if there is one.
                    connection.close()

    def post(self, connection, title, body):
        location = self.send(connection, "/create", {"title": title, "body": body})

        if location:
            self.written.posts[title] = body

    def comment(self, connection, text):
        if self.send(connection, "/1/comment", {"comment": text}):
            self.written.comments.add(text)

    def send(self, connection, path, data):
        connection.request("POST", path, urlencode(data), self.headers)
        response = connection.getresponse()
        response.read()
        location = response.getheader("Location")

        if response.status != 302:
            self.written.others.append(response.status)
            # As people do.
            time.sleep(0.01)

        return location


def write_from(ports, session, seconds, then=lambda: None, comments=False, at_least=1):
    """Write to servers, four people each, for so long and until so many posts are
    acknowledged, and then while something else is done; return what was written."""
    writers = [Writer(port, session, comments) for port in ports for _ in range(4)]
    written = Written({}, set(), [])

    for writer in writers:
        writer.start()

    time.sleep(seconds)
    wait_until(lambda: sum(len(w.written.posts) for w in writers) >= at_least, LIMIT)
    then()

    for writer in writers:
        writer.stop = True

    for writer in writers:
        writer.join(LIMIT)
        assert not writer.is_alive()
        written.update(writer.written)

    return written


def find_missing(app, written, pages=None):
    """What a blog lacks of what was acknowledged, as sentences. ``app`` is one that
    has its database: each post is looked up by title, id, in the search and in the
    feed, each comment by its text and in the counter.

    :param pages: how many of the last posts are looked up in pages; all, unless given
    """
    with app.app_context():
        posts = {row["title"]: row for row in get_db().execute("SELECT * FROM post")}
        comments = {
            row["body"]
            for row in get_db().execute("SELECT body FROM comment WHERE post_id = 1")
        }
        counted = get_db().execute("SELECT comments FROM post_count").fetchone()
        check = get_db().execute("PRAGMA integrity_check").fetchone()[0]

    if check != "ok":
        yield f"integrity_check: {check}"

    if counted and counted["comments"] != len(comments):
        yield f"the counter says {counted['comments']} of {len(comments)} comments"

    yield from (f"comment {text[:20]}" for text in written.comments - comments)

    for title, body in written.posts.items():
        if title not in posts:
            yield f"post {title}"
        elif posts[title]["body"] != body:
            yield f"body of {title}"

    there = [title for title in written.posts if title in posts]
    newest = sorted(there, key=lambda title: -posts[title]["id"])[:pages]
    yield from find_missing_in_pages(app.test_client(), newest, posts, pages)


def find_missing_in_pages(client, titles, posts, number):
    in_feed = set(titles_in_feed(client, number))

    for title in titles:
        if title not in client.get(f"/{posts[title]['id']}-{title}").text:
            yield f"page of {title}"
        elif title not in in_feed:
            yield f"{title} in the feed"
        elif f"/{posts[title]['id']}-" not in client.get(f"/search?q={title}").text:
            yield f"{title} in the search"


def titles_in_feed(client, number=None):
    """The titles of all posts, or of the newest and as many that may be beside them."""
    path = "/feed.json"
    read = 0

    while path and (number is None or read < 10 * number):
        feed = client.get(path).json
        read += len(feed["items"])
        yield from (item["title"] for item in feed["items"])
        path = feed.get("next_url")

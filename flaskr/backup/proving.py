"""Whether a backup is one: all rows are in it, and the blog shows them."""

import contextvars
import logging
import re
import shutil
import typing as t
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

from flask import Flask
from flask.globals import app_ctx

from .. import db
from ..copy_db.progress import say
from ..data import backups
from ..engines import ENGINES
from ..errors import DatabaseNotReady

# The engine of which a backup is a file, whatever runs the blog.
FILE = ENGINES[0]

# Posts that are opened.
POSTS = 3

WORD = re.compile(r"\w+")


class NotProven(Exception):
    """A copy is no backup: sentences that say why."""


def prove(copy: Path, should: t.Any, scratch: Path) -> int:
    """Look whether a copy is in order and has what it should have, and whether the
    blog runs on another copy of it; return how many rows refer to missing ones.

    :param should: what :mod:`..sqlite.backups` found in the source
    :raise NotProven: if not
    """
    check_order(copy, should)
    check_opens(copy, scratch)
    return int(FILE.backups.count_orphans(str(copy)))


def check_order(copy: Path, should: t.Any) -> None:
    """Have SQLite look at each page and index of a copy, and count its rows.

    :raise NotProven: if something is wrong
    """
    say("Checking each page and row")

    if faults := FILE.backups.find_faults(str(copy), should):
        raise NotProven(". ".join(faults))


def check_opens(copy: Path, scratch: Path) -> None:
    """Look whether the blog runs on another copy of a copy.

    :raise NotProven: if not
    """
    say("Opening the blog on it")
    # What the blog does with it, such as publishing what is due, is not in the backup.
    shutil.copyfile(copy, scratch)

    with db.connected_to(str(scratch)):
        open_blog()


def open_blog() -> None:
    """Bring the database of the app up to date, and read the front page, the feed, the
    newest posts and a search.

    :raise NotProven: if one is not there
    """
    bring_up_to_date()
    newest = backups.find_newest(POSTS)
    db.close_db()

    with quiet():
        # The requests have contexts of their own.
        contextvars.Context().run(open_pages, app_ctx.app, newest)


def bring_up_to_date() -> int:
    """Upgrade the database of the app, which is a copy; return the schema found.

    :raise NotProven: if that is not possible
    """
    try:
        return db.init_db()
    except DatabaseNotReady as e:
        raise NotProven(str(e.description)) from e
    except RuntimeError as e:
        raise NotProven(str(e)) from e


def open_pages(app: Flask, newest: list[backups.Newest]) -> None:
    """Read what a reader would.

    :raise NotProven: if something is not there
    """
    client = app.test_client()
    address = app.config["SITE_URL"] or f"http://{find_host(app)}/"

    def read(path: str, **query: str) -> str:
        response = client.get(
            path, base_url=address, query_string=query, follow_redirects=True
        )

        if response.status_code != 200:
            raise NotProven(f"The blog answers {response.status_code} for {path}")

        return response.text

    read("/")
    read("/search", q=find_word(newest))

    try:
        ElementTree.fromstring(read("/feed.atom"))
    except ElementTree.ParseError as e:
        raise NotProven(f"The feed can't be read: {e}") from e

    for post in newest:
        read(f"/{post.id}")


def find_host(app: Flask) -> str:
    """A host for which the blog answers."""
    hosts = app.config["TRUSTED_HOSTS"] or ["localhost"]
    # With a dot before it, it has others below it.
    return str(hosts[0]).removeprefix(".")


def find_word(newest: list[backups.Newest]) -> str:
    """Something to search for."""
    words = [word for post in newest for word in WORD.findall(post.title)]
    return words[0] if words else "blog"


@contextmanager
def quiet() -> Iterator[None]:
    """Log nothing: a page that can't be shown is told by whoever asks for it."""
    before = logging.root.manager.disable
    logging.disable()

    try:
        yield
    finally:
        logging.disable(before)

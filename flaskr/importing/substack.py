"""Reads what Substack exports: a zip, or the folder in it."""

import csv
import re
import typing as t
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from datetime import tzinfo
from datetime import UTC
from html import escape
from io import StringIO
from pathlib import Path
from urllib.parse import unquote

from .archives import open_files
from .files import Files
from .records import Author
from .records import Left
from .records import NotReadable
from .records import OF_ITS_FILE
from .records import Post
from .records import State
from .substack_body import find_original
from .substack_body import take_body
from .written_dates import parse_date

NAME = "substack"

MAX_LIST = 50_000_000
MAX_TEXT = 5_000_000
# What the list of posts has, whatever else it has.
COLUMNS = frozenset(("post_id", "title", "is_published", "audience"))
FILE = re.compile(r"posts/(?P<id>\d+)(?:\.(?P<slug>[^/]*))?\.html")
# Where the blog is, in the buttons of its posts.
SITE = re.compile(r"https://[\w.-]{1,200}(?=/(?:subscribe\?|p/[^\s\"]{1,300}\?utm_))")
MOST_LOOKED_AT = 20

TRUE = ("true", "1", "t", "yes")
# What is more or less than a post, and what it is here.
KINDS = {
    "podcast": "",
    "newsletter": "",
    "page": "",
    "thread": "It was a thread, whose answers the export does not have.",
    "restack": "It was a restack of what somebody else had written.",
}

Row = dict[str, str]


class SubstackExport:
    """An export that is open."""

    def __init__(self, files: Files, zone: tzinfo, address: str) -> None:
        self.files = files
        self.zone = zone
        self.list = find_list(files)
        # The files of posts, by their ids.
        self.texts = {
            match["id"]: name for name in files.names if (match := FILE.fullmatch(name))
        }
        self.address = f"{(address or self.find_site()).rstrip('/')}/".lstrip("/")
        self.images = {name.rpartition("/")[2]: name for name in files.names}

    def find_site(self) -> str:
        """The address of the blog, as the first posts have it; or the empty string."""
        for name in list(self.texts.values())[:MOST_LOOKED_AT]:
            if match := SITE.search(self.files.read_text(name, MAX_TEXT)):
                return match[0]

        return ""

    def read_authors(self) -> Iterator[Author]:
        """None: an export names nobody."""
        yield from ()

    def read(self) -> Iterator[Post | Left]:
        """The posts, and what is left."""
        yield from self.files.left
        found = set()

        for row in read_list(self.files, self.list):
            id = row["post_id"].partition(".")[0]
            name = self.texts.get(id, "")
            found.add(name)
            yield self.make_post(row, id, name)

        texts = set(self.texts.values())

        for name in self.files.names:
            if name in texts - found:
                yield Left("post", name, f"{self.list} does not have it")
            elif name.endswith((".csv", ".html")) and name not in (*found, self.list):
                yield Left("list", name, "it is about readers, not a post")

    def make_post(self, row: Row, id: str, name: str) -> Post | Left:
        """A post."""
        title = " ".join(row["title"].split())
        slug = row["post_id"].partition(".")[2]
        is_published = row["is_published"].lower() in TRUE
        state, warnings = find_state(row)

        if not name:
            return Left("post", title or row["post_id"], "the export lacks its text")

        written = take_body(self.files.read_text(name, MAX_TEXT))
        subtitle = " ".join(row.get("subtitle", "").split())
        podcast = row.get("podcast_url", "").strip()
        html = f"<p><em>{escape(subtitle)}</em></p>" if subtitle else ""

        if podcast:
            html += f'<p><a href="{escape(podcast)}">{escape(podcast)}</a></p>'

        created = self.find_date(row)

        if not created and is_published:
            warnings += (OF_ITS_FILE,)

        path = f"{self.address or '/'}p/{slug}"
        return Post(
            key=id,
            title=title,
            state=state,
            created=created or self.files.found[name].modified,
            is_page=row.get("type") == "page",
            html=html + written.html,
            addresses=(path,) if slug and is_published else (),
            warnings=(*warnings, *written.warnings),
        )

    def find_date(self, row: Row) -> datetime | None:
        """When a post was published or sent."""
        values = (row.get(key, "") for key in ("post_date", "email_sent_at"))
        dates = (parse_date(value, self.zone) for value in values)
        return next(filter(None, dates), None)

    def open_media(self, reference: str) -> t.BinaryIO | None:
        """An image, by its name, if somebody put it there."""
        last = unquote(find_original(reference)).rpartition("/")[2]
        name = self.images.get(last, "")
        is_media = name and not name.endswith((".html", ".csv"))
        return self.files.open(name) if is_media else None


def find_state(row: Row) -> tuple[State, tuple[str, ...]]:
    """Who saw a post, and what is to be said of its kind."""
    kind = row.get("type", "") or "newsletter"
    audience = row["audience"] or "everyone"
    warning = KINDS.get(kind, f"It was of a kind that is not known: {kind[:50]}.")
    warnings = (warning,) if warning else ()

    if row["is_published"].lower() not in TRUE:
        return State.DRAFT, warnings
    elif kind == "adhoc_email":
        return State.PRIVATE, ("It was only sent by e-mail.",)
    elif audience != "everyone":
        return State.PRIVATE, (*warnings, f"Only these could read it: {audience}.")

    return State.PUBLIC, warnings


def find_list(files: Files) -> str:
    """The name of the list of posts.

    :raise NotReadable: if there is none
    """
    name = files.find("posts.csv")

    if not name:
        raise NotReadable(f"{files.path} has no posts.csv, as Substack's exports have.")

    return name


def read_list(files: Files, name: str) -> Iterator[Row]:
    """The rows of the list of posts.

    :raise NotReadable: if it is none, with the line
    """
    reader = csv.DictReader(StringIO(files.read_text(name, MAX_LIST)), strict=True)
    what = files.describe(name)

    try:
        missing = COLUMNS - set(reader.fieldnames or ())

        if missing:
            raise NotReadable(f"{what}, line 1: it lacks {', '.join(sorted(missing))}.")

        for row in reader:
            yield {key: value or "" for key, value in row.items() if is_cell(value)}
    except csv.Error as e:
        raise NotReadable(f"{what}, line {reader.reader.line_num}: {e}.") from e


def is_cell(value: t.Any) -> bool:
    """Whether a value is of a column, and not what a row has beyond the last one."""
    return value is None or isinstance(value, str)


def matches(path: Path) -> bool:
    """Whether there is a list of posts, by its columns."""
    try:
        with open_files(path) as files:
            with files.open(find_list(files)) as file:
                first = file.readline(10_000).decode("utf-8-sig", "replace")
    except NotReadable:
        return False

    return set(next(csv.reader([first]), [])) >= COLUMNS


@contextmanager
def open_archive(path: Path, zone: tzinfo = UTC, address: str = "") -> Iterator[t.Any]:
    """Open an export.

    :param zone: of dates without one
    :param address: of the blog, if its posts don't say it
    :raise NotReadable: if it can't be opened
    """
    with open_files(path) as files:
        yield SubstackExport(files, zone, address)

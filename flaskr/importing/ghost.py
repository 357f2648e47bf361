"""Reads what Ghost exports: a file of JSON, or a zip that has one and the images."""

import re
import typing as t
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from datetime import tzinfo
from datetime import UTC
from html import escape
from pathlib import Path
from urllib.parse import unquote
from urllib.parse import urlsplit

from .archives import open_files
from .files import Files
from .ghost_cards import write_markdown
from .ghost_html import clean_html
from .ghost_rows import find_left
from .ghost_rows import read
from .ghost_rows import Row
from .ghost_rows import Tables
from .ghost_text import write_lexical
from .ghost_text import write_mobiledoc
from .json_rows import JsonReader
from .json_rows import read_rows
from .records import Author
from .records import Left
from .records import List
from .records import NotReadable
from .records import Post
from .records import State
from .records import Written
from .written_dates import parse_date

NAME = "ghost"

# Bytes from the beginning by which an export is known.
MAX_START = 100_000
START = re.compile(
    rb'\s*\{\s*"(?:db"\s*:\s*\['
    rb'|(?:meta|data)"\s*:\s*\{.*"(?:exported_on|posts|posts_tags)"\s*:)',
    re.DOTALL,
)
SITE = "__GHOST_URL__"
# The sizes that Ghost makes of an image.
SIZED = re.compile(r"/size/w\d+(?:h\d+)?(?:/format/\w+)?/")
CONTENT = re.compile(r"/(content/(?:images|media|files)/.*)")
PART = re.compile(r":(\w+)|\{(\w+)\}")
PERMALINK = re.compile(r"^\s+permalink:\s*[\"']?(/[^\s\"']*)", re.MULTILINE)
MAX_ROUTES = 100_000


class GhostExport:
    """An export that is open."""

    def __init__(self, files: Files, name: str, zone: tzinfo, address: str) -> None:
        self.files = files
        self.name = name
        self.zone = zone
        self.address = f"{address.rstrip('/')}/" if address else ""
        self.tables = Tables()

        for table, row in self.read_rows():
            self.tables.add(table, row)

        if not self.tables.has_posts:
            raise NotReadable(f"{files.describe(name)} has no posts.")

        self.permalink = self.read_routes() or self.tables.permalink or "/:slug/"

    def read_rows(self) -> Iterator[tuple[str, Row]]:
        """The rows of all tables.

        :raise NotReadable: if the file is broken, with the line
        """
        with self.files.open(self.name) as file:
            for table, row in read_rows(
                JsonReader(file, self.files.describe(self.name))
            ):
                if isinstance(row, dict):
                    yield table, row

    def read_routes(self) -> str:
        """The pattern of addresses, if there is one for all posts."""
        name = self.files.find("content/settings/routes.yaml") or self.files.find(
            "routes.yaml"
        )

        if not name:
            return ""

        found = set(PERMALINK.findall(self.files.read_text(name, MAX_ROUTES)))
        return found.pop() if len(found) == 1 else ""

    def read_authors(self) -> Iterator[Author]:
        """The users."""
        yield from self.tables.users.values()

    def read(self) -> Iterator[Post | Left]:
        """The posts and pages, and what is left."""
        yield from self.files.left
        yield from self.find_left_files()

        for table, row in self.read_rows():
            if table == "posts":
                yield self.make_post(row)
            else:
                yield from find_left(table, row)

    def find_left_files(self) -> Iterator[Left]:
        """What else is in the zip, but for media."""
        themes = set()

        for name in self.files.names:
            is_theme = name.startswith("content/themes/")

            if is_theme:
                themes.add(name.split("/")[2])
            elif name != self.name and not CONTENT.match(f"/{name}"):
                yield Left("file", name, "it is no part of a post")

        for theme in sorted(themes):
            yield Left("theme", theme, "it is the design of the old blog")

    def make_post(self, row: Row) -> Post:
        """A post or a page."""
        id = read(row, "id")
        alt, is_sent = self.tables.meta.get(id, ("", False))
        state, warnings = find_state(row, is_sent)
        written = write_body(row)
        dates = (self.find_date(row, key) for key in ("published_at", "created_at"))
        created = next(filter(None, dates), None)

        if read(row, "codeinjection_head") or read(row, "codeinjection_foot"):
            warnings += ("Code was added to its page, which is left out.",)

        authors = self.tables.find_authors(id, row)
        return Post(
            key=read(row, "uuid") or id,
            title=find_title(row),
            state=state,
            created=created,
            updated=self.find_date(row, "updated_at"),
            is_page=row.get("type") == "page" or row.get("page") in (1, True),
            authors=authors,
            tags=self.tables.find_tags(id),
            lists=tuple(self.find_lists(id, authors)),
            html=self.replace_site(written.html),
            addresses=self.find_addresses(row, created or datetime.now(UTC), authors),
            cover=self.replace_site(read(row, "feature_image") or read(row, "image")),
            cover_alt=alt,
            warnings=(*warnings, *written.warnings),
        )

    def find_lists(self, id: str, authors: tuple[str, ...]) -> Iterator[List]:
        """The lists that a post was in."""
        top = self.address.rstrip("/")

        for tag in self.tables.find_tags(id):
            yield List(f"{top}/tag/{self.tables.slugs[tag]}/", tag=tag)

        for author in authors:
            yield List(f"{top}/author/{author}/", author=author)

    def replace_site(self, text: str) -> str:
        """A text with the address of the old blog, or paths from its top."""
        return text.replace(SITE, self.address.rstrip("/"))

    def find_date(self, row: Row, key: str) -> datetime | None:
        """A date, which old versions have as milliseconds."""
        return parse_date(row.get(key), self.zone)

    def find_addresses(
        self, row: Row, created: datetime, authors: tuple[str, ...]
    ) -> tuple[str, ...]:
        """Where a post was."""
        slug = read(row, "slug")
        is_page = row.get("type") == "page" or row.get("page") in (1, True)
        tags = self.tables.find_tags(read(row, "id"))
        moment = created.astimezone(self.zone)
        parts = {
            "slug": slug,
            "id": read(row, "id"),
            "year": f"{moment:%Y}",
            "month": f"{moment:%m}",
            "day": f"{moment:%d}",
            "author": authors[0] if authors else "",
            "primary_author": authors[0] if authors else "",
            "primary_tag": re.sub(r"\W+", "-", tags[0].lower()) if tags else "all",
        }
        pattern = "/:slug/" if is_page else self.permalink
        path = PART.sub(lambda m: parts.get(m[1] or m[2], ""), pattern)
        top = self.address.rstrip("/")
        return (f"{top}{path}",) if slug else ()

    def open_media(self, reference: str) -> t.BinaryIO | None:
        """An image, as large as there is one, whatever the address of the blog was."""
        match = CONTENT.search(unquote(urlsplit(reference).path))

        if match is None:
            return None

        name = self.files.find(SIZED.sub("/", match[1])) or self.files.find(match[1])
        return self.files.open(name) if name else None


def find_title(row: Row) -> str:
    """The title; empty for what Ghost calls the ones without."""
    title = read(row, "title", 2000)
    return "" if title == "(Untitled)" else title


def find_state(row: Row, is_sent: bool) -> tuple[State, tuple[str, ...]]:
    """Who saw a post, and a sentence about it if that is not plain."""
    status = read(row, "status")
    visibility = read(row, "visibility") or "public"

    if status == "sent" or is_sent:
        return State.PRIVATE, ("It was only sent by e-mail.",)
    elif status not in ("published", "scheduled") or (
        status == "scheduled" and not row.get("published_at")
    ):
        return State.DRAFT, ()
    elif visibility != "public":
        return State.PRIVATE, (f"Only these could read it: {visibility}.",)

    return State.PUBLIC, ()


def write_body(row: Row) -> Written:
    """The text of a post as HTML: as it was shown, or as the editor has it."""

    def get(key: str) -> str:
        value = row.get(key)
        return value if isinstance(value, str) and value.strip() else ""

    if html := get("html"):
        return Written(*clean_html(html))
    elif lexical := get("lexical"):
        return write_lexical(lexical)
    elif mobiledoc := get("mobiledoc"):
        return write_mobiledoc(mobiledoc)
    elif markdown := get("markdown"):
        return Written(write_markdown({"markdown": markdown}))

    lines = get("plaintext").split("\n\n")
    return Written("".join(f"<p>{escape(line)}</p>" for line in lines if line.strip()))


def find_export(files: Files) -> str:
    """The name of the file of JSON that is an export, or the empty string."""
    for name in files.names:
        if name.lower().endswith(".json") and "images/" not in name:
            with files.open(name) as file:
                start = file.read(MAX_START).removeprefix(b"\xef\xbb\xbf")

            if START.match(start):
                return name

    return ""


def matches(path: Path) -> bool:
    """Whether there is an export of Ghost's, by how files of JSON begin."""
    try:
        with open_files(path) as files:
            return bool(find_export(files))
    except NotReadable:
        return False


@contextmanager
def open_archive(path: Path, zone: tzinfo = UTC, address: str = "") -> Iterator[t.Any]:
    """Open an export.

    :param zone: of dates without one, and of those in addresses
    :param address: of the old blog, which exports don't say
    :raise NotReadable: if it can't be opened, or is broken
    """
    with open_files(path) as files:
        name = find_export(files)

        if not name:
            raise NotReadable(
                f"{path} has no export of Ghost's: no file of JSON is one."
            )

        yield GhostExport(files, name, zone, address)

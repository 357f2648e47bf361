"""Reads the archive that Medium sends: a zip, the folder in it, or that of posts."""

import re
import typing as t
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from datetime import tzinfo
from datetime import UTC
from pathlib import Path
from urllib.parse import unquote
from urllib.parse import urlsplit

from bs4 import BeautifulSoup

from .archives import open_files
from .bodies import find_all
from .bodies import get
from .bodies import parse
from .files import Files
from .medium_body import find_response
from .medium_body import take_body
from .records import Author
from .records import Left
from .records import NotReadable
from .records import OF_ITS_FILE
from .records import Post
from .records import State
from .written_dates import parse_date

NAME = "medium"

MAX_TEXT = 5_000_000
FOLDER = "posts/"
HTML = (".html", ".htm")
# At the end of the name of a file.
ID = re.compile(r"-{1,2}(?P<id>[0-9a-f]{8,16})\.html?$")
DATE = re.compile(r"(?:posts/)?(\d{4}-\d{2}-\d{2})_")
AUTHOR = re.compile(
    r'<a href="https://medium\.com/(@?[^"/?]{1,100})"[^<>]{0,100}'
    r'class="p-author[^"]{0,50}"[^<>]{0,100}>([^<>]{1,200})</a>'
)
# What every file of a post has.
MARKS = ('class="p-name"', 'data-field="body"')
# Files that are looked at until one shows whether this is Medium's.
MOST_LOOKED_AT = 5


class MediumArchive:
    """An archive that is open."""

    # Each post has one of its own.
    address = ""

    def __init__(self, files: Files, zone: tzinfo) -> None:
        self.files = files
        self.zone = zone
        self.images = {
            name.rpartition("/")[2]: name
            for name in files.names
            if not name.lower().endswith(HTML)
        }
        names = find_names(files)
        # Of the folder of posts alone, some files may be others.
        self.posts = [n for n in names if is_inside(n) or is_post(files, n)]

    def read_authors(self) -> Iterator[Author]:
        """Those whom the posts name."""
        seen = set()

        for name in self.posts:
            match = AUTHOR.search(self.files.read_text(name, MAX_TEXT))

            if match and match[1] not in seen:
                seen.add(match[1])
                yield Author(match[1], match[2])

    def read(self) -> Iterator[Post | Left]:
        """The posts, and what is left."""
        yield from self.files.left
        posts = set(self.posts)

        for name in self.files.names:
            if name in posts:
                yield self.read_post(name)
            elif name.lower().endswith(HTML):
                kind = name.partition("/")[0] if "/" in name else "file"
                yield Left(kind, name, "it is no post")

    def read_post(self, name: str) -> Post | Left:
        """A post; what only answers somebody else's is left."""
        html = self.files.read_text(name, MAX_TEXT)
        soup = parse(html)
        body = soup.select_one('[data-field="body"]')
        title = " ".join(get_text(soup, ".p-name").split())

        if body is None:
            return Left("post", name, "it has no text where Medium has it")

        is_draft = name.rpartition("/")[2].lower().startswith("draft_")
        created = self.find_date(soup, name)
        modified = self.files.found[name].modified
        author = get(soup.select_one("a.p-author"), "href")
        key = author.rstrip("/").rpartition("/")[2]
        post = Post(
            key=find_key(name),
            title=title,
            state=State.DRAFT if is_draft else State.PUBLIC,
            created=created or modified,
            authors=(key,) if key else (),
            tags=find_tags(soup, html),
            addresses=() if is_draft else find_addresses(soup, name),
        )

        # Where a section has no end, it is in the text.
        for footer in find_all(body, "footer", html):
            footer.decompose()

        if find_response(body, title):
            return Left("response", title or name, "it answers a post of another blog")

        written = take_body(soup, body, title, html)
        of_file = () if created or is_draft else (OF_ITS_FILE,)
        warnings = (*of_file, *written.warnings)
        return post._replace(html=written.html, warnings=warnings)

    def find_date(self, soup: BeautifulSoup, name: str) -> datetime | None:
        """When a post was published."""
        published = soup.select_one(".dt-published, time[datetime]")
        date = DATE.match(name)
        values = (get(published, "datetime"), date[1] if date else "")
        dates = (parse_date(value, self.zone) for value in values)
        return next(filter(None, dates), None)

    def open_media(self, reference: str) -> t.BinaryIO | None:
        """An image, by its name: some archives have those of posts."""
        last = unquote(urlsplit(reference).path).rpartition("/")[2]
        name = self.images.get(last, "")
        return self.files.open(name) if name else None


def get_text(soup: BeautifulSoup, selector: str) -> str:
    """The text of the first element of a selector, or the empty string."""
    found = soup.select_one(selector)
    return found.get_text(" ", strip=True) if found else ""


def find_tags(soup: BeautifulSoup, html: str) -> tuple[str, ...]:
    """The tags of a post, which new archives have."""
    tags = find_all(soup, ".p-tags", html)
    links = [link for tag in tags for link in tag.select("a")]
    return tuple(link.get_text(" ", strip=True) for link in links)


def find_key(name: str) -> str:
    """What is the same in each archive: a draft gets another name when it is
    published."""
    match = ID.search(name)
    return match["id"] if match else f"{FOLDER}{name.rpartition('/')[2]}"


def find_addresses(soup: BeautifulSoup, name: str) -> tuple[str, ...]:
    """Where a post was: its own address, and the short one."""
    canonical = get(soup.select_one("a.p-canonical"), "href").partition("?")[0]
    match = ID.search(name)
    short = f"https://medium.com/p/{match['id']}" if match else ""
    return tuple(dict.fromkeys(filter(None, (canonical, short))))


def find_names(files: Files) -> list[str]:
    """The names of files that are where posts are: in their folder, or in none, if that
    alone was given."""
    names = [name for name in files.names if name.lower().endswith(HTML)]
    inside = [name for name in names if is_inside(name)]
    return inside or [name for name in names if "/" not in name]


def is_inside(name: str) -> bool:
    """Whether a file is in the folder of posts."""
    return bool(re.fullmatch(f"{FOLDER}[^/]+", name, re.IGNORECASE))


def is_post(files: Files, name: str) -> bool:
    """Whether a file has what posts of Medium's have."""
    try:
        text = files.read_text(name, MAX_TEXT)
    except NotReadable:
        return False

    return all(mark in text for mark in MARKS)


def matches(path: Path) -> bool:
    """Whether there are posts as Medium writes them."""
    try:
        with open_files(path) as files:
            names = find_names(files)[:MOST_LOOKED_AT]
            return any(is_post(files, name) for name in names)
    except NotReadable:
        return False


@contextmanager
def open_archive(path: Path, zone: tzinfo = UTC, address: str = "") -> Iterator[t.Any]:
    """Open an archive.

    :param zone: of dates without one, of which Medium writes none
    :param address: of no use here
    :raise NotReadable: if it can't be opened
    """
    with open_files(path) as files:
        archive = MediumArchive(files, zone)

        if not archive.posts:
            raise NotReadable(
                f"{path} has no folder posts with files of HTML, as Medium's archive"
                " has, and is none."
            )

        yield archive

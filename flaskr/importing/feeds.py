"""Feeds: Atom, RSS 2.0 and 1.0, with as much as they have of each post."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from datetime import tzinfo
from datetime import UTC
from pathlib import Path
from xml.etree.ElementTree import Element
from xml.etree.ElementTree import tostring

from . import dates
from . import sniffing
from . import xml
from .records import Author
from .records import Left
from .records import NotReadable
from .records import Post
from .records import State

NAME = "feed"

ROOTS = ("rss", "RDF", "feed")
TAGS = re.compile(r"<[^<>]*>")


class Feed:
    """A feed that is open."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.address = ""
        self.author = ""

    def read_authors(self) -> Iterator[Author]:
        """None: entries name theirs."""
        return iter(())

    def open_media(self, reference: str) -> None:
        """Nothing: a feed has no files."""

    def scan(self) -> None:
        """Read where the blog is, and who writes it if entries don't say.

        :raise NotReadable: if it is no feed, or broken
        """
        for number, (element, _line) in enumerate(xml.read(self.path)):
            if number == 0:
                self.check_root(element)
            elif element.tag == "link":
                self.address = self.address or (element.text or "").strip()
            elif element.tag == "{atom}link" and is_page(element):
                self.address = self.address or element.get("href", "").strip()
            elif element.tag == "channel":
                self.address = xml.find_text(element, "link")
            elif element.tag == "{atom}author":
                self.author = find_name(element)

    def check_root(self, element: Element) -> None:
        """Do nothing if it is a feed.

        :raise NotReadable: if it is another XML
        """
        if element.tag not in ("rss", "{rdf}RDF", "{atom}feed"):
            raise NotReadable(f"{self.path.name} is no feed: it is “{element.tag}”.")

    def read(self) -> Iterator[Post | Left]:
        """The entries; of an old feed, they are few, since feeds have the newest."""
        for element, _line in xml.read(self.path):
            if element.tag == "item":
                yield self.read_item(element)
            elif element.tag == "{atom}entry":
                yield self.read_entry(element)

    def read_item(self, item: Element) -> Post:
        """A post of RSS."""
        title = clean_title(item.findtext("title") or item.findtext("{dc}title") or "")
        link = xml.find_text(item, "link") or find_permalink(item)
        text = item.findtext("{content}encoded") or item.findtext("description") or ""
        author = xml.find_text(item, "{dc}creator") or xml.find_text(item, "author")
        tags = [(element.text or "").strip() for element in item.iterfind("category")]
        tags += [(e.text or "").strip() for e in item.iterfind("{dc}subject")]
        times = [
            dates.parse(xml.find_text(item, name)) for name in ("pubDate", "{dc}date")
        ]
        return Post(
            key=xml.find_text(item, "guid") or link or title,
            title=title,
            state=State.PUBLIC,
            created=dates.find_first(times),
            authors=tuple(filter(None, [clean_author(author)])),
            tags=tuple(filter(None, dict.fromkeys(map(html.unescape, tags)))),
            html=text,
            addresses=tuple(filter(None, [link])),
            warnings=() if item.find("{content}encoded") is not None else WHOLE,
        )

    def read_entry(self, entry: Element) -> Post:
        """A post of Atom."""
        content = entry.find("{atom}content")
        summary = entry.find("{atom}summary")
        link = find_link(entry)
        author = next(map(find_name, entry.iterfind("{atom}author")), "") or self.author
        tags = [
            (category.get("label") or category.get("term") or "").strip()
            for category in entry.iterfind("{atom}category")
        ]
        title = find_title(entry)
        return Post(
            key=xml.find_text(entry, "{atom}id") or link or title,
            title=title,
            state=State.DRAFT if is_draft(entry) else State.PUBLIC,
            created=find_created(entry),
            updated=dates.parse(xml.find_text(entry, "{atom}updated")),
            authors=tuple(filter(None, [author])),
            tags=tuple(filter(None, dict.fromkeys(tags))),
            html=read_text(summary if content is None else content),
            addresses=tuple(filter(None, [link])),
            warnings=WHOLE if content is None else (),
        )


WHOLE = ("the feed may have only the beginning of it",)


def is_page(link: Element) -> bool:
    """Whether a link leads to the page of what it is in."""
    rel = link.get("rel", "alternate")
    return rel == "alternate" and "xml" not in link.get("type", "")


def find_link(entry: Element) -> str:
    """Where an entry of Atom is."""
    links = filter(is_page, entry.iterfind("{atom}link"))
    return next((link.get("href", "").strip() for link in links), "")


def find_permalink(item: Element) -> str:
    """Where an item of RSS is that says so only by its name."""
    guid = item.find("guid")
    text = "" if guid is None else (guid.text or "").strip()
    return text if re.match("https?://", text) else ""


def find_created(entry: Element) -> datetime | None:
    """When an entry of Atom was published."""
    names = ("published", "issued", "created", "updated", "modified")
    return dates.find_first(
        dates.parse(xml.find_text(entry, f"{{atom}}{name}")) for name in names
    )


def is_draft(entry: Element) -> bool:
    """Whether an entry of Atom is not public."""
    control = entry.find("{app}control")
    return control is not None and xml.find_text(control, "{app}draft") == "yes"


def find_name(author: Element) -> str:
    """Who somebody is in Atom."""
    return xml.find_text(author, "{atom}name")


def find_title(entry: Element) -> str:
    """The title of an entry of Atom, as text."""
    title = entry.find("{atom}title")

    if title is None:
        return ""
    elif title.get("type", "text") in ("html", "xhtml", "text/html"):
        return clean_title(read_text(title))

    return " ".join("".join(title.itertext()).split())


def read_text(element: Element | None) -> str:
    """The HTML of a text of Atom, whichever of its forms it has."""
    if element is None:
        return ""

    kind = element.get("type", "text")
    text = "".join(element.itertext())

    if kind in ("xhtml", "application/xhtml+xml") or len(element):
        return write_html(element)
    elif kind in ("text", "text/plain"):
        return "".join(
            f"<p>{html.escape(part)}</p>".replace("\n", "<br>")
            for part in re.split(r"\n[ \t]*\n", text.strip())
        )

    return text


def write_html(element: Element) -> str:
    """What is in an element of XHTML, as HTML."""
    for inner in element.iter():
        inner.tag = inner.tag.rpartition("}")[2]
        inner.attrib = {
            name: value for name, value in inner.attrib.items() if "{" not in name
        }

    inside = html.escape(element.text or "", quote=False)
    return inside + "".join(
        tostring(child, encoding="unicode", method="html") for child in element
    )


def clean_title(title: str) -> str:
    """A title that may have HTML in it."""
    return " ".join(html.unescape(TAGS.sub("", title)).split())


def clean_author(author: str) -> str:
    """Who wrote an item of RSS: ``jane@old.example (Jane Doe)`` is Jane Doe."""
    named = re.fullmatch(r"\S+@\S+\s+\((.+)\)", author)
    return named[1].strip() if named else author


def matches(path: Path) -> bool:
    """Whether a file begins as a feed does."""
    return sniffing.read_root(path)[0] in ROOTS


@contextmanager
def open_archive(path: Path, zone: tzinfo = UTC, address: str = "") -> Iterator[Feed]:
    """Read what the feed says of itself.

    :param zone: of no use here: dates have theirs
    :param address: of no use here
    :raise NotReadable: as :meth:`Feed.scan`
    """
    feed = Feed(path)
    feed.scan()
    yield feed

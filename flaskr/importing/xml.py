"""XML that a stranger wrote, read in one pass, in memory that has a bound."""

import codecs
import re
import typing as t
from collections.abc import Iterator
from xml.etree.ElementTree import Element
from xml.etree.ElementTree import TreeBuilder
from xml.parsers import expat

from .parts import Part
from .records import NotReadable

CHUNK = 65_536  # bytes

# Of one entry: elements within each other, elements, and characters; and bytes of one
# tag.
MAX_DEPTH = 100
MAX_ELEMENTS = 100_000
MAX_CHARACTERS = 20_000_000
MAX_TAG = 4_000_000

# Controls that no XML may have, and some texts do; not NUL, which no text has.
CONTROLS = bytes({*range(1, 0x20), 0x7F} - {*b"\t\n\r"})
# In UTF-8, the other characters that no XML may have: U+FFFE, U+FFFF, and surrogates.
NO_CHARACTERS = re.compile(rb"\xef\xbf[\xbe\xbf]|\xed[\xa0-\xbf][\x80-\xbf]")
BEGUN = re.compile(rb"(?:\xef\xbf?|\xed[\xa0-\xbf]?)\Z")
DECLARED = re.compile(rb'\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*["\']([\w.:-]{1,40})')
WITHOUT_HELP = re.compile(r"utf-?8|us-ascii|ascii", re.IGNORECASE)
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"<\x00", b"\x00<")

# What namespaces are called here, whatever the file calls them, or writes for them:
# some say https, or another version.
NAMESPACES = (
    ("wp", re.compile(r"https?://(?:www\.)?wordpress\.org/export/[\d.]+/?")),
    (
        "excerpt",
        re.compile(r"https?://(?:www\.)?wordpress\.org/export/[\d.]+/excerpt/?"),
    ),
    ("content", re.compile(r"https?://purl\.org/rss/1\.0/modules/content/?")),
    ("dc", re.compile(r"https?://purl\.org/dc/elements/1\.1/?")),
    (
        "atom",
        re.compile(r"https?://www\.w3\.org/2005/Atom|https?://purl\.org/atom/ns#"),
    ),
    ("rdf", re.compile(r"https?://www\.w3\.org/1999/02/22-rdf-syntax-ns#")),
    ("thr", re.compile(r"https?://purl\.org/syndication/thread/1\.0")),
    ("app", re.compile(r"https?://www\.w3\.org/2007/app|https?://purl\.org/atom/app#")),
    ("blogger", re.compile(r"https?://schemas\.google\.com/blogger/2018")),
    ("media", re.compile(r"https?://search\.yahoo\.com/mrss/?")),
    ("html", re.compile(r"https?://www\.w3\.org/1999/xhtml")),
    ("xml", re.compile(r"http://www\.w3\.org/XML/1998/namespace")),
    ("", re.compile(r"https?://purl\.org/rss/1\.0/|https?://my\.netscape\.com/.*")),
)
KNOWN = {name for name, _ in NAMESPACES}

Recode = t.Callable[[bytes, bool], bytes]


class Scopes:
    """The prefixes of the elements that are open, and the names that they stand for."""

    def __init__(self) -> None:
        self.open: list[dict[str, str]] = [{}]

    def enter(self, attributes: dict[str, str]) -> None:
        """Open an element, which may declare prefixes."""
        declared = {
            name.partition(":")[2]: uri
            for name, uri in attributes.items()
            if name == "xmlns" or name.startswith("xmlns:")
        }
        names = {prefix: name_namespace(uri) for prefix, uri in declared.items()}
        self.open.append({**self.open[-1], **names} if names else self.open[-1])

    def leave(self) -> None:
        """Close the last one."""
        self.open.pop()

    def resolve(self, name: str) -> str:
        """A name as it is called here, such as ``{wp}author``. A prefix that the file
        forgot to declare means what it means everywhere."""
        prefix, colon, local = name.rpartition(":")
        found = self.open[-1].get(prefix)

        if found is None:
            found = prefix if prefix in KNOWN else "?" * bool(colon)

        return f"{{{found}}}{local}" if found else local


def name_namespace(uri: str) -> str:
    """What a namespace is called here; ``?`` for others."""
    found = (name for name, pattern in NAMESPACES if pattern.fullmatch(uri.strip()))
    return next(found, "?" if uri else "")


class Reader:
    """What stands in a feed: its parts, each with the line where it begins."""

    def __init__(self, path: Part) -> None:
        self.path = path
        self.scopes = Scopes()
        self.names: list[str] = []
        self.builder: TreeBuilder | None = None
        self.line = self.elements = self.characters = 0
        self.done: list[tuple[Element, int]] = []
        # Before what is parsed, and one.
        self.lines = 1

    def read(self, file: t.BinaryIO) -> Iterator[tuple[Element, int]]:
        """The root without what is in it, and then the parts.

        :raise NotReadable: with the line, for broken XML, or such as no feed needs
        """
        start = file.read(CHUNK)
        recode, encoding = find_encoding(start, self.path)
        self.parser = expat.ParserCreate(encoding)
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self.refuse_doctype
        self.parser.EntityDeclHandler = self.refuse_doctype
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.add_text
        chunk, size = start, 0

        while True:
            size += self.parse(chunk, recode)

            if size - self.parser.CurrentByteIndex > MAX_TAG:
                raise self.fail("one tag has more characters than a feed needs")

            yield from self.done
            self.done.clear()

            if not chunk:
                return

            chunk = file.read(CHUNK)

    def parse(self, chunk: bytes, recode: Recode) -> int:
        """Parse some bytes, at the end none; return how many they became.

        :raise NotReadable: as :meth:`read`
        """
        try:
            data = recode(chunk, not chunk)
            self.parser.Parse(data, not chunk)
        except expat.ExpatError as e:
            raise self.fail(expat.ErrorString(e.code), e.lineno) from e
        except (ValueError, LookupError) as e:
            # Most often a UnicodeDecodeError, which says where it is.
            before = getattr(e, "object", b"")[: getattr(e, "start", 0)]
            what = "this is not in the encoding that the file says"
            raise self.fail(what, self.lines + before.count(b"\n")) from e

        self.lines += chunk.count(b"\n")
        return len(data)

    def fail(self, what: str, line: int | None = None) -> NotReadable:
        """What to raise for what is wrong."""
        line = line or self.parser.CurrentLineNumber
        return NotReadable(f"{self.path.name} can’t be read, line {line}: {what}.")

    def refuse_doctype(self, *declaration: object) -> None:
        """Stop at what could make a short text a long one, or read other files."""
        raise self.fail("it has a DOCTYPE or entities, which no feed needs")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Open an element."""
        self.scopes.enter(attributes)
        name = self.scopes.resolve(tag)
        attributes = {
            self.scopes.resolve(key) if ":" in key else key: value
            for key, value in attributes.items()
            if not key.startswith("xmlns")
        }
        self.names.append(name)

        if self.builder is None and self.is_container():
            if len(self.names) == 1:
                self.done.append((Element(name, attributes), 1))

            return

        if self.builder is None:
            self.builder = TreeBuilder()
            self.line = self.parser.CurrentLineNumber
            self.elements = self.characters = 0

        self.elements += 1

        if len(self.names) > MAX_DEPTH or self.elements > MAX_ELEMENTS:
            raise self.fail("there are more elements in one entry than a post has")

        self.builder.start(name, attributes)

    def is_container(self) -> bool:
        """Whether what was opened has the parts in it."""
        return len(self.names) == 1 or self.names == ["rss", "channel"]

    def end(self, tag: str) -> None:
        """Close an element."""
        name = self.names.pop()
        self.scopes.leave()

        if self.builder is None:
            return

        element = self.builder.end(name)

        if self.is_container():
            self.done.append((element, self.line))
            self.builder = None

    def add_text(self, text: str) -> None:
        """Add to what is open."""
        self.characters += len(text)

        if self.characters > MAX_CHARACTERS:
            raise self.fail("there is more text in one entry than a post has")

        if self.builder:
            self.builder.data(text)


def find_encoding(start: bytes, path: Part) -> tuple[Recode, str | None]:
    """What makes of bytes those that the parser reads, and their encoding, if it is not
    what the file says.

    :raise NotReadable: if the file says one that nobody knows
    """
    declared = DECLARED.match(start.removeprefix(codecs.BOM_UTF8))
    name = declared[1].decode("ascii") if declared else "utf-8"

    if start.startswith(UTF_16):
        return lambda data, is_last: data, None
    elif WITHOUT_HELP.fullmatch(name) or start.startswith(codecs.BOM_UTF8):
        return make_cleaner(), "utf-8"

    try:
        # No other one has bytes on both sides.
        "".encode(name)
        decoder = codecs.getincrementaldecoder(name)()
    except (LookupError, UnicodeError) as e:
        raise NotReadable(
            f"{path.name} can’t be read, line 1: nobody knows the encoding {name}."
        ) from e

    clean = make_cleaner()

    def recode(data: bytes, is_last: bool) -> bytes:
        text = decoder.decode(data, is_last)
        return clean(text.encode("utf-8", "surrogatepass"), is_last)

    return recode, "utf-8"


def make_cleaner() -> Recode:
    """What takes out of UTF-8, which comes in parts, what no XML may have."""
    begun = b""

    def clean(data: bytes, is_last: bool) -> bytes:
        nonlocal begun
        data = begun + data.translate(None, CONTROLS)
        match = None if is_last else BEGUN.search(data, max(0, len(data) - 2))
        begun = match[0] if match else b""
        return NO_CHARACTERS.sub(b"", data.removesuffix(begun))

    return clean


def read(path: Part) -> Iterator[tuple[Element, int]]:
    """The root of a feed without what is in it, and its parts, each with its line.

    :raise NotReadable: as :meth:`Reader.read`
    """
    with path.open("rb") as file:
        yield from Reader(path).read(file)


def find_text(element: Element, name: str) -> str:
    """The text in the first child of a name, stripped; empty if there is none."""
    return (element.findtext(name) or "").strip()

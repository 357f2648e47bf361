"""A post as a file of Markdown with YAML front matter, and back.

Each value is JSON, which is YAML too, and each is in one line: what is read is what was
written. Times alone are written as YAML has them, so that other programs see times.
What another editor made of it is read as YAML; what is wrong is told with its line.
"""

import re
import typing as t
from collections.abc import Mapping
from datetime import datetime
from datetime import tzinfo
from datetime import UTC

from ..data import times
from . import yaml_fields
from .errors import at
from .values import is_text
from .values import read_json
from .values import write_json
from .values import WrongValue

FENCE = "---"
END = re.compile(rf"\n{FENCE}[ \t]*(?:\n|\Z)")

# What YAML, unlike JSON, does not take as it is, or takes for the end of a line.
NOT_IN_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")

LINE = re.compile(r"([a-z]+):(.*)")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", re.ASCII)

# As other editors write them, too.
WRITTEN = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.0{1,6})?(?:Z|[+-]\d\d:?\d\d)", re.ASCII
)

TIMES = ("date", "updated")

# Of what has no time that is one.
EPOCH = "1970-01-01T00:00:00+00:00"


class Document(t.NamedTuple):
    """A file: its fields, in which line each is, and the text below them."""

    fields: dict[str, t.Any]
    lines: dict[str, int]
    body: str


def quote(value: object) -> str:
    """A value as both JSON and YAML have it."""
    return NOT_IN_YAML.sub(lambda found: f"\\u{ord(found[0]):04x}", write_json(value))


def write(fields: Mapping[str, object], body: str) -> bytes:
    """A file of these fields and a text, which ends with one line break more."""
    lines = [
        f"{name}: {value if name in TIMES else quote(value)}"
        for name, value in fields.items()
    ]
    return "\n".join([FENCE, *lines, FENCE, f"{body}\n"]).encode()


def read(name: str, content: bytes) -> Document:
    """What :func:`write` wrote into a file, or another editor made of it.

    :raise NotReadable: if it is something else
    """
    head, body = split(name, content)
    fields, lines = read_lines(head) or yaml_fields.read(name, head)

    for field, value in fields.items():
        if field in TIMES:
            fields[field] = read_time(name, lines[field], value)
        elif isinstance(value, str) and not is_text(value):
            raise at(name, lines[field], f"{field} has half of a character.")

    return Document(fields, lines, body)


def split(name: str, content: bytes) -> tuple[str, str]:
    """The lines with the fields of a file, and the text below them.

    :raise NotReadable: if there are none
    """
    try:
        text = content.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as e:
        before = content[: e.start].count(b"\n")
        raise at(name, before + 1, "These bytes are no UTF-8.") from None

    if text.partition("\n")[0].endswith("\r"):
        # It was written with others; within texts, they are what somebody wrote.
        text = text.replace("\r\n", "\n")

    end = END.search(text)
    first, _, head = text[: end.start() if end else 0].partition("\n")

    if end is None or first.rstrip() != FENCE:
        raise at(
            name, 1, f"It should begin with its fields, between two lines {FENCE}."
        )

    return head, text[end.end() :].removesuffix("\n")


def read_lines(head: str) -> tuple[dict[str, t.Any], dict[str, int]] | None:
    """The fields, if each is in one line, as :func:`write` wrote it, and their lines;
    ``None`` if another editor did."""
    fields: dict[str, t.Any] = {}
    lines: dict[str, int] = {}

    for number, line in enumerate(head.split("\n"), 2):
        found = LINE.fullmatch(line)

        if not found or found[1] in fields:
            return None

        field, text = found[1], found[2].strip()

        try:
            is_time = field in TIMES and TIME.fullmatch(text)
            fields[field] = text if is_time else read_json(text)
        except WrongValue:
            return None

        lines[field] = number

    return fields, lines


def write_time(stored: object, zone: tzinfo) -> str | None:
    """A time of the database as YAML has it, by the clocks of a zone; ``None`` if that
    says something else."""
    moment = times.parse(stored) if isinstance(stored, str) else None

    for place in (zone, UTC):
        try:
            text = moment.astimezone(place).isoformat() if moment else ""
        except OverflowError:
            continue

        # Before there were zones, clocks differed by seconds.
        if TIME.fullmatch(text) and parse_time(text) == stored:
            return text

    return None


def parse_time(text: str) -> str | None:
    """A time of YAML as the database has it; ``None`` if there is none."""
    try:
        return times.format_utc(datetime.fromisoformat(text))
    except (OverflowError, ValueError):
        return None


def read_time(name: str, number: int, value: object) -> str:
    """A time of YAML as the database has it.

    :raise NotReadable: if it is none, or nobody knows which
    """
    text = value if isinstance(value, str) else ""
    time = parse_time(text.replace(" ", "T", 1)) if WRITTEN.fullmatch(text) else None

    if time is None:
        raise at(
            name,
            number,
            "It should be a time with its offset, such as 2026-11-28T20:15:00+08:00.",
        )

    return time

"""A post as a file of Markdown with YAML front matter, and back.

Each value is JSON, which is YAML too, and each is in one line: what is read is what was
written, and what was changed into something else is told with its line. Times alone are
written as YAML has them, so that other programs see times.
"""

import re
import typing as t
from collections.abc import Mapping
from datetime import datetime
from datetime import tzinfo
from datetime import UTC

from ..data import times
from .errors import at
from .values import is_text
from .values import read_json
from .values import write_json
from .values import WrongValue

FENCE = "---"

# What YAML, unlike JSON, does not take as it is, or takes for the end of a line.
NOT_IN_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")

LINE = re.compile(r"([a-z]+): ?(.*?)\s*")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", re.ASCII)

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
    """What :func:`write` wrote into a file.

    :raise NotReadable: if it is something else
    """
    try:
        text = content.decode()
    except UnicodeDecodeError as e:
        before = content[: e.start].count(b"\n")
        raise at(name, before + 1, "These bytes are no UTF-8.") from None

    head, fence, body = text.removeprefix("\ufeff").partition(f"\n{FENCE}\n")

    if not fence or head.partition("\n")[0].rstrip() != FENCE:
        raise at(
            name, 1, f"It should begin with its fields, between two lines {FENCE}."
        )

    fields: dict[str, t.Any] = {}
    lines: dict[str, int] = {}

    for number, line in enumerate(head.split("\n")[1:], 2):
        field, value = read_line(name, number, line)

        if field in fields:
            raise at(name, number, f"It has {field} twice.")

        fields[field], lines[field] = value, number

    return Document(fields, lines, body.removesuffix("\n"))


def read_line(name: str, number: int, line: str) -> tuple[str, t.Any]:
    """A field, and what it is.

    :raise NotReadable: if it was changed into something else
    """
    found = LINE.fullmatch(line)

    if not found:
        raise at(name, number, "It should be a name, a colon and a value.")

    field, text = found.groups()

    if field in TIMES:
        return field, read_time(name, number, text)

    try:
        value = read_json(text)
    except WrongValue as e:
        raise at(
            name,
            number,
            f"{field} {e}. Write it as JSON has it: texts in double quotes.",
        ) from None

    if isinstance(value, str) and not is_text(value):
        raise at(name, number, f"{field} has half of a character.")

    return field, value


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


def read_time(name: str, number: int, text: str) -> str:
    """A time of YAML as the database has it.

    :raise NotReadable: if it is none, or nobody knows which
    """
    time = parse_time(text) if TIME.fullmatch(text) else None

    if time is None:
        raise at(
            name,
            number,
            "It should be a time with its offset, such as 2026-11-28T20:15:00+08:00.",
        )

    return time

"""Dates as people and programs write them."""

import re
import typing as t
from datetime import date
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from datetime import tzinfo
from datetime import UTC

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct")
NAMES = {name: number for number, name in enumerate((*MONTHS, "nov", "dec"), 1)}
MONTH = r"(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
DAYS = (
    # 2013/7/13, 2013-07-13
    r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})",
    # Mon, 2 Jan 2006
    rf"(?:[a-z]{{3,9}},?\s+)?(?P<day>\d{{1,2}})[\s-]+{MONTH},?[\s-]+(?P<year>\d{{4}})",
    # January 2, 2006
    rf"(?:[a-z]{{3,9}},?\s+)?{MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?"
    r"\s+(?P<year>\d{4})",
)
TIME = (
    r"(?:(?:[T\s]|,\s|\sat\s)\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})"
    r"(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?:\s*(?P<half>[ap])\.?m\.?)?)?"
)
OFFSET = r"\s*(?P<offset>z|utc|gmt|[+-]\d{2}:?\d{2}(?::?\d{2})?|[+-]\d{1,2})?"
PATTERNS = [
    re.compile(rf"{day}{TIME}{OFFSET}(?:\s*\([a-z ]+\))?", re.IGNORECASE | re.ASCII)
    for day in DAYS
]
MAX_LENGTH = 60


def parse_date(value: object, zone: tzinfo = UTC) -> datetime | None:
    """The moment that a text, a date or a number of milliseconds stands for, aware;
    ``None`` if it is none.

    :param zone: of those that have no offset
    """
    if isinstance(value, datetime):
        return make_aware(value, zone)
    elif isinstance(value, date):
        return make_aware(datetime(value.year, value.month, value.day), zone)
    elif isinstance(value, bool) or value is None:
        return None
    elif isinstance(value, (int, float)):
        return find_moment(value / 1000)

    text = str(value).strip()[: MAX_LENGTH + 1]
    matches = (pattern.fullmatch(text) for pattern in PATTERNS)
    match = next(filter(None, matches), None)
    return read_match(match.groupdict(), zone) if match else None


def find_moment(seconds: float) -> datetime | None:
    """The moment so many seconds after 1970."""
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    except (OverflowError, ValueError):
        return None


def read_match(parts: dict[str, t.Any], zone: tzinfo) -> datetime | None:
    """The moment that the parts of a text stand for."""
    month = int(parts.get("month") or 0) or NAMES[parts["name"][:3].lower()]
    fraction = f"{parts['fraction'] or '0':<06}"[:6]

    try:
        moment = datetime(
            int(parts["year"]),
            month,
            int(parts["day"]),
            find_hour(parts),
            int(parts["minute"] or 0),
            # A leap second.
            min(int(parts["second"] or 0), 59),
            int(fraction),
        )
        offset = parts["offset"]
        return make_aware(moment, find_zone(offset) if offset else zone)
    except (ValueError, KeyError):
        return None


def find_hour(parts: dict[str, t.Any]) -> int:
    """The hour, from 0 to 23."""
    hour, half = int(parts["hour"] or 0), parts["half"]

    if half:
        return hour % 12 + (12 if half.lower() == "p" else 0)

    return hour


def find_zone(offset: str) -> tzinfo:
    """The zone of an offset such as ``+02:00``, ``-7`` or ``Z``."""
    if offset[0] not in "+-":
        return UTC

    digits = offset[1:].replace(":", "").ljust(2)
    hours = int(digits[:2])
    minutes = int(digits[2:4] or 0)
    sign = -1 if offset[0] == "-" else 1
    return timezone(sign * timedelta(hours=hours, minutes=minutes))


def make_aware(moment: datetime, zone: tzinfo) -> datetime | None:
    """A moment in a zone, if it is in none; ``None`` if no database has it in UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)

    try:
        return aware if 1 < aware.astimezone(UTC).year < 9999 else None
    except (OverflowError, ValueError):
        return None

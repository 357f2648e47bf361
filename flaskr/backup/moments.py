"""Moments as somebody types them: ``yesterday 14:00``, ``2 hours ago``."""

import re
from datetime import datetime
from datetime import time as clock_time
from datetime import timedelta
from datetime import tzinfo
from datetime import UTC

EXAMPLES = (
    '"yesterday 14:00", "14:00", "2 hours ago", "2026-11-27 14:00",'
    ' "2026-11-27T14:00:03+08:00" or "latest"'
)

# What is the newest state.
NOW = {"now", "latest"}

AGO = re.compile(r"(\d{1,6}|an?) (second|minute|hour|day|week)s? ago", re.ASCII)
CLOCK = r"(\d{1,2}):(\d\d)(?::(\d\d))?"
DAY = re.compile(rf"(?:(today|yesterday) )?{CLOCK}", re.ASCII)
DATE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*", re.ASCII | re.IGNORECASE)


class BadMoment(ValueError):
    """What somebody typed is no moment, or two: a sentence."""


def parse(text: str, now: datetime, zone: tzinfo) -> datetime:
    """A moment, in UTC.

    :param zone: whose clocks are meant, unless the text has an offset
    :raise BadMoment: if it makes no sense, or is still to come
    """
    words = " ".join(text.split())

    try:
        moment = find(words.lower(), now, zone).astimezone(UTC)
    except BadMoment:
        raise
    except (OverflowError, ValueError) as e:
        raise BadMoment(f'"{words}" is no time. Say {EXAMPLES}.') from e

    if moment > now:
        raise BadMoment(
            f'"{words}" is still to come, at {describe(moment, zone)}. Say a time'
            f" before {describe(now, zone)}."
        )

    return moment


def find(words: str, now: datetime, zone: tzinfo) -> datetime:
    """As :func:`parse`.

    :raise ValueError, OverflowError: if it makes no sense
    """
    if words in NOW:
        return now
    elif match := AGO.fullmatch(words):
        number = 1 if match[1] in ("a", "an") else int(match[1])
        return now - timedelta(**{f"{match[2]}s": number})
    elif match := DAY.fullmatch(words):
        day = now.astimezone(zone).date()
        day -= timedelta(days=match[1] == "yesterday")
        clock = clock_time(int(match[2]), int(match[3]), int(match[4] or 0))
        return place(datetime.combine(day, clock), zone)
    elif not DATE.fullmatch(words):
        raise ValueError(words)

    moment = datetime.fromisoformat(words.upper())
    return moment if moment.tzinfo else place(moment, zone)


def place(clock: datetime, zone: tzinfo) -> datetime:
    """What the clocks of a zone show, as a moment.

    :raise BadMoment: if they show it twice, or never
    """
    first, second = (clock.replace(tzinfo=zone, fold=fold) for fold in (0, 1))

    if first.utcoffset() == second.utcoffset():
        return first

    shown = f"{clock:%Y-%m-%d %H:%M:%S}"

    if first.astimezone(UTC) > second.astimezone(UTC):
        raise BadMoment(f"The clocks of {zone} were put forward over {shown}.")

    both = " or ".join(f'"{one.isoformat(" ")}"' for one in (first, second))
    raise BadMoment(f"The clocks of {zone} showed {shown} twice. Say {both}.")


def describe(moment: datetime, zone: tzinfo) -> str:
    """``27 November 2026, 13:59:58 +00:00``"""
    local = moment.astimezone(zone)
    offset = local.isoformat()[-6:]
    return f"{local.day} {local:%B %Y, %H:%M:%S} {offset}"


def write(moment: datetime, zone: tzinfo = UTC) -> str:
    """As it can be typed, whatever the zone is later: ``2026-11-27 13:59:58+00:00``."""
    return moment.astimezone(zone).isoformat(" ", "seconds")

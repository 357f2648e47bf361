"""Times as the database writes them: text, UTC, ``2018-01-01 00:00:00``."""

from datetime import datetime
from datetime import timedelta
from datetime import UTC


def now() -> str:
    """Now, as the database would write it."""
    return format_ago(timedelta())


def format_ago(time: timedelta) -> str:
    """How long ago, as the database would have written it."""
    return f"{datetime.now(UTC) - time:%Y-%m-%d %H:%M:%S}"


def parse(time: str) -> datetime | None:
    """A time of the database; ``None`` for what somebody wrote otherwise."""
    try:
        parsed = datetime.fromisoformat(time)
        return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    except (OverflowError, TypeError, ValueError):
        return None

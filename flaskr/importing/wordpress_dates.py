"""What the clock of WordPress said when it did not write the time in UTC, too."""

from bisect import bisect
from datetime import datetime
from datetime import timedelta
from xml.etree.ElementTree import Element

from . import xml
from .dates import find_first
from .dates import parse
from .dates import parse_local
from .dates import parse_utc

# No clock of any zone is as far from UTC.
FAR = timedelta(hours=15)


class Clock:
    """How far a blog's clock was from UTC, by what it wrote in both."""

    def __init__(self) -> None:
        self.known: list[tuple[datetime, timedelta]] = []

    def learn(self, item: Element) -> None:
        """Note what a post says of it."""
        for name in ("{wp}post_date", "{wp}post_modified"):
            local = parse_utc(xml.find_text(item, name))
            utc = parse_utc(xml.find_text(item, f"{name}_gmt"))

            if local and utc and abs(local - utc) < FAR:
                self.known.append((local, local - utc))

    def close(self) -> None:
        """Order what is known, once all of it is."""
        self.known.sort()

    def read(self, text: str) -> datetime | None:
        """A local time: as far from UTC as the nearest that is known before it, or
        after it, since clocks change twice a year."""
        local = parse_utc(text)

        if local is None or not self.known:
            return local

        position = bisect(self.known, (local, timedelta.max))
        near = self.known[max(0, position - 1) : position + 1]
        _, offset = min(near, key=lambda one: abs(one[0] - local))
        return parse_local(text, offset)

    def find_created(self, item: Element) -> datetime | None:
        """When a post was written. Drafts have zeros for that, and then the time of
        their last change."""
        # Of a draft, the year is -0001, which would be read as another one.
        published = xml.find_text(item, "pubDate").replace("-0001", "")
        found = (
            parse_utc(xml.find_text(item, "{wp}post_date_gmt")),
            self.read(xml.find_text(item, "{wp}post_date")),
            self.read(xml.find_text(item, "{wp}post_modified")),
            parse(published),
        )
        return find_first(found)

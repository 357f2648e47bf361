"""Which states are kept: by the minute, then by the hour, then by the day."""

from collections.abc import Mapping
from datetime import datetime
from datetime import timedelta

# What is kept one of, and how many of those that are nearest to now: for an hour, two
# days and a month, of which the first minute, hour and day may be over in part. They
# are counted, so that a clock that is wrong for a while removes little.
KEPT = {"%Y%m%dT%H%M": 61, "%Y%m%dT%H": 49, "%Y%m%d": 32}

# After which states are removed in any case, once there are younger ones of so many
# days.
MAX_AGE = timedelta(days=32)
MIN_DAYS = 2


def choose_removed(
    found: Mapping[datetime, bool], now: datetime, last: datetime | None = None
) -> set[datetime]:
    """The moments of states that are not kept any more.

    :param found: whether each was proven: of a minute, an hour and a day, the newest
        that was is kept, and the nearest of all
    :param last: the one that was written last, which is kept
    """

    def find_age(moment: datetime) -> timedelta:
        # Those of a clock that was ahead are as old as it was ahead.
        return abs(now - moment)

    ordered = sorted(found, key=lambda moment: (found[moment], moment))
    kept = set()

    for unit, number in KEPT.items():
        best = {moment.strftime(unit): moment for moment in ordered}
        kept |= set(sorted(best.values(), key=find_age)[:number])

    young = {moment for moment in kept if find_age(moment) <= MAX_AGE}

    if len({moment.date() for moment in young}) >= MIN_DAYS:
        kept = young

    proven = sorted((one for one in found if found[one]), key=find_age)
    return set(found) - kept - {last} - set(proven[:1])

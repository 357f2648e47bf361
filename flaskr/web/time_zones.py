"""The time zones to choose from, by region."""

from functools import cache
from itertools import groupby
from zoneinfo import available_timezones

# Names for programs, not for people.
HIDDEN = ("Etc/", "SystemV/", "US/", "posix", "right/", "localtime", "Factory")


def list_zones(current: str) -> list[tuple[str, list[str]]]:
    """The names of IANA's by the region that they begin with, UTC first, and the one
    that holds in any case."""
    names = {*find_names(), "UTC", current}
    ordered = sorted(names, key=lambda name: ("/" in name, name))
    return [(key, list(found)) for key, found in groupby(ordered, find_region)]


def find_region(name: str) -> str:
    """``Asia`` of ``Asia/Shanghai``, and ``""`` of others."""
    return name.partition("/")[0] if "/" in name else ""


@cache
def find_names() -> frozenset[str]:
    """Those of places."""
    return frozenset(
        name
        for name in available_timezones()
        if "/" in name and not name.startswith(HIDDEN)
    )

"""Which connections are closed when there is too much for all; see :mod:`.channel`."""

import typing as t
from collections.abc import Callable
from collections.abc import Iterable

# One of :mod:`.channel`, which imports this.
Channel = t.Any


def close_slowest(channels: Iterable[Channel]) -> None:
    """Close a connection whose last answer was sent, or else the one whose other side
    we have waited for longest. Whoever sends a byte now and then waits all the same."""
    waiting = [channel for channel in channels if channel.is_waiting()]

    if waiting:
        min(waiting, key=lambda c: (not c.is_lingering, c.waits_since)).give_up()


def limit_total(
    channels: Iterable[Channel],
    count: Callable[[Channel], int],
    limit: int,
    wait_for_us: Callable[[Channel], bool] = lambda channel: False,
) -> None:
    """Close the slowest connections until all together have no more bytes; last those
    that wait for us, and not we for them. The last one may have more by itself."""
    # A copy: the loop opens and closes others meanwhile.
    waiting = [c for c in list(channels) if count(c) and not c.will_close]
    total = sum(map(count, waiting))

    for channel in sorted(waiting, key=lambda c: (wait_for_us(c), c.waits_since))[:-1]:
        if total <= limit:
            break

        total -= count(channel)
        channel.give_up()

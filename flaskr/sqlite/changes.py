"""Whether a database may have changed, without opening it."""

import os
import time

# Seconds that a commit may take from its last write until others see it: a disk that
# is slow to sync. What was written within them is not known to be all.
SETTLED_AFTER = 60


def read_signature(path: str) -> object:
    """What each commit of any process changes; ``None`` if there is no telling."""
    if os.name == "nt":  # pragma: no cover  # Times of open files may be late there.
        return None

    path = os.path.realpath(path)
    found = [read_file(f"{path}{ending}") for ending in ("", "-wal")]
    latest = max((one[-1] for one in found if one), default=0)

    if time.time() - latest / 1e9 < SETTLED_AFTER:
        return None

    return tuple(found)


def read_file(path: str) -> tuple[int, ...] | None:
    """Which file it is, its bytes, and when it was written and changed, in ns;
    ``None`` if there is none."""
    try:
        stat = os.stat(path)
    except OSError:
        return None

    return (
        *(stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns),
        stat.st_ctime_ns,
    )

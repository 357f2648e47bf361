"""Work that nobody waits for: in a process of its own, with which what it leaves open
and in memory goes, and after the server's."""

import os
import signal
import typing as t
from collections.abc import Callable
from contextlib import suppress

from .proving import NotProven

# Bytes of a sentence.
MAX_SAID = 10_000

# On two cores that readers keep busy, publishing beside backups in a loop takes 1.7
# times as long with 0, 1.4 with 5, 1.15 with 10 and no less with 19: bench/backups.py.
NICENESS = 10


def lower_priority() -> None:
    """Have the system let the server go first, from now on: it may take priority away
    and not give it back."""
    with suppress(AttributeError, OSError):  # Windows
        own = os.getpriority(os.PRIO_PROCESS, 0)
        os.setpriority(os.PRIO_PROCESS, 0, max(own, NICENESS))


def find_used() -> float:
    """Seconds of a core that this process and those that it waited for have used."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def call_apart(function: Callable[[], object]) -> None:
    """Call a function in a child process, if the system has them. To open the blog a
    thousand times in one process leaves as many descriptors, which must not be closed.

    :raise NotProven: if it raises, with what that says
    """
    if not hasattr(os, "fork"):  # pragma: no cover  # Windows
        function()
        return

    reader, writer = os.pipe()
    child = os.fork()

    if child == 0:  # pragma: no cover  # What the child does is measured by nobody.
        end_with(function, writer)

    os.close(writer)

    try:
        with open(reader, "rb") as pipe:
            said = pipe.read(MAX_SAID).decode(errors="replace")
    except BaseException:
        os.kill(child, signal.SIGKILL)
        raise
    finally:
        _child, status = os.waitpid(child, 0)

    if said or status:
        raise NotProven(said or f"The process that proves it ended with {status}")


def end_with(function: Callable[[], object], writer: int) -> t.NoReturn:
    """Call a function, say what it raises, and end the process at once."""
    status = 1

    try:
        function()
        status = 0
    except Exception as e:
        said = str(e).removesuffix(".") or type(e).__name__
        os.write(writer, said.encode(errors="replace")[:MAX_SAID])
    finally:
        # What the parent has open is the parent's.
        os._exit(status)

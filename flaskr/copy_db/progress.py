"""What a terminal is told while much is copied."""

import sys
import time
from collections.abc import Callable

import click

# Seconds between two lines, and the columns that they have.
INTERVAL = 0.2
WIDTH = 60


def has_terminal() -> bool:
    """Whether somebody waits at one."""
    return sys.stderr.isatty()


def describe_share(done: int, total: int) -> str:
    """How much is done of what is not counted by people."""
    return f"{done / max(total, 1):.0%}"


def show(
    what: str, describe: Callable[[int, int], str] = describe_share
) -> Callable[[int, int], None]:
    """A function that tells a terminal, and nobody else, how many of how many are
    done."""
    is_terminal = has_terminal()
    shown = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal shown

        if is_terminal and time.monotonic() > shown + INTERVAL:
            shown = time.monotonic()
            say(f"{what}: {describe(done, total)}")

    return tell


def say(line: str) -> None:
    """Tell a terminal, and nobody else, what is done; what is told next is written
    over it."""
    if has_terminal():
        click.echo(f"{line.ljust(WIDTH)}\r", err=True, nl=False)

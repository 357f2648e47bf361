"""``backup --every``: rounds until somebody ends them."""

import signal
import time
import typing as t
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from ..copy_db.progress import say
from .apart import find_used
from .chunks import Damaged
from .failures import told
from .files import describe_size
from .folder import Folder
from .folder import hold_folder
from .moments import write
from .rounds import OtherBlog
from .rounds import Rounds
from .states import State

# A round that took so many seconds of a core is followed, so many times later, by the
# next one: a twenty-fifth of it.
PAUSE = 25


class Stopped(BaseException):
    """Somebody ended it."""


def stop(number: int, frame: object) -> t.NoReturn:
    """End what is done, once: nothing interrupts the end.

    :raise Stopped: always
    """
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise Stopped


@contextmanager
def stoppable() -> Iterator[None]:
    """Have SIGTERM and SIGINT end the block in order."""
    numbers = (signal.SIGTERM, signal.SIGINT)
    before = {number: signal.signal(number, stop) for number in numbers}

    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def back_up_once(path: Path, is_verbose: bool) -> None:
    """Write what the blog is now into a folder of states.

    :raise click.ClickException: if that is not possible
    """
    with hold_folder(path) as folder:
        rounds = load(folder)
        take(rounds, is_verbose)


def back_up_every(path: Path, every: float, is_verbose: bool) -> None:
    """Write what the blog is into a folder of states, every so many seconds, until
    somebody ends it.

    :raise click.ClickException: if that can't begin
    """
    rounds = None

    try:
        with stoppable(), hold_folder(path) as folder:
            rounds = load(folder)

            while True:
                time.sleep(run(rounds, every, is_verbose))
    except Stopped:
        say("")
        click.echo(f"Ended. {describe_newest(rounds)}")


def load(folder: Folder) -> Rounds:
    """What a folder has.

    :raise click.ClickException: if it can't be read
    """
    rounds = Rounds(folder)

    with told(f"{folder.path} was not changed."):
        rounds.load()

    return rounds


def run(rounds: Rounds, every: float, is_verbose: bool) -> float:
    """Do a round, and say what is wrong with it; return after how many seconds the
    next one is due.

    :raise OtherBlog: if it will never be possible
    """
    began, used = time.monotonic(), find_used()

    try:
        take(rounds, is_verbose)
        busy = rounds.seconds
    except OtherBlog:
        raise
    except click.ClickException as e:
        click.echo(f"Error: {e.format_message()}", err=True)
        busy = find_used() - used

    return max(0, every - (time.monotonic() - began), PAUSE * busy)


def take(rounds: Rounds, is_verbose: bool) -> None:
    """Do a round, and say what it wrote.

    :raise click.ClickException: if it can't be done
    """
    with told("There is no new state."):
        try:
            state = rounds.take()
        except Damaged as e:
            raise OSError(f"{e}, though just written") from e

    if state and is_verbose:
        click.echo(describe(state, rounds))


def describe(state: State, rounds: Rounds) -> str:
    """A new state, in a line."""
    size = describe_size(state.size)
    proof = "put together again and proven" if state.is_proven else "read again"
    number = len(rounds.found)
    states = "There is one state" if number == 1 else f"There are {number:,} states"
    return (
        f"{write(state.moment)}: {size}, of which {len(rounds.written):,} chunks are"
        f" new; {proof}. {states}."
    )


def describe_newest(rounds: Rounds | None) -> str:
    """Of when the newest state is."""
    if rounds is None or rounds.newest is None:
        return "There is no state yet."
    elif not rounds.folder.is_held():
        return f"{rounds.folder.path} is not the folder any more that has its states."

    return f"The newest state is of {write(rounds.newest.moment)}."

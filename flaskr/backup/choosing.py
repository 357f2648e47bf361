"""``restore --at``: the state of a moment, put together into a file."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from datetime import tzinfo
from pathlib import Path

import click
from flask import current_app

from ..copy_db.progress import say
from ..data import times
from .chunks import Damaged
from .files import require_room
from .files import work_folder
from .folder import Folder
from .folder import open_folder
from .moments import BadMoment
from .moments import describe
from .moments import NOW
from .moments import parse
from .moments import write
from .restoring import find_folder
from .states import BadState
from .states import find_now
from .states import State


def find_zone() -> tzinfo:
    """The time zone of the blog, or what is set if there is none."""
    # The restored one may have another.
    with current_app.app_context():
        return times.find_zone()


def describe_range(folder: Folder, zone: tzinfo) -> str:
    """How many states there are, and of when, to go on with after a sentence."""
    moments = folder.states.list_moments()

    if not moments:
        return f"{folder.path} has no state yet."

    first, last = (write(one, zone) for one in (moments[0], moments[-1]))

    if not moments[1:]:
        return f"{folder.path} has one state, of {last}."

    return f"{folder.path} has {len(moments):,} states, from {first} to {last}."


def require_moment(path: Path) -> None:
    """Say what there is to choose from.

    :raise click.ClickException: always
    """
    told = describe_range(open_folder(path), find_zone())
    raise click.ClickException(f'{told} Say which, such as --at "yesterday 14:00".')


def choose(folder: Folder, text: str, zone: tzinfo) -> datetime:
    """The newest state at a moment or before it.

    :raise click.ClickException: if that makes no sense, or there is none
    """
    moments = folder.states.list_moments()

    try:
        wanted = parse(text, find_now(), zone)
    except BadMoment as e:
        raise click.ClickException(str(e)) from e

    # The newest may be of a clock that was ahead.
    is_newest = " ".join(text.lower().split()) in NOW
    found = [moment for moment in moments if moment <= wanted or is_newest]

    if not found:
        raise click.ClickException(
            f"There is no state of {describe(wanted, zone)} or before."
            f" {describe_range(folder, zone)}"
        )

    return found[-1]


@contextmanager
def chosen(path: Path, text: str) -> Iterator[tuple[Path, str]]:
    """A file with the blog as it was, and what to call that; it is gone after the
    block.

    :raise click.ClickException: if there is none, or it is damaged
    """
    folder, zone = open_folder(path), find_zone()
    moment = choose(folder, text, zone)
    name = f"the state of {describe(moment, zone)}"

    with work_folder(find_folder()) as work:
        copy = work / "state.sqlite"

        try:
            put_together(folder, folder.states.read(moment), copy)
        except (BadState, Damaged) as e:
            raise click.ClickException(
                f"{name[0].upper()}{name[1:]} is not in order: {e}."
                f" {describe_nearest(folder, moment, zone)}"
            ) from e

        yield copy, name


def put_together(folder: Folder, state: State, copy: Path) -> None:
    """Write a state into a new file.

    :raise BadState, Damaged: if it makes no sense, or some of its chunks
    :raise OSError: if there is no room, say
    """
    say("Putting it together")
    require_room(copy.parent, state.size)

    if folder.chunks.put_together(state.digests, copy) != state.size:
        raise BadState("It has another size than its chunks")


def describe_nearest(folder: Folder, wanted: datetime, zone: tzinfo) -> str:
    """Which state in order is nearest to a damaged one."""
    moments = set(folder.states.list_moments()) - {wanted}
    known: dict[bytes, bool] = {}

    for moment in sorted(moments, key=lambda one: abs(one - wanted)):
        if is_whole(folder, moment, known):
            when = write(moment, zone)
            return f'The nearest one in order is restored with --at "{when}".'

    return "No other one is in order."


def is_whole(folder: Folder, moment: datetime, known: dict[bytes, bool]) -> bool:
    """Whether a state can be put together.

    :param known: whether each chunk is in order, as far as that was looked at
    """
    try:
        state = folder.states.read(moment)
    except BadState:
        return False

    for digest in state.digests:
        if digest not in known:
            known[digest] = not folder.chunks.find_damaged([digest])

        if not known[digest]:
            return False

    return True

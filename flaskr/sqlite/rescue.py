"""Saving what was committed to files that have lost their names."""

import logging
import sqlite3

from .files import back_up
from .files import file_id
from .files import Files
from .files import has_name
from .files import quarantine_wal
from .files import timestamp
from .files import unavailable
from .generation import Generation
from .turns import folder_lock

logger = logging.getLogger(__name__)


def rescue(generation: Generation, seconds: float | None) -> None:
    """Before a generation is closed, since its files have lost their names: move what
    was committed into the database or, if that has no name, into a copy.

    :param seconds: to wait for the folder, as :func:`.turns.folder_lock`
    :raise DatabaseUnavailable: if that can't be done now
    """
    if generation.was_given_log():
        return
    elif (
        generation.files.database
        == file_id(generation.path)
        != file_id(generation.name)
    ):
        generation.move_log()
        report(generation, "was linked to another file", "is in the one it led to")
    elif generation.has_lost_log():
        where = "in the database" if generation.move_log() else f"in {copy(generation)}"
        report(generation, "lost its log (-wal or -shm)", f"is {where}")
    elif generation.files.database == file_id(generation.path):
        # Moving this log, too, would mix the two.
        report(generation, "got another log", f"is in {copy(generation)}")
    else:
        with folder_lock(generation.path, seconds):
            # Whoever gave the file another name has all of it.
            is_whole = generation.move_log() and has_name(generation.files.database)
            where = "the file that had the name" if is_whole else copy(generation)
            report(generation, "was replaced or removed", f"is in {where}")
            quarantine_own_wal(generation)


def copy(generation: Generation) -> str:
    """Keep the database as it is for a generation; return the path of it.

    :raise DatabaseUnavailable: if there is no room, say
    """
    path = f"{generation.path}.rescued-{timestamp()}"

    try:
        with generation.lock:
            back_up(generation.watcher, path)
    except (OSError, sqlite3.Error) as e:
        raise unavailable(f"can't be copied: {e}", generation.path) from e

    return path


def report(generation: Generation, what: str, where: str) -> None:
    """Tell the operator that files have lost their names."""
    logger.warning(
        "%s %s while it was in use. Everything that was saved %s.",
        generation.name,
        what,
        where,
    )


def quarantine_own_wal(generation: Generation) -> None:
    """Have the log of a database that was here not be taken for that of the one
    that is."""
    now = Files.of(generation.path)

    # Held open, a file's number is no other file's.
    if now.database and now.shm and now.shm == generation.files.shm:
        quarantine_wal(generation.path)

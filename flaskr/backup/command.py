"""``backup`` and ``restore``, from what is typed to what is said."""

import shutil
import sys
import tempfile
from datetime import datetime
from datetime import UTC
from pathlib import Path

import click
from flask import Flask

from .. import db
from ..copy_db.progress import say
from .apart import lower_priority
from .choosing import chosen
from .choosing import require_moment
from .continuing import back_up_every
from .continuing import back_up_once
from .failures import require_parent
from .failures import told
from .files import add_stamp
from .files import remove_older
from .files import work_folder
from .folder import is_folder
from .making import back_up
from .making import make
from .restoring import restore

# Seconds between two states, at most: more is what a timer is for.
MAX_EVERY = 24 * 60 * 60

STDOUT = Path("-")


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    help="Put the time into the name, and keep the newest so many.",
)
@click.option(
    "--every",
    type=click.IntRange(min=1, max=MAX_EVERY),
    metavar="SECONDS",
    help="Go on: FILE is a folder, which gets what has changed.",
)
@click.option("--once", is_flag=True, help="As --every, and end after the first.")
@click.option("-v", "--verbose", is_flag=True, help="Say each state of --every.")
@db.database_command
def backup_command(
    file: Path, keep: int | None, every: int | None, once: bool, verbose: bool
) -> None:
    """Write all of the blog into one file, and prove that it is a backup.

    The blog may run, and people may write. The file appears under its name only if each
    page and row of it is in order and the blog opens on it. With "-", it goes to the
    standard output. For example, from cron: flask --app flaskr backup --keep 14
    /backups/blog.sqlite

    With --every, it goes on until it is ended, and keeps what the blog was each minute
    of an hour, each hour of two days and each day of a month, for restore --at: flask
    --app flaskr backup --every 60 /backups/blog
    """
    lower_priority()

    if every or once:
        require_folder(file, keep, every, once)

        if every:
            back_up_every(file.absolute(), every, verbose)
        else:
            back_up_once(file.absolute(), verbose)
    elif verbose:
        raise click.UsageError("-v is for --every and --once: leave it out.")
    elif file == STDOUT:
        write_out(keep)
    else:
        write_file(file.absolute(), keep)


def require_folder(file: Path, keep: int | None, every: int | None, once: bool) -> None:
    """Do nothing if options are those of a folder of states.

    :raise click.UsageError: otherwise
    """
    if every and once:
        raise click.UsageError("--every goes on, and --once does not: choose one.")
    elif keep:
        raise click.UsageError("--keep is for files: leave it out with --every.")
    elif file == STDOUT:
        raise click.UsageError("--every writes into a folder: name one.")


def write_file(file: Path, keep: int | None) -> None:
    """Write a proven backup into a file.

    :raise click.ClickException: if that is not possible
    """
    path = add_stamp(file, datetime.now(UTC)) if keep else file

    with told("There is no new backup."):
        require_free(path)
        done = back_up(path)
        gone = remove_older(file, keep) if keep else []

    names = ", ".join(other.name for other in gone)
    click.echo(f"{done} Removed, since {keep} are kept: {names}." if gone else done)


def require_free(path: Path) -> None:
    """Do nothing if a file can be made.

    :raise click.ClickException: with what to do
    """
    require_parent(path)

    if path.is_dir():
        raise click.ClickException(
            f"{path} is a folder. Name a file in it: {path / 'blog.sqlite'}"
        )
    elif path.exists() or path.is_symlink():
        raise click.ClickException(
            f"{path} exists, and was not changed. Choose another name, or --keep a"
            " number of backups."
        )


def write_out(keep: int | None) -> None:
    """Write a proven backup to the standard output.

    :raise click.ClickException: if nobody reads that, or there is nothing to keep
    """
    if keep:
        raise click.UsageError("--keep is for files: leave it out with -.")
    elif has_terminal():
        raise click.UsageError("A backup is no text: send it to a file or a program.")

    folder = Path(tempfile.gettempdir())

    with told("Nothing was written."), work_folder(folder) as work:
        partial = work / "backup.sqlite"
        make(partial, work / "opened.sqlite")

        with told("What was written is no backup."), open(partial, "rb") as file:
            shutil.copyfileobj(file, sys.stdout.buffer)
            sys.stdout.buffer.flush()


def has_terminal() -> bool:
    """Whether the standard output is one."""
    return sys.stdout.isatty()


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--at",
    metavar="TIME",
    help="FILE is a folder of backup --every: what the blog was then.",
)
@click.option("--yes", is_flag=True, help="Don't ask.")
@db.database_command
def restore_command(file: Path, at: str | None, yes: bool) -> None:
    """Have the blog be again what it was when a backup was made.

    The blog may run: people see the restored one at once, and have to log in again.
    What is replaced is kept as a backup beside the database. For example: flask --app
    flaskr restore /backups/blog-20261128T030000Z.sqlite

    With --at, the newest state at a time or before it, by the clocks where the blog is:
    flask --app flaskr restore --at "yesterday 14:00" /backups/blog
    """
    path = file.absolute()

    with told(f"{db.describe()} was not changed."):
        if at is not None:
            with chosen(path, at) as (copy, name):
                restore_file(copy, name, yes)
        elif is_folder(path):
            require_moment(path)
        else:
            restore_file(path, str(file), yes)


def restore_file(path: Path, name: str, yes: bool) -> None:
    """Have the blog be what a file has, and say so.

    :param name: what to call it
    """

    def confirm(lost: str) -> None:
        say("")

        if lost:
            click.echo(f"The blog has what {name} has not: {lost}.")

        if not yes:
            click.confirm(f"Replace all of {db.describe()}", abort=True)

    done = restore(path, confirm)
    say("")
    older = " It was from an older version, and was upgraded." if done.was_older else ""
    kept = f" What was there is in {done.kept}." if done.kept else ""
    click.echo(
        f"Restored {name} into {db.describe()}.{older}{kept} All sessions ended, and"
        " links that nobody had used are revoked."
    )


def init_app(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(backup_command)
    app.cli.add_command(restore_command)

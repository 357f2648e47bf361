"""``backup`` and ``restore``, from what is typed to what is said."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from datetime import UTC
from pathlib import Path

import click
from flask import Flask

from .. import db
from ..copy_db.progress import say
from ..errors import DatabaseNotReady
from ..errors import DatabaseUnavailable
from .files import add_stamp
from .files import remove_older
from .files import work_folder
from .making import back_up
from .making import make
from .proving import NotProven
from .restoring import restore

STDOUT = Path("-")


@contextmanager
def told(what: str) -> Iterator[None]:
    """End the command with a sentence if something is wrong.

    :param what: what was not done then
    """
    try:
        yield
    except NotProven as e:
        raise click.ClickException(f"{e}. {what}") from e
    except DatabaseNotReady as e:
        hint = e.command and f" Run: {e.command}"
        raise click.ClickException(
            f"{e.description} ({db.describe()}) {what}{hint}"
        ) from e
    except DatabaseUnavailable as e:
        raise click.ClickException(f"{e} {what}") from e
    except OSError as e:
        place = f" ({e.filename})" if e.filename else ""
        raise click.ClickException(f"{e.strerror or e}{place}. {what}") from e
    except db.Error as e:
        raise click.ClickException(f"{e}. {what}") from e
    except KeyboardInterrupt:
        raise click.ClickException(f"Interrupted. {what}") from None
    finally:
        say("")


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    help="Put the time into the name, and keep the newest so many.",
)
@db.database_command
def backup_command(file: Path, keep: int | None) -> None:
    """Write all of the blog into one file, and prove that it is a backup.

    The blog may run, and people may write. The file appears under its name only if each
    page and row of it is in order and the blog opens on it. With "-", it goes to the
    standard output. For example, from cron: flask --app flaskr backup --keep 14
    /backups/blog.sqlite
    """
    if file == STDOUT:
        write_out(keep)
        return

    path = file.absolute()

    if keep:
        path = add_stamp(path, datetime.now(UTC))

    with told("There is no new backup."):
        require_free(path)
        done = back_up(path)
        gone = remove_older(file.absolute(), keep) if keep else []

    names = ", ".join(other.name for other in gone)
    click.echo(f"{done} Removed, since {keep} are kept: {names}." if gone else done)


def require_free(path: Path) -> None:
    """Do nothing if a file can be made.

    :raise click.ClickException: with what to do
    """
    if not path.parent.is_dir():
        raise click.ClickException(
            f"There is no folder {path.parent}. Make it, or choose another one."
        )
    elif path.is_dir():
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
@click.option("--yes", is_flag=True, help="Don't ask.")
@db.database_command
def restore_command(file: Path, yes: bool) -> None:
    """Have the blog be again what it was when a backup was made.

    The blog may run: people see the restored one at once, and have to log in again.
    What is replaced is kept as a backup beside the database. For example: flask --app
    flaskr restore /backups/blog-20261128T030000Z.sqlite
    """

    def confirm(lost: str) -> None:
        say("")

        if lost:
            click.echo(f"The blog has what {file} has not: {lost}.")

        if not yes:
            click.confirm(f"Replace all of {db.describe()}", abort=True)

    with told(f"{db.describe()} was not changed."):
        done = restore(file.absolute(), confirm)

    older = " It was from an older version, and was upgraded." if done.was_older else ""
    kept = f" What was there is in {done.kept}." if done.kept else ""
    click.echo(
        f"Restored {file} into {db.describe()}.{older}{kept} All sessions ended, and"
        " links that nobody had used are revoked."
    )


def init_app(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(backup_command)
    app.cli.add_command(restore_command)

"""What a command says when it can't do what it should."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import current_app

from .. import db
from ..copy_db.progress import say
from ..errors import DatabaseNotReady
from ..errors import DatabaseUnavailable
from .proving import FILE
from .proving import NotProven


def is_part_of_blog(path: Path) -> bool:
    """Whether a path is that of the file of the blog, if it has one, or of its log."""
    address = current_app.config["DATABASE"]
    return db.get_engine() is FILE and FILE.backups.is_part(str(path), address)


def require_parent(path: Path) -> None:
    """Do nothing if there is a folder in which something can be made, and SQLite makes
    nothing of that name.

    :raise click.ClickException: otherwise
    """
    if not path.parent.is_dir():
        raise click.ClickException(
            f"There is no folder {path.parent}. Make it, or choose another one."
        )

    # SQLite removes, or takes for a log, what has the name of one.
    if is_part_of_blog(path):
        raise click.ClickException(
            f"{path} is a name that the database of the blog needs, and was not"
            " changed. Choose another one."
        )


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

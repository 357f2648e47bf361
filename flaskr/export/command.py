"""``export``, and ``import`` of that, from what is typed to what is said."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask

from .. import db
from ..backup.apart import lower_priority
from ..backup.failures import require_parent
from ..backup.failures import told
from ..backup.files import publish
from ..backup.files import sync
from ..backup.files import work_folder
from ..backup.making import COUNTED
from ..backup.restoring import exists
from ..data.import_rows import count_people_without_password
from .archives import open_archive
from .errors import NotReadable
from .names import FACTS
from .places import FolderPlace
from .places import ZipPlace
from .putting import import_archive
from .putting import Imported
from .writing import Export
from .writing import open_snapshot

ZIP = ".zip"


@click.command("export")
@click.argument("path", metavar="DIR|FILE.zip", type=click.Path(path_type=Path))
@click.option(
    "--with-passwords",
    is_flag=True,
    help="Have the password hashes in it: whoever reads it can guess passwords.",
)
@db.database_command
def export_command(path: Path, with_passwords: bool) -> None:
    """Write all of the blog as files that other programs read: Markdown with YAML
    front matter, images, and lines of JSON.

    The blog may run, and people may write: it is the blog of one moment. import makes
    an equal blog of it. For example: flask --app flaskr export /srv/flaskr/blog.zip
    """
    if str(path) == "-":
        raise click.UsageError("An export has a name: that of a folder, or FILE.zip.")

    path = path.absolute()
    lower_priority()

    with told("There is no new export."):
        require_free(path)

        with work_folder(path.parent) as work:
            partial = work / "export"
            export = write(partial, is_zip(path), with_passwords)
            give_name(partial, path)

    click.echo(f"Exported {describe(export.counts)} to {path}.")

    if mended := sum(export.mended.values()):
        click.echo(
            f"In {mended:,} rows, bytes that are not UTF-8 became \ufffd, as the blog"
            " shows them.",
            err=True,
        )


def is_zip(path: Path) -> bool:
    """Whether a name is that of a ZIP."""
    return path.suffix.lower() == ZIP


def require_free(path: Path) -> None:
    """Do nothing if an export can be made there.

    :raise click.ClickException: with what to do
    """
    require_parent(path)

    if is_zip(path) or path.is_symlink() or path.exists() and not path.is_dir():
        if path.exists() or path.is_symlink():
            raise click.ClickException(
                f"{path} exists, and was not changed. Choose another name."
            )
    elif path.is_dir() and any(path.iterdir()):
        raise click.ClickException(
            f"{path} is not empty, and was not changed. Choose another name, such as"
            f" {path / 'export'}."
        )


def write(partial: Path, is_zip: bool, has_passwords: bool) -> Export:
    """Write all of the blog into a new file or folder, which the disk has then."""
    if not is_zip:
        partial.mkdir(0o700)
        return write_into(FolderPlace(partial), has_passwords)

    with open(partial, "xb") as file:
        return write_into(ZipPlace(file), has_passwords)


def write_into(place: FolderPlace | ZipPlace, has_passwords: bool) -> Export:
    """Write all of the blog into a place."""
    with open_snapshot() as connection, place:
        export = Export(connection, place, has_passwords=has_passwords)
        export.write()

    return export


def give_name(partial: Path, path: Path) -> None:
    """Give a complete export its name.

    :raise OSError: if something has that name by now
    """
    if partial.is_dir():
        if os.name == "nt" and path.exists():  # pragma: no cover
            path.rmdir()

        # Into the place of an empty folder, and of no other.
        os.rename(partial, path)
        sync(path.parent)
    else:
        publish(partial, path)


def describe(rows: dict[str, int]) -> str:
    """What was written, for people."""
    return ", ".join(
        f"{rows.get(table, 0):,} {names[rows.get(table, 0) != 1]}"
        for table, names in COUNTED.items()
    )


@contextmanager
def told_of_export(path: Path) -> Iterator[None]:
    """End the command with a sentence if something is wrong with an export."""
    what = f"{db.describe()} was not changed."

    with told(what):
        try:
            yield
        except NotReadable as e:
            raise click.ClickException(f"{path}: {e} {what}") from e


def is_export(path: Path) -> bool:
    """Whether a file or folder has what each export of Flaskr has, for
    :func:`import_export`, which says what is wrong with it."""
    try:
        with open_archive(path) as archive:
            return archive.has(FACTS)
    except (NotReadable, OSError):
        return False


def import_export(path: Path, is_dry: bool = False) -> None:
    """Have an empty blog be what an export says, and say what was done.

    :param is_dry: whether nothing is to be changed
    :raise click.ClickException: if that is not possible, with all as it was
    """
    with told_of_export(path):
        if is_dry:
            require_database()

        done = import_archive(path, is_dry)

    click.echo(describe_import(path, done, is_dry))

    if done.left:
        click.echo(done.left, err=True)

    if done.new and not is_dry:
        db.run_hooks()
        tell_of_passwords()


def require_database() -> None:
    """Do nothing if there is a database to compare with.

    :raise click.ClickException: otherwise, with nothing made
    """
    if not exists():
        raise click.ClickException(
            f"There is no database yet ({db.describe()}). Without --dry-run, import"
            " makes it. To rehearse with an empty one, run: flask --app flaskr init-db"
        )


def describe_import(path: Path, done: Imported, is_dry: bool) -> str:
    """What an import did, or would do."""
    there = sum(done.rows.values()) - done.new
    rows = f"{done.new:,} rows new, {there:,} already there"
    changed = f", {done.changed:,} of which people have changed" if done.changed else ""
    verb = "Would import" if is_dry else "Imported"
    what = f"{verb} {describe(done.rows)}" if done.new else "Nothing to do"
    nothing = " Nothing was changed." if is_dry or not done.new else ""
    return f"{what} from {path}: {rows}{changed}.{nothing}"


def tell_of_passwords() -> None:
    """Say if people have no passwords."""
    number = count_people_without_password()
    db.close_db()

    if number:
        click.echo(
            "The export has no passwords, so nobody of"
            f" {number:,} can log in until they get a link for a new one: flask --app"
            " flaskr reset-password NAME"
        )


def init_app(app: Flask) -> None:
    """Register the command."""
    app.cli.add_command(export_command)

"""``import``, from what is typed to what is said."""

import logging
import time
import typing as t
from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import nullcontext
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo
from zoneinfo import ZoneInfoNotFoundError

import click
from flask import current_app

from .. import db
from ..copy_db.progress import INTERVAL
from ..copy_db.progress import say
from ..data import imports
from ..data import roles
from ..data import users
from ..data.search import index_all
from ..errors import DatabaseUnavailable
from ..export.command import import_export
from ..export.command import is_export
from ..imaging.formats import MAX_BYTES
from .fetching import Fetcher
from .opening import find_reader
from .opening import NAMES
from .opening import Reader
from .records import NotReadable
from .report import Report
from .writing import HasChanged
from .writing import import_all
from .writing import Options
from .writing import Tell

# An export of Flaskr's own, which becomes the whole of an empty blog.
OWN = "flaskr"

AGAIN = "What was taken so far stays. Run this command again to take the rest."


class Zone(click.ParamType[ZoneInfo]):
    """A time zone, by its name."""

    name = "zone"

    def convert(
        self,
        value: t.Any,
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> ZoneInfo:
        """The zone that a name stands for."""
        try:
            return ZoneInfo(value)
        except (OSError, ValueError, ZoneInfoNotFoundError):
            self.fail(f"There is no time zone {value}. One is Asia/Shanghai.")


@contextmanager
def told() -> Iterator[None]:
    """End the command with a sentence if something is wrong, which the log of the
    checkpoints that run beside it says no second time."""
    log = logging.getLogger(f"{db.get_engine().__name__}.maintenance")
    level = log.level
    log.setLevel(logging.CRITICAL)

    try:
        yield
    except (imports.ImportRunning, NotReadable) as e:
        raise click.ClickException(f"{e} Nothing was written.") from e
    except (DatabaseUnavailable, HasChanged) as e:
        raise click.ClickException(f"{e} {AGAIN}") from e
    except db.Error as e:
        if not db.is_unavailable(e):
            raise

        raise click.ClickException(f"{db.unavailable(e)} {AGAIN}") from e
    except OSError as e:
        place = f" ({e.filename})" if e.filename else ""
        raise click.ClickException(f"{e.strerror or e}{place}. {AGAIN}") from e
    except KeyboardInterrupt:
        raise click.ClickException(f"Interrupted. {AGAIN}") from None
    finally:
        # They end here, or would say it while the command does.
        db.disconnect()
        log.setLevel(level)
        say("")


def tell_progress(what: str) -> Tell:
    """A function that tells a terminal how many posts are done."""
    shown = time.monotonic()

    def tell(done: int, total: int) -> None:
        nonlocal shown

        if time.monotonic() > shown + INTERVAL:
            shown = time.monotonic()
            say(f"{what}: {done:,}{f' of {total:,}' if total else ''} posts")

    return tell


def read_authors(pairs: tuple[str, ...]) -> dict[str, int]:
    """The ids of people by what the old blog calls them.

    :raise click.ClickException: with what to do
    """
    found = {}

    for pair in pairs:
        old, equals, name = pair.rpartition("=")
        user = users.find(name) if equals else None

        if not equals:
            raise click.UsageError(f"--author is OLD=NAME, and {pair} has no “=”.")
        elif user is None:
            raise click.ClickException(
                f"There is nobody called {name} here. Leave --author {pair} out, and an"
                " account is made."
            )
        elif not roles.may(roles.find_role(user["id"]), "post.create"):
            raise click.ClickException(
                f"{name} is a reader, and may not write posts. Run: flask --app flaskr"
                f' user role "{name}" author'
            )

        found[old] = user["id"]

    return found


@click.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--from",
    "reader",
    type=click.Choice((OWN, *NAMES)),
    help="What the blog ran on; else, it is found out.",
)
@click.option("--dry-run", is_flag=True, help="Write nothing, and say what would be.")
@click.option(
    "--author",
    "authors",
    multiple=True,
    metavar="OLD=NAME",
    help="Who somebody of the old blog is here. Can be given more than once; with"
    " nothing before the “=”, for what nobody signed.",
)
@click.option(
    "--media",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="Where the images of the old blog are, as wp-content/uploads.",
)
@click.option(
    "--fetch", is_flag=True, help="Get images that are not there from the web."
)
@click.option(
    "--address",
    default="",
    metavar="URL",
    help="Where the old blog was, if what it left does not say.",
)
@click.option(
    "--timezone",
    "zone",
    type=Zone(),
    default="UTC",
    metavar="NAME",
    help="Of dates that don't say theirs, as Asia/Shanghai; UTC by default.",
)
@click.option(
    "--report",
    "report_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write all that is said, and more names, as JSON.",
)
@db.database_command
def import_command(
    path: Path,
    reader: str | None,
    zone: ZoneInfo,
    report_file: Path | None,
    **given: t.Any,
) -> None:
    """Take the posts, pages, comments and images of another blog into this one.

    PATH is what it left. Everything is read before anything is written. The blog may
    run. What was taken before is left as it is here, so that it can be run again. For
    example:

    flask --app flaskr import blog.wordpress.xml --media uploads --dry-run

    What flask export wrote makes an equal blog of an empty one, in one transaction; a
    second time, it changes nothing. With it goes no other option than --dry-run.
    """
    if not (path.is_file() or path.is_dir()):
        raise click.ClickException(f"There is no file or folder {path}.")
    elif report_file and (report_file.exists() or not report_file.parent.is_dir()):
        raise click.ClickException(
            f"{report_file} is there, or its folder is not, and nothing was imported."
            " Choose another name for the report."
        )
    elif reader == OWN or reader is None and is_export(path):
        require_no_others()
        import_export(path.absolute(), given["dry_run"])
        return

    with told():
        found = find_reader(path, reader)
        options = make_options(found.NAME, **given)
        report = take(path, found, zone, options)

    if report_file:
        write_report(report, report_file, options.is_dry)

    click.echo(report.describe(options.is_dry))


def take(path: Path, reader: Reader, zone: ZoneInfo, options: Options) -> Report:
    """Take what another blog left.

    :raise NotReadable: if it can't be read
    """
    report = Report()
    # Before anything waits for it, since it may not be ready.
    db.get_db()

    if not options.is_dry:
        say("Waiting for other imports")

    with nullcontext() if options.is_dry else imports.only_import():
        with reader.open_archive(path, zone, options.address) as archive:
            import_all(archive, options, report, tell_progress)

        if not options.is_dry:
            say("Indexing posts for the search")
            index_all()

    return report


def require_no_others() -> None:
    """Do nothing if no option was given that an export of Flaskr's has no use for.

    :raise click.UsageError: otherwise
    """
    context = click.get_current_context()

    for option in context.command.params:
        source = context.get_parameter_source(str(option.name))
        is_given = source is click.core.ParameterSource.COMMANDLINE

        if is_given and option.name not in ("path", "reader", "dry_run"):
            raise click.UsageError(
                f"An export of Flaskr says all itself: leave out {option.opts[0]}."
            )


def make_options(
    reader: str,
    authors: tuple[str, ...],
    dry_run: bool,
    fetch: bool,
    media: Path | None,
    address: str,
) -> Options:
    """What somebody typed.

    :raise click.ClickException: if it makes no sense
    """
    if address and not address.startswith(("http://", "https://")):
        raise click.UsageError("--address is a URL, as https://blog.example.org")

    return Options(
        reader=reader,
        root=urlsplit(current_app.config["SITE_URL"] or "").path.rstrip("/"),
        address=address,
        authors=read_authors(authors),
        media=media,
        fetcher=Fetcher(MAX_BYTES) if fetch else None,
        is_dry=dry_run,
    )


def write_report(report: Report, path: Path, is_dry: bool) -> None:
    """Write the report to a file; what was taken stays without it."""
    try:
        report.write(path, is_dry)
    except OSError as e:
        click.echo(f"The report was not written: {e.strerror} ({path}).", err=True)

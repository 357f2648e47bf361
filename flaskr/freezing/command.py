"""``freeze``, from what is typed to what is said."""

import contextvars
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote
from urllib.parse import urlsplit

import click
from flask import Flask
from flask.globals import app_ctx

from .. import db
from ..backup.apart import lower_priority
from ..backup.failures import require_parent
from ..backup.failures import told
from ..backup.files import require_room
from ..backup.files import work_folder
from ..backup.making import find_size
from ..backup.making import write_copy
from ..backup.proving import bring_up_to_date
from ..backup.proving import find_host
from ..backup.proving import quiet
from ..copy_db.progress import show
from ..data import former_names
from ..data import old_addresses
from .crawling import Crawl
from .crawling import NotFrozen
from .folder import Folder
from .folder import NotOurs
from .folder import opened
from .names import Names
from .site import Site

# Former names that are read at once.
PAGE_SIZE = 1000

# What GitHub Pages asks for, which leaves out what begins with "_" otherwise.
AS_IT_IS = ".nojekyll"


@click.command("freeze")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--url",
    help="Where the files will be, if not at SITE_URL: https://example.com/blog.",
)
@click.option(
    "--without-server",
    is_flag=True,
    help="Have links lead to index.html, for who opens the files without a server.",
)
@db.database_command
def freeze_command(folder: Path, url: str | None, without_server: bool) -> None:
    """Write all that the public sees into a folder, as files that any server shows.

    The blog may run, and people may write: the files are those of one moment. If DIR is
    a frozen blog already, only what has changed is written. For example: flask --app
    flaskr freeze --url https://blog.example /srv/blog
    """
    app = app_ctx.app
    target = (url and check_url(url)) or app.config["SITE_URL"]

    if not target:
        raise click.ClickException(
            "Feeds have whole addresses. Set SITE_URL, or say where the files will be:"
            " --url https://blog.example"
        )

    require_parent(folder.absolute())
    lower_priority()
    base = app.config["SITE_URL"] or f"http://{find_host(app)}"
    site = Site(Names(app), base, target, without_server)

    with told(f"Not all of {folder} is new: run this again."):
        try:
            done = freeze(app, folder.absolute(), site)
        except (NotFrozen, NotOurs) as e:
            raise OSError(str(e)) from e

    click.echo(done)


def check_url(url: str) -> str:
    """The URL of a site, without a slash at the end.

    :raise click.ClickException: if it is none
    """
    try:
        parts = urlsplit(url)
        is_site = parts.scheme in ("http", "https") and bool(parts.hostname)
        is_site = is_site and parts.port != 0
    except ValueError:
        is_site = False

    if not is_site or parts.query or parts.fragment or "@" in parts.netloc:
        raise click.ClickException(
            f"{url!r} is no address of a site: it should look like"
            " https://blog.example or https://example.com/blog"
        )

    return url.rstrip("/")


def freeze(app: Flask, path: Path, site: Site) -> str:
    """Write what is public now into a folder; return what was done, in a line.

    :raise NotFrozen: if the blog can't be read
    :raise NotOurs: if there is something else in the folder
    """
    with opened(path) as folder, work_folder(Path(app.instance_path)) as work:
        require_room(work.parent, find_size())
        copy = work / "frozen.sqlite"
        # Of one moment, and read without keeping anybody waiting.
        write_copy(copy)

        with db.connected_to(str(copy)):
            write_all(app, folder, site)

        return describe(folder)


def write_all(app: Flask, folder: Folder, site: Site) -> None:
    """Write the public pages of the database of the app, which is a copy."""
    bring_up_to_date()
    urls = app.url_map.bind("")
    names = [urls.build("authors.show", {"name": name}) for name in find_names()]
    names += [quote(path) for path in find_old_addresses() if "?" not in path]
    db.close_db()
    crawl = Crawl(app, site, folder, show("Freezing", describe_number))

    with quiet():
        # The requests have contexts of their own.
        contextvars.Context().run(crawl.run, names)

    folder.write(AS_IT_IS, b"")
    folder.remove_rest()
    folder.publish(sorted(crawl.dead))


def find_names() -> Iterator[str]:
    """The names that people had, and that lead to them."""
    after = ""

    while page := former_names.find_page(after, PAGE_SIZE):
        yield from (row["name"] for row in page)
        after = page[-1]["digest"]


def find_old_addresses() -> Iterator[str]:
    """Where posts were in other blogs, decoded."""
    after = ""

    while page := old_addresses.find_page(after, PAGE_SIZE):
        yield from page
        after = page[-1]


def describe_number(done: int, total: int) -> str:
    """How far it is, for a terminal; what is not read yet may lead to more."""
    return f"{done:,} of {total:,} addresses"


def describe(folder: Folder) -> str:
    """What was done, in a line."""
    done = (
        f"{len(folder.now):,} files, {len(folder.written):,} written,"
        f" {folder.removed:,} removed"
    )

    if not folder.left:
        return done

    left = ", ".join(sorted(folder.left))
    return f"{done}. Left there, since somebody has changed them: {left}"


def init_app(app: Flask) -> None:
    """Register the command."""
    app.cli.add_command(freeze_command)

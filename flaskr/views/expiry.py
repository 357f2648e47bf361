"""Deleting what is over: a little with each request, and all of it by a command."""

from collections.abc import Callable

import click
from flask import Flask
from flask import Response

from ..data import bin
from ..data import cleanups
from ..data import one_time_links
from ..data import rate_limits
from ..data import search
from ..data import sent_forms
from ..data import sessions
from ..data import waiting
from ..data import working_copies
from ..db import database_command
from ..web.database import clean_up

# What is over, and what deletes some of it.
KINDS: dict[str, Callable[[], int]] = {
    "posts in bins": bin.remove_expired,
    "unpublished texts": working_copies.remove_expired,
    "refused comments": waiting.remove_expired,
    "cleanups": cleanups.remove_expired,
    "sessions": sessions.remove_expired,
    "sent forms": sent_forms.remove_expired,
    "one-time links": one_time_links.remove_expired,
    "limits": rate_limits.remove_unused,
}


def remove_some() -> None:
    """Delete some of what moderators refused or took back, and have the search forget
    what was deleted."""
    waiting.remove_expired()
    cleanups.remove_expired()
    search.forget_deleted()


def clean_up_after(response: Response) -> Response:
    """Delete some of it once somebody has done something."""
    return clean_up(response, remove_some)


@click.command("delete-expired")
@database_command
def delete_expired_command() -> None:
    """Delete for good what is over, such as old posts in bins.

    Whatever people do deletes some of it, too. For a blog that nobody writes to, or for
    a fixed time, run this every night:

    flask --app flaskr delete-expired
    """
    for what, remove in KINDS.items():
        number = 0

        while some := remove():
            number += some

        click.echo(f"{what}: {number}")

    # Of texts that are gone, no word is left in the index.
    search.index_all()

    while search.drop_removed():
        pass


def init_app(app: Flask) -> None:
    """Register the command, and what follows requests."""
    app.after_request(clean_up_after)
    app.cli.add_command(delete_expired_command)

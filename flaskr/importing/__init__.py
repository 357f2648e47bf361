"""What other blogs write when people leave, into this one."""

import typing as t

import click
from flask import Flask


class LazyCommand(click.Command):
    """A command that is loaded when it is called: what it needs would make each process
    of the server begin a quarter of a second later."""

    def make_context(self, *args: t.Any, **options: t.Any) -> click.Context:
        """That of the command itself."""
        from .command import import_command

        return import_command.make_context(*args, **options)


def init_app(app: Flask) -> None:
    """Register the command."""
    app.cli.add_command(
        LazyCommand("import", short_help="Take another blog into this one.")
    )

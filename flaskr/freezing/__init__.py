"""The public blog as files, which any server of files can show."""

from flask import Flask

from . import command


def init_app(app: Flask) -> None:
    """Register the command."""
    command.init_app(app)

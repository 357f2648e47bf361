"""What other blogs write when people leave, into this one."""

from flask import Flask

from . import command


def init_app(app: Flask) -> None:
    """Register the command."""
    command.init_app(app)

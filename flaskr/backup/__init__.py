"""Backups of the running blog that prove themselves, the way back from them, and
upgrades that were rehearsed."""

from flask import Flask

from . import command
from . import upgrading


def init_app(app: Flask) -> None:
    """Register the commands."""
    for module in (upgrading, command):
        module.init_app(app)

"""What requests do when there is no room for temporary files."""

import errno
import tempfile
import typing as t

from flask import Flask
from werkzeug.exceptions import ServiceUnavailable

from ..errors import lazy_gettext
from .error_pages import show_error

FULL = (errno.ENOSPC, errno.EDQUOT)


class NoRoom(ServiceUnavailable):
    """The disk is full; ``reason`` is for the log."""

    def __init__(self, error: OSError) -> None:
        super().__init__(
            lazy_gettext(
                "The server’s disk has no room for files right now. Tell whoever runs"
                " this blog, and try again later."
            ),
            retry_after=10,
        )
        self.reason = (
            f"A temporary file can't be written: {error} ({tempfile.tempdir})."
        )


def show_full_disk(error: OSError) -> t.Any:
    """Answer 503, not 500, with what was typed."""
    # The first file finds out where there is room.
    has_no_place = "No usable temporary directory" in str(error)

    if error.errno not in FULL and not has_no_place:
        raise error

    return show_error(NoRoom(error))


def init_app(app: Flask) -> None:
    """Have all pages say so."""
    app.register_error_handler(OSError, show_full_disk)

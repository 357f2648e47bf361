"""A file with all that somebody wrote, for who is suspended, too."""

import os
import typing as t
from tempfile import SpooledTemporaryFile

from flask import Blueprint
from flask import current_app
from flask import Flask
from flask import g
from flask import request
from flask import Response
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature
from itsdangerous import URLSafeTimedSerializer
from werkzeug.exceptions import abort
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.wsgi import wrap_file

from ..data import users
from ..db import Row
from ..errors import lazy_gettext
from ..export.places import ZipPlace
from ..export.writing import Export
from ..export.writing import open_snapshot
from ..web.forms import find_keys
from ..web.permissions import requires
from ..web.short_queue import ShortQueue
from .admin import keep_nothing
from .auth import login_required

bp = Blueprint("exports", __name__)
bp.after_request(keep_nothing)

# Seconds after typing the password for which who can't log in gets the file.
MAX_AGE = 3600

MAX_IN_MEMORY = 1_000_000  # bytes of a file


def refuse_while_busy() -> ServiceUnavailable:
    """What to raise while one file is written, and another one waits for that."""
    return ServiceUnavailable(
        lazy_gettext(
            "Other people’s files are being put together. Try again in a few seconds."
        ),
        retry_after=2,
    )


def get_serializer() -> URLSafeTimedSerializer:
    """What signs who typed the right password, and when."""
    return URLSafeTimedSerializer(find_keys(), salt="flaskr export")


@bp.app_template_global()
def make_export_token(user: Row) -> str:
    """What lets somebody have the file for a while, without a session."""
    return str(get_serializer().dumps([user["id"], user["username"]]))


@bp.get("/account/texts/export")
@login_required
@requires("account")
def show() -> ResponseReturnValue:
    """Give somebody the file."""
    if request.headers.get("Sec-Fetch-Dest", "document") not in ("document", "empty"):
        # An address of this blog may be that of a picture in anybody's post.
        abort(403, lazy_gettext("This file is no picture. Open it by itself."))

    return send(g.user["id"], g.user["username"])


@bp.post("/auth/export")
def submit() -> ResponseReturnValue:
    """Give the file to who is suspended, and has just typed the right password."""
    try:
        user_id, name = get_serializer().loads(request.form["token"], max_age=MAX_AGE)
    except BadSignature:
        abort(
            403,
            lazy_gettext("It’s too long since you typed your password. Log in again."),
        )

    return send(user_id, name)


def send(user_id: int, name: str) -> ResponseReturnValue:
    """The file.

    :raise 404: if the account was closed meanwhile
    """
    user = users.find(name)

    if user is None or user["id"] != user_id:
        abort(404, lazy_gettext("This account is closed."))

    with current_app.extensions["flaskr.exports"].wait():
        # On the disk, if it is large: a reader who is slow keeps no snapshot open.
        file = t.cast(t.IO[bytes], SpooledTemporaryFile(MAX_IN_MEMORY))

        try:
            write(user_id, file)
        except BaseException:
            file.close()
            raise

    size = file.tell()
    file.seek(0)
    response = Response(mimetype="application/zip")
    response.headers["Content-Disposition"] = "attachment; filename=texts.zip"

    if size > MAX_IN_MEMORY:
        response.response = wrap_file(request.environ, file)
        response.content_length = size
        response.direct_passthrough = True
    else:
        with file:
            response.data = file.read()

    return response


def write(user_id: int, file: t.IO[bytes]) -> None:
    """Write what somebody wrote, as it is at one moment, into a file; its end is then
    where it is written on."""
    with open_snapshot() as connection, ZipPlace(file) as place:
        Export(connection, place, user_id).write()

    file.seek(0, os.SEEK_END)


def init_app(app: Flask) -> None:
    """Register the pages, and have one file at a time be written."""
    app.register_blueprint(bp)
    app.extensions["flaskr.exports"] = ShortQueue(refuse_while_busy)

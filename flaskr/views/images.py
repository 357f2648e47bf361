"""Upload, show, list and remove images."""

import re
import warnings
from datetime import timedelta

import click
from flask import Blueprint
from flask import flash
from flask import Flask
from flask import g
from flask import redirect
from flask import render_template
from flask import request
from flask import Response
from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import abort

from ..data import descriptions
from ..data import image_files
from ..data import images
from ..data.old_images import find_old
from ..data.opened import Changed
from ..data.times import format_ago
from ..db import database_command
from ..db import Row
from ..imaging.formats import MEDIA_TYPES
from ..text.fingerprints import make_fingerprint
from ..text.links import OWN_IMAGE
from ..web import dates
from ..web import pagination
from ..web import rate_rules
from ..web import uploads
from ..web.features import checks_links
from ..web.features import for_everybody
from ..web.permissions import requires
from .auth import login_required

bp = Blueprint("images", __name__)

MAX_AGE = 31_536_000  # seconds


def find_names(names: list[str]) -> list[str]:
    """Those of some names of files in addresses of images that are there."""
    matches = [m for name in names if (m := OWN_IMAGE.fullmatch(f"/image/{name}"))]
    hashes = {match["hash"] for match in matches}
    found = image_files.find_all(hashes) if hashes else []
    rows = {image["hash"]: image for image in found}
    return [
        match[0].removeprefix("/image/")
        for match in matches
        if match["hash"] in rows and is_of(match, rows[match["hash"]])
    ]


def is_of(match: re.Match[str], image: Row) -> bool:
    """Whether an address has the size and the format of an image."""
    keys = ("width", "height", "extension")
    return all(match[key] == str(image[key]) for key in keys)


bp.record_once(checks_links("/image/<name>", find_names, "name"))


@bp.get("/image/<name>")
@for_everybody
def show(name: str) -> Response:
    """Show an image, or with ``-640w`` before the extension the narrowest of its
    files that is as wide as that. What is under one address never changes."""
    match = OWN_IMAGE.fullmatch(request.path) or abort(404)
    image = image_files.find_shown(match["hash"]) or abort(404)

    if not is_of(match, image):
        abort(404)

    width = int(match["narrow"] or match["width"])
    content = image_files.read_file(image["id"], width)
    return send_image(content, name, f"{image['hash']}-{width}")


def send_image(content: bytes, name: str, etag: str) -> Response:
    """What is under an address of its own for good.

    :param name: of the file, with the extension of its format
    """
    # In one piece: send_file() hands a server 24 MB in 3,000.
    response = Response(content, mimetype=MEDIA_TYPES[name.rpartition(".")[2]])
    response.headers["Content-Disposition"] = f"inline; filename={name}"
    response.set_etag(etag)
    response.cache_control.public = True
    response.cache_control.max_age = MAX_AGE
    response.cache_control.immutable = True
    # Opened as a page, it can do nothing; shown elsewhere, as by readers of feeds,
    # it can.
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; form-action 'none'; sandbox"
    )
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.make_conditional(request, True, len(content))
    return response


def render_images(**context: object) -> str:
    return render_template(
        "images/index.html",
        **context,
        page=images.find_page(g.user["id"], pagination.cursor_from_request()),
        page_url=pagination.page_url,
        used=images.sum_bytes(g.user["id"]),
    )


@bp.get("/account/images")
@login_required
def index() -> ResponseReturnValue:
    """Show a person their images, and where each is used."""
    return render_images()


@bp.post("/account/images")
@login_required
@requires("image.upload")
def index_submit() -> ResponseReturnValue:
    """Keep an image; a script gets its Markdown as JSON."""
    try:
        image, alt = uploads.keep()
    except uploads.NotUploaded as e:
        if wants_json():
            return {"error": str(e)}, e.status, e.headers

        flash(str(e), "error")
        return render_images(unsent=request.form), e.status, e.headers

    if wants_json():
        return {
            "markdown": uploads.to_markdown(image, alt),
            # Where to say what it shows, if that is said later.
            "description": url_for("images.describe", id=image["id"]),
            "version": make_fingerprint(alt),
        }, 201

    newest = descriptions.find(g.user["id"], image["id"])

    if alt and newest and newest != alt:
        flash(_("You already have this image, with another description."), "error")
        return render_description(image["id"], alt, newest), 409

    flash(_("Uploaded."))
    return redirect(url_for("images.index"))


def wants_json() -> bool:
    return bool(request.accept_mimetypes.best == "application/json")


def get_description(id: int) -> str:
    """What one of the current user's images shows.

    :raise 404: if it is none
    """
    found = descriptions.find(g.user["id"], id)
    return abort(404) if found is None else found


def render_description(id: int, alt: str, newest: str | None = None) -> str:
    """The form, with what somebody else, or another browser, has saved."""
    version = make_fingerprint(alt if newest is None else newest)
    return render_template(
        "images/describe.html", id=id, alt=alt, newest=newest, version=version
    )


@bp.get("/account/images/<int:id>/describe")
@login_required
def describe(id: int) -> ResponseReturnValue:
    """Show the form for what an image shows."""
    return render_description(id, get_description(id))


@bp.post("/account/images/<int:id>/describe")
@login_required
def describe_submit(id: int) -> ResponseReturnValue:
    """Say what an image shows; a script, too, which shows no page."""
    get_description(id)
    rate_rules.refuse_too_many("EDITS")
    alt = uploads.read_description()

    try:
        descriptions.update(g.user["id"], id, alt, request.form.get("version"))
    except Changed as e:
        if wants_json():
            return {"saved": False}, 409

        flash(_("Nothing was saved yet: this was changed in another browser."), "error")
        return render_description(id, alt, *e.newest), 409

    if wants_json():
        return {"saved": True}

    flash(_("Saved."))
    return redirect(url_for("images.index"))


@bp.post("/account/images/<int:id>/remove")
@login_required
def remove(id: int) -> ResponseReturnValue:
    """Remove one of the current user's images that no text shows."""
    if not images.owns(g.user["id"], id):
        abort(404)

    if not images.remove(g.user["id"], id):
        flash(_("This image is in use. Remove it from your text first."), "error")
        return render_images(), 409

    flash(_("Removed."))
    return redirect(url_for("images.index"))


@click.command("prune-images")
@click.option("--remove", is_flag=True, help="Remove them from the database.")
@click.option(
    "--days",
    type=click.IntRange(0, 36500),
    default=1,
    show_default=True,
    help="Keep images uploaded within this many days: their post may still be in the"
    " editor.",
)
@database_command
def prune_images_command(remove: bool, days: int) -> None:
    """List images that no post or author page shows, nor a text that can come back:
    a draft, an older version, what is in a bin.

    To remove them: flask --app flaskr prune-images --remove
    """
    age = timedelta(days=days)
    unused = images.find_unused()
    old = find_old({image["hash"] for image in unused})
    unused = [image for image in unused if image["hash"] not in old]
    found = [image for image in unused if (image["created"] or "") <= format_ago(age)]

    for image in found:
        uploaded = dates.exact(image["created"] or "") or "at an unknown time"
        click.echo(
            f"{uploads.image_url(image)}  {kilobytes(image)} kB"
            f"  {uploaded}  {image['username'] or ''}"
        )

    size = sum(image["size"] for image in found) / 1_000_000
    click.echo(f"Unused images: {len(found)} ({size:.1f} MB).")

    if found and remove:
        ids = [image["id"] for image in found]
        click.echo(f"Removed {images.remove_unused(ids, age)}.")
    elif found:
        click.echo("Nothing was removed. To remove them, add --remove.")

    if new := len(unused) - len(found):
        click.echo(
            f"Uploaded in the last {days * 24} hours and kept for now: {new}. To"
            " include them, add --days 0."
        )


@bp.app_template_filter()
def kilobytes(image: Row) -> int:
    """The size of an image, at least 1."""
    return max(1, round(int(image["size"]) / 1000))


def init_app(app: Flask) -> None:
    """Register the pages and the command."""
    # Pillow warns of odd metadata, so that anybody could fill the log.
    warnings.filterwarnings("ignore", category=UserWarning, module="PIL")
    app.register_blueprint(bp)
    app.cli.add_command(prune_images_command)

"""Whether the blog can do all that it should, for owners and editors: no paths and no
secrets, and nothing that takes long."""

import platform
from importlib import metadata

from flask import Blueprint
from flask import redirect
from flask import render_template
from flask import url_for
from flask.typing import ResponseReturnValue

from .. import db
from ..data import open_registration
from ..data import roles
from ..errors import lazy_gettext
from ..web.permissions import refuse_demoted
from ..web.permissions import requires
from ..web.readiness import DATABASE
from ..web.readiness import DISK
from ..web.readiness import get_report
from ..web.readiness import OK
from ..web.readiness import SCHEMA
from ..web.readiness import SEARCH
from ..web.readiness import UNKNOWN
from .admin import keep_nothing
from .auth import login_required

bp = Blueprint("admin_health", __name__, url_prefix="/admin/health")
bp.after_request(keep_nothing)

# What is looked at, and what to do where it is not as it should be.
PARTS = {
    DATABASE: (
        lazy_gettext("Database"),
        lazy_gettext("It can’t be used now. The log of the server says why."),
    ),
    SCHEMA: (
        lazy_gettext("Tables"),
        lazy_gettext("They are of another version: run flask --app flaskr init-db."),
    ),
    SEARCH: (
        lazy_gettext("Search"),
        lazy_gettext(
            "Many posts are not in the search yet: run flask --app flaskr init-db."
        ),
    ),
    DISK: (
        lazy_gettext("Disk"),
        lazy_gettext("There is little space left. Make some, or use a larger disk."),
    ),
}

bp.add_app_template_global(open_registration.is_news, "warns_of_open_registration")


@bp.get("")
@login_required
@requires("health.read")
def index() -> ResponseReturnValue:
    """Show what is known of the blog's health."""
    return render_template(
        "admin/health.html",
        parts=list_parts(),
        has_owner=roles.has_owner(),
        is_open=open_registration.is_open(),
        sizes=db.find_sizes(),
        versions=list_versions(),
    )


def list_parts() -> list[tuple[str, str | None]]:
    """What /readyz looks at, each with what is wrong with it: an empty text if nothing
    is, ``None`` if there is no telling."""
    report = get_report()
    parts: list[tuple[str, str | None]] = []

    for part, (name, problem) in PARTS.items():
        found = report.found.get(part, UNKNOWN)
        texts = {OK: "", UNKNOWN: None}
        parts.append((str(name), texts.get(found, str(problem))))

    return parts


def list_versions() -> list[str]:
    """What runs the blog."""
    try:
        flaskr = f"Flaskr {metadata.version('flaskr')}"
    except metadata.PackageNotFoundError:
        # In a folder that was copied and not installed.
        flaskr = "Flaskr"

    return [flaskr, f"Python {platform.python_version()}", db.find_engine_version()]


@bp.post("/dismiss")
@login_required
@requires("site.update")
def dismiss() -> ResponseReturnValue:
    """Warn owners of open registration no more."""
    with db.transaction():
        refuse_demoted("site.update")
        open_registration.dismiss()

    return redirect(url_for("admin.index"))

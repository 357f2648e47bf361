"""The links that choose a language."""

import re
from urllib.parse import unquote

from flask import abort
from flask import Blueprint
from flask import current_app
from flask import redirect
from flask import request
from flask import url_for
from flask.typing import ResponseReturnValue

from ..data import site_settings
from ..web.features import follows_settings
from ..web.frozen import needs_server
from ..web.i18n import COOKIE
from ..web.urls import find_root
from ..web.urls import is_page

bp = Blueprint("languages", __name__)
bp.record_once(needs_server("/language/"))

REMEMBERED_FOR = 31_536_000  # seconds


@bp.get("/language/<tag>")
@follows_settings
def remember(tag: str) -> ResponseReturnValue:
    """Remember the language that was chosen, and go back to the page."""
    if tag not in site_settings.get("LANGUAGES"):
        abort(404)

    page = request.args.get("page", "")
    response = redirect(page if is_own_page(page) else url_for("index"))
    response.set_cookie(
        COOKIE,
        tag,
        max_age=REMEMBERED_FOR,
        path=find_root() or "/",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response


def is_own_page(page: str) -> bool:
    """Whether an address, quoted, is a page of this blog and of nobody else."""
    # Browsers read "\" as "/" and drop controls.
    quoted = re.fullmatch(r"[!-\[\]-~]+", page)
    return bool(quoted) and is_page(unquote(page.partition("?")[0]))

"""A person's bin, and what empties it."""

from datetime import timedelta

import click
from flask import Blueprint
from flask import flash
from flask import Flask
from flask import g
from flask import redirect
from flask import render_template
from flask import Response
from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.exceptions import abort

from ..data import bin
from ..data import bin_moves
from ..data import users
from ..data.roles import Action
from ..db import database_command
from ..db import Row
from ..db import transaction
from ..errors import lazy_gettext
from ..web import pagination
from ..web.approval import describe_waiting
from ..web.approval import hold_back
from ..web.database import clean_up
from ..web.features import waits_for_login
from ..web.moderation_notes import note
from ..web.permissions import may
from ..web.permissions import requires
from ..web.rate_rules import refuse_too_many
from ..web.urls import permalink
from .auth import login_required
from .users import read_argument

bp = Blueprint("bin", __name__)

NOT_THERE = lazy_gettext(
    "This post isn’t in your bin. It may have been restored, or deleted for good."
)


@bp.get("/account/bin")
@login_required
def index() -> ResponseReturnValue:
    """Show a person the posts that they deleted and can bring back."""
    return render_bin()


def render_bin() -> str:
    return render_template(
        "bin/index.html",
        page=bin.find_page(g.user["id"], pagination.cursor_from_request()),
        page_url=pagination.page_url,
    )


@bp.get("/account/bin/<int:id>/restore")
@login_required
def restore(id: int) -> ResponseReturnValue:
    """Lead to the bin, after the login that the button needed."""
    return redirect(url_for("bin.index"))


@bp.post("/account/bin/<int:id>/restore")
@waits_for_login
@login_required
@requires("post.restore")
def restore_submit(id: int) -> ResponseReturnValue:
    """Bring back a post that the current user may restore: to its author."""
    post = get_binned(id, "post.restore")
    refuse_too_many("EDITS")

    try:
        with transaction():
            post_id = bin_moves.restore(id) or abort(404, NOT_THERE)
            is_waiting = hold_back(post_id)
            note("post.restore", post, post_id=post_id)
    except bin_moves.IdTaken:
        flash(
            _(
                "“%(title)s” can’t be restored: its number, or that of one of its"
                " comments, is in use. Nothing is lost. Ask whoever runs this blog.",
                title=post["title"],
            ),
            "error",
        )
        return render_bin(), 409

    flash(describe_waiting() if is_waiting else _("Restored."))
    return redirect(permalink(post_id, post["title"]))


@bp.post("/account/bin/<int:id>/delete")
@login_required
def delete(id: int) -> ResponseReturnValue:
    """Delete one of the current user's posts for good."""
    get_binned(id, "account")
    bin.remove(id, g.user["id"])
    flash(_("Deleted for good."))
    return redirect(url_for("bin.index"))


def get_binned(id: int, action: Action) -> Row:
    """A post in the bin, for those who may do something to it.

    :raise 404: for all else
    """
    post = bin.find(id)
    return post if post and may(action, post) else abort(404, NOT_THERE)


@bp.after_app_request
def remove_expired(response: Response) -> Response:
    """Empty bins."""
    return clean_up(response, bin.remove_expired)


@bp.app_template_global()
def bin_time() -> str:
    """How long posts stay in the bin, in words."""
    time = bin.get_time()

    if days := time // timedelta(days=1):
        return ngettext("%(num)d day", "%(num)d days", days)
    elif hours := time // timedelta(hours=1):
        return ngettext("%(num)d hour", "%(num)d hours", hours)

    minutes = max(1, time // timedelta(minutes=1))
    return ngettext("%(num)d minute", "%(num)d minutes", minutes)


bp.add_app_template_filter(bin.find_expiry, "bin_expiry")


@click.command("restore-posts")
@click.argument("name")
@database_command
def restore_posts_command(name: str) -> None:
    """Bring back the posts that were deleted with a closed account.

    NAME is the username of the account, which stays closed. Its comments and likes are
    gone. For example: flask --app flaskr restore-posts alice
    """
    name = read_argument(name)
    user = users.find(name, include_closed=True)

    if user is None:
        raise click.ClickException(
            f"There is no account {name}. Posts deleted with an account are kept for"
            f" {bin_time()}."
        )
    elif user["closed"] is None:
        raise click.ClickException(
            f"The account {user['username']} is not closed. Its owner restores posts"
            " in the bin of the account."
        )

    posts = bin.find_deleted_since(user["id"], user["closed"])

    if not posts:
        raise click.ClickException(
            f"The bin has no posts deleted with the account {user['username']}. They"
            f" are kept for {bin_time()}."
        )

    taken = [post for post in posts if not restore_one(post)]
    click.echo(f"Restored posts by {user['username']}: {len(posts) - len(taken)}.")

    if taken:
        titles = ", ".join(f"{post['post_id']} “{post['title']}”" for post in taken)
        raise click.ClickException(
            "Still in the bin, since the id of the post or of one of its comments is"
            f" in use: {titles}."
        )


def restore_one(post: Row) -> bool:
    """Whether a post could be brought back."""
    try:
        bin_moves.restore(post["id"])
    except bin_moves.IdTaken:
        return False

    return True


def init_app(app: Flask) -> None:
    """Register the pages and the command."""
    app.register_blueprint(bp)
    app.cli.add_command(restore_posts_command)

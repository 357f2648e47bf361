import re
import sqlite3

from flask import Blueprint
from flask import current_app
from flask import flash
from flask import g
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import abort

from . import posts
from .auth import login_required

bp = Blueprint("blog", __name__)
bp.add_app_template_filter(posts.excerpt)


@bp.get("/")
def index() -> ResponseReturnValue:
    """Show the posts, newest first, a page at a time."""
    size = current_app.config["PAGE_SIZE"]

    if "newer" in request.args:
        page = posts.newer_than(size, parse_key(request.args["newer"]))

        if page.newer is None:
            # The newest posts have one address, and a full page.
            return redirect(url_for("index"))
    elif "older" in request.args:
        page = posts.newest(size, older_than=parse_key(request.args["older"]))
    else:
        page = posts.newest(size)

    return render_template("blog/index.html", page=page)


def parse_key(text: str) -> posts.Key:
    """Read the key of a page from its address, ``<created>_<id>``.

    :raise 400: if it is no key
    """
    match = re.fullmatch(r"(.{1,40})_(\d{1,18})", text)

    if match is None:
        abort(400, "That is not the address of a page. Start from the newest posts.")

    return match[1], int(match[2])


@bp.app_template_filter()
def page_key(key: posts.Key) -> str:
    """Write the key of a page for its address."""
    created, id = key
    return f"{created}_{id}"


def get_post(id: int, check_author: bool = True) -> sqlite3.Row:
    """Get a post and its author by id.

    Checks that the id exists and optionally that the current user is
    the author.

    :param id: id of post to get
    :param check_author: require the current user to be the author
    :return: the post with author information
    :raise 404: if a post with the given id doesn't exist
    :raise 403: if the current user isn't the author
    """
    post = posts.find(id)

    if post is None:
        abort(404, f"Post id {id} doesn’t exist. It may have been deleted.")

    if check_author and post["author_id"] != g.user["id"]:
        abort(403)

    return post


@bp.get("/<int:id>")
def show(id: int) -> ResponseReturnValue:
    """Show one post whole."""
    return render_template("blog/show.html", post=get_post(id, check_author=False))


@bp.get("/create")
@login_required
def create() -> ResponseReturnValue:
    """Show the form for a new post."""
    return render_template("blog/create.html", title="", body="")


@bp.post("/create")
@login_required
def create_submit() -> ResponseReturnValue:
    """Create a new post for the current user."""
    title, body = posts.clean(request.form["title"], request.form["body"])

    if error := posts.problem_with(title, body):
        flash(error, "error")
        return render_template("blog/create.html", title=title, body=body), 422

    if posts.create(g.user["id"], title, body) is None:
        abort(403, "This account was closed in another browser.")

    flash("Published.")
    return redirect(url_for("index"))


@bp.get("/<int:id>/update")
@login_required
def update(id: int) -> ResponseReturnValue:
    """Show the form with a post, if the current user is its author."""
    post = get_post(id)
    return render_template(
        "blog/update.html", post=post, title=post["title"], body=post["body"]
    )


@bp.post("/<int:id>/update")
@login_required
def update_submit(id: int) -> ResponseReturnValue:
    """Update a post if the current user is the author."""
    post = get_post(id)
    title, body = posts.clean(request.form["title"], request.form["body"])

    if error := posts.problem_with(title, body):
        flash(error, "error")
        return (
            render_template("blog/update.html", post=post, title=title, body=body),
            422,
        )

    if not posts.update(id, title, body):
        abort(404, f"Post id {id} was deleted in another browser.")

    flash("Saved.")
    return redirect(url_for("index"))


@bp.post("/<int:id>/delete")
@login_required
def delete(id: int) -> ResponseReturnValue:
    """Delete a post.

    Ensures that the post exists and that the logged in user is the
    author of the post.
    """
    get_post(id)
    posts.delete(id)
    flash("Deleted.")
    return redirect(url_for("index"))

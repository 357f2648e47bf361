"""Finding what a page is about, for those who may see or change it."""

from flask import current_app
from flask import g
from flask_babel import gettext as _
from werkzeug.exceptions import abort

from ..data import comments
from ..data import posts
from ..data.times import format_ago
from ..db import Row
from ..errors import lazy_gettext

ONLY_AUTHOR_CHANGES = lazy_gettext("You can only edit or delete your own posts.")


def get_post(
    id: int, check_author: bool = True, lazy_refusal: str = ONLY_AUTHOR_CHANGES
) -> Row:
    """Get a post and its author by id.

    Checks that the id exists and optionally that the current user is
    the author.

    :param id: id of post to get
    :param check_author: require the current user to be the author; else it is a post
        that the public sees
    :param lazy_refusal: what somebody else is told
    :return: the post with author information
    :raise 404: if a post with the given id doesn't exist
    :raise 403: if the current user isn't the author
    """
    post = posts.find(id) if check_author else posts.find_public(id)
    is_own = post is not None and check_author and post["author_id"] == g.user["id"]

    # Nobody else is told of a post that the public does not see.
    if post is None or check_author and not is_own and not posts.find_public(id):
        abort(404, _("Post id %(id)s doesn’t exist. It may have been deleted.", id=id))

    if check_author and not is_own:
        abort(403, lazy_refusal)

    return post


def get_readable_post(id: int) -> Row:
    """A post that the public sees, or a draft of the current user's.

    :raise 404: for all else
    """
    post = posts.find_public(id)

    if post is None and g.user:
        draft = posts.find(id, posts.HTML)
        post = draft if draft and is_own(draft) else None

    return post or get_post(id, check_author=False)


def get_comment(id: int) -> Row:
    """A comment that the public sees.

    :raise 404: if there is none, or no more
    """
    comment = comments.find_public(id)

    if comment is None or comment["removed"]:
        abort(404, _("This comment doesn’t exist. It may have been removed."))

    return comment


def get_editable_comment(id: int) -> Row:
    """A comment that the current user may change.

    :raise 403: if somebody else wrote it, or long ago
    """
    comment = get_comment(id)

    if not is_own(comment):
        abort(403, lazy_gettext("You can only edit your own comments."))
    elif not is_editable(comment):
        abort(
            403,
            lazy_gettext(
                "It’s too late to edit this comment. Write another one, or remove it."
            ),
        )

    return comment


def get_removable_comment(id: int) -> Row:
    """A comment that the current user may remove.

    :raise 403: if the current user wrote neither the comment nor the post
    """
    comment = get_comment(id)

    if not is_own(comment) and comment["post_author_id"] != g.user["id"]:
        abort(
            403,
            lazy_gettext("Only the commenter or the post’s author can remove this."),
        )

    return comment


def get_open_post(id: int) -> Row:
    """A post that can be commented on.

    :raise 403: if its author closed the comments
    """
    post = get_post(id, check_author=False)

    if post["comments_closed"]:
        abort(403, lazy_gettext("The author has closed comments on this post."))

    return post


def is_own(text: Row) -> bool:
    """Whether the current user wrote a post or a comment."""
    return g.user is not None and text["author_id"] == g.user["id"]


def is_editable(comment: Row) -> bool:
    """Whether the current user wrote a comment, and may still change it."""
    within = current_app.config["COMMENT_EDIT_TIME"]
    return is_own(comment) and str(comment["created"]) > format_ago(within)

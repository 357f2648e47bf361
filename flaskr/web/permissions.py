"""Finding what a page is about, for those who may see or change it."""

from flask import g
from flask_babel import gettext as _
from werkzeug.exceptions import abort

from ..data import posts
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

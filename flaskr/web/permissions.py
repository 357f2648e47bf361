"""Finding what a page is about, for those who may see or change it."""

import functools
import typing as t
from datetime import timedelta

from flask import current_app
from flask import Flask
from flask import g
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import abort

from ..data import comments
from ..data import drafts
from ..data import one_time_links
from ..data import posts
from ..data import roles
from ..data import suspensions
from ..data import waiting
from ..data.times import format_ago
from ..db import Row
from ..errors import lazy_gettext

View = t.TypeVar("View", bound=t.Callable[..., ResponseReturnValue])

ONLY_AUTHOR_CHANGES = lazy_gettext("You can only edit or delete your own posts.")

# What somebody is told in the place of roles.LastOwner.
LAST_OWNER = lazy_gettext("The blog would have no owner. Make somebody else one first.")


def lazy_not_your_role(action: roles.Action) -> str:
    """What somebody is told whose role does not let them do something."""
    if roles.may(roles.Role.AUTHOR, action):
        return lazy_gettext(
            "Your account may read, comment and like, and no more. Ask an owner of this"
            " blog to let you write."
        )

    return lazy_gettext("Your role doesn’t let you do this. Ask an owner of this blog.")


def refuse_demoted(action: roles.Action) -> None:
    """Ask once more whether the current user may do something, in the transaction of
    the caller, before which that may have changed.

    :raise 403: if not
    """
    if not roles.may(roles.find_role(g.user["id"]), action):
        abort(403, lazy_not_your_role(action))


def refuse_all_but_owners() -> None:
    """Refuse what only owners do, in the transaction of the caller.

    :raise 403: if the current user is none
    """
    if roles.find_role(g.user["id"]) is not roles.Role.OWNER:
        abort(403, lazy_gettext("Only an owner can do this."))


def refuse_greater(role: roles.Role) -> None:
    """Refuse what has to do with somebody of a role, or with a link for it, if the
    current user can't invite to that role: then, only owners can.

    :raise 403: then
    """
    if role not in one_time_links.makeable_roles(roles.find_role(g.user["id"])):
        refuse_all_but_owners()


def refuse_to_overrule(user_id: int) -> None:
    """Refuse to change the suspension of somebody by an owner, or by the command line,
    if the current user is no owner; in the transaction of the caller.

    :raise 403: then
    """
    found = suspensions.find(user_id)

    if found and found["by_role"] != roles.Role.EDITOR:
        refuse_all_but_owners()


def may(action: roles.Action, text: Row | None = None) -> bool:
    """Whether the current user may do something, to a post or a comment if one is
    given. What was never public is its author's alone."""
    if g.user is None:
        return False

    is_theirs = text is None or is_own(text)
    is_open = is_theirs or text is None or drafts.was_public(text)
    return is_open and roles.may(g.user["role"], action, is_theirs)


def requires(action: roles.Action) -> t.Callable[[View], View]:
    """Decorate a view that is only for those whose role lets them do something at all;
    if that depends on whose text it is, the view asks, too. Who is logged out is left
    to the view, or to what is around it."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def refuse_others(**kwargs: t.Any) -> ResponseReturnValue:
            if g.user is not None and not roles.may_at_all(g.user["role"], action):
                abort(403, lazy_not_your_role(action))

            return view(**kwargs)

        refuse_others.action = action  # type: ignore[attr-defined]
        return t.cast(View, refuse_others)

    return decorate


def get_post(
    id: int,
    action: roles.Action | None = "post.update",
    lazy_refusal: str = ONLY_AUTHOR_CHANGES,
) -> Row:
    """Get a post and its author by id.

    Checks that the id exists and optionally that the current user is
    the author, or may do by their role what authors may.

    :param id: id of post to get
    :param action: what the current user wants to do to it; with ``None``, it is a post
        that the public sees
    :param lazy_refusal: what somebody is told who may not
    :return: the post with author information
    :raise 404: if a post with the given id doesn't exist
    :raise 403: if the current user may not do that
    """
    post = posts.find(id) if action else posts.find_public(id)
    may_act = post is not None and (action is None or may(action, post))

    # Nobody else is told of a post that the public does not see.
    if post is None or not (may_act or is_own(post) or posts.find_public(id)):
        abort(404, _("Post id %(id)s doesn’t exist. It may have been deleted.", id=id))

    if not may_act:
        is_theirs = is_own(post) and action is not None
        abort(403, lazy_not_your_role("post.update") if is_theirs else lazy_refusal)

    return post


def get_readable_post(id: int) -> Row:
    """A post that the public sees, or a draft that the current user may change.

    :raise 404: for all else
    """
    post = posts.find_public(id)

    if post is None and g.user:
        draft = posts.find(id, posts.HTML)
        post = draft if draft and may_read_draft(draft) else None

    return post or get_post(id, action=None)


def may_read_draft(draft: Row) -> bool:
    """Whether the current user may read a draft: their own in any case, and one that
    waits for it."""
    return (
        is_own(draft)
        or may("post.update", draft)
        or (roles.may(g.user["role"], "queue.decide") and waiting.waits(draft["id"]))
    )


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

    if not may("comment.update", comment):
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

    if not is_removable(comment, comment["post_author_id"]):
        abort(
            403,
            lazy_gettext("Only the commenter or the post’s author can remove this."),
        )

    return comment


def get_open_post(id: int) -> Row:
    """A post that can be commented on.

    :raise 403: if its author closed the comments
    """
    post = get_post(id, action=None)

    if post["comments_closed"]:
        abort(403, lazy_gettext("The author has closed comments on this post."))

    return post


def is_own(text: Row) -> bool:
    """Whether the current user wrote a post or a comment."""
    return g.user is not None and text["author_id"] == g.user["id"]


def is_editable(comment: Row) -> bool:
    """Whether the current user may change a comment, and still may: one's own, for a
    while."""
    if not may("comment.update", comment):
        return False

    written = find_written(comment)
    return written is None or str(comment["created"]) > format_ago(written[1])


def find_written(comment: Row) -> tuple[int, timedelta] | None:
    """By whom, and not longer ago than what, a comment is written that the current user
    may change; ``None`` for those who may change anybody's, at any time."""
    if roles.may(g.user["role"], "comment.update", is_own=False):
        return None

    return g.user["id"], current_app.config["COMMENT_EDIT_TIME"]


def is_removable(comment: Row, post_author_id: int) -> bool:
    """Whether the current user may remove a comment, as who wrote it or the post, or by
    their role."""
    return post_author_id == g.user["id"] or may("comment.remove", comment)


def init_app(app: Flask) -> None:
    """Let templates ask."""
    app.add_template_global(may)
    app.add_template_global(is_removable)

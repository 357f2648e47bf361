"""Saving a post over whatever somebody else has made of it meanwhile: nobody's words
are overwritten, and each version is kept."""

import typing as t

from ..db import get_db
from ..db import Row
from ..db import transaction
from ..text.compression import Damaged
from ..text.footnotes import align
from ..text.merge import merge
from ..text.merge import merge_line
from ..text.merge import merge_tags
from . import notices
from . import posts
from . import revisions
from . import tags
from .revisions import Content
from .times import now


class Saved(t.NamedTuple):
    """What came of saving: the title and the version that the post has now, and whether
    it has somebody else's changes, too."""

    title: str
    version: int
    is_merged: bool = False


class Conflict(t.NamedTuple):
    """Nothing was saved. ``newest`` is what the post is, at ``version``; ``is_known``
    is whether the version that was opened is one of the post's."""

    newest: Content
    version: int
    is_known: bool = True


def read_post(post: Row) -> Content:
    """What a post of :func:`.posts.find` is now."""
    return Content(post["title"], post["body"], posts.get_tag_names(post))


def read_version(post: Row, version: int) -> Content | None:
    """What a post was at a version, whether that is the one that it has or is kept;
    ``None`` if it is neither.

    :raise Damaged: if it is kept, and can't be read
    """
    if version == post["version"]:
        return read_post(post)

    return revisions.read(post["id"], version)


def save(
    post_id: int,
    author_id: int,
    content: Content,
    opened: int | None = None,
    base: Content | None = None,
) -> Saved | Conflict | None:
    """Save a post; what others changed since it was opened stays. ``None`` if it is
    gone.

    :param opened: the version that was opened; ``None`` for the newest
    :param base: what both the text and the post have come from, if there is something
        nearer than that version
    """
    with transaction():
        post = posts.find(post_id)

        if post is None:
            return None

        newest = read_post(post)
        bases = [b for b in (find_opened(post, opened), base) if b]
        merged = merge_over(bases, content, newest)

        if content.is_like(newest):
            if content.tags != newest.tags:
                # A tag takes the name typed last.
                posts.set_tags(post_id, content.tags)

            return Saved(newest.title, post["version"])
        elif merged is None:
            return Conflict(newest, post["version"], is_known=bool(bases))

        merged = merged.number_footnotes()

        if merged.is_like(newest):
            return Saved(newest.title, post["version"])

        version = write(post, author_id, merged, newest)
        return Saved(merged.title, version, not merged.is_like(content))


def write(post: Row, author_id: int, content: Content, before: Content) -> int:
    """Give a post another content, in the transaction of the caller, and keep the one
    before; return the version."""
    id: int = post["id"]
    keep_newest(post, before)
    posts.update(id, *content)
    notices.add(post["author_id"], "edited", post_id=id, by=author_id)
    version = find_version(id)
    is_draft = bool(post["drafted"])
    revisions.add(id, version, author_id, now(), content, before, is_draft)
    return version


def find_opened(post: Row, opened: int | None) -> Content | None:
    """What was opened, if that is known."""
    try:
        return read_version(post, post["version"] if opened is None else opened)
    except Damaged:
        return None


def merge_over(bases: list[Content], mine: Content, theirs: Content) -> Content | None:
    """As :func:`merge_content`, over the first of some bases with which that works."""
    for base in bases:
        if merged := merge_content(base, mine, theirs):
            return merged

    return None


def merge_content(base: Content, mine: Content, theirs: Content) -> Content | None:
    """A version that has the changes of two others; ``None`` if there can be none, or
    if it would be no post."""
    title = merge_line(base.title, mine.title, theirs.title)
    body = merge(base.body, mine.body, align(theirs.body, base.body, mine.body))

    if title is None or body is None:
        return None

    merged = Content(title, body, merge_tags(base.tags, mine.tags, theirs.tags))
    # A draft may have no title, and no other post is given none.
    problem = posts.find_problem(title or mine.title or "-", body)
    problem = problem or tags.find_problem(merged.tags)
    return None if problem and merged != mine else merged


def keep_newest(post: Row, content: Content) -> None:
    """Keep what a post is now, unless it is kept: it was never changed before, or by
    another program, which says neither who did it nor, for tags, when."""
    newest = revisions.find_newest(post["id"])

    if newest and newest["version"] == post["version"]:
        return

    version, before = post["version"], None

    if newest:
        # Another program may have set the number back, which is given once.
        version = max(version, newest["version"] + 1)
        set_version(post["id"], version)
        before = find_kept(post["id"], newest["version"])

    author_id = None if newest else post["author_id"]
    revisions.add(
        *(post["id"], version, author_id, post["updated"], content, before),
        is_draft=bool(post["drafted"]),
    )


def find_kept(post_id: int, version: int) -> Content | None:
    """What a post was at a version, if that can be read."""
    try:
        return revisions.read(post_id, version)
    except Damaged:
        return None


def describe_newest(post: Row) -> dict[str, object] | None:
    """What a list of revisions says of what a post is now, if that is not kept yet: as
    :func:`keep_newest` would keep it."""
    if revisions.find(post["id"], post["version"]):
        return None

    newest = revisions.find_newest(post["id"])
    names = ("version", "username", "display_name", "picture")
    described = {name: post[name] for name in names}
    nobody = {"username": None} if newest else {}
    return {**described, **nobody, "created": post["updated"], "added": None}


def set_version(post_id: int, version: int) -> None:
    """Have the version of a post go on from another number."""
    get_db().execute(
        "UPDATE post SET version = ? WHERE id = ? AND version <> ?",
        (version, post_id, version),
    )


def find_version(post_id: int) -> int:
    """The version of a post that there is."""
    row = (
        get_db()
        .execute(
            "SELECT CAST(version AS BIGINT) AS version FROM post WHERE id = ?",
            (post_id,),
        )
        .fetchone()
    )
    version: int = row["version"]
    return version

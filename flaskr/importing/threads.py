"""Comments in threads of two levels, whatever they were before."""

from collections.abc import Iterable
from collections.abc import Iterator
from datetime import datetime
from datetime import UTC

from .records import Comment

# Of those whose time nobody knows.
FIRST = datetime(1, 1, 1, tzinfo=UTC)


def sort_comments(comments: Iterable[Comment]) -> Iterator[tuple[Comment, str]]:
    """Comments with the keys of those that begin their threads, or the empty string:
    these first, and all in the order of their times. Each key counts once."""
    by_key: dict[str, Comment] = {}

    for comment in comments:
        by_key.setdefault(comment.key, comment)

    ordered = sorted(by_key.values(), key=find_time)
    threads = {comment.key: find_thread(comment, by_key) for comment in ordered}
    first = [comment for comment in ordered if not threads[comment.key]]
    replies = [comment for comment in ordered if threads[comment.key]]

    for comment in (*first, *replies):
        yield comment, threads[comment.key]


def find_thread(comment: Comment, by_key: dict[str, Comment]) -> str:
    """The key of the comment that begins a thread; empty for that itself, for what
    answers what is missing, and for the earliest of those that answer each other."""
    passed = {comment.key}
    found = comment

    while found.parent in by_key and found.parent not in passed:
        found = by_key[found.parent]
        passed.add(found.key)

    if found.parent in passed:
        # In a circle, one has to be the first.
        circle = find_circle(found, by_key)
        found = min(circle, key=lambda one: (find_time(one), one.key))

    return "" if found.key == comment.key else found.key


def find_time(comment: Comment) -> datetime:
    """When a comment was written, as far as its place among others is concerned."""
    return comment.created or FIRST


def find_circle(comment: Comment, by_key: dict[str, Comment]) -> list[Comment]:
    """The comments that answer each other, from one of them on."""
    circle = [comment]

    while circle[-1].parent != comment.key:
        circle.append(by_key[circle[-1].parent])

    return circle

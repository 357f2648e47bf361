"""Keyset pagination: a page of a list begins after a key, and not after a number of
rows, which would all be read."""

import typing as t

from ..db import Row

# What a list is sorted by, and the id of a row.
Key = tuple[t.Any, int]


class Cursor(t.NamedTuple):
    """Where a page of a list begins: after a key, or before it when one goes back."""

    key: Key
    back: bool = False


class Window(t.NamedTuple):
    """The rows of a page, in the order of the list, and whether others stand before
    and after them."""

    rows: list[Row]
    has_before: bool
    has_after: bool


def cut_page(found: list[Row], size: int, cursor: Cursor | None) -> Window:
    """A page of the rows next to a cursor, of which one more than its size was asked
    for, to know whether others follow."""
    has_more = len(found) > size
    rows = found[:size]

    if cursor and cursor.back:
        return Window(rows[::-1], has_more, True)

    return Window(rows, cursor is not None, has_more)

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
    """The rows of a page, in the order of the list, and the keys of the pages before
    and after it, or ``None``."""

    rows: list[Row]
    before: Key | None
    after: Key | None


def cut_page(
    found: list[Row],
    size: int,
    cursor: Cursor | None,
    get_key: t.Callable[[Row], Key],
) -> Window:
    """A page of the rows next to a cursor, of which one more than its size was asked
    for, to know whether others follow."""
    has_more = len(found) > size
    rows = found[:size]

    if cursor and cursor.back:
        rows.reverse()
        has_before, has_after = has_more, True
    else:
        has_before, has_after = cursor is not None, has_more

    return Window(
        rows,
        get_key(rows[0]) if rows and has_before else None,
        get_key(rows[-1]) if rows and has_after else None,
    )

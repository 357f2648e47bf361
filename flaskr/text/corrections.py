"""Telling a corrected text from another one."""

import os.path

from .differences import Budget
from .differences import find_hunks
from .differences import split_lines


def is_correction(before: str, after: str) -> bool:
    """Whether a text is another one that was corrected in one place: both begin and end
    alike, for half of the shorter one or more."""
    start = len(os.path.commonprefix([before, after]))
    rest = before[start:], after[start:]
    end = len(os.path.commonprefix([text[::-1] for text in rest]))
    return 2 * (start + end) >= min(len(before), len(after))


def is_revision(before: str, after: str) -> bool:
    """Whether a text is another one that was corrected, in however many places: it has
    lines of that, for half of the shorter one or more."""
    if is_correction(before, after):
        return True

    lines = split_lines(before)
    hunks = find_hunks(lines, split_lines(after), Budget())
    changed = sum(len("".join(lines[h.a_start : h.a_end])) for h in hunks)
    return 2 * (len(before) - changed) >= min(len(before), len(after))

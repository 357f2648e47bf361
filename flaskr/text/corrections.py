"""Telling a corrected text from another one."""

import os.path


def is_correction(before: str, after: str) -> bool:
    """Whether a text is another one that was corrected in one place: both begin and end
    alike, for half of the shorter one or more."""
    start = len(os.path.commonprefix([before, after]))
    rest = before[start:], after[start:]
    end = len(os.path.commonprefix([text[::-1] for text in rest]))
    return 2 * (start + end) >= min(len(before), len(after))

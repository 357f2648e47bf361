"""The tags of other blogs, as posts have them here."""

import re
from collections.abc import Iterable

from ..data import tags
from ..text.names import is_visible
from ..text.names import name_key


def choose(names: Iterable[str]) -> dict[str, str]:
    """The tags that a post has here, by what they were; those that are left have
    none."""
    kept: dict[str, str] = {}
    chosen: dict[str, str] = {}

    for old in names:
        name = clean(old)
        key = name_key(name)

        if name and (key in kept or len(kept) < tags.MAX_TAGS):
            chosen[old] = kept.setdefault(key, name)

    return chosen


def clean(old: str) -> str:
    """A name that a tag can have; empty if nothing is left of it."""
    # Here, a comma is between two.
    visible = "".join(c if is_visible(c) else " " for c in old)
    parsed = tags.parse(re.sub("[,，、]", " ", visible))
    return parsed[0][: tags.MAX_LENGTH].strip() if parsed else ""

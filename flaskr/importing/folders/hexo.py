"""What addresses of Hexo's are made of, beside dates."""

import hashlib
import re
import typing as t
from datetime import datetime

from .front_matter import as_list
from .front_matter import as_text
from .slugs import separate

# What the names of files say in a pattern such as ":year-:month-:day-:title.md".
PARTS = {
    "year": r"(\d{4})",
    "month": r"(\d{2})",
    "day": r"(\d{2})",
    "i_month": r"(\d{1,2})",
    "i_day": r"(\d{1,2})",
    "title": r"(.+)",
}
PART = re.compile(r":(\w+)")


def find_slug(pattern: str, path: str) -> str:
    """What Hexo calls a post by the path of its file, without the ending.

    :param pattern: of new files, from the settings; the empty string for Hexo's own
    """
    keys = PART.findall(pattern)

    if "title" not in keys:
        return path

    # What is between two parts, and each part.
    pieces = PART.split(pattern.rpartition(".")[0] or pattern)
    made = "".join(
        PARTS.get(piece, r"([^/]+)") if number % 2 else re.escape(piece)
        for number, piece in enumerate(pieces)
    )
    match = re.fullmatch(made, path)
    return match[keys.index("title") + 1] if match else separate(path)


def make_hash(slug: str, created: datetime) -> str:
    """The part of an address that only Hexo knows what it is for."""
    text = f"{slug}{int(created.timestamp())}"
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:12]


def find_own_parts(values: dict[str, t.Any]) -> dict[str, str]:
    """The parts that front matter gives, such as the ``abbrlink`` of a plugin."""
    return {
        key: as_text(value)
        for key, value in values.items()
        if not isinstance(value, (dict, list))
    }


def find_category(value: t.Any, default: str) -> str:
    """The last category of a text, within those that it is in.

    :param default: of texts without any
    """
    chains = find_chains(value)
    path = "/".join(map(separate, chains[-1]))
    return path or default


def find_chains(value: t.Any) -> list[list[str]]:
    """Categories, each after those that it is in; at least one list."""
    is_several = isinstance(value, list) and any(isinstance(v, list) for v in value)
    chains = value if is_several else [value]
    return [as_list(chain, "$") for chain in chains]

"""Names of files that every file system takes, and tells apart."""

import re
import unicodedata

from ..db import Row
from ..text.slugs import slug
from .values import show

# The file without which nothing is an export.
FACTS = "export.json"

# Bytes of a name before its ending; there are systems with 143 for all of it.
MAX_BYTES = 120

# What Windows takes for a device, whatever its ending.
DEVICES = re.compile(r"con|prn|aux|nul|com\d|lpt\d", re.ASCII)


class Names:
    """The names that are taken, in each folder, whatever case or form they are in."""

    def __init__(self) -> None:
        self.taken: set[int] = set()

    def name(self, folder: str, text: str, id: int) -> str:
        """The name of a file of Markdown for a post."""
        stem = cut(text) or str(id)

        while DEVICES.fullmatch(stem) or not self.take(folder, stem):
            stem = f"{stem}-{id}"

        return f"{folder}/{stem}.md"

    def take(self, folder: str, stem: str) -> bool:
        """Take a name, unless it is taken."""
        folded = unicodedata.normalize("NFKD", stem.casefold()).casefold()
        # A name that is taken for another one gets its number.
        key = hash((folder, folded))
        is_free = key not in self.taken
        self.taken.add(key)
        return is_free


def cut(text: str) -> str:
    """As much of a name as file systems take, in the form that most of them keep."""
    short = text.encode()[:MAX_BYTES].decode(errors="ignore")
    return unicodedata.normalize("NFC", short).strip("-. ")


def find_folder(post: Row) -> str:
    """Where the file of a post is."""
    if post["page"] is not None:
        return "pages"

    return "posts" if post["drafted"] is None else "drafts"


def describe_state(post: Row) -> str:
    """Who sees a post."""
    if post["drafted"] is None:
        return "published"

    return "draft" if post["due"] is None else "scheduled"


def name_text(post: Row, day: str) -> str:
    """What the name of the file of a post says: its day and title, or the title of a
    page.

    :param day: ``2026-11-28``, or the empty string
    """
    words = slug(show(post["title"]))

    if post["page"] is not None:
        return words

    return "-".join(filter(None, (day, words or str(post["id"]))))

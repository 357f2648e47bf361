"""The texts of older versions, which the database has compressed, each with another one
of the same post."""

import typing as t

from ..data.revisions import STEP
from ..data.revisions import WHOLE_EVERY
from ..text.compression import Damaged
from ..text.compression import decompress_bounded

# The tables that have some, with the column that says of which post.
OWNERS = {"revision": "post_id", "binned_revision": "binned_id"}

# The field with a text, beside the columns of its row.
BODY = "body"

# Bytes of a text.
MAX_BYTES = 32_000_000

# Texts that may be the dictionary of another one.
MAX_KEPT = WHOLE_EVERY // STEP + 1


class RevisionTexts:
    """Finds the text of one version after the other, in the order of posts and
    versions."""

    def __init__(self, table: str) -> None:
        self.owner_column = OWNERS[table]
        self.owner: object = None
        # By the version; others than the last one are every 16th.
        self.texts: dict[object, tuple[bool, str]] = {}

    def read(self, row: t.Any) -> str | None:
        """The text of a version; ``None`` if it, or one that it needs, is missing or
        not what it was.

        :raise TooLong: if it is nobody's
        """
        if row[self.owner_column] != self.owner:
            self.owner = row[self.owner_column]
            self.texts = {}

        is_whole = row["base"] is None
        known = (True, "") if is_whole else self.texts.get(row["base"])

        try:
            text = self.decompress(row["content"], known[1]) if known else None
        except Damaged:
            text = None

        kept = {version: found for version, found in self.texts.items() if found[0]}
        self.texts = dict(list(kept.items())[-MAX_KEPT:])

        if text is not None:
            is_step = isinstance(row["position"], int) and row["position"] % STEP == 0
            self.texts[row["version"]] = (is_step, text)

        return text

    def decompress(self, content: object, neighbor: str) -> str:
        """The text of some bytes.

        :raise Damaged: if there is none
        :raise TooLong: if it is nobody's
        """
        if not isinstance(content, bytes):
            raise Damaged("no bytes")

        return decompress_bounded(content, neighbor, MAX_BYTES)

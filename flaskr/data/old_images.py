"""Images that no page shows, but a text that can come back: an older version of a post,
also of one in the bin, or what was typed and not published."""

import re
from collections.abc import Iterator

from ..db import get_db
from ..text.compression import Damaged
from ..text.compression import decompress

HASH = re.compile(r"/image/([0-9a-f]{12}|[0-9a-f]{40})-")

# The versions of all posts in the order in which they were compressed.
REVISIONS = (
    "SELECT post_id AS post, version, base, content FROM revision"
    " ORDER BY post_id, version",
    "SELECT binned_id AS post, version, base, content FROM binned_revision"
    " ORDER BY binned_id, version",
)


def find_old(hashes: set[str]) -> set[str]:
    """Those of some hashes that such a text has. Reads all of them, for a command."""
    missing = set(hashes)

    for text in read_texts():
        if not missing:
            break

        missing.difference_update(HASH.findall(text))

    return hashes - missing


def read_texts() -> Iterator[str]:
    """All texts that can come back. What is damaged can't."""
    for row in get_db().execute("SELECT CAST(body AS TEXT) AS body FROM working_copy"):
        yield row["body"]

    for revisions in REVISIONS:
        post, texts = None, dict[int, str]()

        for row in get_db().execute(revisions):
            if row["post"] != post or row["base"] is None:
                # No later version needs one before that.
                post, texts = row["post"], {}

            try:
                neighbor = texts[row["base"]] if row["base"] is not None else ""
                texts[row["version"]] = decompress(row["content"], neighbor)
            except (Damaged, KeyError):
                continue

            yield texts[row["version"]]

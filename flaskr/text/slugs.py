"""Titles as they read in addresses."""

import unicodedata
from functools import lru_cache

from .names import INVISIBLE_LETTERS

# Characters of a slug; in an address, Chinese takes nine bytes each.
MAX_SLUG = 80

# What other programs write has no limit.
MAX_TITLE = 1000


# Pages show few different titles again and again.
@lru_cache(500)
def slug(title: str) -> str:
    """A title as it reads in an address: ``How to bake bread?`` is
    ``how-to-bake-bread``. Letters, digits and their marks stay, of any script."""
    text = unicodedata.normalize("NFKC", title[:MAX_TITLE]).lower()
    text = INVISIBLE_LETTERS.sub("", text.replace("'", "").replace("’", ""))
    kept = "".join(c if unicodedata.category(c)[0] in "LMN" else "-" for c in text)
    # A mark belongs to the letter before it.
    slug = "-".join(filter(None, map(without_leading_marks, kept.split("-"))))

    if len(slug) > MAX_SLUG:
        # Between words, in a script that has spaces.
        slug = slug[: MAX_SLUG + 1].rpartition("-")[0] or slug[:MAX_SLUG]

    return slug


def without_leading_marks(word: str) -> str:
    """A word from its first character on that stands alone."""
    while word and unicodedata.category(word[0])[0] == "M":
        word = word[1:]

    return word

"""What is worth how much in the search, on every engine."""

import typing as t

# Posts that are ranked. A word that is in more is too common for its number in a
# text to mean much; then the newest posts are listed, first those with it in the
# title or a tag, and so many are read at a time. So the work has a limit.
MAX_RANKED = 300

# Posts that have the very words, with which nobody needs those with longer ones.
ENOUGH_EXACT = 100

# What a word counts in the title, a tag and the body: the weights of BM25.
WEIGHTS = (10, 5, 1)

# What a post is worth for the exact word rather than its beginning; more than
# BM25 gives.
EXACT_BONUS = 10_000

# Longer words that a word finds.
MAX_PREFIX_TERMS = 20

# Bytes of a text that are indexed; what plain SQL writes has no limit.
MAX_BYTES = 200_000

MAX_ID = 2**63 - 1

# Sorted after each character that a word can have.
LAST = "\U0010ffff"


class Document(t.NamedTuple):
    """What is indexed of a post: the tokens of its title, its tags and its body, with a
    space between two of them, and a key for its author and for each tag."""

    title: str
    tags: str
    body: str
    keys: list[str]


# The score and the id next to a page, and whether the page is before them.
Cursor = tuple[tuple[float, int], bool]

"""What somebody typed into the search field, as phrases, tags and authors."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from .tokens import Token
from .tokens import tokenize
from .tokens import UNSPACED

# The rest of a longer query is not searched for.
MAX_QUERY = 200  # characters
MAX_TOKENS = 16
# Single characters of a script without spaces: each begins thousands of bigrams.
MAX_SINGLE = 3

# Letters that a word has at least to find longer ones.
MIN_PREFIX = 3

OPEN, CLOSE = '"＂“”„«「『', '"＂“”»」』'
QUERY_PART = re.compile(
    rf"(?:(?P<field>tag|author)[:：]\s*)?"
    rf"(?:[{OPEN}](?P<phrase>[^{CLOSE}]*)[{CLOSE}]?|(?P<words>[^\s{OPEN}{CLOSE}]+))",
    re.IGNORECASE,
)

# What does not divide a word that is typed, as in l'été, 3.11, e-mail, a_b, a/b.
# Tibetan has it between syllables.
JOINERS = re.compile(r"['’.\-‐_/@&·་]?")


class Phrase(NamedTuple):
    """Tokens to be found one after the other. ``is_character``: the last one is a
    character without its bigram, and matches every bigram that begins with it, too.
    ``is_prefix``: longer words match, too."""

    tokens: tuple[str, ...]
    is_character: bool
    is_prefix: bool


class Query(NamedTuple):
    """What a post must have: all phrases, all tags, and all authors; the names of tags
    and authors as they were typed."""

    phrases: list[Phrase]
    tags: list[str]
    authors: list[str]


def parse(text: str) -> Query:
    """Read what was typed into a search field. Anything means something."""
    query = Query([], [], [])

    for part in QUERY_PART.finditer(text[:MAX_QUERY]):
        typed = part["words"] or part["phrase"]

        if part["field"] and typed:
            names = query.tags if part["field"].lower() == "tag" else query.authors
            names.append(typed)
        elif typed:
            for phrase in find_phrases(typed, part["words"] is None):
                add_phrase(query.phrases, phrase)

    return query


def add_phrase(phrases: list[Phrase], phrase: Phrase) -> None:
    """Add as much of a phrase as a query may have, if it is new."""
    left = MAX_TOKENS - sum(len(other.tokens) for other in phrases)

    if left > 0 and is_new(phrase, phrases):
        phrases.append(truncate(phrase, left))


def is_new(phrase: Phrase, others: list[Phrase]) -> bool:
    """Whether a phrase is not among the others, nor a single character after
    :data:`MAX_SINGLE` others."""
    if phrase in others:
        return False

    return not phrase.is_character or sum(p.is_character for p in others) < MAX_SINGLE


def truncate(phrase: Phrase, length: int) -> Phrase:
    """A phrase of at most ``length`` tokens; a cut one has no prefix at its end."""
    if len(phrase.tokens) <= length:
        return phrase

    return Phrase(phrase.tokens[:length], is_character=False, is_prefix=False)


def find_phrases(typed: str, quoted: bool) -> Iterator[Phrase]:
    """Yield the phrases in one part of a query: one if it is quoted, else one for each
    word with what :data:`JOINERS` join to it."""
    group: list[Token] = []

    for token in tokenize(typed):
        if group and not (quoted or continues(typed, group[-1], token)):
            yield make_phrase(group, quoted)
            group = []

        group.append(token)

    if group:
        yield make_phrase(group, quoted)


def continues(typed: str, last: Token, token: Token) -> bool:
    """Whether a word, not quoted, continues another."""
    if token.start < last.end:
        return True

    between = typed[last.end : token.start]
    return (bool(between) or token.text in ("++", "#")) and bool(
        JOINERS.fullmatch(between)
    )


def make_phrase(group: list[Token], quoted: bool) -> Phrase:
    """The phrase of tokens in a row; longer words match if it is one word, unquoted, of
    a script with spaces."""
    # The last character of a run without spaces is in the last bigram, too.
    has_bigram = len(group) > 1 and group[-1].start < group[-2].end
    tokens = tuple(token.text for token in group)[: -1 if has_bigram else None]
    unspaced = bool(UNSPACED.match(tokens[-1]))
    is_prefix = len(tokens) == 1 and len(tokens[0]) >= MIN_PREFIX
    return Phrase(
        tokens,
        is_character=unspaced and not has_bigram,
        is_prefix=is_prefix and not quoted and not unspaced,
    )

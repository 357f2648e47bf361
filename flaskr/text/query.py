"""What somebody typed into the search field, as phrases, tags and authors."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from .tokens import Token
from .tokens import tokens
from .tokens import UNSPACED

# What a query has beyond these is not searched for.
MAX_QUERY = 200  # characters
MAX_WORDS = 16
# Single characters of a script without spaces: each is in thousands of pairs.
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
    """Words to be found one after the other. ``begins``: the last one is a
    character, of a pair or alone. ``loose``: a longer word is right, too."""

    words: tuple[str, ...]
    is_character: bool
    is_prefix: bool


class Query(NamedTuple):
    phrases: list[Phrase]
    tags: list[str]
    authors: list[str]


def parse(text: str) -> Query:
    """Read what was typed into a search field. Anything means something."""
    query = Query([], [], [])
    left = MAX_WORDS

    for part in QUERY_PART.finditer(text[:MAX_QUERY]):
        typed = part["words"] or part["phrase"]

        if part["field"] and typed:
            names = query.tags if part["field"].lower() == "tag" else query.authors
            names.append(typed)
        elif typed:
            for phrase in find_phrases(typed, part["words"] is None):
                if left > 0 and is_new(phrase, query.phrases):
                    query.phrases.append(truncate(phrase, left))
                    left -= len(phrase.words)

    return query


def is_new(phrase: Phrase, others: list[Phrase]) -> bool:
    if phrase in others:
        return False

    return not phrase.is_character or sum(p.is_character for p in others) < MAX_SINGLE


def truncate(phrase: Phrase, length: int) -> Phrase:
    if len(phrase.words) <= length:
        return phrase

    return Phrase(phrase.words[:length], is_character=False, is_prefix=False)


def find_phrases(typed: str, quoted: bool) -> Iterator[Phrase]:
    group: list[Token] = []

    for token in tokens(typed):
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
    # The last character of a text without spaces is in the last pair, too.
    paired = len(group) > 1 and group[-1].start < group[-2].end
    words = tuple(token.text for token in group)[: -1 if paired else None]
    unspaced = bool(UNSPACED.match(words[-1]))
    is_prefix = len(words) == 1 and len(words[0]) >= MIN_PREFIX
    return Phrase(
        words,
        is_character=unspaced and not paired,
        is_prefix=is_prefix and not quoted and not unspaced,
    )

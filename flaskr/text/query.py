"""What somebody typed into the search field, as phrases, tags and authors."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from .compounds import find_compounds
from .tokens import APOSTROPHES
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

# What leaves out a word or a phrase that follows it: no hyphen within a word, nor two.
MINUS = "-－−﹣"

QUERY_PART = re.compile(
    rf"(?:(?<!\S)(?P<minus>[{MINUS}])(?![{MINUS}]))?"
    rf"(?:(?P<field>tag|author)[:：]\s*)?"
    rf"(?:[{OPEN}](?P<phrase>[^{CLOSE}]*)[{CLOSE}]?|(?P<words>[^\s{OPEN}{CLOSE}]+))",
    re.IGNORECASE,
)

# What does not divide a word that is typed, as in l'été, 3.11, e-mail, a_b, a/b.
# Tibetan has it between syllables.
JOINERS = re.compile(rf"[{APOSTROPHES}.\-‐‑_/@&·་]?")


class Phrase(NamedTuple):
    """Tokens to be found one after the other. ``is_character``: the last one is a
    character without its bigram, and matches every bigram that begins with it, too.
    ``is_prefix``: longer words match, too; ``others``: so do these; ``keys``: and all
    posts that have one of these."""

    tokens: tuple[str, ...]
    is_character: bool = False
    is_prefix: bool = False
    others: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


class Terms(NamedTuple):
    """Phrases, and the names of tags and authors as they were typed."""

    phrases: list[Phrase]
    tags: list[str]
    authors: list[str]


class Part(NamedTuple):
    """One of the words and quotes of a query: all of it as it was typed, and without
    the quotes, the minus and the field; the numbers of its phrases, if posts must have
    them."""

    text: str
    typed: str
    field: str
    is_left_out: bool
    phrases: range


class Query(NamedTuple):
    """What a post must have, all of it, and what it must not have, any of it; and what
    that was in the text, part by part."""

    wanted: Terms
    unwanted: Terms
    parts: list[Part]


def parse(text: str) -> Query:
    """Read what was typed into a search field. Anything means something."""
    query = Query(Terms([], [], []), Terms([], [], []), [])

    for part in QUERY_PART.finditer(text[:MAX_QUERY]):
        if typed := part["words"] or part["phrase"]:
            add_part(query, part, typed)

    return query


def add_part(query: Query, part: re.Match[str], typed: str) -> None:
    """Add what one part of a query says."""
    is_left_out, field = part["minus"] is not None, (part["field"] or "").lower()
    terms = query.unwanted if is_left_out else query.wanted
    first = len(query.wanted.phrases)

    if field:
        (terms.tags if field == "tag" else terms.authors).append(typed)
    else:
        for phrase in find_phrases(typed, part["words"] is None):
            add_phrase(query, terms.phrases, phrase, is_left_out)

    phrases = range(first, len(query.wanted.phrases))
    query.parts.append(Part(part[0], typed, field, is_left_out, phrases))


def add_phrase(
    query: Query, phrases: list[Phrase], phrase: Phrase, is_exact: bool
) -> None:
    """Add as much of a phrase as a query may have, if it is new.

    :param is_exact: longer words do not match
    """
    all_phrases = query.wanted.phrases + query.unwanted.phrases
    left = MAX_TOKENS - sum(len(other.tokens) for other in all_phrases)
    singles = sum(other.is_character for other in all_phrases)

    if is_exact:
        phrase = phrase._replace(is_prefix=False)

    # Each single character begins thousands of bigrams.
    if phrase.is_character and singles >= MAX_SINGLE:
        return

    if left > 0 and phrase not in phrases:
        phrases.append(truncate(phrase, left))


def want_everything(query: Query) -> str:
    """A query that only leaves out, as one for all of that; nothing for another one."""
    if any(query.wanted) or not any(query.unwanted):
        return ""

    return " ".join(part.text[part.is_left_out :] for part in query.parts)


def join_words(query: Query) -> Iterator[tuple[str, range]]:
    """Yield words that follow each other, as they may be somebody's name, each with
    the numbers of its phrases."""
    words = [part for part in query.parts if not (part.field or part.is_left_out)]

    for first in range(len(words[:MAX_TOKENS])):
        for last in range(first, len(words[:MAX_TOKENS])):
            name = " ".join(part.typed for part in words[first : last + 1])
            yield name, range(words[first].phrases.start, words[last].phrases.stop)


def truncate(phrase: Phrase, length: int) -> Phrase:
    """A phrase of at most ``length`` tokens; a cut one has no prefix at its end."""
    if len(phrase.tokens) <= length:
        return phrase

    return Phrase(phrase.tokens[:length])


def find_phrases(typed: str, is_quoted: bool) -> Iterator[Phrase]:
    """Yield the phrases in one part of a query: one if it is quoted, else one for each
    word with what :data:`JOINERS` join to it."""
    group: list[Token] = []

    for token in tokenize(typed):
        if group and not (is_quoted or continues(typed, group[-1], token)):
            yield make_phrase(typed, group, is_quoted)
            group = []

        group.append(token)

    if group:
        yield make_phrase(typed, group, is_quoted)


def continues(typed: str, last: Token, token: Token) -> bool:
    """Whether a word, not quoted, continues another."""
    if token.start < last.end:
        return True

    between = typed[last.end : token.start]

    if not between:
        return token.text in ("++", "#") or is_parted(typed, token.start)

    return bool(JOINERS.fullmatch(between))


def is_parted(typed: str, at: int) -> bool:
    """Whether two words of scripts with spaces meet, of which one is a number."""
    around = typed[at - 1 : at + 1]
    return around.isalnum() and not UNSPACED.search(around)


def make_phrase(typed: str, group: list[Token], is_quoted: bool) -> Phrase:
    """The phrase of tokens in a row; longer words match if it is one word, unquoted, of
    a script with spaces."""
    # The last character of a run without spaces is in the last bigram, too.
    has_bigram = len(group) > 1 and group[-1].start < group[-2].end
    tokens = tuple(token.text for token in group)[: -1 if has_bigram else None]
    unspaced = bool(UNSPACED.match(tokens[-1]))

    if unspaced or is_quoted:
        return Phrase(tokens, is_character=unspaced and not has_bigram)

    if len(tokens) == 1:
        return Phrase(tokens, is_prefix=len(tokens[0]) >= MIN_PREFIX)

    whole = [
        compound.text
        for compound in find_compounds(typed, group)
        if (compound.start, compound.end) == (group[0].start, group[-1].end)
    ]
    # A version is a number: 7.8.9 for v7.8.9.
    is_version = tokens[0] == "v" and is_parted(typed, group[1].start)
    return Phrase(tokens[1:] if is_version else tokens, others=tuple(whole))

"""What would be found where a search finds nothing."""

import typing as t

from ..db import get_db
from ..db import get_fulltext
from ..text.query import parse
from ..text.query import Part
from ..text.query import Query
from ..text.ranking import MAX_RANKED
from ..text.spelling import find_near
from ..text.tokens import tokenize
from ..text.tokens import UNSPACED
from . import search

# Parts of a query for which others are looked for: of a longer one, one word less is
# seldom enough.
MAX_PARTS = 6

# Misspelled words of a query that are looked up, and what each may have been.
MAX_MISSPELLED = 2
MAX_NEAR = 8


class Suggestion(t.NamedTuple):
    """Another query, and how many posts it finds: ``None`` if many."""

    query: str
    posts: int | None


class Counts(dict[str, int]):
    """How many posts queries find, up to :data:`MAX_RANKED`, each counted once."""

    def __missing__(self, text: str) -> int:
        self[text] = search.count(parse(text))
        return self[text]


def suggest(query: Query) -> list[Suggestion]:
    """Queries that find something for one that finds nothing: with words spelled
    another way, in any order, and with fewer words."""
    if len(query.parts) > MAX_PARTS:
        return []

    # That takes as long as it took to find nothing.
    counts = Counts({" ".join(part.text for part in query.parts): 0})
    texts = (respell(query, counts), unquote(query), shorten(query, counts))
    return [
        Suggestion(text, counts[text] if counts[text] < MAX_RANKED else None)
        for text in dict.fromkeys(texts)
        if counts[text]
    ]


def respell(query: Query, counts: Counts) -> str:
    """A query with words that are in posts in the place of some that are in none."""
    parts = [part.text for part in query.parts]
    unknown = [
        (number, phrase.tokens[0])
        for number, part in enumerate(query.parts)
        for phrase in query.wanted.phrases[slice_of(part)]
        if phrase.is_prefix and len(part.phrases) == 1
        if not count_part(query, part, counts)
    ]

    for number, word in unknown[:MAX_MISSPELLED]:
        near = find_near(word, find_next_word)[:MAX_NEAR]
        parts[number] = max(near, key=count_token, default=parts[number])

    return " ".join(parts)


def slice_of(part: Part) -> slice:
    """Where the phrases of a part are."""
    return slice(part.phrases.start, part.phrases.stop)


def find_next_word(start: str) -> str | None:
    """The first of all indexed words, sorted, from one on."""
    word: str | None = get_fulltext().find_next_word(get_db(), start)
    return word


def count_token(token: str) -> int:
    """How many posts have a token, up to :data:`MAX_RANKED`."""
    number: int = get_fulltext().count_token(get_db(), token)
    return number


def count_part(query: Query, part: Part, counts: Counts) -> int:
    """How many posts one part of a query finds; of a word, those with it alone, unless
    there are none."""
    phrases = query.wanted.phrases[slice_of(part)]

    if len(phrases) == 1 and len(phrases[0].tokens) == 1:
        # That takes much less time.
        return count_token(phrases[0].tokens[0]) or counts[part.text]

    return counts[part.text]


def unquote(query: Query) -> str:
    """A query with the words of its phrases wherever they are."""
    return " ".join(
        part.text if part.field or part.is_left_out else part.typed
        for part in query.parts
    )


def shorten(query: Query, counts: Counts) -> str:
    """A query without what was to be left out, or else without a word or two."""
    wanted = " ".join(part.text for part in query.parts if not part.is_left_out)

    if any(part.is_left_out for part in query.parts) and counts[wanted]:
        return wanted

    text = drop_rarest(parse(wanted), counts)
    return text if counts[text] else drop_rarest(parse(text), counts)


def drop_rarest(query: Query, counts: Counts) -> str:
    """A query without all parts that are in no post, or else without the rarest one; of
    a run without spaces, what is before and after the rarest of it."""
    rarest = find_rarest([count_part(query, part, counts) for part in query.parts])
    parts = [
        split_run(query, part) if number in rarest else part.text
        for number, part in enumerate(query.parts)
    ]
    return " ".join(part for part in parts if part)


def find_rarest(numbers: list[int]) -> list[int]:
    """Where zeros are in a list, or else the last of the least numbers."""
    least = min(numbers, default=0)
    found = [at for at, number in enumerate(numbers) if number == least]
    return found[-1:] if least else found


def split_run(query: Query, part: Part) -> str:
    """What is left of a run without spaces that is parted within its rarest bigrams:
    two characters at least. Nothing of another part of a query."""
    phrases = query.wanted.phrases[slice_of(part)]

    if [phrase.is_character for phrase in phrases] != [False]:
        return ""

    if not UNSPACED.match(phrases[0].tokens[-1]):
        return ""

    numbers = [count_token(token) for token in phrases[0].tokens]
    starts = [token.start for token in tokenize(part.typed)]
    cuts = [starts[at + 1] for at in find_rarest(numbers)]
    pieces = [
        part.typed[first:last]
        for first, last in zip([0, *cuts], [*cuts, None], strict=True)
    ]
    return " ".join(piece for piece in pieces if len(list(tokenize(piece))) > 1)

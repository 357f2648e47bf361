"""Where a text has what a query asks for, and the excerpt around it."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from markupsafe import escape
from markupsafe import Markup

from .query import parse
from .query import Phrase
from .query import Query
from .tokens import patterns
from .tokens import Token
from .tokens import tokens
from .tokens import UNSPACED

# Characters of an excerpt, and before its first hit.
EXCERPT_LENGTH = 200
LENGTH_BEFORE = 50

# How much of a text is looked at for hits: after places that have one, it seems;
# or else piece by piece, up to an end.
MAX_PLACES = 4
NEAR_LENGTH = 400
CHUNK_LENGTH = 2000
MAX_READ = 10_000
MAX_HITS = 50

SPACE = re.compile(r"\s+")
MARK = Markup("<mark>{}</mark>")


class Hit(NamedTuple):
    """Where a text has a phrase of a query, and which."""

    start: int
    end: int
    phrase: int


def highlight(text: str, query: str) -> Markup:
    """All of a short text, with what was searched for in ``<mark>``."""
    return mark_hits(
        text, 0, len(text), list(find_hits(text, 0, len(text), parse(query)))
    )


def excerpt(text: str, query: str) -> Markup:
    """Some lines of a text, from where most of a query is, as :func:`highlight`."""
    found = find_first_hits(text, parse(query))

    if not found:
        return mark_hits(text, *widen(text, 0, 0), [])

    def worth(hit: Hit) -> int:
        return len(
            {h.phrase for h in found if 0 <= h.start - hit.start < EXCERPT_LENGTH}
        )

    best = max(found, key=worth)
    return mark_hits(text, *widen(text, best.start, best.end), found)


def find_first_hits(text: str, query: Query) -> list[Hit]:
    """The hits of one part of a text, the best of some."""
    lower = text.lower()
    # Finding a word as it is typed takes no time; without its accents, some.
    places = {lower.find(surface_form(phrase)) for phrase in query.phrases} - {-1}
    near = [
        find_some_hits(text, max(0, place - LENGTH_BEFORE), place + NEAR_LENGTH, query)
        for place in sorted(places)[:MAX_PLACES]
    ]
    best = max(near, key=lambda hits: len({hit.phrase for hit in hits}), default=[])

    if best:
        return best

    for start in range(0, MAX_READ, CHUNK_LENGTH) if query.phrases else ():
        if found := find_some_hits(text, start, start + CHUNK_LENGTH, query):
            return found

    return []


def surface_form(phrase: Phrase) -> str:
    """How a phrase is written, most often."""
    first, *others = phrase.words

    if UNSPACED.match(first):
        return first + "".join(pair[1:] for pair in others)

    return " ".join(phrase.words)


def find_some_hits(text: str, start: int, end: int, query: Query) -> list[Hit]:
    return list(islice(find_hits(text, start, end, query), MAX_HITS))


def find_hits(text: str, start: int, end: int, query: Query) -> Iterator[Hit]:
    words = list(tokens(text[start:end]))

    before = text[max(0, start - 1) : start]
    halved = bool(before.strip())

    for at in range(int(halved), len(words)):
        for number, phrase in enumerate(query.phrases):
            if is_at(words, at, phrase):
                last = words[at + len(phrase.words) - 1]
                stop = start + last.end

                if phrase.is_character and (
                    unit := patterns().unit.match(text, start + last.start)
                ):
                    stop = unit.end()

                yield Hit(start + words[at].start, stop, number)


def is_at(words: list[Token], at: int, phrase: Phrase) -> bool:
    # Most often, this is all there is to do.
    if not words[at].text.startswith(phrase.words[0]):
        return False

    *before, last = (token.text for token in words[at : at + len(phrase.words)])

    if phrase.is_character or phrase.is_prefix:
        return tuple(before) == phrase.words[:-1] and last.startswith(phrase.words[-1])

    return (*before, last) == phrase.words


def widen(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a place to an excerpt, from one space to another if there are any."""
    dense = (
        len(UNSPACED.findall(text[start : start + EXCERPT_LENGTH]))
        > EXCERPT_LENGTH // 4
    )
    length = EXCERPT_LENGTH // 2 if dense else EXCERPT_LENGTH
    first = max(0, start - LENGTH_BEFORE)

    if first and (space := SPACE.search(text, first, start)):
        first = space.end()

    last = max(first + length, end)

    if last < len(text):
        spaces = [space.start() for space in SPACE.finditer(text, end, last)]
        last = next((at for at in spaces[-1:] if at > last - length // 4), last)

    return first, min(last, len(text))


def mark_hits(text: str, start: int, end: int, found: list[Hit]) -> Markup:
    pieces = [Markup("… " if start else "")]
    done = start

    for hit in found:
        # Pairs of characters overlap.
        first, last = max(hit.start, done), min(hit.end, end)

        if first < last:
            pieces += [escape(text[done:first]), MARK.format(text[first:last])]
            done = last

    ending = " …" if end < len(text) else ""
    return Markup("").join([*pieces, escape(text[done:end]), ending])

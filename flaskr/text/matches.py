"""Where a text has what a query asks for, and the excerpt around it."""

import re
from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from markupsafe import escape
from markupsafe import Markup

from .compounds import find_compounds
from .query import parse
from .query import Phrase
from .query import Query
from .tokens import patterns
from .tokens import Token
from .tokens import tokenize
from .tokens import UNSPACED
from .variants import read_variants

# Characters of an excerpt, and before its first hit.
EXCERPT_LENGTH = 200
LENGTH_BEFORE = 50

# How much of a text is looked at for hits: around where a plain search finds a
# phrase, or else in chunks, up to an end.
MAX_CANDIDATES = 4
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
    """The hits near the candidate with the most phrases, or else in the first chunk
    that has any."""
    forms = [surface_form(phrase) for _, phrase in list_forms(query)]
    # Finding a word as it is typed takes no time; in other characters and without its
    # accents, some.
    candidates = find_each(text.lower(), forms) or find_each(
        text.translate(read_variants()), filter(UNSPACED.match, forms)
    )
    near = [
        find_some_hits(text, max(0, at - LENGTH_BEFORE), at + NEAR_LENGTH, query)
        for at in sorted(candidates)[:MAX_CANDIDATES]
    ]
    best = max(near, key=lambda hits: len({hit.phrase for hit in hits}), default=[])

    if best:
        return best

    for start in range(0, MAX_READ, CHUNK_LENGTH) if query.wanted.phrases else ():
        if found := find_some_hits(text, start, start + CHUNK_LENGTH, query):
            return found

    return []


def find_each(text: str, forms: Iterable[str]) -> set[int]:
    """Where each of some words is first in a text, if it is."""
    return {text.find(form) for form in forms} - {-1}


def surface_form(phrase: Phrase) -> str:
    """How a phrase is written, most often."""
    first, *others = phrase.tokens

    if UNSPACED.match(first):
        return first + "".join(bigram[1:] for bigram in others)

    return " ".join(phrase.tokens)


def find_some_hits(text: str, start: int, end: int, query: Query) -> list[Hit]:
    """The first :data:`MAX_HITS` hits between two positions of a text."""
    return list(islice(find_hits(text, start, end, query), MAX_HITS))


def find_hits(text: str, start: int, end: int, query: Query) -> Iterator[Hit]:
    """Yield where phrases of a query are between two positions of a text, the first
    one first; a token that ``start`` cuts is skipped."""
    part = text[start:end]
    tokens = list(tokenize(part))
    compounds = defaultdict(list)

    for word in find_compounds(part, tokens):
        compounds[word.start].append(word)

    forms = list_forms(query)

    # A token that the start cuts is another one.
    is_cut = bool(text[max(0, start - 1) : start].strip())

    for at in range(int(is_cut), len(tokens)):
        for number, phrase in forms:
            if matches_at(tokens, at, phrase):
                found = tokens[at : at + len(phrase.tokens)]
            else:
                words = compounds.get(tokens[at].start, [])
                found = [word for word in words if matches_at([word], 0, phrase)][:1]

            if not found:
                continue

            end_of_hit = find_end(text, start, found[-1], phrase)
            yield Hit(start + found[0].start, end_of_hit, number)


def list_forms(query: Query) -> list[tuple[int, Phrase]]:
    """The phrases of a query and what else will do for them, with their numbers."""
    return [
        (number, form)
        for number, phrase in enumerate(query.wanted.phrases)
        for form in (phrase, *(Phrase((other,)) for other in phrase.others))
    ]


def find_end(text: str, start: int, last: Token, phrase: Phrase) -> int:
    """Where a hit ends whose last token is found from ``start`` on: of a bigram, after
    the character that was asked for."""
    if phrase.is_character and (
        unit := patterns().unit.match(text, start + last.start)
    ):
        return unit.end()

    return start + last.end


def matches_at(tokens: list[Token], at: int, phrase: Phrase) -> bool:
    """Whether a phrase begins at ``tokens[at]``; its last token may be the beginning
    of a longer one where the phrase allows it."""
    # Most tokens fail here, which is cheaper than slicing.
    if not tokens or not tokens[at].text.startswith(phrase.tokens[0]):
        return False

    *before, last = (token.text for token in tokens[at : at + len(phrase.tokens)])

    if phrase.is_character or phrase.is_prefix:
        return tuple(before) == phrase.tokens[:-1] and last.startswith(
            phrase.tokens[-1]
        )

    return (*before, last) == phrase.tokens


def widen(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a hit to an excerpt, from one space to another if there are any."""
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
    """``text[start:end]`` as escaped HTML, with hits in ``<mark>`` and an ellipsis
    where the text is cut."""
    pieces = [Markup("… " if start else "")]
    done = start

    for hit in found:
        # Bigrams overlap.
        first, last = max(hit.start, done), min(hit.end, end)

        if first < last:
            pieces += [escape(text[done:first]), MARK.format(text[first:last])]
            done = last

    ending = " …" if end < len(text) else ""
    return Markup("").join([*pieces, escape(text[done:end]), ending])

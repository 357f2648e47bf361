"""Finding posts by their words, no routes: search.py has the page."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from flask import Flask
from markupsafe import escape
from markupsafe import Markup

from . import markup
from . import sqlite_search as engine
from . import tags
from . import users
from .db import get_db
from .db import transaction
from .posts import Place
from .words import parse
from .words import patterns
from .words import Phrase
from .words import Query
from .words import Token
from .words import tokens
from .words import UNSPACED

# Posts and characters that are indexed in one transaction, during which nobody
# else can write: a fifth of a second.
BATCH = 200
BATCH_LENGTH = 200_000

# Posts of a kilobyte, or as much of longer ones, that one search indexes before it
# looks: half a second, after an upgrade.
A_SEARCH = 500
KILOBYTE = 1000

# Characters of an excerpt, and before its first hit.
EXCERPT = 200
BEFORE = 50

# How much of a text is looked at for hits: after places that have one, it seems;
# or else piece by piece, up to an end.
MOST_PLACES = 4
NEAR = 400
PART = 2000
MOST_READ = 10_000
MOST_HITS = 50

SPACE = re.compile(r"\s+")
MARK = Markup("<mark>{}</mark>")


def drain(limit: int = A_SEARCH) -> int:
    """Index posts that changed; return how many are left."""
    while limit > 0 and is_waiting():
        limit -= drain_batch(min(limit, BATCH))

    row = get_db().execute("SELECT count(*) AS number FROM search_queue").fetchone()
    left: int = row["number"]
    return left


def is_waiting() -> bool:
    query = "SELECT post_id FROM search_queue LIMIT 1"
    return get_db().execute(query).fetchone() is not None


def drain_batch(limit: int) -> int:
    """Index some posts; return how many of a kilobyte they would be."""
    done = length = 0

    with transaction() as db:
        # In this order, pages are filled and words are kept in memory: half the time
        # and the space.
        rows = db.execute(
            "SELECT post_id FROM search_queue ORDER BY post_id LIMIT ?", (limit,)
        ).fetchall()

        for row in rows:
            if length < BATCH_LENGTH:
                length += index(row["post_id"])
                db.execute(
                    "DELETE FROM search_queue WHERE post_id = ?", (row["post_id"],)
                )
                done += 1

    # Another process may have been quicker.
    return max(done, length // KILOBYTE, 1)


def index(post_id: int) -> int:
    """Index a post as it is now; return its length in characters."""
    db = get_db()
    engine.take_out(db, post_id)
    post = engine.read(db, post_id)

    if post is None:
        return 0

    author_id, title, body = post
    labels = engine.read_tags(db, post_id)
    # Between two tags, what no phrase can cross.
    names = " ^ ".join(as_words(name) for _, name in labels)
    keys = [f"u{author_id}", *(f"t{id}" for id, _ in labels)]
    texts = as_words(title), names, as_words(markup.plain(body))
    engine.put(db, post_id, texts, keys)
    return len(body)


def as_words(text: str) -> str:
    return " ".join(token.text for token in tokens(text))


def matching(query: str, place: Place | None = None) -> tuple[str, tuple[str, ...]]:
    """What to join to a post ``p`` for the posts that a query finds, as ``s`` with
    ``id`` and ``score``, the best greatest; and the parameters of that."""
    return engine.join(found(parse(query), place), place)


def found(query: Query, place: Place | None = None) -> dict[int, float]:
    keys = []

    for letter, names in (("t", query.tags), ("u", query.authors)):
        for typed in names:
            name = typed.encode("utf-8", "replace").decode()
            row = tags.find(name) if letter == "t" else users.find(name, or_closed=True)

            if row is None:
                return {}

            keys.append(f"{letter}{row['id']}")

    if not (query.phrases or keys):
        return {}

    return engine.find(get_db(), query.phrases, keys, place)


class Hit(NamedTuple):
    """Where a text has a phrase of a query, and which."""

    start: int
    end: int
    phrase: int


def highlight(text: str, query: str) -> Markup:
    """All of a short text, with what was searched for in ``<mark>``."""
    return marked(text, 0, len(text), list(hits(text, 0, len(text), parse(query))))


def excerpt(text: str, query: str) -> Markup:
    """Some lines of a text, from where most of a query is, as :func:`highlight`."""
    found = first_hits(text, parse(query))

    if not found:
        return marked(text, *window(text, 0, 0), [])

    def worth(hit: Hit) -> int:
        return len({h.phrase for h in found if 0 <= h.start - hit.start < EXCERPT})

    best = max(found, key=worth)
    return marked(text, *window(text, best.start, best.end), found)


def first_hits(text: str, query: Query) -> list[Hit]:
    """The hits of one part of a text, the best of some."""
    lower = text.lower()
    # Finding a word as it is typed takes no time; without its accents, some.
    places = {lower.find(typical(phrase)) for phrase in query.phrases} - {-1}
    near = [
        some_hits(text, max(0, place - BEFORE), place + NEAR, query)
        for place in sorted(places)[:MOST_PLACES]
    ]
    best = max(near, key=lambda hits: len({hit.phrase for hit in hits}), default=[])

    if best:
        return best

    for start in range(0, MOST_READ, PART) if query.phrases else ():
        if found := some_hits(text, start, start + PART, query):
            return found

    return []


def typical(phrase: Phrase) -> str:
    """How a phrase is written, most often."""
    first, *others = phrase.words

    if UNSPACED.match(first):
        return first + "".join(pair[1:] for pair in others)

    return " ".join(phrase.words)


def some_hits(text: str, start: int, end: int, query: Query) -> list[Hit]:
    return list(islice(hits(text, start, end, query), MOST_HITS))


def hits(text: str, start: int, end: int, query: Query) -> Iterator[Hit]:
    words = list(tokens(text[start:end]))

    before = text[max(0, start - 1) : start]
    halved = bool(before.strip())

    for at in range(int(halved), len(words)):
        for number, phrase in enumerate(query.phrases):
            if is_at(words, at, phrase):
                last = words[at + len(phrase.words) - 1]
                stop = start + last.end

                if phrase.begins and (
                    unit := patterns().unit.match(text, start + last.start)
                ):
                    stop = unit.end()

                yield Hit(start + words[at].start, stop, number)


def is_at(words: list[Token], at: int, phrase: Phrase) -> bool:
    # Most often, this is all there is to do.
    if not words[at].text.startswith(phrase.words[0]):
        return False

    *before, last = (token.text for token in words[at : at + len(phrase.words)])

    if phrase.begins or phrase.loose:
        return tuple(before) == phrase.words[:-1] and last.startswith(phrase.words[-1])

    return (*before, last) == phrase.words


def window(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a place to an excerpt, from one space to another if there are any."""
    dense = len(UNSPACED.findall(text[start : start + EXCERPT])) > EXCERPT // 4
    length = EXCERPT // 2 if dense else EXCERPT
    first = max(0, start - BEFORE)

    if first and (space := SPACE.search(text, first, start)):
        first = space.end()

    last = max(first + length, end)

    if last < len(text):
        spaces = [space.start() for space in SPACE.finditer(text, end, last)]
        last = next((at for at in spaces[-1:] if at > last - length // 4), last)

    return first, min(last, len(text))


def marked(text: str, start: int, end: int, found: list[Hit]) -> Markup:
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


def init_app(app: Flask) -> None:
    """Let ``init-db`` index every post."""

    def drain_all() -> None:
        while drain():
            pass

    app.extensions["flaskr.search_index"] = drain_all

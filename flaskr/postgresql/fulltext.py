"""The search's table of tokens.

PostgreSQL's own ``tsvector`` has no place for the end of a long text (16,383 positions,
of which a Chinese text of 50 kB has more), so a row of ``search_text`` has the tokens
of a post, and an index all different ones. Between two spaces each, tokens that follow
each other are a part of that text. ``keys`` has ``=u7`` for the author, ``=t12`` for a
tag, and the words of the title and the tags again, as ``^word``. Among the different
ones is ``天*`` for what begins with that character.
"""

from collections import Counter
from collections.abc import Iterator
from collections.abc import Sequence

from ..text.query import Phrase
from ..text.ranking import Cursor
from ..text.ranking import Document
from ..text.ranking import ENOUGH_EXACT
from ..text.ranking import EXACT_BONUS
from ..text.ranking import LAST
from ..text.ranking import MAX_BYTES
from ..text.ranking import MAX_ID
from ..text.ranking import MAX_PREFIX_TERMS
from ..text.ranking import MAX_RANKED
from .conditions import Condition
from .conditions import find_beginnings
from .conditions import make_forms
from .conditions import make_without
from .conditions import mark_words
from .conditions import match_all
from .conditions import split_tokens
from .connection import Connection
from .scores import reckon_scores

# Ids among which posts are looked for at first, and then.
WINDOWS = (1000, 4000, 16_000, 64_000)


def join_scores(scores: dict[int, float], back: bool) -> tuple[str, tuple[object, ...]]:
    """SQL that joins the best of some ids to a post ``p``, as ``s`` with ``id`` and
    ``score``, and its parameters; of a page that goes back, the worst."""
    best = sorted(scores, key=lambda id: (scores[id], id), reverse=not back)
    best = best[:MAX_RANKED]
    return (
        "JOIN unnest(?::bigint[], ?::float8[]) AS s (id, score) ON s.id = p.id",
        (best, [float(scores[id]) for id in best]),
    )


def find(
    db: Connection,
    phrases: list[Phrase],
    keys: list[list[str]],
    left_out: list[Phrase],
    cursor: Cursor | None,
) -> dict[int, float]:
    """The scores, by id, of the posts that have all phrases and keys, and none of what
    is left out: of all, or of many those next to the page."""
    without = make_without(left_out)
    number, scores = rank(db, [(p, ()) for p in phrases], keys, without, cursor)

    if number >= ENOUGH_EXACT:
        return scores

    longer = [(phrase, find_prefix_terms(db, phrase)) for phrase in phrases]

    if not any(terms for _, terms in longer):
        return scores

    _, with_prefixes = rank(db, longer, keys, without, cursor)
    return with_prefixes | {id: score + EXACT_BONUS for id, score in scores.items()}


def count_matches(
    db: Connection, phrases: list[Phrase], keys: list[list[str]], left_out: list[Phrase]
) -> int:
    """How many posts :func:`find` finds, up to :data:`MAX_RANKED`."""
    groups = [make_forms(phrase, find_prefix_terms(db, phrase)) for phrase in phrases]
    match = match_all(groups, keys)
    return len(find_newest(db, match, make_without(left_out), 0, None))


def count_token(db: Connection, token: str) -> int:
    """How many posts have a token, up to :data:`MAX_RANKED`."""
    row = db.execute(
        "SELECT least(posts, ?) AS posts FROM search_token WHERE token = ?",
        (MAX_RANKED, token),
    ).fetchone()
    return row["posts"] if row else 0


def rank(
    db: Connection,
    phrases: Sequence[tuple[Phrase, tuple[str, ...]]],
    keys: list[list[str]],
    without: list[Condition],
    cursor: Cursor | None,
) -> tuple[int, dict[int, float]]:
    """How many posts match, up to a bound, and the scores of those to be shown.

    :param phrases: each with longer words any of which will do, too
    """
    groups = [make_forms(phrase, longer) for phrase, longer in phrases]
    match = match_all(groups, keys)
    found = find_newest(db, match, without, 0, None)

    if len(found) < MAX_RANKED:
        forms = [form for group in groups for form in group]
        return len(found), reckon_scores(db, list(found), forms)

    head = [make_forms(phrase, longer, "^") for phrase, longer in phrases]
    first = match_all(head, keys)
    rest = find_newest(db, match, [first, *without], 0, cursor)
    return len(found), rest | find_newest(db, first, without, 1, cursor)


def find_newest(
    db: Connection,
    match: Condition,
    without: list[Condition],
    score: float,
    cursor: Cursor | None,
) -> dict[int, float]:
    """Posts of one score, by their ids: those next to a page, or the newest."""
    (at_score, at_id), back = cursor or ((score, MAX_ID), False)

    if (score < at_score) if back else (score > at_score):
        return {}

    start = at_id if score == at_score else 0 if back else MAX_ID
    query = "SELECT post_id FROM search_text WHERE {} AND post_id > ? AND post_id < ?"
    parts = [match, *without]
    sql = " EXCEPT ".join(query.format(part.sql) for part in parts)
    found: dict[int, float] = {}

    for first, last in windows(db, start, back):
        rows = db.execute(
            # One after the other in their order, all would have to be unpacked.
            f"WITH found AS MATERIALIZED ({sql}) SELECT post_id FROM found"
            f" ORDER BY post_id {'ASC' if back else 'DESC'} LIMIT ?",
            (
                *[p for part in parts for p in (*part.parameters, first, last)],
                MAX_RANKED - len(found),
            ),
        )
        found |= {row["post_id"]: score for row in rows}

        if len(found) == MAX_RANKED:
            break

    return found


def windows(db: Connection, start: int, back: bool) -> Iterator[tuple[int, int]]:
    """Where to look for posts, one place after the other, from an id on: between two
    ids. Of a common word the first one has enough, and the index, which does not know
    the order, need not say all."""
    row = db.execute("SELECT max(post_id) AS id FROM search_text").fetchone()
    newest: int = row["id"] or 0 if row else 0
    at = start if back else min(start, newest + 1)

    for size in WINDOWS:
        end = at + size if back else at - size

        if not 0 < end <= newest:
            break

        yield (at, end) if back else (end, at)
        at = end - 1 if back else end + 1

    yield (at, MAX_ID) if back else (-MAX_ID, at)


def find_prefix_terms(db: Connection, phrase: Phrase) -> tuple[str, ...]:
    """Some of the longer words that a phrase may find by its beginning."""
    if not phrase.is_prefix:
        return ()

    word = phrase.tokens[0]
    rows = db.execute(
        "SELECT token FROM search_token WHERE token > ? AND token < ?"
        " ORDER BY token LIMIT ?",
        (word, word + LAST, MAX_PREFIX_TERMS),
    )
    return tuple(row["token"] for row in rows)


def find_next_word(db: Connection, start: str) -> str | None:
    """The first of all indexed words, sorted, from one on."""
    row = db.execute(
        "SELECT token FROM search_token WHERE token >= ? ORDER BY token LIMIT 1",
        (start,),
    ).fetchone()
    return row["token"] if row else None


def read(db: Connection, public: str, post_id: int) -> tuple[int, str, str] | None:
    """What the public sees of a post: its author, title and body.

    :param public: the tables that have what the public sees, with ``post`` as ``p``
    """
    row = db.execute(
        "SELECT author_id, substr(title, 1, ?) AS title, substr(body, 1, ?) AS body"
        f" FROM {public} WHERE p.id = ?",
        (MAX_BYTES, MAX_BYTES, post_id),
    ).fetchone()

    if row is None:
        return None

    return row["author_id"], cut(row["title"]), cut(row["body"])


def cut(text: str) -> str:
    """As many bytes of a text as are indexed."""
    return text.encode()[:MAX_BYTES].decode("utf-8", "replace")


def read_tags(db: Connection, post_id: int) -> list[tuple[int, str]]:
    """The ids and names of a post's tags: those of a page are not shown."""
    rows = db.execute(
        "SELECT tag.id, tag.name FROM post_tag JOIN tag ON tag.id = tag_id"
        " WHERE post_id = ? AND post_tag.created <> '' ORDER BY post_tag.id",
        (post_id,),
    )
    return [(row["id"], row["name"]) for row in rows]


def write(db: Connection, documents: dict[int, Document | None]) -> None:
    """Index some posts anew; ``None``: no more."""
    posts: Counter[str] = Counter()
    size = number = 0

    for row in db.execute(
        "DELETE FROM search_text WHERE post_id = ANY(?::bigint[])"
        " RETURNING tokens, size",
        (list(documents),),
    ):
        posts.subtract(row["tokens"])
        size -= row["size"]
        number -= 1

    for post_id, document in documents.items():
        if document is not None:
            tokens, length = add(db, post_id, document)
            posts.update(tokens)
            size += length
            number += 1

    count(db, posts, number, size)


def drop_removed(db: Connection, pages: int) -> bool:
    """Nothing is left but what VACUUM removes."""
    return False


def add(db: Connection, post_id: int, document: Document) -> tuple[list[str], int]:
    """Index a post; return all different tokens of it, and the number of all."""
    head = mark_words(f"{document.title} {document.tags}".split(), "^")
    keys = mark_words(document.keys, "=")
    columns = [split_tokens(text) for text in (*document[:3], f"{keys} {head}")]
    size = sum(map(len, columns))
    different = {token for column in columns for token in column}
    beginnings = {part for token in different for part in find_beginnings(token)}
    # Sorted, so that neighbours in the index are written together.
    tokens = sorted(different | beginnings)
    db.execute(
        "INSERT INTO search_text (post_id, title, tags, body, keys, tokens, size)"
        " VALUES (?, ?, ?, ?, ?, ?::text[], ?)",
        (post_id, *["".join(f" {w} " for w in c) for c in columns], tokens, size),
    )
    return tokens, size


def count(db: Connection, changes: Counter[str], posts: int, tokens: int) -> None:
    """Note by how many posts more each token is in, and how many posts and tokens
    there are more. For many posts at once: a row that a transaction changes again and
    again is found among all that it was before."""
    changed = sorted((token, more) for token, more in changes.items() if more)
    db.execute(
        "INSERT INTO search_token (token, posts)"
        " SELECT * FROM unnest(?::text[], ?::bigint[])"
        " ON CONFLICT (token) DO UPDATE"
        " SET posts = search_token.posts + excluded.posts",
        ([token for token, _ in changed], [more for _, more in changed]),
    )
    db.execute(
        "DELETE FROM search_token WHERE token = ANY(?::text[]) AND posts = 0",
        ([token for token, more in changed if more < 0],),
    )
    db.execute(
        "UPDATE search_size SET posts = posts + ?, tokens = tokens + ?", (posts, tokens)
    )

"""The search's table of tokens, FTS5.

A row has the words of a post, divided by spaces, in ``title``, ``tags`` and
``body``. ``keys`` has ``=u7`` for the author, ``=t12`` for a tag, and the words of
the title and the tags again, as ``^word``: a word's posts are read in the order of
their ids until there are enough, and those with it in the title must not be
looked for among all the others.
"""

import json
import sqlite3
import zlib

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
from ..text.ranking import WEIGHTS

# The weights of the columns; none for ``keys``.
BM25 = ", ".join(map(str, (*WEIGHTS, 0)))

# The words of a post of which the index has others, too, until the check mends it.
NOT_ALL = b""

# Sorted before each character that a word can have.
FIRST = "\x01"


def join_scores(scores: dict[int, float], back: bool) -> tuple[str, tuple[str, ...]]:
    """SQL that joins the best of some ids to a post ``p``, as ``s`` with ``id`` and
    ``score``, and its parameters; of a page that goes back, the worst."""
    # Those of the page first: SQLite does not read the bodies of those that follow.
    best = sorted(scores, key=lambda id: (scores[id], id), reverse=not back)
    return (
        "JOIN (SELECT CAST(key AS INTEGER) AS id, value AS score FROM json_each(?)) s"
        " ON s.id = p.id",
        (json.dumps({id: scores[id] for id in best[:MAX_RANKED]}),),
    )


def find(
    db: sqlite3.Connection,
    phrases: list[Phrase],
    keys: list[list[str]],
    left_out: list[Phrase],
    cursor: Cursor | None,
) -> dict[int, float]:
    """The scores, by id, of the posts that have all phrases and keys, and none of what
    is left out: of all, or of many those next to the page."""
    number, scores = rank(
        db, make_matches([(p, ()) for p in phrases], keys, left_out), cursor
    )

    if number >= ENOUGH_EXACT:
        return scores

    longer = [(phrase, find_prefix_terms(db, phrase)) for phrase in phrases]

    if not any(terms for _, terms in longer):
        return scores

    _, with_prefixes = rank(db, make_matches(longer, keys, left_out), cursor)
    return with_prefixes | {id: score + EXACT_BONUS for id, score in scores.items()}


def count_matches(
    db: sqlite3.Connection,
    phrases: list[Phrase],
    keys: list[list[str]],
    left_out: list[Phrase],
) -> int:
    """How many posts :func:`find` finds, up to :data:`MAX_RANKED`."""
    longer = [(phrase, find_prefix_terms(db, phrase)) for phrase in phrases]
    match, _ = make_matches(longer, keys, left_out)
    return len(find_newest(db, match, 0, None))


def count_token(db: sqlite3.Connection, token: str) -> int:
    """How many posts have a token, up to :data:`MAX_RANKED`."""
    return len(find_newest(db, make_expression(Phrase((token,))), 0, None))


def make_matches(
    phrases: list[tuple[Phrase, tuple[str, ...]]],
    keys: list[list[str]],
    left_out: list[Phrase],
) -> tuple[str, str]:
    """FTS5's expressions for posts that have something anywhere, and in the title or
    a tag.

    :param phrases: each with longer words any of which will do, too
    :param keys: lists of which each has one that is needed
    """
    needed = ["(" + " OR ".join(f'"={key}"' for key in any_of) + ")" for any_of in keys]
    without = " OR ".join(make_alternatives(phrase, ()) for phrase in left_out)
    expressions = []

    for mark in ("", "^"):
        forms = [make_alternatives(p, others, mark) for p, others in phrases]
        match = " AND ".join(forms + needed)
        expressions.append(f"({match}) NOT ({without})" if without else match)

    return expressions[0], expressions[1]


def rank(
    db: sqlite3.Connection, matches: tuple[str, str], cursor: Cursor | None
) -> tuple[int, dict[int, float]]:
    """How many posts match, up to a bound, and the scores of those to be shown.

    :param matches: those of :func:`make_matches`
    """
    match, first = matches
    number = len(find_newest(db, match, 0, None))

    if number < MAX_RANKED:
        return number, {
            row["rowid"]: -row["score"]
            for row in db.execute(
                f"SELECT rowid, bm25(search, {BM25}) AS score"
                " FROM search WHERE search MATCH ?",
                (match,),
            )
        }

    rest = f"({match}) NOT ({first})"
    return number, find_newest(db, rest, 0, cursor) | find_newest(db, first, 1, cursor)


def find_newest(
    db: sqlite3.Connection, match: str, score: float, cursor: Cursor | None
) -> dict[int, float]:
    """Posts of one score, by their ids: those next to a page, or the newest."""
    (at_score, at_id), back = cursor or ((score, MAX_ID), False)
    compare, order = (">", "ASC") if back else ("<", "DESC")

    if (score < at_score) if back else (score > at_score):
        return {}

    start = at_id if score == at_score else 0 if back else MAX_ID
    rows = db.execute(
        f"SELECT rowid FROM search WHERE search MATCH ? AND rowid {compare} ?"
        f" ORDER BY rowid {order} LIMIT ?",
        (match, start, MAX_RANKED),
    )
    return {row["rowid"]: score for row in rows}


def make_expression(phrase: Phrase, mark: str = "") -> str:
    """FTS5's expression for a phrase; ``mark`` begins each word."""
    words = " ".join(mark + word for word in phrase.tokens)
    # No word has a quote.
    return f'"{words}"' + " *" * phrase.is_character


def make_alternatives(phrase: Phrase, longer: tuple[str, ...], mark: str = "") -> str:
    """FTS5's expression for a phrase, or what else will do."""
    others = [mark + word for word in (*phrase.others, *longer)]

    # No title has an author.
    if not mark:
        others += [f"={key}" for key in phrase.keys]

    forms = [make_expression(phrase, mark), *(f'"{word}"' for word in others)]
    return "(" + " OR ".join(forms) + ")"


def find_prefix_terms(db: sqlite3.Connection, phrase: Phrase) -> tuple[str, ...]:
    """Some of the longer words that a phrase may find by its beginning."""
    if not phrase.is_prefix:
        return ()

    word = phrase.tokens[0]
    # Each step seeks the next word: reading on would count where it occurs.
    rows = db.execute(
        "WITH RECURSIVE found (term) AS ("
        " SELECT (SELECT term FROM search_word WHERE term >= ?1 || ?4 LIMIT 1)"
        " UNION ALL"
        " SELECT (SELECT term FROM search_word WHERE term >= found.term || ?4"
        "  LIMIT 1) FROM found WHERE term < ?2"
        ") SELECT term FROM found WHERE term < ?2 LIMIT ?3",
        (word, word + LAST, MAX_PREFIX_TERMS, FIRST),
    )
    return tuple(row["term"] for row in rows)


def find_next_word(db: sqlite3.Connection, start: str) -> str | None:
    """The first of all indexed words, sorted, from one on."""
    row = db.execute(
        "SELECT term FROM search_word WHERE term >= ? LIMIT 1", (start,)
    ).fetchone()
    return row["term"] if row else None


def read(
    db: sqlite3.Connection, public: str, post_id: int
) -> tuple[int, str, str] | None:
    """What the public sees of a post: its author, title and body, whatever was
    stored for text.

    :param public: the tables that have what the public sees, with ``post`` as ``p``
    """
    row = db.execute(
        "SELECT author_id, substr(CAST(title AS BLOB), 1, ?1) AS title,"
        " substr(CAST(body AS BLOB), 1, ?1) AS body"
        f" FROM {public} WHERE p.id = ?2",
        (MAX_BYTES, post_id),
    ).fetchone()

    if row is None:
        return None

    return row["author_id"], decode_text(row["title"]), decode_text(row["body"])


def read_tags(db: sqlite3.Connection, post_id: int) -> list[tuple[int, str]]:
    """The ids and names of a post's tags: those of a page are not shown."""
    rows = db.execute(
        "SELECT tag.id, CAST(tag.name AS BLOB) AS name"
        " FROM post_tag JOIN tag ON tag.id = tag_id"
        " WHERE post_id = ? AND post_tag.created <> '' ORDER BY post_tag.id",
        (post_id,),
    )
    return [(row["id"], decode_text(row["name"])) for row in rows]


def decode_text(stored: bytes | None) -> str:
    """A stored text, whatever its bytes are."""
    # SQLite has no part of an empty blob.
    return (stored or b"").decode("utf-8", "replace").replace("\x00", " ")


def write(db: sqlite3.Connection, documents: dict[int, Document | None]) -> None:
    """Index some posts anew; ``None``: no more."""
    for post_id, document in documents.items():
        is_forgotten = remove(db, post_id)

        if document is not None:
            add(db, post_id, document, is_forgotten)


def add(db: sqlite3.Connection, post_id: int, document: Document, only: bool) -> None:
    """Index a post; the words may not be the only ones that the index has of it."""
    *texts, keys = document
    stored = json.dumps([*texts, *keys], ensure_ascii=False).encode()
    db.execute(
        "INSERT INTO search (rowid, title, tags, body, keys) VALUES (?, ?, ?, ?, ?)",
        (post_id, *split_columns(stored)),
    )
    words = zlib.compress(stored, 9) if only else NOT_ALL
    insert = "INSERT INTO search_text (post_id, words) VALUES (?, ?)"
    db.execute(insert, (post_id, words))


def split_columns(stored: bytes) -> tuple[str, str, str, str]:
    """The columns of a row of the index, from what ``search_text`` has of it."""
    title, tags, body, *keys = json.loads(stored)
    head = [f"^{word}" for word in f"{title} {tags}".split()]
    return title, tags, body, " ".join([f"={key}" for key in keys] + head)


def drop_removed(db: sqlite3.Connection, pages: int) -> bool:
    """Merge so many pages of the index, in which words that were removed stand until
    then; return whether there are more."""
    before = db.total_changes
    db.execute("INSERT INTO search (search, rank) VALUES ('merge', ?)", (-pages,))
    # As SQLite's manual counts.
    return db.total_changes - before >= 2


def remove(db: sqlite3.Connection, post_id: int) -> bool:
    """Tell FTS5 which words of a post to forget; return whether none is left."""
    row = db.execute(
        "DELETE FROM search_text WHERE post_id = ? RETURNING words", (post_id,)
    ).fetchone()
    columns = read_columns(row["words"]) if row else None

    if columns:
        db.execute(
            "INSERT INTO search (search, rowid, title, tags, body, keys)"
            " VALUES ('delete', ?, ?, ?, ?, ?)",
            (post_id, *columns),
        )

    return columns is not None or row is None


def read_columns(words: object) -> tuple[str, str, str, str] | None:
    """The columns of a row of the index; ``None`` if what is stored is damaged."""
    try:
        return split_columns(zlib.decompress(words))  # type: ignore[arg-type]
    except (TypeError, ValueError, zlib.error):
        return None

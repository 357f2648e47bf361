"""Whether the search's tables of tokens are whole."""

from ..text.ranking import Document
from .conditions import mark_words
from .conditions import split_tokens
from .connection import Connection


def find_damage(db: Connection) -> str:
    """How the numbers of the tokens differ from what the posts have; empty, if they
    don't."""
    size = db.execute(
        "SELECT (SELECT posts FROM search_size) AS posts,"
        " (SELECT tokens FROM search_size) AS tokens,"
        " count(*) AS found_posts, coalesce(sum(size), 0)::bigint AS found_tokens"
        " FROM search_text"
    ).fetchone()
    assert size

    if (size["posts"], size["tokens"]) != (size["found_posts"], size["found_tokens"]):
        return (
            f"it counts {size['posts']} posts and {size['tokens']} tokens, and has"
            f" {size['found_posts']} and {size['found_tokens']}"
        )

    row = db.execute(
        "SELECT count(*) AS number FROM (SELECT token, count(*) AS posts"
        " FROM search_text, unnest(tokens) AS token GROUP BY token) found"
        " FULL JOIN search_token USING (token)"
        " WHERE found.posts IS DISTINCT FROM search_token.posts"
    ).fetchone()
    number = row["number"] if row else 0
    return f"{number:,} tokens are counted wrongly" if number else ""


def find_indexed(db: Connection) -> tuple[set[int], set[int]]:
    """The ids of the posts that are indexed, and of those that are by one half only,
    as of an engine with two halves."""
    rows = db.execute("SELECT post_id FROM search_text")
    return {row["post_id"] for row in rows}, set()


def is_same(db: Connection, post_id: int, document: Document) -> bool:
    """Whether a post was indexed as it would be now."""
    row = db.execute(
        "SELECT title, tags, body, keys FROM search_text WHERE post_id = ?", (post_id,)
    ).fetchone()
    head = mark_words(f"{document.title} {document.tags}".split(), "^")
    keys = mark_words(document.keys, "=")
    wanted = [
        "".join(f" {word} " for word in split_tokens(text))
        for text in (*document[:3], f"{keys} {head}")
    ]
    return row is not None and [row[name] for name in row.keys()] == wanted


def empty(db: Connection) -> None:
    """Forget all that is indexed, in the transaction of the caller."""
    db.execute("DELETE FROM search_text")
    db.execute("DELETE FROM search_token")
    db.execute("UPDATE search_size SET posts = 0, tokens = 0")

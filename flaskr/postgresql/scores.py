"""What posts are worth: BM25, reckoned step by step as in FTS5, so that the same posts
come in the same order."""

import math

from .conditions import Form
from .connection import Connection

# Of BM25, as FTS5 has them.
K1 = 1.2
B = 0.75

# Posts with a phrase that are counted: more are as common.
MAX_COUNTED = 5000


def reckon_scores(
    db: Connection, ids: list[int], forms: list[Form]
) -> dict[int, float]:
    """The scores of some rows, by the forms that were asked for."""
    counts = [form.weighted_count() for form in forms]
    columns = "".join(f", {c.sql} AS form{n}" for n, c in enumerate(counts))
    rows = db.execute(
        f"SELECT post_id, size{columns} FROM search_text"
        " WHERE post_id = ANY(?::bigint[])",
        [*(p for c in counts for p in c.parameters), ids],
    ).fetchall()
    total = db.execute("SELECT posts, tokens FROM search_size").fetchone()

    if not rows or total is None:
        return {}

    average = total["tokens"] / total["posts"]
    weights = [find_idf(db, form, total["posts"]) for form in forms]
    scores = dict.fromkeys((row["post_id"] for row in rows), 0.0)

    for row in rows:
        for n, idf in enumerate(weights):
            # sum() adds in another way.
            scores[row["post_id"]] += idf * bm25(row[f"form{n}"], row["size"], average)

    return scores


def bm25(count: int, size: int, average: float) -> float:
    """What a form is worth for its weighted number in a text of a size."""
    return count * (K1 + 1) / (count + K1 * (1 - B + B * size / average))


def find_idf(db: Connection, form: Form, posts: int) -> float:
    """How much a form says: the inverse document frequency."""
    having = count_posts(db, form)
    idf = math.log((posts - having + 0.5) / (having + 0.5))
    return idf if idf > 0 else 1e-6


def count_posts(db: Connection, form: Form) -> int:
    """How many posts have a form, up to a bound."""
    if len(form.tokens) == 1 and not form.is_prefix:
        row = db.execute(
            "SELECT posts FROM search_token WHERE token = ?", form.tokens
        ).fetchone()
    else:
        condition = form.condition()
        row = db.execute(
            "SELECT count(*) AS posts FROM (SELECT 1 FROM search_text"
            f" WHERE {condition.sql} LIMIT {MAX_COUNTED}) counted",
            condition.parameters,
        ).fetchone()

    return row["posts"] if row else 0

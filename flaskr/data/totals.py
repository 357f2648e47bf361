"""How much there is in all, for the operator: it takes longer the more there is."""

from ..db import get_db
from . import posts
from .sessions import find_expiry_cutoff

# By what is counted; closed accounts and removed comments are not there any more.
COUNTS = {
    "posts": f"SELECT count(*) AS number FROM {posts.PUBLIC}",
    "people": 'SELECT count(*) AS number FROM "user" WHERE closed IS NULL',
    "comments": "SELECT count(*) AS number FROM comment WHERE removed IS NULL",
}
SESSIONS = "SELECT count(*) AS number FROM session WHERE created > ?"


def count_all() -> dict[str, int]:
    """How many posts are public, and how many people, comments and sessions there
    are."""
    db = get_db()
    counted = {
        name: db.execute(query).fetchone()["number"] for name, query in COUNTS.items()
    }
    row = db.execute(SESSIONS, (find_expiry_cutoff(),)).fetchone()
    return {**counted, "sessions": row["number"]}

"""What the spam filter learns as everything of spammers is taken back."""

from ..db import get_db
from . import cleanup_rows
from . import profiles
from . import spam_filter

# Texts of one person, of each kind, from which the filter learns.
MAX_LEARNED = 20

WRITTEN = {
    "post": "SELECT id, CAST(title AS TEXT) || ' ' || CAST(body AS TEXT) AS words"
    " FROM post WHERE author_id = ? ORDER BY id DESC LIMIT ?",
    "comment": "SELECT id, CAST(body AS TEXT) AS words FROM comment"
    " WHERE author_id = ? AND removed IS NULL ORDER BY id DESC LIMIT ?",
    "waiting": "SELECT id, CAST(body AS TEXT) AS words FROM waiting_comment"
    " WHERE author_id = ? AND cleanup_id IS NULL ORDER BY id DESC LIMIT ?",
}


def learn(cleanup_id: int, user_id: int) -> None:
    """Teach the filter the newest texts of somebody, and what they say of themselves,
    and keep what it knew of them, in the transaction of the caller."""
    db = get_db()

    for kind, statement in WRITTEN.items():
        for row in db.execute(statement, (user_id, MAX_LEARNED)).fetchall():
            learn_one(cleanup_id, f"{kind}:{row['id']}", row["words"])

    if words := profiles.read_words(user_id):
        learn_one(cleanup_id, f"person:{user_id}", words)


def learn_one(cleanup_id: int, subject: str, words: str) -> None:
    """Teach the filter a text, and keep what it knew of that."""
    before = spam_filter.find(subject)
    cleanup_rows.keep(cleanup_id, "spam_decision", subject, before)
    spam_filter.learn(subject, words, is_spam=True)


def forget(cleanup_id: int) -> None:
    """Have the filter know of those texts what it knew before, in the transaction of
    the caller."""
    for subject, before in cleanup_rows.find(cleanup_id, "spam_decision"):
        spam_filter.forget(subject)

        if before:
            spam_filter.add(subject, **before)

"""The spam filter: what people decide about texts, and what that says of others.

The database has hashes of the words. They keep what was removed from being read there
in passing; who has the database, and guesses a word, can find out whether it was used.
"""

import struct
import typing as t
from base64 import b64decode
from base64 import b64encode

from ..db import get_db
from ..db import transaction
from ..text.spam_weights import Counts
from ..text.spam_weights import find_probability
from ..text.spam_weights import find_witnesses
from ..text.spam_weights import THRESHOLD
from ..text.spam_words import EVERY_TEXT
from ..text.spam_words import find_words
from .times import now

# Decisions of a kind that count, the last ones: what spam looks like changes, and a
# flood of it takes nothing from what was welcome.
MAX_DECISIONS = 4000


# Characters at each end of a text that are looked at: more would take too long.
MAX_READ = 10_000


class Verdict(t.NamedTuple):
    """What the filter says of a text: how probably it is spam, from 0 to 1, whether it
    should be looked at, and the words that weighed, the heaviest first; a positive
    weight speaks for spam."""

    probability: float
    is_spam: bool
    words: list[tuple[str, float]]


def learn(subject: str, text: str, is_spam: bool) -> None:
    """Note what somebody decided. Once more for the same subject, it takes the place of
    what was decided before.

    :param subject: what the text is, as ``comment:12``
    """
    words = find_words(shorten(text))
    ids = sorted({EVERY_TEXT, *(id for word in words for id in (word.id, word.group))})

    with transaction():
        forget(subject)
        add(subject, is_spam, now(), pack(ids))


def add(subject: str, is_spam: bool, decided: str, words: str) -> None:
    """Note a decision about a subject of which none is noted.

    :param words: as of :func:`find`
    """
    with transaction() as db:
        added = db.execute(
            "INSERT INTO spam_decision (subject, is_spam, decided, words)"
            " VALUES (?, ?, ?, ?) ON CONFLICT (subject) DO NOTHING",
            (subject, int(is_spam), decided, words),
        )

        # Another request may have been first.
        if added.rowcount == 1:
            count(unpack(words), is_spam, 1)
            forget_oldest(is_spam)


def find(subject: str) -> dict[str, t.Any] | None:
    """What was decided about a subject: ``is_spam``, when it was ``decided``, and what
    stands for its ``words``."""
    row = (
        get_db()
        .execute(
            "SELECT is_spam, CAST(decided AS TEXT) AS decided,"
            " CAST(words AS TEXT) AS words FROM spam_decision WHERE subject = ?",
            (subject,),
        )
        .fetchone()
    )

    if row is None:
        return None

    return {
        "is_spam": bool(row["is_spam"]),
        "decided": row["decided"],
        "words": row["words"],
    }


def forget(subject: str) -> bool:
    """Take back what was decided about a subject, as if it never was; ``False`` if
    nothing was."""
    with transaction() as db:
        row = db.execute(
            "DELETE FROM spam_decision WHERE subject = ?"
            " RETURNING is_spam, CAST(words AS TEXT) AS words",
            (subject,),
        ).fetchone()

        if row is None:
            return False

        count(unpack(row["words"]), bool(row["is_spam"]), -1)
        return True


def forget_oldest(is_spam: bool) -> None:
    """Take back the oldest decisions of a kind of which there are too many, in the
    transaction of the caller."""
    rows = (
        get_db()
        .execute(
            "SELECT CAST(subject AS TEXT) AS subject FROM spam_decision"
            " WHERE is_spam = ? ORDER BY decided DESC, subject LIMIT 100 OFFSET ?",
            (int(is_spam), MAX_DECISIONS),
        )
        .fetchall()
    )

    for row in rows:
        forget(row["subject"])


def count(ids: list[int], is_spam: bool, number: int) -> None:
    """Add to how many texts of a kind had some words, in the transaction of the caller.

    :param ids: in order, so that two requests never wait for each other
    """
    db = get_db()
    numbers = (number, 0) if is_spam else (0, number)
    values = ", ".join(["(?, ?, ?)"] * len(ids))
    db.execute(
        f"INSERT INTO spam_word (hash, spam, ham) VALUES {values}"
        " ON CONFLICT (hash) DO UPDATE SET spam = spam_word.spam + excluded.spam,"
        " ham = spam_word.ham + excluded.ham",
        [value for id in ids for value in (id, *numbers)],
    )

    if number < 0:
        marks = ", ".join("?" * len(ids))
        db.execute(
            f"DELETE FROM spam_word WHERE hash IN ({marks}) AND spam <= 0 AND ham <= 0",
            ids,
        )


def judge(text: str) -> Verdict:
    """What the filter says of a text. It learns nothing from that."""
    words = find_words(shorten(text))
    groups = {EVERY_TEXT, *(word.group for word in words)}
    witnesses = find_witnesses(words, find_counts({word.id for word in words} | groups))
    probability = find_probability(witnesses)
    return Verdict(probability, probability >= THRESHOLD, witnesses)


def shorten(text: str) -> str:
    """The beginning and the end of a long text."""
    is_long = len(text) > 2 * MAX_READ
    return f"{text[:MAX_READ]}\n{text[-MAX_READ:]}" if is_long else text


def find_counts(ids: set[int]) -> Counts:
    """In how many texts of each kind words were that were in any."""
    rows = get_db().execute(
        f"SELECT hash, spam, ham FROM spam_word WHERE hash IN"
        f" ({', '.join('?' * len(ids))})",
        sorted(ids),
    )
    return {row["hash"]: (row["spam"], row["ham"]) for row in rows}


def count_decisions() -> tuple[int, int]:
    """How many texts were decided to be spam, and how many not to be, of those that
    count."""
    return find_counts({EVERY_TEXT}).get(EVERY_TEXT, (0, 0))


def pack(ids: list[int]) -> str:
    """Some ids as text."""
    return b64encode(struct.pack(f">{len(ids)}q", *ids)).decode("ascii")


def unpack(text: str) -> list[int]:
    """The ids that :func:`pack` made a text of."""
    content = b64decode(text)
    return list(struct.unpack(f">{len(content) // 8}q", content))

"""Sessions: a row each, without which a cookie is worth nothing."""

import hashlib
import secrets
from datetime import timedelta

from flask import current_app

from ..db import get_db
from ..db import Row
from ..db import transaction
from ..writers import SHORT_WAIT
from . import applications
from . import people
from .times import format_ago
from .times import now

# How exact ``last_seen`` is. A write for every page that is read would be too
# much to pay for more.
TOUCH_EVERY = timedelta(minutes=10)


# Sessions of one person; logging in once more ends the one that was not seen longest.
MAX_SESSIONS = 100


def start(user_id: int, password_hash: str, address: str, user_agent: str) -> str:
    """Add a session and return its token, for the cookie. The token is worth
    nothing if the password was changed, or the account closed or suspended,
    meanwhile, or if the person waits to be let in."""
    token = secrets.token_urlsafe(32)

    with transaction(is_aside=True) as db:
        remove_expired()
        db.execute(
            "INSERT INTO session (token_hash, user_id, address, user_agent)"
            ' SELECT ?, id, ?, ? FROM "user" u WHERE id = ? AND password = ?'
            " AND NOT EXISTS (SELECT 1 FROM suspension x WHERE x.user_id = u.id)"
            f" AND NOT {applications.WAITS}",
            (hash_token(token), address, user_agent[:300], user_id, password_hash),
        )
        db.execute(
            "DELETE FROM session WHERE user_id = ? AND id NOT IN"
            " (SELECT id FROM session WHERE user_id = ?"
            " ORDER BY last_seen DESC, id DESC LIMIT ?)",
            (user_id, user_id, MAX_SESSIONS),
        )

    return token


def find_user(user_id: int, token: str) -> Row | None:
    """The user of a session that has not ended, with ``session_id``."""
    row: Row | None = (
        get_db()
        .execute(
            f"SELECT u.id, {people.columns('u')},"
            " CAST(password AS TEXT) AS password, CAST(u.role AS TEXT) AS role,"
            " s.id AS session_id,"
            " CAST(last_seen AS TEXT) AS last_seen"
            ' FROM session s JOIN "user" u ON s.user_id = u.id'
            f" {people.join('u')}"
            " WHERE token_hash = ? AND s.user_id = ? AND s.created > ?",
            (hash_token(token), user_id, find_expiry_cutoff()),
        )
        .fetchone()
    )
    return row


def touch(session_id: int, last_seen: str) -> None:
    """Note that a session is in use."""
    if last_seen < format_ago(TOUCH_EVERY):
        with transaction(is_aside=True, seconds=SHORT_WAIT) as db:
            db.execute(
                "UPDATE session SET last_seen = ? WHERE id = ?", (now(), session_id)
            )


def find_all(user_id: int) -> list[Row]:
    """A person's sessions, the last seen first."""
    return (
        get_db()
        .execute(
            "SELECT id, CAST(created AS TEXT) AS created,"
            " CAST(last_seen AS TEXT) AS last_seen, CAST(address AS TEXT) AS address,"
            " CAST(user_agent AS TEXT) AS user_agent FROM session"
            " WHERE user_id = ? AND created > ?"
            " ORDER BY last_seen DESC, id DESC",
            (user_id, find_expiry_cutoff()),
        )
        .fetchall()
    )


def count(user_id: int) -> int:
    """How many sessions a person has."""
    row = (
        get_db()
        .execute(
            "SELECT count(*) AS number FROM session WHERE user_id = ? AND created > ?",
            (user_id, find_expiry_cutoff()),
        )
        .fetchone()
    )
    number: int = row["number"]
    return number


def end(user_id: int, session_id: int) -> None:
    """End one of a person's sessions."""
    with transaction(is_aside=True) as db:
        db.execute(
            "DELETE FROM session WHERE id = ? AND user_id = ?", (session_id, user_id)
        )


def end_others(user_id: int, session_id: int) -> None:
    """End all of a person's sessions but one."""
    with transaction() as db:
        db.execute(
            "DELETE FROM session WHERE user_id = ? AND id <> ?", (user_id, session_id)
        )


def remove_expired() -> int:
    """Delete the sessions that have ended by themselves; return how many."""
    with transaction(is_aside=True) as db:
        return db.execute(
            "DELETE FROM session WHERE created <= ?", (find_expiry_cutoff(),)
        ).rowcount


def hash_token(token: str) -> str:
    """What the database has of a token: its SHA-256 in hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_expiry_cutoff() -> str:
    """The time before which a session has ended, as the database writes times."""
    lifetime: timedelta = current_app.config["PERMANENT_SESSION_LIFETIME"]
    return format_ago(lifetime)

"""Passwords: which are good enough, and the costly hash."""

import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager
from contextlib import contextmanager
from importlib.resources import files

from flask import current_app
from flask import Flask
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.exceptions import TooManyRequests
from werkzeug.security import check_password_hash
from werkzeug.security import generate_password_hash

from .names import name_key

# The least that OWASP's Password Storage Cheat Sheet allows for scrypt; it takes
# 16 MiB and about 0.3 s.
METHOD = "scrypt:16384:8:5"

# Bytes. scrypt reads it all, so there is no reason to allow a novel.
MAX_LENGTH = 1024

# Hashes in hand for one account: a second click on "Log in", and no more.
TURNS_PER_ACCOUNT = 2

# Seconds. People waiting for so long without a pause are a flood, not a rush.
RUSH = 10


def problem_with(password: str, username: str) -> str | None:
    """Why a new password is not good enough, as a sentence; ``None`` if it is."""
    at_least = current_app.config["PASSWORD_MIN_LENGTH"]

    if not password:
        return "Password is required."
    elif current_app.testing:
        # The tutorial's tests register with the password "a".
        return None
    elif len(password) < at_least:
        return (
            f"A password has {at_least} characters at least; this has {len(password)}."
            " Three random words make a good one."
        )
    elif len(password.encode()) > MAX_LENGTH:
        return f"A password has {MAX_LENGTH} bytes at most."
    elif name_key(password) == name_key(username) or password.lower() in common():
        return (
            "That password is among the first that an attacker tries. Three random"
            " words make a good one."
        )
    else:
        return None


def common() -> set[str]:
    # 80 kB and a millisecond, beside the hash: not worth keeping.
    return set((files("flaskr") / "common-passwords.txt").read_text().splitlines())


def hash_password(password: str) -> str:
    """Hash a new password; call it in a :func:`turn`."""
    return generate_password_hash(password, METHOD)


def is_correct(password_hash: str | None, password: str) -> bool:
    """Check a password; call it in a :func:`turn`. With no hash to check, as for
    a name that nobody has, it takes the same time."""
    if password_hash is None:
        hash_password(password)
        return False

    try:
        return check_password_hash(password_hash, password)
    except ValueError:
        # Made by a method that this Python or Werkzeug does not know.
        return False


def is_outdated(password_hash: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return not password_hash.startswith(METHOD + "$")


def turn(account: str) -> AbstractContextManager[None]:
    """Wait until a core may be kept busy for an account.

    :raise HTTPException: 429 or 503 for what can only be a flood
    """
    line: Line = current_app.extensions["flaskr.passwords"]
    return line.turn(account)


class Line:
    """Where hashes wait, so that they leave a core and a thread for the readers.

    A hash keeps a core busy for long enough that a few people who log in without
    pause would stop the blog for everybody.
    """

    def __init__(self) -> None:
        self.cores = max(1, (os.cpu_count() or 1) // 2)
        self.free_cores = threading.BoundedSemaphore(self.cores)
        self.lock = threading.Lock()
        self.turns: Counter[str] = Counter()
        self.waiting_since: float | None = None

    @contextmanager
    def turn(self, account: str) -> Iterator[None]:
        self.join(account)

        try:
            with self.free_cores:
                yield
        finally:
            self.leave(account)

    def join(self, account: str) -> None:
        with self.lock:
            now = time.monotonic()

            if self.turns[account] >= TURNS_PER_ACCOUNT:
                raise TooManyRequests(
                    "A password for this account is just being checked. Wait a second,"
                    " then try again.",
                    retry_after=1,
                )
            elif self.turns.total() < self.cores:
                self.waiting_since = None
            elif self.waiting_since is None:
                self.waiting_since = now
            elif self.turns.total() > self.cores and now - self.waiting_since > RUSH:
                raise ServiceUnavailable(
                    "Too many people are logging in. Wait a few seconds, then try"
                    " again.",
                    retry_after=3,
                )

            self.turns[account] += 1

    def leave(self, account: str) -> None:
        with self.lock:
            self.turns[account] -= 1
            # Names that are not waiting take no memory.
            self.turns += Counter()


def init_app(app: Flask) -> None:
    app.extensions["flaskr.passwords"] = Line()

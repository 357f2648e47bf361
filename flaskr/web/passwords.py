"""Passwords: which are good enough, and the costly hash."""

import os
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager
from contextlib import contextmanager
from importlib.resources import files

from flask import current_app
from flask import Flask
from flask_babel import gettext as _
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.exceptions import TooManyRequests
from werkzeug.security import check_password_hash
from werkzeug.security import generate_password_hash

from ..errors import lazy_gettext
from ..text.names import name_key

# The least that OWASP's Password Storage Cheat Sheet allows for scrypt; it takes
# 16 MiB and about 0.3 s.
HASH_METHOD = "scrypt:16384:8:5"

# Bytes. scrypt reads it all, so there is no reason to allow a novel.
MAX_LENGTH = 1024

# Hashes in hand for one account: a second click on "Log in", and no more.
SLOTS_PER_ACCOUNT = 2

# Hashes in hand of all together, each of which keeps a thread: of the four that a
# server has by default, one is for readers. The last of them is for browsers that are
# known, and what strangers ask for has one of the others, together with those who log
# in again and again.
MAX_HASHES = 3
MAX_OF_STRANGERS = 1

# Seconds that who logs in again and again waits for what a stranger asked for.
MAX_WAIT = 2

# What is no account's: new ones, and all names that nobody has. No name is like them.
REGISTRATIONS = "\nregistrations"
UNKNOWN = "\nunknown"


def compose(password: str) -> str:
    """A password in NFC, in which new ones are hashed, as RFC 8265 has it: keyboards
    differ in how they write an accent or a syllable."""
    # What composes to MAX_LENGTH has no more. Composing takes time that grows with the
    # square of a run of accents.
    if len(password) > 2 * MAX_LENGTH:
        return password

    return unicodedata.normalize("NFC", password)


def find_problem(password: str, username: str) -> str | None:
    """Why a new password is not good enough, as a sentence; ``None`` if it is."""
    at_least = current_app.config["PASSWORD_MIN_LENGTH"]
    password = compose(password)

    if not password:
        return _("Password is required.")
    elif current_app.testing:
        # The tutorial's tests register with the password "a".
        return None
    elif len(password) < at_least:
        return _(
            "Use at least %(least)d characters; this password has %(length)d. Three"
            " random words make a good one.",
            least=at_least,
            length=len(password),
        )
    elif len(password.encode()) > MAX_LENGTH:
        return _(
            "That password is too long. Use %(most)d bytes at most.", most=MAX_LENGTH
        )
    elif (
        name_key(password) == name_key(username)
        or password.lower() in read_common_passwords()
    ):
        return _(
            "That password is too easy to guess. Three random words make a better one."
        )
    else:
        return None


def read_common_passwords() -> set[str]:
    """The passwords that attackers try first, in lower case."""
    # 80 kB and a millisecond, beside the hash: not worth keeping.
    return set(
        (files("flaskr") / "web/common-passwords.txt").read_text("utf-8").splitlines()
    )


def hash_password(password: str) -> str:
    """Hash a new password; call it in a :func:`reserve_slot`."""
    with queue().free_cores:
        return generate_password_hash(compose(password), HASH_METHOD)


def find_correct(password_hash: str | None, password: str) -> str | None:
    """The form in which a typed password is the right one, if it is: as it was typed,
    since older hashes are of that, or composed. Call it in a :func:`reserve_slot`. With
    no hash to check, as for a name that nobody has, it takes the same time."""
    forms = dict.fromkeys((password, compose(password)))
    return next((form for form in forms if is_correct(password_hash, form)), None)


def is_correct(password_hash: str | None, password: str) -> bool:
    """Whether a hash is of a password in this form; of no hash, ``False`` after the
    same time."""
    if password_hash is None:
        hash_password(password)
        return False

    try:
        with queue().free_cores:
            return check_password_hash(password_hash, password)
    except ValueError:
        # Made by a method that this Python or Werkzeug does not know.
        return False


def is_outdated(password_hash: str, password: str) -> bool:
    """Whether a hash, of a password in this form, was made with other parameters than
    today's, or of a form that other keyboards do not write."""
    is_composed = password == compose(password)
    return not (is_composed and password_hash.startswith(HASH_METHOD + "$"))


def reserve_slot(
    account: str, is_known: bool = False, is_frequent: bool = False
) -> AbstractContextManager[None]:
    """A slot among those who will keep a core busy, for an account, or for
    :data:`REGISTRATIONS` or :data:`UNKNOWN`.

    :param is_known: whether it is the account's own browser that asks
    :param is_frequent: whether the account has just logged in several times
    :raise HTTPException: 429 or 503 while the slots are in use
    """
    return queue().slot(account, is_known, is_frequent)


def refuse_concurrent(account: str) -> None:
    """Refuse an attempt at an account that :func:`reserve_slot` would."""
    with queue().lock:
        queue().refuse_concurrent(account)


def queue() -> "HashQueue":
    """That of the current app."""
    hash_queue: HashQueue = current_app.extensions["flaskr.passwords"]
    return hash_queue


class HashQueue:
    """Where hashes wait, so that they leave the readers a core and a thread.

    A hash keeps a core busy for long enough that a few people who log in without
    pause would stop the blog for everybody. What strangers can ask for has a slot of
    its own, and so have the browsers of those who were here before, whom nobody else
    can keep out.
    """

    def __init__(self) -> None:
        self.cores = max(1, (os.cpu_count() or 1) // 2)
        self.free_cores = threading.BoundedSemaphore(self.cores)
        self.lock = threading.Lock()
        self.turn = threading.Condition(self.lock)
        # How many hashes are in hand, by account and whether its browser is known.
        self.slots: Counter[tuple[str, bool]] = Counter()
        # Those of strangers and of frequent accounts.
        self.strangers = 0
        # Which login of a frequent account waits for that slot.
        self.waiting: object | None = None

    @contextmanager
    def slot(
        self, account: str, is_known: bool = False, is_frequent: bool = False
    ) -> Iterator[None]:
        """As :func:`reserve_slot`."""
        is_stranger = not is_known and (
            is_frequent or account in (REGISTRATIONS, UNKNOWN)
        )

        with self.lock:
            if is_stranger and is_frequent:
                self.wait_for_strangers()

            self.refuse_concurrent(account, is_known, is_frequent)
            self.slots[account, is_known] += 1
            self.strangers += is_stranger

            if self.slots.total() >= MAX_HASHES:
                # Who waits keeps a thread, too.
                self.waiting = None
                self.turn.notify_all()

        try:
            yield
        finally:
            with self.lock:
                self.strangers -= is_stranger
                self.slots[account, is_known] -= 1
                # Forget the names of those who have left.
                self.slots += Counter()
                self.turn.notify_all()

    def wait_for_strangers(self) -> None:
        """Wait for what a stranger asked for: registrations in a loop would keep out a
        program that logs in. One waits, as long as nobody else needs its thread."""
        asked = self.slots[REGISTRATIONS, False] or self.slots[UNKNOWN, False]

        if asked and self.waiting is None and self.slots.total() < MAX_HASHES:
            mine = self.waiting = object()

            try:
                self.turn.wait_for(
                    lambda: self.waiting is not mine or not self.strangers, MAX_WAIT
                )
            finally:
                if self.waiting is mine:
                    self.waiting = None

    def count_slots(self) -> int:
        """How many hashes are in hand."""
        with self.lock:
            return self.slots.total()

    def refuse_concurrent(
        self, account: str, is_known: bool = False, is_frequent: bool = False
    ) -> None:
        """Refuse another hash for somebody whose slots are in use.

        :raise HTTPException: then
        """
        others = sum(n for (_, known), n in self.slots.items() if not known)
        is_full = others >= MAX_HASHES - 1
        no_strangers = bool(self.waiting) or self.strangers >= MAX_OF_STRANGERS
        is_in_use = self.slots[account, is_known] >= SLOTS_PER_ACCOUNT

        if account in (REGISTRATIONS, UNKNOWN):
            is_in_use = no_strangers

        if account == REGISTRATIONS and is_in_use:
            raise ServiceUnavailable(
                lazy_gettext(
                    "Other people are registering right now. Try again in a few"
                    " seconds."
                ),
                retry_after=2,
            )
        elif is_in_use:
            raise TooManyRequests(
                lazy_gettext(
                    "Another login to this account is being checked right now. Try"
                    " again in a second."
                ),
                retry_after=1,
            )
        elif self.slots.total() >= MAX_HASHES or (
            not is_known and (is_full or (is_frequent and no_strangers))
        ):
            raise ServiceUnavailable(
                lazy_gettext(
                    "Other people are logging in right now. Try again in a few seconds."
                ),
                retry_after=2,
            )


def init_app(app: Flask) -> None:
    """Give the app its queue."""
    app.extensions["flaskr.passwords"] = HashQueue()

"""What a person may be called; knows nothing of Flask or the database."""

import unicodedata

MAX_LENGTH = 32


def clean(name: str) -> str:
    """A typed name as it is stored: in NFKC, with single spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).split())


def name_key(name: str) -> str:
    """What two names share that differ in case or in compatibility forms only,
    as ``Ａlice`` and ``alice``."""
    # Folding case can undo the normal form (UAX #15, section 5).
    return unicodedata.normalize("NFKC", clean(name).casefold())


def problem_with(name: str) -> str | None:
    """Why a clean name can't be taken, as a sentence; ``None`` if it can."""
    if not name:
        return "Username is required."
    elif len(name) > MAX_LENGTH:
        return f"A username has {MAX_LENGTH} characters at most; this has {len(name)}."
    elif not all(map(is_visible, name)):
        return "A username can’t have invisible or text-direction characters."
    else:
        return None


def is_visible(character: str) -> bool:
    # C: control, format (all bidirectional controls), surrogate, private and
    # unassigned; Z: separators other than the space.
    return character == " " or unicodedata.category(character)[0] not in "CZ"

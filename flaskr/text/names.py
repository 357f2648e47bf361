"""Names of people and tags: how they are stored and compared."""

import re
import unicodedata

MAX_LENGTH = 32

# What nobody types as a name is cut here, before it costs time.
MAX_TYPED = 1000

# Letters, marks and symbols to Unicode, and nothing to see: fillers, joiners,
# variation selectors, and empty Braille.
INVISIBLE_LETTERS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0100-\U000e01ef]"
)


def clean(name: str) -> str:
    """A typed name as it is stored: in NFKC, with single spaces."""
    # Normalizing takes time that grows with the square of a run of accents.
    return " ".join(unicodedata.normalize("NFKC", name[:MAX_TYPED]).split())


def name_key(name: str) -> str:
    """What two names share that differ in case or in compatibility forms only,
    as ``Ａlice`` and ``alice``."""
    # Folding case can undo the normal form (UAX #15, section 5).
    return unicodedata.normalize("NFKC", clean(name).casefold())


def is_visible(character: str) -> bool:
    """Whether a character has something to see, by its Unicode category; a space has
    nothing."""
    # C: control, format (all bidirectional controls), surrogate, private and
    # unassigned; Z: separators.
    category = unicodedata.category(character)
    return category[0] not in "CZ" and not INVISIBLE_LETTERS.match(character)

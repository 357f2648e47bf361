"""The first letter of a name, as people read it, and a hue of its own."""

import unicodedata
import zlib

from .graphemes import is_joined
from .names import name_key

# Code points of one letter: a name may have a hundred accents on it.
MAX_LENGTH = 8

# Signs that join a letter to the next in the scripts of India (UAX 29, rule GB9c).
VIRAMAS = "\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d"


def find_initial(name: str) -> str:
    """The first letter of a name with all that is on it, or the first sign: a
    grapheme cluster of UAX 29. Upper-case, where that is one letter, too."""
    name = unicodedata.normalize("NFC", name)
    # What opens a quotation or a bracket says nothing of the name.
    starts = (i for i, c in enumerate(name) if unicodedata.category(c)[0] in "LNS")
    start = next(starts, 0)
    end = start + 1

    while end < len(name) and end - start < MAX_LENGTH and goes_on(name, start, end):
        end += 1

    letter = name[start:end]
    # As in a title: Georgian has capitals for whole words only.
    title = letter.title()
    return title if len(title) == len(letter) else letter


def goes_on(text: str, start: int, end: int) -> bool:
    """Whether the letter of a text that begins at ``start`` has the character at
    ``end``, too."""
    before, character = text[end - 1], text[end]
    return (
        is_joined(before + character)
        or "\U000e0020" <= character <= "\U000e007f"  # flags of parts of countries
        or (before in VIRAMAS and unicodedata.category(character) == "Lo")
        or (end == start + 1 and is_regional(before) and is_regional(character))
    )


def is_regional(character: str) -> bool:
    """Whether it is half of a flag."""
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def find_hue(name: str) -> int:
    """A hue for a name, whatever its case, in degrees."""
    return zlib.crc32(name_key(name).encode("utf-8", "replace")) % 360

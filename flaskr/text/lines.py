"""The lines of a text, and the characters that no text has."""

import re

# What HTML must not have: controls, halves of characters, and none at all.
NO_CHARACTERS = "".join(
    chr(plane | last)
    for plane in range(0, 0x11_0000, 0x1_0000)
    for last in (0xFFFE, 0xFFFF)
)
FORBIDDEN = re.compile(
    f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{NO_CHARACTERS}]"
)


def clean_lines(text: str) -> str:
    """A text whose lines end alike, in LF, and without NUL, which no database has."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")

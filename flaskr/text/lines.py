"""The lines of a text."""


def clean_lines(text: str) -> str:
    """A text whose lines end alike, in LF, and without NUL, which no database has."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")

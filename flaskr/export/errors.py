"""What is wrong with an export."""

from ..errors import NotReadable as NotReadable


def at(name: str, line: int, what: str) -> NotReadable:
    """What to raise for something in a line of a file."""
    return NotReadable(f"{name}, line {line}: {what}")

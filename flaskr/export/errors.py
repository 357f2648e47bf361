"""What is wrong with an export."""


class NotReadable(Exception):
    """A sentence that says what is wrong, and in which file and line."""


def at(name: str, line: int, what: str) -> NotReadable:
    """What to raise for something in a line of a file."""
    return NotReadable(f"{name}, line {line}: {what}")

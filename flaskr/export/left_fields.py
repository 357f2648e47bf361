"""What other programs added to the files of posts, and import leaves."""

from .front_matter import Document
from .post_files import FIELDS

# Fields that are named, and characters of the name of one.
MAX_NAMED = 3
MAX_NAME = 40


class LeftFields:
    """Fields that export does not write: how many there are, and where some are."""

    def __init__(self) -> None:
        self.number = 0
        self.places: list[str] = []

    def add(self, name: str, document: Document) -> None:
        """Note those of a file."""
        for field, line in document.lines.items():
            if field in FIELDS:
                continue

            self.number += 1

            if self.number <= MAX_NAMED:
                self.places.append(f"{field[:MAX_NAME]!r} ({name}, line {line})")

    def describe(self) -> str:
        """A sentence, or the empty string if there are none."""
        if not self.number:
            return ""

        more = ", …" * (self.number > MAX_NAMED)
        return (
            "Import leaves what other programs added to posts:"
            f" {', '.join(self.places)}{more}."
        )

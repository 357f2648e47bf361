"""Blocks of WordPress whose text stands elsewhere in an export."""

import json
import re
from collections.abc import Iterable

COMMENT = re.compile(r"<!--((?:(?!-->|<!--).)*)-->", re.DOTALL)
REUSED = re.compile(r"\s*wp:(?:core/)?block\s.*/\Z", re.DOTALL)
REFERENCE = re.compile(r'"ref"\s*:\s*(\d{1,18})')
FOOTNOTES = re.compile(r"<!--\s*wp:(?:core/)?footnotes\s[^<>]*-->")
# The number of a footnote in a text.
NUMBER = re.compile(r"<sup\b[^<>]*>\s*<a\s([^<>]*)>[^<>]*</a>\s*</sup>", re.IGNORECASE)
TARGET = re.compile(r"\bhref\s*=\s*[\"']#([\w-]{1,100})[\"']", re.IGNORECASE)
LINK = re.compile(r"<a\b([^<>]*)>[^<>]*</a>", re.IGNORECASE)

# Blocks within each other; characters of all that is shown in a text.
MAX_DEPTH = 10
MAX_SHOWN = 2_000_000


class Reused:
    """The blocks that many texts show, by their ids."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    def show(self, text: str) -> str:
        """A text with the blocks that it shows; those that the export does not have,
        and those that are too much, stay as they were."""
        room = MAX_SHOWN

        def expand(text: str, passed: tuple[str, ...]) -> str:
            def replace(match: re.Match[str]) -> str:
                nonlocal room
                found = REUSED.match(match[1]) and REFERENCE.search(match[1])
                id = found[1] if found else ""
                shown = self.texts.get(id)

                if shown is None or id in passed or len(passed) >= MAX_DEPTH:
                    return match[0]
                elif (room := room - len(shown)) < 0:
                    return match[0]

                return expand(shown, (*passed, id))

            return COMMENT.sub(replace, text)

        return expand(text, ())


def add_footnotes(text: str, values: Iterable[str]) -> str:
    """A text with its footnotes at the end, which WordPress keeps beside it."""
    notes = [note for value in values for note in read_footnotes(value)]

    if not notes:
        return text

    numbers = {id: number for number, (id, _) in enumerate(notes, 1)}

    def replace(match: re.Match[str]) -> str:
        target = TARGET.search(match[1])
        number = numbers.get(target[1]) if target else None
        return f'<a href="#_ftn{number}">[{number}]</a>' if number else match[0]

    below = (
        f'<p><a id="_ftn{number}" href="#_ftnref{number}">[{number}]</a> {note}</p>'
        for number, (_, note) in enumerate(notes, 1)
    )
    text = FOOTNOTES.sub("", NUMBER.sub(replace, text))
    return "\n\n".join([text, *below])


def read_footnotes(value: str) -> list[tuple[str, str]]:
    """The ids and the HTML of footnotes; none if they can't be read."""
    try:
        rows = json.loads(value)
        return [(str(row["id"]), str(row["content"])) for row in rows]
    except (ValueError, TypeError, KeyError, RecursionError):
        return []


def drop_buttons(text: str) -> str:
    """A text without the buttons beside links to files, which lead to the same."""
    return LINK.sub(
        lambda match: "" if "wp-block-file__button" in match[1] else match[0], text
    )

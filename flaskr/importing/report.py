"""What was taken, changed and left: each by its name, for people and as JSON."""

import json
import re
import typing as t
from collections import Counter
from collections import defaultdict
from pathlib import Path

from .links import NOWHERE

# Characters of a name or an address.
MAX_NAME = 200

# Names of one kind that are kept, and that are shown.
MAX_KEPT = 100_000
MAX_SHOWN = 5


class Item(t.NamedTuple):
    """What became of a text, an image or a person."""

    kind: str
    name: str


class Report:
    """The whole of it, as it grows."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.before: Counter[str] = Counter()
        self.changed: dict[str, list[Item]] = defaultdict(list)
        self.left: dict[str, list[Item]] = defaultdict(list)
        self.counts: Counter[tuple[str, str]] = Counter()
        # Names of accounts, by who they were.
        self.people: dict[str, str] = {}
        self.notes: list[str] = []

    def take(self, kind: str, number: int = 1) -> None:
        """Count what was taken."""
        if number:
            self.taken[kind] += number

    def know(self, kind: str, number: int = 1) -> None:
        """Count what was taken before."""
        if number:
            self.before[kind] += number

    def change(self, kind: str, name: str, what: str) -> None:
        """Note what was taken otherwise than it was."""
        self.keep(self.changed, "changed", kind, name, what)

    def leave(self, kind: str, name: str, why: str) -> None:
        """Note what was not taken."""
        self.keep(self.left, "left", kind, name, why)

    def keep(
        self,
        where: dict[str, list[Item]],
        title: str,
        kind: str,
        name: str,
        sentence: str,
    ) -> None:
        """Count a sentence, and keep whom it is about, as far as memory has a bound."""
        sentence = " ".join(sentence.split())[:MAX_NAME]
        self.counts[title, sentence] += 1

        if len(where[sentence]) < MAX_KEPT:
            # People know no such host: of its addresses, they know the paths.
            where[sentence].append(Item(kind, shorten(name.replace(NOWHERE, ""))))

    def note(self, sentence: str) -> None:
        """Say something of all of it, once."""
        if sentence not in self.notes:
            self.notes.append(sentence)

    def describe(self, is_dry: bool) -> str:
        """What people read, a line for each sort."""
        done = "Would be taken" if is_dry else "Taken"
        lines = [f"{done}: {list_counts(self.taken) or 'nothing'}."]

        if self.before:
            lines.append(f"Taken before: {list_counts(self.before)}.")

        for title, where in (("Changed", self.changed), ("Left", self.left)):
            for sentence, items in where.items():
                number = self.counts[title.lower(), sentence]
                lines.append(f"{title}: {describe_group(sentence, items, number)}")

        return "\n".join([*lines, *self.describe_people(is_dry), *self.notes])

    def describe_people(self, is_dry: bool) -> list[str]:
        """What is said of the accounts that were made for those who wrote posts."""
        if not self.people:
            return []

        first = next(iter(self.people.values()))
        made = (
            "Accounts that would be made" if is_dry else "Accounts without a password"
        )
        names = ", ".join(
            name if old == name else f"{name} (was {shorten(old)})"
            for old, name in self.people.items()
        )
        lines = [f"{made}: {names}."]

        if is_dry:
            return [*lines, "To give their posts to others: --author OLD=NAME"]

        return [
            *lines,
            f'To let one in: flask --app flaskr reset-password "{first}"',
        ]

    def write(self, path: Path, is_dry: bool) -> None:
        """Write all of it as JSON.

        :raise OSError: if that can't be
        """
        content = {
            "dry_run": is_dry,
            "taken": self.taken,
            "taken_before": self.before,
            "changed": self.list_all(self.changed, "changed"),
            "left": self.list_all(self.left, "left"),
            "people": self.people,
            "notes": self.notes,
        }
        text = json.dumps(content, ensure_ascii=False, indent=2)
        path.write_text(text + "\n", "utf-8", "backslashreplace")

    def list_all(
        self, where: dict[str, list[Item]], title: str
    ) -> list[dict[str, object]]:
        """What has the same sentence, with its number."""
        return [
            {
                "why": sentence,
                "number": self.counts[title, sentence],
                "items": [item._asdict() for item in items],
            }
            for sentence, items in where.items()
        ]


def shorten(name: str) -> str:
    """A name in one line that is not too long."""
    # What moves the cursor of a terminal, say.
    printable = (c if c.isprintable() else "\ufffd" for c in " ".join(name.split()))
    line = "".join(printable)
    return line if len(line) <= MAX_NAME else f"{line[: MAX_NAME - 1]}…"


def list_counts(counts: Counter[str]) -> str:
    """Numbers of things: ``2 posts, 1 comment``."""
    return ", ".join(describe_number(number, kind) for kind, number in counts.items())


def describe_number(number: int, kind: str) -> str:
    """A number of things, in words."""
    return f"{number:,} {kind if number == 1 else make_plural(kind)}"


def make_plural(kind: str) -> str:
    """What several of a kind are called, which another blog may have named."""
    if kind == "person":
        return "people"
    elif kind.endswith("s"):
        return kind

    return re.sub(r"(?<=[^aeiou])y\Z", "ie", kind) + "s"


def describe_group(sentence: str, items: list[Item], number: int) -> str:
    """What has the same sentence, with some names."""
    kinds = Counter(item.kind for item in items)
    what = list_counts(kinds) if len(items) == number else f"{number:,}"
    names = "; ".join(item.name for item in items[:MAX_SHOWN] if item.name)
    more = f"; and {number - MAX_SHOWN:,} more" if number > MAX_SHOWN else ""
    return f"{what}: {sentence}" + (f" ({names}{more})" if names else "")

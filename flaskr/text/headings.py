"""The headings of a text: their levels, their ids, and what leads to them."""

import typing as t
from collections import Counter
from unicodedata import category
from unicodedata import normalize
from xml.etree.ElementTree import Element

MAX_SLUG = 80  # characters

TAGS = ("h1", "h2", "h3", "h4", "h5", "h6")


class Heading(t.NamedTuple):
    """A heading of a text: its level on the page, its id there, and its text."""

    level: int
    id: str
    text: str


class Outline:
    """The headings of one text, in their order."""

    def __init__(self, highest: int) -> None:
        """:param highest: the level on the page of the highest heading of the text"""
        self.highest = highest
        self.headings: list[Heading] = []
        self.above: list[int] = []  # the levels in the text that are open
        self.ids: dict[str, str] = {}  # by the fragments that lead there
        self.slug_counts: Counter[str] = Counter()
        self.github_counts: Counter[str] = Counter()

    def add(self, tag: str, text: str) -> Heading:
        """The next heading: one level below the one that it is under."""
        level = int(tag[1])

        while self.above and self.above[-1] >= level:
            self.above.pop()

        self.above.append(level)
        on_page = min(self.highest + len(self.above) - 1, 6)
        heading = Heading(on_page, f"h-{self.make_slug(text)}", text)
        self.headings.append(heading)
        return heading

    def make_slug(self, text: str) -> str:
        """A slug of a heading that is unique in the text; from now on, ``#slug``,
        ``#h-slug`` and what GitHub calls it lead to the heading."""
        lower = fold(text)
        # What makes an emoji of a sign is no letter.
        first = "-".join(keep(lower.replace("\ufe0f", "")).split())[:MAX_SLUG].rstrip(
            "-"
        )
        slug = first

        while not slug or slug in self.ids:
            self.slug_counts[first] += 1
            slug = f"{first}-{self.slug_counts[first]}".strip("-")

        self.ids[slug] = self.ids[f"h-{slug}"] = f"h-{slug}"
        self.ids.setdefault(self.make_github_anchor(lower), f"h-{slug}")
        return slug

    def make_github_anchor(self, lower: str) -> str:
        """As GitHub makes the ids of headings: each space becomes a hyphen, and one
        that has been there gets a number."""
        anchor = keep(lower.strip()).replace(" ", "-")
        number = self.github_counts[anchor]
        self.github_counts[anchor] += 1
        return f"{anchor}-{number}" if number else anchor

    def find_id(self, fragment: str) -> str | None:
        """The id that a fragment leads to, as typed or in small letters."""
        return self.ids.get(fragment) or self.ids.get(fold(fragment))


def fold(text: str) -> str:
    """A text in small letters, each with its accents in one character if there is
    one."""
    return normalize("NFC", text.lower())


def keep(text: str) -> str:
    """The letters of a text with their vowel signs and accents, its digits, spaces,
    hyphens and underscores."""
    return "".join(
        character
        for character in text
        if character.isalnum()
        or character in " -_"
        or category(character) in ("Mn", "Mc")
    )


def find_headings(tree: Element) -> t.Iterator[Element]:
    """Yield the headings of a tree."""
    return (element for element in tree.iter() if element.tag in TAGS)

"""Words and domains that an operator does not want, found in a text however they are
written."""

import re
from collections.abc import Iterable

from .compounds import find_compounds
from .extract import extract_text
from .hosts import find_host
from .hosts import find_targets
from .hosts import fold_host
from .hosts import show_plain
from .markdown import read
from .tokens import fold
from .tokens import Token
from .tokens import tokenize
from .tokens import UNSPACED
from .tokens import UNSPACED_RANGES

# A domain: labels of any script, with no space between them.
DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,24}")

# What parts two characters of a script without spaces, for no reader.
PARTING = re.compile(
    rf"(?<=[{UNSPACED_RANGES}])[\s*·・._|\\/~^+-]{{1,3}}(?=[{UNSPACED_RANGES}])"
)

SCHEME = re.compile(r"[a-z]+://", re.IGNORECASE)

# Sequences of folded words, by the first of them.
Places = dict[str, list[int]]


class Searched:
    """A text in which words and domains are looked for."""

    def __init__(self, text: str) -> None:
        tree = read(text)
        shown = extract_text(tree)
        targets = find_targets(tree)
        # As typed too: nobody sees code or titles as links, but they can be read.
        self.hosts = fold_host("\n".join((*map(find_host, targets), shown, text)))
        plain = PARTING.sub("", shown)
        tokens = list(tokenize(plain))
        self.words = [spell(token) for token in tokens]
        self.compounds = {spell(token) for token in find_compounds(plain, tokens)}
        self.places: Places = {}

        for at, word in enumerate(self.words):
            self.places.setdefault(word, []).append(at)

    def has(self, blocked: str) -> bool:
        """Whether a word, a phrase or a domain is in it."""
        domain = fold_host(SCHEME.sub("", blocked.strip())).strip("./*")

        if DOMAIN.fullmatch(domain):
            return self.has_domain(domain.removeprefix("www."))

        return self.has_words(blocked)

    def has_domain(self, domain: str) -> bool:
        """Whether a folded domain is in it, or one below it."""
        # Other scripts go on before and after an address; a label of one may end so.
        begins = r"(?<![a-z0-9_-])" if domain[0].isascii() else ""
        pattern = begins + re.escape(domain) + r"(?![a-z0-9_-]|\.[a-z0-9])"
        return domain in self.hosts and re.search(pattern, self.hosts) is not None

    def has_words(self, blocked: str) -> bool:
        """Whether words are in it, one after the other, or as one."""
        tokens = list(tokenize(blocked))
        words = [spell(token) for token in tokens]

        if not words:
            return blocked.strip() != "" and fold(blocked.strip()) in self.hosts

        if len(words) == 1 and UNSPACED.fullmatch(words[0]):
            return any(word.startswith(words[0]) for word in self.places)

        if ends_run(tokens):
            # The last character of a run alone, which may go on here.
            del words[-1]

        forms = {spell(token) for token in find_compounds(blocked, tokens)}
        forms |= set(words) if len(words) == 1 else set()
        return bool(
            forms & self.compounds or forms & self.places.keys()
        ) or self.has_sequence(words)

    def has_sequence(self, words: list[str]) -> bool:
        """Whether words are in it, one after the other."""
        return any(
            self.words[at : at + len(words)] == words
            for at in self.places.get(words[0], ())
        )


def spell(token: Token) -> str:
    """A folded word, with letters of ASCII for those that look like them."""
    return show_plain(token.text)


def ends_run(tokens: list[Token]) -> bool:
    """Whether the last token is the last character of a run of several."""
    return (
        len(tokens) > 1
        and tokens[-1].end == tokens[-2].end
        and bool(UNSPACED.match(tokens[-1].text))
    )


def find_blocked(text: str, blocked: Iterable[str]) -> list[str]:
    """Which of some words, phrases and domains a text has, as they are in the list.
    Case, width, accents, traditional characters, and letters that look like others make
    no difference; a domain is found in links too, with all that are below it."""
    entries = list(blocked)

    if not entries:
        return []

    searched = Searched(text)
    return [entry for entry in entries if searched.has(entry)]

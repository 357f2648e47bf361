"""Words that are written in parts, as one: dont for don't, email for e-mail."""

from collections.abc import Iterable
from collections.abc import Iterator

from .tokens import MAX_LENGTH
from .tokens import Token
from .tokens import UNSPACED

APOSTROPHES = "'’"
JOINERS = APOSTROPHES + "-‐."

# Of a word that has lost its end before a vowel, as in l'été and qu'elle: nobody
# writes lété.
ELIDED = frozenset(["c", "d", "j", "l", "m", "n", "s", "t", "qu"])


def find_compounds(text: str, tokens: Iterable[Token]) -> Iterator[Token]:
    """Yield what two words are together with one of :data:`JOINERS` between them, and
    letters with points: ``usa`` for U.S.A.

    :param tokens: those of the text
    """
    group: list[Token] = []

    for token in tokens:
        if group and group[-1].end + 1 == token.start and is_joined(text, group, token):
            group.append(token)
            continue

        if len(group) > 1:
            yield from join_group(text, group)

        group = [token]

    yield from join_group(text, group)


def is_joined(text: str, group: list[Token], token: Token) -> bool:
    """Whether a joiner is between the last of some words and another one, of scripts
    with spaces both."""
    return text[token.start - 1] in JOINERS and all(
        text[word.start].isalnum() and not UNSPACED.match(text, word.start)
        for word in (group[-1], token)
    )


def join_group(text: str, group: list[Token]) -> Iterator[Token]:
    """Yield the compounds of words in a row that are joined."""
    if len(group) > 2 and all(len(word.text) == 1 for word in group):
        whole = "".join(word.text for word in group[:MAX_LENGTH])

        if whole.isalpha():
            yield Token(whole, group[0].start, group[-1].end)

        return

    for first, second in zip(group, group[1:], strict=False):
        if is_compound(text[first.end], first.text, second.text):
            whole = (first.text + second.text)[:MAX_LENGTH]
            yield Token(whole, first.start, second.end)


def is_compound(joiner: str, first: str, second: str) -> bool:
    """Whether two words with a joiner between them are written as one, too."""
    if joiner in APOSTROPHES:
        return first not in ELIDED

    digits = first[-1].isdecimal() + second[0].isdecimal()
    return digits == 0 if joiner == "." else digits < 2

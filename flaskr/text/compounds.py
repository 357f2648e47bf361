"""Words that are written in parts, as one: dont for don't, email for e-mail, python3
for python3.12."""

import re
from collections.abc import Iterable
from collections.abc import Iterator

from .tokens import APOSTROPHES
from .tokens import MAX_LENGTH
from .tokens import Token
from .tokens import UNSPACED

APOSTROPHE = re.compile(f"[{APOSTROPHES}]")
JOINER = re.compile(f"[{APOSTROPHES}.\\-‐‑]")

# Of a word that has lost its end before a vowel, as in l'été and qu'elle: nobody
# writes lété.
ELIDED = frozenset(["c", "d", "j", "l", "m", "n", "s", "t", "qu"])


def find_compounds(text: str, tokens: Iterable[Token]) -> Iterator[Token]:
    """Yield what two words are together with a joiner between them, or a word with the
    first number of a version; several with apostrophes, as rock'n'roll; and letters
    with points: ``usa`` for U.S.A.

    :param tokens: those of the text
    """
    group: list[Token] = []

    for token in tokens:
        if group and group[-1].end + 1 == token.start and is_joined(text, group, token):
            group.append(token)
            continue

        if len(group) > 1:
            yield from join_group(text, group)

        if group and is_version(text, group[-1], token):
            yield join([group[-1], token])

        group = [token]

    yield from join_group(text, group)


def is_joined(text: str, group: list[Token], token: Token) -> bool:
    """Whether a joiner is between the last of some words and another one, of scripts
    with spaces both."""
    return bool(JOINER.match(text, token.start - 1)) and all(
        text[word.start].isalnum() and not UNSPACED.match(text, word.start)
        for word in (group[-1], token)
    )


def is_version(text: str, word: Token, number: Token) -> bool:
    """Whether a number follows a word of a script with spaces at once: tokenize() parts
    them where a point follows the number."""
    return (
        word.end == number.start
        and text[number.start].isdecimal()
        and text[word.end - 1].isalpha()
        and not UNSPACED.match(text, word.end - 1)
    )


def join(words: list[Token]) -> Token:
    """Words as one."""
    whole = "".join(word.text for word in words[:MAX_LENGTH])[:MAX_LENGTH]
    return Token(whole, words[0].start, words[-1].end)


def join_group(text: str, group: list[Token]) -> Iterator[Token]:
    """Yield the compounds of words in a row that are joined."""
    if len(group) > 2 and all(len(word.text) == 1 for word in group):
        if (whole := join(group)).text.isalpha():
            yield whole

        return

    for first, second in zip(group, group[1:], strict=False):
        if is_compound(text[first.end], first.text, second.text):
            yield join([first, second])

    if (
        len(group) > 2
        and group[0].text not in ELIDED
        and all(APOSTROPHE.match(text, word.end) for word in group[:-1])
    ):
        yield join(group)


def is_compound(joiner: str, first: str, second: str) -> bool:
    """Whether two words with a joiner between them are written as one, too."""
    if APOSTROPHE.match(joiner):
        return first not in ELIDED

    digits = first[-1].isdecimal() + second[0].isdecimal()
    return digits == 0 if joiner == "." else digits < 2

"""Words that are spelled nearly as another one."""

import typing as t

# Letters of a word that may be misspelled.
MAX_LENGTH = 20

# By the number of mistakes: letters that such a word has at least, and how many of the
# first ones are right. That keeps the steps few.
MISTAKES = {1: (4, 1), 2: (8, 3)}

# Words that are looked up for one that is misspelled, however many there are.
MAX_STEPS = 400

# Finds the first of all words, sorted, from one on.
FindNext = t.Callable[[str], str | None]


def find_near(word: str, find_next: FindNext) -> list[str]:
    """Words that have one letter more, less or another one, or two in the other order;
    of a long word without any, those with two mistakes. The first letters are the
    same."""
    for mistakes, (min_length, kept) in MISTAKES.items():
        if min_length <= len(word) <= MAX_LENGTH:
            swapped = {w for w in swap_letters(word) if find_next(w) == w}
            near = swapped.union(walk(word, mistakes, kept, find_next))

            if near:
                return sorted(near)

    return []


def swap_letters(word: str) -> set[str]:
    """What becomes of a word when two letters change places."""
    return {
        word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        for at in range(1, len(word) - 1)
    } - {word}


def walk(word: str, mistakes: int, kept: int, find_next: FindNext) -> t.Iterator[str]:
    """Yield the words up to a Levenshtein distance with the same first letters, passing
    over all between which can be none."""
    start: str | None = word[:kept]

    for _ in range(MAX_STEPS):
        found = find_next(start) if start else None

        if found is None or found[:kept] != word[:kept]:
            break

        rows = make_rows(word, found, mistakes)

        if len(rows) > len(found) and rows[-1][-1] <= mistakes:
            yield found

        start = find_start(word, found, rows, mistakes)


def make_rows(word: str, other: str, most: int) -> list[list[int]]:
    """The distances of each beginning of another word to each beginning of a word, up
    to the beginning from which on all are too far."""
    rows = [list(range(len(word) + 1))]

    for letter in other:
        row = [rows[-1][0] + 1]

        for at, expected in enumerate(word):
            row.append(
                min(
                    row[at] + 1,
                    rows[-1][at + 1] + 1,
                    rows[-1][at] + (letter != expected),
                )
            )

        if min(row) > most:
            break

        rows.append(row)

    return rows


def find_start(word: str, found: str, rows: list[list[int]], most: int) -> str | None:
    """Where the next word can be that is near, after one that was found; ``None`` if
    nowhere."""
    length = len(rows) - 1

    if length == len(found):
        # What goes on after it.
        return found + "\x01"

    for at in range(length, 0, -1):
        if letter := find_letter(word, found[at], rows[at], most):
            return found[:at] + letter

    return None


def find_letter(word: str, after: str, row: list[int], most: int) -> str | None:
    """The first letter after another one with which a beginning is near enough."""
    if min(row) < most:
        return chr(ord(after) + 1) if after < "\ud7ff" else None

    letters = [
        letter
        for letter, distance in zip(word, row, strict=False)
        if distance == most and letter > after
    ]
    return min(letters, default=None)

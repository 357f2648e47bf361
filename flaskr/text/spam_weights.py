"""How much each word speaks for spam, by what was decided: naive Bayes that counts of a
word only what is certain of it."""

import math

from .spam_words import Word

# Texts of a script that were decided to be spam, and as many that were not, before its
# words say something.
MIN_DECISIONS = 5

# Of how many standard errors a word's weight is the lower bound: one that was seen once
# weighs nothing.
ERRORS = 0.7

# The most that one word weighs: less than THRESHOLD, so that none decides alone.
MAX_WEIGHT = 2.5

# What weighs less is nothing, as people read it.
MIN_WEIGHT = 0.05

# The words that weigh most: bigrams of one phrase are no independent witnesses.
MAX_WITNESSES = 20

# From what probability on a text is taken for spam.
THRESHOLD = 0.98

# Of a hash, how many texts with it were spam and how many were not.
Counts = dict[int, tuple[int, int]]


def weigh(spam: int, ham: int, spams: int, hams: int) -> float:
    """The logarithm of how much more often a word is in spam than in other texts, as
    far as it is certain: positive for spam.

    :param spam: texts with the word that were spam, of ``spams`` with its script
    :param ham: texts with the word that were not, of ``hams`` with its script
    """
    if min(spams, hams) < MIN_DECISIONS:
        return 0.0

    rates = (spam + 0.5) / (spams + 1), (ham + 0.5) / (hams + 1)
    error = math.sqrt(
        1 / (spam + 0.5) - 1 / (spams + 1) + 1 / (ham + 0.5) - 1 / (hams + 1)
    )
    ratio = math.log(rates[0] / rates[1])
    weight = min(max(abs(ratio) - ERRORS * error, 0.0), MAX_WEIGHT)
    return math.copysign(weight, ratio)


def find_witnesses(words: list[Word], counts: Counts) -> list[tuple[str, float]]:
    """The words of a text that weigh something, the heaviest first, with their
    weights."""
    nothing = (0, 0)
    weights = (
        (word, weigh(*counts.get(word.id, nothing), *counts.get(word.group, nothing)))
        for word in words
    )
    found = sorted(
        ((word, weight) for word, weight in weights if abs(weight) >= MIN_WEIGHT),
        key=lambda pair: (-abs(pair[1]), pair[0].id),
    )
    return [(word.text, weight) for word, weight in found[:MAX_WITNESSES]]


def find_probability(witnesses: list[tuple[str, float]]) -> float:
    """How probably a text is spam, from 0 to 1, if half of all were."""
    return 1 / (1 + math.exp(-sum(weight for _, weight in witnesses)))

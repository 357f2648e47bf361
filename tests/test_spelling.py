"""Words that are spelled nearly as another one, among all that are indexed."""

import bisect
import random
import string

import pytest

from flaskr.text import spelling
from flaskr.text.spelling import find_near
from flaskr.text.spelling import walk


class Words:
    """Sorted words, which count how often one is looked up."""

    def __init__(self, words):
        self.words = sorted(words)
        self.steps = 0

    def find_next(self, start):
        self.steps += 1
        at = bisect.bisect_left(self.words, start)
        return self.words[at] if at < len(self.words) else None


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("kettl", ["kettle"]),
        ("kettlle", ["kettle"]),
        ("kattle", ["kettle"]),
        ("ketlte", ["kettle"]),
        ("чайнк", ["чайник"]),
        ("résume", ["résumé"]),
        ("accomodaton", ["accommodation"]),
        ("kittle", ["kettle"]),
        ("katle", []),
        ("cettle", []),
        ("ket", []),
        ("k" * 21, []),
    ],
)
def test_a_word_with_a_mistake_is_found(word, near):
    words = Words(["accommodation", "kettle", "stove", "чайник", "résumé", "ke"])
    assert find_near(word, words.find_next) == near


def distance(one, other):
    """Levenshtein's, as it is defined."""
    if not one or not other:
        return len(one) + len(other)

    return min(
        distance(one[1:], other) + 1,
        distance(one, other[1:]) + 1,
        distance(one[1:], other[1:]) + (one[0] != other[0]),
    )


@pytest.mark.parametrize("mistakes", [1, 2])
def test_all_words_that_are_near_are_found_and_no_others(mistakes):
    draw = random.Random(1)

    def make():
        return "".join(draw.choices("aé天\U0010ffff", k=draw.randint(1, 5)))

    words = Words({make() for _ in range(200)})

    for _ in range(30):
        word = make()
        assert list(walk(word, mistakes, 1, words.find_next)) == [
            other
            for other in words.words
            if other[0] == word[0] and distance(word, other) <= mistakes
        ]


def test_few_words_are_looked_up_however_many_there_are(monkeypatch):
    draw = random.Random(1)
    words = Words(
        {
            "".join(draw.choices(string.ascii_lowercase[:6], k=draw.randint(1, 20)))
            for _ in range(100_000)
        }
    )

    for word in ("abcdefabcdef", "aaaaaaaaaaaaaaaaaaaa", "abcd", "fedcbafe"):
        words.steps = 0
        find_near(word, words.find_next)
        assert words.steps < 2 * spelling.MAX_STEPS + 50

    monkeypatch.setattr(spelling, "MAX_STEPS", 5)
    words.steps = 0
    assert len(list(walk("abcdefabcdef", 2, 1, words.find_next))) <= words.steps == 5

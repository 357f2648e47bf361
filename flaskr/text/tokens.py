"""The tokens by which a text is found, in any script."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from .variants import read_variants

# Longer words are found by their beginning.
MAX_LENGTH = 64

# Characters of a word, with its accents, before they are folded: that takes the
# square of a run of accents.
MAX_UNFOLDED = 256

# Scripts written without spaces, and Hangul, whose particles stick to the words:
# Thai, Lao, Myanmar, jamo, Khmer, Tai Lue, Tai Tham, kana, Han, Javanese.
UNSPACED_RANGES = (
    "\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46\u0e81-\u0eb0\u0eb2\u0eb3\u0ebd-\u0ec6"
    "\u0edc-\u0edf\u1000-\u102a\u103f\u1050-\u108f\u10a0\u1100-\u11ff\u1780-\u17b3"
    "\u17d7\u17dc\u1950-\u19cf\u1a20-\u1a54\u2e80-\u2fd5\u3005-\u3007\u3021-\u3029"
    "\u3031-\u3035\u3038-\u303c\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"
    "\u3105-\u312f\u3131-\u318e\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\ua960-\ua97c\ua984-\ua9b2\ua9e0-\ua9ef\ua9fa-\ua9fe\uaa60-\uaa7a\uac00-\ud7fb"
    "\uf900-\ufaff\uff66-\uffdc\U0001aff0-\U0001b16f\U00020000-\U000323af"
)

# Nothing to see, in the middle of a word too: soft hyphen, joiners, directions.
INVISIBLE = "\u00ad\u061c\u180e\u200b-\u200f\u2060-\u2064\ufeff"

# Apostrophes, and what is typed or set for one. Some are letters to Unicode, and divide
# words as the others do.
APOSTROPHES = "'’‘‛`´′＇\u02b9\u02bb\u02bc\u02bd\u055a"

EMOJI = "\u2300-\u23ff\u2600-\u27bf\U0001f000-\U0001f3fa\U0001f400-\U0001faff"


class Patterns(NamedTuple):
    """What finds the words of a text, and the characters of a run without spaces."""

    token: re.Pattern[str]
    unit: re.Pattern[str]


@cache
def patterns() -> Patterns:
    """The compiled patterns, made by the first call: going through Unicode takes longer
    than all the rest of the start."""
    # \w knows letters and digits, but neither vowel signs nor accents.
    marks = "".join(
        character
        for character in map(chr, range(0x300, 0x1F000))
        if unicodedata.category(character)[0] == "M"
    ) + ("\U000e0100-\U000e01ef")

    # A syllable, whatever it is put together from, or a character with its marks.
    unit = (
        "(?:[\u1100-\u115f][\u1160-\u11a7]+[\u11a8-\u11ff]*"
        f"|[{UNSPACED_RANGES}])[{marks}{INVISIBLE}\uff9e\uff9f]*"
    )
    spaced = rf"(?:(?![{UNSPACED_RANGES}{APOSTROPHES}])[^\W_])"
    token = (
        f"(?P<run>[{UNSPACED_RANGES}][{UNSPACED_RANGES}{marks}{INVISIBLE}]*)"
        # Numbers with points are words of their own: 7.8.9 in v7.8.9rc1, 3.5 in 3.5kg.
        r"|(?P<number>(?<=\d[.．])\d{1,9}(?!\d))"
        rf"|(?P<word>{spaced}(?:(?!(?<!\d)\d{{1,9}}[.．]\d){spaced}"
        f"|[{marks}{INVISIBLE}])*)"
        # C++ and C#, and an emoji with what changes its looks.
        rf"|(?<=\w)(?P<symbol>[+＋]{{2}}|[#＃])(?!{spaced})"
        f"|(?P<emoji>[{EMOJI}])[{INVISIBLE}\ufe0f\U0001f3fb-\U0001f3ff]*"
    )
    return Patterns(re.compile(token), re.compile(unit))


UNSPACED = re.compile(f"[{UNSPACED_RANGES}]")

# The accents of Latin, Greek and Cyrillic, the points of Hebrew, the vowels of
# Arabic, variation selectors. Not the vowels of other scripts.
ACCENTS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670"
    "\u06d6-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f"
    f"\U000e0100-\U000e01ef{INVISIBLE}]"
)

# Letters that Unicode does not take apart, as they are typed without the accent;
# Arabic letters that are written for each other.
ALIKE = str.maketrans(
    {
        **dict(zip("đłøıħŧðɨ", "dloihtdi", strict=True)),
        **{"æ": "ae", "œ": "oe", "þ": "th"},
        **dict(zip("ىةٱکی", "يهاكي", strict=True)),
    }
)

# "The" in Arabic, and "and", "with", "like", "so" before it, are part of the word.
ARTICLE = re.compile(r"^[وبكف]?ال(?=\w{3})")


class Token(NamedTuple):
    """A folded word, emoji or bigram, and where it stands in the text as typed."""

    text: str
    start: int
    end: int


def tokenize(text: str) -> Iterator[Token]:
    """Yield the folded tokens of a text: words and emoji; where a script has no spaces,
    the bigrams of a run and its last character."""
    for match in patterns().token.finditer(text):
        if match.lastgroup == "run":
            yield from make_bigrams(match["run"], match.start())
        elif match.lastgroup == "emoji":
            yield Token(match["emoji"], match.start(), match.end())
        elif word := fold(match[0][:MAX_UNFOLDED])[:MAX_LENGTH]:
            yield Token(word, match.start(), match.end())


def make_bigrams(run: str, start: int) -> Iterator[Token]:
    """Yield the bigrams of a run without spaces, and its last character alone.

    :param start: the position of the run in the text
    """
    # Most runs have no marks and nothing to fold: this is much faster.
    plain = run.translate(read_variants())

    if plain.isalpha() and fold(plain) == plain:
        for at in range(len(plain) - 1):
            yield Token(plain[at : at + 2], start + at, start + at + 2)

        yield Token(plain[-1], start + len(plain) - 1, start + len(plain))
        return

    units = [
        Token(
            fold(match[0][:MAX_UNFOLDED]).translate(read_variants()),
            start + match.start(),
            start + match.end(),
        )
        for match in patterns().unit.finditer(run)
    ]

    for first, second in zip(units, units[1:], strict=False):
        yield Token(first.text + second.text, first.start, second.end)

    yield from units[-1:]


def fold(word: str) -> str:
    """What two words share that differ in case, accents or form only."""
    if word.isascii():
        return word.lower()

    # Folding case can undo the normal form, and the reverse.
    word = unicodedata.normalize("NFKD", word).casefold()
    word = ACCENTS.sub("", unicodedata.normalize("NFKD", word)).translate(ALIKE)

    if not word.isalpha():
        word = "".join(str(unicodedata.decimal(c, c)) for c in word)

    return ARTICLE.sub("", unicodedata.normalize("NFC", word))

"""How long a text takes to read, and what language it seems to be in."""

import re
from unicodedata import bidirectional
from unicodedata import category

HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
KANA = "\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f"
HANGUL = "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af"
THAI = "\u0e01-\u0e3a\u0e40-\u0e4e"
CHARACTER = re.compile(f"[{HAN}{KANA}{HANGUL}]")
# Lao, Tibetan, Burmese and Khmer.
LIKE_THAI = f"{THAI}\u0e80-\u0ece\u0f40-\u0fbc\u1000-\u103f\u1780-\u17d3"
THAI_LETTER = re.compile(f"[{LIKE_THAI}]")
WORD = re.compile(r"\w+(?:['’.-]\w+)*")
# Vowels and accents of their own, which are no letters, are among these.
NO_LETTER = re.compile(r"[^\x00-\u02ff\s\w]")
RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdcf\ufdf0-\ufdff\ufe70-\ufeff\U00010800-\U00010fff"
    "\U0001e800-\U0001efff]"
)

# Words a minute, read silently (Brysbaert, 2019, doi:10.1016/j.jml.2019.104047).
# Chinese ones are read as fast, and have a character and a half each; Thai ones have
# four and a half with their vowels and tones, and no spaces either.
WORDS_PER_MINUTE = 238
CHARACTERS_PER_MINUTE = WORDS_PER_MINUTE * 1.5
THAI_PER_MINUTE = WORDS_PER_MINUTE * 4.5

# Characters of a text that tell its language.
MAX_GUESSED = 500

# Scripts that one language has almost for itself, or some whose letters tell.
CYRILLIC = "ru"
SCRIPTS = {
    "ar": "\u0600-\u06ff\u0750-\u077f\ufb50-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc",
    "el": "\u0370-\u03ff\u1f00-\u1fff",
    "he": "\u0590-\u05ff\ufb1d-\ufb4f",
    CYRILLIC: "\u0400-\u04ff",
    "th": THAI,
    **{"hy": "\u0530-\u058f", "ka": "\u10a0-\u10ff\u1c90-\u1cbf"},
    **{"gu": "\u0a80-\u0aff", "ta": "\u0b80-\u0bff", "te": "\u0c00-\u0c7f"},
    **{"kn": "\u0c80-\u0cff", "ml": "\u0d00-\u0d7f", "si": "\u0d80-\u0dff"},
    **{"lo": "\u0e80-\u0eff", "my": "\u1000-\u109f", "km": "\u1780-\u17ff"},
}
ANY_SCRIPT = re.compile(f"[{''.join(SCRIPTS.values())}]")
LETTERS = {
    "ar": {
        **{"ur": "ٹڈڑںےھ", "ps": "ټډړښځڅ", "ckb": "ێۆڕڵ", "fa": "پچژگکی"},
    },
    "he": {"yi": "װױײײַ"},
    CYRILLIC: {
        **{"mn": "өү", "kk": "әғқңұһ", "be": "ў", "uk": "іїєґ", "mk": "ѓќѕ"},
        **{"sr": "ђћјљњџ", "ru": "ыэё", "bg": "ъ"},
    },
}


def reading_minutes(text: str) -> int:
    """Minutes that plain text takes to read, at least 1."""
    rest, characters = CHARACTER.subn(" ", text)
    rest, thai = THAI_LETTER.subn(" ", rest)
    rest = NO_LETTER.sub(keep_no_mark, rest)
    return max(
        1,
        round(
            len(WORD.findall(rest)) / WORDS_PER_MINUTE
            + characters / CHARACTERS_PER_MINUTE
            + thai / THAI_PER_MINUTE
        ),
    )


def keep_no_mark(match: re.Match[str]) -> str:
    """A character that ends a word, or nothing in place of one that is part of it."""
    return "" if category(match[0]) in ("Mn", "Mc", "Me", "Cf") else match[0]


def find_direction(text: str) -> str | None:
    """The direction of a text, ``ltr`` or ``rtl``, by its first letter that has one."""
    for character in text:
        if (kind := bidirectional(character)) in ("L", "R", "AL"):
            return "ltr" if kind == "L" else "rtl"

    return None


def guess_language(text: str) -> str:
    """The language of a text where its script tells, as of BCP 47, else the empty
    string."""
    start = text[:MAX_GUESSED]
    words, characters = CHARACTER.subn(" ", start)

    if characters <= len(WORD.findall(words)):
        return guess_by_alphabet(words)

    kana, hangul = (len(re.findall(f"[{script}]", start)) for script in (KANA, HANGUL))

    if hangul > characters / 2:
        return "ko"
    else:
        # Chinese, too, borrows a kana now and then.
        return "ja" if kana > characters / 10 else "zh"


def guess_by_alphabet(text: str) -> str:
    """As :func:`guess_language`, by the script of most letters, and of languages that
    share one, by the letters that only some have."""
    letters = [character for character in text.lower() if character.isalpha()]

    if len(ANY_SCRIPT.findall("".join(letters))) <= len(letters) / 2:
        return ""

    for language, script in SCRIPTS.items():
        found = re.findall(f"[{script}]", "".join(letters))

        if len(found) > len(letters) / 2:
            return next(
                (
                    other
                    for other, own in LETTERS.get(language, {}).items()
                    if sum(map(found.count, own)) > len(found) / 100
                ),
                "" if language == CYRILLIC else language,
            )

    return ""

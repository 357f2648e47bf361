"""How long a text takes to read, and what language it seems to be in."""

import re

HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
KANA = "\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f"
HANGUL = "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af"
CHARACTER = re.compile(f"[{HAN}{KANA}{HANGUL}]")
WORD = re.compile(r"\w+(?:['’.-]\w+)*")

# Words a minute, read silently (Brysbaert, 2019, doi:10.1016/j.jml.2019.104047).
# Chinese ones are read as fast, and have a character and a half each.
WORDS_PER_MINUTE = 238
CHARACTERS_PER_MINUTE = WORDS_PER_MINUTE * 1.5


def reading_minutes(text: str) -> int:
    """Minutes that plain text takes to read, at least 1."""
    words, characters = CHARACTER.subn(" ", text)
    return max(
        1,
        round(
            len(WORD.findall(words)) / WORDS_PER_MINUTE
            + characters / CHARACTERS_PER_MINUTE
        ),
    )


def guess_language(text: str) -> str:
    """``ja``, ``ko`` or ``zh`` where the script tells, else the empty string."""
    words, characters = CHARACTER.subn(" ", text[:500])
    kana, hangul = (
        len(re.findall(f"[{script}]", text[:500])) for script in (KANA, HANGUL)
    )

    if characters <= len(WORD.findall(words)):
        return ""
    elif hangul > characters / 2:
        return "ko"
    else:
        # Chinese, too, borrows a kana now and then.
        return "ja" if kana > characters / 10 else "zh"

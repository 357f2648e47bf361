"""Tells code from texts that people write where they write code."""

import re

from ..reading import HAN
from ..reading import HANGUL
from ..reading import KANA

# Of lines that are not blank, those that must be prose.
SHARE = 0.6

CODE_AT_END = re.compile(r"[{};]$|\)\s*[:{]$")
SYMBOL = re.compile(r"[{}\\;=<>$|]|\w\(|\)\.|::|->|\bdef |\bimport ")
MARKUP = re.compile(r"#{1,6} \w|[-*+] \w|\d{1,3}[.)] \w|> |!?\[[^\]]+\]\(|\|.*\|$|```")
WORDS = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
WIDE = re.compile(f"[{HAN}{KANA}{HANGUL}]")

# Words of a line that is a sentence, or one that goes on.
MIN_WORDS = 4


def is_prose(text: str) -> bool:
    """Whether lines are Markdown, or words, rather than code."""
    lines = [line.rstrip() for line in text[:20_000].split("\n") if line.strip()]
    prose = sum(map(is_prose_line, lines))
    return (
        bool(lines)
        and prose >= SHARE * len(lines)
        and not any(CODE_AT_END.search(line) for line in lines)
    )


def is_markup(line: str) -> bool:
    """Whether a line begins as Markdown does."""
    return bool(MARKUP.match(line.strip()))


def is_prose_line(line: str) -> bool:
    """Whether a line is one of a text."""
    text = line.strip()

    if is_markup(text):
        return True
    elif text.startswith(("#", "//", "--", "$ ")) or SYMBOL.search(text):
        return False

    return bool(WIDE.search(text)) or len(WORDS.findall(text)) >= MIN_WORDS

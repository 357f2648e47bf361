"""The code in Markdown, set aside while the rest of a text is changed."""

import re
import typing as t

FENCE = re.compile(r"^ {0,3}(?P<fence>`{3,}|~{3,})[^\n]*(?:\n|$)", re.MULTILINE)
# As far as a paragraph goes.
INLINE = re.compile(
    r"(?<!`)(?P<ticks>`{1,9})(?!`)(?:[^`\n]|\n(?!\s*\n)|(?!(?P=ticks)(?!`))`{1,9}(?!`))"
    r"{1,2000}?(?P=ticks)(?!`)"
)

# Around the number of what is set aside: characters that no text has.
START, STOP = "\ue0f0", "\ue0f1"
SET_ASIDE = re.compile(f"{START}(\\d{{1,9}}){STOP}")


class Aside(t.NamedTuple):
    """A text without its code, and that."""

    text: str
    code: list[str]

    def restore(self, text: str) -> str:
        """A changed text with the code where it was."""

        def find(match: re.Match[str]) -> str:
            number = int(match[1])
            return self.code[number] if number < len(self.code) else ""

        return SET_ASIDE.sub(find, text)


def set_code_aside(text: str) -> Aside:
    """Set the code of Markdown aside."""
    text = text.replace(START, "").replace(STOP, "")
    code: list[str] = []
    parts: list[str] = []
    at = 0

    def keep(found: str) -> str:
        code.append(found)
        return f"{START}{len(code) - 1}{STOP}"

    def set_inline_aside(part: str) -> str:
        return INLINE.sub(lambda match: keep(match[0]), part)

    while match := FENCE.search(text, at):
        stop = find_end(text, match)
        parts.append(set_inline_aside(text[at : match.start()]))
        parts.append(keep(text[match.start() : stop]))
        at = stop

    return Aside("".join([*parts, set_inline_aside(text[at:])]), code)


def find_end(text: str, match: re.Match[str]) -> int:
    """Where code in a fence has ended; without another one, at the end of the text."""
    fence = match["fence"]
    end = re.compile(
        rf"^ {{0,3}}{fence[0]}{{{len(fence)},}}[ \t]*$", re.MULTILINE
    ).search(text, match.end())
    return end.end() if end else len(text)

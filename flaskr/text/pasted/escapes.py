"""Text as Markdown that shows it as it is: with a backslash before each character that
would be markup, and no other."""

import re

# A URL is a link without any markup; in what encloses it, all its characters are.
URL = r"(?:https?://|www\.)[^\s<>|\"']*[^\s<>|\"'?!.,:;*_~)\]]"
IN_URL = re.compile(r"[*`\\\[\]]|~~|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
IN_LINK = re.compile(rf"{IN_URL.pattern}|(?<=https):|(?<=http):|(?<=www)\.")
# What never becomes a part of it.
AFTER_URL = re.compile(r"[.,:;!?)\"']*(?:\s|$)|[^\x00-\xff]")
PUNCTUATION = r"[!-/:-@\[-`{-~]"
SPECIAL = re.compile(
    rf"(?P<url>{URL})"
    # But a product, and a name in code.
    r"|(?<!\s)\*|\*(?!\s)|(?:(?<![A-Za-z0-9_])_+|_+(?![A-Za-z0-9_]))"
    rf"|`|~(?=~)|(?<=~)~|\\(?={PUNCTUATION}|$)"
    r"|\[(?=\^)|\](?=[(:]|$)|<(?=[A-Za-z/!?]|$)|&(?=#?\w{1,32};)"
)
BRACKET = re.compile(r"[\[\]]")

LINE_START = re.compile(
    r"^(?P<before> *)(?:(?P<number>\d{1,9})(?=[.)](?:\s|$))"
    r"|(?=#{1,6}(?:\s|$)|[-+](?:\s|$)|>|[-=|:][-=|: ]*$))",
    re.MULTILINE,
)

# In the address of a link.
IN_ADDRESS = {"<": "%3C", ">": "%3E", "\\": "%5C", "|": "%7C", "\n": "", "\x60": "%60"}
UNSAFE = re.compile("|".join(map(re.escape, IN_ADDRESS)))
ENTITY = re.compile(r"&(?=#?\w{1,32};)")


def escape(text: str, is_in_link: bool = False, is_last: bool = True) -> str:
    """Text between two tags; of a link, without brackets that could end it or another
    link.

    :param is_last: whether nothing follows in the same line
    """
    after = text if is_last else f"{text}*"

    def replace(match: re.Match[str]) -> str:
        if not (url := match["url"]):
            return "".join(f"\\{character}" for character in match[0])

        is_bare = AFTER_URL.match(after, match.end()) and not IN_URL.search(url)

        if is_in_link or not is_bare and url.startswith("www."):
            return IN_LINK.sub(r"\\\g<0>", url)

        return url if is_bare else f"<{url}>"

    escaped = SPECIAL.sub(replace, text)
    return BRACKET.sub(escape_bracket, escaped) if is_in_link else escaped


def escape_bracket(match: re.Match[str]) -> str:
    """A bracket with a backslash, unless there is one."""
    is_escaped = match.string[: match.start()].endswith("\\")
    return match[0] if is_escaped else f"\\{match[0]}"


def escape_lines(text: str) -> str:
    """The lines of a paragraph, none of which is a heading, an item of a list, a
    quotation, a rule or a part of a table."""

    def replace(match: re.Match[str]) -> str:
        return f"{match['before']}{match['number'] or ''}\\"

    return LINE_START.sub(replace, text)


def write_address(url: str) -> str:
    """The address of a link or an image."""
    url = UNSAFE.sub(lambda match: IN_ADDRESS[match[0]], url)
    url = ENTITY.sub("&amp;", url)
    return f"<{url}>" if re.search(r"[\s()]", url) else url


def write_code(text: str) -> str:
    """Code in a line."""
    text = " ".join(text.split("\n"))
    ticks = "`" * (find_longest(text) + 1)
    is_padded = text.startswith("`") or text.endswith("`") or not text.strip(" ")
    is_padded |= text.startswith(" ") and text.endswith(" ")
    return f"{ticks} {text} {ticks}" if is_padded else f"{ticks}{text}{ticks}"


def write_block(text: str, language: str = "") -> str:
    """Code in a fence, which is longer than any in it."""
    fence = "`" * max(3, find_longest(text) + 1)
    name = re.sub(r"[^\w+#.-]", "", language)[:20]
    return f"{fence}{name}\n{text}\n{fence}"


def find_longest(text: str) -> int:
    """The length of the longest row of backticks in a text."""
    return max((len(run) for run in re.findall("`+", text)), default=0)


def write_title(text: str) -> str:
    """What an image is called, after its address, if it is called something."""
    escaped = re.sub(r'["\\|]', r"\\\g<0>", ENTITY.sub("&amp;", text))
    return f' "{escaped}"' if text else ""

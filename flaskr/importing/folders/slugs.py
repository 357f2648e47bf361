"""Names in addresses, as programs write them."""

import re
import unicodedata
from urllib.parse import quote

# Those that have no accents apart.
LETTERS = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "ß": "ss", "ł": "l", "đ": "d", "ð": "d"}
    | {"þ": "th", "ı": "i"}
)


def separate(name: str) -> str:
    """A name in an address, as Hexo has it: Latin letters without accents, and hyphens
    for the signs of ASCII."""
    parts = unicodedata.normalize("NFD", name)
    plain = re.sub(r"([A-Za-z])[\u0300-\u036f]+", r"\1", parts)
    signs = re.escape("~`!@#$%^&*()-_+=[]{}|\\;:\"'<>,.?/")
    return re.sub(rf"[\s{signs}]+", "-", unicodedata.normalize("NFC", plain)).strip("-")


def sanitize(name: str, more: str = "") -> str:
    """A name in an address, as Hugo has it: what is not allowed is left out, and only
    spaces become hyphens.

    :param more: characters that are allowed, too
    """
    made = ""
    has_space = False

    for c in unicodedata.normalize("NFC", name).strip().lower():
        if c.isalnum() or unicodedata.category(c)[0] == "M" or c in f"./_#~-@{more}":
            made += "-" if has_space and c != "-" else ""
            made += c
            has_space = False
        elif made and not made.endswith("-") and c.isspace():
            has_space = True

    return made


def fold(name: str) -> str:
    """A name in lower case without accents, if nothing but ASCII is left then."""
    parts = unicodedata.normalize("NFKD", name.lower().translate(LETTERS))
    plain = "".join(c for c in parts if not unicodedata.combining(c))
    return plain if plain.isascii() else name.lower()


def shorten(name: str, is_unicode: bool = False) -> str:
    """A name in an address, as Pelican has it: signs are left out.

    :param is_unicode: whether letters keep their accents
    """
    words = re.sub(r"[^\w\s-]", "", unicodedata.normalize("NFC", name)).strip()
    return re.sub(r"[-\s]+", "-", words.lower() if is_unicode else fold(words))


def hyphenate(name: str, more: str = "") -> str:
    """A name in an address, as Jekyll has it: letters, digits, and hyphens for others.

    :param more: characters that are allowed, too
    """
    made = "".join(
        c if unicodedata.category(c)[:1] in "LM" or c.isdecimal() or c in more else " "
        for c in unicodedata.normalize("NFC", name)
    )
    return "-".join(made.split())


def escape(path: str) -> str:
    """A path of names, without what has a meaning in addresses."""
    return re.sub("[%?#]", lambda match: quote(match[0]), path)

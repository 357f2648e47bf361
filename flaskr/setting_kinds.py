"""What each setting may be, and the words for it."""

import os
import re
from collections.abc import Callable
from datetime import timedelta
from zoneinfo import available_timezones


def is_unicode(text: str) -> bool:
    """Whether UTF-8 has all of a text."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def is_database(value: object) -> bool:
    """Whether it may name one. A command in another folder would have another one; what
    a URL may be is the engine's to say."""
    return value is None or (
        isinstance(value, (str, os.PathLike))
        and (os.path.isabs(value) or "://" in str(value))
        and "\0" not in str(value)
    )


def is_replica(value: object) -> bool:
    """Whether it may name a database that has all of another."""
    return value is None or (isinstance(value, str) and "://" in value)


def is_time_zone(value: object) -> bool:
    """Whether it is one of IANA's; UTC is one everywhere."""
    return isinstance(value, str) and (value == "UTC" or value in available_timezones())


def is_color(value: object) -> bool:
    """Whether it is one of CSS, of three or of six digits."""
    return isinstance(value, str) and bool(
        re.fullmatch("#([0-9a-f]{3}){1,2}", value, re.IGNORECASE | re.ASCII)
    )


def is_file(value: object) -> bool:
    """Whether it may be the path of one."""
    return value is None or (
        isinstance(value, (str, os.PathLike))
        and bool(text := str(value))
        and is_unicode(text)
        and "\0" not in text
    )


def is_title(value: object) -> bool:
    """Whether it is a text, and not an empty one: a link in the header leads home by
    it."""
    return isinstance(value, str) and is_unicode(value) and bool(value.strip())


def are_words(value: object) -> bool:
    """Whether it is a list of texts, none of them empty."""
    return isinstance(value, (list, tuple)) and all(
        isinstance(word, str) and is_unicode(word) and word.strip() for word in value
    )


def is_one_of(*words: str) -> tuple[Callable[[object], bool], str]:
    """What tells whether a value is one of some words, and what it should be."""
    wanted = " or ".join(map(repr, words))
    return lambda value: isinstance(value, str) and value in words, wanted


def are_languages(value: object) -> bool:
    """Whether it is a list of some of them, each once."""
    found = list(map(str, value)) if isinstance(value, (list, tuple)) else []
    return bool(found) and len({*found}) == len(found) and {*found} <= languages.keys()


# All languages, by their tags of BCP 47, each in its own words.
languages = {"en": "English", "zh-Hans": "中文"}

# What a setting may be that is one of a few words.
choices: dict[str, tuple[str, ...]] = {
    "REGISTRATION": ("open", "approval", "invitation", "closed"),
    "NEWCOMER_APPROVAL": ("none", "links", "all"),
    "NEWCOMER_ROLE": ("author", "reader"),
    "LOG_FORMAT": ("text", "json"),
}

# The largest numbers, where another one than a billion: 200 whole posts may be 40 MB,
# and a password's 1024 bytes be 256 characters.
largest = {"PAGE_SIZE": 200, "PASSWORD_MIN_LENGTH": 256}

# What a setting may be, where the kind of its default does not say it.
kinds: dict[str, tuple[Callable[[object], bool], str]] = {
    "DATABASE": (is_database, "the absolute path of a file, or a postgresql://… URL"),
    "DATABASE_REPLICA": (is_replica, "a postgresql://… URL, like DATABASE"),
    "SITE_TITLE": (is_title, "text, and not empty"),
    "TIMEZONE": (is_time_zone, "an IANA time zone, such as 'Asia/Shanghai'"),
    "ACCENT_COLOR": (is_color, "a CSS color, such as '#00655f' or '#06f'"),
    "SITE_LOGO": (is_file, "the path of an image file"),
    "SITE_ICON": (is_file, "the path of an image file"),
    "LANGUAGES": (are_languages, f"a list of one or more of {str([*languages])[1:-1]}"),
    "BLOCKED_WORDS": (are_words, "a list of words and domains"),
    **{name: is_one_of(*words) for name, words in choices.items()},
}


def describe_expected(name: str, value: object, default: object) -> str | None:
    """What a value should be instead."""
    if name in kinds:
        fits, wanted = kinds[name]
        return None if fits(value) else wanted
    elif isinstance(default, bool):
        return None if isinstance(value, bool) else "True or False"
    elif isinstance(default, str):
        # No page can have half of a character.
        return None if isinstance(value, str) and is_unicode(value) else "text"
    elif isinstance(default, int):
        most = largest.get(name, 1_000_000_000)
        least = min(default, 1)
        is_number = type(value) is int and least <= value <= most
        return None if is_number else f"a number from {least} to {most:,}"
    elif isinstance(default, timedelta):
        century = timedelta(days=36525)
        is_time = isinstance(value, timedelta) and timedelta() < value < century
        return None if is_time else "a positive timedelta, of less than a century"
    else:
        return None

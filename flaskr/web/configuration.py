"""What the operator sets: in the environment, and what any setting may be."""

import difflib
import json
import os
import re
import typing as t
from collections.abc import Mapping
from datetime import timedelta

from flask import Flask

from .. import setting_kinds
from .. import settings
from ..errors import SettingsError

PREFIX = "FLASKR_"

# What says where the rest is.
INSTANCE_PATH = f"{PREFIX}INSTANCE_PATH"

# Bytes of a key that nobody guesses.
MIN_KEY = 16

# Only tests and the development server may have them: they let anybody in.
NOT_FOR_OPERATORS = {
    "TESTING": "is only for tests: it accepts any password",
    "DEBUG": "is set too late here. Use flask --debug",
}

# A cookie's name (RFC 9110, section 5.6.2).
TOKEN = re.compile(r"[!#$%&'*+.^`|~\w-]+", re.ASCII)

Check = t.Callable[[t.Any], bool]

# What some of Flask's settings may be, beside their defaults.
FLASKS_OWN: dict[str, tuple[Check, str]] = {
    "SECRET_KEY_FALLBACKS": (
        lambda value: isinstance(value, (list, tuple)),
        "a list of keys",
    ),
    "SESSION_COOKIE_NAME": (
        lambda value: isinstance(value, str) and bool(TOKEN.fullmatch(value)),
        "text without spaces or punctuation",
    ),
    "SERVER_NAME": (lambda value: isinstance(value, str), "text"),
    "SESSION_COOKIE_DOMAIN": (lambda value: isinstance(value, (str, bool)), "text"),
    "SESSION_COOKIE_PATH": (lambda value: isinstance(value, str), "text"),
    "SESSION_COOKIE_SAMESITE": (
        lambda value: value in ("Strict", "Lax", "None"),
        "'Lax', 'Strict' or 'None'",
    ),
    "SEND_FILE_MAX_AGE_DEFAULT": (
        lambda value: isinstance(value, (int, timedelta)),
        "a timedelta",
    ),
    "TRUSTED_HOSTS": (
        lambda value: (
            isinstance(value, (list, tuple)) and all(isinstance(v, str) for v in value)
        ),
        "a list of host names",
    ),
}

# How alike two names are that somebody may have meant for one another.
ALIKE = 0.8


def find_instance_path() -> str | None:
    """The absolute path that the environment names; ``None`` for Flask's own."""
    folder = os.environ.get(INSTANCE_PATH)
    return os.path.abspath(folder) if folder else None


def read_environment(app: Flask, environ: Mapping[str, str]) -> dict[str, str]:
    """Set what ``FLASKR_<NAME>`` says; an empty value says nothing. Return where each
    of these settings is.

    :raise SettingsError: if it makes no sense
    """
    places = {}

    for key, text in environ.items():
        name = key.removeprefix(PREFIX)

        if key == name or not text or key == INSTANCE_PATH:
            continue

        if name not in app.config and name.upper() in app.config:
            raise SettingsError(f"{key} should be {PREFIX}{name.upper()}.")

        refuse_name(name, f"{key} in the environment", PREFIX)

        if name in app.config:
            app.config[name] = parse(key, text, app.config[name])
            places[name] = f"{key} in the environment"

    return places


def parse(key: str, text: str, default: object) -> object:
    """A value from the environment, of the kind of its default: text, a number,
    ``true`` or ``false``, seconds, a list with commas; of Flask's other kinds, JSON.

    :raise SettingsError: if it is none
    """
    kinds: dict[type, tuple[t.Callable[[str], object], str]] = {
        bool: (parse_bool, "true or false"),
        int: (int, "a number"),
        timedelta: (lambda text: timedelta(seconds=float(text)), "a number of seconds"),
        tuple: (parse_list, "a list with commas, and without brackets"),
        str: (str, "text"),
    }
    convert, wanted = kinds.get(type(default), (parse_other, "text"))

    try:
        return convert(text)
    except (OverflowError, ValueError) as e:
        raise SettingsError(
            f"{key} is {text!r} in the environment; it should be {wanted}."
        ) from e


def parse_bool(text: str) -> bool:
    """``true`` or ``false``, and what others write for them."""
    words = {"true": True, "yes": True, "on": True, "1": True}
    words |= {"false": False, "no": False, "off": False, "0": False}

    if text.lower() not in words:
        raise ValueError(text)

    return words[text.lower()]


def parse_list(text: str) -> tuple[str, ...]:
    """What commas are between."""
    if text.startswith("["):
        # As config.py has it.
        raise ValueError(text)

    return tuple(map(str.strip, text.split(",")))


def parse_other(text: str) -> object:
    """What a list, an object or a constant of JSON means; all else is text."""
    try:
        found = json.loads(text)
    except ValueError:
        return text

    return found if isinstance(found, (list, dict, bool)) else text


def refuse_name(name: str, where: str, prefix: str = "") -> None:
    """Refuse a name that is a slip of one of ours, or not for operators; others may be
    Flask's, or somebody's own.

    :raise SettingsError: then
    """
    if name in NOT_FOR_OPERATORS:
        raise SettingsError(f"{where} {NOT_FOR_OPERATORS[name]}.")

    ours = [n for n in vars(settings) if n.isupper()] + ["INSTANCE_PATH"]

    if name.isupper() and name not in ours and name not in Flask.default_config:
        if alike := difflib.get_close_matches(name, ours, 1, ALIKE):
            raise SettingsError(f"{where} is unknown. Did you mean {prefix}{alike[0]}?")


def make_instance_folder(path: str) -> None:
    """Make it, unless it is there.

    :raise SettingsError: if something else is
    """
    try:
        os.makedirs(path, exist_ok=True)
    except FileExistsError:
        raise SettingsError("The instance folder is a file, not a folder.") from None


def check_flasks_own(config: Mapping[str, object]) -> None:
    """Reject a value of Flask's own settings that would break each page.

    :raise SettingsError: then
    """
    for name, default in Flask.default_config.items():
        value = config[name]

        if name in FLASKS_OWN:
            check, wanted = FLASKS_OWN[name]
            fits = value is default or check(value)
        elif type(default) is int:
            # Some of them mean "without a limit" by 0.
            fits = type(value) is int and value >= 0
            wanted = "a whole number, 0 or more"
        else:
            wanted = setting_kinds.describe_expected(name, value, default) or ""
            fits = not wanted

        if not fits:
            found = settings.repeat(name, value)
            raise SettingsError(f"{name} {found}should be {wanted}.")


def check_secret_keys(config: Mapping[str, t.Any]) -> None:
    """Reject keys that can be guessed. The tutorial's ``dev`` is none, and replaced.

    :raise SettingsError: then
    """
    key = config["SECRET_KEY"]

    if key and key not in ("dev", b"dev"):
        check_key("SECRET_KEY", key)

    for key in config["SECRET_KEY_FALLBACKS"] or ():
        check_key("SECRET_KEY_FALLBACKS", key)


def check_key(name: str, key: object) -> None:
    """Reject a key that can be guessed.

    :raise SettingsError: then
    """
    if isinstance(key, str) and setting_kinds.is_unicode(key):
        key = key.encode()

    if not isinstance(key, bytes):
        raise SettingsError(f"{name} has a key that is not text; it should be text.")
    elif len(key) < MIN_KEY:
        raise SettingsError(
            f"{name} has a key of {len(key)} bytes; it should have at least {MIN_KEY}."
            " Make one with python -c 'import secrets; print(secrets.token_hex())', or"
            " remove SECRET_KEY, and Flaskr makes its own."
        )

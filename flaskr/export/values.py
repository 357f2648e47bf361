"""Values of rows as JSON, and back, whatever another program stored."""

import binascii
import json
import math
import typing as t
from base64 import b64decode
from base64 import b64encode

# What a value of each kind of column is, and what JSON calls one where it is not of the
# kind of its column.
TYPES: dict[str, type] = {"integer": int, "real": float, "text": str, "blob": bytes}

# What SQL can hold.
MAX_INTEGER = 2**63 - 1

# Of a number in JSON; Python reads some thousands.
MAX_DIGITS = 30


class WrongValue(ValueError):
    """The rest of a sentence that begins with what has the value."""


def encode(value: object, kind: str) -> object:
    """A value of a column as JSON has it: bytes as Base64, and one of another kind
    than its column with its own."""
    own = next((name for name, type in TYPES.items() if isinstance(value, type)), kind)
    shown = b64encode(value).decode() if isinstance(value, bytes) else value
    return shown if own == kind or value is None else {own: shown}


def decode(value: object, kind: str) -> object:
    """The value of :func:`encode`.

    :raise WrongValue: if it is none
    """
    if value is None:
        return None
    elif isinstance(value, dict):
        if len(value) != 1 or next(iter(value)) not in TYPES:
            raise WrongValue("should be one value")

        [(kind, value)] = value.items()

    if kind == "blob" and isinstance(value, str):
        return decode_bytes(value)
    elif type(value) is not TYPES[kind]:
        raise WrongValue(f"should be of the kind {kind}")
    elif isinstance(value, int) and not -MAX_INTEGER - 1 <= value <= MAX_INTEGER:
        raise WrongValue("is too large a number")
    elif isinstance(value, str) and not is_text(value):
        raise WrongValue("has half of a character")

    return value


def decode_bytes(text: str) -> bytes:
    """Bytes that were written as Base64.

    :raise WrongValue: if they were not
    """
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise WrongValue("should be Base64") from None


def is_text(value: str) -> bool:
    """Whether each character is whole: JSON can have halves."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False

    return True


def show(value: object) -> str:
    """A value of a text as the blog shows it."""
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def write_json(value: object) -> str:
    """One line of JSON."""
    return json.dumps(value, ensure_ascii=False)


def read_json(text: str | bytes) -> t.Any:
    """What JSON says.

    :raise WrongValue: if it is none, or more than anybody writes
    """
    try:
        return json.loads(
            text,
            object_pairs_hook=read_object,
            parse_constant=refuse,
            parse_int=read_integer,
            parse_float=read_float,
        )
    except UnicodeDecodeError:
        raise WrongValue("is not UTF-8") from None
    except RecursionError:
        raise WrongValue("is not JSON that can be read: too deep") from None
    except json.JSONDecodeError as e:
        line = f"line {e.lineno}, " if e.lineno > 1 else ""
        raise WrongValue(f"is not JSON: {e.msg}, {line}column {e.colno}") from None


def read_object(pairs: list[tuple[str, t.Any]]) -> dict[str, t.Any]:
    """An object of JSON.

    :raise WrongValue: if two of its values have one name
    """
    found = dict(pairs)

    if len(found) < len(pairs):
        raise WrongValue("has two values of the same name")

    return found


def read_integer(digits: str) -> int:
    """An integer of JSON.

    :raise WrongValue: if it has more digits than any row
    """
    if len(digits) > MAX_DIGITS:
        raise WrongValue("has too large a number")

    return int(digits)


def read_float(digits: str) -> float:
    """A number of JSON that has a fraction or an exponent.

    :raise WrongValue: if it is larger than any row's
    """
    value = float(digits)

    if math.isinf(value):
        raise WrongValue("has too large a number")

    return value


def refuse(name: str) -> t.NoReturn:
    """Take no ``NaN``, which JSON does not have.

    :raise WrongValue: always
    """
    raise WrongValue(f"has {name}, which is no number")

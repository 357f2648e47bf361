"""What ``check`` found, one sentence each, and what to do about it."""

import typing as t
from collections.abc import Iterable
from enum import StrEnum

# Rows that are named in one sentence.
MAX_NAMED = 5


class State(StrEnum):
    """How bad something is."""

    OK = "ok"
    # Nobody could look, or nobody asked to.
    UNKNOWN = "not checked"
    WARNING = "warning"
    WRONG = "wrong"


class Finding(t.NamedTuple):
    """What was found, with numbers, and what to do, if anything. Whether ``check
    --repair`` can mend it, and whether that removes rows."""

    state: State
    found: str
    advice: str = ""
    can_repair: bool = False
    removes: bool = False


# What a check says, where nothing is wrong.
Findings = list[Finding]

REPAIR = "Run: flask --app flaskr check --repair"


def ok(found: str) -> Finding:
    """Nothing to do."""
    return Finding(State.OK, found)


def unknown(found: str, advice: str = "") -> Finding:
    """Nobody could look."""
    return Finding(State.UNKNOWN, found, advice)


def warning(found: str, advice: str) -> Finding:
    """Something to think about, which fails nothing."""
    return Finding(State.WARNING, found, advice)


def wrong(found: str, advice: str) -> Finding:
    """Something that a person must mend."""
    return Finding(State.WRONG, found, advice)


def broken(found: str, removes: bool = False) -> Finding:
    """Something wrong that ``--repair`` mends."""
    return Finding(State.WRONG, found, REPAIR, True, removes)


def untidy(found: str) -> Finding:
    """Something that ``--repair`` mends, and that does no harm."""
    return Finding(State.WARNING, found, REPAIR, True)


def name_some(table: str, ids: Iterable[object]) -> str:
    """Rows of a table for people: how many, and the first ones by their ids."""
    found = list(ids)
    named = ", ".join(map(str, found[:MAX_NAMED]))
    more = f" and {len(found) - MAX_NAMED:,} more" if found[MAX_NAMED:] else ""
    return f"{table} {named}{more}"

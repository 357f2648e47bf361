"""The table of checks of the database, and how they are run."""

import typing as t
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator

from flask import current_app

from ... import db
from ...db import get_engine
from ...errors import DatabaseNotReady
from ...errors import DatabaseUnavailable
from ...findings import Finding
from ...findings import Findings
from ...findings import ok
from ...findings import unknown
from ...findings import wrong
from .. import name_skeletons
from . import counters
from . import index
from . import kept
from . import owners
from . import pictures
from . import structure
from . import texts
from . import values


class Check(t.NamedTuple):
    """What is looked at, by a name; how; and what mends what was found, if anything
    does."""

    name: str
    look: Callable[[], Iterable[Finding]]
    repair: Callable[[], object] | None = None


# In the order in which what is wrong is mended: a trigger first, then what it keeps.
CHECKS = (
    Check("engine", structure.check_server),
    Check("integrity", structure.check_pages, structure.repair_pages),
    Check("schema", structure.check_schema, structure.repair_schema),
    Check("rows of one", values.check_one_row, values.repair_one_row),
    Check("references", structure.check_references, structure.repair_references),
    Check("counters", counters.check, counters.repair),
    Check("search", index.check, index.repair),
    Check("image uses", pictures.check_uses, pictures.repair_uses),
    Check("images", pictures.check_files),
    Check("renderings", texts.check_renderings, texts.repair_renderings),
    Check("names", texts.check_names, name_skeletons.update_all),
    Check("kept", kept.check),
    Check("values", values.check),
    Check("clock", values.check_clock),
    Check("owner", owners.check),
    Check("settings", owners.check_settings),
    Check("registration", owners.check_registration),
)


# What to do about another program's database, and one that lost its parts.
OTHER = "Set DATABASE in config.py to the blog's, or restore a backup of it."


def run(note: Callable[[str], object]) -> Iterator[tuple[Check, Findings]]:
    """Yield each check of the database with what it found, all of one moment.

    :param note: is called with the name of each before it begins
    """
    opened = Check("database", list)

    try:
        with db.snapshot():
            get_engine().checkup.check_schema(db.get_db())
            yield opened, [ok(f"{db.describe()} can be read.")]

            for check in CHECKS:
                note(check.name)
                yield check, look(check)
    except Exception as e:
        yield opened, [explain(e)]
        yield Check("the rest", list), [unknown("The database could not be read.")]


def look(check: Check) -> Findings:
    """What a check of the database finds."""
    try:
        with get_engine().checkup.attempt(db.get_db()):
            return list(check.look())
    except Exception as e:
        return [explain(e)]


def look_alone(check: Check) -> Findings:
    """What another check finds; that it fails is one thing, too."""
    try:
        return list(check.look())
    except Exception as e:
        return [explain(e)]


def explain(error: Exception) -> Finding:
    """What to say of a check that could not look."""
    if isinstance(error, DatabaseNotReady):
        advice = f"Run: {error.command}" if error.command else OTHER
        return wrong(f"{error.description} ({db.describe()})", advice)
    elif isinstance(error, DatabaseUnavailable):
        return wrong(str(error), "Mend that, and run this again.")
    elif isinstance(error, db.Error) and db.is_unavailable(error):
        return wrong(str(db.unavailable(error)), get_engine().checkup.advise(error))

    return wrong(
        f"It could not be checked: {type(error).__name__}: {error}",
        "Mend what else is wrong here first; if nothing is, restore a backup.",
    )


def repair(mend: Callable[[], object], removes: bool = False) -> str:
    """Mend what a check found, and before rows go, copy the database beside itself;
    return why not, if that failed."""
    try:
        if removes:
            get_engine().checkup.keep_copy(current_app.config["DATABASE"])

        mend()
    except Exception as e:
        return explain(e).found
    finally:
        db.close_db()

    return ""

"""What an export says that it is, in the file without which nothing is one."""

import typing as t

from ..engines import ENGINES
from .archives import Archive
from .archives import read_whole
from .errors import NotReadable
from .names import FACTS
from .values import is_text
from .values import MAX_INTEGER
from .values import read_json
from .values import WrongValue
from .writing import FORMAT
from .writing import VERSION

# The engine of which an export becomes a file, whatever runs the blog.
FILE = ENGINES[0]

Facts = dict[str, t.Any]

MAX_FACTS = 100_000  # bytes


def read_facts(archive: Archive) -> dict[str, t.Any]:
    """What an export says that it is.

    :raise NotReadable: if it is none
    """
    try:
        facts = read_json(read_whole(archive, FACTS, MAX_FACTS))
    except WrongValue as e:
        raise NotReadable(f"{FACTS} {e}.") from None

    if not isinstance(facts, dict):
        raise NotReadable(f"{FACTS} should be in braces.")

    return facts


def check_facts(facts: Facts) -> None:
    """Do nothing if an export is one that this Flaskr reads.

    :raise NotReadable: otherwise
    """
    if facts.get("format") != FORMAT:
        raise NotReadable(f"{FACTS} does not say that this is an export of Flaskr.")
    elif "person" in facts:
        raise NotReadable(
            "This is what one person wrote, for other programs. Only the export of a"
            " whole blog can be imported."
        )
    elif facts.get("version") != VERSION or not is_known(facts.get("schema")):
        raise NotReadable("This was exported by a newer Flaskr. Upgrade this one.")

    counts, ids, blog = (facts.get(name) for name in ("counts", "ids", "blog"))
    times = ("uuid", "changed", "discussed")
    tables = FILE.copying.find_tables()

    if not (
        is_numbers(counts)
        and is_numbers(ids)
        and all("id" in tables.get(table, ()) for table in t.cast(Facts, ids))
        and isinstance(blog, dict)
        and all(is_whole(blog.get(name)) for name in times)
    ):
        raise NotReadable(f"{FACTS} was changed into something that says too little.")


def is_known(schema: object) -> bool:
    """Whether this Flaskr knows a schema."""
    return type(schema) is int and 0 < schema <= FILE.LATEST


def is_whole(value: object) -> bool:
    """Whether something is a text that can be stored."""
    return isinstance(value, str) and is_text(value)


def is_numbers(value: object) -> bool:
    """Whether something is numbers by names."""
    return isinstance(value, dict) and all(
        type(number) is int and 0 <= number < MAX_INTEGER for number in value.values()
    )
